"""From a ticket to what a template may show.

This is the one place where text from orders, menus and settings becomes text for paper. `_text`
takes out every character that could steer a printer or bend the line, so nothing after it has to
care.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, tzinfo
from typing import Any

import msgspec

from domain.business import Business, zone_of
from domain.clock import from_iso
from domain.money import TaxLine, format_money
from domain.order import EntryKind, LineModifier, Payment, PaymentStatus
from domain.payments import came_in
from domain.printer import Names, Printer
from domain.report import Loss, Report
from domain.ticket import Change, HeadChange, HeadField, Ticket, TicketKind, TicketLine
from printing.document import CLOSE_ISOLATE, OPEN_ISOLATE, literal

__all__ = ["view"]

# Control (C0, C1), format (bidi overrides, zero-width), surrogate, private-use and the separators
# of lines and paragraphs. Private use goes because the markup has a use for it.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})

_HEADS = {
    HeadField.NOTE: "NOTE",
    HeadField.PROMISED: "TIME",
    HeadField.NAME: "NAME",
    HeadField.ADDRESS: "ADDRESS",
    HeadField.TOTAL: "TOTAL",
}
_KITCHENS = frozenset({TicketKind.KITCHEN, TicketKind.CHANGE})  # guests read the menu's names
_VARIATIONS = re.compile("[\ufe00-\ufe0f]")  # which picture of an emoji: paper has one of each
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


class _Second(msgspec.Struct, frozen=True):
    """The second language of a ticket, and whether it stands in the place of the first."""

    language: str
    instead: bool

    def of(self, name: str, names: dict[str, str]) -> tuple[str, str]:
        """What stands first and what under it; that is empty where there is nothing to add."""
        other = names.get(self.language, "")
        if not other or other == name:
            return _text(name), ""
        return (_text(other), "") if self.instead else (_text(name), _text(other))


def view(ticket: Ticket, *, business: Business, printer: Printer, banner: str) -> dict[str, Any]:
    """The data of a template. Every string is safe to print and safe in markup."""
    zone = zone_of(business)
    placed = _local(ticket.placed_at, zone)
    second = _Second(
        language=printer.language or business.language,
        instead=printer.names is Names.INSTEAD and ticket.kind in _KITCHENS,
    )
    return {
        "banner": _text(banner),
        "replaces": "REPLACES THE EARLIER RECEIPT" if ticket.replaces else "",
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
        "head": [_head(one, ticket, placed, zone) for one in ticket.head],
        "lines": [_line(line, ticket, second) for line in ticket.lines],
        **_money(ticket),
        "report": _report(ticket.report) if ticket.report else "",
    }


def _text(raw: str) -> str:
    """`raw` as one line of printable text; `Bob\\x1bp\\x00` is `Bobp`, and opens no drawer."""
    if raw.isascii() and raw.isprintable():  # nearly every text, and nothing of what follows
        return literal(" ".join(raw.split()))
    spaced = " ".join(raw.replace("…", "...").split())  # newlines and tabs are white space
    shown = "".join(c for c in spaced if unicodedata.category(c) not in _UNPRINTABLE)
    text = literal(unicodedata.normalize("NFC", _VARIATIONS.sub("", shown)))
    if any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in text):
        return f"{OPEN_ISOLATE}{text}{CLOSE_ISOLATE}"
    return text


def _line(line: TicketLine, ticket: Ticket, language: _Second) -> dict[str, Any]:
    requantified = line.change is Change.CHANGED and line.was_qty != line.qty
    name, second = language.of(line.name, line.names)
    return {
        "qty": f"{line.qty}×",
        "lead": f"{line.qty}×".rjust(3),  # so that quantities stand under each other
        "name": name,
        "second": second,
        "modifiers": [_modifier(m, language) for m in line.modifiers],
        "note": _text(line.note),
        "total": format_money(line.total, ticket.currency, symbol=False),
        "comped": line.comped,
        "added": line.change is Change.ADDED,
        "voided": line.change is Change.VOIDED,
        "requantified": requantified,
        "reworded": line.change is Change.CHANGED and not requantified,
        "was": f"{line.was_qty}×",
        "reason": _text(line.reason),
    }


def _head(change: HeadChange, ticket: Ticket, placed: str, zone: tzinfo) -> dict[str, Any]:
    """`what` is NOTE, TIME, NAME, ADDRESS or TOTAL; `gone` marks one that is not there any more."""
    was, now = change.was, change.now
    if change.field is HeadField.PROMISED:
        was, now = (_promised(at, placed, zone) for at in (was, now))
    elif change.field is HeadField.TOTAL:
        was, now = (format_money(int(amount), ticket.currency) for amount in (was, now))
    return {
        "what": _HEADS[change.field],
        "was": _text(was),
        "now": _text(now),
        "gone": not now,
    }


def _modifier(modifier: LineModifier, language: _Second) -> dict[str, Any]:
    """Something taken away is WITHOUT, something paid for is +, a choice is just named."""
    sign = "WITHOUT " if modifier.removes else "+ " if modifier.price > 0 else ""
    name, second = language.of(modifier.name, modifier.names)
    return {"text": sign + name, "second": second, "removes": modifier.removes}


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
        **_given_back(ticket.payment, currency),
    }


def _given_back(payment: Payment, currency: str) -> dict[str, Any]:
    """What went back to the guest, and what it went back from; nothing where nothing did."""
    refunds = [entry for entry in payment.ledger if entry.kind is EntryKind.REFUND]
    paid = came_in(payment.ledger) if refunds else {}
    return {
        "paid_by": [_sum(amount, method, currency) for method, amount in paid.items()],
        "refunds": [_sum(entry.amount, entry.method, currency) for entry in refunds],
    }


def _sum(amount: int, method: str, currency: str) -> dict[str, str]:
    return {"method": _text(method), "amount": format_money(amount, currency, symbol=False)}


def _tax(row: TaxLine, currency: str) -> dict[str, str]:
    return {
        "name": _text(row.tax_class).capitalize(),
        "rate": f"{row.rate / 100:g}%",
        "net": format_money(row.net, currency, symbol=False),
        "amount": format_money(row.tax, currency, symbol=False),
    }


def _report(report: Report) -> dict[str, Any]:
    def money(amount: int) -> str:
        return format_money(amount, report.currency, symbol=False)

    def loss(one: Loss) -> dict[str, Any]:
        return {"count": one.count, "amount": money(one.amount)}

    paid = sum(row.amount for row in report.payments if row.status is PaymentStatus.PAID)
    taken = paid if report.taken is None else report.taken
    return {
        "day": _text(report.business_day),
        "orders": report.orders,
        "net": money(report.net),
        "tax": money(report.tax),
        "gross": format_money(report.gross, report.currency),
        "taken": format_money(taken, report.currency),
        "payments": [
            {
                "status": row.status.value.capitalize(),
                "method": _text(row.method),
                "orders": row.orders,
                "amount": money(row.amount),
            }
            for row in report.payments
        ],
        "refunds": [
            {"count": row.count, **_sum(-row.amount, row.method, report.currency)}
            for row in report.refunds
        ],
        "refunded": bool(report.refunds),
        "taxes": [_tax(row, report.currency) | {"gross": money(row.gross)} for row in report.taxes],
        "stations": [
            {"name": _text(row.station), "qty": f"{row.qty}×", "amount": money(row.amount)}
            for row in report.stations
        ],
        "voids": loss(report.voids),
        "comps": loss(report.comps),
        "cancelled": loss(report.cancelled),
        "left_out": report.left_out or "",
    }


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
