"""An address where nobody answers, as that of a printer whose power is off."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

__all__ = ["unanswered"]


@contextmanager
def unanswered() -> Iterator[int]:
    """A loopback port on which a connection is neither accepted nor refused."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as queue:
        for _ in range(2):  # a backlog of none still takes one or two
            waiting = queue.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        yield int(full.getsockname()[1])
