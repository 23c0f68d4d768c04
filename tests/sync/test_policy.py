"""Who wins what: the rules of each collection, on records as the programs make them."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from domain.clock import iso
from domain.codec import decode, encode
from domain.order import Order, Status, totals_of
from domain.ordering import (
    DraftLine,
    Edit,
    add_lines,
    advance,
    amend_line,
    apply_edit,
    void_line,
)
from domain.payments import Refund, pay, refund
from sync.merge import Discarded, Merged, Side, merge
from sync.policy import PushDelays, delay_s, policy_of
from tests.support.trattoria import AT, CountedIds, a_menu, an_order

MENU = a_menu()
BASE = an_order()


def _merged(mine: Order, theirs: Order, base: Order = BASE) -> tuple[Order, Merged]:
    merged = merge(encode(base), encode(mine), encode(theirs), policy_of("order"))
    return decode(merged.value, Order), merged


def _with(item_id: str, line_id: str, order: Order = BASE) -> Order:
    return add_lines(order, MENU, (), [DraftLine(item_id, id=line_id)], ids=CountedIds())


def _noted(note: str) -> Order:
    edit = Edit(note=note)
    return apply_edit(BASE, edit, menu=MENU, sold_out=(), by="a", at=AT, ids=CountedIds())


def test_both_add_a_dish() -> None:
    """Two dishes added on two sides are both on the order, the totals fit, and the revision is
    one that neither side has printed."""
    order, merged = _merged(_with("cola", "m"), _with("margherita", "t"))
    assert [line.id for line in order.lines[2:]] == ["m", "t"]
    assert order.totals == totals_of(order.lines, MENU)
    assert order.revision == 3
    assert merged.discarded == ()


def test_only_one_side_changes_the_paper() -> None:
    """A dish added there while it was prepared here keeps that side's revision and totals."""
    order, merged = _merged(advance(BASE, Status.PREPARING), _with("cola", "t"))
    assert (order.status, order.revision, len(order.lines)) == (Status.PREPARING, 2, 3)
    assert order.totals == totals_of(order.lines, MENU)
    assert merged.discarded == ()


def test_a_note_here_and_a_dish_there_are_both_on_the_next_paper() -> None:
    """The merged order is a revision that neither kitchen has: it hears of both."""
    noted, otherwise = _noted("no nuts"), _noted("extra nuts")
    order, merged = _merged(noted, _with("cola", "t"))
    assert (order.note, len(order.lines), order.revision) == ("no nuts", 3, 3)
    assert merged.discarded == ()
    order, _ = _merged(noted, advance(BASE, Status.PREPARING))
    assert (order.note, order.revision) == ("no nuts", 2)
    order, merged = _merged(noted, otherwise)
    assert (order.note, order.revision) == ("extra nuts", 3)
    assert [lost.path for lost in merged.discarded] == ["note"]


@pytest.mark.parametrize(
    ("mine", "theirs", "stands"),
    [
        (Status.PREPARING, Status.READY, Status.READY),
        (Status.COMPLETED, Status.PREPARING, Status.COMPLETED),
        (Status.PREPARING, Status.CANCELLED, Status.CANCELLED),
        (Status.CANCELLED, Status.READY, Status.CANCELLED),
        (Status.COMPLETED, Status.CANCELLED, Status.COMPLETED),
        (Status.CANCELLED, Status.COMPLETED, Status.CANCELLED),
    ],
)
def test_a_status_only_moves_forward(mine: Status, theirs: Status, stands: Status) -> None:
    """The state further on stands; of two ends, the one that the restaurant saw."""
    order, merged = _merged(advance(BASE, mine), advance(BASE, theirs))
    assert order.status is stands
    assert [lost.path for lost in merged.discarded] == ["status"]


@pytest.mark.parametrize("paid_here", [True, False])
def test_a_paid_order_never_reopens(paid_here: bool) -> None:
    """Against a payment, the other side's new dish does not stand; it is told, and stays seen."""
    paid, late = pay(BASE, method="cash"), _with("cola", "late")
    order, merged = _merged(*((paid, late) if paid_here else (late, paid)))
    assert order.payment == paid.payment
    assert order.lines == BASE.lines
    assert order.totals == BASE.totals
    assert order.revision == 3, "the dish was on paper as revision 2 and has to be taken back"
    assert [(lost.path, lost.kept) for lost in merged.discarded] == [
        ("lines", Side.MINE if paid_here else Side.THEIRS)
    ]


@pytest.mark.parametrize("paid_here", [True, False])
def test_a_paid_order_is_not_cancelled(paid_here: bool) -> None:
    """Paid on one side and cancelled on the other: it stays, and somebody has to look."""
    paid, cancelled = pay(BASE, method="cash"), advance(BASE, Status.CANCELLED)
    order, merged = _merged(*((paid, cancelled) if paid_here else (cancelled, paid)))
    assert (order.status, order.payment) == (Status.PLACED, paid.payment)
    assert [lost.path for lost in merged.discarded] == ["status"]


def test_paid_twice() -> None:
    """Two payments are never mixed into one; the restaurant's stands, the other is told."""
    order, merged = _merged(pay(BASE, method="cash"), pay(BASE, method="card"))
    assert order.payment == pay(BASE, method="cash").payment
    assert [lost.path for lost in merged.discarded] == ["payment"]


