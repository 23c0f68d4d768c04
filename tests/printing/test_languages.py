"""Tickets in many languages, as a person found them good: golden bytes and golden pictures."""

from __future__ import annotations

import io
import logging

import pytest
from msgspec.structs import replace
from PIL import Image, ImageChops

from domain.order import LineModifier
from domain.printer import Names
from domain.ticket import TicketLine
from printing import escpos, fonts, image, raster
from printing.document import parse, to_text
from printing.render import render
from tests.support.needs import needs
from tests.support.paper import BUSINESS, KITCHEN, RECEIPT, WIDE, a_ticket, commands
from tests.support.papers import CASES, GOLDEN, PRINTERS, document

# Dots that may differ, of those that are black: another version of a font moves a few.
TOLERANCE = 0.03


@pytest.fixture(scope="module", autouse=True)
def all_fonts() -> None:
    missing = [
        face.package
        for face, char in zip(fonts.FACES, "aאก玛🍕", strict=True)
        if not fonts.face_of(char, shaped=True)
    ]
    if missing or not fonts.can_shape():
        needs("fonts and libfribidi0", "scripts/debian-packages edge")


def assert_alike(drawn: Image.Image, golden: Image.Image) -> None:
    assert drawn.size == golden.size
    differing = ImageChops.logical_xor(drawn, golden).histogram()[255]
    assert differing <= TOLERANCE * golden.histogram()[0] + 8


def rasters(found: list[bytes]) -> list[Image.Image]:
    """The raster lines among commands, as pictures in which 1 is black."""
    return [
        Image.frombytes("1", (int.from_bytes(r[4:6], "little") * 8, r[6] + 256 * r[7]), r[8:])
        for r in found
        if r.startswith(b"\x1dv0")
    ]


@pytest.mark.parametrize("paper_mm", PRINTERS)
@pytest.mark.parametrize("name", CASES)
def test_golden_picture(name: str, paper_mm: int) -> None:
    """A ticket looks as it did when a person last looked at it."""
    drawn = Image.open(io.BytesIO(image.preview(*document(name, paper_mm))))
    assert_alike(drawn, Image.open(GOLDEN / f"{name}-{paper_mm}.png"))


@pytest.mark.parametrize("paper_mm", PRINTERS)
@pytest.mark.parametrize("name", CASES)
def test_golden_bytes(name: str, paper_mm: int) -> None:
    """A receipt printer is sent the same text and commands, and raster lines that look alike."""
    golden = (GOLDEN / f"{name}-{paper_mm}.escpos").read_bytes()
    (sent, text), (kept, kept_text) = (
        commands(stream) for stream in (escpos.encode(*document(name, paper_mm)), golden)
    )
    assert text == kept_text
    assert [c[:8] for c in sent] == [c[:8] for c in kept]
    for line, before in zip(rasters(sent), rasters(kept), strict=True):
        assert_alike(ImageChops.invert(line), ImageChops.invert(before))


@pytest.mark.parametrize(
    ("name", "drawn"),
    [("french", 1), ("polish", 0), ("korean", 5), ("hebrew", 5), ("thai", 5)],
)
def test_code_page_first(name: str, drawn: int) -> None:
    """What the code page carries is text, which prints sharp and fast; only the rest is drawn."""
    found, _ = commands(escpos.encode(*document(name, 80)))
    assert len(rasters(found)) == drawn


def test_right_to_left_is_drawn_even_where_the_code_page_has_it() -> None:
    """A printer puts no text in order, so Hebrew on a Hebrew code page would read backwards."""
    hebrew = replace(WIDE, code_page="CP862")
    found, text = commands(escpos.encode(parse("שלום"), hebrew))
    assert len(rasters(found)) == 1
    assert text == b""


def test_a_phrase_keeps_its_marks_and_numbers_on_the_right_side() -> None:
    """A Hebrew note ends with its exclamation mark at the left, and the quantity stays where every
    quantity stands."""
    (box,) = raster._boxes("\u2068בלי 2 (בצל)!\u2069")
    assert "".join(text for text, _, rtl in box.pieces if not rtl).replace(" ", "") == "!()2"
    boxes = list(raster._boxes("2× \u2068שלום\u2069  9.50"))
    assert [(b.column, b.pieces[0][0]) for b in boxes] == [(0, "2×"), (3, "שלום"), (9, "9.50")]


def test_arabic_letters_join() -> None:
    """بيت is one word of joined letters: narrower than its letters alone."""
    face = fonts.FACES[1]
    joined = fonts.font(face, 40, bold=False).getlength("بيت", direction="rtl")
    alone = sum(fonts.font(face, 40, bold=False, shaped=False).getlength(c) for c in "بيت")
    assert joined < 0.9 * alone


def test_without_the_shaper_letters_stand_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where libfribidi is not there, Arabic prints unjoined, in its order, and nothing fails."""
    monkeypatch.setattr(raster, "can_shape", lambda: False)
    (box,) = raster._boxes("شاي")
    assert box.pieces[0][0] == "ياش"


def test_long_phrase_fits() -> None:
    """Letters with widths of their own never run over the cells that they have."""
    for text in ("มมมมมมมมมมมมมมมมมมมมมมมมมมมมมมมมม", "ששששששששששששששששששששששש"):
        (row,) = raster._boxes(text)
        drawn = raster.draw(raster.Row(text + "|"), WIDE)
        box = ImageChops.invert(drawn.crop((row.cells * 12 + 12, 0, drawn.width, 30))).getbbox()
        assert box is None


def test_missing_font_is_a_box(caplog: pytest.LogCaptureFixture) -> None:
    """What no font has is a box a character, marks aside; the rest of the line is there, and the
    log says what to install."""
    with caplog.at_level(logging.WARNING):
        assert fonts.drawable("தோசை 2") == "□□ 2"
    assert fonts.FACES[0].package in caplog.text


def test_chinese_wraps_between_characters() -> None:
    """Chinese begins beside the quantity and goes on in the next line; a full stop never begins
    one."""
    rows = to_text(parse("<hang 3>2× 猪肉白菜饺子。猪肉"), 16).splitlines()
    assert rows == ["2× 猪肉白菜饺", "   子。猪肉"]


def test_instead() -> None:
    """A kitchen that reads Chinese gets Chinese names alone; its receipts stay as the menu is."""
    printer = replace(WIDE, language="zh", names=Names.INSTEAD)
    shown = to_text(render(KITCHEN, business=BUSINESS, printer=printer), 42)
    assert "玛格丽特披萨" in shown
    assert "Margherita" not in shown
    assert "WITHOUT 罗勒" in shown
    assert "Tagliatelle" in shown  # it has no other name
    receipt = to_text(render(RECEIPT, business=BUSINESS, printer=printer), 42)
    assert "Margherita" in receipt


def test_a_printer_has_its_own_language() -> None:
    """The language of a printer goes before the restaurant's."""
    modifiers = (LineModifier("x", "y", "Ham", 0, {"de": "Schinken", "zh": "火腿"}),)
    ticket = replace(a_ticket(), lines=(TicketLine(1, "Toast", modifiers=modifiers),))
    text = to_text(render(ticket, business=BUSINESS, printer=replace(WIDE, language="de")), 42)
    assert "Ham Schinken" in text
    assert "火腿" not in text
