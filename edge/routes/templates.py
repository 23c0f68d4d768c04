"""`templates/…`: what stands on paper, its preview, and which printer uses which."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Annotated, Any, Literal
from urllib.parse import quote

import msgspec
from litestar import Controller, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody
from msgspec import Meta

from domain.business import Business
from domain.codec import decode, encode, overlay
from domain.errors import FieldError, Invalid, NotFound, VersionMismatch
from domain.printer import Names, Printer
from domain.template import LOGO, MAX_TEMPLATE, Template
from domain.ticket import TicketKind
from edge.access import need_owner
from edge.house import Restaurant
from edge.parts import Parts
from edge.routes.answers import JsonText, SignedIn, one_record
from edge.store import paper, records
from edge.store.edits import edit
from edge.store.records import Record
from edge.store.writer import Transaction
from printing.document import Document
from printing.render import built_in, render
from printing.samples import PAPERS, left_out, problem, sample
from sync.wire import Collection
from web.bodies import decode_body
from web.documented import takes
from web.versions import base_version

__all__ = ["PrinterLooks", "Templates"]

# Why the preview shows the built-in template, and what it shows under the text of this one; both
# percent-encoded.
PROBLEM_HEADER = "Template-Problem"
LEFT_OUT_HEADER = "Template-Left-Out"


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `PUT templates/{id}` takes."""

    kind: TicketKind
    text: Annotated[str, Meta(min_length=1, max_length=MAX_TEMPLATE)]
    name: Annotated[str, Meta(max_length=80)] = ""


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a preview is made of; `paper_mm` is the paper's width."""

    kind: TicketKind
    text: Annotated[str, Meta(max_length=MAX_TEMPLATE)]
    paper_mm: Literal[58, 80] = 80


class Looks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one printer's tickets look: its templates by kind of ticket, and its second language."""

    templates: dict[TicketKind, str] = {}
    language: Annotated[str, Meta(max_length=20)] = ""
    names: Names = Names.UNDER


class Shown(msgspec.Struct, frozen=True):
    """One template of the list. `version` is what an edit sends back as If-Match, 0 where there is
    no record yet; `problem` says why tickets are printed with the built-in one instead, `left_out`
    what it does not show, which is printed under its text."""

    id: str
    kind: str
    name: str
    text: str
    version: int = 0
    problem: str = ""
    left_out: str = ""


class Templates(Controller):
    path = "/templates"
    tags = ("printing",)

    @get("/")
    async def listed(self, parts: NamedDependency[Parts]) -> dict[str, Any]:
        """`{built_in, own, logo, languages}`: the templates that come with the program by kind, the
        restaurant's own, the version of its logo, and the languages that its menu has names in."""
        found = await parts.store.read(lambda db: records.all_of(db, Collection.TEMPLATE))
        restaurant = await parts.house.now()
        own = [record for record in found if record.key != LOGO]
        return {
            "built_in": {kind.value: built_in(kind) for kind in TicketKind},
            "own": await asyncio.to_thread(lambda: [_shown(record) for record in own]),
            "logo": next((record.local_seq for record in found if record.key == LOGO), 0),
            "languages": _languages(restaurant),
        }

    @post("/preview", status_code=200, media_type="image/png", operation_class=takes(Wanted))
    async def preview(self, body: RawBody, parts: NamedDependency[Parts]) -> Response[bytes]:
        """A sample ticket as it would come out, as a PNG. Where the template cannot be used it is
        the built-in one's picture, and the header `Template-Problem` says why; `Template-Left-Out`
        says what it does not show, which stands under its text."""
        wanted = decode_body(body, Wanted)
        business = (await parts.house.now()).business
        templates = await parts.store.read(paper.templates)
        picture, document = await asyncio.to_thread(_picture, wanted, business, templates)
        says = {PROBLEM_HEADER: document.fallback_reason, LEFT_OUT_HEADER: document.left_out}
        headers = {name: quote(words) for name, words in says.items() if words}
        return Response(picture, media_type="image/png", headers=headers)

    @put("/logo", guards=[need_owner])
    async def set_logo(self, body: RawBody, parts: NamedDependency[Parts]) -> JsonText:
        """Takes a picture (PNG, JPEG, GIF, WebP) and keeps it as it prints: black and white, as
        wide as 58 mm paper at the most."""
        # Imported here: it loads Pillow and the code writers, for the one day that a logo is set.
        from printing.graphics import logo

        text = await asyncio.to_thread(logo, body)
        data = {"id": LOGO, "kind": LOGO, "text": text}
        stamp = parts.stamp()
        record = await parts.store.write(
            lambda tx: edit(tx, Collection.TEMPLATE, LOGO, data, stamp)
        )
        return one_record(record)

    @put("/{template_id:str}", guards=[need_owner], operation_class=takes(Written))
    async def save(
        self,
        request: SignedIn,
        template_id: FromPath[str],
        body: RawBody,
        parts: NamedDependency[Parts],
    ) -> JsonText:
        """Saves a template; If-Match says which version was changed, `"0"` for a new one. One that
        cannot be used is refused, with the reason."""
        written = decode_body(body, Written)
        based_on = base_version(request)
        template = decode(encode(written) | {"id": template_id}, Template)
        _check_id(template)
        reason = await asyncio.to_thread(problem, template.kind, template.text)
        if reason:
            raise Invalid.of([FieldError("text", reason)])
        stamp = parts.stamp()

        def save(tx: Transaction) -> Record:
            there = _based_on(tx.connection, template_id, based_on)
            after = overlay(there.data if there is not None else {}, template)
            return edit(tx, Collection.TEMPLATE, template_id, after, stamp)

        return one_record(await parts.store.write(save))

    @delete("/{template_id:str}", guards=[need_owner], status_code=204)
    async def remove(self, template_id: FromPath[str], parts: NamedDependency[Parts]) -> None:
        """Removes a template: what used it prints with the restaurant's, or the built-in one."""
        await _remove(parts, template_id)

    @delete("/logo", guards=[need_owner], status_code=204)
    async def remove_logo(self, parts: NamedDependency[Parts]) -> None:
        """Removes the logo."""
        await _remove(parts, LOGO)


