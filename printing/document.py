"""The middle of the way to paper: a rendered template becomes styled lines, and these become rows.

The markup that templates are written in. One line of text is one line on the ticket (or more, where
it has to wrap); what begins it says how it looks:

    <center>  in the middle                 <b>        bold
    <small>   the printer's narrow font     <inverse>  white on a black bar, the whole width
    <tall>    twice as high                 <wide>     twice as wide
    <big>     twice as high and wide        <huge>     three times as high and wide
    <hang N>  when it wraps, go on N cells further in
    text<right>text                         what follows <right> stands at the right edge
    <columns 4 * 8r>a<tab>b<tab>c           cells beside each other: 4 wide, the rest, 8 wide at
                                            the right
    <qr>text or <qr 8>text                  a QR code, 8 dots a module
    <barcode>text                           a barcode (Code 128)

These are a line of their own:

    <rule>    a line across                 <feed N>   N empty lines
    <cut>     cut the paper                 <logo>     the restaurant's picture, where it has one
                                            (an empty line is nothing: use <feed 1>)

Only `<` is special, and text from data never holds one: `literal` swaps it for a private-use
character that `parse` swaps back once the markup is read. So a guest called "<cut>" is a guest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from itertools import zip_longest
from typing import Any

import msgspec
from wcwidth import wcwidth

from domain.errors import Invalid

__all__ = [
    "CLOSE_ISOLATE",
    "LINES_KEPT",
    "OPEN_ISOLATE",
    "Column",
    "Cut",
    "Document",
    "Feed",
    "Graphic",
    "GraphicKind",
    "Line",
    "Row",
    "Rule",
    "cells",
    "layout",
    "literal",
    "parse",
    "plain",
    "to_text",
]

MAX_FEED = 20  # lines; more is a typing error in a template, not a wish
MIN_LEFT = 8  # cells; narrower than this beside other text is unreadable: use rows of its own
MAX_ELEMENTS = 2_000  # of a document: some twelve metres of paper, so a mistake in a template
LINES_KEPT = 1_024  # a menu's dishes and options: a kitchen's tickets have the same again and again
MAX_CODE = 300  # characters in a QR code; more is too fine for a receipt printer and a telephone
QR_DOTS = 6  # a module; about 2 cm for an address on the web, which every telephone reads

# Text from data that is written from right to left stands between these, so that the numbers and
# marks beside it keep their places (UAX #9). Neither takes a cell.
OPEN_ISOLATE = "\u2068"
CLOSE_ISOLATE = "\u2069"

_LITERAL_LT = "\ue03c"  # stands for a `<` of the data between `literal` and `parse`
_TAG = re.compile(r"<(\w+)(?: (\d{1,3}))?>")
_COLUMNS = re.compile(r"<columns((?: (?:\*|[1-9]\d?)r?)+)>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # data has none, so these are a template's own
_STYLES: dict[str, dict[str, Any]] = {
    "center": {"center": True},
    "b": {"bold": True},
    "inverse": {"inverse": True},
    "small": {"small": True},
    "wide": {"width": 2},
    "tall": {"height": 2},
    "big": {"width": 2, "height": 2},
    "huge": {"width": 3, "height": 3},
}
_LINE_TAGS = {"hang", *_STYLES}
_STYLED = re.compile(rf"(?:<(?:{'|'.join(_LINE_TAGS)})(?: \d{{1,3}})?>)*")  # how most lines begin
_IN_LINE = ("right", "tab")  # tags that stand inside a line

# Chinese and Japanese have no spaces: a line may end behind each character, but for what closes a
# phrase, which stays with it. Korean has spaces.
_ATOM = re.compile(
    "[\u2e80-\u303e\u3041-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\U00020000-\U0003fffd]"
    "[\u3001-\u3003\u3009\u300b\u300d\u300f\u3011\u3015\u30fc\uff01\uff09\uff0c\uff1a\uff1b\uff1f]*"
    "|[^\u2e80-\u303e\u3041-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\U00020000-\U0003fffd]+"
)


class Column(msgspec.Struct, frozen=True):
    """One cell of a line of columns. `width` is in cells, 0 for a share of what is left."""

    text: str
    width: int
    right: bool = False


class Line(msgspec.Struct, frozen=True):
    """One styled line: `text` with `right` at the other edge, or `columns`. `width` and `height`
    multiply the size of a cell; `hang` is in cells; `small` is the printer's narrow font."""

    text: str
    right: str = ""
    center: bool = False
    bold: bool = False
    inverse: bool = False
    width: int = 1
    height: int = 1
    hang: int = 0
    small: bool = False
    columns: tuple[Column, ...] = ()


