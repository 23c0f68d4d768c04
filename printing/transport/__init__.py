"""Getting bytes to a printer: raw ESC/POS for `escpos://`, IPP for `ipp://` and `ipps://`."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from domain.printer import Printer, PrinterStatus
from printing.document import Document, parse
from printing.queue import Delivery, Outcome
from printing.transport.delivered import Delivered
from printing.transport.login import Login

__all__ = ["Delivered", "Login", "deliver", "warm_up"]


async def deliver(
    printer: Printer, document: Document, key: str, *, login: Login | None = None
) -> Delivered:
    """Prints `document` on `printer` and says what became of it.

    `key` is the print job's. An IPP printer is asked for it first, so that a job whose
    confirmation was lost is found there and not printed twice.
    """
    where = urlsplit(printer.uri)
    try:
        host, port = where.hostname or "", where.port
    except ValueError as error:
        reason = f"{printer.uri} is no address: {error}"
        return Delivered(Delivery(Outcome.REFUSED, reason), PrinterStatus.ERROR, printer.fence)
    if where.scheme != "escpos":
        # Imported where they are needed: python-escpos takes 0.3 s, reportlab and pyipp 0.7 s, and
        # neither belongs on the way up of a machine that has only printers of the other kind.
        from printing.transport import ipp

        return await ipp.deliver(printer, document, key, login=login)
    from printing import escpos
    from printing.transport import raw

    payload = await asyncio.to_thread(escpos.encode, document, printer)
    return await raw.deliver(host, port or raw.DEFAULT_PORT, payload, fence=printer.fence)


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
