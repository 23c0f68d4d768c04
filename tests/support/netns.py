"""A network namespace of the test's own: programs that bind every address are shut in there.

Only root can make one. It has nothing but a loopback device, so nothing in it reaches the machine's
network, and the test's own process can still open connections into it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import shutil
import socket
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, TypeVar

from tests.support.needs import needs

__all__ = ["Namespace", "namespace", "relay"]

CONNECT_S = 5.0  # on a loopback device; only a hang takes this long
LET_GO_S = 0.1  # TLS says goodbye after its session is closed; a loop that ends then complains
_CLONE_NEWNET = 0x40000000
_CHUNK = 65536

T = TypeVar("T")


class Namespace:
    """A namespace by its name, as `ip netns` knows it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def start(
        self, command: Sequence[str], *, env: Mapping[str, str], log: IO[bytes]
    ) -> subprocess.Popen[bytes]:
        """Runs `command` inside. The process is the command's own: it can be signalled."""
        return subprocess.Popen(
            ["ip", "netns", "exec", self.name, *command],
            env=os.environ | dict(env),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )

    def connect(self, port: int) -> socket.socket:
        """A connection to 127.0.0.1:`port` inside. Raises OSError as `connect` does.

        A socket belongs for ever to the namespace of the thread that made it, so a thread goes in,
        connects and ends, and its socket serves here.
        """
        return self._made_inside(
            lambda: socket.create_connection(("127.0.0.1", port), timeout=CONNECT_S)
        )

    def listener(self, port: int) -> socket.socket:
        """A socket that listens on every address inside. Raises OSError."""
        return self._made_inside(lambda: socket.create_server(("", port)))

    def _made_inside(self, make: Callable[[], socket.socket]) -> socket.socket:
        def go() -> socket.socket:
            with self.entered():
                return make()

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(go).result()

    def add_cable(self, address: str) -> None:
        """Gives it a cable of its own, `v0` to `v1`, this IPv6 address on the first."""
        for command in (
            "link add v0 type veth peer name v1",
            "link set v1 up",
            "link set v0 up",
            f"addr add {address}/64 dev v0 nodad",
        ):
            subprocess.run(["ip", "-n", self.name, *command.split()], check=True)

    def run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What `work` comes to in an event loop of its own, all of whose sockets are inside."""

        async def until_it_lets_go() -> T:
            result = await work()
            await asyncio.sleep(LET_GO_S)
            return result

        def go() -> T:
            with self.entered():
                return asyncio.run(until_it_lets_go())

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(go).result()

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Meanwhile the calling thread, and no other, is inside, with what it starts."""
        with Path("/proc/thread-self/ns/net").open("rb") as home:
            with Path(f"/run/netns/{self.name}").open("rb") as door:
                _set_namespace(door.fileno())
            try:
                yield
            finally:
                _set_namespace(home.fileno())


def _set_namespace(door: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)  # os.setns came with Python 3.12
    if libc.setns(door, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "cannot change the network namespace")


@contextlib.contextmanager
def namespace() -> Iterator[Namespace]:
    """A fresh namespace with its loopback up; deleted at the end, whatever happened."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("ip") is None:
        needs("network namespaces", "apt-get install iproute2, and run the tests as root")
    name = f"panbot-{uuid.uuid4().hex[:12]}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    if made.returncode != 0:
        needs(f"network namespaces ({made.stderr.strip()})", "docker run --privileged")
    try:
        subprocess.run(["ip", "-n", name, "link", "set", "lo", "up"], check=True)
        yield Namespace(name)
    finally:
        subprocess.run(["ip", "netns", "del", name], check=True)


@contextlib.asynccontextmanager
async def relay(inside: Namespace, port: int) -> AsyncIterator[int]:
    """A loopback port out here that leads to 127.0.0.1:`port` in there. Yields its number.

    A connection that is refused inside is reset outside.
    """
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_bridge(inside, port, reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _bridge(
    inside: Namespace, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    try:
        there = await asyncio.to_thread(inside.connect, port)
    except OSError:
        writer.transport.abort()
        return
    there_reader, there_writer = await asyncio.open_connection(sock=there)
    try:
        await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer))
    finally:
        there_writer.close()
        writer.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Carries bytes, and the end of them, one way."""
    with contextlib.suppress(ConnectionError):
        while chunk := await source.read(_CHUNK):
            sink.write(chunk)
            await sink.drain()
        sink.write_eof()