class Rule(msgspec.Struct, frozen=True):
    """A line across the paper."""


class Feed(msgspec.Struct, frozen=True):
    """Empty lines."""

    lines: int


class Cut(msgspec.Struct, frozen=True):
    """A partial cut, with as much feed before it as the cutter needs."""


class GraphicKind(StrEnum):
    QR = "qr"
    BARCODE = "barcode"
    LOGO = "logo"


class Graphic(msgspec.Struct, frozen=True):
    """A picture in the middle of the paper. `content` is the text of a code, or the logo as a PNG
    in base64; `dots` the size of a QR code's module."""

    kind: GraphicKind
    content: str
    dots: int = 0


Element = Line | Rule | Feed | Cut | Graphic


class Document(msgspec.Struct, frozen=True):
    """A ticket, ready for any printer. `fallback_reason` says why a custom template was not used,
    `left_out` what it does not show, so that it stands under its text; empty where there was none
    or it was fine."""

    elements: tuple[Element, ...]
    fallback_reason: str = ""
    left_out: str = ""


class Row(msgspec.Struct, frozen=True):
    """One line as it stands on paper: `text` begins `indent` normal cells from the left edge, and
    each of its cells is `width` normal cells wide, or narrow ones where it is `small`."""

    text: str
    indent: int = 0
    bold: bool = False
    inverse: bool = False
    width: int = 1
    height: int = 1
    small: bool = False


def literal(text: str) -> str:
    """`text` so that `parse` gives it back as it was and reads no markup in it."""
    return text.replace("<", _LITERAL_LT)


def parse(markup: str) -> Document:
    """The document that `markup` describes. Raises `Invalid` naming the line it cannot read."""
    numbered = enumerate(markup.replace("\r\n", "\n").split("\n"), start=1)
    found = (_element(n, line) for n, line in numbered if line.strip())
    elements = tuple(element for element in found if element is not None)
    if len(elements) > MAX_ELEMENTS:
        raise Invalid(f"{len(elements)} lines are too many for a ticket")
    return Document(elements)


def _element(number: int, source: str) -> Element | None:
    """What a line of the template says; None where there is nothing on it."""
    source = source.rstrip()
    element = _line(source) or _special(number, source)
    return None if isinstance(element, Line) and _is_blank(element) else element


def _is_blank(line: Line) -> bool:
    texts = (line.text, line.right, *(column.text for column in line.columns))
    return not any(text.strip() for text in texts)


@lru_cache(maxsize=LINES_KEPT)
def _line(source: str) -> Line | None:
    """A line of text in a style, or None where it is more than that."""
    styles = _STYLED.match(source)
    assert styles is not None, "no tag at all is a match too"
    rest = source[styles.end() :]
    text, _, right = rest.partition("<right>")
    if "<" in text or "<" in right or _CONTROL.search(rest):
        return None
    return Line(plain(text), plain(right), **_style(styles[0]))


