"""Small PDF files for printers to be tested with."""

from __future__ import annotations

from io import BytesIO

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

__all__ = ["pdf"]


def pdf(*pages: str) -> bytes:
    """A PDF with one line of text on each of its pages of 80 × 60 mm."""
    file = BytesIO()
    document = Canvas(file, pagesize=(80 * mm, 60 * mm))
    for page in pages:
        document.setFont("Helvetica", 14)
        document.drawString(5 * mm, 45 * mm, page)
        document.showPage()
    document.save()
    return file.getvalue()
