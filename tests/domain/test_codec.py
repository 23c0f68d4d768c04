"""Stored JSON and typed shapes: what a newer program wrote survives an older one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.codec import decode, encode, overlay
from domain.errors import Invalid
from domain.order import Customer, Order
from domain.ordering import Draft, DraftLine, add_lines
from tests.support.trattoria import CountedIds, a_menu, an_order

names = st.text(min_size=1, max_size=8).map(lambda text: f"x_{text}")
unknown = st.dictionaries(names, st.integers() | st.text() | st.lists(st.integers()), max_size=3)


def test_an_order_comes_back_as_it_was() -> None:
    """Encode, store, decode: the same order."""
    order = an_order()
    assert decode(encode(order), Order) == order


@given(unknown, unknown, unknown)
def test_unknown_fields_survive_an_edit(
    on_order: dict[str, Any], on_customer: dict[str, Any], on_line: dict[str, Any]
) -> None:
    """What this version does not know stays, at every depth, while what it knows is new."""
    stored = encode(an_order()) | on_order
    stored["customer"] |= on_customer
    stored["lines"][1] |= on_line
    after = replace(decode(stored, Order), customer=Customer(name="Maria"), note="ring twice")
    written = overlay(stored, after)
    assert decode(written, Order) == after
    assert on_order.items() <= written.items()
    assert on_customer.items() <= written["customer"].items()
    assert on_line.items() <= written["lines"][1].items()


def test_lines_are_matched_by_id_and_not_by_place() -> None:
    """A line's unknown fields stay with it when others come and go."""
    order = an_order()
    stored = encode(order)
    stored["lines"][1]["course"] = 2
    shorter = replace(order, lines=order.lines[1:])
    longer = add_lines(shorter, a_menu(), (), [DraftLine("cola", id="l9")], ids=CountedIds())
    written = overlay(stored, longer)
    assert [(line["id"], line.get("course")) for line in written["lines"]] == [
        ("l2", 2),
        ("l9", None),
    ]


def test_overlay_leaves_what_was_stored_alone() -> None:
    """The old record is still the old one: it is the base of a merge."""
    stored = encode(an_order())
    before = encode(an_order())
    overlay(stored, an_order(note="changed"))
    assert stored == before


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "lines"),
        ({"lines": [{}]}, "lines[0].item_id"),
        ({"lines": [{"item_id": "cola", "qty": "two"}]}, "lines[0].qty"),
        ({"lines": [{"item_id": "cola", "price": 1}]}, "lines[0].price"),
        ({"lines": [], "total": 0}, "total"),
        ({"lines": [], "type": "teleport"}, "type"),
        ([], "body"),
    ],
)
def test_what_cannot_be_read_is_named(data: Any, field: str) -> None:
    """A wrong type, a missing field, an unknown one: the error says where."""
    with pytest.raises(Invalid) as refused:
        decode(data, Draft)
    assert [error.field for error in refused.value.fields] == [field]
