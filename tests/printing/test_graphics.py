"""QR codes, barcodes, the logo."""

from __future__ import annotations

import base64
import io

import pypdfium2
import pytest
import qrcode
from msgspec.structs import replace
from PIL import Image

from domain.errors import Invalid
from printing import escpos, graphics, image, pdf
from printing.document import Graphic, GraphicKind, parse
from printing.render import render
from tests.support.paper import BUSINESS, NARROW, RECEIPT, WIDE, commands


def uploaded(size: tuple[int, int] = (400, 100), form: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "black").save(file, form)
    return file.getvalue()


def test_qr_code() -> None:
    """The dots on paper are the code's modules, with the white around it that a reader needs."""
    drawn = graphics.picture(Graphic(GraphicKind.QR, "https://example.com", 6), 504)
    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data("https://example.com")
    modules = code.get_matrix()
    left = (504 - 6 * len(modules)) // 2
    assert drawn.height == 6 * len(modules)
    seen = [
        [drawn.getpixel((left + 6 * x + 3, 6 * y + 3)) == 0 for x in range(len(modules))]
        for y in range(len(modules))
    ]
    assert seen == modules


def test_barcode() -> None:
    """Code 128 in bars of whole dots, in the middle of the paper."""
    drawn = graphics.picture(Graphic(GraphicKind.BARCODE, "P-12"), 384)
    row = [drawn.getpixel((x, 40)) == 0 for x in range(384)]
    first, last = row.index(True), 383 - row[::-1].index(True)
    # Start, four characters, check sum: 11 modules each; stop: 13. Three dots a module.
    assert last - first + 1 == 3 * (11 * 6 + 13)
    assert abs(first - (383 - last)) <= 1


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (GraphicKind.QR, "x" * 5000),
        (GraphicKind.BARCODE, "x" * 60),
        (GraphicKind.BARCODE, "玛格"),
        (GraphicKind.LOGO, "no base64"),
        (GraphicKind.LOGO, base64.b64encode(b"no picture").decode()),
    ],
)
def test_what_cannot_be_drawn_is_refused(kind: GraphicKind, content: str) -> None:
    """A code that no reader could read, or a picture that is none, is an error in words."""
    with pytest.raises(Invalid):
        graphics.picture(Graphic(kind, content, 6), 384)


@pytest.mark.parametrize("size", [(4000, 1000), (30, 30), (100, 4000), (1, 1)])
def test_logo_is_kept_as_it_prints(size: tuple[int, int]) -> None:
    """However large the picture is that was uploaded, what is kept fits 58 mm paper and is
    black and white."""
    kept = Image.open(io.BytesIO(base64.b64decode(graphics.logo(uploaded(size)))))
    assert kept.mode == "1"
    assert kept.width <= min(384, size[0])
    assert kept.height <= min(200, size[1])


def test_logo_on_glass() -> None:
    """What is see-through in a picture is paper."""
    file = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(file, "PNG")
    kept = Image.open(io.BytesIO(base64.b64decode(graphics.logo(file.getvalue()))))
    assert kept.getextrema() == (255, 255)


@pytest.mark.parametrize("upload", [b"", b"GIF89a", b"<svg/>", uploaded()[:60]])
def test_no_picture(upload: bytes) -> None:
    """What is no picture is refused in words."""
    with pytest.raises(Invalid, match="no picture"):
        graphics.logo(upload)


def test_the_same_on_every_printer() -> None:
    """A code is in the raster of an ESC/POS job, in the preview and in a PDF."""
    document = parse("<center>scan me\n<qr>https://example.com\n")
    drawn = graphics.picture(Graphic(GraphicKind.QR, "https://example.com", 6), 504)
    found, _ = commands(escpos.encode(document, WIDE))
    assert [c for c in found if c[:3] == b"\x1dv0" and c[6] == drawn.height]
    preview = Image.open(io.BytesIO(image.preview(document, WIDE)))
    assert preview.height == 24 + 30 + drawn.height + 24
    page = pypdfium2.PdfDocument(pdf.encode(document, WIDE))[0]
    assert [type(thing).__name__ for thing in page.get_objects()] == ["PdfTextObj", "PdfImage"]
    assert page.get_size()[1] / 72 * 25.4 == pytest.approx(preview.height / 8, abs=0.1)


def test_a_code_that_does_not_fit_the_roll_is_text() -> None:
    """A printer that was loaded with a narrower roll than its record says prints the code's text,
    and the rest of the ticket."""
    address = "https://example.com/" + "x" * 230
    document = parse(f"P-12\n<qr>{address}")
    fits = Image.open(io.BytesIO(image.preview(document, WIDE)))
    assert fits.height == 48 + 30 + graphics.picture(document.elements[1], 504).height
    narrow = Image.open(io.BytesIO(image.preview(document, replace(NARROW, columns=16))))
    assert narrow.height == 48 + 30 + 30 * -(-len(address) // 16)


def test_logo_on_a_receipt() -> None:
    """A receipt begins with the restaurant's logo, where it has one that can be read."""
    for kept, drawn in (
        ({"logo": graphics.logo(uploaded())}, 1),
        ({"logo": "broken"}, 0),
        ({}, 0),
    ):
        document = render(RECEIPT, business=BUSINESS, printer=NARROW, templates=kept)
        assert [type(e) for e in document.elements].count(Graphic) == drawn
        assert document.fallback_reason == ""
