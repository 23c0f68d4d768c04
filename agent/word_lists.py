"""What people are called, and the commonest words of English."""

from __future__ import annotations

from pathlib import Path

__all__ = ["COMMONEST_WORDS", "NAMES"]

_HERE = Path(__file__).parent
NAMES = tuple((_HERE / "names.txt").read_text("utf-8").split())  # some 8,600, of thirty languages
COMMONEST_WORDS = tuple((_HERE / "words.txt").read_text("utf-8").split())
