"""Which words of an utterance name something on the menu.

A `Lexicon` is made once for a menu. `mentions` finds the items, modifiers and categories named in a
row of tokens: names, translations and spoken forms, plurals, slips of the tongue or of the
recogniser, words run together or torn apart. What one mention may mean (a dish, an extra, several
dishes at once) is kept open here: the listener decides by the place where it was said.
"""

from __future__ import annotations

from agent.matching.entries import NEGATIONS, is_all_of_it
from agent.matching.lexicon import Lexicon
from agent.matching.mention import Mention, Reading
from agent.matching.own_words import to_write, wants_words

__all__ = ["NEGATIONS", "Lexicon", "Mention", "Reading", "is_all_of_it", "to_write", "wants_words"]
