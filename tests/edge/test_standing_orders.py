"""What staff put right on an order that stands, and what comes out of which printer."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from edge.store.edits import edit as edit_record
from tests.support.edge import (
    draft,
    eventually,
    token,
)
from tests.support.two_printers import TwoPrinters, two_printers


class House(TwoPrinters):
    """What these tests ask of it."""

    async def order(self, order_id: str = "o1", **more: Any) -> dict[str, Any]:
        response = await self.ask("POST", "/orders", draft(order_id) | more)
        assert response.status_code == 201, response.text
        placed: dict[str, Any] = response.json()
        return placed

    async def change(self, order_id: str = "o1", **edit: Any) -> Any:
        tag = (await self.ask("GET", f"/orders/{order_id}")).headers["ETag"]
        return await self.ask("PATCH", f"/orders/{order_id}", edit, **{"If-Match": tag})


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with two_printers(House, tmp_path, bar="k") as house:
        yield house


async def test_a_forgotten_allergy_reaches_the_kitchen(house: House) -> None:
    """The note of an order that stands is changed: a slip says the new one and the old one, and
    not the dish again; a terminal that was slower is told so."""
    await house.order(note="ring twice")
    await eventually(lambda: house.kitchen.with_text("T-1"), "the ticket")
    tag = (await house.ask("GET", "/orders/o1")).headers["ETag"]
    changed = await house.change(note="NO NUTS")
    assert (changed.status_code, changed.json()["note"]) == (200, "NO NUTS")
    await eventually(lambda: house.kitchen.with_text("NO NUTS"), "the slip")
    (slip,) = (ticket.decode("cp858") for ticket in house.kitchen.with_text("NO NUTS"))
    assert "CHANGE" in slip
    assert "NEW NOTE: NO NUTS" in slip
    assert "was: ring twice" in slip
    assert "Margherita" not in slip
    late = await house.ask("PATCH", "/orders/o1", {"note": "x"}, **{"If-Match": tag})
    assert late.status_code == 412
    await house.change(note="")
    await eventually(lambda: house.kitchen.with_text("NO NOTE ANY MORE"), "the second slip")


async def test_a_wrong_address_is_put_right_where_the_driver_looks(house: House) -> None:
    """The counter, whose receipt has the old one, gets a slip; the kitchen none. The time that is
    wanted is the kitchen's."""
    await house.order(type="delivery", customer={"name": "Maria", "address": "Via Roma 1"})
    await eventually(lambda: house.counter.with_text("Via Roma 1"), "the receipt")
    await house.change(customer={"address": "Via Roma 11", "phone": "+39 06 1"})
    await eventually(lambda: house.counter.with_text("NEW ADDRESS: Via Roma 11"), "the slip")
    order = (await house.ask("GET", "/orders/o1")).json()
    assert order["customer"] == {"name": "Maria", "phone": "+39 06 1", "address": "Via Roma 11"}
    placed = order["placed_at"]
    later = f"{placed[:10]}T23:59:00.000Z"
    await house.change(promised_at=later)
    await eventually(lambda: house.kitchen.with_text("NEW TIME: "), "the kitchen's slip")
    assert len(house.kitchen.tickets) == 2
    assert len(house.counter.tickets) == 2


