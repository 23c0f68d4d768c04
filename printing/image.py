"""A document as a picture: the preview that a terminal or a browser shows, and what an IPP printer
takes that reads no PDF."""

from __future__ import annotations

import io

from msgspec.structs import replace
from PIL import Image

from domain.printer import Printer
from printing.document import Document, Feed, Row, layout
from printing.fonts import drawable
from printing.raster import DOTS_PER_MM, LINE_DOTS, cell_dots, draw

__all__ = ["jpeg", "preview"]

MARGIN = 24  # dots above and below; a cutter leaves about that much


def preview(document: Document, printer: Printer) -> bytes:
    """A PNG of the paper as it comes out of `printer`: black on white, a dot a pixel."""
    return _saved(_paper(document, printer), "PNG", compress_level=1)


def jpeg(document: Document, printer: Printer) -> bytes:
    """The same as JPEG at 203 dpi, which every IPP Everywhere printer takes."""
    page = _paper(document, printer).convert("L")
    return _saved(page, "JPEG", quality=90, dpi=(DOTS_PER_MM * 25.4, DOTS_PER_MM * 25.4))


def _paper(document: Document, printer: Printer) -> Image.Image:
    strips: list[tuple[int, Image.Image]] = []
    height = MARGIN
    for element in layout(document, printer.columns):
        if isinstance(element, Row):
            shown = replace(element, text=drawable(element.text))
            strip = draw(shown, printer)
            strips.append((height, strip))
            height += strip.height
        elif isinstance(element, Feed):
            height += element.lines * LINE_DOTS
    page = Image.new("1", (printer.paper_mm * DOTS_PER_MM, height + MARGIN), 1)
    left = (page.width - printer.columns * cell_dots(printer)) // 2
    for top, strip in strips:
        page.paste(strip, (left, top))
    return page


def _saved(picture: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()