def _special(number: int, source: str) -> Element | None:
    """What is not just a line of text in a style; None where it is a code of nothing, as of a note
    that an order does not have. Raises `Invalid` where it cannot be read."""
    tags, rest = _tags(source)
    match tags, rest:
        case [("rule", _)], "":
            return Rule()
        case [("feed", count)], "":
            return Feed(min(count or 1, MAX_FEED))
        case [("cut", _)], "":
            return Cut()
        case [("logo", _)], "":
            return Graphic(GraphicKind.LOGO, "")
        case [("qr" | "barcode", _)], text if not text.strip():
            return None
        case [("qr" | "barcode" as kind, dots)], text if _codeable(text):
            return Graphic(GraphicKind(kind), plain(text.strip()), dots or QR_DOTS)
    columns = _COLUMNS.match(rest)
    texts = rest[columns.end() :].split("<tab>") if columns else []
    if (
        columns is None
        or "<" in "".join(texts)
        or _CONTROL.search(rest)
        or not _LINE_TAGS.issuperset(dict(tags))
        or len(texts) != len(columns[1].split())
    ):
        raise Invalid(f"line {number}: cannot read {plain(source.strip()[:60])!r}")
    style = _style(source[: len(source) - len(rest)])
    return Line("", columns=_columns(columns[1].split(), texts), **style)


@lru_cache(maxsize=256)  # of the tags that lines begin with: a template has some ten of them
def _style(tags: str) -> Mapping[str, Any]:
    """What `<b><tall>` says, as fields of a `Line`."""
    style: dict[str, Any] = {}
    for name, count in _tags(tags)[0]:
        style |= {"hang": count or 1} if name == "hang" else _STYLES[name]
    return style


def _codeable(text: str) -> bool:
    return len(text) <= MAX_CODE and not re.search(r"<|[\x00-\x1f]", text)


def _columns(widths: list[str], texts: list[str]) -> tuple[Column, ...]:
    """Widths as a template writes them (`4`, `*`, `8r`) with their texts."""
    return tuple(
        Column(plain(text), int(width.rstrip("r*") or 0), width.endswith("r"))
        for width, text in zip(widths, texts, strict=True)
    )


def _tags(source: str) -> tuple[list[tuple[str, int]], str]:
    """The tags that `source` begins with, each with its number (0 where it has none), and the
    rest."""
    tags = []
    rest = source
    while (found := _TAG.match(rest)) and found[1] not in _IN_LINE:
        if found[1] == "columns":
            break
        tags.append((found[1], int(found[2] or 0)))
        rest = rest[found.end() :]
    return tags, rest


def plain(text: str) -> str:
    """The reverse of `literal`."""
    return text.replace(_LITERAL_LT, "<")


def cells(text: str) -> int:
    """How many terminal cells `text` takes: 2 for a CJK character, 0 for a combining mark."""
    return len(text) if text.isascii() else sum(map(_cell, text))


@lru_cache(maxsize=4096)  # of characters: a ticket has the same few dozen again and again
def _cell(char: str) -> int:
    if "\U0001f300" <= char <= "\U0001faff":
        return 2  # an emoji, also one that Unicode calls narrow: half of one is no picture
    return max(0, wcwidth(char))


def layout(document: Document, columns: int) -> Iterator[Row | Feed | Cut | Graphic]:
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
        elif isinstance(element, Graphic):
            named = element.kind if element.kind is GraphicKind.LOGO else element.content
            text.append(f"[{named}]".center(columns).rstrip())
    return "\n".join(text) + "\n"


@lru_cache(maxsize=LINES_KEPT)
def _rows(line: Line, columns: int) -> tuple[Row, ...]:
    return tuple(_broken(line, columns))


