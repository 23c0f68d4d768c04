"""Placing and changing orders: what is taken, what is refused and in which words."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.clock import iso
from domain.errors import Conflict, Invalid
from domain.order import (
    Channel,
    Customer,
    LineModifier,
    Order,
    OrderType,
    PaymentStatus,
    Status,
    can_advance,
)
from domain.ordering import (
    AHEAD_DAYS,
    MAX_LINES,
    PAST_MIN,
    Draft,
    DraftLine,
    Edit,
    LineAmendment,
    LineVoid,
    add_lines,
    advance,
    amend_line,
    apply_edit,
    comp_line,
    place,
    void_line,
)
from domain.payments import pay
from tests.support.trattoria import AT, BUSINESS, CountedIds, a_menu, an_order, choice

MENU = a_menu()


def _placed(draft: Draft, *, sold_out: frozenset[str] = frozenset()) -> Order:
    return place(
        MENU,
        sold_out,
        draft,
        business=BUSINESS,
        channel=Channel.PHONE,
        number="P-1",
        at=AT,
        ids=CountedIds(),
    )


def _edited(order: Order, edit: Edit) -> Order:
    return apply_edit(order, edit, menu=MENU, sold_out=(), by="ana", at=AT, ids=CountedIds())


def _refused_fields(work: Callable[[], object]) -> list[str]:
    with pytest.raises(Invalid) as refused:
        work()
    return [error.field for error in refused.value.fields]


# What a caller may ask for: any item, in any quantity, with choices that its groups allow.
_sizes = st.sampled_from([(), ("size/regular",), ("size/large",)])
_extras = st.lists(
    st.sampled_from(["extras/olives", "extras/ham", "extras/egg", "without/basil"]),
    unique=True,
    max_size=2,
).map(tuple)
_pizzas = st.builds(
    lambda qty, size, extras, note: DraftLine(
        "margherita", qty, tuple(choice(c) for c in size + extras), note
    ),
    st.integers(1, 50),
    _sizes,
    _extras,
    st.text(max_size=20),
)
_colas = st.builds(lambda qty: DraftLine("cola", qty), st.integers(1, 50))
drafts = st.lists(_pizzas | _colas, min_size=1, max_size=8).map(lambda ls: Draft(lines=tuple(ls)))


class TestPlacing:
    @given(drafts)
    def test_the_totals_are_the_sum_of_the_lines(self, draft: Draft) -> None:
        """What the guest pays is what the lines cost, and every tax class adds up."""
        order = _placed(draft)
        assert order.totals.gross == sum(line.total for line in order.lines)
        assert order.totals.net + order.totals.tax == order.totals.gross
        assert all(row.net + row.tax == row.gross for row in order.totals.taxes)
        assert sum(row.gross for row in order.totals.taxes) == order.totals.gross

    @given(drafts)
    def test_each_wish_becomes_one_line(self, draft: Draft) -> None:
        """Items, quantities and notes are the caller's; every line has an id of its own."""
        order = _placed(draft)
        assert [(line.item_id, line.qty, line.note) for line in order.lines] == [
            (wish.item_id, wish.qty, wish.note) for wish in draft.lines
        ]
        assert len({line.id for line in order.lines}) == len(order.lines)

    def test_an_order_is_priced_by_the_menu(self) -> None:
        """Two large margheritas with ham and a cola, to the cent."""
        wish = DraftLine("margherita", 2, (choice("size/large"), choice("extras/ham")))
        order = _placed(Draft(lines=(wish, DraftLine("cola"))))
        assert [line.total for line in order.lines] == [2 * (950 + 250 + 150), 333]
        assert (order.totals.net, order.totals.tax, order.totals.gross) == (2803, 230, 3033)
        assert [(row.tax_class, row.tax) for row in order.totals.taxes] == [
            ("drink", 53),
            ("food", 177),
        ]

    def test_tax_on_top_where_prices_are_without_it(self) -> None:
        """American menus: the gross is more than the lines."""
        menu = replace(MENU, tax=replace(MENU.tax, prices_include_tax=False))
        order = place(
            menu,
            (),
            Draft(lines=(DraftLine("cola"),)),
            business=BUSINESS,
            channel=Channel.TERMINAL,
            number="T-1",
            at=AT,
            ids=CountedIds(),
        )
        assert (order.totals.net, order.totals.tax, order.totals.gross) == (333, 63, 396)

    def test_a_group_nobody_spoke_of_takes_its_default(self) -> None:
        """A margherita is a regular one, until someone says large."""
        [plain] = _placed(Draft(lines=(DraftLine("margherita"),))).lines
        [large] = _placed(Draft(lines=(DraftLine("margherita", 1, (choice("size/large"),)),))).lines
        assert [m.id for m in plain.modifiers] == ["regular"]
        assert [m.id for m in large.modifiers] == ["large"]

    def test_what_is_taken_away_is_marked(self) -> None:
        """The kitchen sees "without basil" as such."""
        wish = DraftLine("margherita", 1, (choice("without/basil"),))
        [line] = _placed(Draft(lines=(wish,))).lines
        assert [(m.name, m.removes) for m in line.modifiers] == [
            ("Regular", False),
            ("Basil", True),
        ]

    def test_the_head_of_an_order(self) -> None:
        """The clock, the number and the business day are those handed in."""
        order = an_order()
        assert (order.id, order.number, order.status) == ("o1", "P-1", Status.PLACED)
        assert order.placed_at == "2026-11-22T19:51:28.000Z"
        assert order.promised_at == "2026-11-22T20:11:28.000Z"
        assert (order.business_day, order.currency, order.revision) == ("2026-11-22", "EUR", 1)

    @pytest.mark.parametrize("qty", [1, 50])
    def test_quantities_up_to_the_cap_are_taken(self, qty: int) -> None:
        """One to fifty of a line."""
        assert _placed(Draft(lines=(DraftLine("cola", qty),))).lines[0].qty == qty

    @pytest.mark.parametrize("qty", [-1, 0, 51, 18_000])
    def test_other_quantities_are_refused(self, qty: int) -> None:
        """Nobody gets 18,000 colas."""
        draft = Draft(lines=(DraftLine("cola"), DraftLine("cola", qty)))
        assert _refused_fields(lambda: _placed(draft)) == ["lines[1].qty"]

    @pytest.mark.parametrize(
        ("line", "field"),
        [
            (DraftLine("sushi"), "lines[0].item_id"),
            (DraftLine("cola", 1, (choice("size/large"),)), "lines[0].modifiers[0].group_id"),
            (DraftLine("margherita", 1, (choice("extras/gold"),)), "lines[0].modifiers[0].id"),
            (DraftLine("dips"), "lines[0].modifiers"),
            (DraftLine("dips", 1, (choice("dip/aioli"),)), "lines[0].modifiers"),
            (DraftLine("dips", 1, (choice("dip/aioli"),) * 2), "lines[0].modifiers"),
            (
                DraftLine("margherita", 1, (choice("size/large"), choice("size/regular"))),
                "lines[0].modifiers",
            ),
            (DraftLine("cola", note="x" * 281), "lines[0].note"),
            (DraftLine("cola", id="x" * 65), "lines[0].id"),
        ],
    )
    def test_a_wish_that_the_menu_does_not_have(self, line: DraftLine, field: str) -> None:
        """Unknown items and options, too few, too many, the same twice: the field is named."""
        assert _refused_fields(lambda: _placed(Draft(lines=(line,)))) == [field]

    @pytest.mark.parametrize(
        ("head", "field"),
        [
            ({"lines": ()}, "lines"),
            ({"lines": (DraftLine("cola"),) * (MAX_LINES + 1)}, "lines"),
            ({"lines": (DraftLine("cola", id="l1"), DraftLine("cola", id="l1"))}, "lines"),
            ({"note": "x" * 281}, "note"),
            ({"note": "x" * 1_000_000}, "note"),
            ({"id": "x" * 65}, "id"),
            ({"id": "../menu"}, "id"),
            ({"id": ".."}, "id"),
            ({"id": " "}, "id"),
            ({"customer": Customer(name="x" * 81)}, "customer.name"),
            ({"customer": Customer(phone="0" * 41)}, "customer.phone"),
            ({"type": OrderType.DELIVERY}, "customer.address"),
            ({"type": OrderType.DELIVERY, "customer": Customer(address="  ")}, "customer.address"),
            ({"covers": -1}, "covers"),
            ({"promised_at": "at eight"}, "promised_at"),
            ({"promised_at": "2026-11-22T20:00:00"}, "promised_at"),
            ({"promised_at": "0001-01-01T00:00:00+01:00"}, "promised_at"),
            ({"promised_at": "9999-12-31T23:00:00Z"}, "promised_at"),
            ({"promised_at": iso(AT - timedelta(minutes=PAST_MIN, seconds=1))}, "promised_at"),
            ({"promised_at": iso(AT + timedelta(days=AHEAD_DAYS, seconds=1))}, "promised_at"),
        ],
    )
    def test_a_head_that_is_refused(self, head: dict[str, object], field: str) -> None:
        """Nothing too long, no delivery without an address, no time without a zone."""
        draft = Draft(**{"lines": (DraftLine("cola"),), **head})  # type: ignore[arg-type]
        assert _refused_fields(lambda: _placed(draft)) == [field]

    @pytest.mark.parametrize("off", [-timedelta(minutes=PAST_MIN), timedelta(days=AHEAD_DAYS)])
    def test_a_time_that_may_be_wanted(self, off: timedelta) -> None:
        """A slow clock's now, and next year's wedding."""
        assert an_order(promised_at=iso(AT + off)).promised_at == iso(AT + off)

    def test_a_delivery_with_an_address(self) -> None:
        """An address is all that a delivery wants."""
        order = an_order(type=OrderType.DELIVERY, customer=Customer(address="Via Roma 1"))
        assert order.type is OrderType.DELIVERY

    def test_what_is_sold_out_is_not_sold(self) -> None:
        """86'd means refused, by name."""
        with pytest.raises(Invalid, match="Cola is sold out"):
            _placed(Draft(lines=(DraftLine("cola"),)), sold_out=frozenset({"cola"}))

    def test_all_that_is_wrong_is_said_at_once(self) -> None:
        """A caller does not hear one mistake at a time."""
        draft = Draft(lines=(DraftLine("sushi", 0), DraftLine("cola", 51)), note="x" * 281)
        assert _refused_fields(lambda: _placed(draft)) == [
            "note",
            "lines[0].qty",
            "lines[0].item_id",
            "lines[1].qty",
        ]