async def test_the_bill_at_the_counter_follows_the_order(house: House) -> None:
    """Voided and added, on the house, cancelled: each time the counter gets paper with the sum as
    it is now, and the same edit again prints nothing."""

    async def bill(*said: str) -> str:
        def found() -> str:
            last = house.counter.tickets[-1].decode("cp858") if house.counter.tickets else ""
            return last if all(text in last for text in said) else ""

        paper: str = await eventually(found, f"{said}")
        return paper

    order = await house.order(lines=[{"item_id": "margherita", "qty": 2}, {"item_id": "spritz"}])
    assert "REPLACES" not in await bill("T-1", "26.00")
    pizza, spritz = (line["id"] for line in order["lines"])
    void = {"void": [{"line_id": pizza, "reason": "too slow"}], "add": [{"item_id": "spritz"}]}
    await house.change(**void)
    replaced = await bill("REPLACES THE EARLIER RECEIPT", "NOT PAID", "14.00")
    assert "Margherita" not in replaced
    await house.change(void=void["void"])
    await house.change(comp=[{"line_id": spritz, "reason": "birthday"}])
    await bill("on the house", "7.00")
    await house.change(note="at the window")
    await house.change(status="cancelled")
    await bill("ORDER CANCELLED", "NEW TOTAL: \N{EURO SIGN}0.00", "was: \N{EURO SIGN}7.00")
    jobs = (await house.ask("GET", "/print-jobs?order_id=o1")).json()
    till = [job["kind"] for job in jobs if job["station"] == "receipt"]
    assert till == ["change", "receipt", "receipt", "receipt"]
    assert len(house.counter.tickets) == 4


async def test_what_cannot_be_is_refused_and_nothing_is_changed(house: House) -> None:
    """All of the edit or nothing, by field; a field that is misspelt is no silent success."""
    await house.order(type="delivery", customer={"address": "Via Roma 1"})
    for edit, field in (
        ({"note": "n" * 281}, "note"),
        ({"note": "ok", "customer": {"address": ""}}, "customer.address"),
        ({"customer": {"telephone": "1"}}, "customer.telephone"),
        ({"promised_at": "soon"}, "promised_at"),
    ):
        refused = await house.change(**edit)
        assert refused.status_code == 422
        assert [one["field"] for one in refused.json()["errors"]] == [field]
    assert (await house.ask("GET", "/orders/o1")).json()["note"] == ""
    await house.change(status="completed")
    assert (await house.change(note="late")).status_code == 409


async def test_money_goes_back_with_a_reason(house: House) -> None:
    """A part, then the rest: who, when and why stand on the order, which is never unpaid again;
    what is too much is refused with what is left. Both are on the day's report."""
    await house.order(lines=[{"item_id": "margherita", "qty": 2}])
    assert (await house.change(refund={"reason": "cold"})).status_code == 409
    paid = (await house.change(pay="card")).json()["payment"]
    assert [(e["kind"], e["amount"], e["by"]) for e in paid["entries"]] == [
        ("payment", 1900, "anna")
    ]
    part = await house.change(refund={"reason": "one was cold", "amount": 950, "method": "cash"})
    payment = part.json()["payment"]
    assert (payment["status"], payment["method"]) == ("paid", "card")
    taken, back = payment["entries"]
    assert (taken["kind"], taken["amount"], taken["method"]) == ("payment", 1900, "card")
    assert (taken["by"], taken["at"][:2]) == ("anna", "20")
    assert (back["kind"], back["amount"], back["method"]) == ("refund", -950, "cash")
    assert (back["reason"], back["by"], back["at"][:2]) == ("one was cold", "anna", "20")
    too_much = await house.change(refund={"reason": "all", "amount": 951})
    assert (too_much.status_code, "€9.50 is left" in too_much.text) == (422, True)
    assert (await house.change(refund={"reason": " "})).status_code == 422
    rest = await house.change(refund={"reason": "and the other"})
    assert rest.json()["payment"]["status"] == "refunded"
    assert (await house.change(refund={"reason": "again"})).status_code == 409
    assert (await house.change(status="cancelled")).status_code == 200

    report = (await house.ask("GET", "/reports/day")).json()
    assert report["refunds"] == [
        {"method": "card", "count": 1, "amount": 950},
        {"method": "cash", "count": 1, "amount": 950},
    ]
    assert report["taken"] == 0
    await house.ask("POST", "/reports/day")
    await eventually(lambda: house.counter.with_text("GIVEN BACK"), "the report")
    (paper,) = house.counter.with_text("GIVEN BACK")
    assert paper.count(b"-9.50") == 2


