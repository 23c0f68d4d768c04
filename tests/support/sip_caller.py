"""A telephone that speaks SIP over UDP and G.711 over RTP: what one call takes of RFC 3261."""

from __future__ import annotations

import asyncio
import contextlib
import re
import struct
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
from numpy.typing import NDArray

from tests.support.caller_line import FRAME_S, CallerLine
from tests.support.spoken import RATE, WORDS_PER_MINUTE, Samples, resampled

__all__ = ["SipLine"]

HOST = "127.0.0.1"
_PHONE_HZ = 8_000
_ANSWER_S = 10.0  # a hang guard: the call is taken up in half a second


class SipLine(CallerLine):
    """A caller at a carrier. `refer_answer`: what the carrier says to a REFER (202 or a refusal);
    with 202 it says that the other telephone was answered, and the caller is gone."""

    def __init__(self, bridge_port: int, number: str, called: str, pace: int) -> None:
        super().__init__(pace)
        self.refer_answer = 202
        self.referred_to = ""
        self.referred = asyncio.Event()
        self.answered = asyncio.Event()
        self._bridge_port = bridge_port
        self._number, self._called = number, called
        self._call_id = uuid.uuid4().hex
        self._tag = uuid.uuid4().hex[:8]
        self._to_tag = ""
        self._contact = ""
        self._cseq = 1
        self._sip: asyncio.DatagramTransport | None = None
        self._rtp: asyncio.DatagramTransport | None = None
        self._media: tuple[str, int] | None = None
        self._sending: asyncio.Task[None] | None = None
        self._invite = ""

    @classmethod
    @asynccontextmanager
    async def call(
        cls,
        bridge_port: int,
        number: str,
        called: str,
        *,
        diversion: str = "",
        pace: int = WORDS_PER_MINUTE,
    ) -> AsyncIterator[SipLine]:
        """Rings; `line.answered` is set once the other side has taken the call up."""
        line = cls(bridge_port, number, called, pace)
        await line._open(diversion)
        try:
            yield line
        finally:
            await line.hang_up()
            await line._close()

    async def hang_up(self) -> None:
        """BYE, where the call is up."""
        if self.answered.is_set() and not self.gone.is_set():
            self._cseq += 1
            self._send_request("BYE")
            self.gone.set()

    async def _open(self, diversion: str) -> None:
        loop = asyncio.get_running_loop()
        self._rtp, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self._on_rtp), local_addr=(HOST, 0)
        )
        self._sip, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self._on_sip), local_addr=(HOST, 0)
        )
        port = self._rtp.get_extra_info("sockname")[1]
        sdp = (
            f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=call\r\nc=IN IP4 {HOST}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n"
            "a=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\na=ptime:20\r\n"
        )
        extra = f"Diversion: {diversion}\r\n" if diversion else ""
        extra += "Content-Type: application/sdp\r\n"
        self._send_request("INVITE", extra, sdp)

    async def _close(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sending
        await asyncio.sleep(0.1)  # for the last answer on the wire
        for transport in (self._sip, self._rtp):
            if transport is not None:
                transport.close()

    # --- SIP -----------------------------------------------------------------------------------

    def _send_request(self, method: str, extra: str = "", body: str = "") -> None:
        assert self._sip is not None, "the line is open"
        port = self._sip.get_extra_info("sockname")[1]
        to_tag = f";tag={self._to_tag}" if self._to_tag else ""
        target = self._contact or f"sip:{self._called}@{HOST}:{self._bridge_port}"
        cseq = 1 if method == "ACK" else self._cseq
        text = (
            f"{method} {target} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {HOST}:{port};branch=z9hG4bK{uuid.uuid4().hex[:12]};rport\r\n"
            "Max-Forwards: 70\r\n"
            f"From: <sip:{self._number}@{HOST}>;tag={self._tag}\r\n"
            f"To: <sip:{self._called}@{HOST}>{to_tag}\r\n"
            f"Call-ID: {self._call_id}\r\nCSeq: {cseq} {method}\r\n"
            f"Contact: <sip:{self._number}@{HOST}:{port}>\r\n"
            f"{extra}Content-Length: {len(body)}\r\n\r\n{body}"
        )
        self._sip.sendto(text.encode(), (HOST, self._bridge_port))

    def _on_sip(self, data: bytes, source: tuple[str, int]) -> None:
        text = data.decode(errors="replace")
        if text.startswith("SIP/2.0"):
            self._on_answer(text)
            return
        method = text.split(" ", 1)[0]
        if method == "BYE":
            self._reply(text, source, 200)
            self.gone.set()
        elif method == "REFER":
            self._on_refer(text, source)
        elif method != "ACK":
            self._reply(text, source, 200)

    def _on_answer(self, text: str) -> None:
        status = int(text.split(" ", 2)[1])
        if "INVITE" not in _header(text, "CSeq") or status < 200:
            return
        tag = re.search(r"tag=([^;>\s]+)", _header(text, "To"))
        self._to_tag = tag[1] if tag else ""
        if status == 200:
            contact = re.search(r"<([^>]+)>", _header(text, "Contact"))
            self._contact = contact[1] if contact else ""
            address = re.search(r"c=IN IP4 (\S+)", text)
            port = re.search(r"m=audio (\d+)", text)
            assert address is not None, text
            assert port is not None, text
            self._media = (address[1], int(port[1]))
            self._send_request("ACK")
            if self._sending is None:
                self._sending = asyncio.create_task(self._send_media())
            self.answered.set()
        else:
            self._send_request("ACK")
            self.gone.set()

    def _on_refer(self, text: str, source: tuple[str, int]) -> None:
        self.referred_to = _header(text, "Refer-To").strip("<>")
        self.referred.set()
        self._reply(text, source, self.refer_answer)
        if self.refer_answer != 202:
            return
        self._cseq += 1
        states = "Event: refer\r\nSubscription-State: terminated;reason=noresource\r\n"
        kind = "Content-Type: message/sipfrag;version=2.0\r\n"
        self._send_request("NOTIFY", states + kind, "SIP/2.0 200 OK\r\n")

    def _reply(self, request: str, source: tuple[str, int], status: int) -> None:
        assert self._sip is not None, "the line is open"
        kept = "".join(
            f"{line}\r\n"
            for line in request.split("\r\n")
            if line.split(":")[0].lower() in ("via", "from", "to", "call-id", "cseq")
        )
        reason = {200: "OK", 202: "Accepted"}.get(status, "Declined")
        port = self._sip.get_extra_info("sockname")[1]
        contact = f"Contact: <sip:{self._number}@{HOST}:{port}>\r\n"
        text = f"SIP/2.0 {status} {reason}\r\n{kept}{contact}Content-Length: 0\r\n\r\n"
        self._sip.sendto(text.encode(), source)

    # --- RTP -----------------------------------------------------------------------------------

    async def _send_media(self) -> None:
        assert self._rtp is not None, "the line is open"
        samples = round(_PHONE_HZ * FRAME_S)
        silence = np.zeros(samples, np.int16)
        clock = asyncio.get_running_loop().time
        begun = clock()
        n = 0
        while True:
            piece = self.next_frame()
            sound = silence if piece is None else resampled(piece, RATE, _PHONE_HZ)
            head = struct.pack("!BBHII", 0x80, 0, n & 0xFFFF, n * samples & 0xFFFFFFFF, 0x1234)
            assert self._media is not None, "the call is up"
            self._rtp.sendto(head + _to_mu_law(sound).tobytes(), self._media)
            n += 1
            await asyncio.sleep(max(0.0, begun + n * FRAME_S - clock()))

    def _on_rtp(self, data: bytes, source: tuple[str, int]) -> None:
        if len(data) > 12 and data[1] & 0x7F == 0:
            sound = _MU_LAW[np.frombuffer(data[12:], np.uint8)]
            self.hear(np.repeat(sound, RATE // _PHONE_HZ))


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, on_datagram: object) -> None:
        self._on = on_datagram

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._on(data, addr)  # type: ignore[operator]


def _header(text: str, name: str) -> str:
    found = re.search(rf"^{name}:\s*(.+?)\r$", text, re.IGNORECASE | re.MULTILINE)
    return found[1] if found else ""


def _decode(code: int) -> int:
    """ITU-T G.711."""
    code = ~code & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)
    return 0x84 - magnitude if code & 0x80 else magnitude - 0x84


_MU_LAW = np.array([_decode(code) for code in range(256)], np.int16)
_ORDER = np.argsort(_MU_LAW, kind="stable")
_SORTED = _MU_LAW[_ORDER].astype(np.int32)


def _to_mu_law(samples: Samples) -> NDArray[np.uint8]:
    """Each sample as the code whose sound is nearest."""
    above = np.clip(np.searchsorted(_SORTED, samples), 1, 255)
    low, high = _SORTED[above - 1], _SORTED[above]
    nearest = np.where(samples - low < high - samples, above - 1, above)
    return _ORDER[nearest].astype(np.uint8)
