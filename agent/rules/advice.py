"""What is good, and what there is with a food that somebody would like."""

from __future__ import annotations

from agent.asides import Question
from agent.foods import is_a_food_at_all
from agent.house import House
from agent.language import stem, tokens
from domain.menu import Item

__all__ = ["asks_for_advice", "not_on_the_menu", "with_food"]

_ADVISED = frozenset(
    """
    recommend recommended recommendation recommendations suggest suggestion suggestions good best
    popular nice nicest special
    """.split()  # noqa: SIM905
)
_LIKED = frozenset(["folks", "people", "others", "customers", "regulars", "would"])


def asks_for_advice(question: Question) -> bool:
    """“What would you recommend?”, “which one's good?”, “what do folks like?”."""
    said = {t.word for t in tokens(question.words)}
    return bool(said & (_ADVISED | _LIKED))


def with_food(house: House, question: Question) -> list[Item]:
    """“Something with *chicken*”: the dishes that the menu calls so, that can be had with it, or
    that it says it is in; of the categories that are named, where one is: “chicken curries”."""
    unsaid = [m for m in question.mentions if m.unsaid or not m.whole]
    if len(unsaid) < len([m for m in question.mentions if m.items or m.readings]):
        return []
    said = {stem(t.word) for t in tokens(question.words) if is_a_food_at_all(t.word)}
    kinds = {c.id for m in question.mentions for c in m.categories}
    if not said:
        return []
    return [
        i
        for i in house.menu.items
        if i.id not in house.sold_out
        and (not kinds or i.category_id in kinds)
        and (said <= _words_of(house, i) or said <= _choices_of(house, i))
    ]


def not_on_the_menu(house: House, question: Question) -> str:
    """“Something with *chicken*”, “what do you got with chicken?”, where no dish has any."""
    said = [t.word for t in tokens(question.words)]
    after = said[said.index("with") + 1 :][:2] if "with" in said else []
    foods = [word for word in after if is_a_food_at_all(word)]
    known = {w for i in house.menu.items for w in _words_of(house, i) | _choices_of(house, i)}
    return next((word for word in foods if stem(word) not in known), "")


def _words_of(house: House, item: Item) -> set[str]:
    described = {stem(t.word) for t in tokens(item.description)}
    return set(house.lexicon.words_of(item)) | described


def _choices_of(house: House, item: Item) -> set[str]:
    """What the dish has to be chosen with: a vindaloo with chicken."""
    groups = (g for g in house.menu.groups_of(item) if g.min and not g.default)
    return {stem(t.word) for g in groups for m in g.modifiers for t in tokens(m.name)}
