"""Previews and PDF files."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from msgspec.structs import replace
from PIL import Image

from domain.printer import Printer
from domain.ticket import Ticket
from printing import image, pdf
from printing.document import Document, parse
from printing.render import render
from tests.support.paper import BUSINESS, CHANGE, KITCHEN, NARROW, RECEIPT, WIDE


def document(ticket: Ticket, printer: Printer) -> Document:
    return render(ticket, business=BUSINESS, printer=printer)


def previewed(markup: str, printer: Printer = WIDE) -> Image.Image:
    return Image.open(io.BytesIO(image.preview(parse(markup), printer)))


def ink(picture: Image.Image) -> tuple[int, int, int, int]:
    box = picture.convert("L").point(lambda grey: 255 - grey).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize("printer", [WIDE, NARROW])
def test_preview_is_as_wide_as_the_paper(printer: Printer) -> None:
    """A preview has eight dots a millimetre, and its text keeps to the printer's columns."""
    picture = Image.open(io.BytesIO(image.preview(document(KITCHEN, printer), printer)))
    assert picture.width == printer.paper_mm * 8
    left, _, right, _ = ink(picture)
    assert right - left <= printer.columns * 12


def test_preview_draws_what_it_is_told() -> None:
    """Bigger is bigger, a bar is black, centred is in the middle."""
    small, big = ink(previewed("mm")), ink(previewed("<big>mm"))
    assert (big[2] - big[0]) == pytest.approx(2 * (small[2] - small[0]), abs=3)
    bar = ink(previewed("<inverse>mm"))
    assert (bar[2] - bar[0], bar[3] - bar[1]) == (42 * 12, 30)
    left, _, right, _ = ink(previewed("<center>mm"))
    assert (left + right) / 2 == pytest.approx(320, abs=2)


def test_feed_is_paper() -> None:
    """Empty lines make the paper longer."""
    assert previewed("a\n<feed 4>").height - previewed("a").height == 4 * 30


@pytest.mark.parametrize("ticket", [KITCHEN, CHANGE, RECEIPT])
@pytest.mark.parametrize("printer", [WIDE, NARROW])
def test_pdf_page(ticket: Ticket, printer: Printer) -> None:
    """A PDF is one page, as wide as the paper and as long as the preview."""
    source = document(ticket, printer)
    read = pypdfium2.PdfDocument(pdf.encode(source, printer))
    assert len(read) == 1
    width, height = (points / 72 * 25.4 for points in read[0].get_size())
    assert width == pytest.approx(printer.paper_mm, abs=0.1)
    preview = Image.open(io.BytesIO(image.preview(source, printer)))
    assert height == pytest.approx(preview.height / 8, abs=0.1)


def test_pdf_text() -> None:
    """Text is text: it can be searched, with € and é and ñ."""
    source = parse("Crème brûlée €5.00\nSeñor Nuñez\n<inverse>× œuf")
    read = pypdfium2.PdfDocument(pdf.encode(source, WIDE))
    text = read[0].get_textpage().get_text_bounded()
    assert [line.strip() for line in text.splitlines()] == [
        "Crème brûlée €5.00",
        "Señor Nuñez",
        "× œuf",
    ]


def test_pdf_draws_the_rest() -> None:
    """What Courier does not have is a picture in its place."""
    read = pypdfium2.PdfDocument(pdf.encode(parse("before\n玛格丽特\nafter"), WIDE))
    kinds = [type(thing).__name__ for thing in read[0].get_objects()]
    assert kinds == ["PdfTextObj", "PdfImage", "PdfTextObj"]


def test_pdf_is_repeatable() -> None:
    """The same ticket is the same bytes: no date, no random id."""
    source = document(KITCHEN, WIDE)
    assert pdf.encode(source, WIDE) == pdf.encode(source, WIDE)


@pytest.mark.parametrize(
    "source",
    [
        document(replace(RECEIPT, lines=RECEIPT.lines[1:]), WIDE),
        parse("<tall>Hamburger H"),
        parse("<center><huge><b>HH"),
    ],
)
def test_pdf_looks_like_the_preview(source: Document) -> None:
    """On paper a PDF and an ESC/POS ticket have their lines in the same places."""
    page = pypdfium2.PdfDocument(pdf.encode(source, WIDE))[0].render(scale=203.2 / 72).to_pil()
    preview = Image.open(io.BytesIO(image.preview(source, WIDE)))
    for edge, other in zip(ink(page), ink(preview), strict=True):
        assert edge == pytest.approx(other, abs=14)
