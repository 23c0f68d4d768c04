"""What was read back, said once more beside the yes: "yes, Pearl Street, that's right".

It tells that the caller has listened, and wants nothing else. Read as something new it would order
a street taco, or the green chile, once more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.language import FILLERS, LIGHT, PRONOUNS, Token, number_at, stem, tokens
from agent.lexemes import Kind
from agent.small_words import SMALL_WORDS

__all__ = ["numbers_echoed", "without_echo"]

_PARTS = re.compile(r"\s*[,.;!]\s*")
_LEADING = re.compile(
    r"(?:yes|yeah|yep|yup|right|correct|exactly|perfect)\b(?: sir| maam| please)?\s*", re.I
)
# Beside these the same words may be wanted once more, or not at all.
_MORE = frozenset(
    """
    a an another more extra also too plus add again else and but or if no not none never without
    make change instead only just lets let get have want can could would is are do does
    """.split()  # noqa: SIM905
)
_BESIDE = LIGHT | PRONOUNS | FILLERS | {"that", "thats", "those", "this", "s"}


def without_echo(text: str, read_back: str) -> str:
    """`text` without what repeats a part of `read_back`, where it says a yes beside that; else
    `text` as it is."""
    read = _told(read_back)
    agreed: list[str] = []
    repeated = False
    for part in filter(None, _PARTS.split(text)):
        yes = _LEADING.match(part)
        if _agrees(part):
            agreed.append(part)
        elif _repeats(part[yes.end() :] if yes else part, read):
            repeated = True
            agreed += [yes[0].strip()] if yes else []
        else:
            return text
    return ", ".join(agreed) if agreed and repeated else text


# A price, or how long it takes.
_NUMBERS_TOLD = re.compile(r"(\d+)[.,]\d\d\b|\b(\d+) minutes\b")


def numbers_echoed(spoken: Sequence[Token], said: str) -> set[int]:
    """“That's $54.57 so far.” “*Fifty-four?* Mercy.”; “about 20 minutes” “*twenty*, okay, yes”: the
    number that was just told, alone at the beginning, counts no dish."""
    told = {int(n) for found in _NUMBERS_TOLD.findall(said) for n in found if n}
    number = number_at([t.word for t in spoken], 0)
    if number is None or number[0] not in told or number[0] == 1:
        return set()
    alone = number[1] < len(spoken) and spoken[number[1]].stop
    return set(range(number[1])) if alone else set()


def _agrees(part: str) -> bool:
    return SMALL_WORDS.get(tuple(t.word for t in tokens(part) if not t.stop)) is Kind.YES


def _repeats(part: str, read: Sequence[str]) -> bool:
    """True where the words of `part` stand side by side in what was `read` back."""
    if {t.word for t in tokens(part)} & _MORE:
        return False
    said = _told(part)
    return bool(said) and any(
        read[at : at + len(said)] == said for at in range(len(read) - len(said) + 1)
    )


def _told(text: str) -> list[str]:
    return [stem(t.word) for t in tokens(text) if not t.stop and t.word not in _BESIDE]
