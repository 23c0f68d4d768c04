"""Spoken calls over a real LiveKit server: how long a caller waits, and what the agent takes.

With a recogniser of the bench's own in this process, which shows the line's and our part; then with
`panbot agent start` as it is where no key is set.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import psutil

from bench.figure import Figure, percentile
from bench.stack import migrate
from tests.support.agent_process import agent_process
from tests.support.canned import CannedEngines
from tests.support.cloud import two_businesses
from tests.support.livekit import LiveKit, PhoneLine, livekit_server
from tests.support.reception import reception
from tests.support.restaurant import NUMBER
from tests.support.spoken import spoken

__all__ = ["run"]

ROUNDS = 5  # calls one after the other, of two turns each
AT_ONCE = 4
PACE = 165  # words a minute
WATER = "One water, please"
PICKED_UP = "To pick up, please"
GREETED_S = 20.0  # longer than any caller waits
READY_S = 60.0  # likewise, on a busy machine
MIDDLE_S = 5.0  # after the ring everybody is talking
GOAL_REPLY_MS = "under 700"
GOAL_MB = "under 500"
GOAL_OURS_MS = "under 150"


async def run(folder: Path, database_url: str) -> list[Figure]:
    await migrate(database_url)
    await two_businesses(database_url)
    with livekit_server(folder) as server:
        stages = _Stages()
        engines = CannedEngines([WATER, PICKED_UP], pace=PACE, told=stages.note)
        async with reception(server, database_url, engines):
            figures, _ = await _measured(server, "canned recogniser", lambda: 0.0, stages)
        figures += stages.figures()
        async with agent_process(server, database_url) as child:
            ours, megabytes = await _measured(server, "offline chain", lambda: _memory(child.pid))
    name = f"agent process and its recognisers, {AT_ONCE} calls at once"
    return [*figures, *ours, Figure(name, megabytes, "MB", goal=GOAL_MB)]


def _memory(pid: int) -> float:
    """Megabytes that only this process and its children have (pages that they share count once)."""
    process = psutil.Process(pid)
    everyone = [process, *process.children(recursive=True)]
    return float(sum(one.memory_full_info().pss for one in everyone)) / 1_000_000


class _Stages:
    """When, of calls one after the other, a sentence was text and when its answer became sound."""

    def __init__(self) -> None:
        self._events: list[tuple[float, str]] = []
        self._turns: list[tuple[float, float, float]] = []

    def note(self, what: str) -> None:
        self._events.append((time.monotonic(), what))

    def turn(self, ended: float, sounded: float) -> None:
        """A caller fell silent at `ended` and heard the answer from `sounded` on."""
        heard = [at for at, what in self._events if what == "heard" and ended < at < sounded]
        spoke = [at for at, what in self._events if what == "spoke" and ended < at < sounded]
        if heard and spoke:  # else it was answered before it was heard to the end
            steps = (ended, heard[-1], spoke[0], sounded)
            first, ours, last = (1000 * (b - a) for a, b in pairwise(steps))
            self._turns.append((first, ours, last))

    def figures(self) -> list[Figure]:
        names = (
            ("end of speech to its text (voice detection, recogniser)", ""),
            ("text to the answer's first sound (end of turn, rules, tools, voice)", GOAL_OURS_MS),
            ("that sound to the caller's ear (the line)", ""),
        )
        return [
            Figure(
                f"stage: {name}, p50",
                percentile([turn[n] for turn in self._turns], 50),
                "ms",
                goal=goal,
            )
            for n, (name, goal) in enumerate(names)
        ]


async def _measured(
    server: LiveKit, with_: str, memory: Callable[[], float], stages: _Stages | None = None
) -> tuple[list[Figure], float]:
    await _call(server, 0)  # not counted: the first call loads what all later ones have
    greeted, waits = [], []
    for _ in range(ROUNDS):
        first, replies = await _call(server, 0, stages)
        greeted.append(first)
        waits += replies
    talking = [asyncio.create_task(_call(server, n)) for n in range(AT_ONCE)]
    await asyncio.sleep(MIDDLE_S)
    megabytes = memory()
    busy = [reply for _, replies in await asyncio.gather(*talking) for reply in replies]
    reply = f"end of speech to first sound, {with_}"
    figures = [
        Figure(f"ring to greeting, {with_}, p50", percentile(greeted, 50), "ms"),
        Figure(f"{reply}, p50", percentile(waits, 50), "ms", goal=GOAL_REPLY_MS),
        Figure(f"{reply}, p99", percentile(waits, 99), "ms", goal=GOAL_REPLY_MS),
        Figure(f"{reply}, {AT_ONCE} calls at once, p50", percentile(busy, 50), "ms"),
    ]
    return figures, megabytes


async def _call(
    server: LiveKit, n: int, stages: _Stages | None = None
) -> tuple[float, list[float]]:
    """Milliseconds from the ring to the greeting, and from the end of each turn to the answer; a
    turn that nobody answers is given up, and counts with all that it was waited for."""
    dialled = {"sip.trunkPhoneNumber": NUMBER, "sip.phoneNumber": f"+493055500{n}"}
    rang = time.monotonic()
    async with PhoneLine.call(server, dialled, pace=PACE) as line:
        await _quiet(line, 0.0)
        greeted = line.sound_after(rang) or time.monotonic()
        waits = []
        for words in (WATER, PICKED_UP):
            await line.say(spoken(words, pace=PACE))
            ended = line.said_until
            await _quiet(line, ended)
            sounded = line.sound_after(ended) or time.monotonic()
            waits.append((sounded - ended) * 1000)
            if stages is not None:
                stages.turn(ended, sounded)
        return (greeted - rang) * 1000, waits


async def _quiet(line: PhoneLine, since: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(line.until_said(since), GREETED_S)
