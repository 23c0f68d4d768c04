"""What is only asked to be sure of it: "that's half and half, right?", "so that's two, isn't it?".

Whoever checks what was understood says it once more, and changes nothing by it: he is told what
stands. What he wants left out or made otherwise he may be saying for the first time, so that is
heard as it always is.
"""

from __future__ import annotations

import re

from agent.asides.line import Line
from agent.asides.topics import Asides, Question, Topic

__all__ = ["hear_checked_back"]

_LEAD = (
    r"(?:(?:and|so|but|well|ok|okay|wait|sorry|hang on|hold on|um|uh"
    r"|just (?:to|so) (?:(?:i|we) )?(?:be|make|am|im|are|check|confirm|double check)"
    r"(?: sure| clear)?)"
    r"(?: ,)? )*"
)
_STANDS = r"(?:thats|that is|its|it is|theyre|they are|youve got|you have|you got|you put|ive got)"
_CHECKED = re.compile(
    rf"(?:^|(?<=[.?,] )){_LEAD}(?:{_STANDS} |(?=half\b))(?P<what>[^.?]+?)(?: ,)?"
    r" (?:(?:right|correct)(?= [.?]|$)|(?:yeah|yes|isnt it|arent they|no|ok|okay|is it)(?= [?]))"
    r" ?(?P<more>[.?] (?:\d+(?: (?:of )?\w+)?(?: ,)?(?: and)? ?)+(?=[?]|$| [.?]|[.])"
    r"|[.?] not [^.?]+(?= [?]))?"
)
# What may be said for the first time so, or is no dish's.
_ELSE = frozenset(
    """
    no not without instead make change add remove take with pick pickup collect collection deliver
    delivery delivered name called number address street road avenue lane drive cash card minutes
    minute ready open closed as also too extra another more
    """.split()  # noqa: SIM905
)


def hear_checked_back(line: Line, asides: Asides) -> None:
    """Takes a sentence that only checks what was ordered, and answers it from the order."""
    for match in _CHECKED.finditer(line.string):
        span = line.tokens_of(*match.span())
        what = line.tokens_of(*match.span("what"))
        said = [t.word for t in line.heard[span[0] : what[-1] + 1]]
        if said.count("half") > 1 and "half and half" not in match["what"]:
            continue  # "half hot and half mild, right?" tells the kitchen which
        words = set(said)
        counts = any(w.isdecimal() for w in words) or bool({"half", "each"} & words)
        if asides.taken & set(span) or words & _ELSE or not (counts or line.mentioned(span)):
            continue
        asides.taken |= set(span)
        asides.questions.append(Question(Topic.ORDER, (), line.raw(span)))
