"""Conflict records: what lost where both sides had changed one value, until someone settles it.

Shape: `{collection, key, at, settled, mine: {by, at}, theirs: {by, at},
discarded: [{path, mine, theirs, kept}]}`. `mine` is the restaurant's, `theirs` the cloud's; `kept`
says whose value stands. Once settled: `settled_by`, `settled_at`, `outcome` too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from domain.codec import decode, encode
from domain.errors import Conflict, FieldError, Invalid
from sync.merge import Discarded, Side, same
from sync.policy import policy_of
from sync.wire import Collection

__all__ = [
    "Author",
    "ConflictRecord",
    "Lost",
    "Resolution",
    "conflict_data",
    "owners_alone",
    "resolved",
    "settled",
]

# What staff decide every evening. Prices, printers and templates are the owner's.
_STAFFS = frozenset(
    {Collection.ORDER, Collection.AVAILABILITY, Collection.CUSTOMER, Collection.MESSAGE}
)

_STEP = re.compile(r"\[([^\]]*)\]|([^.\[\]]+)")


class Author(msgspec.Struct, frozen=True):
    """Who made an edit, and when (RFC 3339). Empty where it is not known."""

    by: str = ""
    at: str = ""


class Lost(msgspec.Struct, frozen=True):
    """The values that lost in one merge, and who had made either side's edit."""

    discarded: tuple[Discarded, ...]
    mine: Author = Author()
    theirs: Author = Author()


class ConflictRecord(msgspec.Struct, frozen=True):
    """The shape of the data of a conflict record, as far as programs read it."""

    collection: Collection
    key: str
    discarded: tuple[Discarded, ...]
    settled: bool = False
    mine: Author = Author()
    theirs: Author = Author()


class Resolution(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What shall stand: every value of one side (`keep`), or the record as somebody wrote it
    (`data`) over what they saw of it (`over`; None: nothing was there). One of the two."""

    keep: Side | None = None
    data: dict[str, Any] | None = None
    over: dict[str, Any] | None = None


def conflict_data(collection: str, key: str, lost: Lost, at: str) -> dict[str, Any]:
    """The data of a new conflict record; `at` is RFC 3339."""
    assert collection != Collection.CONFLICT, "a conflict about a conflict helps nobody"
    return {"collection": collection, "key": key, "at": at, "settled": False, **encode(lost)}


def owners_alone(conflict: Mapping[str, Any]) -> bool:
    """True where only an owner may say what stands."""
    return conflict.get("collection") not in _STAFFS


def resolved(
    conflict: Mapping[str, Any], current: dict[str, Any] | None, resolution: Resolution
) -> dict[str, Any] | None:
    """The record as `resolution` wants it, made from what stands now (None: there is none).

    Keeping the side that stands changes nothing, whatever stands by now. Raises `Invalid` where it
    says both or neither, and `Conflict` where the conflict is settled, what stood then was changed
    since, its place in the record is gone, or what stands may not go back (a paid order never
    reopens).
    """
    if (resolution.keep is None) == (resolution.data is None):
        raise Invalid.of([FieldError("keep", "say either `keep` (mine, theirs) or `data`")])
    if conflict.get("settled"):
        raise Conflict(f"This was settled by {conflict.get('settled_by') or 'someone'} already.")
    if resolution.keep is not None:
        after = _kept(decode(conflict, ConflictRecord), current, resolution.keep)
    else:
        after = resolution.data
        if not same(current, resolution.over):
            raise Conflict("The record was changed in the meantime (`over`); look at it again.")
    if current is None or after is None or same(current, after):
        return after
    _need_no_way_back(str(conflict.get("collection")), current, after)
    policy = policy_of(str(conflict.get("collection")))
    return policy.finish(current, current, after)


def _kept(
    conflict: ConflictRecord, current: dict[str, Any] | None, keep: Side
) -> dict[str, Any] | None:
    """`current` with the values of the side that had lost, where nobody has written there since."""
    after = current
    for one in conflict.discarded:
        if one.kept is keep:
            continue
        wanted, stood = (one.mine, one.theirs) if keep is Side.MINE else (one.theirs, one.mine)
        if not same(_at(current, one.path, stood), stood):
            raise Conflict(
                f"{one.path or 'The record'} was changed since; write it as it shall be (`data`)."
            )
        after = _with(after, one.path, wanted)
    return after


def _at(record: dict[str, Any] | None, path: str, like: Any) -> Any:
    """What stands at `path`, None where nothing does; of a sequence, what `like` names of it."""
    there: Any = record
    for one, name in _STEP.findall(path):
        if name:
            there = there.get(name) if isinstance(there, dict) else None
            continue
        rows = there if isinstance(there, list) else []
        if not one:
            return [row["id"] for row in rows if row["id"] in like]
        there = next((row for row in rows if row.get("id") == one), None)
    return there


def settled(
    conflict: Mapping[str, Any], resolution: Resolution, *, by: str, at: str
) -> dict[str, Any]:
    """The conflict record after it; `outcome` is `mine`, `theirs` or `edited`."""
    outcome = resolution.keep.value if resolution.keep else "edited"
    return {**conflict, "settled": True, "settled_by": by, "settled_at": at, "outcome": outcome}


def _need_no_way_back(collection: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    for field, rule in policy_of(collection).wins.items():
        was, wanted = before.get(field), after.get(field)
        if callable(rule) and not same(was, wanted) and rule(wanted, was) is Side.THEIRS:
            raise Conflict(f"{field} is {was!r} by now and does not go back to {wanted!r}.")


def _with(record: dict[str, Any] | None, path: str, wanted: Any) -> dict[str, Any] | None:
    """`record` with `wanted` at `path` (None: not there)."""
    if not path:
        return None if wanted is None else dict(wanted)
    steps = [name or f"[{one}]" for one, name in _STEP.findall(path)]
    if record is None or not steps:
        raise _gone(path)
    put: dict[str, Any] = _put(record, steps, path, wanted)
    return put


def _put(there: Any, steps: list[str], path: str, wanted: Any) -> Any:
    """`there` with `wanted` in the place that `steps` lead to, the rest untouched."""
    if not steps:
        return wanted
    step, rest = steps[0], steps[1:]
    if step == "[]":
        return _in_order(there, wanted)
    if step.startswith("["):
        return _put_element(there, step[1:-1], rest, path, wanted)
    if not isinstance(there, dict) or (rest and step not in there):
        raise _gone(path)
    value = _put(there.get(step), rest, path, wanted)
    others = {name: old for name, old in there.items() if name != step}
    return others if value is None else {**there, step: value}


def _put_element(there: Any, one: str, rest: list[str], path: str, wanted: Any) -> list[Any]:
    rows = there if isinstance(there, list) else []
    known = next((row for row in rows if row.get("id") == one), None)
    if known is None:
        if rest:
            raise _gone(path)
        return rows if wanted is None else [*rows, wanted]
    value = _put(known, rest, path, wanted)
    return [value if row is known else row for row in rows if row is not known or value is not None]


def _in_order(rows: list[dict[str, Any]], ids: list[str]) -> list[dict[str, Any]]:
    """`rows` in the sequence of `ids`; what it doesn't name stays behind what it stood behind."""
    place = {one: index for index, one in enumerate(ids)}
    keys, last = [], -1
    for row in rows:
        last = place.get(row["id"], last)
        keys.append(last)
    return [row for _, row in sorted(zip(keys, rows, strict=True), key=lambda pair: pair[0])]


def _gone(path: str) -> Conflict:
    return Conflict(f"{path} is no longer there; write the record as it shall be (`data`).")
