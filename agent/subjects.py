"""Who wants what follows, and whose it is: "*Dana's having* the caesar", "*Joe's* without"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from agent.language import COMMON, LIGHT

__all__ = ["is_owner", "owns", "subject_end"]

_WANTING = re.compile(
    r"(?:wants|takes|gets|needs|fancies|prefers|asked for|has(?! (?:an? )?\w+ allerg)"
    r"|(?:is |will be )?(?:having|getting|taking)|(?:will|ll) (?:have|take|get)"
    r"|(?:would|d) (?:like|love|have|prefer))(?= |$)"
)
_OWNED = re.compile(r"['’]s$")
_BEFORE_NOUNS = frozenset("a an the some with without no extra".split())  # noqa: SIM905
LONGEST = 3  # words of "would like to", "asked for"


def subject_end(words: Sequence[str], at: int, raw: str, named: Collection[int]) -> int:
    """Where somebody's wanting ends that begins with a name at `at`; `at` where none does. `raw` is
    the word as it was said, `named` the tokens that name something on the menu."""
    word = words[at]
    if at in named or word in COMMON or word in LIGHT or not word.isalpha():
        return at
    if at and words[at - 1] in _BEFORE_NOUNS:
        return at
    match = _WANTING.match(" ".join(words[at + 1 : at + 1 + LONGEST]))
    if match is None or (match[0] in _PARTICIPLES and not is_owner(raw)):
        return at
    return at + 1 + len(match[0].split())


def is_owner(raw: str) -> bool:
    """True of "Doctor's"."""
    return _OWNED.search(raw) is not None


def owns(words: Sequence[str], at: int, raw: str, named: Collection[int]) -> bool:
    """“*Joe's* without onions”, “*Dev's* is chicken”: the one that somebody is to have."""
    if at in named or not is_owner(raw):
        return False
    return words[at + 1 : at + 2] in (["is"], ["with"], ["without"], ["no"], ["has"], ["should"])


_PARTICIPLES = frozenset(["having", "getting", "taking"])
