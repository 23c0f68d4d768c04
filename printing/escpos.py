"""A document as ESC/POS bytes. python-escpos writes the commands; sending them is a transport's.

What the printer's code page cannot carry (玛格丽特, Łódź on CP858) goes as a raster line, and so
does what is written from right to left, which no printer puts in order.
"""

from __future__ import annotations

from typing import NamedTuple

from escpos.printer import Dummy
from msgspec.structs import replace
from PIL import Image

from domain.printer import Printer
from printing.document import Cut, Document, Feed, Graphic, Row, layout
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
        self._out = Dummy(profile=_PROFILE)
        self._encoder = self._out.magic.encoder
        self._page = self._known(printer.code_page)
        self._style = _PLAIN
        self._out.hw("INIT")
        self._out._raw(_KANJI_OFF)
        self._out.charcode(self._page)

    def row(self, row: Row) -> None:
        text = self._printable(row.text)
        if text is None:
            row = replace(row, text=drawable(row.text))
            text = self._printable(row.text)
        if text is None:
            self.dots(draw(row, self._printer))
            return
        if row.indent:
            self._styled(_PLAIN)
            self._out._raw(b" " * row.indent)
        self._styled(_Style(row.bold, row.inverse, row.width, row.height, row.small))
        if text.isascii():  # the same in every code page, without asking for each letter
            self._out._raw(text.encode() + b"\n")
        else:
            self._out.text(text + "\n")

    def dots(self, drawn: Image.Image) -> None:
        whole_bytes = Image.new("1", ((drawn.width + 7) // 8 * 8, drawn.height), 1)
        whole_bytes.paste(drawn)
        dots = whole_bytes.tobytes()
        for command, harmless in _REAL_TIME.items():
            dots = dots.replace(command, harmless)
        self._out.image(Image.frombytes("1", whole_bytes.size, dots))

    def feed(self, lines: int) -> None:
        self._styled(_PLAIN)
        self._out.ln(lines)

    def cut(self) -> None:
        self._styled(_PLAIN)
        self._out.cut(mode="PART")

    def written(self) -> bytes:
        output = self._out.output
        assert isinstance(output, bytes)
        return output

    def _known(self, code_page: str) -> str:
        """The default where python-escpos knows no such code page."""
        return code_page if code_page in self._encoder.codepages else _DEFAULT_CODE_PAGE

    def _printable(self, text: str) -> str | None:
        """`text` in characters of the code page, or None where it has to be drawn."""
        if text.isascii():
            return text
        if self._carries(text):
            return text
        plain = text.translate(_TYPEWRITER)
        return plain if self._carries(plain) else None

    def _carries(self, text: str) -> bool:
        return not right_to_left(text) and all(
            self._encoder.can_encode(self._page, char) for char in text
        )

    def _styled(self, style: _Style) -> None:
        was, self._style = self._style, style
        if (style.width, style.height) != (was.width, was.height):
            self._out.set(custom_size=True, width=style.width, height=style.height)
        if style.bold != was.bold:
            self._out.set(bold=style.bold)
        if style.inverse != was.inverse:
            self._out.set(invert=style.inverse)
        if style.small != was.small:
            self._out.set(font="b" if style.small else "a")
