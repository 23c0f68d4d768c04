"""Tickets on the paper that is in the printer: rolls and sheets."""

from __future__ import annotations

import io

import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageOps

from printing import pages, pdf
from printing.document import Document, parse
from printing.media import Media
from tests.support.paper import NARROW, WIDE

A4 = Media(210, 297)
LETTER = Media(215.9, 279.4)
ROLL_80, ROLL_58 = Media(80), Media(58)
MM_PER_POINT = 25.4 / 72

SHORT = parse("<b>2× Pizza Margherita\n玛格丽特披萨\n<cut>")
LONG = parse("\n".join(f"{n}× Pizza number {n}" for n in range(1, 121)) + "\n<feed 4>\n<cut>")


def ink(page: Image.Image) -> tuple[int, int, int, int]:
    """Where something black is."""
    found = ImageOps.invert(page.convert("L")).point(lambda grey: 255 * (grey > 128)).getbbox()
    assert found is not None
    return found


def read(document: bytes) -> list[str]:
    with pdfium.PdfDocument(document) as file:
        return [page.get_textpage().get_text_bounded() for page in file]


def sizes(document: bytes) -> list[tuple[float, float]]:
    with pdfium.PdfDocument(document) as file:
        return [
            (page.get_width() * MM_PER_POINT, page.get_height() * MM_PER_POINT) for page in file
        ]


@pytest.mark.parametrize("media", [A4, LETTER])
def test_a_long_ticket_on_sheets(media: Media) -> None:
    """A ticket that is longer than a sheet goes on on the next one, and no line is lost."""
    file = pdf.encode(LONG, WIDE, media)
    for width, length in sizes(file):
        assert (width, length) == pytest.approx((media.width_mm, media.length_mm), abs=0.1)
    assert len(sizes(file)) == 2
    text = "\n".join(read(file))
    assert all(f"{n}× Pizza number {n}" in text for n in range(1, 121))
    assert len(pages.draw_pages(LONG, WIDE, media, 300)) == 2


@pytest.mark.parametrize("media", [ROLL_80, ROLL_58])
def test_a_long_ticket_on_a_roll(media: Media) -> None:
    """On a roll it is one page, as wide as the roll and as long as it takes."""
    ((width, length),) = sizes(pdf.encode(LONG, WIDE, media))
    assert width == pytest.approx(media.width_mm, abs=0.1)
    assert length > 400
    (page,) = pages.draw_pages(LONG, WIDE, media, 203)
    assert page.width == media.width_mm * 8
    assert page.height / 8 == pytest.approx(length, rel=0.01)


def test_air_takes_no_sheet() -> None:
    """What would be nothing but a feed and a cut is no second sheet."""
    full = parse("\n".join(f"line {n}" for n in range(73)) + "\n<feed 20>\n<cut>")
    assert len(sizes(pdf.encode(full, WIDE, A4))) == 1


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("media", [A4, ROLL_80, ROLL_58])
@pytest.mark.parametrize("document", [SHORT, LONG])
def test_nothing_is_cut_off(document: Document, media: Media, dpi: int) -> None:
    """At every resolution, on every paper, the letters keep off the edges, and have one size."""
    for page in pages.draw_pages(document, WIDE, media, dpi):
        left, top, right, _ = (edge * 25.4 / dpi for edge in ink(page))
        assert left >= 2
        assert right <= media.width_mm - 2
        assert top >= 2 if media.length_mm is None else top >= 9


def test_a_ticket_for_80_mm_fits_a_roll_of_58() -> None:
    """The paper that is in the printer decides, not what its record says: a bar of 42 columns is
    narrowed to it."""
    bar = parse("<inverse>Kitchen")
    wide = ink(pages.draw_pages(bar, WIDE, ROLL_80, 203)[0])
    narrow = ink(pages.draw_pages(bar, WIDE, ROLL_58, 203)[0])
    assert wide[2] - wide[0] == 42 * 12
    assert narrow[2] - narrow[0] == 42 * 9
    usual = ink(pages.draw_pages(bar, NARROW, ROLL_80, 203)[0])
    assert usual[2] - usual[0] == 32 * 12


def test_jpeg() -> None:
    """A JPEG has the size of the paper; on a sheet the whole of a long ticket is made to fit."""
    sheet = Image.open(io.BytesIO(pages.jpeg(LONG, WIDE, A4)))
    assert sheet.size == (210 * 8, 297 * 8)
    assert sheet.info["dpi"] == (203, 203)
    assert ink(sheet)[3] < sheet.height
    roll = Image.open(io.BytesIO(pages.jpeg(LONG, WIDE, ROLL_80)))
    assert roll.width == 80 * 8
    assert roll.height > 120 * 30
