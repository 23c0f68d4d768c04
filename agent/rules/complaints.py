"""Whether what is said finds fault with the order: "there's an extra one on there", "that's wrong".

Where nothing could be made of it the order is read back once more: who is only asked again whether
it may be placed says yes to a wrong order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.language import Token

__all__ = ["finds_fault"]

_FAULT = re.compile(
    r"\b(?:off|out|away|extra|odd|twice|double|still|wrong|instead|stead|only|too many|too much"
    r"|(?:on|in) there|(?:just|only) (?:the|an?|1|\d+)|not (?:the|an?|\d+)|fix|fixed|remove|change"
    r"|changed|supposed|meant|(?:did|do)(?:nt| not) (?:ask|order|want|need|say|get)|never"
    r"|(?:i|we) (?:said|asked|told|ordered|want|wanted|need)|why|whys|how come|missing|forgot|where"
    r"|wheres|no)\b"
)


def finds_fault(spoken: Sequence[Token]) -> bool:
    """True where somebody who was read the order back may want it otherwise."""
    return _FAULT.search(" ".join(t.word for t in spoken)) is not None
