"""Engines for tests of the line: a recogniser that knows a handful of sentences by their sound, a
synthetic voice, and the rules. What is said on the line decides everything, nothing is counted."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import numpy as np
from livekit import rtc
from livekit.agents import inference, stt, tts
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, NOT_GIVEN, APIConnectOptions
from livekit.agents.utils import AudioBuffer

from agent.call import Call
from agent.engines import Parts, hearing, in_a_row, minds, speaking
from agent.rules_llm import RulesLLM
from agent.settings import EngineSettings, Model
from tests.support.spoken import RATE, WORDS_PER_MINUTE, likeness, resampled, spoken

__all__ = ["BrokenEngines", "CannedEngines"]

Told = Callable[[str], None]

_ALIKE = 0.6  # the sentence itself has 0.9 and more, any other of the same voice some 0.3


_NO_MODEL = EngineSettings()


class CannedEngines:
    """`sentences` are all that callers will say, at `pace` words a minute. `told` hears "heard"
    when a sentence is text, and "spoke" when the first sound of an answer is made."""

    def __init__(
        self,
        sentences: Sequence[str],
        settings: EngineSettings = _NO_MODEL,
        *,
        pace: int = WORDS_PER_MINUTE,
        told: Told = lambda _: None,
    ) -> None:
        self._sentences = tuple(sentences)
        self._pace = pace
        self._settings = settings
        self._told = told

    def with_model(self, url: str) -> CannedEngines:
        """The same with a model at `url`, which speaks OpenAI's way, before the rules."""
        model = Model("openai", "some-model", key="key", url=url)
        return CannedEngines(self._sentences, EngineSettings(llm=(model,)))

    def with_services(self, url: str) -> CannedEngines:
        """The same with a recogniser and a voice at `url`, which speak Deepgram's and Cartesia's
        way, before our own."""
        ears = Model("deepgram", "nova-3", key="key", url=url)
        voice = Model("cartesia", "sonic-3", key="key", url=url)
        return CannedEngines(self._sentences, EngineSettings(stt=(ears,), tts=(voice,)))

    def prewarm(self) -> None:
        for sentence in self._sentences:
            spoken(sentence, pace=self._pace)

    @asynccontextmanager
    async def parts(self, call: Call) -> AsyncIterator[Parts]:
        known = _KnownSentences(self._sentences, self._pace, self._told)
        activity = inference.VAD()
        async with (
            in_a_row(minds(self._settings, RulesLLM(call))) as mind,
            hearing(self._settings, known, activity) as ears,
            self.voice() as voice,
        ):
            yield Parts(activity, ears, mind, voice, turns="vad", wait_s=(0.3, 1.0))

    def voice(self) -> AbstractAsyncContextManager[tts.TTS[Any]]:
        return speaking(self._settings, _Voice(self._told))


class BrokenEngines(CannedEngines):
    """They cannot be made for a call; the voice alone can."""

    @asynccontextmanager
    async def parts(self, call: Call) -> AsyncIterator[Parts]:
        raise OSError("no ears")
        yield


class _KnownSentences(stt.STT[Any]):
    def __init__(self, sentences: Sequence[str], pace: int, told: Told) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=False, interim_results=False))
        self._sentences = sentences
        self._pace = pace
        self._told = told

    async def _recognize_impl(
        self,
        buffer: AudioBuffer,
        *,
        language: Any = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.SpeechEvent:
        frame = rtc.combine_audio_frames(buffer)
        text = await asyncio.to_thread(self._closest, frame)
        self._told("heard")
        return stt.SpeechEvent(
            type=stt.SpeechEventType.FINAL_TRANSCRIPT,
            alternatives=[stt.SpeechData(language="en", text=text)],
        )

    def _closest(self, frame: rtc.AudioFrame) -> str:
        heard = np.frombuffer(frame.data, np.int16)
        heard = resampled(heard, frame.sample_rate, RATE)
        padded = np.pad(heard, RATE)  # the activity detector may have cut a soft beginning
        alike = {s: likeness(padded, spoken(s, pace=self._pace)) for s in self._sentences}
        best = max(alike, key=lambda s: alike[s])
        return best if alike[best] > _ALIKE else ""


class _Voice(tts.TTS[Any]):
    def __init__(self, told: Told) -> None:
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False), sample_rate=RATE, num_channels=1
        )
        self._told = told

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        return _Saying(self, text, conn_options, self._told)


class _Saying(tts.ChunkedStream):
    def __init__(self, voice: _Voice, text: str, options: APIConnectOptions, told: Told) -> None:
        super().__init__(tts=voice, input_text=text, conn_options=options)
        self._told = told

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        samples = await asyncio.to_thread(spoken, self.input_text)
        output_emitter.initialize(
            request_id=uuid.uuid4().hex, sample_rate=RATE, num_channels=1, mime_type="audio/pcm"
        )
        output_emitter.push(samples.tobytes())
        self._told("spoke")
        output_emitter.flush()
