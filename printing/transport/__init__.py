"""Getting bytes to a printer: raw ESC/POS for `escpos://`, IPP for `ipp://` and `ipps://`."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from domain.printer import Printer
from printing.document import Document, parse
from printing.transport.delivered import Delivered

__all__ = ["Delivered", "deliver", "warm_up"]


async def deliver(printer: Printer, document: Document, job_name: str) -> Delivered:
    """Prints `document` on `printer` and says what became of it.

    `job_name` is the print job's key. An IPP printer is asked for it first, so that a job whose
    confirmation was lost is found there and not printed twice.
    """
    where = urlsplit(printer.uri)
    if where.scheme == "escpos":
        # Imported where they are needed: python-escpos takes 0.3 s, fpdf2 and pyipp 1.3 s, and
        # neither belongs on a machine's way up that has only printers of the other kind.
        from printing import escpos
        from printing.transport import raw

        payload = await asyncio.to_thread(escpos.encode, document, printer)
        port = where.port or raw.DEFAULT_PORT
        return await raw.deliver(where.hostname or "", port, payload, fence=printer.fence)
    from printing.transport import ipp

    return await ipp.deliver(printer, document, job_name)


def warm_up(printer: Printer) -> None:
    """Imports what `printer` needs and loads the fonts, which takes a second or two: in a thread,
    before the first ticket comes."""
    document = parse("warm 热")
    if urlsplit(printer.uri).scheme == "escpos":
        from printing import escpos

        escpos.encode(document, printer)
    else:
        from printing.transport import ipp

        ipp.warm_up(document, printer)
