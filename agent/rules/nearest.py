"""What was asked for where the menu has only something near: moo goo gai pan, of Moo Shu Pork."""

from __future__ import annotations

from collections.abc import Sequence

from agent.asides import Question
from agent.foods import forbidden_by, is_a_food_at_all
from agent.house import House
from agent.language import COMMON, LIGHT, Token, stem, tokens
from agent.matching import Mention
from agent.wording import group_name
from domain.menu import Item

__all__ = ["asked_otherwise"]

_WARMTH = frozenset(["hot", "iced", "cold", "frozen"])  # everyday words, and another drink each
_MANY_FOODS = frozenset(["meat", "seafood", "shellfish", "dairy"])  # kinds, in no dish's name


def asked_otherwise(house: House, question: Question, items: Sequence[Item]) -> str:
    """How that was called which the question asks for, where none of `items`, that the menu has for
    it, is called so nor can be had so: “hot tea”, of an Iced Tea; else ""."""
    mention = next((m for m in question.mentions if any(i in items for i in m.items)), None)
    if mention is None:
        return ""
    said = tokens(question.words)
    first, last = mention.start - question.first, mention.end - question.first
    start = first
    while start and _belongs(said[start - 1]):
        start -= 1
    end = last
    while _is_near(mention) and end < len(said) and _belongs(said[end]):
        end += 1
    beside = [t.word for t in (*said[start:first], *said[last:end])]
    lacking = [w for w in beside if _is_near(mention) or is_a_food_at_all(w)]
    if not any(_lacks(house, items, word) for word in lacking):
        return ""
    return question.words[said[start].start : said[end - 1].end]


def _is_near(mention: Mention) -> bool:
    """True where only a part of the dish's name was said."""
    return mention.weak or (mention.unsaid and not mention.generic)


def _belongs(token: Token) -> bool:
    """True of a word that can be a part of what something is called."""
    if token.stop or token.word in LIGHT or not token.word.isalpha():
        return False
    return token.word not in COMMON or token.word in _WARMTH or is_a_food_at_all(token.word)


def _lacks(house: House, items: Sequence[Item], word: str) -> bool:
    meant = {stem(word)} | (forbidden_by(word) if word in _MANY_FOODS else frozenset())
    return not any(meant & _words_of(house, item) for item in items)


def _words_of(house: House, item: Item) -> set[str]:
    """All that the menu says of `item`, and of what it can be had with."""
    groups = house.menu.groups_of(item)
    options = [m for group in groups for m in group.modifiers]
    texts = [item.description, *(group_name(group) for group in groups)]
    texts += [name for m in options for name in (m.name, *m.names.values(), *m.spoken)]
    return set(house.lexicon.words_of(item)) | {stem(t.word) for s in texts for t in tokens(s)}
