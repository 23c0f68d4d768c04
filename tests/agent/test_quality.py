"""What a call came to, and its score: the tables of docs/calls.md."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from agent.cart import Cart, CartLine
from agent.quality import Facts, ToolRun, outcome_of, quality_of
from domain.call import CallOutcome, Said, Speaker
from domain.order import Customer, Order, OrderType, Status, Voided
from domain.ordering import Choice
from tests.support.conversation import a_call
from tests.support.menus import TRATTORIA

WORDS = "So that's two Margheritas, for Maria, to pick up. That's €19.00. Shall I place it?"


def an_order(qty: int = 2, **rest: Any) -> Order:
    cart = Cart((CartLine("1", "margherita", qty),), OrderType.PICKUP, Customer("Maria"))
    return a_call(TRATTORIA).quote(replace(cart, **rest))


def cart(*lines: CartLine) -> Cart:
    return Cart(lines)


TWO = CartLine("1", "margherita", 2)
COKE = CartLine("2", "coke", 1, (Choice("size", "large"),))
PLACED = an_order()
CANCELLED = replace(PLACED, status=Status.CANCELLED)
ASKED = Said(0, Speaker.CALLER, "two margheritas")
SAID = Said(1_200, Speaker.AGENT, WORDS)
YES = Said(3_000, Speaker.CALLER, "yes")
READ = ToolRun(1, "read_back", output=WORDS)
PLACE = ToolRun(3, "place_order", output="Your order number is P-1.")
ORDERED = Facts(
    transcript=[ASKED, SAID, YES],
    tools=[READ, PLACE],
    carts=[Cart(), cart(TWO)],
    told=PLACED,
    placed=PLACED,
)


def ran(name: str, *, refused: bool = False) -> ToolRun:
    return ToolRun(0, name, refused)


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (ORDERED, "ordered"),
        (replace(ORDERED, handed_over=True, failure="LLMError"), "ordered"),
        (Facts(changed=PLACED), "changed"),
        (Facts(changed=PLACED, carts=[cart(TWO)], handed_over=True), "changed"),
        (Facts(changed=CANCELLED), "cancelled"),
        (Facts(tools=[ran("change_order"), ran("cancel_order")]), "nothing"),  # and no yes
        (Facts(tools=[ran("leave_message", refused=True)]), "nothing"),
        (Facts(tools=[ran("leave_message")]), "message"),
        (Facts(tools=[ran("leave_message")], closed=True), "message"),
        (Facts(drafted=True, carts=[cart(TWO)]), "message"),
        (Facts(tools=[ran("leave_message")], carts=[cart(TWO)]), "message"),
        (Facts(handed_over=True, carts=[cart(TWO)]), "handed_over"),
        (Facts(handed_over=True, tools=[ran("leave_message")]), "handed_over"),
        (Facts(carts=[Cart(), cart(TWO)]), "abandoned"),
        (Facts(carts=[Cart(), cart(TWO), Cart()]), "nothing"),
        (Facts(carts=[cart(TWO)], failure="LLMError"), "failed"),
        (Facts(closed=True), "closed"),
        (Facts(), "nothing"),
    ],
)
def test_what_a_call_came_to(facts: Facts, outcome: str) -> None:
    """The most that came of it."""
    assert outcome_of(facts) is CallOutcome(outcome)


def test_a_call_that_went_well() -> None:
    """Read back, placed as read back, nothing asked twice."""
    quality = quality_of(ORDERED)
    assert (quality.score, quality.read_back, quality.matched) == (100, True, True)


@pytest.mark.parametrize(
    ("heard", "read_back"),
    [
        ([ASKED, SAID, YES], True),
        ([ASKED, replace(SAID, text="Two Margheritas, that makes 19.00, fine?"), YES], True),
        ([ASKED, YES, YES], False),
        ([ASKED, replace(SAID, speaker=Speaker.CALLER), YES], False),
        ([ASKED, replace(SAID, text="So that's two Marg", cut=True), YES], False),
        ([ASKED, replace(SAID, text=WORDS[:66], cut=True), YES], True),  # the total had been said
        ([SAID, ASKED, YES], False),  # before the read-back
        ([ASKED, YES, YES, SAID], False),  # after it had been placed
    ],
)
def test_a_read_back_counts_where_it_was_heard(heard: list[Said], read_back: bool) -> None:
    """A tool that ran is not enough: the caller heard the total before the order was placed."""
    quality = quality_of(replace(ORDERED, transcript=heard))
    assert quality.read_back is read_back
    assert quality.score == (100 if read_back else 60)


def test_only_the_last_read_back_counts() -> None:
    """The order changed after it had been read: the first total is not this order's."""
    again = ToolRun(2, "read_back", output="That's €28.50. Shall I place it?")
    assert not quality_of(replace(ORDERED, tools=[READ, again, PLACE])).read_back
    refused = replace(again, refused=True)
    assert quality_of(replace(ORDERED, tools=[READ, refused, PLACE])).read_back


