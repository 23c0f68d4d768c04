"""A document as dots on the paper that is in a printer: what PWG raster and JPEG are made of."""

from __future__ import annotations

import io

from PIL import Image

from domain.printer import Printer
from printing import image
from printing.document import Document
from printing.media import Media, loaded_with, pages
from printing.raster import DOTS_PER_MM

__all__ = ["draw_pages", "jpeg"]

MM_PER_INCH = 25.4
TICKET_DPI = 203  # what tickets are drawn at: 8 dots a mm, a little more than it says
JPEG_QUALITY = 90
_EDGE_MM = image.MARGIN / DOTS_PER_MM  # what a drawn ticket has above it already


def draw_pages(document: Document, printer: Printer, media: Media, dpi: int) -> list[Image.Image]:
    """`document` on `media`, one picture of 1 bit a dot for each sheet (a roll is one)."""
    loaded = loaded_with(printer, media)
    return [
        _on_media(image.drawn(page, loaded), media, dpi) for page in pages(document, loaded, media)
    ]


def jpeg(document: Document, printer: Printer, media: Media) -> bytes:
    """`document` as one JPEG. The format knows no second page: what is longer than a sheet is made
    small enough for it."""
    ticket = image.drawn(document, loaded_with(printer, media))
    page = _on_media(ticket, media, TICKET_DPI).convert("L")
    file = io.BytesIO()
    page.save(file, "JPEG", quality=JPEG_QUALITY, dpi=(TICKET_DPI, TICKET_DPI))
    return file.getvalue()


def _on_media(ticket: Image.Image, media: Media, dpi: int) -> Image.Image:
    """`ticket` in the middle of a page at `dpi`; nothing of it is cut off."""
    dots_per_mm = DOTS_PER_MM if dpi == TICKET_DPI else dpi / MM_PER_INCH
    width = round(media.width_mm * dots_per_mm)
    scale = dots_per_mm / DOTS_PER_MM
    top = 0
    if media.length_mm is None:
        height = round(ticket.height * scale)
    else:
        height = round(media.length_mm * dots_per_mm)
        top = round((media.margin_mm - _EDGE_MM) * dots_per_mm)
        scale = min(scale, (height - 2 * top) / ticket.height)
    # Dots are doubled, not smoothed: a printer that knows no grey would have to guess.
    size = (round(ticket.width * scale), round(ticket.height * scale))
    scaled = ticket.resize(size, Image.Resampling.NEAREST)
    page = Image.new("1", (width, height), 1)
    page.paste(scaled, ((width - scaled.width) // 2, top))
    return page
