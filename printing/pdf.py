"""A document as PDF, for IPP printers: one page, as wide as the paper and as long as the ticket.

Text is text, in the Courier that every PDF reader has; what its encoding (cp1252) cannot carry is a
raster line, the same one as on an ESC/POS printer.
"""

from __future__ import annotations

from io import BytesIO

from msgspec.structs import replace
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from domain.printer import Printer
from printing.document import Cut, Document, Feed, Row, layout
from printing.fonts import drawable
from printing.raster import CELL_HEIGHT, DOTS_PER_MM, GAP, LINE_DOTS, cell_dots, draw, height_dots

__all__ = ["encode"]

MARGIN_MM = 3.0
COURIER_ADVANCE = 0.6  # of its size, for every character
POINTS_PER_MM = 72 / 25.4
BASELINE = 0.78  # of a cell's height, from its top
WHITE, BLACK = 1, 0
_CODE_PAGE = "windows-1252"


def encode(document: Document, printer: Printer) -> bytes:
    """`document` as a PDF file on `printer`'s paper. The same arguments give the same bytes."""
    elements = tuple(layout(document, printer.columns))
    height_mm = sum(_height_mm(element) for element in elements) + 2 * MARGIN_MM
    file = BytesIO()
    size = (printer.paper_mm * POINTS_PER_MM, height_mm * POINTS_PER_MM)
    pdf = Canvas(file, pagesize=size, invariant=1)  # no date, no random id
    pdf.scale(POINTS_PER_MM, POINTS_PER_MM)
    above = height_mm - MARGIN_MM  # PDF counts from the foot of the page
    for element in elements:
        if isinstance(element, Row):
            _place(pdf, element, printer, above)
        above -= _height_mm(element)
    pdf.save()
    return file.getvalue()


def _height_mm(element: Row | Feed | Cut) -> float:
    match element:
        case Row():
            return height_dots(element) / DOTS_PER_MM
        case Feed(lines):
            return lines * LINE_DOTS / DOTS_PER_MM
        case Cut():
            return 0.0


def _place(pdf: Canvas, row: Row, printer: Printer, above: float) -> None:
    left = (printer.paper_mm - _width_mm(printer.columns, printer)) / 2
    if not _carries(row.text):
        row = replace(row, text=drawable(row.text))
    if _carries(row.text):
        _write(pdf, row, printer, left, above)
    else:
        picture = draw(row, printer)
        width, height = picture.width / DOTS_PER_MM, picture.height / DOTS_PER_MM
        pdf.drawImage(ImageReader(picture), left, above - height, width, height)


def _write(pdf: Canvas, row: Row, printer: Printer, left: float, above: float) -> None:
    """Font size makes a row as high as its cells, stretching makes it as wide."""
    if row.inverse:
        pdf.setFillGray(BLACK)
        height = _height_mm(row)
        pdf.rect(left, above - height, _width_mm(printer.columns, printer), height, 0, 1)
    pdf.setFillGray(WHITE if row.inverse else BLACK)
    cell = _width_mm(1, printer)
    baseline = (GAP / 2 + CELL_HEIGHT * row.height * BASELINE) / DOTS_PER_MM
    text = pdf.beginText(left + row.indent * cell, above - baseline)
    text.setFont("Courier-Bold" if row.bold else "Courier", cell / COURIER_ADVANCE * row.height)
    text.setHorizScale(100 * row.width / row.height)
    text.textOut(row.text)
    pdf.drawText(text)


def _width_mm(columns: int, printer: Printer) -> float:
    return columns * cell_dots(printer) / DOTS_PER_MM


def _carries(text: str) -> bool:
    try:
        text.encode(_CODE_PAGE)
    except UnicodeEncodeError:
        return False
    return True
