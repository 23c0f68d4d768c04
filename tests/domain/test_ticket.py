"""Which paper is due: first tickets, receipts, changes."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.order import Order, Status
from domain.ordering import (
    DraftLine,
    add_lines,
    advance,
    amend_line,
    comp_line,
    void_line,
)
from domain.payments import pay
from domain.ticket import RECEIPT_STATION, PlannedJob, Routing, TicketKind, plan
from tests.support.trattoria import AT, CountedIds, a_menu, an_order

ROUTING = {
    "kitchen": Routing("kitchen", ("hot", "cold")),
    "bar": Routing("bar", ("bar",)),
    RECEIPT_STATION: Routing(RECEIPT_STATION, ("till",)),
}

COOKS = {station: route for station, route in ROUTING.items() if station != RECEIPT_STATION}

lines = st.lists(
    st.builds(DraftLine, st.sampled_from(["margherita", "cola"]), st.integers(1, 50)),
    min_size=1,
    max_size=6,
).map(tuple)
routings = st.dictionaries(
    st.sampled_from(["kitchen", "bar", RECEIPT_STATION, "grill"]),
    st.lists(st.sampled_from(["p1", "p2", "p3"]), max_size=3),
).map(lambda routes: {s: Routing(s, tuple(printers)) for s, printers in routes.items()})


def _added(order: Order, *more: DraftLine) -> Order:
    return add_lines(order, a_menu(), (), more, ids=CountedIds())


def _voided(order: Order, line_id: str) -> Order:
    return void_line(order, line_id, reason="changed her mind", by="ana", at=AT)


def _told(jobs: list[PlannedJob]) -> list[tuple[str, str, str | None, int, str]]:
    """(printer, station, change, quantity, name) of each line on each ticket."""
    return [
        (job.printer_id, job.ticket.station, line.change, line.qty, line.name)
        for job in jobs
        for line in job.ticket.lines
    ]


@given(lines, routings)
def test_every_line_is_on_one_kitchen_ticket_a_printer(
    wishes: tuple[DraftLine, ...], routing: dict[str, Routing]
) -> None:
    """Nothing that was ordered is forgotten or cooked twice, wherever tickets are routed."""
    order = an_order(*wishes)
    jobs = [j for j in plan(None, order, routing) if j.ticket.kind is TicketKind.KITCHEN]
    for station in {line.station for line in order.lines}:
        route = routing.get(station)
        wanted = set(route.printer_ids) if route else set()
        there = [job for job in jobs if job.ticket.station == station]
        assert Counter(job.printer_id for job in there) == Counter(wanted or {""})
        for job in there:
            assert [(line.name, line.qty) for line in job.ticket.lines] == [
                (line.name, line.qty) for line in order.lines if line.station == station
            ]


@given(lines, routings)
def test_the_same_change_has_the_same_keys(
    wishes: tuple[DraftLine, ...], routing: dict[str, Routing]
) -> None:
    """An event that comes twice prints once, and no two jobs share a key."""
    order = an_order(*wishes)
    changed = amend_line(_added(order, DraftLine("cola", id="new")), "new", qty=7)
    again = amend_line(changed, "new", qty=8)
    jobs = []
    for before, after in [(None, order), (order, changed), (changed, again)]:
        planned = plan(before, after, routing)
        assert planned == plan(before, after, routing)
        jobs += planned
    keys = [job.key for job in jobs]
    assert len(set(keys)) == len(keys)


def test_a_new_order_prints_by_station_and_a_receipt() -> None:
    """The kitchen's two printers, the bar's, and the till's."""
    jobs = plan(None, an_order(), ROUTING)
    assert [(j.ticket.kind.value, j.ticket.station, j.printer_id) for j in jobs] == [
        ("kitchen", "kitchen", "hot"),
        ("kitchen", "kitchen", "cold"),
        ("kitchen", "bar", "bar"),
        ("receipt", "receipt", "till"),
    ]
    assert [line.name for line in jobs[-1].ticket.lines] == ["Pizza Margherita", "Cola"]
    assert jobs[-1].ticket.totals == an_order().totals


def test_a_station_that_is_routed_nowhere_is_held_and_not_dropped() -> None:
    """Its job has no printer, so that someone sees it."""
    jobs = plan(None, an_order(), {})
    assert [(job.ticket.station, job.printer_id) for job in jobs] == [("kitchen", ""), ("bar", "")]


