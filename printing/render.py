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
from printing.document import Document, Element, Graphic, GraphicKind, Line, parse, plain
from printing.mustache import fill
from printing.view import view

__all__ = ["built_in", "is_quick", "render"]

QUICK_LINES = 40  # of an order; drawing so many takes some two milliseconds

_KITCHENS = frozenset({TicketKind.KITCHEN, TicketKind.CHANGE})

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
    `Document.fallback_reason` says why. Raises `NotFound` where a kind has no template at all.
    """
    fields = view(ticket, business=business, printer=printer, banner=banner)
    name, own = _own(ticket.kind, printer, templates)
    if own is None:
        return _fill(built_in(ticket.kind), fields, printer, templates)
    try:
        document = _fill(own, fields, printer, templates)
        _need_all_of(ticket, fields, document)
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
    if ticket.kind not in _KITCHENS or len(ticket.lines) > QUICK_LINES:
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


def _need_all_of(ticket: Ticket, fields: Mapping[str, Any], document: Document) -> None:
    """A ticket without its number is one that nobody can hand out, and a kitchen's without a dish
    is one that nobody cooks. Raises `Invalid`."""
    lines = [element for element in document.elements if isinstance(element, Line)]
    paper = "\n".join(
        f"{line.text} {line.right} {' '.join(c.text for c in line.columns)}" for line in lines
    )
    if ticket.number not in paper:
        raise Invalid("it does not show {{number}}")
    for line in fields["lines"] if ticket.kind in _KITCHENS else ():
        if plain(line["name"]) not in paper:
            raise Invalid("it does not show the {{name}} of each of the {{#lines}}")
        if line["was" if line["voided"] else "qty"] not in paper:
            raise Invalid("it does not show the {{qty}} of each of the {{#lines}}")
    for one in fields["head"]:
        if plain(one["now"] or one["was"]) not in paper:
            raise Invalid("it does not show {{what}} is {{now}}, or {{was}}, in {{#head}}")


@cache
def built_in(kind: TicketKind) -> str:
    """The template that comes with the program. Raises `NotFound`."""
    template = files("printing").joinpath("templates", f"{kind.value}.mustache")
    if not template.is_file():
        raise NotFound(f"there is no template for a ticket of the kind {kind.value!r}")
    return template.read_text(encoding="utf-8")
