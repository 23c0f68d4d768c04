"""How long to wait for a caller to go on, by what they have said so far; pure.

A sentence that is whole is answered at once; after "and…" or "two…" nobody is interrupted.
"""

from __future__ import annotations

from agent.language import tokens
from agent.rules import Ask

__all__ = ["LONG_MS", "MIDDLE_MS", "SHORT_MS", "SPELLED_MS", "wait_ms"]

SHORT_MS = 250  # of silence after a whole sentence, as people leave between their turns
MIDDLE_MS = 500  # where more may come: dishes are listed with pauses between them
SPELLED_MS = 900  # after a letter of who spells: they look for the next one
LONG_MS = 1_400  # in mid-sentence; whoever thinks for longer than this is asked

_HANGING = frozenset(
    """
    and plus or with without no extra a an the some another more to
    for of in on my is it's im i'm id i'd name address um uh er erm well so but then also like want
    have get hmm because add make that's thats
    """.split()  # noqa: SIM905 (a list of sixty quoted words is harder to read)
)
_WHOLE = frozenset(
    """
    yes yeah yep yup correct right please thanks thank you all everything it lot pickup up delivery
    collection takeaway away bye goodbye nope order perfect sure collect delivered ok okay
    """.split()  # noqa: SIM905
)
_ANSWERED = frozenset(
    [Ask.CONFIRM, Ask.TYPE, Ask.OPTION, Ask.NAME, Ask.AGAIN, Ask.OPEN, Ask.CHANGE]
)


def wait_ms(text: str, ask: Ask = Ask.ITEMS) -> int:
    """Milliseconds of silence after `text` before it is the caller's whole turn. `ask` is what they
    were asked last."""
    said = [token.word for token in tokens(text)]
    words = [word for word in said if word not in (",", ".", "?")]
    if not words:
        return LONG_MS
    if said[-1] == "?":
        return SHORT_MS
    if ask is Ask.SPELLING and len(words[-1]) == 1:
        return SPELLED_MS
    if _hangs(words, ask):
        return LONG_MS
    if words[-1] in _WHOLE or ask in _ANSWERED:
        return SHORT_MS
    return MIDDLE_MS


def _hangs(words: list[str], ask: Ask) -> bool:
    """True where the last word wants another after it. A number alone may be an answer."""
    last = words[-1]
    if len(words) == 1 and ask is Ask.CONFIRM:
        return last in ("and", "but", "um", "uh", "no")
    if last == "1" and len(words) > 1:
        return False  # "the large one"
    if last.isdecimal():
        return ask not in (Ask.OPEN, Ask.CHANGE, Ask.OPTION)
    if words[-2:] == ["make", "that"]:
        return True
    if last in ("it", "i'm", "more") and len(words) > 1:
        return False
    return last in _HANGING or (last == "no" and len(words) > 1)
