"""Markup, wrapping, cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from printing.document import (
    MAX_ELEMENTS,
    QR_DOTS,
    Column,
    Cut,
    Feed,
    Graphic,
    GraphicKind,
    Line,
    Row,
    Rule,
    cells,
    layout,
    literal,
    parse,
    to_text,
)
from printing.render import render
from tests.support.paper import BUSINESS, WIDE, a_ticket

WORDS = st.text(
    st.characters(categories=["L", "N", "P", "S", "M"], exclude_characters="<\ue03c"), max_size=60
)


def rows(markup: str, columns: int) -> list[str]:
    return to_text(parse(markup), columns).splitlines()


def test_markup() -> None:
    """Each tag of the markup means what the module says."""
    document = parse(
        "<center><b>a\n<big>b\n<hang 2>c<right>d\n<rule>\n<feed 3>\n<cut>\n\n"
        "<wide><small>e\n<feed>\n"
        "<b><columns 4 * 8r>f<tab>g<tab>h\n<qr>i\n<qr 8>j\n<barcode>k\n<logo>"
    )
    assert document.elements == (
        Line("a", center=True, bold=True),
        Line("b", width=2, height=2),
        Line("c", "d", hang=2),
        Rule(),
        Feed(3),
        Cut(),
        Line("e", width=2, small=True),
        Feed(1),
        Line("", bold=True, columns=(Column("f", 4), Column("g", 0), Column("h", 8, right=True))),
        Graphic(GraphicKind.QR, "i", QR_DOTS),
        Graphic(GraphicKind.QR, "j", 8),
        Graphic(GraphicKind.BARCODE, "k", QR_DOTS),
        Graphic(GraphicKind.LOGO, ""),
    )


@pytest.mark.parametrize(
    "line",
    [
        *("<bold>a", "a <b> b", "<b", "<rule>a", "a<right>b<right>c", "<>", "<qr><b>a"),
        *(
            "a<tab>b",
            "<columns>a",
            "<columns 4 *>a",
            "<columns 4 *>a<tab>b<right>c",
            "<columns x>a",
        ),
        *("<columns x>a", "<logo>a", f"<qr>{'x' * 301}"),
    ],
)
def test_unknown_markup(line: str) -> None:
    """What is not markup is refused, naming its line."""
    with pytest.raises(Invalid, match="line 2"):
        parse(f"good\n{line}")


@given(WORDS, st.sampled_from(["<cut>", "<feed 9>", "<b>", "<right>", "<", "<rule>"]))
def test_data_is_not_markup(word: str, tag: str) -> None:
    """Markup in data is text."""
    (line,) = parse("<b>x" + literal(tag + word + tag)).elements
    assert isinstance(line, Line)
    assert line == Line(f"x{tag}{word}{tag}".rstrip(), bold=True)


def test_markup_in_a_name() -> None:
    """A guest who is called <cut> is a guest, and the paper is cut once."""
    document = render(a_ticket(name="<cut>", note="<feed 9>"), business=BUSINESS, printer=WIDE)
    assert [element for element in document.elements if isinstance(element, Cut)] == [Cut()]
    assert "<cut>" in to_text(document, 42)
    assert "<feed 9>" in to_text(document, 42)


def test_wrap_hangs() -> None:
    """A long name goes on under itself, and nothing of it is lost."""
    assert rows("<hang 3>2× Tagliatelle al ragù della nonna", 16) == [
        "2× Tagliatelle",
        "   al ragù della",
        "   nonna",
    ]


def test_wrap_beside_a_price() -> None:
    """A price stays on the first line, at the edge."""
    assert rows("<hang 2>Tagliatelle al ragù<right>14.50", 20) == [
        "Tagliatelle al 14.50",
        "  ragù",
    ]


def test_price_without_room() -> None:
    """What stands right gets its own line where there is no room beside it."""
    assert rows("<big>TOTAL<right>€1234567.50", 32) == ["TOTAL", "     €1234567.50"]


def test_columns() -> None:
    """Columns stand beside each other, wrap each for itself, and align as they are told."""
    assert rows("<columns 3 * 6r>2×<tab>Tagliatelle al ragù<tab>14.50", 24) == [
        "2×  Tagliatelle    14.50",
        "    al ragù",
    ]


def test_columns_without_room() -> None:
    """On paper that is too narrow columns stand under each other: nothing is lost."""
    assert rows("<columns 12 * 8r>Margherita<tab>large<tab>9.50", 24) == [
        "Margherita",
        "large",
        "9.50",
    ]


def test_narrow_font() -> None:
    """The narrow font has a third more on a line."""
    (row,) = layout(parse("<small><center>" + "x" * 40), 32)
    assert row == Row(" " + "x" * 40, small=True)


def test_a_document_without_an_end() -> None:
    """A template that would print metres and metres is a broken one."""
    with pytest.raises(Invalid, match="too many"):
        parse("a\n" * (MAX_ELEMENTS + 1))


def test_a_broken_phrase_is_a_phrase_on_each_line() -> None:
    """Right-to-left text that wraps is marked as such on every line that it takes."""
    name = "\u2068פלאפל בפיתה חמה\u2069"
    assert rows(f"<hang 3>2× {name}", 16) == [
        "2× \u2068פלאפל בפיתה\u2069",
        "   \u2068חמה\u2069",
    ]


def test_a_price_is_not_part_of_a_broken_phrase() -> None:
    """Beside right-to-left text that goes on in the next line, the price stands at its edge."""
    name = "\u2068פלאפל בפיתה חמה\u2069"
    assert rows(f"{name}<right>9.50", 16) == [
        "\u2068פלאפל בפיתה\u2069 9.50",
        "\u2068חמה\u2069",
    ]


def test_bars_have_an_edge() -> None:
    """White text on a bar never touches the end of the bar, and the bar is as wide as the paper."""
    found = [row.text for row in layout(parse("<inverse>cut in 16 slices"), 16) if type(row) is Row]
    assert found == ["cut in 16       ", "slices          "]


def test_cjk_is_two_cells() -> None:
    """A Chinese character takes two cells: eight of them fill sixteen."""
    assert cells("玛格") == 4
    assert rows("玛格丽特披萨玛格丽特披萨", 16) == ["玛格丽特披萨玛格", "丽特披萨"]


def test_combining_marks_stay() -> None:
    """A mark is never torn from its letter."""
    assert rows("<b>" + "e\u0301" * 20, 16) == ["e\u0301" * 16, "e\u0301" * 4]


@given(
    WORDS,
    st.integers(16, 64),
    st.sampled_from(["", "<big>", "<huge>", "<hang 4>", "<inverse>", "<small>"]),
)
def test_nothing_lost_nothing_too_long(text: str, columns: int, tag: str) -> None:
    """However it wraps, every character is there, and no row is wider than the paper."""
    found = list(layout(parse(f"{tag}|{literal(text)}"), columns))
    assert all(isinstance(row, Row) for row in found)
    placed = [row for row in found if isinstance(row, Row)]
    room = columns * 4 // 3 if tag == "<small>" else columns
    assert all(row.indent + row.width * cells(row.text) <= room for row in placed)
    assert "".join("".join(row.text for row in placed).split()) == "".join(f"|{text}".split())