def _broken(line: Line, columns: int) -> Iterator[Row]:
    # Cells of this line's own size; the narrow font has four where the other one has three.
    across = (columns * 4 // 3 if line.small else columns) // line.width
    edge = 1 if line.inverse else 0  # a bar looks torn where text touches its end
    padded = line.inverse or line.small  # an indent is in normal cells, which these are not
    for text in _texts(line, across - edge):
        room = across - cells(text)
        before = room // 2 if line.center else 0
        if padded:
            text = " " * before + text
        if line.inverse:
            text += " " * (across - cells(text))
        yield Row(
            text=text,
            indent=(columns - cells(text) * line.width) // 2 if line.center and not padded else 0,
            bold=line.bold,
            inverse=line.inverse,
            width=line.width,
            height=line.height,
            small=line.small,
        )


def _isolated(rows: Iterable[str]) -> Iterator[str]:
    """Rows that a text was broken into, each closing the isolates that it opens, and opening those
    again that the row before it did not end."""
    still_open = 0
    for row in rows:
        if not still_open and OPEN_ISOLATE not in row:  # nearly every row
            yield row
            continue
        text = row.lstrip(" ")
        whole = row[: len(row) - len(text)] + OPEN_ISOLATE * still_open + text
        still_open = max(0, whole.count(OPEN_ISOLATE) - whole.count(CLOSE_ISOLATE))
        yield whole + CLOSE_ISOLATE * still_open


def _texts(line: Line, across: int) -> list[str]:
    """`line` broken into what fits `across` cells, `right` at the right end of the first."""
    if line.columns:
        return _beside(line.columns, across)
    if not line.right:
        return _wrap(line.text, across, line.hang)
    left_room = across - cells(line.right) - 1
    if left_room < MIN_LEFT:
        return _wrap(line.text, across, line.hang) + [
            " " * (across - cells(text)) + text for text in _wrap(line.right, across, 0)
        ]
    first, *others = _wrap(line.text, left_room, line.hang)
    return [first + " " * (across - cells(first) - cells(line.right)) + line.right, *others]


def _beside(columns: tuple[Column, ...], across: int) -> list[str]:
    """Columns beside each other with a cell between them; under each other where they would be
    too narrow to read."""
    shares = sum(not column.width for column in columns)
    left = across - sum(column.width for column in columns) - (len(columns) - 1)
    share = left // shares if shares else left
    if share < (MIN_LEFT if shares else 0):
        return [row for c in columns if c.text.strip() for row in _wrap(c.text.strip(), across, 0)]
    widths = [column.width or share for column in columns]
    cells_of = [_wrap(c.text, width, 0) for c, width in zip(columns, widths, strict=True)]
    return [
        " ".join(map(_in_column, columns, widths, row)).rstrip(" ")
        for row in zip_longest(*cells_of, fillvalue="")
    ]


def _in_column(column: Column, width: int, text: str) -> str:
    blank = " " * (width - cells(text))
    return blank + text if column.right else text + blank


def _wrap(text: str, across: int, hang: int) -> list[str]:
    """Greedy, by words (by characters where a script has no spaces); a word that is longer than a
    line is broken where the line ends.

    Spaces at the beginning are kept, `hang` indents all but the first; an indent is given up
    rather than leave less than half of the line.
    """
    indent = min(len(text) - len(text.lstrip()), across // 2)
    whole = " " * indent + " ".join(text.split())
    if cells(whole) <= across:  # as most lines do
        return [*_isolated([whole])]
    hang = min(hang, across // 2)
    rows, row, used = [], " " * indent, indent
    empty = True
    for space, atom in _atoms(text):
        wide = cells(atom)
        if not empty and used + len(space) + wide > across:
            rows.append(row)
            row, used, empty = " " * hang, hang, True
        row += atom if empty else space + atom
        used += wide if empty else len(space) + wide
        empty = False
        while used > across:
            fits = _fitting(row, across)
            rows.append(row[:fits])
            row = " " * hang + row[fits:]
            used = cells(row)
    return [*_isolated([*rows, row])]


def _atoms(text: str) -> Iterator[tuple[str, str]]:
    """What is not broken, each with the space before it."""
    for word in text.split():
        for n, atom in enumerate([word] if word.isascii() else _ATOM.findall(word)):
            yield "" if n else " ", atom


def _fitting(text: str, across: int) -> int:
    """How many characters of `text` fit `across` cells; at least one. A combining mark stays
    with the character before it."""
    used = 0
    for n, char in enumerate(text):
        used += _cell(char)
        if used > across:
            return max(1, n)
    return len(text)
