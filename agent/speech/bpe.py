"""Text as a Whisper model's tokens and back: byte-pair encoding, read from its `tokenizer.json`."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from domain.errors import Malformed

__all__ = ["Bpe"]

# A word keeps the space before it; what an apostrophe shortens is a piece of its own.
_PIECE = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?[^\s\w]+|\s+")


_NONE = sys.maxsize


class _Model(msgspec.Struct):
    vocab: dict[str, int]


class _Added(msgspec.Struct):
    content: str
    id: int


class _Tokenizer(msgspec.Struct):
    """What is wanted of the file. Its list of merges, the larger part, is passed over."""

    model: _Model
    added_tokens: list[_Added]


class Bpe:
    """Raises `Malformed` where `path` is no byte-pair tokenizer, `OSError` where it cannot be
    read."""

    def __init__(self, path: Path) -> None:
        try:
            read = msgspec.json.decode(path.read_bytes(), type=_Tokenizer)
        except msgspec.MsgspecError as error:
            raise Malformed(f"{path} is no tokenizer that can be read: {error}") from error
        self._numbers = read.model.vocab
        self._added = {one.content: one.id for one in read.added_tokens}
        self._written = [""] * (1 + max(self._numbers.values(), default=0))
        for text, number in self._numbers.items():
            self._written[number] = text
        self._of_piece = lru_cache(20_000)(self._merged)

    def special(self, name: str) -> int:
        """The number of `<|name|>`. Raises `Malformed` where there is none."""
        written = f"<|{name}|>"
        found = self._added.get(written, self._numbers.get(written))
        if found is None:
            raise Malformed(f"The tokenizer does not know {written}.")
        return found

    def texts(self) -> Sequence[str]:
        """How each token is written, in the letters that stand for bytes; `Ġ` is a space."""
        return self._written

    def letters(self, token: int) -> int:
        """How many letters `token` is written with."""
        return sum(c.isalpha() for c in self._written[token])

    def text(self, tokens: Iterable[int]) -> str:
        """What `tokens` are written as, without those that are no text."""
        # What is no text, such as the end of it, has numbers beyond those of the text.
        letters = "".join(self._written[n] for n in tokens if n < len(self._written))
        return bytes(_LETTERS[c] for c in letters).decode(errors="replace")

    def of_text(self, text: str) -> tuple[int, ...]:
        return tuple(n for piece in _PIECE.findall(text) for n in self._of_piece(piece))

    def _merged(self, piece: str) -> list[int]:
        parts = [_BYTES[byte] for byte in piece.encode()]
        while len(parts) > 1:
            # Tokens are numbered in the order in which they are merged.
            pairs = enumerate(itertools.pairwise(parts))
            number, at = min((self._numbers.get(a + b, _NONE), n) for n, (a, b) in pairs)
            if number == _NONE:
                break
            parts[at : at + 2] = ["".join(parts[at : at + 2])]
        return [self._numbers[part] for part in parts]


def _bytes_as_letters() -> dict[int, str]:
    """The letter that stands for each byte, as GPT-2 has it: printable ones for themselves."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in plain]
    return {b: chr(b) for b in plain} | {b: chr(256 + n) for n, b in enumerate(rest)}


_BYTES = _bytes_as_letters()
_LETTERS = {letter: byte for byte, letter in _BYTES.items()}
