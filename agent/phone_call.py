"""One telephone call: a LiveKit session with speech on a caller's line.

Whatever happens in a call (something has been said to the end, the caller is silent, the caller has
gone) is put into one queue, and `run` takes it from there: one thing after the other.
"""

from __future__ import annotations

import asyncio
import logging
from enum import Enum, auto
from typing import Any

from livekit import rtc
from livekit.agents import AgentSession
from livekit.agents.types import APIConnectOptions
from livekit.agents.voice import room_io
from livekit.agents.voice.agent_session import SessionConnectOptions
from livekit.agents.voice.speech_handle import SpeechHandle

from agent.after_call import Followed
from agent.call import Call
from agent.engines import CONNECT_S, Parts
from agent.line import Line, Transfer
from agent.rules import greeting
from agent.text_call import MAX_TOOL_STEPS
from agent.waiter import Waiter
from agent.wording import item_name
from domain.errors import Unavailable

__all__ = ["PhoneCall", "phone_session"]

SILENCE_S = 7.0  # both sides quiet: dead air on a telephone, and somebody has to say something
MAX_SILENCES = 3  # in a row; then there is nobody there, and the line is needed
BARGE_IN_S = 0.4  # of speech stop us in mid-sentence; a cough is shorter
RESUME_S = 1.5  # it was nothing: we go on where we were stopped
MAX_KEY_TERMS = 100  # recognisers take some hundred, and cost more with each
BREATH_S = 1.2  # after goodbye: whoever has forgotten something begins to speak
NOT_HEARD_S = 3.0  # speech, and no words from the recogniser: the caller is asked again

_STILL_THERE = ("Are you still there?", "Hello? I can't hear you.")
_NOBODY = "I can't hear you, so I'll hang up now. Goodbye!"
_NOT_HEARD = "Sorry, I didn't catch that."
_BROKEN = "Sorry, something went wrong just now. Could you say that again?"
logger = logging.getLogger(__name__)


def phone_session(call: Call, parts: Parts) -> AgentSession[Call]:
    """A session as a telephone needs it."""
    return AgentSession[Call](
        stt=parts.ears,
        llm=parts.mind,
        tts=parts.voice,
        vad=parts.activity,
        userdata=call,
        turn_handling={
            "turn_detection": parts.turns,
            "endpointing": {
                "mode": "fixed",
                "min_delay": parts.wait_s[0],
                "max_delay": parts.wait_s[1],
            },
            "interruption": {
                "mode": "vad",
                "min_duration": BARGE_IN_S,
                "false_interruption_timeout": RESUME_S,
                "resume_false_interruption": True,
            },
            "preemptive_generation": {"enabled": parts.ahead},
        },
        conn_options=SessionConnectOptions(
            tts_conn_options=APIConnectOptions(max_retry=0, timeout=CONNECT_S)
        ),
        stt_context_options={"keyterms": _key_terms(call, parts)},
        max_tool_steps=MAX_TOOL_STEPS,
        aec_warmup_duration=None,  # the telephone network cancels its echo; barge-in counts at once
        user_away_timeout=SILENCE_S,
        transcription_timeout=NOT_HEARD_S,
    )


def _key_terms(call: Call, parts: Parts) -> list[str]:
    """What a recogniser would else mishear: the dishes, where it takes such a list."""
    if not parts.ears.capabilities.keyterms:
        return []
    return [item_name(item) for item in call.house.menu.items[:MAX_KEY_TERMS]]


class _Moment(Enum):
    SILENT = auto()
    NOT_HEARD = auto()
    GONE = auto()


