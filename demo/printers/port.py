"""A loopback port that stays ours, whether the printer on it is listening or not."""

from __future__ import annotations

import socket

__all__ = ["HOST", "reserve"]

HOST = "127.0.0.1"  # a virtual printer is never reachable from another machine


def reserve(port: int) -> socket.socket:
    """A socket bound to `port` (0: any free one) that does not listen yet.

    Until it listens, connections are refused and nobody else is given the port. Raises OSError
    where the port is taken.
    """
    reserved = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        reserved.bind((HOST, port))
    except OSError:
        reserved.close()
        raise
    return reserved
