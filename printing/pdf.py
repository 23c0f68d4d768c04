"""A document as PDF, for IPP printers: one page, as wide as the paper and as long as the ticket.

Text is text, in the Courier that every PDF reader has; what its encoding (cp1252) cannot carry is a
raster line, the same one as on an ESC/POS printer.
"""

from __future__ import annotations

from datetime import UTC, datetime

from fpdf import FPDF
from msgspec.structs import replace

from domain.printer import Printer
from printing.document import Cut, Document, Feed, Row, layout
from printing.fonts import drawable
from printing.raster import CELL_HEIGHT, DOTS_PER_MM, GAP, LINE_DOTS, cell_dots, draw, height_dots

__all__ = ["encode"]

MARGIN_MM = 3.0
COURIER_ADVANCE = 0.6  # of its size, for every character
POINTS_PER_MM = 72 / 25.4
BASELINE = 0.78  # of a cell's height, from its top
WHITE, BLACK = 255, 0
_CODE_PAGE = "windows-1252"
_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)  # the same ticket is the same bytes


def encode(document: Document, printer: Printer, *, created_at: datetime = _UNDATED) -> bytes:
    """`document` as a PDF file on `printer`'s paper. The same arguments give the same bytes."""
    elements = tuple(layout(document, printer.columns))
    height_mm = sum(_height_mm(element) for element in elements) + 2 * MARGIN_MM
    pdf = FPDF(unit="mm", format=(printer.paper_mm, height_mm))
    pdf.core_fonts_encoding = _CODE_PAGE
    pdf.set_creation_date(created_at)
    pdf.set_auto_page_break(False)
    pdf.add_page()
    top = MARGIN_MM
    for element in elements:
        if isinstance(element, Row):
            _place(pdf, element, printer, top)
        top += _height_mm(element)
    return bytes(pdf.output())


def _height_mm(element: Row | Feed | Cut) -> float:
    match element:
        case Row():
            return height_dots(element) / DOTS_PER_MM
        case Feed(lines):
            return lines * LINE_DOTS / DOTS_PER_MM
        case Cut():
            return 0.0


def _place(pdf: FPDF, row: Row, printer: Printer, top: float) -> None:
    left = (printer.paper_mm - _width_mm(printer.columns, printer)) / 2
    if not _carries(row.text):
        row = replace(row, text=drawable(row.text))
    if _carries(row.text):
        _write(pdf, row, printer, left, top)
    else:
        picture = draw(row, printer)
        pdf.image(picture, left, top, picture.width / DOTS_PER_MM, picture.height / DOTS_PER_MM)


def _write(pdf: FPDF, row: Row, printer: Printer, left: float, top: float) -> None:
    """Font size makes a row as high as its cells, stretching makes it as wide."""
    if row.inverse:
        pdf.set_fill_color(BLACK)
        pdf.rect(left, top, _width_mm(printer.columns, printer), _height_mm(row), style="F")
    pdf.set_text_color(WHITE if row.inverse else BLACK)
    cell = _width_mm(1, printer)
    size_mm = cell / COURIER_ADVANCE
    pdf.set_font("Courier", "B" if row.bold else "", size_mm * row.height * POINTS_PER_MM)
    pdf.set_stretching(100 * row.width / row.height)
    baseline = (GAP / 2 + CELL_HEIGHT * row.height * BASELINE) / DOTS_PER_MM
    pdf.text(left + row.indent * cell, top + baseline, row.text)


def _width_mm(columns: int, printer: Printer) -> float:
    return columns * cell_dots(printer) / DOTS_PER_MM


def _carries(text: str) -> bool:
    try:
        text.encode(_CODE_PAGE)
    except UnicodeEncodeError:
        return False
    return True
