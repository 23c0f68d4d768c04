"""Three-way merge of JSON records, by field and by the `id` of listed objects. Pure.

`base` is what both sides began with, `mine` the restaurant's value, `theirs` the cloud's. What only
one side changed is kept, whichever side that was. What both changed differently is decided by a
policy, and the value that lost is returned, never dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum, StrEnum
from typing import Any, Protocol

import msgspec

__all__ = ["Discarded", "Merged", "Rules", "Side", "differences", "merge", "same"]


class Side(StrEnum):
    MINE = "mine"  # the restaurant's
    THEIRS = "theirs"  # the cloud's


class Discarded(msgspec.Struct, frozen=True):
    """One value that lost. `path` is as a person would write it: `lines[ID].qty`, empty for the
    record itself, `items[]` for the order of a list. None stands for "not there"."""

    path: str
    mine: Any
    theirs: Any
    kept: Side


class Merged(msgspec.Struct, frozen=True):
    """`value` is None where the record ends up deleted."""

    value: dict[str, Any] | None
    discarded: tuple[Discarded, ...] = ()


class Rules(Protocol):
    """What a merge asks of a policy. A `field` is a path without ids: `lines.qty`."""

    def whole(self, field: str) -> bool:
        """True for an object that is only right as one: it is never mixed from two sides."""
        ...

    def derived(self, field: str) -> bool:
        """True for a value that `finish` makes anew, so that nothing is lost with it."""
        ...

    def winner(self, field: str, mine: Any, theirs: Any) -> Side:
        """Whose value stands where both sides changed `field` to something else."""
        ...

    def prepare(
        self, base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any], tuple[Discarded, ...]]:
        """Both sides without the edits that the other side's rule out, and those edits."""
        ...

    def finish(
        self, mine: dict[str, Any], theirs: dict[str, Any], merged: dict[str, Any]
    ) -> dict[str, Any]:
        """`merged` with everything that follows from the rest (totals) made true again."""
        ...


class _Absent(Enum):
    ABSENT = 0


_ABSENT = _Absent.ABSENT  # a field that is not there, which is not the same as null


def merge(
    base: dict[str, Any] | None,
    mine: dict[str, Any] | None,
    theirs: dict[str, Any] | None,
    policy: Rules,
    *,
    told: dict[str, Any] | _Absent | None = _ABSENT,
) -> Merged:
    """Both sides' edits of `base`; None is a record that does not exist or was deleted.

    `told` is what the cloud was sent and has not answered yet (as it is: `base`). Where `theirs`
    holds exactly that, it is our own edit come back, and a later one here goes on from it.
    """
    sent = base if told is _ABSENT else told
    walk = _Walk(policy)
    my_side, their_side = mine, theirs
    if base is not None and mine is not None and theirs is not None:
        my_side, their_side, ruled_out = policy.prepare(base, mine, theirs)
        walk.discarded += ruled_out
    sides = (_ABSENT if side is None else side for side in (base, my_side, their_side, sent))
    value = walk.value("", "", *sides)
    if value is _ABSENT:
        return Merged(None, tuple(walk.discarded))
    if mine is not None and theirs is not None and not same(mine, theirs):
        value = policy.finish(mine, theirs, value)
    return Merged(value, tuple(walk.discarded))


