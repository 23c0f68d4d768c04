"""What dishes cost, one or several, made as the caller asks for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from agent.asides import Question
from agent.cart import CartLine
from agent.hearing import Wish
from agent.hearing.portions import portions
from agent.hearing.wishes import apply_wish
from agent.house import House
from agent.language import stem, tokens
from agent.lexemes import Kind
from agent.wording import item_name, line_price, line_words, prices, sentence
from domain.menu import Item
from domain.money import format_money
from domain.ordering import MAX_QTY

__all__ = ["cost_words", "counted", "extreme_words", "extremes", "wished"]

_LEAST = frozenset(["cheapest"])
_MOST = frozenset(["dearest", "expensive"])
_AN_OPTION = frozenset(["with", "extra", "without", "no"])


def wished(house: House, question: Question, item: Item) -> tuple[Wish, ...]:
    """What was named with the dish: "how much is a *large* coke", "and with *mushrooms*"."""
    groups = {g.id for g in house.menu.groups_of(item)}
    said = {t.word for t in tokens(question.words)}
    only_options = bool(said & _AN_OPTION) and not any(item in m.items for m in question.mentions)
    apart = [m for m in question.mentions if item not in m.items and m.unsaid]
    named = [
        m
        for m in question.mentions
        if (m.weak or not m.items or only_options or m in apart) and m.readings
    ]
    return tuple(
        Wish(Kind.WITHOUT if said & {"without"} and only_options else Kind.WITH, m.readings)
        for m in named
        if any(r.group.id in groups and r.coverage == 1 for r in m.readings)
    )


def counted(house: House, question: Question, item: Item) -> int:
    """How many are asked for: "how much for *two* cokes"; one where the number is a name's, or
    counts what is on it: "a large pie with two toppings"."""
    said = [t.word for t in tokens(question.words)]
    own = house.lexicon.words_of(item)
    last = max((n for n, word in enumerate(said) if stem(word) in own), default=len(said))
    numbers = [word for word in said[:last] if word.isdecimal()]
    whole = [r for m in question.mentions for r in m.readings if r.coverage == 1]
    named = {w for r in whole for w in _words(r.modifier.name)}
    if len(numbers) != 1 or numbers[0] in own | named:
        return 1
    qty = int(numbers[0])
    return qty if 1 <= qty <= MAX_QTY else 1


def _words(name: str) -> list[str]:
    return [t.word for t in tokens(name)]


def cost_words(house: House, item: Item, qty: int, wishes: Sequence[Wish]) -> str:
    """`One large Coke is €4.20.`, `Two large Cokes are €8.40.`"""
    sold = portions(house.menu, item, qty)
    if sold is not None:
        wishes, qty = (sold[0], *wishes), sold[1]  # "twenty wings", sold in twenties
    line = CartLine("", item.id, qty)
    for wish in wishes:
        line, _ = apply_wish(house.menu, line, wish)
    cost = format_money(qty * line_price(house.menu, line), house.menu.currency)
    return sentence(f"{line_words(house.menu, line)} {'are' if qty > 1 else 'is'} {cost}")


def extremes(house: House, items: Sequence[Item], words: Collection[str]) -> list[Item]:
    """The cheapest or the dearest of `items`, where `words` ask for them; else none. Several only
    where they cost the same; what is sold out is none of them."""
    there = [i for i in items if i.id not in house.sold_out]
    asked = set(words)
    if not there or not asked & (_LEAST | _MOST):
        return []
    pick = min if asked & _LEAST else max
    price = pick(i.price for i in there)
    return [i for i in there if i.price == price]


def extreme_words(house: House, found: Sequence[Item], words: Collection[str]) -> str:
    """`The cheapest is the Pizza Marinara, at €8.50.`"""
    which = "cheapest" if set(words) & _LEAST else "most expensive"
    if len(found) > 1:
        return sentence(f"The {which} are {prices(house, found)}")
    cost = format_money(found[0].price, house.menu.currency)
    return f"The {which} is the {item_name(found[0])}, at {cost}."
