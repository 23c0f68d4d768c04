"""The middle of the way to paper: a rendered template becomes styled lines, and these become rows.

The markup that templates are written in. One line of text is one line on the ticket (or more, where
it has to wrap); what begins it says how it looks:

    <center>  in the middle                 <b>        bold
    <tall>    twice as high                 <inverse>  white on a black bar, the whole width
    <big>     twice as high and wide        <huge>     three times as high and wide
    <hang N>  when it wraps, go on N cells further in
    text<right>text                         what follows <right> stands at the right edge

These four are a line of their own:

    <rule>    a line across                 <feed N>   N empty lines
    <cut>     cut the paper                 (an empty line is nothing: use <feed 1>)

Only `<` is special, and text from data never holds one: `literal` swaps it for a private-use
character that `parse` swaps back once the markup is read. So a guest called "<cut>" is a guest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from wcwidth import wcwidth

from domain.errors import Invalid

__all__ = [
    "Cut",
    "Document",
    "Feed",
    "Line",
    "Row",
    "Rule",
    "cells",
    "layout",
    "literal",
    "parse",
    "to_text",
]

MAX_FEED = 20  # lines; more is a typing error in a template, not a wish
MIN_LEFT = 8  # cells; narrower than this beside a <right> text is unreadable: use two rows

_LITERAL_LT = "\ue03c"  # stands for a `<` of the data between `literal` and `parse`
_TAG = re.compile(r"<(\w+)(?: (\d{1,3}))?>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # data has none, so these are a template's own
_STYLES: dict[str, dict[str, Any]] = {
    "center": {"center": True},
    "b": {"bold": True},
    "inverse": {"inverse": True},
    "tall": {"height": 2},
    "big": {"width": 2, "height": 2},
    "huge": {"width": 3, "height": 3},
}
_LINE_TAGS = {"hang", *_STYLES}


class Line(msgspec.Struct, frozen=True):
    """One styled line. `width` and `height` multiply the size of a cell; `hang` is in cells."""

    text: str
    right: str = ""
    center: bool = False
    bold: bool = False
    inverse: bool = False
    width: int = 1
    height: int = 1
    hang: int = 0


class Rule(msgspec.Struct, frozen=True):
    """A line across the paper."""


class Feed(msgspec.Struct, frozen=True):
    """Empty lines."""

    lines: int


class Cut(msgspec.Struct, frozen=True):
    """A partial cut, with as much feed before it as the cutter needs."""


class Document(msgspec.Struct, frozen=True):
    """A ticket, ready for any printer. `fallback_reason` says why a custom template was not used,
    empty where there was none or it was fine."""

    elements: tuple[Line | Rule | Feed | Cut, ...]
    fallback_reason: str = ""


class Row(msgspec.Struct, frozen=True):
    """One line as it stands on paper: `text` begins `indent` normal cells from the left edge, and
    each of its cells is `width` normal cells wide."""

    text: str
    indent: int = 0
    bold: bool = False
    inverse: bool = False
    width: int = 1
    height: int = 1


def literal(text: str) -> str:
    """`text` so that `parse` gives it back as it was and reads no markup in it."""
    return text.replace("<", _LITERAL_LT)


def parse(markup: str) -> Document:
    """The document that `markup` describes. Raises `Invalid` naming the line it cannot read."""
    numbered = enumerate(markup.replace("\r\n", "\n").split("\n"), start=1)
    return Document(tuple(_element(n, line) for n, line in numbered if line.strip()))


def _element(number: int, source: str) -> Line | Rule | Feed | Cut:
    tags, rest = _tags(source.rstrip())
    if not rest and len(tags) == 1:
        match tags[0]:
            case ("rule", _):
                return Rule()
            case ("feed", count):
                return Feed(min(count, MAX_FEED))
            case ("cut", _):
                return Cut()
    text, _, right = rest.partition("<right>")
    if "<" in text + right or _CONTROL.search(rest) or not _LINE_TAGS.issuperset(dict(tags)):
        raise Invalid(f"line {number}: cannot read {source.strip()[:60]!r}")
    style: dict[str, Any] = {}
    for name, count in tags:
        style |= {"hang": count} if name == "hang" else _STYLES[name]
    return Line(_unescape(text), _unescape(right), **style)


def _tags(source: str) -> tuple[list[tuple[str, int]], str]:
    """The tags that `source` begins with, each with its number (1 where it has none), and the
    rest."""
    tags = []
    rest = source
    while (found := _TAG.match(rest)) and found[1] != "right":
        tags.append((found[1], int(found[2] or 1)))
        rest = rest[found.end() :]
    return tags, rest


def _unescape(text: str) -> str:
    return text.replace(_LITERAL_LT, "<")


def cells(text: str) -> int:
    """How many terminal cells `text` takes: 2 for a CJK character, 0 for a combining mark."""
    return len(text) if text.isascii() else sum(map(_cell, text))


def _cell(char: str) -> int:
    return max(0, wcwidth(char))


def layout(document: Document, columns: int) -> Iterator[Row | Feed | Cut]:
    """`document` on paper that is `columns` cells wide. Text wraps; nothing is cut off."""
    for element in document.elements:
        if isinstance(element, Line):
            yield from _rows(element, columns)
        elif isinstance(element, Rule):
            yield Row("-" * columns)
        else:
            yield element


def to_text(document: Document, columns: int) -> str:
    """`document` as plain text: for a log, a terminal, a test."""
    text = []
    for element in layout(document, columns):
        if isinstance(element, Row):
            text.append((" " * element.indent + element.text).rstrip())
        elif isinstance(element, Feed):
            text += [""] * element.lines
    return "\n".join(text) + "\n"


def _rows(line: Line, columns: int) -> Iterator[Row]:
    across = columns // line.width  # cells of this line's own size
    edge = 1 if line.inverse else 0  # a bar looks torn where text touches its end
    for text in _texts(line, across - edge):
        room = columns - cells(text) * line.width
        if line.inverse:
            before = (across - cells(text)) // 2 if line.center else 0
            text = " " * before + text
            text += " " * (across - cells(text))
        yield Row(
            text=text,
            indent=room // 2 if line.center and not line.inverse else 0,
            bold=line.bold,
            inverse=line.inverse,
            width=line.width,
            height=line.height,
        )


def _texts(line: Line, across: int) -> list[str]:
    """`line` broken into what fits `across` cells, `right` at the right end of the first."""
    if not line.right:
        return _wrap(line.text, across, line.hang)
    left_room = across - cells(line.right) - 1
    if left_room < MIN_LEFT:
        return _wrap(line.text, across, line.hang) + [
            " " * (across - cells(text)) + text for text in _wrap(line.right, across, 0)
        ]
    first, *others = _wrap(line.text, left_room, line.hang)
    return [first + " " * (across - cells(first) - cells(line.right)) + line.right, *others]


def _wrap(text: str, across: int, hang: int) -> list[str]:
    """Greedy, by words; a word that is longer than a line is broken where the line ends.

    Spaces at the beginning are kept, `hang` indents all but the first; an indent is given up
    rather than leave less than half of the line.
    """
    hang = min(hang, across // 2)
    words = text.split()
    indent = min(len(text) - len(text.lstrip()), across // 2)
    rows, row = [], " " * indent
    empty = True
    for word in words:
        if not empty and cells(row) + 1 + cells(word) > across:
            rows.append(row)
            row, empty = " " * hang, True
        row += word if empty else " " + word
        empty = False
        while cells(row) > across:
            fits = _fitting(row, across)
            rows.append(row[:fits])
            row = " " * hang + row[fits:]
    return [*rows, row]


def _fitting(text: str, across: int) -> int:
    """How many characters of `text` fit `across` cells; at least one. A combining mark stays
    with the character before it."""
    used = 0
    for n, char in enumerate(text):
        used += _cell(char)
        if used > across:
            return max(1, n)
    return len(text)
