"""A real LiveKit server on loopback, and a caller on it as the SIP bridge would bring one in.

The server is built once with Go and kept outside the checkout by its version. The caller is a
participant of kind SIP with the bridge's attributes: it sends silence or speech without a pause, as
a telephone line does, and keeps all that it hears.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np
import yaml
from livekit import api, rtc

from tests.support.caller_line import FRAME, CallerLine
from tests.support.engine import BUILD_S, go
from tests.support.needs import needs
from tests.support.spoken import RATE, WORDS_PER_MINUTE

__all__ = ["KEY", "SECRET", "LiveKit", "PhoneLine", "free_ports", "livekit_server"]

KEY, SECRET = "devkey", "s" * 32
AGENT = "phone-order"

_VERSION = "1.13.5"
_MODULE = f"github.com/livekit/livekit-server/cmd/server@v{_VERSION}"
_FOLDER = Path.home() / ".cache" / "panbot" / f"livekit-server-{_VERSION}"
_READY_S = 20.0  # it is up in a tenth of a second; only a machine that is very busy needs more
_AHEAD_MS = 60  # of sound that may wait in the sender; more would be heard late


@dataclass(frozen=True)
class LiveKit:
    """A running server."""

    port: int

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def api(self) -> api.LiveKitAPI:
        return api.LiveKitAPI(f"http://127.0.0.1:{self.port}", KEY, SECRET)


@contextmanager
def livekit_server(folder: Path, *, redis: str = "") -> Iterator[LiveKit]:
    """A server until the block ends. Skips the test where there is none and no Go to build it.
    With `redis` (`host:port`) a SIP bridge can join it."""
    program = _program()
    port, media, stun = free_ports(3)
    config: dict[str, object] = {
        "port": port,
        "bind_addresses": ["127.0.0.1"],
        "keys": {KEY: SECRET},
        "rtc": {
            "node_ip": "127.0.0.1",
            "use_external_ip": False,
            "enable_loopback_candidate": True,
            "ips": {"includes": ["127.0.0.1/32"]},
            "udp_port": media,
            "tcp_port": 0,
            "stun_servers": [f"127.0.0.1:{stun}"],  # else clients are sent to a public list
        },
        "logging": {"level": "info"},
    }
    if redis:
        config["redis"] = {"address": redis}
    file = folder / "livekit.yaml"
    file.write_text(yaml.safe_dump(config))
    with (folder / "livekit.log").open("wb") as log:
        process = subprocess.Popen([program, "--config", str(file)], stdout=log, stderr=log)
    try:
        _until_listening(port, process, folder / "livekit.log")
        yield LiveKit(port)
    finally:
        process.kill()  # SIGTERM would wait for calls that are up
        process.wait()


def _until_listening(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + _READY_S
    while time.monotonic() < give_up:
        assert process.poll() is None, f"livekit-server ended: {log.read_text()[-2000:]}"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.02)
    raise AssertionError("livekit-server does not listen")


def _program() -> Path:
    program = _FOLDER / "server"
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with (_FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests that run side by side do not both build it
        if not program.exists():
            _build(program)
    return program


def _build(program: Path) -> None:
    # Into another folder first: a build that is broken off leaves nothing that looks complete.
    building = _FOLDER / f"building.{os.getpid()}"
    built = subprocess.run(
        [go("the LiveKit server"), "install", _MODULE],
        env={**os.environ, "GOBIN": str(building)},
        capture_output=True,
        text=True,
        timeout=BUILD_S,
        check=False,
    )
    if built.returncode != 0:
        needs(f"the LiveKit server ({built.stderr.strip()[-300:]})", f"go install {_MODULE}")
    (building / "server").replace(program)
    shutil.rmtree(building)


def free_ports(n: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports: list[int] = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class PhoneLine(CallerLine):
    """A caller's telephone: `call` opens it. Times are of `time.monotonic`."""

    def __init__(self, room: rtc.Room, source: rtc.AudioSource, pace: int) -> None:
        super().__init__(pace)
        self.room = room
        self._source = source
        self._tasks: set[asyncio.Task[None]] = set()
        room.on("track_subscribed", self._listen)
        room.on("disconnected", lambda *_: self.gone.set())

    @classmethod
    @asynccontextmanager
    async def call(
        cls, server: LiveKit, attributes: Mapping[str, str], *, pace: int = WORDS_PER_MINUTE
    ) -> AsyncIterator[PhoneLine]:
        """Rings, with `attributes` as the bridge sets them; the agent is sent for."""
        dispatch = api.RoomConfiguration(
            agents=[api.RoomAgentDispatch(agent_name=AGENT)], departure_timeout=2
        )
        name = f"call-{uuid4().hex[:12]}"
        token = (
            api.AccessToken(KEY, SECRET)
            .with_identity(f"sip_{attributes.get('sip.phoneNumber', 'anonymous')}")
            .with_kind("sip")
            .with_attributes({"sip.callID": f"SCL_{name}", **attributes})
            .with_grants(api.VideoGrants(room_join=True, room=name))
            .with_room_config(dispatch)
            .to_jwt()
        )
        room = rtc.Room()
        source = rtc.AudioSource(RATE, 1, queue_size_ms=_AHEAD_MS)
        line = cls(room, source, pace)
        await room.connect(server.url, token)
        track = rtc.LocalAudioTrack.create_audio_track("telephone", source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        await room.local_participant.publish_track(track, options)
        line._start(line._send())
        try:
            yield line
        finally:
            await line.hang_up()
            await source.aclose()

    @property
    def call_id(self) -> str:
        return f"SCL_{self.room.name}"

    async def hang_up(self) -> None:
        """Puts the receiver down; harmless where the line is dead."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self._dead()
        await self.room.disconnect()
        self.gone.set()  # the room does not always say so of a caller who leaves by themselves

    def _listen(self, track: rtc.Track, *_: object) -> None:
        if track.kind == rtc.TrackKind.KIND_AUDIO:
            self._start(self._record(track))

    async def _record(self, track: rtc.Track) -> None:
        stream = rtc.AudioStream(track, sample_rate=RATE, num_channels=1)
        try:
            async for event in stream:
                self.hear(np.frombuffer(event.frame.data, np.int16).copy())
        finally:
            await stream.aclose()

    async def _send(self) -> None:
        silence = np.zeros(FRAME, np.int16)
        while True:
            piece = self.next_frame()
            piece = silence if piece is None else piece
            await self._source.capture_frame(rtc.AudioFrame(piece.tobytes(), RATE, 1, len(piece)))

    def _start(self, coroutine: object) -> None:
        task = asyncio.ensure_future(coroutine)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