def test_a_voided_line_is_not_on_first_paper() -> None:
    """An order first seen after a change prints what is left of it."""
    jobs = plan(None, _voided(an_order(), "l2"), ROUTING)
    assert {job.ticket.station for job in jobs} == {"kitchen", RECEIPT_STATION}
    assert all(line.name != "Cola" for job in jobs for line in job.ticket.lines)


def test_an_order_first_seen_closed_prints_nothing() -> None:
    """There is nothing left to cook."""
    for status in (Status.COMPLETED, Status.CANCELLED):
        assert plan(None, advance(an_order(), status), ROUTING) == []


def test_what_is_no_revision_prints_nothing() -> None:
    """Paid, preparing, ready: the paper is still right."""
    before = an_order()
    after = advance(pay(before, method="cash"), Status.READY)
    assert plan(before, after, ROUTING) == []


def test_an_added_line_prints_alone() -> None:
    """Lines that stayed are not cooked again."""
    before = an_order()
    assert _told(plan(before, _added(before, DraftLine("cola", 3)), COOKS)) == [
        ("bar", "bar", "added", 3, "Cola")
    ]


def test_a_changed_line_says_what_it_was() -> None:
    """The kitchen compares with the paper it has."""
    before = an_order()
    [job] = plan(before, amend_line(before, "l2", qty=5, note="no ice"), COOKS)
    [line] = job.ticket.lines
    assert (job.ticket.kind, line.change) == (TicketKind.CHANGE, "changed")
    assert (line.was_qty, line.qty, line.note) == (2, 5, "no ice")


def test_a_voided_line_says_why() -> None:
    """And how many to stop."""
    before = an_order()
    [job] = plan(before, _voided(before, "l2"), COOKS)
    [line] = job.ticket.lines
    assert (line.change, line.was_qty, line.reason) == ("voided", 2, "changed her mind")


def test_a_line_that_is_gone_is_voided() -> None:
    """A merge may drop a line altogether; the kitchen has it on paper all the same."""
    before = an_order()
    after = replace(before, lines=before.lines[:1], revision=2)
    assert _told(plan(before, after, COOKS)) == [("bar", "bar", "voided", 2, "Cola")]


def test_a_line_that_moves_to_another_station() -> None:
    """The old station stops, the new one begins; the same for a line that became another dish."""
    before = an_order()
    moved = replace(before.lines[1], station="kitchen")
    after = replace(before, lines=(before.lines[0], moved), revision=2)
    assert _told(plan(before, after, {**COOKS, "kitchen": Routing("kitchen", ("hot",))})) == [
        ("bar", "bar", "voided", 2, "Cola"),
        ("hot", "kitchen", "added", 2, "Cola"),
    ]
    swapped = replace(before.lines[1], item_id="water", name="Water")
    after = replace(before, lines=(before.lines[0], swapped), revision=2)
    assert _told(plan(before, after, COOKS)) == [
        ("bar", "bar", "voided", 2, "Cola"),
        ("bar", "bar", "added", 2, "Water"),
    ]


def test_a_line_that_stands_again_after_all() -> None:
    """A merge may undo a void: the bar has thrown the ticket away, so the line is new to it."""
    order = an_order()
    assert _told(plan(_voided(order, "l2"), replace(order, revision=3), COOKS)) == [
        ("bar", "bar", "added", 2, "Cola")
    ]


def test_several_changes_are_one_ticket_a_station() -> None:
    """Added, changed and voided together, each station's own."""
    before = an_order()
    after = _voided(amend_line(_added(before, DraftLine("cola", 3)), "l1", qty=4), "l2")
    jobs = plan(before, after, {**COOKS, "kitchen": Routing("kitchen", ("hot",))})
    assert [job.ticket.station for job in jobs] == ["kitchen", "bar"]
    assert _told(jobs) == [
        ("hot", "kitchen", "changed", 4, "Pizza Margherita"),
        ("bar", "bar", "voided", 2, "Cola"),
        ("bar", "bar", "added", 3, "Cola"),
    ]


def test_cancelling_stops_every_station() -> None:
    """Each line that is on paper is taken back, once."""
    before = _voided(an_order(DraftLine("cola", id="l1"), DraftLine("cola", 2, id="l2")), "l1")
    [job] = plan(before, advance(before, Status.CANCELLED), COOKS)
    assert job.ticket.cancelled
    [line] = job.ticket.lines
    assert (line.change, line.was_qty, line.reason) == ("voided", 2, "the order is cancelled")


