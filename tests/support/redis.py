"""A Redis of the test's own: what LiveKit's SIP part wants."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.needs import needs

__all__ = ["redis_server"]

READY_S = 10.0  # it is up in some milliseconds


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """`host:port`, until the block ends."""
    program = shutil.which("redis-server")
    if program is None:
        needs("Redis", "apt-get install redis-server")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    flags = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([program, *flags], stdout=subprocess.DEVNULL)
    try:
        give_up = time.monotonic() + READY_S
        while True:
            assert process.poll() is None, "redis-server ended at once"
            assert time.monotonic() < give_up, "redis-server does not listen"
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            time.sleep(0.02)
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
