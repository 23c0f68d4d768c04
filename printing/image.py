"""A document as a picture: the preview that a terminal or a browser shows, and what the pages of an
IPP printer that reads no PDF are made of."""

from __future__ import annotations

import io

from msgspec.structs import replace
from PIL import Image

from domain.printer import Printer
from printing.document import Document, Feed, Graphic, Row, layout
from printing.fonts import drawable
from printing.raster import DOTS_PER_MM, LINE_DOTS, cell_dots, draw, draw_graphic

__all__ = ["MARGIN", "drawn", "preview"]

MARGIN = 24  # dots above and below; a cutter leaves about that much


def preview(document: Document, printer: Printer) -> bytes:
    """A PNG of the paper as it comes out of `printer`: black on white, a dot a pixel."""
    file = io.BytesIO()
    drawn(document, printer).save(file, "PNG", compress_level=1)
    return file.getvalue()


def drawn(document: Document, printer: Printer) -> Image.Image:
    """The paper as it comes out of `printer`, 1 bit a dot, 8 dots a mm."""
    strips: list[tuple[int, Image.Image]] = []
    height = MARGIN
    for element in layout(document, printer.columns):
        if isinstance(element, Row | Graphic):
            strip = _strip(element, printer)
            strips.append((height, strip))
            height += strip.height
        elif isinstance(element, Feed):
            height += element.lines * LINE_DOTS
    page = Image.new("1", (printer.paper_mm * DOTS_PER_MM, height + MARGIN), 1)
    left = (page.width - printer.columns * cell_dots(printer)) // 2
    for top, strip in strips:
        page.paste(strip, (left, top))
    return page


def _strip(element: Row | Graphic, printer: Printer) -> Image.Image:
    if isinstance(element, Graphic):
        return draw_graphic(element, printer)
    return draw(replace(element, text=drawable(element.text)), printer)
