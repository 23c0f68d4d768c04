"""CUPS's own reader of raster files, as the filters of every Linux printer driver use it."""

from __future__ import annotations

import ctypes
import ctypes.util
import struct
from pathlib import Path

import msgspec
from PIL import Image

from tests.support.needs import needs

__all__ = ["RasterPage", "read_raster"]

_READ = 0
_HEADER_BYTES = 1796
_BLACK = 3  # the number of a colour space in which 1 is black


class RasterPage(msgspec.Struct, frozen=True):
    """A page as CUPS read it: `picture` is black on white, sizes of paper are in points."""

    dpi: tuple[int, int]
    points: tuple[int, int]
    bits: int
    cut: int
    pages: int
    picture: Image.Image


def read_raster(path: Path) -> list[RasterPage]:
    """The pages of the file. Fails where CUPS cannot read one to its end."""
    name = ctypes.util.find_library("cups")
    if name is None:
        needs("libcups", "apt-get install libcups2")
    cups = ctypes.CDLL(name)
    cups.cupsRasterOpen.restype = ctypes.c_void_p
    with path.open("rb") as file:
        raster = ctypes.c_void_p(cups.cupsRasterOpen(file.fileno(), _READ))
        assert raster, "CUPS sees no raster file"
        try:
            pages = []
            header = ctypes.create_string_buffer(_HEADER_BYTES)
            while cups.cupsRasterReadHeader2(raster, header):
                pages.append(_page(cups, raster, header.raw))
        finally:
            cups.cupsRasterClose(raster)
    return pages


def _page(cups: ctypes.CDLL, raster: ctypes.c_void_p, header: bytes) -> RasterPage:
    def numbers(offset: int, count: int) -> tuple[int, ...]:
        return struct.unpack_from(f"={count}I", header, offset)  # CUPS puts them in our order

    width, height = numbers(372, 2)
    bits, _, line_bytes, _, space = numbers(384, 5)
    pixels = ctypes.create_string_buffer(line_bytes * height)
    read = cups.cupsRasterReadPixels(raster, pixels, len(pixels))
    assert read == len(pixels), f"{read} of {len(pixels)} bytes could be read"
    mode, raw = ("1;I", "1") if space == _BLACK else ("L", "L")
    picture = Image.frombytes(raw, (width, height), pixels.raw, "raw", mode)
    dpi, points = numbers(276, 2), numbers(352, 2)
    return RasterPage(
        dpi=(dpi[0], dpi[1]),
        points=(points[0], points[1]),
        bits=bits,
        cut=numbers(268, 1)[0],
        pages=numbers(452, 1)[0],
        picture=picture.convert("1"),
    )
