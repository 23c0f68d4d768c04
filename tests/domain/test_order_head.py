"""An order's note, customer and wanted time, once it stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.clock import iso
from domain.errors import Conflict, Invalid
from domain.order import Customer, Order, OrderType, Status
from domain.order_head import MAX_NOTE, CustomerAmendment, amend_head
from domain.ordering import DraftLine, add_lines, advance, void_line
from domain.payments import pay
from domain.ticket import RECEIPT_STATION, HeadField, Routing, TicketKind, plan
from tests.support.trattoria import AT, CountedIds, a_menu, an_order

ROUTING = {one: Routing(one, (one,)) for one in ("kitchen", "bar", RECEIPT_STATION)}
LATER = iso(AT + timedelta(hours=2))


def amended(order: Order, **wanted: Any) -> Order:
    customer = {k: wanted.pop(k) for k in ("name", "phone", "address") if k in wanted}
    fields = {"note": None, "promised_at": None} | wanted
    return amend_head(
        order, **fields, customer=CustomerAmendment(**customer) if customer else None, at=AT
    )


def papers(before: Order, after: Order) -> dict[str, dict[str, tuple[str, str]]]:
    """What each station hears: field → (was, now)."""
    return {
        job.ticket.station: {one.field.value: (one.was, one.now) for one in job.ticket.head}
        for job in plan(before, after, ROUTING)
    }


def test_the_kitchen_hears_what_changed_and_nothing_else() -> None:
    """A note, a name and a time reach every station that cooks, once; no dish is printed again."""
    before = an_order()
    after = amended(before, note=" no nuts! ", name="Maria", promised_at=LATER)
    told = {
        "note": (before.note, "no nuts!"),
        "promised_at": (before.promised_at, LATER),
        "customer.name": (before.customer.name, "Maria"),
    }
    heard = papers(before, after)
    assert heard["kitchen"] == heard["bar"] == told
    assert heard[RECEIPT_STATION] == {"customer.name": told["customer.name"]}
    jobs = plan(before, after, ROUTING)
    assert {job.ticket.kind for job in jobs} == {TicketKind.CHANGE}
    assert [job.ticket.lines for job in jobs] == [(), (), ()]
    assert after.revision == before.revision + 1
    assert after.lines == before.lines
    assert papers(after, amended(after, note="no nuts!")) == {}


def test_an_address_is_the_counters() -> None:
    """It stands on the receipt, with which the driver goes; the kitchen has no use for it. A
    telephone number stands on no paper."""
    before = replace(an_order(), type=OrderType.DELIVERY, customer=Customer(address="Via Roma 1"))
    after = amended(before, address="Via Roma 11")
    heard = papers(before, after)
    assert heard == {RECEIPT_STATION: {"customer.address": ("Via Roma 1", "Via Roma 11")}}
    called = amended(before, phone="+49 30 1")
    assert (called.revision, called.customer.phone) == (before.revision, "+49 30 1")
    with pytest.raises(Invalid, match="a delivery needs an address"):
        amended(before, address=" ")


def test_with_a_dish_it_is_one_ticket() -> None:
    """One slip a station, with both."""
    before = an_order()
    added = add_lines(before, a_menu(), (), [DraftLine("cola", id="n")], ids=CountedIds())
    after = replace(amended(added, note="hurry"), revision=before.revision + 1)
    bar = next(job.ticket for job in plan(before, after, ROUTING) if job.ticket.station == "bar")
    assert [one.field for one in bar.head] == [HeadField.NOTE]
    assert [line.qty for line in bar.lines] == [1]


def test_a_station_that_joins_in_hears_of_the_note() -> None:
    """The bar had no ticket; with its first dish it hears of the allergy, which is on no paper of
    its."""
    kitchen = void_line(
        replace(an_order(), note="nuts!"), "l2", reason="changed her mind", by="ana", at=AT
    )
    after = add_lines(kitchen, a_menu(), (), [DraftLine("cola", id="n")], ids=CountedIds())
    assert papers(kitchen, after)["bar"] == {"note": ("", "nuts!")}


def test_a_paid_order_takes_it_and_a_closed_one_does_not() -> None:
    """What is charged stays; nobody waits for what is done."""
    paid = pay(an_order(), method="card")
    after = amended(paid, note="no nuts")
    assert (after.note, after.totals, after.payment) == ("no nuts", paid.totals, paid.payment)
    for status in (Status.COMPLETED, Status.CANCELLED):
        closed = advance(an_order(), status)
        with pytest.raises(Conflict, match=status.value):
            amended(closed, note="x")
        assert amended(closed, note=closed.note) == closed


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"note": "n" * (MAX_NOTE + 1)}, "note"),
        ({"name": "n" * 81}, "customer.name"),
        ({"phone": "1" * 41}, "customer.phone"),
        ({"address": "a" * 281}, "customer.address"),
        ({"promised_at": "tonight"}, "promised_at"),
        ({"promised_at": ""}, "promised_at"),
        ({"promised_at": iso(AT - timedelta(days=1))}, "promised_at"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(wanted: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        amended(an_order(), **wanted)
    assert [one.field for one in refused.value.fields] == [field]
