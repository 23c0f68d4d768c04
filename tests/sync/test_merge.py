"""The laws of the three-way merge, on records made up by Hypothesis, and its cases by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.merge import Discarded, Side, differences, merge, same
from sync.policy import Policy

MINE_WINS = Policy(otherwise=Side.MINE)
THEIRS_WIN = Policy(otherwise=Side.THEIRS)

_leaves = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a", "b"])
_names = st.sampled_from(["name", "price", "note"])


def _objects(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    listed = st.lists(
        st.builds(
            lambda one, rest: {**rest, "id": one},
            st.sampled_from("pqrst"),
            st.dictionaries(_names, values, max_size=2),
        ),
        unique_by=lambda row: row["id"],
        max_size=4,
    )
    plain = st.lists(_leaves, max_size=2)
    return st.dictionaries(_names | st.just("lines"), values | listed | plain, max_size=4)


_records = st.recursive(_leaves, _objects, max_leaves=12).filter(lambda v: isinstance(v, dict))
_maybe = st.none() | _records
_lists = st.lists(  # of few rows and values, so that the three sides have much in common
    st.builds(
        lambda one, qty: {"id": one, "qty": qty}, st.sampled_from("pqrst"), st.integers(0, 1)
    ),
    unique_by=lambda row: row["id"],
).map(lambda rows: {"lines": rows})
_three_sides = st.tuples(_records, _records, _records) | st.tuples(_lists, _lists, _lists)
_policies = st.sampled_from([MINE_WINS, THEIRS_WIN])


@given(_maybe, _maybe, _policies)
def test_what_only_one_side_changed_stays(base: Any, edit: Any, policy: Policy) -> None:
    """An edit that meets no other is kept whole, whichever side made it, and nothing is lost."""
    for mine, theirs in ((edit, base), (base, edit), (edit, edit)):
        merged = merge(base, mine, theirs, policy)
        assert same(merged.value, edit)
        assert merged.discarded == ()


@given(_maybe, _maybe, _maybe, _policies)
def test_merging_again_changes_nothing(base: Any, mine: Any, theirs: Any, policy: Policy) -> None:
    """What came out, merged again onto what the cloud has, is itself."""
    once = merge(base, mine, theirs, policy).value
    assert same(merge(theirs, once, theirs, policy).value, once)
    assert same(merge(base, once, theirs, policy).value, once)


@given(_three_sides)
def test_the_other_way_round_it_is_the_same(sides: tuple[Any, Any, Any]) -> None:
    """With the sides swapped, and the policy with them, the record is the same, order of lists
    included, and so is what lost."""
    base, mine, theirs = sides
    one = merge(base, mine, theirs, MINE_WINS)
    other = merge(base, theirs, mine, THEIRS_WIN)
    assert same(one.value, other.value)
    turned = [Discarded(d.path, d.theirs, d.mine, Side.MINE) for d in other.discarded]
    assert sorted(map(repr, one.discarded)) == sorted(map(repr, turned))


@given(_maybe, _maybe, _maybe)
def test_sides_are_alike_where_nothing_is_discarded(base: Any, mine: Any, theirs: Any) -> None:
    """Where no policy had to decide, it makes no difference which side is called mine."""
    one = merge(base, mine, theirs, THEIRS_WIN)
    other = merge(base, theirs, mine, THEIRS_WIN)
    assert bool(one.discarded) == bool(other.discarded)
    if not one.discarded:
        assert same(one.value, other.value)


@given(_maybe, _maybe, _maybe, _policies)
def test_a_discarded_value_is_told_with_both(
    base: Any, mine: Any, theirs: Any, policy: Policy
) -> None:
    """Each decision names the side that the policy says, and two values that differ."""
    for lost in merge(base, mine, theirs, policy).discarded:
        assert lost.kept is policy.otherwise
        assert not same(lost.mine, lost.theirs) or None in (lost.mine, lost.theirs)


@given(_records, _records, _records)
def test_every_field_comes_from_somewhere(base: Any, mine: Any, theirs: Any) -> None:
    """A field changed by one side only has that side's value, whatever happens beside it."""
    value = merge(base, mine, theirs, THEIRS_WIN).value
    assert value is not None
    nothing = object()
    for name in {*base, *mine, *theirs}:
        was, i, they = (side.get(name, nothing) for side in (base, mine, theirs))
        if same(i, was):
            assert same(value.get(name, nothing), they)
        elif same(they, was):
            assert same(value.get(name, nothing), i)


@given(_three_sides, _policies)
def test_no_edit_is_lost_in_silence(sides: tuple[Any, Any, Any], policy: Policy) -> None:
    """However deep, what a side set or removed is so in the end, or its place is told of."""
    base, mine, theirs = sides
    merged = merge(base, mine, theirs, policy)
    stands = _leaves_of(merged.value)
    told = [lost.path for lost in merged.discarded]
    for side in (mine, theirs):
        for path, value in _edits(base, side).items():
            assert repr(stands.get(path)) == repr(value) or any(map(path.startswith, told))


def _edits(base: Any, side: Any) -> dict[str, Any]:
    """What `side` set, by path; None for what it removed."""
    was, now = _leaves_of(base), _leaves_of(side)
    changed = {p for p in {*was, *now} if repr(was.get(p)) != repr(now.get(p))}
    return {path: now.get(path) for path in changed}


