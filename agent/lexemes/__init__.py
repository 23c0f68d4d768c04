"""An utterance as a row of lexemes: numbers, mentions of the menu, and the small words between.

`lex` throws away what carries no meaning for an order ("hi", "could you", "please") and keeps words
that nobody knows, since one of them may be a dish that is not on the menu.

`lexeme` is one of them; `row` knows what was said, `counting` which words count, `phrases` what
small words say together, and `scan` walks along. Each builds on the one before.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from agent.language import Token
from agent.lexemes.lexeme import Lexeme, is_foreign_small_word, is_small_word, is_yes
from agent.lexemes.scan import Scan
from agent.matching import Mention
from agent.small_words import Kind

__all__ = ["Kind", "Lexeme", "is_foreign_small_word", "is_small_word", "is_yes", "lex"]


def lex(
    text: str,
    heard: Sequence[Token],
    mentions: Sequence[Mention],
    taken: Collection[int],
    left_out: Collection[int] = (),
) -> list[Lexeme]:
    """The lexemes of `heard`. Tokens in `taken` were understood before; they read as a comma, and
    those in `left_out` as nothing."""
    return [x for x in Scan(text, heard, mentions, taken).lexemes() if x.start not in left_out]
