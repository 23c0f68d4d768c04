"""A call made of recordings: sound → turns → words → the agent → a voice."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from agent.call import Call
from agent.rules import Ask, greeting
from agent.rules_llm import RulesLLM
from agent.speech.audio import PHONE_HZ, Samples, Sound, resample
from agent.speech.ears import Ears
from agent.speech.listening import Turn, turns_in
from agent.speech.moments import CallHints, moment_of
from agent.speech.voice import Voice
from agent.text_call import TextCall, text_call
from domain.clock import Clock
from domain.codec import encode
from domain.order import Order

__all__ = [
    "SpokenCall",
    "SpokenTurn",
    "Summary",
    "Talked",
    "as_text",
    "play",
    "spoken_call",
    "summary",
]

PAUSE_S = 0.4  # of silence between two replies in the recording that is written


class SpokenTurn(msgspec.Struct, frozen=True):
    """One turn. The times are milliseconds of work: finding the voice, recognising it, deciding,
    and speaking the reply."""

    heard: str
    sure: float
    reply: str
    spoken_s: float
    vad_ms: float
    stt_ms: float
    agent_ms: float
    tts_ms: float


class Talked(msgspec.Struct, frozen=True):
    """A whole call. `replies` is what was said back, the greeting first."""

    greeting: str
    turns: tuple[SpokenTurn, ...]
    replies: tuple[Sound, ...]

    def recording(self) -> Sound:
        """All replies in a row, as a telephone carries them."""
        silence = np.zeros(int(PAUSE_S * PHONE_HZ), dtype=np.int16)
        pieces: list[Samples] = []
        for sound in self.replies:
            pieces += [resample(sound.samples, sound.rate, PHONE_HZ), silence]
        return Sound(np.concatenate(pieces), PHONE_HZ)


class Summary(msgspec.Struct, frozen=True):
    """What `panbot agent call` tells. `order` is as the domain writes orders; `recording` is where
    the replies are, None where nothing here can speak."""

    greeting: str
    turns: tuple[SpokenTurn, ...]
    order: dict[str, Any] | None
    recording: str | None


def summary(talked: Talked, order: Order | None, recording: Path | None) -> Summary:
    return Summary(
        talked.greeting,
        talked.turns,
        encode(order) if order is not None else None,
        str(recording) if recording is not None else None,
    )


def as_text(told: Summary) -> str:
    """For people."""
    rows = [f"agent   {told.greeting}"]
    for turn in told.turns:
        times = f"{turn.spoken_s:.1f} s spoken; voice found in {turn.vad_ms:.0f} ms, recognised in "
        times += f"{turn.stt_ms:.0f}, decided in {turn.agent_ms:.0f}, spoken in {turn.tts_ms:.0f}"
        rows += [f"caller  {turn.heard or '(nothing understood)'}", f"        {times}"]
        rows.append(f"agent   {turn.reply}")
    if told.order is None:
        rows.append("Nothing was ordered.")
    else:
        order = json.dumps(told.order, ensure_ascii=False, indent=2)
        rows.append(f"Order {told.order.get('number', '')}:\n{order}")
    if told.recording is None:
        rows.append("Nothing here can speak: espeak-ng is not installed.")
    else:
        rows.append(f"The replies are in {told.recording}")
    return "\n".join(rows)


class SpokenCall:
    """One call in progress; `talking` is the agent's side of it, by `rules`."""

    def __init__(
        self, talking: TextCall, rules: RulesLLM, ears: Ears, voice: Voice | None, clock: Clock
    ) -> None:
        self._talking = talking
        self._rules = rules
        self._hints = CallHints(talking.call, lambda: rules.asked)
        self._ears = ears
        self._voice = voice
        self._clock = clock
        self.turns: list[SpokenTurn] = []
        self.replies: list[Sound] = []

    @property
    def asked(self) -> Ask:
        """What the caller was asked last."""
        return self._rules.asked

    async def hear(self, recording: Sound) -> list[SpokenTurn]:
        """What comes of each turn in `recording`, until goodbye; none where nobody speaks."""
        started = self._clock.monotonic()
        found = turns_in(recording)
        vad_ms = (self._clock.monotonic() - started) * 1000
        turns: list[SpokenTurn] = []
        for turn in found:
            if self._talking.call.ended:
                break
            turns.append(await self._answer(turn, vad_ms / len(found)))
        self.turns += turns
        return turns

    async def _answer(self, turn: Turn, vad_ms: float) -> SpokenTurn:
        at = [self._clock.monotonic()]
        menu = self._talking.call.house.menu
        heard = await self._ears.hear(menu, moment_of(self.asked), turn.samples, self._hints.now())
        self._hints.note(heard)
        at.append(self._clock.monotonic())
        reply = await self._talking.say(heard.text)
        at.append(self._clock.monotonic())
        if self._voice is not None and reply:
            self.replies.append(await self._voice.say(reply))
        at.append(self._clock.monotonic())
        stt_ms, agent_ms, tts_ms = (round((b - a) * 1000, 1) for a, b in itertools.pairwise(at))
        return SpokenTurn(
            heard=heard.text,
            sure=round(heard.sure, 3),
            reply=reply,
            spoken_s=round(len(turn.samples) / PHONE_HZ, 2),
            vad_ms=round(vad_ms, 1),
            stt_ms=stt_ms,
            agent_ms=agent_ms,
            tts_ms=tts_ms,
        )


@asynccontextmanager
async def spoken_call(
    call: Call, ears: Ears, voice: Voice | None, clock: Clock
) -> AsyncIterator[SpokenCall]:
    """A call until the block ends. Without a `voice` the replies are not spoken."""
    rules = RulesLLM(call)
    async with text_call(call, rules) as talking:
        yield SpokenCall(talking, rules, ears, voice, clock)


async def play(
    call: Call, recordings: Sequence[Sound], ears: Ears, voice: Voice | None, clock: Clock
) -> Talked:
    """The rules take the order of whoever speaks in `recordings`, until goodbye."""
    said = greeting(call.house)
    replies = [await voice.say(said)] if voice is not None else []
    async with spoken_call(call, ears, voice, clock) as talking:
        for recording in recordings:
            await talking.hear(recording)
    return Talked(said, tuple(talking.turns), (*replies, *talking.replies))
