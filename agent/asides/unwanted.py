"""What is told of a dish that was just refused: "without the wings. *The wings are my brother's
thing*".

Who leaves a dish out often says whose it was. Its name is then said once more, as what is told of
or as what somebody else eats, and orders nothing.
"""

from __future__ import annotations

import re

from agent.asides.line import Line
from agent.asides.name_words import RELATIONS
from agent.asides.topics import Asides
from agent.kinds import is_a_kind
from agent.matching import Mention

__all__ = ["hear_unwanted", "is_to_go"]

_POINTING = frozenset("the my that those his her their our".split())  # noqa: SIM905
_AFTER_ALL = re.compile(r"[^.,?]* (?:after all|any ?more|now)\b")

_REFUSED = re.compile(
    r"\b(?:no|not|without|minus|skip|drop|forget|scrap|lose|hold|cancel|nix|except|bar|leave (?:off"
    r"|out)|take (?:off|out|away)|(?:dont|wont|doesnt) (?:want|need)|never mind|get rid of)"
    r"(?: (?:the|any|that|those|my|of|for))* $"
)
# "Take the soup *off*": said after it.
_LEFT_OUT = re.compile(r" (?:off|out)\b")
_LEAVING = re.compile(r"\b(?:leave|take) (?:the|that|those|my) $")
_BEGUN = re.compile(
    r"(?:^|[.,?] |\b(?:and|but|because|cause|cos|since|as) )(?:(?:the|those|that|see|you see) )*$"
)
_IS_TOLD = re.compile(
    r" ?(?:is|are|was|were|s)(?: (?:just|always|only|really|usually|more|normally|actually"
    r"|mostly))*"
    r" (?!(?:fine|ok|okay|good|great|alright|perfect|for me|mine|to|still|back|not)\b)\w"
    r"| (?:belongs?|went|go|goes|always (?:go|goes|went)) to\b"
)
# Who has it else: "my brother *eats* the wings", "he's the one who *orders* the wings".
_SOMEBODY = (
    r"(?:(?:my|our|his|her) (?:\w+ )??(?:" + "|".join(sorted(RELATIONS)) + r"|kids?|ex)s?"
    r"|he|she|they|nobody|no 1|only \w+)"
)
_HAS_IT = re.compile(
    rf"\b{_SOMEBODY}(?:s| is| are| was| were| did)?(?: (?:the|only|1|1s|who|that|just|always"
    r"|usually|normally|person|here|ever))*"
    r" (?:eats?|ate|liked?|likes|loved?|loves|had|has|gets|got|orders|ordered|wanted"
    r"|finish(?:es|ed))"
    r"(?: all)?(?: (?:the|those|that|his|her))* $"
)
# "I *didn't mention* a margherita": what we spoke of, and the caller did not.
_NEVER_NAMED = re.compile(
    r"\b(?:i|we) (?:didnt|did not|never|havent)(?: even| ever| once)?"
    r" (?:mention(?:ed)?|talk(?:ed)? about|ask(?:ed)? about|say anything about|br(?:ing|ought) up)"
    r"(?: (?:any|the|an?|no|your))* $"
)
_APART = re.compile(r"[.?,]")


def hear_unwanted(line: Line, asides: Asides) -> None:
    """Takes the clause that tells of it, where the same dish was refused before it."""
    refused: set[str] = set()
    for mention in line.mentions:
        items = {item.id for item in mention.items}
        before, after = _around(line, mention)
        if mention.items and _NEVER_NAMED.search(before):
            asides.taken |= set(_clause(line, mention))
            asides.told = True
        elif _REFUSED.search(before) or (_LEAVING.search(before) and _LEFT_OUT.match(after)):
            refused |= items
        elif items & refused and _is_told_of(before, after):
            asides.taken |= set(_clause(line, mention))
            asides.told = True


def is_to_go(line: Line, at: int, who: str) -> bool:
    """“I can't eat *the soup*”, “she can't have *the naan after all*”: of what was ordered, and
    nothing that `who` never eats. `at`: the word after the verb."""
    rest = [t.word for t in line.heard[at:]]
    if len(rest) < MIN_NAMED or rest[0] not in _POINTING:
        return False
    named = any(m.items and m.whole for m in line.mentioned(range(at + 1, at + 2)))
    ours = who.split()[0] in ("i", "we")
    return (named or is_a_kind(rest[1])) and (ours or _AFTER_ALL.match(" ".join(rest)) is not None)


MIN_NAMED = 2  # words: "the soup"


def _around(line: Line, mention: Mention) -> tuple[str, str]:
    """What is said before it, with a blank at the end, and after it, with one at the beginning."""
    words = [t.word for t in line.heard]
    before = "".join(f"{word} " for word in words[: mention.start])
    return before, "".join(f" {word}" for word in words[mention.end :])


def _is_told_of(before: str, after: str) -> bool:
    """“*The wings are* my brother's thing”, “*my sister eats the* cannoli”."""
    told = _BEGUN.search(before) is not None and _IS_TOLD.match(after) is not None
    return told or _HAS_IT.search(before) is not None


def _clause(line: Line, mention: Mention) -> range:
    """The words around it up to where one pauses."""
    stops = [n for n, t in enumerate(line.heard) if _APART.fullmatch(t.word)]
    start = max((n + 1 for n in stops if n < mention.start), default=0)
    end = min((n for n in stops if n >= mention.end), default=len(line.heard))
    return range(start, end)
