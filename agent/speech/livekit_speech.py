"""Offline speech as LiveKit's STT, TTS and turn detector.

The recogniser begins when the caller falls silent, before it is certain that they have finished,
and what it finds is thrown away where they go on. So its time is mostly over when the silence is
long enough to count.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from livekit import rtc
from livekit.agents import llm, stt, tts, utils
from livekit.agents import vad as voice_activity
from livekit.agents.inference import VAD
from livekit.agents.language import LanguageCode
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
)

from agent.rules import Ask
from agent.speech.audio import PHONE_HZ, Samples, resample
from agent.speech.ears import Ears
from agent.speech.endpoint import wait_ms
from agent.speech.moments import CallHints, moment_of
from agent.speech.recogniser import Heard
from agent.speech.search import NO_HINTS
from agent.speech.voice import VOICE_HZ, Voice
from domain.errors import Unavailable
from domain.menu import Menu

__all__ = ["OfflineSTT", "OfflineTTS", "SentenceEnds", "offline_stt", "offline_tts", "phone_vad"]

HEARING_HZ = 16_000  # what the voice-activity detector works at
FALLS_SILENT_S = 0.1  # from here on the recogniser works, in case this was the end
END_S = 0.25  # of silence, then an utterance has ended; the turn may go on (`SentenceEnds`)
WORD_S = 0.08  # of voice; less is a click on the line
PADDING_S = 0.3  # kept before the first voice: a soft consonant is not found by the detector
FRAME_MS = 20

Menus = Callable[[], Menu]
Asked = Callable[[], Ask]


def phone_vad() -> VAD:
    """The voice-activity detector with a telephone's times."""
    return VAD(
        min_speech_duration=WORD_S,
        min_silence_duration=END_S,
        prefix_padding_duration=PADDING_S,
        activation_threshold=0.5,
    )


def offline_stt(
    ears: Ears,
    menu: Menus,
    asked: Asked = lambda: Ask.ITEMS,
    hints: CallHints | None = None,
) -> OfflineSTT:
    """A recogniser for one call. `menu` is the restaurant's at the moment, `asked` what the caller
    was asked last, `hints` what the call tells of what may be said. `await ears.prepare(menu)`
    before the first call saves that call seconds."""
    return OfflineSTT(ears, menu, asked, hints)


def offline_tts(voice: Voice | None = None) -> OfflineTTS:
    """A voice for any number of calls."""
    return OfflineTTS(voice or Voice())


