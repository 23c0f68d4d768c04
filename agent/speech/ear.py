"""A process that recognises speech: `python -m agent.speech.ear MODEL FD`, work on standard input.

The recogniser holds Python's one lock while it thinks, so it may not think in the process that
carries calls. `MODEL` is a folder, `FD` the file with what `shared` loaded from it. Each message
is its length in four bytes and MessagePack; answers come in the order of the questions. The
process ends with its input.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np

from agent.speech.corpus import Moment
from agent.speech.recogniser import Ear, Heard, Recogniser
from agent.speech.shared import shared_model
from domain.menu import Menu

__all__ = ["MAX_MENUS", "Answer", "Question", "main", "read_message", "write_message"]

MAX_MENUS = 4  # kept in one process, 20 MB each; the one not used longest goes
MAX_MESSAGE = 40_000_000  # bytes; ten minutes of sound are 10 million


class Question(msgspec.Struct, frozen=True):
    """`samples` at 8 kHz, 16 bits; none of them: get ready. `key` is the menu's; `menu`
    comes with the first question about it, and whenever an answer says that it is unknown."""

    key: str
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


class _Listener:
    def __init__(self, ear: Ear) -> None:
        self._ear = ear
        self._known: dict[str, Recogniser] = {}

    def answer(self, question: Question) -> Answer:
        recogniser = self._known.pop(question.key, None)
        if recogniser is None and question.menu is None:
            return Answer(unknown=True)
        if recogniser is None:
            assert question.menu is not None, "checked above"
            recogniser = Recogniser(self._ear, question.menu)
        self._known[question.key] = recogniser
        while len(self._known) > MAX_MENUS:
            del self._known[next(iter(self._known))]
        if not question.samples:
            return Answer()
        samples = np.frombuffer(question.samples, dtype="<i2").astype(np.int16)
        return Answer(recogniser.hear(samples, question.moment))


def main() -> int:
    """Answers until the input ends."""
    folder, fd = Path(sys.argv[1]), int(sys.argv[2])
    listener = _Listener(Ear(shared_model(fd), folder))
    while data := read_message(sys.stdin.buffer):
        try:
            answer = listener.answer(msgspec.msgpack.decode(data, type=Question))
        except Exception as error:  # one caller's trouble must not make the others' calls deaf
            answer = Answer(error=f"{type(error).__name__}: {error}")
        write_message(sys.stdout.buffer, answer)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
