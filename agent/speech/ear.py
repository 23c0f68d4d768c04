"""A process that recognises speech: `python -m agent.speech.ear MODEL FD`, work on standard input.

The recogniser holds Python's one lock while it thinks, so it may not think in the process that
carries calls. `MODEL` is a folder, `FD` the file with what `shared` loaded from it. Each message
is its length in four bytes and MessagePack; answers come in the order of the questions. A question
that another one comes behind is answered by nothing: nobody waits for it any more. The process
ends with its input.
"""

from __future__ import annotations

import select
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np

from agent.speech.recogniser import Ear, Heard, Recogniser
from agent.speech.search import NO_HINTS, Hints
from agent.speech.shared import shared_model
from agent.speech.vocabulary import Moment
from agent.thrift import give_back
from domain.menu import Menu

__all__ = ["LENGTH", "MAX_MENUS", "Answer", "Question", "main", "read_message", "write_message"]

MAX_MENUS = 4  # kept in one process, 20 MB each; the one not used longest goes
LENGTH = 4  # bytes of the number in front of a message


class Question(msgspec.Struct, frozen=True):
    """`samples` at 8 kHz, 16 bits; none of them: get ready. `key` is the menu's; `menu`
    comes with the first question about it, and whenever an answer says that it is unknown.
    `number` comes back with the answer."""

    key: str
    moment: Moment = Moment.ORDER
    samples: bytes = b""
    menu: Menu | None = None
    hints: Hints = NO_HINTS
    number: int = 0


class Answer(msgspec.Struct, frozen=True):
    """`unknown`: the menu is wanted again."""

    heard: Heard = Heard("")
    unknown: bool = False
    error: str = ""
    number: int = 0


def write_message(stream: BinaryIO, message: msgspec.Struct) -> None:
    """Appends one message."""
    data = msgspec.msgpack.encode(message)
    stream.write(len(data).to_bytes(LENGTH, "big") + data)
    stream.flush()


def read_message(stream: BinaryIO) -> bytes:
    """The next message, still encoded; empty at the end."""
    head = _read(stream, LENGTH)
    return _read(stream, int.from_bytes(head, "big"))


def _read(stream: BinaryIO, size: int) -> bytes:
    """So many bytes; none where there are fewer."""
    data = b""
    while len(data) < size:
        more = stream.read(size - len(data))
        if not more:
            return b""
        data += more
    return data


class _Listener:
    def __init__(self, ear: Ear, given_up: Callable[[], bool]) -> None:
        self._ear = ear
        self._given_up = given_up
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
        return Answer(recogniser.hear(samples, question.moment, question.hints, self._given_up))


def main() -> int:
    """Answers until the input ends."""
    folder, fd = Path(sys.argv[1]), int(sys.argv[2])
    # Read as it comes: what a buffer had read already, `select` would not know of.
    questions = open(sys.stdin.fileno(), "rb", buffering=0, closefd=False)  # noqa: SIM115

    def given_up() -> bool:
        return bool(select.select([questions], [], [], 0)[0])

    listener = _Listener(Ear(shared_model(fd), folder), given_up)
    while data := read_message(questions):
        question = msgspec.msgpack.decode(data, type=Question)
        try:
            answer = listener.answer(question)
        except Exception as error:  # one caller's trouble must not make the others' calls deaf
            answer = Answer(error=f"{type(error).__name__}: {error}")
        write_message(sys.stdout.buffer, msgspec.structs.replace(answer, number=question.number))
        give_back()  # after the answer: the caller does not wait for it
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