class PrinterLooks(Controller):
    path = "/printers/{printer_id:str}/looks"
    tags = ("printing",)

    @put("/", guards=[need_owner], operation_class=takes(Looks))
    async def set_looks(
        self, printer_id: FromPath[str], body: RawBody, parts: NamedDependency[Parts]
    ) -> JsonText:
        """Says which templates and which second language a printer's tickets have."""
        looks = decode_body(body, Looks)
        stamp = parts.stamp()

        def change(tx: Transaction) -> Record:
            record = records.find(tx.connection, Collection.PRINTER, printer_id)
            if record is None or record.deleted:
                raise NotFound(f"There is no printer {printer_id!r}.")
            _check_named(tx.connection, looks)
            # In the place of what was there, and not merged into it: a kind that is left out is
            # one that goes back to the restaurant's template.
            after = record.data | encode(looks)
            decode(after, Printer)
            return edit(tx, Collection.PRINTER, printer_id, after, stamp)

        return one_record(await parts.store.write(change))


async def _remove(parts: Parts, key: str) -> None:
    stamp = parts.stamp()

    def remove(tx: Transaction) -> None:
        if _find(tx.connection, key) is None:
            raise NotFound(f"There is no template {key!r}.")
        edit(tx, Collection.TEMPLATE, key, None, stamp)

    await parts.store.write(remove)


def _picture(
    wanted: Wanted, business: Business, templates: dict[str, str]
) -> tuple[bytes, Document]:
    # Imported here: pictures are for people, and most edges print all day without one.
    from printing.image import preview

    printer = PAPERS[wanted.paper_mm]
    document = render(
        sample(wanted.kind),
        business=business,
        printer=printer,
        templates=templates | {wanted.kind.value: wanted.text},
    )
    return preview(document, printer), document


def _shown(record: Record) -> Shown:
    try:
        template = decode(record.data, Template)
    except Invalid as error:
        return Shown(record.key, "", record.key, "", record.local_seq, error.detail)
    return Shown(
        id=record.key,
        kind=template.kind.value,
        name=template.name,
        text=template.text,
        version=record.local_seq,
        problem=problem(template.kind, template.text),
        left_out=left_out(template.kind, template.text),
    )


def _languages(restaurant: Restaurant) -> list[str]:
    items = restaurant.menu.items if restaurant.menu is not None else ()
    return sorted({language for item in items for language in item.names})


def _check_id(template: Template) -> None:
    """A kind's own name is for the template of that kind."""
    if template.id == LOGO or template.id in {*TicketKind} - {template.kind}:
        raise Invalid.of([FieldError("id", f"{template.id!r} is kept for another use")])


def _check_named(db: sqlite3.Connection, looks: Looks) -> None:
    errors = []
    for kind, template_id in looks.templates.items():
        record = _find(db, template_id)
        if record is None or record.data.get("kind") != kind.value:
            message = f"there is no template {template_id!r} for {kind.value}"
            errors.append(FieldError(f"templates.{kind.value}", message))
    if errors:
        raise Invalid.of(errors)


def _based_on(db: sqlite3.Connection, template_id: str, version: int) -> Record | None:
    """The record as it stands. Raises `VersionMismatch` where it is not the one of `version`."""
    record = _find(db, template_id)
    there = record.local_seq if record is not None else 0
    if there != version:
        raise VersionMismatch(
            "The template was changed in the meantime; look at it again.",
            version=there,
            current=record.data if record is not None else None,
        )
    return record


def _find(db: sqlite3.Connection, template_id: str) -> Record | None:
    record = records.find(db, Collection.TEMPLATE, template_id)
    return None if record is None or record.deleted else record