class OfflineSTT(stt.STT[Any]):
    """Streams, with a voice-activity detector of its own; `recognize` takes one whole utterance."""

    def __init__(self, ears: Ears, menu: Menus, asked: Asked, hints: CallHints | None) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=True, interim_results=False))
        self._ears = ears
        self._menu = menu
        self._asked = asked
        self._hints = hints
        self._vad = phone_vad()
        self.silent_since: float | None = None  # `time.monotonic()`, while nobody speaks

    @property
    def model(self) -> str:
        return "whisper"

    @property
    def provider(self) -> str:
        return "panbot"

    @property
    def detector(self) -> VAD:
        return self._vad

    async def hear(self, samples: Samples) -> Heard:
        """What was said in `samples` at 8 kHz. Raises LiveKit's `APIConnectionError` for its
        fallback adapter."""
        try:
            moment = moment_of(self._asked())
            hints = NO_HINTS if self._hints is None else self._hints.now()
            return await self._ears.hear(self._menu(), moment, samples, hints)
        except Unavailable as error:
            raise stt_error(error) from error

    def note(self, heard: Heard) -> None:
        """To be told of each utterance, once it was heard to its end."""
        if self._hints is not None:
            self._hints.note(heard)

    async def _recognize_impl(
        self,
        buffer: utils.AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.SpeechEvent:
        heard = await self.hear(_phone_samples([rtc.combine_audio_frames(buffer)]))
        self.note(heard)
        return _final(heard)

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.RecognizeStream:
        return _Listening(self, conn_options)


def stt_error(error: Exception) -> Exception:
    """`error` as LiveKit's adapters know it."""
    from livekit.agents import APIConnectionError

    return APIConnectionError(str(error), retryable=False)


def _final(heard: Heard, ended_at: float | None = None) -> stt.SpeechEvent:
    # The caller has paused here. What follows is heard by itself, and put after this.
    text = heard.text if heard.text.endswith(("?", ".")) else f"{heard.text}."
    data = stt.SpeechData(language=LanguageCode("en"), text=text, confidence=heard.sure)
    return stt.SpeechEvent(
        stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=[data], speech_end_time=ended_at
    )


def _phone_samples(frames: list[rtc.AudioFrame]) -> Samples:
    if not frames:
        return np.zeros(0, dtype=np.int16)
    whole = rtc.combine_audio_frames(frames)
    samples = np.frombuffer(whole.data, dtype=np.int16)
    if whole.num_channels > 1:
        samples = samples[:: whole.num_channels]
    return resample(samples, whole.sample_rate, PHONE_HZ)


class _Listening(stt.RecognizeStream):
    """One caller's line."""

    def __init__(self, parent: OfflineSTT, conn_options: APIConnectOptions) -> None:
        super().__init__(stt=parent, conn_options=conn_options, sample_rate=HEARING_HZ)
        self._parent = parent
        self._frames: list[rtc.AudioFrame] = []
        self._early: asyncio.Task[Heard] | None = None
        self._early_at = 0  # how many frames `_early` has heard

    async def _run(self) -> None:
        vad = self._parent.detector.stream()
        feeding = asyncio.create_task(self._feed(vad))
        try:
            async for event in vad:
                await self._follow(event)
            await feeding
        finally:
            feeding.cancel()
            self._drop_early()
            await vad.aclose()

    async def _feed(self, vad: voice_activity.VADStream) -> None:
        async for frame in self._input_ch:
            if isinstance(frame, rtc.AudioFrame):
                vad.push_frame(frame)
            else:
                vad.flush()
        vad.end_input()

    async def _follow(self, event: voice_activity.VADEvent) -> None:
        match event.type:
            case voice_activity.VADEventType.START_OF_SPEECH:
                self._drop_early()
                self._frames = list(event.frames)
                self._parent.silent_since = None
                self._event_ch.send_nowait(stt.SpeechEvent(stt.SpeechEventType.START_OF_SPEECH))
            case voice_activity.VADEventType.INFERENCE_DONE if event.speaking:
                self._frames += event.frames
                self._listen_early(event.raw_accumulated_silence)
            case voice_activity.VADEventType.END_OF_SPEECH:
                await self._finish(event)

    def _listen_early(self, silence_s: float) -> None:
        if silence_s < FALLS_SILENT_S:
            self._drop_early()
        elif self._early is None:
            heard_so_far = _phone_samples(self._frames)
            self._early = asyncio.create_task(self._parent.hear(heard_so_far))

    def _drop_early(self) -> None:
        if self._early is not None:
            self._early.cancel()
            self._early = None

    async def _finish(self, event: voice_activity.VADEvent) -> None:
        silence_s = event.silence_duration + event.inference_duration
        ended_at = time.time() - silence_s  # noqa: TID251 (LiveKit's own clock is this one)
        self._parent.silent_since = time.monotonic() - silence_s
        self._event_ch.send_nowait(
            stt.SpeechEvent(stt.SpeechEventType.END_OF_SPEECH, speech_end_time=ended_at)
        )
        early, self._early = self._early, None
        heard = await (early or self._parent.hear(_phone_samples(list(event.frames))))
        self._frames = []
        self._parent.note(heard)
        if heard.text:
            self._event_ch.send_nowait(_final(heard, ended_at))


class OfflineTTS(tts.TTS[Any]):
    """espeak-ng; each answer is spoken whole, in some ten milliseconds a sentence."""

    def __init__(self, voice: Voice) -> None:
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False),
            sample_rate=VOICE_HZ,
            num_channels=1,
        )
        self._voice = voice

    @property
    def model(self) -> str:
        return "espeak-ng"

    @property
    def provider(self) -> str:
        return "panbot"

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        return _Speaking(self, self._voice, text, conn_options)


class _Speaking(tts.ChunkedStream):
    def __init__(
        self, parent: OfflineTTS, voice: Voice, text: str, conn_options: APIConnectOptions
    ) -> None:
        super().__init__(tts=parent, input_text=text, conn_options=conn_options)
        self._voice = voice

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        try:
            sound = await self._voice.say(self._input_text)
        except Unavailable as error:
            raise stt_error(error) from error
        output_emitter.initialize(
            request_id=utils.shortuuid(),
            sample_rate=VOICE_HZ,
            num_channels=1,
            mime_type="audio/pcm",
            frame_size_ms=FRAME_MS,
        )
        output_emitter.push(resample(sound.samples, sound.rate, VOICE_HZ).tobytes())
        output_emitter.flush()


class SentenceEnds:
    """A turn detector for `turn_handling={"turn_detection": …}`: waits after the caller's last word
    as long as `wait_ms` says, and no longer.

    The session's own delay comes on top of nothing: it runs from the same last word, so set
    `endpointing={"min_delay": SHORT_MS / 1000, "max_delay": …}`; `max_delay` is never used.
    """

    def __init__(self, hearing: OfflineSTT, asked: Asked = lambda: Ask.ITEMS) -> None:
        self._hearing = hearing
        self._asked = asked

    @property
    def model(self) -> str:
        return "sentence"

    @property
    def provider(self) -> str:
        return "panbot"

    async def unlikely_threshold(self, language: LanguageCode | None) -> float | None:
        return 0.5

    async def supports_language(self, language: LanguageCode | None) -> bool:
        return True

    async def predict_end_of_turn(
        self, chat_ctx: llm.ChatContext, *, timeout: float | None = None
    ) -> float:
        """1.0, once the caller has been silent for long enough. Cancelled where they go on."""
        said = next(
            (
                item.text_content or ""
                for item in reversed(chat_ctx.items)
                if isinstance(item, llm.ChatMessage) and item.role == "user"
            ),
            "",
        )
        since = self._hearing.silent_since
        silent_s = time.monotonic() - since if since is not None else END_S
        await asyncio.sleep(max(0.0, wait_ms(said, self._asked()) / 1000 - silent_s))
        return 1.0
