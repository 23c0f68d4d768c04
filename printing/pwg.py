"""PWG raster (PWG 5102.4): the format that every IPP Everywhere printer takes. Pure bytes.

A file is the word `RaS2` and, for each page, a header of 1796 bytes and the lines from the top. A
line is written once with the number of lines like it that follow, and inside it runs of one byte
are written once: a ticket, mostly white, takes some 20 KB.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from itertools import groupby

from PIL import Image

__all__ = ["BLACK_1", "SGRAY_8", "encode"]

# pwg-raster-document-type-supported, as far as a ticket needs it.
BLACK_1 = "black_1"  # 1 bit a dot, 1 is black
SGRAY_8 = "sgray_8"  # a byte a dot, 0 is black; IPP Everywhere demands it

_SYNC = b"RaS2"
_COLOUR_SPACES = {BLACK_1: (1, 3), SGRAY_8: (8, 18)}  # bits a dot, and the number of the space
_CHUNKY = 0  # the colours of a dot stand together
_AFTER_DOCUMENT = 1
_ANY_COLOUR = 0xFFFFFF
_POINTS_PER_INCH = 72
_HEADER_BYTES = 1796
_MAX_SAME_LINES = 256
_MAX_RUN = 128  # of one byte, and of bytes that differ

# A run of one byte, at most as long as one count can say.
_RUNS = re.compile(rb"(.)\1{1,%d}" % (_MAX_RUN - 1), re.DOTALL)


def encode(pages: Sequence[Image.Image], dpi: int, colours: str, *, cut: bool) -> bytes:
    """`pages` (of 1 bit a dot, black on white) as a file. `colours` is BLACK_1 or SGRAY_8; `cut`
    asks for a cut after the last one."""
    written = [_SYNC]
    for page in pages:
        written += [_header(page, dpi, colours, len(pages), cut=cut), *_lines(page, colours)]
    return b"".join(written)


def _header(page: Image.Image, dpi: int, colours: str, total: int, *, cut: bool) -> bytes:
    """The fields by their offset (PWG 5102.4, table 1). 0 in the others leaves it to the
    printer."""
    bits, space = _COLOUR_SPACES[colours]
    points = [round(side * _POINTS_PER_INCH / dpi) for side in page.size]
    fields = {
        268: (_AFTER_DOCUMENT if cut else 0,),
        276: (dpi, dpi),
        340: (1,),  # copies
        352: points,
        372: page.size,
        384: (bits, bits, _line_bytes(page, bits), _CHUNKY, space),
        420: (1,),  # colours
        452: (total, 1, 1),  # pages; neither direction mirrored
        464: (0, 0, *page.size, _ANY_COLOUR),  # the picture is the whole page
    }
    header = bytearray(_HEADER_BYTES)
    header[:9] = b"PwgRaster"
    for offset, values in fields.items():
        struct.pack_into(f">{len(values)}I", header, offset, *values)
    return bytes(header)


def _line_bytes(page: Image.Image, bits: int) -> int:
    return (page.width * bits + 7) // 8


def _lines(page: Image.Image, colours: str) -> Iterator[bytes]:
    bits, _ = _COLOUR_SPACES[colours]
    raw = page.tobytes("raw", "1;I") if colours == BLACK_1 else page.convert("L").tobytes()
    size = _line_bytes(page, bits)
    lines = (raw[at : at + size] for at in range(0, len(raw), size))
    for line, same in groupby(lines):
        packed = _packed(line)
        count = sum(1 for _ in same)
        while count:
            repeated = min(count, _MAX_SAME_LINES)
            yield bytes([repeated - 1]) + packed
            count -= repeated


def _packed(line: bytes) -> bytes:
    """Runs of one byte as (count - 1, byte); others as (257 - count, bytes)."""
    packed = bytearray()
    at = 0
    for run in _RUNS.finditer(line):
        packed += _as_they_are(line[at : run.start()])
        packed += bytes([run.end() - run.start() - 1, line[run.start()]])
        at = run.end()
    return bytes(packed + _as_they_are(line[at:]))


def _as_they_are(literal: bytes) -> bytes:
    packed = bytearray()
    for at in range(0, len(literal), _MAX_RUN):
        piece = literal[at : at + _MAX_RUN]
        packed += bytes([257 - len(piece) if len(piece) > 1 else 0]) + piece
    return bytes(packed)
