"""How much of something it is to have: "not too spicy", "medium spicy", "less sweet".

Where the menu has steps of it, such words are one of the steps and no note; where a step was
chosen, what says the same of it in other words is not told the kitchen once more.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from agent.language import stem, tokens
from agent.matching import Reading
from domain.menu import Modifier, ModifierGroup

__all__ = ["is_of_heat", "qualified", "tells_again", "toned_down"]

_NOT_SO = re.compile(
    r"(?:not (?:too|so|very|that|all that|overly)|less|(?:a )?(?:bit|little) less) (?P<what>[a-z]+)"
)

_HEAT = frozenset(stem(w) for w in ("spicy", "spice", "heat", "spiciness", "hotness"))


def toned_down(groups: Collection[ModifierGroup], text: str) -> Reading | None:
    """“Not too spicy”, where one of `groups` has an option “Less Spicy”."""
    said = _NOT_SO.fullmatch(text.lower())
    if said is None:
        return None
    less = ["less", stem(said["what"])]
    found = [Reading(g, m, 1, False, 1) for g in groups for m in g.modifiers if less in _names(m)]
    return found[0] if len(found) == 1 else None


def tells_again(group: ModifierGroup, chosen: str, note: str) -> bool:
    """True where `note` tones down what another option of `group` is called than the chosen one:
    "mild, not too spicy"."""
    said = _NOT_SO.fullmatch(note.lower())
    if said is None or group.max != 1:
        return False
    what = stem(said["what"])
    called = {m.id for m in group.modifiers if [what] in _names(m) or ["less", what] in _names(m)}
    return bool(called) and not any([what] in _names(m) for m in group.modifiers if m.id == chosen)


def qualified(first: Sequence[Reading], then: Sequence[Reading], word: str) -> tuple[Reading, ...]:
    """“*Medium* spicy”, where the steps are called mild, medium and spicy: of two in one breath of
    which only one can be, the second says what the first is a step of; so does its mere `word`,
    where the steps are of heat. Empty where it is not so."""
    named = [r for r in then if r.coverage == 1 and r.group.max == 1]
    of_heat = stem(word.lower()) in _HEAT
    return tuple(
        r
        for r in first
        if r.coverage == 1
        and (
            any(r.group.id == o.group.id and r.modifier.id != o.modifier.id for o in named)
            or (of_heat and r.group.max == 1 and is_of_heat(r.group))
        )
    )


def is_of_heat(group: ModifierGroup) -> bool:
    """True where the options of `group` are how spicy a dish is to be."""
    return bool({stem(t.word) for t in tokens(group.name)} & _HEAT)


def _names(modifier: Modifier) -> list[list[str]]:
    names = (modifier.name, *modifier.names.values(), *modifier.spoken)
    return [[stem(t.word) for t in tokens(name) if not t.stop] for name in names]
