"""What a document shows: its words, and a way to draw it. PDF, JPEG and plain text."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable

import pypdfium2 as pdfium
from PIL import Image, UnidentifiedImageError

from demo.printers.paper import Roll, Style

__all__ = ["FORMATS", "Shown", "Unprintable", "show"]

_DOTS_PER_POINT = 203 / 72  # a PDF is measured in points; a thermal head has 203 dots to the inch

_PDFIUM = threading.Lock()  # it may be used by one thread at a time, and papers are drawn in any

Shown = tuple[str, Callable[[], Image.Image]]


class Unprintable(ValueError):
    """The document is not what its format says."""


def show(document: bytes, document_format: str) -> Shown:
    """The text and the drawing. Raises Unprintable, and KeyError for a format not in FORMATS."""
    return FORMATS[document_format](document)


def _show_pdf(document: bytes) -> Shown:
    try:
        with _PDFIUM, pdfium.PdfDocument(document) as pdf:
            pages = [pdf[number].get_textpage().get_text_bounded() for number in range(len(pdf))]
    except pdfium.PdfiumError as broken:
        raise Unprintable("no PDF") from broken
    text = "\n".join(pages).replace("\r\n", "\n").strip("\n")
    return text, lambda: _draw_pdf(document)


def _draw_pdf(document: bytes) -> Image.Image:
    with _PDFIUM, pdfium.PdfDocument(document) as pdf:
        pages = [
            pdf[number].render(scale=_DOTS_PER_POINT).to_pil().convert("L")
            for number in range(len(pdf))
        ]
    sheet = Image.new("L", (max(p.width for p in pages), sum(p.height for p in pages)), 255)
    top = 0
    for page in pages:
        sheet.paste(page, (0, top))
        top += page.height
    return sheet


def _show_jpeg(document: bytes) -> Shown:
    try:
        with Image.open(io.BytesIO(document), formats=["JPEG"]) as picture:
            drawn = picture.convert("L")
    except (UnidentifiedImageError, OSError) as broken:
        raise Unprintable("no JPEG") from broken
    return f"[picture {drawn.width}×{drawn.height}]", lambda: drawn


def _show_text(document: bytes) -> Shown:
    roll = Roll()
    for line in document.decode("utf-8", "replace").splitlines():
        roll.write(line.expandtabs(), Style())
        roll.end_line()
    return roll.text(), roll.draw


FORMATS: dict[str, Callable[[bytes], Shown]] = {
    "application/pdf": _show_pdf,
    "image/jpeg": _show_jpeg,
    "text/plain": _show_text,
}
