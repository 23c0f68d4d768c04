"""Getting bytes to a printer: raw ESC/POS for `escpos://`, IPP for `ipp://` and `ipps://`."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from domain.printer import Printer, PrinterStatus
from printing.document import Document, parse
from printing.queue import Delivery, Outcome
from printing.transport.delivered import Delivered
from printing.transport.login import Login
from printing.transport.status import Condition

__all__ = ["Condition", "Delivered", "Login", "condition", "deliver", "identify", "warm_up"]


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
        reason = _no_address(printer, error)
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


async def condition(printer: Printer, *, login: Login | None = None) -> Condition:
    """How `printer` is, by asking it: with `DLE EOT`, or for its `printer-state-reasons`. Not to be
    asked while something is being sent there: many printers take one connection at a time."""
    where = urlsplit(printer.uri)
    try:
        host, port = where.hostname or "", where.port
    except ValueError as error:
        return Condition(PrinterStatus.ERROR, _no_address(printer, error), ready=False)
    if where.scheme != "escpos":
        from printing.transport import ipp

        health = await ipp.condition(printer, login=login)
        return Condition(health.status, health.trouble, ready=not health.trouble)
    from printing.transport import raw

    return await raw.condition(host, port or raw.DEFAULT_PORT)


async def identify(printer: Printer, *, login: Login | None = None) -> bool:
    """Has `printer` blink or beep; False where it has no such command, and paper must do."""
    if urlsplit(printer.uri).scheme == "escpos":
        return False
    from printing.transport import ipp

    return await ipp.identify(printer, login=login)


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


def _no_address(printer: Printer, error: ValueError) -> str:
    return f"{printer.uri} is no address: {error}"
