"""From a ticket to what a template may show.

This is the one place where text from orders, menus and settings becomes text for paper. `_text`
takes out every character that could steer a printer or bend the line, so nothing after it has to
care.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.business import Business
from domain.clock import from_iso
from domain.money import TaxLine, format_money
from domain.order import LineModifier, PaymentStatus
from domain.printer import Printer
from domain.ticket import Change, Ticket, TicketLine
from printing.document import literal

__all__ = ["view"]

# Control (C0, C1), format (bidi overrides, zero-width), surrogate, private-use and the separators
# of lines and paragraphs. Private use goes because the markup has a use for it.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def view(ticket: Ticket, *, business: Business, printer: Printer, banner: str) -> dict[str, Any]:
    """The data of a template. Every string is safe to print and safe in markup."""
    zone = _zone(business.timezone)
    placed = _local(ticket.placed_at, zone)
    return {
        "banner": _text(banner),
        "printer": _text(printer.name),
        "business": {
            "name": _text(business.name),
            "address": _text(business.address),
            "phone": _text(business.phone),
            "tax_number": _text(business.tax_number),
            "footer": _text(business.receipt_footer),
        },
        "number": _text(ticket.number),
        "station": _text(ticket.station).upper(),
        "type": _text(ticket.type).replace("_", " ").upper(),
        "channel": _text(ticket.channel),
        "table": _text(ticket.table),
        "covers": ticket.covers or "",
        "date": placed[:10],
        "placed": placed[11:],
        "promised": _promised(ticket.promised_at, placed, zone),
        "customer": {
            "name": _text(ticket.customer.name),
            "phone": _text(ticket.customer.phone),
            "address": _text(ticket.customer.address),
        },
        "note": _text(ticket.note),
        "cancelled": ticket.cancelled,
        "lines": [_line(line, ticket, business.language) for line in ticket.lines],
        **_money(ticket),
    }


def _text(raw: str) -> str:
    """`raw` as one line of printable text; `Bob\\x1bp\\x00` is `Bobp`, and opens no drawer."""
    spaced = " ".join(raw.replace("…", "...").split())  # newlines and tabs are white space
    shown = "".join(c for c in spaced if unicodedata.category(c) not in _UNPRINTABLE)
    return literal(unicodedata.normalize("NFC", shown))


def _line(line: TicketLine, ticket: Ticket, language: str) -> dict[str, Any]:
    requantified = line.change is Change.CHANGED and line.was_qty != line.qty
    return {
        "qty": f"{line.qty}×",
        "lead": f"{line.qty}×".rjust(3),  # so that quantities stand under each other
        "name": _text(line.name),
        "second": _second(line.name, line.names, language),
        "modifiers": [_modifier(m, language) for m in line.modifiers],
        "note": _text(line.note),
        "total": format_money(line.total, ticket.currency, symbol=False),
        "added": line.change is Change.ADDED,
        "voided": line.change is Change.VOIDED,
        "requantified": requantified,
        "reworded": line.change is Change.CHANGED and not requantified,
        "was": f"{line.was_qty}×",
        "reason": _text(line.reason),
    }


def _modifier(modifier: LineModifier, language: str) -> dict[str, Any]:
    """Something taken away is WITHOUT, something paid for is +, a choice is just named."""
    sign = "WITHOUT " if modifier.removes else "+ " if modifier.price > 0 else ""
    return {
        "text": sign + _text(modifier.name),
        "second": _second(modifier.name, modifier.names, language),
        "removes": modifier.removes,
    }


def _second(name: str, names: dict[str, str], language: str) -> str:
    """The name in the second language, empty where there is none or it is the same."""
    second = names.get(language, "")
    return _text(second) if second != name else ""


def _money(ticket: Ticket) -> dict[str, Any]:
    """What only a receipt shows. `on_top` marks taxes that come on top of the prices."""
    totals, currency = ticket.totals, ticket.currency
    on_top = totals.net == sum(line.total for line in ticket.lines) and totals.tax != 0
    return {
        "on_top": on_top,
        "subtotal": format_money(totals.net, currency, symbol=False),
        "taxes": [_tax(row, currency) for row in totals.taxes if row.tax],
        "total": format_money(totals.gross, currency),
        "paid": ticket.payment.status is PaymentStatus.PAID,
        "unpaid": ticket.payment.status is PaymentStatus.UNPAID,
        "refunded": ticket.payment.status is PaymentStatus.REFUNDED,
        "method": _text(ticket.payment.method),
    }


def _tax(row: TaxLine, currency: str) -> dict[str, str]:
    return {
        "name": _text(row.tax_class).capitalize(),
        "rate": f"{row.rate / 100:g}%",
        "net": format_money(row.net, currency, symbol=False),
        "amount": format_money(row.tax, currency, symbol=False),
    }


def _zone(name: str) -> tzinfo:
    """UTC where the zone is unknown: a wrong setting must not keep a ticket from printing."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _local(at: str, zone: tzinfo) -> str:
    """An RFC 3339 time as `2026-11-22 20:51` on the restaurant's wall; empty where it is none."""
    moment = _moment(at)
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else ""


def _promised(at: str, placed: str, zone: tzinfo) -> str:
    """`20:51`, with its date where that is another day than the order's."""
    local = _local(at, zone)
    return local[11:] if local[:10] == placed[:10] else local


def _moment(at: str) -> datetime | None:
    try:
        return from_iso(at)
    except ValueError:
        return None
