"""Settling a conflict: what the record becomes, and what may not be undone by it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Conflict, Invalid
from sync.conflicts import Author, Lost, Resolution, conflict_data, resolved, settled
from sync.merge import Discarded, Side, merge, same
from sync.policy import policy_of

MENU: dict[str, Any] = {
    "name": "Roma",
    "names": {"it": "Roma"},
    "items": [{"id": "a", "price": 100}, {"id": "b", "price": 200}],
}
MINE, THEIRS = Resolution(keep=Side.MINE), Resolution(keep=Side.THEIRS)


def conflict(*discarded: Discarded, collection: str = "menu", **more: Any) -> dict[str, Any]:
    lost = Lost(discarded, Author("anna", "t1"), Author("user:u1", "t2"))
    return conflict_data(collection, "main", lost, "t3") | more


@pytest.mark.parametrize(
    ("path", "stands", "wanted", "expected"),
    [
        ("name", "Roma", "Rome", {"name": "Rome"}),
        ("names.it", "Roma", None, {"names": {}}),
        ("names.de", None, "Rom", {"names": {"it": "Roma", "de": "Rom"}}),
        ("items[b].price", 200, 250, {"items": [MENU["items"][0], {"id": "b", "price": 250}]}),
        ("items[a]", MENU["items"][0], None, {"items": [MENU["items"][1]]}),
        ("items[c]", None, {"id": "c"}, {"items": [*MENU["items"], {"id": "c"}]}),
        ("items[]", ["a", "b"], ["b", "a"], {"items": MENU["items"][::-1]}),
    ],
)
def test_one_value_is_put_back(
    path: str, stands: Any, wanted: Any, expected: dict[str, Any]
) -> None:
    """The value that lost stands again in its place, and nothing else has moved."""
    lost = conflict(Discarded(path, wanted, stands, Side.THEIRS))
    assert resolved(lost, MENU, MINE) == MENU | expected


def test_a_record_that_was_deleted_comes_back() -> None:
    """Edited here, deleted there: whoever decides may have either."""
    lost = conflict(Discarded("", MENU, None, Side.THEIRS))
    assert resolved(lost, None, MINE) == MENU
    assert resolved(lost, None, THEIRS) is None
    kept = conflict(Discarded("", MENU, None, Side.MINE))
    assert resolved(kept, MENU, THEIRS) is None


def test_a_record_written_anew() -> None:
    """`data` stands as it was written, unless the record is no longer what its writer saw."""
    written = Resolution(data={"name": "R"}, over=MENU)
    assert resolved(conflict(), MENU, written) == {"name": "R"}
    with pytest.raises(Conflict, match="meantime"):
        resolved(conflict(), MENU | {"name": "R2"}, written)


def test_what_was_written_since_is_not_overwritten() -> None:
    """Neither by the side that had lost; keeping the side that stands leaves it as it is by now."""
    lost = conflict(Discarded("name", "Rome", "Roma", Side.THEIRS))
    newer = MENU | {"name": "Roma 2"}
    with pytest.raises(Conflict, match="changed since"):
        resolved(lost, newer, MINE)
    assert resolved(lost, newer, THEIRS) == newer


@pytest.mark.parametrize("nonsense", [Resolution(), Resolution(Side.MINE, {})], ids=str)
def test_a_resolution_says_one_thing(nonsense: Resolution) -> None:
    with pytest.raises(Invalid):
        resolved(conflict(), MENU, nonsense)


@pytest.mark.parametrize("path", ["items[gone].price", "gone.deep", "items[a].x.y"])
def test_a_place_that_is_gone(path: str) -> None:
    """It is said so, instead of writing the value somewhere else."""
    with pytest.raises(Conflict, match="no longer there"):
        resolved(conflict(Discarded(path, 1, None, Side.THEIRS)), MENU, MINE)


def test_settled_once() -> None:
    """Two people who settle one conflict: the second hears of the first."""
    lost = conflict(Discarded("name", "Rome", "Roma", Side.THEIRS))
    closed = settled(lost, MINE, by="anna", at="t4")
    assert (closed["settled"], closed["settled_by"], closed["outcome"]) == (True, "anna", "mine")
    with pytest.raises(Conflict, match="anna"):
        resolved(closed, MENU, THEIRS)


def test_a_paid_order_never_reopens() -> None:
    """Not even by settling a conflict in favour of the side that had not heard of the payment."""
    order = {"status": "ready", "payment": {"status": "paid"}, "lines": [], "revision": 1}
    unpaid = Discarded("payment", {"status": "unpaid"}, {"status": "paid"}, Side.THEIRS)
    with pytest.raises(Conflict, match="payment"):
        resolved(conflict(unpaid, collection="order"), order, MINE)
    back = Discarded("status", "placed", "ready", Side.THEIRS)
    with pytest.raises(Conflict, match="status"):
        resolved(conflict(back, collection="order"), order, MINE)


def test_an_order_that_changes_gets_a_new_revision() -> None:
    """The kitchen's change ticket is for the revision after the one that it has."""
    line = {"id": "l1", "qty": 1, "note": ""}
    order = {"status": "placed", "lines": [line], "revision": 3, "totals": {}}
    lost = conflict(Discarded("lines[l1].note", "no salt", "", Side.THEIRS), collection="order")
    after = resolved(lost, order, MINE)
    assert after is not None
    assert (after["revision"], after["lines"][0]["note"]) == (4, "no salt")


values = st.dictionaries(
    st.sampled_from("abc"),
    st.integers(0, 3) | st.dictionaries(st.sampled_from("xy"), st.integers(0, 3)),
)


@given(values, values, values)
def test_keeping_either_side_brings_back_all_that_it_lost(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    """After `keep`, every value in question is that side's."""
    merged = merge(base, mine, theirs, policy_of("customer"))
    if not merged.discarded or merged.value is None:
        return
    for resolution, side in ((MINE, mine), (THEIRS, theirs)):
        lost = conflict(*merged.discarded, collection="customer")
        after = resolved(lost, merged.value, resolution)
        for one in merged.discarded:
            assert same(_at(after, one.path), _at(side, one.path))


def _at(value: Any, path: str) -> Any:
    for name in path.split(".") if path else []:
        value = value.get(name) if isinstance(value, dict) else None
    return value
