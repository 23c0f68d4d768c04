"""The paper that a printer says it has: how a ticket fills a roll, and how it is divided into
sheets. Pure."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from domain.printer import Printer
from printing.document import Cut, Document, Element, Feed, Graphic, Row, layout
from printing.raster import DOTS_PER_MM, LINE_DOTS, draw_graphic, height_dots

__all__ = ["Media", "height_mm", "loaded_with", "pages"]

ROLL_MARGIN_MM = 3.0  # a cutter leaves about that much
SHEET_MARGIN_MM = 10.0  # office printers cannot reach the outer 4 to 7 mm


class Media(msgspec.Struct, frozen=True):
    """`length_mm` is None on a roll, which is as long as its ticket."""

    width_mm: float
    length_mm: float | None = None

    @property
    def margin_mm(self) -> float:
        return ROLL_MARGIN_MM if self.length_mm is None else SHEET_MARGIN_MM


def loaded_with(printer: Printer, media: Media) -> Printer:
    """`printer` with the paper that is in it, whatever its record says: a ticket for 80 mm shrinks
    to a roll of 58, and on a sheet it stands in the middle."""
    return replace(printer, paper_mm=round(media.width_mm))


def height_mm(element: Row | Feed | Cut | Graphic, printer: Printer) -> float:
    match element:
        case Row():
            return height_dots(element) / DOTS_PER_MM
        case Feed(lines):
            return lines * LINE_DOTS / DOTS_PER_MM
        case Cut():
            return 0.0
        case Graphic():
            return draw_graphic(element, printer).height / DOTS_PER_MM


def pages(document: Document, printer: Printer, media: Media) -> list[Document]:
    """`document` as one document a sheet: the whole of it on a roll. A line that wraps is not torn
    apart unless it is longer than a sheet."""
    if media.length_mm is None:
        return [document]
    room = media.length_mm - 2 * media.margin_mm
    found: list[list[Element]] = [[]]
    used = 0.0
    for element in document.elements:
        laid = layout(Document((element,)), printer.columns)
        height = sum(height_mm(one, printer) for one in laid)
        starts = not isinstance(element, Feed | Cut)  # a sheet for nothing but air is wasted
        if starts and found[-1] and used + height > room:
            found.append([])
            used = 0.0
        found[-1].append(element)
        used += height
    return [replace(document, elements=tuple(page)) for page in found]
