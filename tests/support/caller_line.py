"""What every caller of a test does, however their voice gets to us: speak, and prove what was
heard."""

from __future__ import annotations

import asyncio
import contextlib
import time
from abc import ABC, abstractmethod

import numpy as np

from tests.support.spoken import RATE, SURE, Samples, was_said

__all__ = ["FRAME", "FRAME_S", "CallerLine"]

FRAME_S = 0.02
FRAME = round(RATE * FRAME_S)  # samples
HEAR_S = 20.0  # a hang guard: a sentence takes some three
SEND_S = 20.0  # a hang guard beside the time that the words themselves take
TELL_AGAIN_S = 9.0  # an answer comes within two, but for a machine that is busy
TELL_TIMES = 3
_LOUD = 500  # of 32,767: speech is above it, what a codec makes of silence is far below
_QUIET_S = 0.6  # without a loud sample: a sentence has ended


class CallerLine(ABC):
    """A caller's telephone: what it says, and all that it hears. Times are of `time.monotonic`."""

    def __init__(self, pace: int) -> None:
        self.gone = asyncio.Event()  # the other side hung up
        self.said_until = 0.0  # when the last sample of speech was sent
        self._pace = pace  # of the agent's voice
        self._speech: list[Samples] = []
        self._quiet = asyncio.Event()  # nothing is left to be said
        self._over = False  # nothing can be said any more
        self._heard: list[Samples] = []
        self._times: list[float] = []  # when each piece of `_heard` came
        self._loud_at = 0.0  # when the last loud one came

    @abstractmethod
    async def hang_up(self) -> None:
        """Puts the receiver down; harmless where the line is dead."""

    async def say(self, speech: Samples) -> None:
        """Returns when the last of it has been sent, or the line is dead."""
        if self._over:
            return
        self._quiet.clear()
        # Whole frames: at a telephone's rate an odd one is half a sample short, and each adds up.
        self._speech += list(np.pad(speech, (0, -len(speech) % FRAME)).reshape(-1, FRAME))
        try:
            async with asyncio.timeout(len(speech) / RATE + SEND_S):
                await self._quiet.wait()
        except TimeoutError:
            raise AssertionError(f"{len(self._speech)} frames were never sent") from None

    def _dead(self) -> None:
        """Nothing more is sent: who is still speaking has done so."""
        self._over = True
        self._speech.clear()
        self._quiet.set()

    def next_frame(self) -> Samples | None:
        """What is sent next; None where that is silence."""
        if not self._speech:
            self._quiet.set()
            return None
        self.said_until = time.monotonic()
        return self._speech.pop(0)

    def hear(self, piece: Samples) -> None:
        """Keeps what has come."""
        self._heard.append(piece)
        self._times.append(time.monotonic())
        if len(piece) and int(np.abs(piece.astype(np.int32)).max()) > _LOUD:
            self._loud_at = self._times[-1]

    def heard(self, since: float = 0.0) -> Samples:
        """All that has been heard since that moment."""
        pieces = [p for p, at in zip(self._heard, self._times, strict=True) if at >= since]
        return np.concatenate(pieces) if pieces else np.zeros(0, np.int16)

    def sound_after(self, moment: float) -> float | None:
        """When the first loud sample after `moment` came."""
        for piece, at in zip(self._heard, self._times, strict=True):
            if at > moment and int(np.abs(piece.astype(np.int32)).max(initial=0)) > _LOUD:
                return at
        return None

    async def until_said(self, since: float = 0.0) -> Samples:
        """What the other side says after `since`: returns when it has spoken and is quiet."""
        while True:
            if self._loud_at > since and (
                time.monotonic() - self._loud_at > _QUIET_S or self.gone.is_set()
            ):
                return self.heard(since)
            await asyncio.sleep(FRAME_S)

    async def hears(self, text: str, since: float = 0.0) -> None:
        """Returns once every sentence of `text` has come through since that moment."""
        told = await self._told(text, since, HEAR_S)
        assert told > SURE, f"{text!r} was never said; the likest was {told:.2f}"

    async def asks(self, speech: Samples, done: asyncio.Event) -> None:
        """Says it until that is `done`."""
        for _ in range(TELL_TIMES):
            await self.say(speech)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), TELL_AGAIN_S)
            if done.is_set():
                return
        raise AssertionError("it was asked for in vain")

    async def tells(self, speech: Samples, reply: str) -> None:
        """Says it until it is answered with `reply`, as callers do who were not understood: on a
        machine that is busy with other things, sound comes through with holes in it."""
        for _ in range(TELL_TIMES):
            await self.say(speech)
            told = await self._told(reply, self.said_until, TELL_AGAIN_S)
            if told > SURE:
                return
        raise AssertionError(f"{reply!r} was never answered; the likest was {told:.2f}")

    async def _told(self, text: str, since: float, seconds: float) -> float:
        heard_at, told = since, 0.0
        try:
            async with asyncio.timeout(seconds):
                while told <= SURE:
                    await self.until_said(heard_at)
                    heard_at = self._loud_at
                    # Seldom, and beside the loop: what listens here must not hold up who speaks.
                    told = await asyncio.to_thread(was_said, self.heard(since), text, self._pace)
        except TimeoutError:
            pass
        return told