def test_money_that_went_back_is_further_on_than_the_payment() -> None:
    """Given back or corrected on one side, paid otherwise on the other: what was written on stands,
    from whichever side, and a payment after a refund too."""
    paid = pay(BASE, method="cash")
    part = refund(paid, Refund("cold", amount=100), by="ana", at=iso(AT))
    back = refund(paid, Refund("wrong order"), by="ana", at=iso(AT))
    anew = pay(back, method="card", by="ana", at=iso(AT))
    for mine, theirs in ((part, paid), (paid, part), (anew, back), (back, anew)):
        order, _ = _merged(mine, theirs)
        assert order.payment == max(mine.payment, theirs.payment, key=lambda p: len(p.ledger))
    order, merged = _merged(part, back, base=paid)
    assert order.payment == back.payment
    assert [lost.path for lost in merged.discarded] == ["payment"]


def test_a_line_voided_here_and_changed_there() -> None:
    """A line stays voided, whatever quantity the other side gave it."""
    line = BASE.lines[0].id
    mine = void_line(BASE, line, reason="burnt", by="anna", at=AT)
    order, merged = _merged(mine, amend_line(BASE, line, qty=3))
    assert order.lines[0].voided == mine.lines[0].voided
    assert order.totals == totals_of(order.lines, MENU)
    assert merged.discarded == ()


def test_the_winner_did_not_print_it() -> None:
    """Where the cloud's quantity wins over one that the kitchen has on paper as the same
    revision, the order gets a new one, or the kitchen would never hear of it."""
    line = BASE.lines[0].id
    order, _ = _merged(amend_line(BASE, line, qty=2), amend_line(BASE, line, qty=3))
    assert (order.lines[0].qty, order.revision) == (3, 3)


def test_lines_of_a_newer_program_are_left_alone() -> None:
    """Lines that this version cannot read are merged all the same, without new totals."""
    base = encode(BASE)
    strange: dict[str, Any] = {"id": "x", "bundle": []}
    mine = {**base, "lines": [*base["lines"], strange]}
    theirs = encode(_with("cola", "t"))
    merged = merge(base, mine, theirs, policy_of("order")).value
    assert merged is not None
    assert strange in merged["lines"]
    assert merged["totals"] == theirs["totals"]


def test_a_state_of_a_newer_cloud() -> None:
    """A state that this version does not know is the cloud's word."""
    base = encode(BASE)
    mine, theirs = {**base, "status": "preparing"}, {**base, "status": "on_the_way"}
    assert merge(base, mine, theirs, policy_of("order")).value == theirs


def _both_change(collection: str, field: str, values: tuple[Any, Any, Any]) -> Merged:
    base, mine, theirs = ({"id": "x", field: value} for value in values)
    return merge(base, mine, theirs, policy_of(collection))


@pytest.mark.parametrize(
    ("collection", "field", "kept"),
    [
        ("availability", "available", Side.MINE),
        ("printer", "status", Side.MINE),
        ("printer", "fence", Side.MINE),
        ("printer", "name", Side.THEIRS),
        ("menu", "name", Side.THEIRS),
        ("staff", "role", Side.THEIRS),
        ("settings", "timezone", Side.THEIRS),
        ("something new", "name", Side.THEIRS),
    ],
)
def test_who_wins(collection: str, field: str, kept: Side) -> None:
    """What only the restaurant can know is the edge's, everything else the owner's."""
    merged = _both_change(collection, field, ("old", "here", "there"))
    assert merged.value == {"id": "x", field: "here" if kept is Side.MINE else "there"}
    assert merged.discarded == (Discarded(field, "here", "there", kept),)


BY_ANNA = {"by": "anna", "at": "2026-11-28T19:00:00.000Z"}
BY_MARIA = {"by": "user:maria", "at": "2026-11-28T19:01:00.000Z"}


@pytest.mark.parametrize(
    ("was", "mine", "theirs", "stands", "lost"),
    [
        (None, BY_ANNA, None, BY_ANNA, 0),
        (None, None, BY_MARIA, BY_MARIA, 0),
        (None, BY_ANNA, BY_MARIA, BY_ANNA, 1),
        (BY_ANNA, None, BY_MARIA, BY_MARIA, 1),
        (BY_MARIA, BY_ANNA, None, BY_ANNA, 1),
    ],
)
def test_a_message_that_was_seen_to_stays_so(
    was: Any, mine: Any, theirs: Any, stands: Any, lost: int
) -> None:
    """Somebody wins over nobody, and who and when are never mixed from two people."""
    merged = _both_change("message", "handled", (was, mine, theirs))
    assert merged.value == {"id": "x", "handled": stands}
    assert len(merged.discarded) == lost


def test_both_sides_words_of_a_message_are_kept() -> None:
    """The cloud's stand, and the restaurant's are told."""
    merged = _both_change("message", "text", ("call me", "call Jo", "call Maria"))
    assert merged.value == {"id": "x", "text": "call Maria"}
    assert merged.discarded == (Discarded("text", "call Jo", "call Maria", Side.THEIRS),)


def test_how_soon_an_edit_goes_up() -> None:
    """Minutes for most, seconds for what has run out, at once for an order that is done."""
    delays = PushDelays()
    assert delay_s("menu", {}, delays) == 120
    assert delay_s("availability", {"available": False}, delays) == 2
    assert delay_s("availability", None, delays) == 2
    assert delay_s("order", encode(BASE), delays) == 120
    assert delay_s("order", encode(pay(BASE, method="cash")), delays) == 0
    for end in (Status.COMPLETED, Status.CANCELLED):
        assert delay_s("order", encode(replace(BASE, status=end)), delays) == 0
