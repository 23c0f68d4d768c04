"""What people were told is done, and what must be found of it in the end.

Every edit writes a token, `<17>`, that nothing else ever writes. An edit that was acknowledged is
kept where its token stands in the final records or in a conflict record, or where an edit that
knew it took its place and is kept itself. A deletion leaves no token: what it deleted must be
gone, or a conflict record must tell of it. What a person took away who settled a conflict is kept
too: that was said to be so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from domain.order import Status, can_advance

__all__ = ["Claim", "Claims", "Where", "tokens_in"]

Where = tuple[str, str]  # collection and key
_TOKEN = re.compile(r"<\d+>")


@dataclass(slots=True)
class Claim:
    """One edit of one value. `knew` are the tokens that it took the place of."""

    token: str
    where: Where
    what: str
    knew: set[str] = field(default_factory=set)
    deletes: bool = False
    acknowledged: bool = False

    def __str__(self) -> str:
        collection, key = self.where
        return f"{self.token} {self.what} of {collection}/{key}"


class Claims:
    """All that was claimed in one run."""

    def __init__(self) -> None:
        self._claims: dict[str, Claim] = {}
        self._settled: set[str] = set()  # taken away by a person who settled a conflict
        self._restored: set[str] = set()  # and brought back
        self.placed: list[str] = []  # acknowledged orders
        self.paid: list[str] = []  # orders whose payment was acknowledged
        self.reached: list[tuple[str, Status]] = []  # acknowledged states, by order

    def make(self, where: Where, what: str, *, deletes: bool = False) -> Claim:
        claim = Claim(f"<{len(self._claims) + 1}>", where, what, deletes=deletes)
        self._claims[claim.token] = claim
        return claim

    def settled(self, before: Any, after: Any) -> None:
        """A person settled a conflict, which made a record of `before` what it is `after`."""
        was, now = {*tokens_in(before)}, {*tokens_in(after)}
        self._settled |= was - now
        self._restored |= now - was

    def lost(
        self, records: Mapping[Where, Mapping[str, Any] | None], conflicts: Sequence[Any]
    ) -> list[Claim]:
        """The acknowledged edits that are nowhere. `records` are the final ones, None where one
        is deleted; `conflicts` are the data of the conflict records."""
        told = [*records.items(), *(((one["collection"], one["key"]), one) for one in conflicts)]
        to_tell = [*self._settled]
        to_tell += [token for where, value in told for token in self._of(where, value)]
        disputed = {(one["collection"], one["key"]) for one in conflicts}
        to_tell += [
            one.token
            for one in self._claims.values()
            if one.deletes
            and (one.where in disputed or not one.knew & {*tokens_in(records.get(one.where))})
        ]
        kept: set[str] = set()
        while to_tell:
            token = to_tell.pop()
            if token not in kept and token in self._claims:
                kept.add(token)
                to_tell += self._claims[token].knew
        return [one for one in self._claims.values() if one.acknowledged and one.token not in kept]

    def _of(self, where: Where, value: Any) -> list[str]:
        """The tokens in `value` that were written to its collection: a menu's names are copied
        into orders, and prove nothing there."""
        return [
            token
            for token in tokens_in(value)
            if token in self._claims and self._claims[token].where[0] == where[0]
        ]

    def turned_back(self, records: Mapping[Where, Mapping[str, Any] | None]) -> Iterable[str]:
        """Values that stand again though an acknowledged edit had taken their place, the last one
        there: its author knew what was there, so it is no conflict. An order's lines may: what is
        changed beside a payment does not stand."""
        known = {token for one in self._claims.values() for token in one.knew}
        last = [
            one
            for token, one in self._claims.items()
            if one.acknowledged and not one.deletes and token not in known | self._settled
        ]
        for where, record in records.items():
            standing = set(self._of(where, record)) - self._restored
            for one in last:
                back = one.knew & standing
                if (
                    one.where == where
                    and where[0] != "order"
                    and one.token not in standing
                    and back
                ):
                    yield f"{one} knew {back}, which stands"

    def undone(
        self, orders: Mapping[str, Mapping[str, Any]], conflicts: Sequence[Any]
    ) -> Iterable[str]:
        """What was acknowledged of an order as a whole and does not stand."""
        for one in self.placed:
            if one not in orders:
                yield f"order {one} was placed and is gone"
        for one in self.paid:
            if orders[one]["payment"]["status"] == "unpaid":
                yield f"order {one} was paid and is not"
        for one, status in self.reached:
            now = Status(orders[one]["status"])
            told = (c for c in conflicts if c["key"] == one)
            # A cancellation that a payment ruled out had taken the place of the state before it.
            known = any(
                f'"{word}"' in msgspec.json.encode(c).decode()
                for c in told
                for word in (status.value, Status.CANCELLED.value)
            )
            if now is not status and not can_advance(status, now) and not known:
                yield f"order {one} was {status.value} and is {now.value}"


def tokens_in(value: Any) -> list[str]:
    """The tokens anywhere in a JSON value."""
    return _TOKEN.findall(msgspec.json.encode(value).decode())
