"""A document as PDF, for IPP printers: on a roll one page as long as the ticket, else sheets.

Text is text, in the Courier that every PDF reader has; what its encoding (cp1252) cannot carry is a
raster line, the same one as on an ESC/POS printer.
"""

from __future__ import annotations

from io import BytesIO

from msgspec.structs import replace
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from domain.printer import Printer
from printing.document import Document, Graphic, Row, layout
from printing.fonts import drawable
from printing.media import Media, height_mm, loaded_with, pages
from printing.raster import CELL_HEIGHT, DOTS_PER_MM, GAP, cell_dots, draw, draw_graphic

__all__ = ["encode"]

COURIER_ADVANCE = 0.6  # of its size, for every character
POINTS_PER_MM = 72 / 25.4
BASELINE = 0.78  # of a cell's height, from its top
WHITE, BLACK = 1, 0
_CODE_PAGE = "windows-1252"


def encode(document: Document, printer: Printer, media: Media | None = None) -> bytes:
    """`document` as a PDF file for `media`, or for a roll of `printer`'s own width. The same
    arguments give the same bytes."""
    media = media or Media(printer.paper_mm)
    printer = loaded_with(printer, media)
    file = BytesIO()
    pdf = Canvas(file, invariant=1)  # no date, no random id
    for page in pages(document, printer, media):
        _draw_page(pdf, page, printer, media)
    pdf.save()
    return file.getvalue()


def _draw_page(pdf: Canvas, page: Document, printer: Printer, media: Media) -> None:
    elements = tuple(layout(page, printer.columns))
    length = media.length_mm or sum(height_mm(e, printer) for e in elements) + 2 * media.margin_mm
    pdf.setPageSize((media.width_mm * POINTS_PER_MM, length * POINTS_PER_MM))
    pdf.scale(POINTS_PER_MM, POINTS_PER_MM)
    above = length - media.margin_mm  # PDF counts from the foot of the page
    for element in elements:
        if isinstance(element, Row):
            _place(pdf, element, printer, above)
        elif isinstance(element, Graphic):
            _paste(pdf, draw_graphic(element, printer), printer, above)
        above -= height_mm(element, printer)
    pdf.showPage()


def _place(pdf: Canvas, row: Row, printer: Printer, above: float) -> None:
    if not _carries(row.text):
        row = replace(row, text=drawable(row.text))
    if _carries(row.text):
        _write(pdf, row, printer, above)
    else:
        _paste(pdf, draw(row, printer), printer, above)


def _paste(pdf: Canvas, picture: Image.Image, printer: Printer, above: float) -> None:
    width, height = picture.width / DOTS_PER_MM, picture.height / DOTS_PER_MM
    pdf.drawImage(ImageReader(picture), _left_mm(printer), above - height, width, height)


def _write(pdf: Canvas, row: Row, printer: Printer, above: float) -> None:
    """Font size makes a row as high as its cells, stretching makes it as wide."""
    left = _left_mm(printer)
    if row.inverse:
        pdf.setFillGray(BLACK)
        height = height_mm(row, printer)
        pdf.rect(left, above - height, _width_mm(printer.columns, printer), height, 0, 1)
    pdf.setFillGray(WHITE if row.inverse else BLACK)
    cell = cell_dots(printer, small=row.small) / DOTS_PER_MM
    baseline = (GAP / 2 + CELL_HEIGHT * row.height * BASELINE) / DOTS_PER_MM
    text = pdf.beginText(left + row.indent * cell, above - baseline)
    text.setFont("Courier-Bold" if row.bold else "Courier", cell / COURIER_ADVANCE * row.height)
    text.setHorizScale(100 * row.width / row.height)
    text.textOut(row.text)
    pdf.drawText(text)


def _left_mm(printer: Printer) -> float:
    return (printer.paper_mm - _width_mm(printer.columns, printer)) / 2


def _width_mm(columns: int, printer: Printer) -> float:
    return columns * cell_dots(printer) / DOTS_PER_MM


def _carries(text: str) -> bool:
    try:
        text.encode(_CODE_PAGE)
    except UnicodeEncodeError:
        return False
    return True
