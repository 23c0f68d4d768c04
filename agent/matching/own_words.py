"""Options that want words of the caller's: "Your Own Message", and what is to be written there.

The words after "saying" or "the message is" are no dishes and no names, whatever they are called
like; they belong to the option, and the kitchen gets them as they were said. Where just they are
an option themselves ("Happy Birthday"), that one is meant, and nothing is to be written besides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.language import Token, stem, tokens
from agent.matching.mention import Mention, Reading
from domain.menu import Menu, Modifier

__all__ = ["OwnWords", "to_write", "wants_words"]

_OF_ONES_OWN = re.compile(
    r"\b(?:own|custom|personal|personali[sz]ed|special) (?:message|text|words?|wording|writing|name"
    r"|inscription|greeting)\b|\b(?:message|text|name|words) of (?:your|ones) (?:own|choice)\b"
)
_WHAT = r"(?:message|text|writing|inscription|words|wording|greeting|lettering)"
_ON_IT = r"(?: (?:on|in) (?:it|top|them|that|there|the \w+)| in (?:icing|\w+ icing))?"
_SAYS = r"(?:say|says|saying|said|read|reads|reading)"
_LEAD = re.compile(
    rf"\b(?:(?:with )?(?:the|my|a|our|its) (?:own )?{_WHAT}{_ON_IT} (?:is|be|should be|will be"
    rf"|(?:should |to |that |which )*{_SAYS})"
    rf"|(?:(?:that|it|which|and|to|should|can|could|must|please) )+{_SAYS}|saying|reading"
    rf"|(?:and )?(?:can you |could you |please )*write{_ON_IT})(?: ,)? (?P<words>[^.,?]+)"
)
_ENDS = re.compile(
    r" (?:on (?:it|top|them|that|there|the \w+)|in (?:icing|\w+ icing)|please|thanks|thank you"
    r"|and (?:a|an|the|also|can|could|some|with|for|\d+) .*|for (?:pick ?up|delivery|collection))"
    r"(?=$| )"
)
_SPOKEN = re.compile(r"(?:it|that|i|he|she|they|you|we|so|a|an|the|here|there|\d+)\b")


def wants_words(modifier: Modifier) -> bool:
    """True for “Your Own Message”, “Custom text”."""
    names = (modifier.name, *modifier.names.values(), *modifier.spoken)
    return any(_OF_ONES_OWN.search(" ".join(t.word for t in tokens(name))) for name in names)


def to_write(text: str) -> str:
    """“can you write Happy Retirement Sue” → `Happy Retirement Sue`, as it was said."""
    heard = tokens(text)
    match = _LEAD.search(" ".join(t.word for t in heard))
    if match is None:
        return ""
    first = match.string[: match.start("words")].count(" ")
    return text[heard[first].start :].strip()


class OwnWords:
    """The options of one menu that want words, and where an utterance has them."""

    def __init__(self, menu: Menu) -> None:
        self._readings = tuple(
            Reading(g, m, 1, False, 1)
            for g in menu.modifier_groups
            for m in g.modifiers
            if wants_words(m)
        )
        self._options = {
            tuple(stem(t.word) for t in tokens(name))
            for r in self._readings
            for m in r.group.modifiers
            for name in (m.name, *m.names.values(), *m.spoken)
        }

    def said(self, heard: Sequence[Token]) -> list[Mention]:
        """What is to be written, as a mention of the option, with the words that lead in to it."""
        if not self._readings:
            return []
        words = [t.word for t in heard]
        found = []
        for match in _LEAD.finditer(" ".join(words)):
            text = _ENDS.split(match["words"])[0]
            told = text.split()
            if not told or _SPOKEN.match(text) or tuple(map(stem, told)) in self._options:
                continue
            start = match.string[: match.start()].count(" ")
            end = match.string[: match.start("words")].count(" ") + len(told)
            found.append(Mention(start, end, (), self._readings))
        return found
