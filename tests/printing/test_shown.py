"""A note or an option is on the kitchen's paper, whatever the restaurant's own template shows."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.order import LineModifier
from domain.ticket import Change, Ticket, TicketKind, TicketLine
from printing.document import to_text
from printing.render import built_in, render
from printing.samples import left_out, problem
from tests.support.paper import BUSINESS, CHANGE, KITCHEN, RECEIPT, WIDE

DISHES = "{{#lines}}\n{{qty}} {{name}}\n{{/lines}}\n"
BARE = "<center><huge>{{number}}\n" + DISHES + "<cut>\n"

LARGE = LineModifier("size", "large", "Large", 250)
WITHOUT = LineModifier("without", "cheese", "Cheese", removes=True)
NO_GLUTEN = TicketLine(1, "Large Pizza", modifiers=(LARGE, WITHOUT), note="no gluten please")
ALLERGIC = replace(KITCHEN, note="ALLERGY: nuts", lines=(NO_GLUTEN,))


def on_paper(template: str, ticket: Ticket, banner: str = "") -> tuple[list[str], str]:
    """The rows of its paper, and what was left out."""
    templates = {ticket.kind.value: template}
    drawn = render(ticket, business=BUSINESS, printer=WIDE, templates=templates, banner=banner)
    assert drawn.fallback_reason == ""
    return [row.strip() for row in to_text(drawn, WIDE.columns).splitlines()], drawn.left_out


def test_what_a_template_does_not_show_stands_under_it() -> None:
    """An allergy, WITHOUT, the size and a dish's note, with the dish that they belong to; the
    paper is cut behind them, and not before."""
    rows, words = on_paper(BARE, ALLERGIC)
    at = rows.index("ALLERGY: nuts")
    assert rows[:2] == ["P-12", "1× Large Pizza"]
    assert rows[at + 1 :] == ["1× Large Pizza", "+ Large", "WITHOUT Cheese", "no gluten please"]
    assert "the order's {{note}}" in words
    assert "{{#modifiers}}" in words
    drawn = render(ALLERGIC, business=BUSINESS, printer=WIDE, templates={"kitchen": BARE})
    assert [type(one).__name__ for one in drawn.elements][-1] == "Cut"


def test_a_template_that_shows_all_of_it_stays_as_it_is() -> None:
    """Nothing is said twice, however it looks."""
    own = (
        "{{number}}\n{{note}}\n{{#lines}}\n{{lead}} {{name}} {{note}}\n"
        "{{#modifiers}}\n{{text}}\n{{/modifiers}}\n{{/lines}}"
    )
    rows, words = on_paper(own, ALLERGIC)
    assert (len(rows), words) == (5, "")
    assert on_paper(BARE, replace(KITCHEN, note="", lines=(TicketLine(1, "Cola"),)))[1] == ""
    for kind in (TicketKind.KITCHEN, TicketKind.CHANGE):
        assert left_out(kind, built_in(kind)) == ""


@pytest.mark.parametrize(
    "sly",
    [
        "<qr>{{note}}\n<barcode>{{#lines}}{{note}}{{/lines}}",  # for machines
        "{{! {{note}} }}",
        "{{#lines}}\n{{^modifiers}}{{note}}{{/modifiers}}\n{{/lines}}",
        "{{#lines}}\n{{#modifiers}}{{^removes}}{{text}}{{/removes}}{{/modifiers}}\n{{/lines}}",
        "{{#lines}}\n{{#modifiers}}{{name}}{{/modifiers}}\n{{/lines}}",  # the dish's name again
    ],
)
def test_what_only_looks_as_if_it_were_shown(sly: str) -> None:
    """A dish called like its option, a code, another case's text: none of them is the note."""
    rows, _ = on_paper(BARE + sly, ALLERGIC)
    for text in ("ALLERGY: nuts", "no gluten please", "WITHOUT Cheese"):
        assert rows.count(text) == 1


