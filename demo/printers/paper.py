"""Thermal paper: the roll that a head prints on, and the papers that are cut from it.

Measures are dots of a 203 dpi head: 8 to the millimetre, 576 across the 72 mm that an 80 mm
printer reaches.
"""

from __future__ import annotations

import asyncio
import io
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cached_property, lru_cache

from PIL import Image, ImageDraw, ImageFont, ImageOps

__all__ = ["HEAD_DOTS", "Align", "OnPaper", "Paper", "Roll", "Style", "Tray", "to_png"]

HEAD_DOTS = 576
SIDE_DOTS = 32  # the 4 mm on either side of 80 mm paper that the head does not reach
END_DOTS = 40  # blank paper above the first line and below the last
LINE_SPACING_DOTS = 30  # what printers start with: 3.75 mm from line to line
TAB_CELLS = 8
KEPT_PAPERS = 1000  # a demo that runs for weeks does not fill the memory

_PAPER_GREY = 252
_INK_GREY = 28
_FONT_SIZE = 20  # the size at which DejaVu Sans Mono is 12 dots wide
_UNDERLINE_DOTS = 2

OnPaper = Callable[["Paper"], None]


class Align(Enum):
    LEFT = 0
    CENTER = 1
    RIGHT = 2


@dataclass(frozen=True)
class Style:
    """How characters look. `small` is the 9×17 font B, else it is the 12×24 font A."""

    bold: bool = False
    underline: bool = False
    inverse: bool = False
    small: bool = False
    width: int = 1
    height: int = 1
    align: Align = Align.LEFT

    @property
    def cell(self) -> tuple[int, int]:
        """Width and height of one character in dots."""
        width, height = (9, 17) if self.small else (12, 24)
        return width * self.width, height * self.height