class PhoneCall:
    """`call` on a line, until one side has hung up. `gone` is handed to the `Line`; `followed` is
    what is kept of the call."""

    def __init__(self, call: Call, session: AgentSession[Call], followed: Followed) -> None:
        self.call = call
        self._session = session
        self._followed = followed
        self._silences = 0
        self._transferring = False
        self._speaking = False  # the caller
        self._spoke = False  # the same, since goodbye was said
        self._moments: asyncio.Queue[_Moment | SpeechHandle] = asyncio.Queue()
        session.on("speech_created", lambda event: self._follow(event.speech_handle))
        session.on("user_state_changed", self._on_caller)
        session.on("user_input_transcribed", self._on_words)
        session.on("user_transcription_timeout", lambda _: self._happened(_Moment.NOT_HEARD))
        session.on("close", lambda _: self._happened(_Moment.GONE))

    def gone(self) -> None:
        """The caller has left."""
        self._happened(_Moment.GONE)

    async def run(self, room: rtc.Room, line: Line) -> None:
        """Greets, and returns when the line is down and nothing is being done for it any more."""
        self._followed.log.attach(self._session)
        try:
            with self._followed.trace.active():
                await self._session.start(
                    Waiter(self.call.house, self.call.guest),
                    room=room,
                    # The text that goes out keeps pace with the sound: it tells how much of a
                    # sentence was heard before the caller spoke over it.
                    room_options=room_io.RoomOptions(text_input=False),
                    record=False,
                    session_host=False,  # nobody steers a call from the room
                )
            await line.picked_up()
            await self._talk(line)
        finally:
            await self._session.aclose()
            if not line.put_through:
                await self._tell_the_staff()

    async def _tell_the_staff(self) -> None:
        """Of a call that was missed; an order that is being placed is waited for."""
        try:
            await self.call.hung_up()
        except Unavailable as error:
            logger.warning("the note of a missed call could not be left: %s", error)

    async def _talk(self, line: Line) -> None:
        self._greet()
        while not line.gone:
            moment = await self._moments.get()
            if isinstance(moment, SpeechHandle):
                await self._said(moment, line)
            elif moment is _Moment.SILENT:
                await self._break_silence(line)
            elif moment is _Moment.NOT_HEARD:
                self._session.say(_NOT_HEARD)
            else:
                await line.hang_up()

    def _greet(self) -> None:
        house = self.call.house
        # What the law wants said first is said to its end.
        self._session.say(greeting(house), allow_interruptions=not house.business.call_notice)

    async def _said(self, speech: SpeechHandle, line: Line) -> None:
        """Something has been said to its end, or the caller has spoken over it."""
        if speech.interrupted or self._transferring:
            return
        if self.call.hand_over_reason:
            await self._hand_over(line)
        elif self.call.ended:
            self._spoke = self._speaking
            await asyncio.sleep(BREATH_S)
            if not self._spoke:  # who does is answered, and that is said to its end too
                await line.hang_up()
        elif speech.exception() is not None:
            self._session.say(_BROKEN)

    async def _break_silence(self, line: Line) -> None:
        if self.call.ended:  # goodbye has been said, if not heard to its end
            await line.hang_up()
            return
        self._silences += 1
        if self._silences >= MAX_SILENCES:
            self.call.end_call()
            self._session.say(_NOBODY)
        else:
            self._session.say(_STILL_THERE[self._silences - 1])
        self._session.reset_away_timer()

    async def _hand_over(self, line: Line) -> None:
        reason = self.call.hand_over_reason
        self._transferring = True
        self._session.input.set_audio_enabled(False)  # what is said now is not for us
        outcome = await line.transfer(self.call.house.business.staff_phone)
        logger.info("put through to the staff: %s", outcome.name.lower())
        if outcome is Transfer.ACCEPTED:
            self._followed.log.handed_over(reason)
        elif outcome is not Transfer.GONE:
            self._transferring = False
            self._session.input.set_audio_enabled(True)
            self._session.say(self.call.came_back(outcome.name.lower()))

    def _follow(self, speech: SpeechHandle) -> None:
        speech.add_done_callback(self._moments.put_nowait)

    def _on_caller(self, event: Any) -> None:
        self._speaking = event.new_state == "speaking"
        self._spoke = self._spoke or self._speaking
        if event.new_state == "away" and not self._transferring:
            self._happened(_Moment.SILENT)

    def _on_words(self, event: Any) -> None:
        if event.transcript.strip():
            self._silences = 0

    def _happened(self, moment: _Moment) -> None:
        self._moments.put_nowait(moment)
