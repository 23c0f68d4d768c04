"""Rows drawn as dots: for what a code page cannot carry, for previews and for pictures.

One grid for all of it, the one of an ESC/POS printer at 203 dpi with its font A: 12 × 24 dots a
cell. So a drawn line stands exactly between the printed ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

import msgspec
from bidi.algorithm import get_display
from PIL import Image, ImageDraw

from domain.errors import Invalid
from domain.printer import Printer
from printing.document import (
    CLOSE_ISOLATE,
    OPEN_ISOLATE,
    Document,
    Graphic,
    Line,
    Row,
    cells,
    layout,
)
from printing.fonts import MONO, Face, Font, can_shape, face_of, font, has_bold

__all__ = [
    "CELL_HEIGHT",
    "DOTS_PER_MM",
    "GAP",
    "LINE_DOTS",
    "cell_dots",
    "draw",
    "draw_graphic",
    "height_dots",
    "line_dots",
    "right_to_left",
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
LARGE_CELL = 24  # dots; in smaller cells a stroke would fill the gaps of 饺
INK = 110  # a darker grey becomes a dot; below the middle, because dots spread on the paper

# Hebrew, Arabic and their neighbours, with what they are written with.
_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff"
_RTL_CHAR = re.compile(f"[{_RTL}]")
_RIGHT_TO_LEFT = re.compile(
    f"{OPEN_ISOLATE}[^{CLOSE_ISOLATE}]*{CLOSE_ISOLATE}?|[{_RTL}](?:[{_RTL} ]*[{_RTL}])?"
)


class _Box(msgspec.Struct, frozen=True):
    """Pieces that share `cells` cells from `column` on, in the order in which they stand there:
    each is text of one face, and whether it is read from right to left."""

    column: int
    cells: int
    pieces: tuple[tuple[str, Face, bool], ...]


class _Grid(msgspec.Struct, frozen=True):
    """Where the cells of a row are on its canvas, all in dots."""

    left: int
    baseline: int
    cell: int
    bold: bool

    def font(self, face: Face, size: float = 1.0) -> Font:
        return font(face, int(self.cell * face.scale * size + 0.5), bold=self.bold)

    def stroke(self, face: Face) -> int:
        """A dot around each line makes bold what has no bold letters, where they are large
        enough for it."""
        return int(self.bold and self.cell >= LARGE_CELL and not has_bold(face))


def cell_dots(printer: Printer, *, small: bool = False) -> int:
    """How wide a cell is: font A, or less where a printer claims more columns than that fits; of
    the narrow font, font B, three quarters of it."""
    head = HEAD_58_MM if printer.paper_mm <= NARROW_MM else HEAD_80_MM
    normal = min(CELL_WIDTH, head // printer.columns)
    return normal * 3 // 4 if small else normal


def line_dots(printer: Printer) -> int:
    """How wide a whole line is."""
    return cell_dots(printer) * printer.columns


def height_dots(row: Row) -> int:
    return CELL_HEIGHT * row.height + GAP


def draw(row: Row, printer: Printer) -> Image.Image:
    """`row` as a picture of 1 bit a dot, `printer.columns` cells wide."""
    cell = cell_dots(printer, small=row.small)
    width = line_dots(printer)
    scale = max(row.width, row.height)
    # Where a cell is stretched (tall), the text is drawn large and squeezed: smoother than dots
    # that are doubled.
    canvas = Image.new("L", (width * scale // row.width, CELL_HEIGHT * scale), WHITE)
    pen = ImageDraw.Draw(canvas)
    grid = _Grid(
        left=row.indent * cell * scale // row.width,
        baseline=BASELINE * scale,
        cell=cell * scale,
        bold=row.bold,
    )
    for box in _boxes(row.text):
        _draw_box(pen, box, grid)
    squeezed = canvas.resize((width, CELL_HEIGHT * row.height), Image.Resampling.BOX)
    page = Image.new("L", (width, height_dots(row)), WHITE)
    page.paste(squeezed, (0, GAP // 2))
    if row.inverse:
        return page.point(lambda grey: WHITE if grey < INK else BLACK, mode="1")
    return page.point(lambda grey: BLACK if grey < INK else WHITE, mode="1")


def draw_graphic(graphic: Graphic, printer: Printer) -> Image.Image:
    """`graphic` as a picture of 1 bit a dot, as wide as a row; its text where it does not fit the
    paper that is in the printer."""
    # Imported here: most tickets have no picture on them.
    from printing.graphics import picture

    width = line_dots(printer)
    try:
        return picture(graphic, width)
    except Invalid:
        rows = layout(Document((Line(graphic.content, center=True),)), printer.columns)
        lines = [draw(row, printer) for row in rows if isinstance(row, Row)]
    page = Image.new("L", (width, LINE_DOTS * len(lines)), WHITE)
    for n, line in enumerate(lines):
        page.paste(line, (0, LINE_DOTS * n))
    return page.convert("1")


def right_to_left(text: str) -> bool:
    """True where some of `text` is read from right to left."""
    return _RTL_CHAR.search(text) is not None


def _boxes(text: str) -> Iterator[_Box]:
    """What is drawn of a row, without the spaces between. Each box begins at its own cell, so that
    no rounding of a font's widths adds up over a line."""
    column = at = 0
    for phrase in _RIGHT_TO_LEFT.finditer(text):
        before = text[at : phrase.start()]
        yield from _left_to_right(before, column)
        column += cells(before)
        yield _Box(column, cells(phrase[0]), tuple(_right_to_left(phrase[0])))
        column += cells(phrase[0])
        at = phrase.end()
    yield from _left_to_right(text[at:], column)


