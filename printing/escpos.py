"""A document as ESC/POS bytes. python-escpos writes the commands; sending them is a transport's.

What the printer's code page cannot carry (玛格丽特, Łódź on CP858) goes as a raster line.
"""

from __future__ import annotations

from escpos.printer import Dummy
from msgspec.structs import replace
from PIL import Image

from domain.printer import Printer
from printing.document import Cut, Document, Feed, Row, layout
from printing.fonts import drawable
from printing.raster import draw

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
    return paper.written()


class _Paper:
    """Writes rows, and a style only where it differs from the row before."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self._out = Dummy(profile=_PROFILE)
        self._encoder = self._out.magic.encoder
        self._page = self._known(printer.code_page)
        self._style = (False, False, 1, 1)
        self._out.hw("INIT")
        self._out._raw(_KANJI_OFF)
        self._out.charcode(self._page)

    def row(self, row: Row) -> None:
        text = self._printable(row.text)
        if text is None:
            row = replace(row, text=drawable(row.text))
            text = self._printable(row.text)
        if text is None:
            self._raster(row)
            return
        if row.indent:
            self._styled(bold=False, inverse=False, width=1, height=1)
            self._out.text(" " * row.indent)
        self._styled(bold=row.bold, inverse=row.inverse, width=row.width, height=row.height)
        self._out.text(text + "\n")

    def _raster(self, row: Row) -> None:
        drawn = draw(row, self._printer)
        whole_bytes = Image.new("1", ((drawn.width + 7) // 8 * 8, drawn.height), 1)
        whole_bytes.paste(drawn)
        dots = whole_bytes.tobytes()
        for command, harmless in _REAL_TIME.items():
            dots = dots.replace(command, harmless)
        self._out.image(Image.frombytes("1", whole_bytes.size, dots))

    def feed(self, lines: int) -> None:
        self._styled(bold=False, inverse=False, width=1, height=1)
        self._out.ln(lines)

    def cut(self) -> None:
        self._styled(bold=False, inverse=False, width=1, height=1)
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
        return all(self._encoder.can_encode(self._page, char) for char in text)

    def _styled(self, *, bold: bool, inverse: bool, width: int, height: int) -> None:
        was_bold, was_inverse, *was_size = self._style
        self._style = (bold, inverse, width, height)
        if [width, height] != was_size:
            self._out.set(custom_size=True, width=width, height=height)
        if bold != was_bold:
            self._out.set(bold=bold)
        if inverse != was_inverse:
            self._out.set(invert=inverse)