def test_a_line_added_to_an_order_that_was_then_cancelled_is_not_cooked() -> None:
    """Where both changes come down together, the new line was never on paper."""
    before = an_order()
    after = advance(_added(before, DraftLine("cola", 9, id="l3")), Status.CANCELLED)
    assert _told(plan(before, after, {"bar": Routing("bar", ("bar",))})) == [
        ("", "kitchen", "voided", 1, "Pizza Margherita"),
        ("bar", "bar", "voided", 2, "Cola"),
    ]


def test_a_line_that_stands_again_is_cooked_again() -> None:
    """The kitchen was told that it is voided; a merge found that the order was paid before."""
    voided = _voided(an_order(), "l2")
    after = replace(voided, lines=an_order().lines, revision=voided.revision + 1)
    assert _told(plan(voided, after, COOKS)) == [("bar", "bar", "added", 2, "Cola")]


def test_an_order_that_is_not_cancelled_after_all_is_cooked_again() -> None:
    """Every line of it, since the kitchen was told to throw it away."""
    cancelled = advance(an_order(), Status.CANCELLED)
    after = replace(cancelled, status=Status.PLACED, revision=cancelled.revision + 1)
    assert _told(plan(cancelled, after, {"bar": COOKS["bar"]})) == [
        ("", "kitchen", "added", 1, "Pizza Margherita"),
        ("bar", "bar", "added", 2, "Cola"),
    ]


def test_a_cancelled_order_prints_no_change() -> None:
    """What the other side changed before it knew is nothing to cook."""
    cancelled = advance(an_order(), Status.CANCELLED)
    changed = replace(_added(an_order(), DraftLine("cola", 3)), status=Status.CANCELLED, revision=3)
    assert plan(cancelled, changed, COOKS) == []


TILL = {RECEIPT_STATION: ROUTING[RECEIPT_STATION]}


def _at_the_till(before: Order, after: Order) -> list[PlannedJob]:
    return [job for job in plan(before, after, TILL) if job.printer_id == "till"]


def test_what_is_charged_is_on_another_receipt() -> None:
    """Voided, added, another quantity, on the house: the guest gets a bill that is right, once,
    and it says that it is not the first."""
    before = an_order()
    for after in (
        _voided(before, "l2"),
        _added(before, DraftLine("cola", 3)),
        amend_line(before, "l2", qty=5),
        comp_line(before, "l1", reason="late", by="ana", at=AT),
        _added(_voided(before, "l1"), DraftLine("margherita")),
    ):
        [job] = _at_the_till(before, after)
        assert (job.ticket.kind, job.ticket.replaces) == (TicketKind.RECEIPT, True)
        assert job.ticket.totals == after.totals
        [again] = _at_the_till(before, after)
        [first] = [job for job in plan(None, before, TILL) if job.printer_id == "till"]
        assert job.key == again.key != first.key


def test_what_is_not_charged_costs_the_till_no_paper() -> None:
    """A note for the cooks, and a dish on the house that is not cooked anew."""
    before = an_order()
    assert _at_the_till(before, amend_line(before, "l2", note="no ice")) == []
    comped = comp_line(before, "l2", reason="late", by="ana", at=AT)
    assert [job.ticket.station for job in plan(before, comped, ROUTING)] == [RECEIPT_STATION]


def test_the_till_hears_of_a_cancelled_order() -> None:
    """Its receipt is no bill any more; where the order stands again after all, there is a new
    one."""
    before = an_order()
    cancelled = advance(before, Status.CANCELLED)
    [job] = _at_the_till(before, cancelled)
    assert (job.ticket.kind, job.ticket.cancelled, job.ticket.lines) == ("change", True, ())
    [total] = job.ticket.head
    assert (total.was, total.now) == (str(before.totals.gross), "0")
    after = replace(cancelled, status=Status.PLACED, revision=cancelled.revision + 1)
    assert [job.ticket.kind for job in _at_the_till(cancelled, after)] == [TicketKind.RECEIPT]
    late = replace(_added(before, DraftLine("cola")), status=Status.CANCELLED, revision=3)
    assert _at_the_till(cancelled, late) == []
