"""A LiveKit session with sound on both sides and nothing else: a caller whose words are known, who
is heard by loudness, and an agent whose voice is a hum. Time passes as on the telephone."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from livekit import rtc
from livekit.agents import AgentSession, llm, stt, tts, vad
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, NOT_GIVEN, APIConnectOptions
from livekit.agents.utils import AudioBuffer
from livekit.agents.voice.io import AudioInput, AudioOutput, AudioOutputCapabilities
from livekit.agents.voice.transcription import TranscriptSynchronizer

from agent.after_call import Followed
from agent.call import Call
from agent.waiter import Waiter

__all__ = ["Caller", "spoken_call"]

RATE = 16_000
FRAME_S = 0.02
STARTS_S = 0.06  # of loudness make speech
ENDS_S = 0.2  # of quiet end it
A_LETTER_S = 0.05  # of the agent's voice
HUM, QUIET = b"\x00\x10", b"\x00\x00"


def _sound(sample: bytes, seconds: float, rate: int = RATE) -> rtc.AudioFrame:
    samples = round(rate * seconds)
    return rtc.AudioFrame(sample * samples, rate, 1, samples)


class Caller(AudioInput):
    """The caller's side of the line."""

    def __init__(self, session: AgentSession[Call], played: _Earpiece) -> None:
        super().__init__(label="caller")
        self.session = session
        self.played = played
        self._loud = False
        self._words = ""

    async def __anext__(self) -> rtc.AudioFrame:
        await asyncio.sleep(FRAME_S)
        return _sound(HUM if self._loud else QUIET, FRAME_S)

    async def speak(self, words: str, seconds: float = 0.4) -> float:
        """Says `words`. Returns when, on the machine's clock, the last sound was made."""
        self._words, self._loud = words, True
        await asyncio.sleep(seconds)
        self._loud = False
        return time.time()

    async def answered(self) -> None:
        """Waits until the agent has begun to speak."""
        async with asyncio.timeout(20):
            await self.played.begun.wait()
        self.played.begun.clear()

    async def all_said(self) -> None:
        """Waits until the agent is listening again."""
        listening = asyncio.Event()

        def look(event: Any) -> None:
            if event.new_state == "listening":
                listening.set()

        self.session.on("agent_state_changed", look)
        async with asyncio.timeout(20):
            await listening.wait()
        self.session.off("agent_state_changed", look)

    def heard_words(self) -> str:
        return self._words