def test_each_dish_has_its_own_note() -> None:
    """Two dishes with one note are two dishes with a note: one of them is not enough, and neither
    is one of two dishes of one name."""
    plain = TicketLine(1, "Large Pizza", note="no gluten please")
    two = replace(ALLERGIC, note="", lines=(NO_GLUTEN, plain))
    one = "{{#lines}}\n{{^modifiers}}{{note}}{{/modifiers}}\n{{/lines}}"
    assert on_paper(BARE + one, two)[0].count("no gluten please") == 2
    own = "{{number}}\n{{#lines}}\n{{#modifiers}}{{qty}} {{name}} {{/modifiers}}\n{{/lines}}"
    drawn = render(two, business=BUSINESS, printer=WIDE, templates={"kitchen": own})
    assert "{{name}} of each" in drawn.fallback_reason


def test_a_change_that_does_not_tell_what_is_void_is_passed_over() -> None:
    """A dish on a change ticket is cooked: a template has to say which one is not wanted."""
    assert "{{#voided}}" in problem(TicketKind.CHANGE, BARE + "{{#head}}{{now}}{{/head}}")
    told = "{{number}}\n{{#lines}}\n{{#voided}}STOP {{/voided}}{{qty}} {{name}}\n{{/lines}}\n"
    void = TicketLine(2, "Pizza", modifiers=(WITHOUT,), change=Change.VOIDED, was_qty=2)
    rows, _ = on_paper(told, replace(CHANGE, lines=(void,)))
    assert "STOP 2× Pizza" in rows
    assert rows[-2:] == ["VOID 2× Pizza", "WITHOUT Cheese"]


def test_a_duplicate_says_so() -> None:
    """Also on paper whose template has no place for it."""
    for template, ticket in ((BARE, ALLERGIC), ("{{number}} {{total}}", RECEIPT)):
        rows, words = on_paper(template, ticket, banner="POSSIBLE DUPLICATE")
        assert "POSSIBLE DUPLICATE" in rows
        assert "{{banner}}" in words


def test_marks_of_its_own_fool_nobody() -> None:
    """A template that writes the characters by which it is looked through is no template."""
    marks = "".join(map(chr, range(0xF0000, 0xF0100)))
    templates = {"kitchen": BARE + marks}
    drawn = render(ALLERGIC, business=BUSINESS, printer=WIDE, templates=templates)
    assert "WITHOUT Cheese" in to_text(drawn, 42)
    assert drawn.fallback_reason


pieces = st.sampled_from(
    [
        "{{note}}\n",
        "{{#note}}!{{/note}}\n",
        "{{#lines}}\n{{#note}}{{#modifiers}}{{text}} {{/modifiers}}{{/note}}\n{{/lines}}\n",
        "{{#lines}}\n{{#modifiers}}{{#removes}}{{text}} {{/removes}}{{/modifiers}}\n{{/lines}}\n",
        "{{#lines}}\n{{^modifiers}}{{note}}{{/modifiers}}\n{{/lines}}\n",
        "{{#customer.name}}{{#lines}}\n{{note}}\n{{/lines}}\n{{/customer.name}}\n",
        "<columns 3 *>{{number}}<tab>{{note}}\n",
        "<rule>\n",
        "<cut>\n",
    ]
)
texts = st.sampled_from(["", "hot", "no nuts"])
options = st.lists(st.sampled_from([LARGE, WITHOUT]), unique_by=lambda one: one.id)
dishes = st.lists(
    st.builds(
        TicketLine,
        qty=st.just(1),
        name=st.sampled_from(["Pizza", "Cola"]),
        note=texts,
        modifiers=st.lists(st.sampled_from([LARGE, WITHOUT]), unique_by=lambda one: one.id).map(
            tuple
        ),
    ),
    min_size=1,
    max_size=4,
).map(tuple)


@given(st.lists(pieces, max_size=5), dishes, texts)
def test_nothing_gets_lost(own: list[str], lines: tuple[TicketLine, ...], note: str) -> None:
    """Each note and option of any order is on any template's paper, once for each dish at least."""
    ticket = replace(KITCHEN, note=note, lines=lines)
    paper = "\n".join(on_paper("{{number}}\n" + DISHES + "".join(own), ticket)[0])
    asked = Counter(filter(None, (note, *(line.note for line in lines))))
    chosen = [option for line in lines for option in line.modifiers]
    asked += Counter("Large" if option is LARGE else "WITHOUT" for option in chosen)
    for text, times in asked.items():
        assert paper.count(text) >= times
