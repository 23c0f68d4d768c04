"""What was said of the order's who, where and when, and is taken back in the same breath."""

from __future__ import annotations

import re
from collections.abc import Collection

from agent.asides.line import Line
from agent.asides.topics import Asides

__all__ = ["hear_let_be", "hear_taken_back"]

# "It's for delivery… no, *forget that*, pickup": the delivery is forgotten, and no dish.
_BACK = re.compile(
    r"(?:\b(?:no|wait|actually|sorry|oh|um|hmm|well|you know what|hang on|hold on|ah) |[.,?] )*"
    r"\b(?:forget|scratch|strike|scrap|cancel|never mind|undo|ignore) (?:that|it)(?= [.,?]|$"
    r"| (?:its|it is|make|ill|i will|well|for|to|at|under|deliver|pick|pickup)\b)"
)


def hear_taken_back(line: Line, asides: Asides, told: Collection[int]) -> None:
    """Takes a "scratch that" between two of the tokens `told`, which say who, where and when: it is
    said of the first, and the second is in its place."""
    for match in _BACK.finditer(line.string):
        span = line.tokens_of(*match.span())
        if span[0] - 1 in told and any(n > span[-1] for n in told):
            asides.taken |= set(span)


# "Oh, *forget it*, yes, it's fine, place it": what was complained of stays as it is.
_LET_BE = re.compile(
    r"\b(?:forget (?:about )?(?:it|that)|never ?mind(?: (?:it|that))?|whatever|leave it)"
    r"(?: [,.])*(?= (?:yes|yeah|yep|yup|its fine|thats fine|its ok|its okay|thats ok|its alright"
    r"|(?:just )?(?:place it|go ahead|send it|put it in))\b)"
)


def hear_let_be(line: Line, asides: Asides) -> None:
    """Of who gives up a complaint and agrees to what was read back: nothing is to go."""
    for match in _LET_BE.finditer(line.string):
        span = set(line.tokens_of(*match.span()))
        if not span & asides.taken:
            asides.taken |= span