def _left_to_right(text: str, column: int) -> Iterator[_Box]:
    """Runs of one face without spaces."""
    for (face, blank), run in groupby(_with_faces(text), key=lambda one: (one[1], one[0] == " ")):
        chars = "".join(char for char, _ in run)
        if not blank:
            yield _Box(column, cells(chars), ((chars, face, False),))
        column += cells(chars)


def _with_faces(text: str) -> Iterator[tuple[str, Face]]:
    """Each character with its face; a mark has that of the letter before it."""
    face = MONO
    for char in text:
        if cells(char):
            face = face_of(char) or MONO
        yield char, face


def _right_to_left(phrase: str) -> Iterator[tuple[str, Face, bool]]:
    """A phrase in the order in which it stands on paper, with the numbers and other scripts that
    are in it."""
    text = phrase.translate(dict.fromkeys(map(ord, OPEN_ISOLATE + CLOSE_ISOLATE)))
    shown = [
        (c, face_of(c, shaped=True) or MONO, bool(_RTL_CHAR.match(c))) for c in get_display(text)
    ]
    for (face, rtl), run in groupby(shown, key=lambda one: one[1:]):
        chars = "".join(char for char, *_ in run)
        # The shaper joins letters, and wants them in the order of reading for that.
        yield (chars[::-1] if rtl and can_shape() else chars), face, rtl


def _draw_box(pen: ImageDraw.ImageDraw, box: _Box, grid: _Grid) -> None:
    at = float(grid.left + box.column * grid.cell)
    size = _fitting(box, grid)
    for text, face, rtl in box.pieces:
        chosen = grid.font(face, size)
        pen.text(
            (round(at), grid.baseline),
            text,
            fill=BLACK,
            font=chosen,
            anchor="ls",
            direction=_direction(face, rtl),
            stroke_width=grid.stroke(face),
        )
        if len(box.pieces) > 1:
            at += chosen.getlength(text, direction=_direction(face, rtl))


def _fitting(box: _Box, grid: _Grid) -> float:
    """1, or less where letters that are as wide as they like would not fit the cells they have."""
    if not any(face.shaped for _, face, _ in box.pieces):
        return 1.0
    wanted = sum(
        grid.font(face).getlength(text, direction=_direction(face, rtl))
        for text, face, rtl in box.pieces
    )
    return min(1.0, box.cells * grid.cell / wanted) if wanted else 1.0


def _direction(face: Face, rtl: bool) -> str | None:
    """None where the letters stand as they come."""
    if not face.shaped or not can_shape():
        return None
    return "rtl" if rtl else "ltr"
