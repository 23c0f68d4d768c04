"""Who wants what follows, and whose it is: "*Dana's having* the caesar", "*Joe's* without"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from agent.language import COMMON, LIGHT

__all__ = ["comes_or_goes", "is_owner", "owns", "subject_end"]

_WANTING = re.compile(
    r"(?:wants|takes|gets|needs|fancies|prefers|asked for|has(?! (?:an? )?\w+ allerg)"
    r"|(?:is |will be )?(?:having|getting|taking)|(?:will|ll) (?:have|take|get)"
    r"|(?:would|d) (?:like|love|have|prefer))(?= |$)"
)
_OWNED = re.compile(r"['’]s$")
_BEFORE_NOUNS = frozenset("a an the some with without no extra".split())  # noqa: SIM905
# Whoever they are, and whatever the menu has for them: "the kids want …", "my boys each want …".
_PEOPLE = frozenset(
    """
    kid kids child children boy boys girl girls lads ladies guys grandkids little ones nan nana
    """.split()  # noqa: SIM905
)
_OWNERS = frozenset(["the", "my", "our", "her", "his", "their"])
_CAME = frozenset("showed turned dropped backed bailed joined signed".split())  # noqa: SIM905
LONGEST = 3  # words of "would like to", "asked for"


def subject_end(words: Sequence[str], at: int, raw: str, named: Collection[int]) -> int:
    """Where somebody's wanting ends that begins with a name at `at`; `at` where none does. `raw` is
    the word as it was said, `named` the tokens that name something on the menu."""
    word = words[at]
    if word in _PEOPLE and at and words[at - 1] in _OWNERS:
        apart = at + 1 + (words[at + 1 : at + 2] in (["each"], ["both"], ["all"]))
        match = _WANTING.match(" ".join(words[apart : apart + LONGEST]))
        if match is not None:
            return apart + len(match[0].split())
    if at in named or word in COMMON or word in LIGHT or not word.isalpha():
        return at
    if at and words[at - 1] in _BEFORE_NOUNS:
        return at
    match = _WANTING.match(" ".join(words[at + 1 : at + 1 + LONGEST]))
    if match is None or (match[0] in _PARTICIPLES and not is_owner(raw)):
        return at
    return at + 1 + len(match[0].split())


def comes_or_goes(words: Sequence[str], at: int) -> bool:
    """“One more kid *showed up*”, “my brother *dropped* out”: of people, and of no dish."""
    return words[at] in _CAME and words[at + 1 : at + 2] in (["up"], ["out"], ["in"], ["by"])


def is_owner(raw: str) -> bool:
    """True of "Doctor's"."""
    return _OWNED.search(raw) is not None


def owns(words: Sequence[str], at: int, raw: str, named: Collection[int]) -> bool:
    """“*Joe's* without onions”, “*Dev's* is chicken”: the one that somebody is to have."""
    if at in named or not is_owner(raw):
        return False
    return words[at + 1 : at + 2] in (["is"], ["with"], ["without"], ["no"], ["has"], ["should"])


_PARTICIPLES = frozenset(["having", "getting", "taking"])
