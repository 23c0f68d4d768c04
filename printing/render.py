"""Ticket → template → document. A custom template that is broken never costs a ticket."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import chevron
from msgspec.structs import replace

from domain.business import Business
from domain.errors import Invalid, NotFound
from domain.printer import Printer
from domain.ticket import Ticket
from printing.document import Document, Line, parse
from printing.view import view

__all__ = ["render"]

log = logging.getLogger(__name__)


def render(
    ticket: Ticket,
    *,
    business: Business,
    printer: Printer,
    banner: str = "",
    templates: Mapping[str, str] = {},
) -> Document:
    """`ticket` as a document.

    `banner` ("POSSIBLE DUPLICATE", "REPRINT") stands large at top and bottom. `templates` are the
    restaurant's own, by `kind/printer_id` or by `kind`; one that cannot be used is passed over for
    the built-in one, and `Document.fallback_reason` says why. Raises `NotFound` where a kind has
    no template at all.
    """
    fields = view(ticket, business=business, printer=printer, banner=banner)
    own = templates.get(f"{ticket.kind.value}/{printer.id}") or templates.get(ticket.kind.value)
    if own is None:
        return _fill(_built_in(ticket.kind.value), fields)
    try:
        document = _fill(own, fields)
        _need_number(document, ticket)
    except Exception as error:  # a template is foreign text: whatever it breaks, the ticket prints
        reason = f"the template {ticket.kind.value!r} is broken: {error}"
        log.warning("printing %s with the built-in template: %s", ticket.number, reason)
        return replace(_fill(_built_in(ticket.kind.value), fields), fallback_reason=reason)
    return document


def _fill(template: str, fields: dict[str, object]) -> Document:
    # No partials: they would let a template read files.
    return parse(chevron.render(template, fields, partials_path=None))


def _need_number(document: Document, ticket: Ticket) -> None:
    """A ticket without its number is a ticket that nobody can hand out."""
    lines = [element for element in document.elements if isinstance(element, Line)]
    if not any(ticket.number in f"{line.text} {line.right}" for line in lines):
        raise Invalid("it does not show the order's number")


@cache
def _built_in(kind: str) -> str:
    template = files("printing").joinpath("templates", f"{kind}.mustache")
    if not template.is_file():
        raise NotFound(f"there is no template for a ticket of the kind {kind!r}")
    return template.read_text(encoding="utf-8")