def _leaves_of(value: Any, path: str = "") -> dict[str, tuple[Any]]:
    """Each value that holds no others, by its path, in a tuple to tell null from nothing."""
    if isinstance(value, dict):
        inside = [(f"{path}.{name}".lstrip("."), one) for name, one in value.items()]
    elif isinstance(value, list) and all(isinstance(row, dict) for row in value):
        inside = [(f"{path}[{row['id']}]", row) for row in value]
    else:
        return {path: (value,)}
    return {at: leaf for at, one in inside for at, leaf in _leaves_of(one, at).items()}


@given(_maybe, _maybe, _maybe, _policies)
def test_our_own_edit_come_back_is_no_conflict(
    base: Any, sent: Any, mine: Any, policy: Policy
) -> None:
    """Where the cloud has exactly what it was sent, a later edit here stands as it is."""
    merged = merge(base, mine, sent, policy, told=sent)
    assert same(merged.value, mine)
    assert merged.discarded == ()


def test_two_waiters_on_one_table() -> None:
    """Lines that each side added are all there, each where its side had it."""
    base = {"lines": [{"id": "a", "qty": 1}]}
    mine = {"lines": [{"id": "a", "qty": 1}, {"id": "m", "qty": 1}]}
    theirs = {"lines": [{"id": "a", "qty": 2}, {"id": "c", "qty": 3}]}
    merged = merge(base, mine, theirs, THEIRS_WIN)
    assert merged.value == {
        "lines": [{"id": "a", "qty": 2}, {"id": "c", "qty": 3}, {"id": "m", "qty": 1}]
    }
    assert merged.discarded == ()


def test_one_sorts_while_the_other_adds() -> None:
    """A list that one side sorted anew keeps that order, with the other's addition in it."""
    rows = {one: {"id": one} for one in "abcn"}
    base = {"items": [rows[i] for i in "abc"]}
    mine = {"items": [rows[i] for i in "cab"]}
    theirs = {"items": [rows[i] for i in "abnc"]}
    merged = merge(base, mine, theirs, THEIRS_WIN)
    assert merged.value == {"items": [rows[i] for i in "cabn"]}
    assert merged.discarded == ()


def test_both_sort_differently() -> None:
    """Two new orders of one list: the policy's stands, and the other is told."""
    rows = {one: {"id": one} for one in "abc"}
    base, mine, theirs = ({"items": [rows[i] for i in order]} for order in ("abc", "cab", "bac"))
    merged = merge(base, mine, theirs, THEIRS_WIN)
    assert merged.value == theirs
    assert merged.discarded == (
        Discarded("items[]", ["c", "a", "b"], ["b", "a", "c"], Side.THEIRS),
    )


@pytest.mark.parametrize(("policy", "stays"), [(MINE_WINS, True), (THEIRS_WIN, False)])
def test_edited_here_deleted_there(policy: Policy, stays: bool) -> None:
    """An item that one side deleted and the other changed goes the policy's way, and is told."""
    base = {"items": [{"id": "a", "price": 1}, {"id": "b", "price": 1}]}
    mine = {"items": [{"id": "a", "price": 2}, {"id": "b", "price": 1}]}
    theirs = {"items": [{"id": "b", "price": 1}]}
    merged = merge(base, mine, theirs, policy)
    assert merged.value == (mine if stays else theirs)
    side = Side.MINE if stays else Side.THEIRS
    assert merged.discarded == (Discarded("items[a]", {"id": "a", "price": 2}, None, side),)


def test_a_price_changed_on_both_sides_names_its_path() -> None:
    """The path of what lost reads like the menu: which item, which field."""
    base, mine, theirs = ({"items": [{"id": "a", "price": p}]} for p in (1, 2, 3))
    merged = merge(base, mine, theirs, THEIRS_WIN)
    assert merged.value == theirs
    assert merged.discarded == (Discarded("items[a].price", 2, 3, Side.THEIRS),)


def test_true_is_not_one() -> None:
    """JSON's `true` set here is an edit of `1`, and is not lost as "the same"."""
    assert merge({"fence": 1}, {"fence": True}, {"fence": 1}, THEIRS_WIN).value == {"fence": True}
    assert not same({"a": [1]}, {"a": [True]})


@given(_records, _records)
def test_what_differs_is_all_that_differs(mine: Any, theirs: Any) -> None:
    """No difference is named of what is the same, and each path is one value, once."""
    found = list(differences(mine, theirs, kept=Side.MINE))
    assert (not found) == same(mine, theirs)
    assert len({one.path for one in found}) == len(found)


def test_differences_go_as_deep_as_a_merge_does() -> None:
    """By field, by the `id` of listed objects, and their order; what one side lacks is whole."""
    mine = {"name": "Gino", "items": [{"id": "a", "price": 1}, {"id": "b"}, {"id": "c"}]}
    theirs = {"name": "Gino", "items": [{"id": "b"}, {"id": "a", "price": 2}], "tax": 7}
    assert sorted(differences(mine, theirs, kept=Side.MINE), key=lambda one: one.path) == [
        Discarded("items[]", ["a", "b"], ["b", "a"], Side.MINE),
        Discarded("items[a].price", 1, 2, Side.MINE),
        Discarded("items[c]", {"id": "c"}, None, Side.MINE),
        Discarded("tax", None, 7, Side.MINE),
    ]