@pytest.mark.parametrize(
    "told",
    [
        None,
        an_order(3),
        an_order(type=OrderType.DELIVERY, customer=Customer("Maria", address="Elm 1")),
        an_order(customer=Customer("Mario")),
        an_order(note="nuts"),
        replace(PLACED, totals=replace(PLACED.totals, gross=1)),
        an_order(lines=(CartLine("1", "margherita", 2, (Choice("without", "basil"),)),)),
        an_order(lines=(CartLine("1", "margherita", 2, (), "crisp"),)),
    ],
)
def test_another_order_than_was_read_back(told: Order | None) -> None:
    """Any difference that the guest would notice."""
    quality = quality_of(replace(ORDERED, told=told))
    assert quality.matched is False
    assert quality.score == 40


def test_an_order_of_today_that_was_changed() -> None:
    """As it was read back: what was voided on the way makes no difference, what stands does."""
    gone = replace(PLACED.lines[0], id="x", voided=Voided("changed", "agent", "…"))
    after = replace(PLACED, lines=(gone, *PLACED.lines))
    changed = replace(ORDERED, placed=None, changed=after)
    assert quality_of(changed).matched is True
    assert quality_of(replace(changed, told=an_order(3))).matched is False


def test_a_cancellation_is_read_back_by_its_own_tool() -> None:
    """What was to be cancelled was said; where it has no number, any words of ours count."""
    for words in ("So I cancel order P-3. Is that right?", "So I cancel all of it?"):
        facts = replace(
            ORDERED,
            tools=[replace(READ, name="cancel_order", output=words), PLACE],
            transcript=[ASKED, replace(SAID, text=words), YES],
            told=CANCELLED,
            placed=None,
            changed=CANCELLED,
        )
        assert quality_of(facts).score == 100
        assert not quality_of(replace(facts, transcript=[ASKED, YES, YES])).read_back


def test_no_order_no_match() -> None:
    """Nothing was placed, so there is nothing to match."""
    assert quality_of(Facts(told=PLACED)).matched is None


@pytest.mark.parametrize(
    ("carts", "corrections"),
    [
        ([cart(), cart(TWO), cart(TWO, COKE)], 0),
        ([cart(TWO), cart(replace(TWO, qty=3))], 0),
        ([cart(replace(COKE, choices=())), cart(COKE)], 0),  # the size was asked for
        ([cart(TWO), cart(replace(TWO, qty=1))], 1),
        ([cart(TWO, COKE), cart(TWO)], 1),
        ([cart(TWO), cart(replace(TWO, item_id="funghi"))], 1),
        ([cart(COKE), cart(replace(COKE, choices=(Choice("size", "small"),)))], 1),
        ([cart(TWO, COKE), cart(TWO), cart(replace(TWO, qty=1))], 2),
        ([cart(CartLine(str(n), "coke", 1)) for n in range(9)], 8),
    ],
)
def test_corrections(carts: list[Cart], corrections: int) -> None:
    """What is taken back, not what is added; from the fifth on they cost no more."""
    quality = quality_of(replace(ORDERED, carts=carts))
    assert quality.corrections == corrections
    assert quality.score == 100 - 5 * min(corrections, 4)


@pytest.mark.parametrize(
    ("words", "counts"),
    [
        ("Sorry, I didn't catch that. Anything else?", True),
        ("Sorry, I didn’t quite get that.", True),
        ("Could you say that again?", True),
        ("Hello? I can't hear you.", True),
        ("I'm sorry, we don't have “blarg”. We have Pizza.", True),
        ("I can't find that on the menu.", True),
        ("I can't put you through.", False),
        ("We don't have tables free.", False),
        ("Anything else?", False),
    ],
)
def test_not_understood(words: str, counts: bool) -> None:
    """What agents say when they did not understand; what callers say does not count."""
    facts = replace(ORDERED, transcript=[ASKED, SAID, YES, Said(9_000, Speaker.AGENT, words)])
    assert quality_of(facts).not_understood == counts
    said = replace(facts, transcript=[ASKED, SAID, YES, Said(9_000, Speaker.CALLER, words)])
    assert quality_of(said).not_understood == 0


def test_it_costs_no_more_than_so_much() -> None:
    """Asking again is a nuisance, three times or ten."""
    lost = [Said(9_000 + n, Speaker.AGENT, "Sorry, I didn't catch that.") for n in range(10)]
    assert quality_of(replace(ORDERED, transcript=[ASKED, SAID, YES, *lost[:2]])).score == 80
    assert quality_of(replace(ORDERED, transcript=[ASKED, SAID, YES, *lost])).score == 70


def test_other_endings() -> None:
    """Handed over, abandoned, and failed."""
    assert quality_of(Facts(handed_over=True)).score == 90
    assert quality_of(Facts(carts=[cart(TWO)])).score == 70
    assert quality_of(Facts(carts=[cart(TWO)], failure="LLMError")).score == 0
    assert quality_of(Facts()).score == 100