class _Earpiece(AudioOutput):
    """Plays in real time and stops when it is told to."""

    def __init__(self) -> None:
        super().__init__(
            label="earpiece", capabilities=AudioOutputCapabilities(pause=False), sample_rate=RATE
        )
        self.begun = asyncio.Event()
        self.begun_at = 0.0
        self._length_s = 0.0
        self._ending: asyncio.TimerHandle | None = None

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        if not self._length_s:
            self.begun_at = time.time()
            self.begun.set()
            self.on_playback_started(created_at=self.begun_at)
        self._length_s += frame.duration

    def flush(self) -> None:
        super().flush()
        if self._length_s:
            left = self._length_s - (time.time() - self.begun_at)
            self._ending = asyncio.get_running_loop().call_later(
                max(left, 0.0), self._end, self._length_s, False
            )

    def clear_buffer(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
        if self._length_s:
            self._end(min(time.time() - self.begun_at, self._length_s), True)

    def _end(self, position_s: float, interrupted: bool) -> None:
        self._length_s, self._ending = 0.0, None
        self.on_playback_finished(playback_position=position_s, interrupted=interrupted)


class _Loudness(vad.VAD):
    def __init__(self) -> None:
        super().__init__(capabilities=vad.VADCapabilities(update_interval=FRAME_S))

    def stream(self) -> vad.VADStream:
        return _Listening(self)


class _Listening(vad.VADStream):
    async def _main_task(self) -> None:
        frames: list[rtc.AudioFrame] = []
        loud_s = quiet_s = 0.0
        speaking = False
        async for frame in self._input_ch:
            if not isinstance(frame, rtc.AudioFrame):
                continue
            loud = any(frame.data)
            loud_s, quiet_s = (loud_s + FRAME_S, 0.0) if loud else (loud_s, quiet_s + FRAME_S)
            if loud or speaking:
                frames.append(frame)
            kind = vad.VADEventType.INFERENCE_DONE
            self._tell(kind, frames[-1:], speaking, loud_s, quiet_s)
            if not speaking and loud and loud_s >= STARTS_S:
                speaking = True
                self._tell(vad.VADEventType.START_OF_SPEECH, frames, True, loud_s, 0.0)
            elif quiet_s >= ENDS_S:
                if speaking:
                    self._tell(vad.VADEventType.END_OF_SPEECH, frames, False, loud_s, quiet_s)
                frames, loud_s, speaking = [], 0.0, False

    def _tell(
        self,
        kind: vad.VADEventType,
        frames: list[rtc.AudioFrame],
        speaking: bool,
        loud_s: float,
        quiet_s: float,
    ) -> None:
        self._event_ch.send_nowait(
            vad.VADEvent(
                type=kind,
                samples_index=0,
                timestamp=time.time(),
                speech_duration=loud_s,
                silence_duration=quiet_s,
                frames=list(frames),
                probability=1.0 if speaking else 0.0,
                speaking=speaking,
                raw_accumulated_silence=quiet_s,
                raw_accumulated_speech=loud_s,
            )
        )


class _Knows(stt.STT[Any]):
    """Recognises what the caller has in mind."""

    def __init__(self) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=False, interim_results=False))
        self.caller: Caller | None = None

    async def _recognize_impl(
        self,
        buffer: AudioBuffer,
        *,
        language: Any = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.SpeechEvent:
        assert self.caller is not None
        data = stt.SpeechData(language="en", text=self.caller.heard_words())  # type: ignore[arg-type]
        return stt.SpeechEvent(stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=[data])


class _Hum(tts.TTS[Any]):
    def __init__(self) -> None:
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False), sample_rate=RATE, num_channels=1
        )

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        return _Humming(tts=self, input_text=text, conn_options=conn_options)


class _Humming(tts.ChunkedStream):
    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=uuid.uuid4().hex, sample_rate=RATE, num_channels=1, mime_type="audio/pcm"
        )
        output_emitter.push(HUM * round(RATE * A_LETTER_S * len(self.input_text)))
        output_emitter.flush()


@asynccontextmanager
async def spoken_call(call: Call, model: llm.LLM[Any], followed: Followed) -> AsyncIterator[Caller]:
    """A call with sound, logged from its first moment, until the block ends."""
    ears, earpiece = _Knows(), _Earpiece()
    session = AgentSession[Call](
        stt=ears,
        llm=model,
        tts=_Hum(),
        vad=_Loudness(),
        userdata=call,
        turn_handling={
            "turn_detection": "vad",
            "endpointing": {"mode": "fixed", "min_delay": 0.1, "max_delay": 0.5},
            "interruption": {"mode": "vad", "min_duration": 0.1},
            "preemptive_generation": {"enabled": False},
        },
        max_tool_steps=10,
        aec_warmup_duration=None,
    )
    followed.log.attach(session)
    caller = Caller(session, earpiece)
    ears.caller = caller
    session.input.audio = caller
    # As a room does: it is from this that LiveKit knows how far a sentence was heard.
    pace = TranscriptSynchronizer(next_in_chain_audio=earpiece, next_in_chain_text=None)
    session.output.audio = pace.audio_output
    session.output.transcription = pace.text_output
    with followed.trace.active():
        await session.start(Waiter(call.house))
    try:
        yield caller
    finally:
        await session.aclose()
        await pace.aclose()
