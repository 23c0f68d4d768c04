"""Bytes for receipt printers."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image

from domain.order import Customer
from domain.printer import Printer
from domain.ticket import Ticket
from printing import escpos, fonts
from printing.document import Document, Line, parse
from printing.render import render
from tests.support.needs import needs
from tests.support.paper import BUSINESS, CHANGE, KITCHEN, NARROW, RECEIPT, WIDE, a_ticket, commands

ANY_TEXT = st.text(st.characters(categories=["Cc", "Cf", "Co", "Zl", "Zp", "L", "P", "S", "Z"]))
RASTER = b"\x1dv0"


def encoded(ticket: Ticket, printer: Printer = WIDE) -> bytes:
    return escpos.encode(render(ticket, business=BUSINESS, printer=printer), printer)


def rasters(stream: bytes) -> list[bytes]:
    return [command for command in commands(stream)[0] if command.startswith(RASTER)]


def picture(raster: bytes) -> Image.Image:
    """A raster command's image, 1 where the paper becomes black."""
    size = int.from_bytes(raster[4:6], "little") * 8, int.from_bytes(raster[6:8], "little")
    return Image.frombytes("1", size, raster[8:])


@pytest.fixture
def no_wide_font(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine on which nobody installed the Chinese font."""
    missing = replace(fonts.WIDE, paths=("/none.ttc",), bold_paths=())
    monkeypatch.setattr(fonts, "FACES", (fonts.MONO, missing))
    fonts.face_of.cache_clear()
    yield
    fonts.face_of.cache_clear()


@pytest.fixture
def wide_font() -> None:
    if fonts.face_of("玛") is None:
        needs("a Chinese font", f"apt-get install --no-install-recommends {fonts.WIDE.package}")


@pytest.mark.parametrize("ticket", [KITCHEN, CHANGE, RECEIPT])
@pytest.mark.parametrize("printer", [WIDE, NARROW])
def test_a_complete_job(ticket: Ticket, printer: Printer) -> None:
    """A job resets the printer, leaves Kanji mode, chooses its code page, and ends with feed and a
    partial cut."""
    found, _ = commands(encoded(ticket, printer))
    assert found[:3] == [b"\x1b@", b"\x1c.", b"\x1bt\x13"]
    assert found[-2:] == [b"\x1bd\x06", b"\x1dV\x01"]


def test_code_page() -> None:
    """€, é and ñ are the bytes of CP858."""
    _, text = commands(encoded(a_ticket(name="Piñata é €5")))
    assert b"Pi\xa4ata \x82 \xd55" in text


def test_other_code_page() -> None:
    """A printer with another code page gets that page's number and bytes."""
    latin2 = replace(WIDE, code_page="CP852")
    found, text = commands(encoded(a_ticket(name="Łódź"), latin2))
    assert b"\x1bt\x12" in found
    assert "Łódź".encode("cp852") in text


def test_unknown_code_page() -> None:
    """A code page that nobody knows is taken for CP858."""
    assert encoded(KITCHEN, replace(WIDE, code_page="KLINGON")) == encoded(KITCHEN)


def test_typographic_signs() -> None:
    """What a telephone's keyboard makes of quotes and dashes prints as text, not as a picture."""
    stream = encoded(a_ticket(name="Mario’s “Best” – hot"))
    assert b'Mario\'s "Best" - hot' in commands(stream)[1]
    assert rasters(stream) == []


def test_times_sign_without_a_code() -> None:
    """A printer whose code page has no × writes an x."""
    stream = encoded(a_ticket(), replace(WIDE, code_page="CP437"))
    assert b" 1x Bread" in commands(stream)[1]


def test_style_is_put_back() -> None:
    """Bold, bars and size end with their line."""
    document = parse("<b><big><inverse>loud\nquiet")
    found, _ = commands(escpos.encode(document, WIDE))
    assert found[3:] == [
        b"\x1d!\x11",
        b"\x1bE\x01",
        b"\x1dB\x01",
        b"\x1d!\x00",
        b"\x1bE\x00",
        b"\x1dB\x00",
    ]


def test_no_drawer() -> None:
    """A guest whose name kicks the drawer is a guest with a short odd name."""
    stream = encoded(replace(KITCHEN, customer=Customer("Bob\x1bp\x00\x32\x32")))
    _, text = commands(stream)
    assert b"Bobp22" in text
    assert b"\x1bp" not in stream


@given(ANY_TEXT, ANY_TEXT)
@example("\x1bp\x00\x32\x32", "\x10\x14\x01\x00\x01")
@example("\x9b\x1d\x1c\x10", "a\u202eb\u2028\r\nc\x85d")
def test_data_holds_no_commands(name: str, note: str) -> None:
    """Whatever stands in a name or a note, the printer is only told what any ticket tells it."""
    ticket = replace(a_ticket(name=name, note=note), customer=Customer(name), note=note)
    found, _ = commands(encoded(ticket))
    assert {command[:2] for command in found} <= {
        *(b"\x1b@", b"\x1c.", b"\x1bt", b"\x1bE", b"\x1dB", b"\x1d!", b"\x1bd", b"\x1dV"),
        RASTER[:2],
    }
    assert b"\x1dV\x01" in found


def test_cjk_is_drawn(wide_font: None) -> None:
    """A Chinese name is a raster line as wide as the paper, with ink on it."""
    stream = encoded(a_ticket(name="玛格丽特"))
    (raster,) = rasters(stream)
    image = picture(raster)
    assert image.size == (42 * 12, 24 * 2 + 6)
    ink = image.getbbox()
    assert ink is not None
    left, _, right, _ = ink
    assert left < 4 * 12  # the quantity, in the same line
    assert 10 * 12 <= right <= 12 * 12  # four characters of two cells behind it


def test_raster_lines_fit(wide_font: None) -> None:
    """No raster line is wider than the printer's head: 384 dots on 58 mm, 576 on 80 mm."""
    for printer, head in ((NARROW, 384), (replace(WIDE, columns=48), 576), (WIDE, 576)):
        for crowded in (printer, replace(printer, columns=64)):
            images = [picture(raster) for raster in rasters(encoded(KITCHEN, crowded))]
            assert images
            assert all(image.width <= head for image in images)


def test_no_real_time_command_in_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture whose dots spell "open the drawer" loses a dot's worth of beauty and opens
    nothing."""
    spelled = b"\x10\x14\x01\x00\x01" + b"\x10\x04\x01" + b"\x10\x05\x01" + bytes(52)
    image = Image.frombytes("1", (504, 1), bytes(255 - byte for byte in spelled))
    monkeypatch.setattr(escpos, "draw", lambda row, printer: image)
    stream = escpos.encode(Document((Line("玛"),)), WIDE)
    for command in (b"\x10\x04", b"\x10\x05", b"\x10\x14"):
        assert command not in stream
    assert rasters(stream)[0][8:13] == b"\x10\x1c\x01\x00\x01"


def test_missing_font(no_wide_font: None, caplog: pytest.LogCaptureFixture) -> None:
    """Without a font the line is printed with boxes, the rest of it is there, and the log says
    what to install."""
    with caplog.at_level(logging.WARNING):
        stream = encoded(a_ticket(name="玛格 Pizza"))
        boxes = encoded(a_ticket(name="□□□□ Pizza"))
    assert stream == boxes
    assert len(rasters(stream)) == 1
    assert "fonts-wqy-microhei" in caplog.text


def test_narrow_font() -> None:
    """Small text is the printer's font B, and ends with its line."""
    found, text = commands(escpos.encode(parse("<small>tiny\nnormal"), WIDE))
    assert found[3:] == [b"\x1bM\x01", b"\x1bM\x00"]
    assert text == b"tiny\nnormal\n"


def test_sizes_stay_on_the_grid() -> None:
    """A centred line begins at a cell of normal size, whatever its own size is."""
    found, text = commands(escpos.encode(parse("<center><big>abc"), WIDE))
    assert text == b" " * 18 + b"abc\n"
    assert found[3:] == [b"\x1d!\x11"]