@dataclass(frozen=True)
class Paper:
    """One piece of paper, as it fell out of a printer.

    `text` is what can be read on it, one line a line. `raw` are the bytes that made it. `at` and
    `bytes_received_at` are seconds of the monotonic clock: when it was done, and when the last
    byte of it had arrived; `printed_at` is `at` for people.
    """

    text: str
    raw: bytes = field(repr=False)
    at: float
    bytes_received_at: float
    printed_at: datetime
    draw: Callable[[], Image.Image] = field(repr=False, compare=False)

    @cached_property
    def png(self) -> bytes:
        """The picture. Drawn when it is first asked for, so that printing costs no time for it."""
        return to_png(self.draw())

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in dots, from the header of the PNG."""
        width, height = struct.unpack_from(">II", self.png, 16)
        return width, height


class Tray:
    """Where papers fall: the latest ones, and a way to wait for them."""

    def __init__(self) -> None:
        self.papers: list[Paper] = []
        self._count = 0
        self._fell = asyncio.Event()

    def add(self, paper: Paper) -> None:
        self.papers.append(paper)
        del self.papers[:-KEPT_PAPERS]
        self._count += 1
        self._fell.set()

    async def wait_for(self, count: int) -> list[Paper]:
        """Returns the papers once `count` have fallen in all."""
        while self._count < count:
            self._fell.clear()
            await self._fell.wait()
        return self.papers


@dataclass(frozen=True)
class _Span:
    text: str
    style: Style


@dataclass(frozen=True)
class _TextRow:
    spans: tuple[_Span, ...]
    spacing: int

    @property
    def height(self) -> int:
        return max([self.spacing, *(span.style.cell[1] for span in self.spans)])

    @property
    def left(self) -> int:
        """Where the first character stands, in dots."""
        align = self.spans[0].style.align if self.spans else Align.LEFT
        return _left(align, sum(len(span.text) * span.style.cell[0] for span in self.spans))

    def read(self) -> str:
        indent = " " * (self.left // Style().cell[0])
        return (indent + "".join(span.text for span in self.spans)).rstrip()

    def draw(self, sheet: Image.Image, top: int) -> None:
        x = SIDE_DOTS + self.left
        bottom = top + max((span.style.cell[1] for span in self.spans), default=0)
        for span in self.spans:
            width, height = span.style.cell
            for character in span.text:
                ink = _glyph(character, span.style)
                sheet.paste(_INK_GREY, (x, bottom - height), ink)
                x += width


@dataclass(frozen=True)
class _PictureRow:
    ink: Image.Image
    align: Align

    @property
    def height(self) -> int:
        return self.ink.height

    def read(self) -> str:
        return f"[picture {self.ink.width}×{self.ink.height}]"

    def draw(self, sheet: Image.Image, top: int) -> None:
        sheet.paste(_INK_GREY, (SIDE_DOTS + _left(self.align, self.ink.width), top), self.ink)


class Roll:
    """Blank paper, printed from the top: characters, ends of lines, pictures."""

    def __init__(self) -> None:
        self.spacing = LINE_SPACING_DOTS
        self._rows: list[_TextRow | _PictureRow] = []
        self._line: list[_Span] = []

    def write(self, text: str, style: Style) -> None:
        """Adds to the line; what does not fit goes on in the next one, as a printer wraps it."""
        while text:
            fits = (HEAD_DOTS - self._used) // style.cell[0]
            if fits:
                self._line.append(_Span(text[:fits], style))
                text = text[fits:]
            else:
                self.end_line()

    def tab(self, style: Style) -> None:
        """Blanks up to the next stop."""
        cells = sum(len(span.text) for span in self._line)
        self.write(" " * (TAB_CELLS - cells % TAB_CELLS), style)

    def end_line(self, spacing: int | None = None) -> None:
        """Prints the line and moves on by `spacing` dots, or by as much as the line is high."""
        self._rows.append(_TextRow(tuple(self._line), self.spacing if spacing is None else spacing))
        self._line = []

    def flush(self) -> None:
        """Ends the line where one was begun."""
        if self._line:
            self.end_line()

    def picture(self, ink: Image.Image, align: Align) -> None:
        """`ink` is 255 where the head burns. What reaches past the head is lost."""
        if self._line:
            self.end_line()
        self._rows.append(
            _PictureRow(ink.crop((0, 0, min(ink.width, HEAD_DOTS), ink.height)), align)
        )

    def text(self) -> str:
        """What can be read, without the blank lines at either end."""
        return "\n".join(row.read() for row in self._rows).strip("\n")

    def draw(self) -> Image.Image:
        """The whole strip, in shades of grey."""
        height = END_DOTS * 2 + sum(row.height for row in self._rows)
        sheet = Image.new("L", (HEAD_DOTS + SIDE_DOTS * 2, height), _PAPER_GREY)
        top = END_DOTS
        for row in self._rows:
            row.draw(sheet, top)
            top += row.height
        return sheet

    @property
    def _used(self) -> int:
        return sum(len(span.text) * span.style.cell[0] for span in self._line)


def to_png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _left(align: Align, width: int) -> int:
    spare = max(HEAD_DOTS - width, 0)
    return {Align.LEFT: 0, Align.CENTER: spare // 2, Align.RIGHT: spare}[align]


@lru_cache(maxsize=2048)
def _glyph(character: str, style: Style) -> Image.Image:
    """One cell: 255 where there is ink. Drawn at the larger scale, then squeezed into the cell."""
    scale = max(style.width, style.height)
    face = "DejaVuSansMono-Bold.ttf" if style.bold else "DejaVuSansMono.ttf"
    full = Image.new("L", (12 * scale, 24 * scale), 0)
    ImageDraw.Draw(full).text((0, 0), character, 255, _font(face, _FONT_SIZE * scale))
    ink = full.resize(style.cell, Image.Resampling.LANCZOS)
    if style.underline:
        ink.paste(255, (0, ink.height - _UNDERLINE_DOTS, ink.width, ink.height))
    return ImageOps.invert(ink) if style.inverse else ink


@lru_cache(maxsize=32)
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(face, size)
    except OSError as missing:
        raise OSError(f"no font {face}: apt-get install fonts-dejavu-core") from missing
