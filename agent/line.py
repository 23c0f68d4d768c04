"""The caller's line: a participant in a LiveKit room, who can be hung up on, be put through, and
be gone at any moment."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from enum import Enum, auto

import aiohttp
from google.protobuf.duration_pb2 import Duration
from livekit import api, rtc

from agent.sip import CALL_STATUS

__all__ = ["Line", "Transfer"]

RING_S = 25  # how long the staff's telephone rings before the caller is taken back
ANSWER_S = 5.0  # longer than that the server does not take to end a room; then it is on its own
PICKED_UP_S = 3.0  # from our being in the room to the bridge's 200 OK; 0.1 s is usual
LEFT_S = 5.0  # a caller who was put through leaves the room at once
TAIL_S = 0.3  # of our last words may still be on their way through the bridge when they are "said"

_RINGING = "ringing"

logger = logging.getLogger(__name__)


class Transfer(Enum):
    """What came of putting a caller through."""

    ACCEPTED = auto()
    REFUSED = auto()  # busy, no such number, or a carrier that puts nobody through
    UNANSWERED = auto()
    GONE = auto()  # the caller hung up meanwhile


class Line:
    """One caller in one room. `api` is LiveKit's own; `on_gone` is called once, when the caller has
    left, for whatever reason: a bridge that vanished looks like a receiver that was put down."""

    def __init__(
        self,
        room: rtc.Room,
        caller: rtc.RemoteParticipant,
        livekit: api.LiveKitAPI,
        on_gone: Callable[[], None],
    ) -> None:
        self.put_through = False  # the caller was transferred; that they leave is no hang-up
        self._room = room
        self._caller = caller
        self._livekit = livekit
        self._on_gone = on_gone
        self._gone = asyncio.Event()
        self._changed = asyncio.Event()
        room.on("participant_disconnected", self._left)
        room.on("participant_attributes_changed", lambda *_: self._changed.set())
        room.on("disconnected", lambda *_: self._end())
        if caller.identity not in room.remote_participants:
            self._end()

    @property
    def gone(self) -> bool:
        return self._gone.is_set()

    async def picked_up(self) -> None:
        """Returns when the caller can hear us. The bridge takes the call up once we are there."""
        try:
            async with asyncio.timeout(PICKED_UP_S):
                while self._caller.attributes.get(CALL_STATUS) == _RINGING and not self.gone:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            logger.warning("the call still rings after %.1f s", PICKED_UP_S)

    async def hang_up(self) -> None:
        """Ends the call for both sides."""
        await asyncio.sleep(TAIL_S)
        if self.gone:
            return
        try:
            async with asyncio.timeout(ANSWER_S):
                # Removing the participant alone would leave the room, and the agent in it.
                await self._livekit.room.delete_room(api.DeleteRoomRequest(room=self._room.name))
                await self._gone.wait()
        except (api.ServerError, aiohttp.ClientError, TimeoutError) as error:
            logger.warning("the room could not be deleted: %s", error)
            await self._room.disconnect()

    async def transfer(self, number: str) -> Transfer:
        """Puts the caller through to `number` (E.164) by SIP REFER, in at most some `RING_S`."""
        asking = asyncio.create_task(self._refer(number))
        leaving = asyncio.create_task(self._gone.wait())
        try:
            await asyncio.wait({asking, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():  # the bridge answers before the caller leaves, or just after
                await asyncio.wait({asking}, timeout=1.0)
            outcome = asking.result() if asking.done() else Transfer.GONE
        finally:
            asking.cancel()
            leaving.cancel()
        if outcome is Transfer.ACCEPTED:
            self.put_through = True
            await self._leave()
        return outcome

    async def _refer(self, number: str) -> Transfer:
        ring = Duration()
        ring.FromTimedelta(timedelta(seconds=RING_S))
        request = api.TransferSIPParticipantRequest(
            participant_identity=self._caller.identity,
            room_name=self._room.name,
            transfer_to=f"tel:{number}",
            play_dialtone=True,
            ringing_timeout=ring,
        )
        try:
            done = await self._livekit.sip.transfer_sip_participant(request)
        except api.SipCallError as refusal:
            return _outcome(refusal.sip_status_code, refusal.sip_transfer_reason or "")
        except (api.ServerError, aiohttp.ClientError, TimeoutError) as error:
            unanswered = isinstance(error, TimeoutError) or (
                isinstance(error, api.ServerError) and error.code == "deadline_exceeded"
            )
            logger.warning("the caller could not be put through: %s", error)
            return Transfer.UNANSWERED if unanswered else Transfer.REFUSED
        if done.status == api.SIPTransferStatus.STS_TRANSFER_FAILED:
            reason = api.SIPTransferReason.Name(done.reason)
            return _outcome(done.sip_status.code or None, reason)
        return Transfer.ACCEPTED

    async def _leave(self) -> None:
        """The caller goes by themselves after a REFER; a bridge that forgot them is reminded."""
        try:
            async with asyncio.timeout(LEFT_S):
                await self._gone.wait()
        except TimeoutError:
            await self.hang_up()

    def _left(self, participant: rtc.RemoteParticipant) -> None:
        if participant.identity == self._caller.identity:
            self._end()

    def _end(self) -> None:
        if not self._gone.is_set():
            self._gone.set()
            self._changed.set()
            self._on_gone()


_UNANSWERED_CODES = frozenset({408, 480, 487})  # RFC 3261: time-out, nobody there, cancelled


def _outcome(sip_status: int | None, reason: str) -> Transfer:
    """What a failed REFER means, by the SIP status of the other side or by the bridge's reason."""
    if sip_status in _UNANSWERED_CODES or reason == "STR_RINGING_TIMEOUT":
        return Transfer.UNANSWERED
    return Transfer.REFUSED