async def test_a_wrong_payment_is_corrected(house: House) -> None:
    """Card, and not cash: the order stays paid, the till's figures are right, and what was written
    first is kept. One that was paid by mistake is given back, and paid when it really is."""
    await house.order("o1")
    await house.change("o1", pay="cash")
    wrong = await house.change("o1", correct_payment={"method": "card", "reason": ""})
    assert [one["field"] for one in wrong.json()["errors"]] == ["correct_payment.reason"]
    right = await house.change("o1", correct_payment={"method": "card", "reason": "pressed wrong"})
    payment = right.json()["payment"]
    assert (payment["status"], payment["method"]) == ("paid", "card")
    assert [(e["kind"], e["amount"], e["method"]) for e in payment["entries"]] == [
        ("payment", 950, "cash"),
        ("correction", -950, "cash"),
        ("correction", 950, "card"),
    ]
    again = await house.change("o1", correct_payment={"method": "card", "reason": "again"})
    assert again.json()["payment"] == payment

    await house.order("o2")
    await house.change("o2", pay="cash")
    await house.change("o2", refund={"reason": "it was the other table"})
    paid = (await house.change("o2", pay="card")).json()["payment"]
    assert (paid["status"], sum(e["amount"] for e in paid["entries"])) == ("paid", 950)
    report = (await house.ask("GET", "/reports/day")).json()
    assert report["payments"] == [
        {"status": "paid", "method": "card", "orders": 2, "amount": 1900},
        {"status": "paid", "method": "cash", "orders": 1, "amount": 950},
    ]
    assert (report["taken"], report["refunds"][0]["amount"]) == (1900, 950)


async def test_only_a_right_moves_money(house: House) -> None:
    """Staff take payments; to give one back, or to correct it, their record has to say so."""
    await house.order()
    await house.change(pay="cash")
    staff = {"Authorization": f"Bearer {token(house.edge.settings, role='staff')}"}
    for edit in (
        {"refund": {"reason": "cold"}},
        {"correct_payment": {"method": "card", "reason": "mistyped"}},
    ):
        tag = {"If-Match": (await house.ask("GET", "/orders/o1")).headers["ETag"]}
        refused = await house.ask("PATCH", "/orders/o1", edit, **tag, **staff)
        assert (refused.status_code, "the owner can allow it" in refused.text) == (403, True)
    anna = {"id": "anna", "name": "Anna", "may_refund": True}
    stamp = house.edge.parts.stamp()
    await house.edge.parts.store.write(lambda tx: edit_record(tx, "staff", "anna", anna, stamp))
    tag = {"If-Match": (await house.ask("GET", "/orders/o1")).headers["ETag"]}
    allowed = await house.ask("PATCH", "/orders/o1", {"refund": {"reason": "x"}}, **tag, **staff)
    assert allowed.status_code == 200


async def test_yesterdays_order_is_given_back_today(house: House) -> None:
    """The money leaves today's till: today's report says so, and yesterday's stays as it was
    printed."""
    order = await house.order()
    paid = (await house.change(pay="cash")).json()
    day = date.fromisoformat(order["business_day"]) - timedelta(days=1)
    stamp = house.edge.parts.stamp()
    yesterdays = paid | {"business_day": day.isoformat()}
    await house.edge.parts.store.write(lambda tx: edit_record(tx, "order", "o1", yesterdays, stamp))
    await house.change(refund={"reason": "it was never fetched"})
    today = (await house.ask("GET", "/reports/day")).json()
    before = (await house.ask("GET", f"/reports/day?day={day}")).json()
    assert (today["orders"], today["taken"], today["refunds"][0]["amount"]) == (0, -950, 950)
    assert (before["orders"], before["taken"], before["refunds"]) == (1, 950, [])


