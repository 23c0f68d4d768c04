"""No long pause of the interpreter in the middle of somebody's sentence."""

from __future__ import annotations

import gc

__all__ = ["steady"]


def steady() -> None:
    """Takes all that is loaded by now for permanent. Call it once, before the first call.

    Every some thousand new objects the interpreter walks all that there are; LiveKit's modules are
    160,000, which takes 100 ms and more, and none of them ever goes.
    """
    gc.collect()
    gc.freeze()
