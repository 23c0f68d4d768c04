"""Rows drawn as dots: for what a code page cannot carry, for previews and for pictures.

One grid for all of it, the one of an ESC/POS printer at 203 dpi with its font A: 12 × 24 dots a
cell. So a drawn line stands exactly between the printed ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from PIL import Image, ImageDraw

from domain.printer import Printer
from printing.document import Row, cells
from printing.fonts import MONO, Face, face_of, font

__all__ = [
    "CELL_HEIGHT",
    "DOTS_PER_MM",
    "GAP",
    "LINE_DOTS",
    "cell_dots",
    "draw",
    "height_dots",
]

DOTS_PER_MM = 8  # 203 dpi
CELL_WIDTH = 12  # dots, font A
CELL_HEIGHT = 24  # dots, font A
GAP = 6  # dots between two lines; with it a line is 30 dots, the printers' own default
LINE_DOTS = CELL_HEIGHT + GAP
BASELINE = 19  # dots below the top of a cell

HEAD_80_MM = 576  # dots that an 80 mm printer can reach
HEAD_58_MM = 384
NARROW_MM = 60  # paper up to this wide goes through the narrower head
BLACK, WHITE = 0, 255
INK = 110  # a darker grey becomes a dot; below the middle, because dots spread on the paper


def cell_dots(printer: Printer) -> int:
    """How wide a cell is: font A, or less where a printer claims more columns than that fits."""
    head = HEAD_58_MM if printer.paper_mm <= NARROW_MM else HEAD_80_MM
    return min(CELL_WIDTH, head // printer.columns)


def height_dots(row: Row) -> int:
    return CELL_HEIGHT * row.height + GAP


def draw(row: Row, printer: Printer) -> Image.Image:
    """`row` as a picture of 1 bit a dot, `printer.columns` cells wide."""
    cell = cell_dots(printer)
    width = cell * printer.columns
    scale = max(row.width, row.height)
    # Where a cell is stretched (tall), the text is drawn large and squeezed: smoother than dots
    # that are doubled.
    canvas = Image.new("L", (width * scale // row.width, CELL_HEIGHT * scale), WHITE)
    pen = ImageDraw.Draw(canvas)
    for column, text, face in _runs(row.text):
        size = round(cell * face.scale * scale)
        left = row.indent * scale // row.width + column * scale  # in cells
        at = (left * cell, BASELINE * scale)
        pen.text(at, text, fill=BLACK, font=font(face, size, bold=row.bold), anchor="ls")
    squeezed = canvas.resize((width, CELL_HEIGHT * row.height), Image.Resampling.BOX)
    page = Image.new("L", (width, height_dots(row)), WHITE)
    page.paste(squeezed, (0, GAP // 2))
    if row.inverse:
        return page.point(lambda grey: WHITE if grey < INK else BLACK, mode="1")
    return page.point(lambda grey: BLACK if grey < INK else WHITE, mode="1")


def _runs(text: str) -> Iterator[tuple[int, str, Face]]:
    """`text` in pieces of one face without spaces, each with the cell it begins at, so that no
    rounding of a font's widths adds up over a line."""
    column = 0
    for (face, blank), chars in groupby(text, key=lambda c: (face_of(c) or MONO, c == " ")):
        run = "".join(chars)
        if not blank:
            yield column, run, face
        column += cells(run)
