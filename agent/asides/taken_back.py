"""What was said of the order's who, where and when, and is taken back in the same breath."""

from __future__ import annotations

import re
from collections.abc import Collection

from agent.asides.line import Line
from agent.asides.topics import Asides

__all__ = ["hear_taken_back"]

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
