"""QR codes, barcodes and the restaurant's logo as dots.

Drawn here, and not by the printer's own commands: so they look alike on every printer, on IPP, and
in the preview, and nothing depends on what a clone makes of `GS ( k`.
"""

from __future__ import annotations

import base64
import binascii
import io
from functools import lru_cache

import barcode
import qrcode
from PIL import Image, UnidentifiedImageError
from qrcode.exceptions import DataOverflowError

from domain.errors import Invalid
from printing.document import Graphic, GraphicKind

__all__ = ["logo", "picture"]

MIN_QR_DOTS = 3  # a module below a third of a millimetre is not read from thermal paper
QR_QUIET = 4  # modules of white around a QR code, as its standard wants
BARCODE_QUIET = 10  # modules of white on either side of a barcode
BARCODE_HEIGHT = 80  # dots, a centimetre: enough for a scanner held at an angle
MAX_LOGO_WIDTH = 384  # dots: the whole width of 58 mm paper
MAX_LOGO_HEIGHT = 200
MAX_LOGO_PIXELS = 20_000_000  # of what is uploaded; a telephone's photograph has 12 million
PAPER = 1  # white, in a picture of 1 bit


@lru_cache(maxsize=16)
def picture(graphic: Graphic, width: int) -> Image.Image:
    """`graphic` in the middle of paper that is `width` dots wide, 1 bit a dot.

    Raises `Invalid` where it does not fit, or cannot be one.
    """
    match graphic.kind:
        case GraphicKind.QR:
            drawn = _qr(graphic.content, graphic.dots, width)
        case GraphicKind.BARCODE:
            drawn = _barcode(graphic.content, width)
        case GraphicKind.LOGO:
            drawn = _logo(graphic.content, width)
    page = Image.new("1", (width, drawn.height), PAPER)
    page.paste(drawn, ((width - drawn.width) // 2, 0))
    return page


def logo(image: bytes) -> str:
    """An uploaded picture as the record `template/logo` keeps it: black and white, as large as it
    prints, a PNG in base64. Raises `Invalid`."""
    try:
        opened = Image.open(io.BytesIO(image), formats=("PNG", "JPEG", "GIF", "WEBP"))
        if opened.width * opened.height > MAX_LOGO_PIXELS:
            raise Invalid("The picture is too large: 20 megapixels at the most.")
        seen = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Invalid("This is no picture that can be read: PNG, JPEG, GIF or WebP.") from error
    white = Image.new("RGBA", seen.size, "white")
    white.alpha_composite(seen)
    white.thumbnail((MAX_LOGO_WIDTH, MAX_LOGO_HEIGHT), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    white.convert("L").convert("1").save(file, "PNG", optimize=True)  # greys become a pattern
    return base64.b64encode(file.getvalue()).decode()


def _qr(text: str, dots: int, width: int) -> Image.Image:
    code = qrcode.QRCode(border=QR_QUIET, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        raise Invalid("the text is too long for a QR code") from error
    modules = code.get_matrix()
    size = min(dots, width // len(modules))
    if size < MIN_QR_DOTS:
        raise Invalid("the text is too long for a QR code on this paper")
    drawn = Image.new("1", (len(modules), len(modules)))
    drawn.putdata([not dark for row in modules for dark in row])
    return drawn.resize((drawn.width * size, drawn.height * size), Image.Resampling.NEAREST)


def _barcode(text: str, width: int) -> Image.Image:
    try:
        (bars,) = barcode.get("code128", text).build()
    except (barcode.errors.BarcodeError, KeyError, ValueError) as error:
        raise Invalid(f"{text[:40]!r} cannot be a barcode") from error
    bars = f"{'0' * BARCODE_QUIET}{bars}{'0' * BARCODE_QUIET}"
    size = min(3, width // len(bars))
    if size < 1:
        raise Invalid(f"{text[:40]!r} is too long for a barcode on this paper")
    line = Image.new("1", (len(bars), 1))
    line.putdata([bar == "0" for bar in bars])
    return line.resize((len(bars) * size, BARCODE_HEIGHT), Image.Resampling.NEAREST)


def _logo(content: str, width: int) -> Image.Image:
    try:
        png = io.BytesIO(base64.b64decode(content, validate=True))
        drawn = Image.open(png, formats=("PNG",)).convert("1")
    except (binascii.Error, UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Invalid("the logo cannot be read") from error
    if drawn.width > min(width, MAX_LOGO_WIDTH) or drawn.height > MAX_LOGO_HEIGHT:
        drawn.thumbnail((min(width, MAX_LOGO_WIDTH), MAX_LOGO_HEIGHT))
    return drawn
