"""A document as ESC/POS bytes. python-escpos writes the commands; sending them is a transport's.

What the printer's code page cannot carry (玛格丽特, Łódź on CP858) goes as a raster line, and so
does what is written from right to left, which no printer puts in order.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

from escpos.printer import Dummy
from msgspec.structs import replace
from PIL import Image

from domain.printer import Printer
from printing.document import LINES_KEPT, Cut, Document, Feed, Graphic, Row, layout
from printing.fonts import drawable
from printing.raster import draw, draw_graphic, right_to_left

__all__ = ["encode"]

# A profile for every printer: code pages where Epson has them, raster images, a partial cut. It is
# the set that clones copy. (The profile called "default" prints to stdout with every image.)
_PROFILE = "TM-T20II"
_DEFAULT_CODE_PAGE = "CP858"
_KANJI_OFF = b"\x1c."  # FS . : Chinese clones start up reading two bytes as one character

# Where a code page has no typographic form, the typewriter's will do, and prints fast and sharp.
_TYPEWRITER = str.maketrans("×’‘“”„–—−•", 'x\'\'"""---*')

# Real-time commands (10 04, 10 05, 10 14) act even where they stand inside an image, and one of
# them opens the drawer. One dot more on the paper makes each harmless. Here a 1 is white.
_REAL_TIME = {b"\xef\xfb": b"\xef\xf3", b"\xef\xfa": b"\xef\xf2", b"\xef\xeb": b"\xef\xe3"}

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


def encode(document: Document, printer: Printer) -> bytes:
    """`document` for `printer`: a complete job, from reset to cut."""
    paper = _Paper(printer)
    for element in layout(document, printer.columns):
        match element:
            case Row():
                paper.row(element)
            case Feed(lines):
                paper.feed(lines)
            case Cut():
                paper.cut()
            case Graphic():
                paper.dots(draw_graphic(element, printer))
    return paper.written()


class _Style(NamedTuple):
    bold: bool
    inverse: bool
    width: int
    height: int
    small: bool


_PLAIN = _Style(bold=False, inverse=False, width=1, height=1, small=False)


class _Paper:
    """Writes rows, and a style only where it differs from the row before."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self._page = _known(printer.code_page)
        self._style = _PLAIN
        self._parts = [_beginning(self._page)]

    def row(self, row: Row) -> None:
        text = _in_page(row.text, self._page)
        if text is None:
            row = replace(row, text=drawable(row.text))
            text = _in_page(row.text, self._page)
        if text is None:
            self.dots(draw(row, self._printer))
            return
        if row.indent:
            self._styled(_PLAIN)
            self._parts.append(b" " * row.indent)
        self._styled(_Style(row.bold, row.inverse, row.width, row.height, row.small))
        self._parts.append(text + b"\n")

    def dots(self, drawn: Image.Image) -> None:
        whole_bytes = Image.new("1", ((drawn.width + 7) // 8 * 8, drawn.height), 1)
        whole_bytes.paste(drawn)
        dots = whole_bytes.tobytes()
        for command, harmless in _REAL_TIME.items():
            dots = dots.replace(command, harmless)
        picture = Image.frombytes("1", whole_bytes.size, dots)
        self._parts.append(_written(lambda out: out.image(picture)))

    def feed(self, lines: int) -> None:
        self._styled(_PLAIN)
        self._parts.append(b"\n" * lines)

    def cut(self) -> None:
        self._styled(_PLAIN)
        self._parts.append(_cut())

    def written(self) -> bytes:
        return b"".join(self._parts)

    def _styled(self, style: _Style) -> None:
        if style != self._style:
            self._parts.append(_restyled(self._style, style))
            self._style = style


@lru_cache(maxsize=LINES_KEPT)
def _in_page(text: str, page: str) -> bytes | None:
    """`text` in the bytes of the code page, or None where it has to be drawn."""
    if text.isascii():
        return text.encode()
    if right_to_left(text):
        return None
    letters = _letters(page)
    for tried in (text, text.translate(_TYPEWRITER)):
        if letters.keys() >= set(map(ord, _BEYOND_ASCII.findall(tried))):
            return tried.translate(letters).encode("latin-1")
    return None


def _written(write: Callable[[Dummy], None]) -> bytes:
    """What python-escpos writes for it."""
    out = Dummy(profile=_PROFILE)
    write(out)
    written = out.output
    assert isinstance(written, bytes)
    return written


# Each of these is the same for every ticket, and asking python-escpos again would take as long as
# all else about a line.


@cache
def _known(code_page: str) -> str:
    """The default where python-escpos knows no such code page."""
    known = code_page in Dummy(profile=_PROFILE).magic.encoder.codepages
    return code_page if known else _DEFAULT_CODE_PAGE


@cache
def _beginning(page: str) -> bytes:
    def begin(out: Dummy) -> None:
        out.hw("INIT")
        out._raw(_KANJI_OFF)
        out.charcode(page)

    return _written(begin)


@cache
def _cut() -> bytes:
    return _written(lambda out: out.cut(mode="PART"))


@cache
def _letters(page: str) -> dict[int, int]:
    """The characters of a code page beyond ASCII, each with its byte; none where python-escpos
    knows the page by its name alone."""
    try:
        found = Dummy(profile=_PROFILE).magic.encoder._get_codepage_char_map(page)
    except LookupError:
        return {}
    return {ord(letter): byte for letter, byte in found.items() if not letter.isascii()}


@lru_cache(maxsize=256)  # a template goes to and fro between a dozen styles
def _restyled(was: _Style, now: _Style) -> bytes:
    """The commands that lead from one style to another."""

    def restyle(out: Dummy) -> None:
        if (now.width, now.height) != (was.width, was.height):
            out.set(custom_size=True, width=now.width, height=now.height)
        if now.bold != was.bold:
            out.set(bold=now.bold)
        if now.inverse != was.inverse:
            out.set(invert=now.inverse)
        if now.small != was.small:
            out.set(font="b" if now.small else "a")

    return _written(restyle)