async def test_the_receipt_alone_is_printed_again(house: House) -> None:
    """After a change the guest gets a receipt that is right, and the kitchen no paper; it says
    that it is one more, when and by whom. So it is with one station's ticket."""
    items = [{"item_id": "margherita"}, {"item_id": "spritz"}]
    order = await house.order(lines=items)
    await eventually(lambda: house.counter.with_text("T-1"), "the receipt")
    await house.change(amend=[{"line_id": order["lines"][0]["id"], "qty": 3}])
    await eventually(lambda: len(house.kitchen.tickets) == 3, "two tickets and the change")
    again = await house.ask("POST", "/orders/o1/print", {"stations": ["receipt"]})
    assert [job["kind"] for job in again.json()] == ["receipt"]
    await eventually(lambda: house.counter.with_text("REPRINT"), "the receipt")
    (receipt,) = (ticket.decode("cp858") for ticket in house.counter.with_text("REPRINT"))
    assert re.search(r"REPRINT \d\d:\d\d Anna", receipt)
    assert "35.50" in receipt
    one = await house.ask("POST", "/orders/o1/print", {"stations": ["bar"]})
    assert [job["station"] for job in one.json()] == ["bar"]
    await eventually(lambda: house.kitchen.with_text("REPRINT"), "the bar's ticket")
    assert len(house.kitchen.tickets) == 4
    every = await house.ask("POST", "/orders/o1/print")
    assert [job["station"] for job in every.json()] == ["kitchen", "bar", "receipt"]


async def test_who_pays_gets_a_receipt_that_is_no_reprint(house: House) -> None:
    """The first one that says PAID is the guest's own, the second one a copy; so it is with what
    was given back, which says how it had been paid, and that the earlier one counts no more."""

    async def receipt(n: int) -> str:
        answer = await house.ask("POST", "/orders/o1/print", {"stations": ["receipt"]})
        assert [job["kind"] for job in answer.json()] == ["receipt"]
        await eventually(lambda: len(house.counter.tickets) == n, "the receipt")
        return " ".join(house.counter.tickets[-1].decode("cp858").split())

    await house.order(lines=[{"item_id": "margherita", "qty": 2}])
    await eventually(lambda: house.counter.with_text("NOT PAID"), "the bill")
    assert "REPRINT" in await receipt(2)
    await house.change(pay="card")
    paid = await receipt(3)
    assert ("PAID (card)" in paid, "REPRINT" in paid, "REPLACES" in paid) == (True, False, False)
    assert "REPRINT" in await receipt(4)
    await house.change(refund={"reason": "cold", "amount": 950, "method": "cash"})
    await house.change(refund={"reason": "the other one, too"})
    back = await receipt(5)
    assert "REPRINT" not in back
    for said in (
        *("REPLACES THE EARLIER RECEIPT", "REFUNDED", "Paid (card)"),
        *("Given back (cash)", "Given back (card)"),
    ):
        assert said in back
    assert back.count("-9.50") == 2
    assert "REPRINT" in await receipt(6)


async def test_what_cannot_be_printed_again_is_said(house: House) -> None:
    """A station that has nothing of the order, and a receipt where nobody prints any."""
    await house.order()
    wrong = await house.ask("POST", "/orders/o1/print", {"stations": ["bar"]})
    assert wrong.status_code == 422
    assert "there are kitchen, receipt" in wrong.text
    routed = (await house.ask("GET", "/routing")).json()
    version = next(one["version"] for one in routed if one["station"] == "receipt")
    headers = {"If-Match": f'"{version}"'}
    await house.ask("PUT", "/routing/receipt", {"printer_ids": []}, **headers)
    nowhere = await house.ask("POST", "/orders/o1/print", {"stations": ["receipt"]})
    assert (nowhere.status_code, "No printer is set for receipts" in nowhere.text) == (409, True)
    assert len((await house.ask("POST", "/orders/o1/print")).json()) == 1
