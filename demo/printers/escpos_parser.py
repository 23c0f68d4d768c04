"""ESC/POS bytes cut into commands. Pure: it knows how long each command is, not what it does."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["TEXT", "Command", "next_command"]

TEXT = "text"  # a run of printable bytes
_FIRST_PRINTABLE = 0x20
_PREFIXES = {0x10: "DLE", 0x1B: "ESC", 0x1C: "FS", 0x1D: "GS"}
_SINGLE = {0x09: "HT", 0x0A: "LF", 0x0D: "CR"}

# How many bytes follow the two that name the command. An unknown command counts as having none.
_ARGUMENT_BYTES = {
    "DLE \x04": 1,
    "ESC !": 1,
    "ESC -": 1,
    "ESC 3": 1,
    "ESC =": 1,
    "ESC E": 1,
    "ESC G": 1,
    "ESC J": 1,
    "ESC M": 1,
    "ESC a": 1,
    "ESC d": 1,
    "ESC p": 3,
    "ESC r": 1,
    "ESC t": 1,
    "ESC {": 1,
    "GS !": 1,
    "GS B": 1,
    "GS b": 1,
    "GS r": 1,
}
_RASTER_HEADER_BYTES = 6  # '0', mode, width in bytes (2), height in dots (2)


class Command(NamedTuple):
    """`name` is as the manuals write it (`ESC E`, `GS v`, `LF`) or `TEXT`; `raw` is all of it."""

    name: str
    args: bytes
    raw: bytes


def next_command(pending: bytes | bytearray) -> Command | None:
    """The command that `pending` begins with, or None where its end has not arrived yet."""
    if not pending:
        return None
    first = pending[0]
    if first >= _FIRST_PRINTABLE:
        return _command(TEXT, pending, 0, _printable(pending))
    if first not in _PREFIXES:
        return _command(_SINGLE.get(first, f"0x{first:02x}"), pending, 1, 0)
    if len(pending) < 2:
        return None
    name = f"{_PREFIXES[first]} {chr(pending[1])}"
    size = _argument_bytes(name, pending[2:8])
    if size is None or len(pending) < 2 + size:
        return None
    return _command(name, pending, 2, size)


def _command(name: str, pending: bytes | bytearray, start: int, size: int) -> Command:
    end = start + size
    return Command(name, bytes(pending[start:end]), bytes(pending[:end]))


def _printable(pending: bytes | bytearray) -> int:
    return next((i for i, byte in enumerate(pending) if byte < _FIRST_PRINTABLE), len(pending))


def _argument_bytes(name: str, header: bytes | bytearray) -> int | None:
    """None where the header that says how long the command is has not arrived in full."""
    if name == "GS V":
        if not header:
            return None
        return 1 if header[0] in b"\x00\x01\x30\x31" else 2  # the others feed n dots, then cut
    if name == "GS v":
        if len(header) < _RASTER_HEADER_BYTES:
            return None
        row_bytes = int.from_bytes(header[2:4], "little")
        return _RASTER_HEADER_BYTES + row_bytes * int.from_bytes(header[4:6], "little")
    return _ARGUMENT_BYTES.get(name, 0)