class TestLines:
    def test_more_lines_are_the_next_revision(self) -> None:
        """What is added is priced, counted, and printed once more."""
        before = an_order()
        after = add_lines(before, MENU, (), [DraftLine("cola", id="l3")], ids=CountedIds())
        assert [line.id for line in after.lines] == ["l1", "l2", "l3"]
        assert after.totals.gross == before.totals.gross + 333
        assert after.revision == 2

    @pytest.mark.parametrize(
        ("lines", "field"),
        [
            ([DraftLine("sushi")], "lines[0].item_id"),
            ([DraftLine("cola", id="l9"), DraftLine("cola", id="l9")], "lines"),
            ([DraftLine("cola")] * (MAX_LINES - 1), "lines"),
        ],
    )
    def test_what_cannot_be_added(self, lines: list[DraftLine], field: str) -> None:
        """The rules of placing hold for what comes later."""
        order = an_order()
        assert _refused_fields(lambda: add_lines(order, MENU, (), lines, ids=CountedIds())) == [
            field
        ]

    def test_a_quantity_is_set_and_not_added(self) -> None:
        """Three means three, whatever there was."""
        after = amend_line(an_order(), "l2", qty=3, note="no ice")
        line = after.line("l2")
        assert line is not None
        assert (line.qty, line.note, after.revision) == (3, "no ice", 2)
        assert after.totals.gross == 950 + 3 * 333

    @pytest.mark.parametrize(("qty", "note", "field"), [(0, "", "qty"), (51, "", "qty")])
    def test_what_a_line_cannot_become(self, qty: int, note: str, field: str) -> None:
        """Zero is no way to void a line."""
        assert _refused_fields(lambda: amend_line(an_order(), "l1", qty=qty, note=note)) == [field]

    def test_a_note_has_an_end(self) -> None:
        """It has to be read in a kitchen."""
        assert _refused_fields(lambda: amend_line(an_order(), "l1", note="x" * 281)) == ["note"]

    def test_a_voided_line_stays_and_costs_nothing(self) -> None:
        """Who took it off, when and why is kept."""
        after = void_line(an_order(), "l2", reason="changed her mind", by="ana", at=AT)
        line = after.line("l2")
        assert line is not None
        assert line.voided is not None
        assert (line.voided.by, line.voided.reason) == ("ana", "changed her mind")
        assert (after.totals.gross, after.revision) == (950, 2)

    def test_voiding_wants_a_reason(self) -> None:
        """An empty one is none."""
        order = an_order()
        assert _refused_fields(lambda: void_line(order, "l1", reason=" ", by="ana", at=AT)) == [
            "reason"
        ]

    def test_a_voided_line_is_not_amended(self) -> None:
        """It is off the paper already."""
        order = void_line(an_order(), "l2", reason="no", by="ana", at=AT)
        with pytest.raises(Conflict, match="already voided"):
            amend_line(order, "l2", qty=1)

    def test_an_unknown_line(self) -> None:
        """The field is named, for amending and voiding alike."""
        order = an_order()
        assert _refused_fields(lambda: amend_line(order, "l9", qty=1)) == ["line_id"]
        assert _refused_fields(lambda: void_line(order, "l9", reason="x", by="a", at=AT)) == [
            "line_id"
        ]


