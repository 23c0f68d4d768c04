"""What of a ticket a template of the restaurant's own shows, found without reading a word of it.

A template's way through a ticket hangs on what there is, never on what it says: mustache compares
nothing. So the ticket is filled once more with a character of its own in the place of each text,
and what stands on that paper stands on the real one. Looking for the words would be fooled: by a
dish that is called like an option, by two dishes with one note.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

import msgspec

from domain.errors import Invalid
from domain.ticket import Ticket, TicketKind
from printing.document import Document, Line, parse
from printing.mustache import fill

__all__ = ["KITCHENS", "LeftOut", "left_out"]

KITCHENS = frozenset({TicketKind.KITCHEN, TicketKind.CHANGE})

_MARKS = 0xF0000  # the first of 65,000 private characters; texts from data have none of them

Fields = Mapping[str, Any]


class LeftOut(msgspec.Struct, frozen=True):
    """What has to be printed beside what a template shows: `fields` for a template that shows
    nothing else, and `names` of them as a template writes them."""

    fields: dict[str, Any]
    names: tuple[str, ...]


def left_out(template: str, ticket: Ticket, fields: Fields) -> LeftOut | None:
    """What must not get lost and `template` does not show of `fields`: the banner, and for who
    cooks the notes and the options. None where it shows all of it.

    Raises `Invalid` where a ticket is no use without what is missing: nobody can hand out one
    without its number, and nobody cooks one without its dishes.
    """
    if max(template, default="") >= chr(_MARKS):
        raise Invalid("it has characters that no printer has")
    marks = count(_MARKS)
    marked = {name: _marked(value, marks) for name, value in fields.items()}
    paper = _paper(parse(fill(template, marked)))

    def lost(mark: str) -> bool:
        return bool(mark) and mark not in paper

    def unless_shown(mark: str, text: str) -> str:
        return text if lost(mark) else ""

    if lost(marked["number"]):
        raise Invalid("it does not show {{number}}")
    for one in marked["head"]:
        if lost(one["now"] or one["was"]):
            raise Invalid("it does not show {{what}} is {{now}}, or {{was}}, in {{#head}}")
    banner = unless_shown(marked["banner"], fields["banner"])
    replaces = unless_shown(marked["replaces"], fields["replaces"])
    note, lines = "", list[dict[str, Any]]()
    if ticket.kind in KITCHENS:
        if ticket.kind is TicketKind.KITCHEN:  # a change has the note in its head, where it is new
            note = unless_shown(marked["note"], fields["note"])
        for mark, line in zip(marked["lines"], fields["lines"], strict=True):
            _need_dish(template, marked, mark, paper)
            options = zip(mark["modifiers"], line["modifiers"], strict=True)
            rest = {
                "note": unless_shown(mark["note"], line["note"]),
                "modifiers": [option for one, option in options if lost(one["text"])],
            }
            if any(rest.values()):
                lines.append({**line, **rest})
    names = {
        "{{banner}}": banner,
        "{{replaces}}": replaces,
        "the order's {{note}}": note,
        "the {{note}} of each dish": any(line["note"] for line in lines),
        "the {{text}} of each of its {{#modifiers}}": any(line["modifiers"] for line in lines),
    }
    missing = tuple(name for name, there in names.items() if there)
    rest = {"banner": banner, "replaces": replaces, "note": note, "lines": lines}
    return LeftOut(rest, missing) if missing else None


def _need_dish(template: str, marked: Fields, line: Fields, paper: str) -> None:
    """Raises `Invalid` where one dish, how many of it, or that it is none any more is missing."""
    if line["name"] and line["name"] not in paper:
        raise Invalid("it does not show the {{name}} of each of the {{#lines}}")
    quantities = [line["qty"], line["lead"], *([line["was"]] if line["voided"] else [])]
    if not any(mark in paper for mark in quantities):
        raise Invalid("it does not show the {{qty}} of each of the {{#lines}}")
    if line["voided"]:
        gone, made = (
            fill(template, {**marked, "lines": [{**line, "voided": voided}]})
            for voided in (True, False)
        )
        if gone == made:
            raise Invalid("it does not tell a dish that is {{#voided}} from one that is made")


def _marked(value: Any, marks: Iterator[int]) -> Any:
    """`value` with each text in it, however deep, become one character that nothing else has."""
    match value:
        case str() if value:
            return chr(next(marks))
        case dict():
            return {name: _marked(one, marks) for name, one in value.items()}
        case list():
            return [_marked(one, marks) for one in value]
    return value


def _paper(document: Document) -> str:
    """What people can read on it; a code is for machines."""
    lines = (element for element in document.elements if isinstance(element, Line))
    return "".join(
        "".join((line.text, line.right, *(column.text for column in line.columns)))
        for line in lines
    )
