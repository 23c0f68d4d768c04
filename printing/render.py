"""Ticket → template → document. A template that is broken never costs a ticket."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any

import msgspec
from msgspec.structs import replace

from domain.business import Business
from domain.errors import Invalid, NotFound
from domain.printer import Printer
from domain.template import LOGO
from domain.ticket import Ticket, TicketKind
from printing.document import Cut, Document, Element, Feed, Graphic, GraphicKind, Rule, parse
from printing.mustache import fill
from printing.shown import KITCHENS, LeftOut, left_out
from printing.view import view

__all__ = ["built_in", "is_quick", "render"]

QUICK_LINES = 40  # of an order; drawing so many takes some two milliseconds

_LEFT_OUT = "left_out"  # the template of what another one does not show

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
    restaurant's own by id: the one that `printer` names for this kind of ticket, else the one whose
    id is the kind. One that cannot be used is passed over for the built-in one, and
    `Document.fallback_reason` says why. What must not get lost and one does not show (a note, an
    option, the banner) stands under its own text, and `Document.left_out` says so. Raises
    `NotFound` where a kind has no template at all.
    """
    fields = view(ticket, business=business, printer=printer, banner=banner)
    name, own = _own(ticket.kind, printer, templates)
    if own is None:
        return _fill(built_in(ticket.kind), fields, printer, templates)
    try:
        document = _fill(own, fields, printer, templates)
        missing = left_out(own, ticket, fields)
        if missing is not None:
            document = _with_left_out(document, missing, name)
    except Exception as error:  # a template is foreign text: whatever it breaks, the ticket prints
        reason = f"the template {name!r} is broken: {error}"
        log.warning("printing %s with the built-in template: %s", ticket.number, reason)
        document = _fill(built_in(ticket.kind), fields, printer, templates)
        return replace(document, fallback_reason=reason)
    return document


def is_quick(ticket: Ticket, printer: Printer, templates: Mapping[str, str]) -> bool:
    """True where drawing `ticket` is a matter of a millisecond or two: a kitchen's, in the built-in
    template and in letters that nearly every printer has. What has to be drawn as dots (pictures,
    other scripts) takes tens of them."""
    if ticket.kind not in KITCHENS or len(ticket.lines) > QUICK_LINES:
        return False
    try:
        msgspec.json.encode(ticket).decode().encode("latin-1")
    except UnicodeEncodeError:
        return False
    return _own(ticket.kind, printer, templates)[1] is None


def _own(
    kind: TicketKind, printer: Printer, templates: Mapping[str, str]
) -> tuple[str, str | None]:
    """The restaurant's template for `kind` on `printer`, with its id; one that the printer names
    and that was deleted since counts for nothing."""
    named = printer.templates.get(kind.value, "")
    name = named if named in templates else kind.value
    return name, templates.get(name)


def _fill(
    template: str, fields: Mapping[str, Any], printer: Printer, templates: Mapping[str, str]
) -> Document:
    document = parse(fill(template, fields))
    elements = (_with_logo(element, printer, templates) for element in document.elements)
    return Document(tuple(chain.from_iterable(elements)))


def _with_logo(
    element: Element, printer: Printer, templates: Mapping[str, str]
) -> tuple[Element, ...]:
    """A graphic is drawn once here, so that one that cannot be is found before the paper. A logo
    that is missing or unreadable is left out."""
    if not isinstance(element, Graphic):
        return (element,)
    # Imported here: it loads Pillow, which a ticket of letters alone has no need of.
    from printing import graphics, raster

    width = raster.line_dots(printer)
    if element.kind is not GraphicKind.LOGO:
        graphics.picture(element, width)
        return (element,)
    picture = replace(element, content=templates.get(LOGO, ""))
    try:
        if picture.content:
            graphics.picture(picture, width)
            return (picture,)
    except Invalid as error:
        log.warning("printing without the logo: %s", error)
    return ()


def _with_left_out(document: Document, missing: LeftOut, template: str) -> Document:
    """`document` with `missing` under its text, on the same piece of paper."""
    added = parse(fill(built_in(_LEFT_OUT), missing.fields)).elements
    end = len(document.elements)
    while end and isinstance(document.elements[end - 1], (Cut, Feed)):
        end -= 1
    text, cut = document.elements[:end], document.elements[end:]
    words = f"the template {template!r} does not show {', '.join(missing.names)}"
    return Document((*text, Rule(), *added, *cut), left_out=words)


@cache
def built_in(kind: str) -> str:
    """The template that comes with the program. Raises `NotFound`."""
    template = files("printing").joinpath("templates", f"{kind}.mustache")
    if not template.is_file():
        raise NotFound(f"there is no template for a ticket of the kind {str(kind)!r}")
    return template.read_text(encoding="utf-8")