FORWARD = [Status.PLACED, Status.PREPARING, Status.READY, Status.COMPLETED]
ALLOWED = {
    *itertools.combinations(FORWARD, 2),
    *((status, Status.CANCELLED) for status in FORWARD[:-1]),
}


class TestOnTheHouse:
    def test_what_is_ordered_on_top_is_paid_for(self) -> None:
        """One was given away, so it does not become three; fewer of it is fine."""
        before = an_order(DraftLine("cola", 2, id="l1"))
        comped = comp_line(before, "l1", reason="late", by="ana", at=AT)
        with pytest.raises(Conflict, match="on the house"):
            amend_line(comped, "l1", qty=3)
        fewer = amend_line(comped, "l1", qty=1, note="ice")
        assert (fewer.lines[0].qty, fewer.totals.gross) == (1, 0)

    def test_an_option_takes_off_no_more_than_there_is(self) -> None:
        """A line costs nothing at the least, whatever an old menu's options say."""
        line = an_order(DraftLine("margherita", 2)).lines[0]
        option = LineModifier("g", "m", "M", -100_000)
        assert replace(line, modifiers=(option,)).total == 0


class TestStates:
    @pytest.mark.parametrize(("before", "after"), list(itertools.product(Status, Status)))
    def test_a_status_only_moves_forward(self, before: Status, after: Status) -> None:
        """All 25 ways: forward, or cancelled from an open state; the same again is a retry."""
        order = replace(an_order(), status=before)
        assert can_advance(before, after) is ((before, after) in ALLOWED)
        if before is after or (before, after) in ALLOWED:
            assert advance(order, after).status is after
        else:
            with pytest.raises(Conflict):
                advance(order, after)

    def test_only_cancelling_is_news_for_the_kitchen(self) -> None:
        """A cancelled order is printed; a ready one is not."""
        assert advance(an_order(), Status.READY).revision == 1
        assert advance(an_order(), Status.CANCELLED).revision == 2

    @pytest.mark.parametrize("status", [s for s in Status if s is not Status.CANCELLED])
    def test_paying_is_a_field_of_its_own(self, status: Status) -> None:
        """Before the food or after it; the status and the paper stay."""
        order = replace(an_order(), status=status)
        paid = pay(order, method="cash")
        assert paid.payment.status is PaymentStatus.PAID
        assert (paid.status, paid.revision) == (status, 1)
        assert pay(paid, method="card") == paid

    @pytest.mark.parametrize("method", ["   ", "x" * 41])
    def test_a_way_to_pay_has_a_name(self, method: str) -> None:
        """It stands on the receipt and in the day's report."""
        assert _refused_fields(lambda: _edited(an_order(), Edit(pay=method))) == ["pay"]

    def test_a_cancelled_order_is_not_paid(self) -> None:
        """There is nothing to pay for."""
        with pytest.raises(Conflict):
            pay(advance(an_order(), Status.CANCELLED), method="cash")

    @pytest.mark.parametrize(
        "order",
        [
            pay(an_order(), method="cash"),
            advance(an_order(), Status.COMPLETED),
            advance(an_order(), Status.CANCELLED),
        ],
        ids=["paid", "completed", "cancelled"],
    )
    @pytest.mark.parametrize(
        "edit",
        [
            Edit(add=(DraftLine("cola"),)),
            Edit(amend=(LineAmendment("l2", 5),)),
            Edit(void=(LineVoid("l2", "no"),)),
        ],
        ids=["add", "amend", "void"],
    )
    def test_what_is_settled_does_not_change(self, order: Order, edit: Edit) -> None:
        """The lines of a paid or closed order are history."""
        with pytest.raises(Conflict):
            _edited(order, edit)

    def test_a_paid_order_is_not_cancelled(self) -> None:
        """The money goes back first."""
        with pytest.raises(Conflict, match="refund"):
            advance(pay(an_order(), method="cash"), Status.CANCELLED)


