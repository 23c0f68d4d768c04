"""Getting bytes to a printer: raw ESC/POS for `escpos://`, IPP for `ipp://` and `ipps://`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from urllib.parse import urlsplit

from domain.printer import Printer, PrinterStatus
from printing.document import Document, parse
from printing.queue import Delivery, Outcome
from printing.transport.delivered import Delivered, Go, at_once
from printing.transport.login import Login
from printing.transport.status import Condition

__all__ = [
    "Condition",
    "Delivered",
    "Go",
    "Login",
    "condition",
    "deliver",
    "identify",
    "open_drawer",
    "warm_up",
]

_log = logging.getLogger(__name__)

T = TypeVar("T")


class _Undrawable(Exception):
    """The ticket cannot be put on paper."""


async def deliver(
    printer: Printer,
    draw: Callable[[], Document],
    key: str,
    *,
    quick: bool = False,
    go: Go = at_once,
    login: Login | None = None,
) -> Delivered:
    """Prints what `draw` makes on `printer` and says what became of it.

    `go` is awaited when all is ready and before the first byte of the ticket leaves; what it raises
    comes through, and nothing was sent.

    `draw` runs while the printer answers how it is, in a thread unless it is `quick`: then a change
    of threads there and back would take longer. Where it fails, nothing is sent and the job is
    refused. `key` is the print job's. An IPP printer is asked for it first, so
    that a job whose confirmation was lost is found there and not printed twice.
    """
    fault = _fault(printer.uri)
    if fault:
        return _refused(printer, fault)
    try:
        if _is_raw(printer):
            return await _print_raw(printer, draw, go, quick=quick)
        document = await _drawn(draw)
    except _Undrawable as error:
        _log.exception("print job %s cannot be drawn", key)
        delivery = Delivery(Outcome.REFUSED, f"cannot be put on paper: {error}")
        return Delivered(delivery, printer.status, printer.fence, printer.talks)
    await go()
    # Imported where they are needed: python-escpos takes 0.3 s, reportlab and pyipp 0.7 s, and
    # neither belongs on the way up of a machine that has only printers of the other kind.
    from printing.transport import ipp

    return await ipp.deliver(printer, document, key, login=login)


async def open_drawer(printer: Printer) -> Delivered:
    """Opens the cash drawer that is plugged into `printer`, now or not at all."""
    fault = _fault(printer.uri)
    if fault:
        return _refused(printer, fault)
    if not _is_raw(printer):
        return _refused(printer, f"{printer.name} has no way to a drawer: it speaks IPP")
    from printing.transport import raw

    async def kick() -> bytes:
        return raw.KICK_DRAWER

    return await _send(printer, kick, at_once)


async def _print_raw(
    printer: Printer, draw: Callable[[], Document], go: Go, *, quick: bool
) -> Delivered:
    def payload() -> bytes:
        from printing import escpos

        return escpos.encode(draw(), printer)

    return await _send(printer, lambda: _drawn(payload, quick=quick), go)


async def _send(
    printer: Printer, draw: Callable[[], Coroutine[Any, Any, bytes]], go: Go
) -> Delivered:
    from printing.transport import raw

    host, port = raw.address(printer.uri)
    return await raw.deliver(host, port, draw, go, fence=printer.fence, talks=printer.talks)


async def _drawn(make: Callable[[], T], *, quick: bool = False) -> T:
    try:
        return make() if quick else await asyncio.to_thread(make)
    except Exception as error:  # a ticket that breaks the renderer is shown, others go on
        raise _Undrawable(str(error)) from error


def _refused(printer: Printer, reason: str) -> Delivered:
    delivery = Delivery(Outcome.REFUSED, reason)
    return Delivered(delivery, PrinterStatus.ERROR, printer.fence, printer.talks)


def _fault(uri: str) -> str:
    """What is wrong with an address, empty where it is one."""
    try:
        _ = urlsplit(uri).port
    except ValueError as error:
        return f"{uri} is no address: {error}"
    return ""


def _is_raw(printer: Printer) -> bool:
    return urlsplit(printer.uri).scheme == "escpos"


async def condition(printer: Printer, *, login: Login | None = None) -> Condition:
    """How `printer` is, by asking it: with `DLE EOT`, or for its `printer-state-reasons`. Not to be
    asked while something is being sent there: many printers take one connection at a time."""
    fault = _fault(printer.uri)
    if fault:
        return Condition(PrinterStatus.ERROR, fault, ready=False)
    if not _is_raw(printer):
        from printing.transport import ipp

        health = await ipp.condition(printer, login=login)
        return Condition(health.status, health.trouble, ready=not health.trouble)
    from printing.transport import raw

    return await raw.condition(*raw.address(printer.uri), talks=printer.talks)


async def identify(printer: Printer, *, login: Login | None = None) -> bool:
    """Has `printer` blink or beep; False where it has no such command, and paper must do."""
    if _fault(printer.uri) or _is_raw(printer):
        return False
    from printing.transport import ipp

    return await ipp.identify(printer, login=login)


def warm_up(printer: Printer) -> None:
    """Imports what `printer` needs and loads the fonts, which takes a second or two: in a thread,
    before the first ticket comes."""
    document = parse("warm 热")
    if _is_raw(printer):
        from printing import escpos

        escpos.encode(document, printer)
    else:
        from printing.transport import ipp

        ipp.warm_up(document, printer)