class _Walk:
    """One walk down three values (and what was told), collecting what it has to discard."""

    def __init__(self, policy: Rules) -> None:
        self._policy = policy
        self.discarded: list[Discarded] = []

    def value(self, path: str, field: str, base: Any, mine: Any, theirs: Any, told: Any) -> Any:
        if same(mine, theirs) or same(theirs, base) or same(theirs, told):
            return mine
        if same(mine, base) and (told is base or same(told, base)):
            return theirs  # else we sent something and took it back, which is an edit too
        if not self._policy.whole(field):
            if isinstance(mine, dict) and isinstance(theirs, dict):
                begun = base if isinstance(base, dict) else {}
                sent = told if isinstance(told, dict) else begun
                return self._fields(path, field, begun, mine, theirs, sent)
            if _listed(mine) and _listed(theirs):
                rows = base if _listed(base) else []
                sent_rows = told if _listed(told) else rows
                return self._elements(path, field, rows, mine, theirs, sent_rows)
        return self._decided(path, field, mine, theirs)

    def _fields(
        self,
        path: str,
        field: str,
        base: Mapping[str, Any],
        mine: Mapping[str, Any],
        theirs: Mapping[str, Any],
        told: Mapping[str, Any],
    ) -> dict[str, Any]:
        merged = {
            name: self.value(
                f"{path}.{name}".lstrip("."),
                f"{field}.{name}".lstrip("."),
                *(side.get(name, _ABSENT) for side in (base, mine, theirs, told)),
            )
            for name in _union(theirs, mine)
        }
        return {name: value for name, value in merged.items() if value is not _ABSENT}

    def _elements(
        self,
        path: str,
        field: str,
        base: Sequence[dict[str, Any]],
        mine: Sequence[dict[str, Any]],
        theirs: Sequence[dict[str, Any]],
        told: Sequence[dict[str, Any]],
    ) -> list[Any]:
        sides = [{row["id"]: row for row in rows} for rows in (base, mine, theirs, told)]
        _, my_rows, their_rows, _ = sides
        merged = {
            one: self.value(f"{path}[{one}]", field, *(side.get(one, _ABSENT) for side in sides))
            for one in _union(their_rows, my_rows)
        }
        kept = {one: row for one, row in merged.items() if row is not _ABSENT}
        shared = kept.keys() & my_rows.keys() & their_rows.keys()
        orders = [[one for one in side if one in shared] for side in sides]
        order = self.value(f"{path}[]", f"{field}[]", *orders)
        return [kept[one] for one in _woven(order, list(my_rows), list(their_rows), kept)]

    def _decided(self, path: str, field: str, mine: Any, theirs: Any) -> Any:
        side = self._policy.winner(field, _plain(mine), _plain(theirs))
        if not self._policy.derived(field):
            self.discarded.append(Discarded(path, _plain(mine), _plain(theirs), side))
        return mine if side is Side.MINE else theirs


def _woven(
    shared: Sequence[str], mine: Sequence[str], theirs: Sequence[str], kept: Iterable[str]
) -> list[str]:
    """`shared` with what only one side has put back behind its neighbour there; of two additions
    in one place the smaller id comes first, so that both sides weave the same list."""
    wanted = set(kept)
    runs = [_runs(side, shared, wanted) for side in (mine, theirs)]
    order: list[str] = []
    for anchor in (None, *shared):
        order += [anchor] if anchor is not None else []
        for run in sorted(side[anchor] for side in runs if anchor in side):
            order += run
    return order


def _runs(
    side: Sequence[str], shared: Sequence[str], wanted: set[str]
) -> dict[str | None, list[str]]:
    """The ids that only this side has, by the shared id that they stand behind."""
    anchors = set(shared)
    runs: dict[str | None, list[str]] = {}
    anchor: str | None = None
    for one in side:
        if one in anchors:
            anchor = one
        elif one in wanted:
            runs.setdefault(anchor, []).append(one)
    return runs


def differences(mine: Any, theirs: Any, *, kept: Side, path: str = "") -> Iterator[Discarded]:
    """Every value that is not the same on both sides, as what one of them loses where the other's
    is `kept`; as deep down as a merge goes, with its paths."""
    if same(mine, theirs):
        return
    if isinstance(mine, dict) and isinstance(theirs, dict):
        for name in _union(theirs, mine):
            sides = (side.get(name, _ABSENT) for side in (mine, theirs))
            yield from differences(*sides, kept=kept, path=f"{path}.{name}".lstrip("."))
    elif _listed(mine) and _listed(theirs):
        my_rows, their_rows = ({row["id"]: row for row in rows} for rows in (mine, theirs))
        for one in _union(their_rows, my_rows):
            rows = (side.get(one, _ABSENT) for side in (my_rows, their_rows))
            yield from differences(*rows, kept=kept, path=f"{path}[{one}]")
        orders = (
            [one for one in rows if one in my_rows and one in their_rows]
            for rows in (my_rows, their_rows)
        )
        yield from differences(*orders, kept=kept, path=f"{path}[]")
    else:
        yield Discarded(path, _plain(mine), _plain(theirs), kept)


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: `true` is not `1`, though Python says so."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(v, other[k]) for k, v in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _listed(value: Any) -> bool:
    """True for a list of objects that an `id` tells apart."""
    if not isinstance(value, list):
        return False
    ids = [row.get("id") if isinstance(row, dict) else None for row in value]
    return all(isinstance(one, str) for one in ids) and len(set(ids)) == len(ids)


def _union(first: Iterable[str], second: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*first, *second)))


def _plain(value: Any) -> Any:
    return None if value is _ABSENT else value
