"""A process that recognises speech: `python -m agent.speech.ear FOLDER`, work on standard input.

The decoder holds Python's one lock while it thinks, so it may not think in the process that carries
calls. Each message is its length in four bytes and MessagePack; answers come in the order of the
questions. The process ends with its input.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np

from agent.speech.corpus import Moment
from agent.speech.grammar import write_grammar
from agent.speech.recogniser import Heard, Recogniser
from domain.menu import Menu

__all__ = ["MAX_GRAMMARS", "Answer", "Question", "main", "read_message", "write_message"]

MAX_GRAMMARS = 4  # recognisers kept in one process, 40 MB each; the one not used longest goes
MAX_MESSAGE = 40_000_000  # bytes; ten minutes of sound are 10 million


class Question(msgspec.Struct, frozen=True):
    """`samples` at 8 kHz, 16 bits; none of them: get ready. `menu` comes with the first question
    about it, and whenever an answer says that it is unknown."""

    grammar: str
    moment: Moment = Moment.ORDER
    samples: bytes = b""
    menu: Menu | None = None


class Answer(msgspec.Struct, frozen=True):
    """`unknown`: the menu is wanted again."""

    heard: Heard = Heard("")
    unknown: bool = False
    error: str = ""


def write_message(stream: BinaryIO, message: msgspec.Struct) -> None:
    """Appends one message."""
    data = msgspec.msgpack.encode(message)
    stream.write(len(data).to_bytes(4, "big") + data)
    stream.flush()


def read_message(stream: BinaryIO) -> bytes:
    """The next message, still encoded; empty at the end."""
    head = stream.read(4)
    return stream.read(int.from_bytes(head, "big")) if len(head) == 4 else b""


class _Ear:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Recogniser] = {}

    def answer(self, question: Question) -> Answer:
        recogniser = self._known.pop(question.grammar, None)
        if recogniser is None and question.menu is None:
            return Answer(unknown=True)
        if recogniser is None:
            assert question.menu is not None, "checked above"
            folder = self._folder / question.grammar
            write_grammar(question.menu, folder)
            recogniser = Recogniser(folder)
        self._known[question.grammar] = recogniser
        while len(self._known) > MAX_GRAMMARS:
            del self._known[next(iter(self._known))]
        if not question.samples:
            return Answer()
        samples = np.frombuffer(question.samples, dtype="<i2").astype(np.int16)
        return Answer(recogniser.hear(samples, question.moment))


def main() -> int:
    """Answers until the input ends."""
    ear = _Ear(Path(sys.argv[1]))
    while data := read_message(sys.stdin.buffer):
        try:
            answer = ear.answer(msgspec.msgpack.decode(data, type=Question))
        except Exception as error:  # one caller's trouble must not make the others' calls deaf
            answer = Answer(error=f"{type(error).__name__}: {error}")
        write_message(sys.stdout.buffer, answer)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