EDITS = {
    "add": Edit(add=(DraftLine("cola", id="l3"),)),
    "amend": Edit(amend=(LineAmendment("l1", 3), LineAmendment("l2", note="no ice"))),
    "void": Edit(void=(LineVoid("l2", "no"),)),
    "several": Edit(
        add=(DraftLine("cola", id="l3"),),
        amend=(LineAmendment("l1", 3),),
        void=(LineVoid("l2", "no"),),
        status=Status.PREPARING,
    ),
    "add and pay": Edit(add=(DraftLine("cola", id="l3"),), pay="cash"),
    "void and close": Edit(void=(LineVoid("l2", "no"),), pay="card", status=Status.COMPLETED),
    "void and cancel": Edit(void=(LineVoid("l2", "no"),), status=Status.CANCELLED),
}


class TestEdits:
    @pytest.mark.parametrize("edit", list(EDITS.values()), ids=list(EDITS))
    def test_one_edit_is_one_revision(self, edit: Edit) -> None:
        """However many parts it has, the kitchen gets one change ticket a station."""
        assert _edited(an_order(), edit).revision == 2

    @pytest.mark.parametrize("edit", list(EDITS.values()), ids=list(EDITS))
    def test_a_retry_changes_nothing(self, edit: Edit) -> None:
        """A lost reply is asked for again, and the order is as it was after the first time."""
        once = _edited(an_order(), edit)
        assert _edited(once, edit) == once

    def test_an_edit_that_says_nothing_is_no_revision(self) -> None:
        """Neither is one that sets what is already so."""
        order = an_order()
        assert _edited(order, Edit()) == order
        assert _edited(order, Edit(amend=(LineAmendment("l2", 2),))) == order
        assert _edited(order, Edit(status=Status.PLACED)) == order

    def test_an_edit_is_taken_whole_or_not_at_all(self) -> None:
        """One bad part refuses it, and the order handed in is untouched."""
        order = an_order()
        edit = Edit(add=(DraftLine("cola"),), amend=(LineAmendment("l1", 51),))
        assert _refused_fields(lambda: _edited(order, edit)) == ["amend[0].qty"]
        assert order == an_order()

    @pytest.mark.parametrize(
        ("edit", "field"),
        [
            (Edit(add=(DraftLine("cola"), DraftLine("cola", 0))), "add[1].qty"),
            (Edit(add=(DraftLine("cola", id="x"),) * 2), "add"),
            (Edit(amend=(LineAmendment("l1", 2), LineAmendment("l9", 2))), "amend[1].line_id"),
            (Edit(void=(LineVoid("l1", " "),)), "void[0].reason"),
            (Edit(pay="c" * 41), "pay"),
        ],
    )
    def test_what_is_refused_is_named_as_the_edit_has_it(self, edit: Edit, field: str) -> None:
        """Whoever sent it finds the field in what they sent."""
        assert _refused_fields(lambda: _edited(an_order(), edit)) == [field]

    def test_lines_come_before_payment_and_status(self) -> None:
        """The last cola is on the bill that closes the table."""
        edit = Edit(add=(DraftLine("cola", id="l3"),), pay="card", status=Status.COMPLETED)
        after = _edited(an_order(), edit)
        assert after.totals.gross == 950 + 3 * 333
        assert after.payment.method == "card"
        assert after.status is Status.COMPLETED
