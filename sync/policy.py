"""Per collection: how soon an edit goes up, and who wins where both sides changed one value.

What the owner decides (menu, prices, names, staff) is the cloud's; what only the restaurant can
know (what has run out, how a printer is, what was handed over and paid) is the edge's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from domain.codec import decode, encode
from domain.errors import Invalid
from domain.menu import Tax
from domain.order import OPEN_STATUSES, Line, PaymentStatus, Status, can_advance, totals_of
from sync.merge import Discarded, Side, same
from sync.wire import Collection

__all__ = ["Policy", "PushDelays", "delay_s", "policy_of"]

Json = dict[str, Any]
Prepared = tuple[Json, Json, tuple[Discarded, ...]]


class PushDelays(msgspec.Struct, frozen=True):
    """Seconds from an edit to its push: `edit_s` after the last edit, `longest_s` after the first
    one at the latest, `prompt_s` for what the next caller must not be sold."""

    edit_s: float = 120.0
    longest_s: float = 600.0
    prompt_s: float = 2.0

    @property
    def together_s(self) -> float:
        """How much too early an edit may go up, in the company of one that is due: a request costs
        more than a key. A restaurant's day takes half of the requests so."""
        return self.edit_s / 10


class Policy(msgspec.Struct, frozen=True):
    """The `sync.merge.Rules` of one collection. Fields are paths without ids: `lines.qty`.

    `wins` names the fields that `otherwise` does not decide, each with a side or with a function
    of both values. `as_one` are values that are never mixed from two sides, `computed` those that
    `finishing` makes anew. A `prompt` collection goes up within seconds; what loses in a `quiet`
    one is not worth a conflict record.
    """

    otherwise: Side = Side.THEIRS
    wins: Mapping[str, Side | Callable[[Any, Any], Side]] = MappingProxyType({})
    as_one: frozenset[str] = frozenset()
    computed: frozenset[str] = frozenset()
    preparing: Callable[[Json, Json, Json], Prepared] | None = None
    finishing: Callable[[Json, Json, Json], Json] | None = None
    prompt: bool = False
    quiet: bool = False

    def whole(self, field: str) -> bool:
        return field in self.as_one

    def derived(self, field: str) -> bool:
        return field in self.computed

    def winner(self, field: str, mine: Any, theirs: Any) -> Side:
        rule = self.wins.get(field, self.otherwise)
        return rule if isinstance(rule, Side) else rule(mine, theirs)

    def prepare(self, base: Json, mine: Json, theirs: Json) -> Prepared:
        return self.preparing(base, mine, theirs) if self.preparing else (mine, theirs, ())

    def finish(self, mine: Json, theirs: Json, merged: Json) -> Json:
        return self.finishing(mine, theirs, merged) if self.finishing else merged


def _order_status(mine: Any, theirs: Any) -> Side:
    """The one further on. Completed against cancelled is the restaurant's word: it knows what
    went over the counter."""
    try:
        forward = can_advance(Status(mine), Status(theirs))
    except ValueError:
        return Side.THEIRS  # a state that only a newer cloud knows
    return Side.THEIRS if forward else Side.MINE


def _payment(mine: Any, theirs: Any) -> Side:
    """Money only moves forward; two payments are the restaurant's to sort out: it has the till."""
    return Side.THEIRS if _payment_rank(theirs) > _payment_rank(mine) else Side.MINE


def _payment_rank(payment: Any) -> tuple[int, int]:
    """A payment that was corrected, given back or paid anew is further on than it was before."""
    entries = payment.get("entries") if isinstance(payment, dict) else None
    written = len(entries) if isinstance(entries, list) else 0
    return written, list(PaymentStatus).index(_paid_status(payment))  # unpaid, paid, refunded


def _handled(mine: Any, theirs: Any) -> Side:
    """Whoever has seen to a message wins over nobody; of two, the restaurant's."""
    return Side.MINE if mine or not theirs else Side.THEIRS


def _paid_status(payment: Any) -> PaymentStatus:
    try:
        return PaymentStatus(payment["status"])
    except (KeyError, TypeError, ValueError):
        return PaymentStatus.UNPAID


def _prepare_order(base: Json, mine: Json, theirs: Json) -> Prepared:
    """A paid order never reopens: against a payment, the other side's new lines and its
    cancellation do not stand. Nobody could have made them had the payment been known there."""
    i_paid, they_paid = (_newly_paid(base, side) for side in (mine, theirs))
    if i_paid and not they_paid:
        theirs, lost = _closed(base, theirs, mine)
        return mine, theirs, tuple(Discarded(p, mine.get(p), v, Side.MINE) for p, v in lost)
    if they_paid and not i_paid:
        mine, lost = _closed(base, mine, theirs)
        return mine, theirs, tuple(Discarded(p, v, theirs.get(p), Side.THEIRS) for p, v in lost)
    return mine, theirs, ()


def _newly_paid(base: Json, side: Json) -> bool:
    was, now = (_paid_status(one.get("payment")) for one in (base, side))
    return was is not PaymentStatus.PAID and now is PaymentStatus.PAID


def _closed(base: Json, late: Json, paid: Json) -> tuple[Json, list[tuple[str, Any]]]:
    """`late` without what the payment on `paid` rules out, and those fields with their values."""
    without, lost = dict(late), []
    lines = late.get("lines")
    if not same(lines, base.get("lines")) and not same(lines, paid.get("lines")):
        without |= {name: base.get(name) for name in ("lines", "totals", "revision")}
        lost.append(("lines", lines))
    if late.get("status") == Status.CANCELLED and base.get("status") != Status.CANCELLED:
        without["status"] = base.get("status")
        lost.append(("status", late["status"]))
    return without, lost


def _finish_order(mine: Json, theirs: Json, merged: Json) -> Json:
    """Totals that fit the lines, and a revision that no ticket of either side carries yet."""
    revision = max(
        side.get("revision", 1) + (not _same_on_paper(side, merged)) for side in (mine, theirs)
    )
    return {**merged, "totals": _totals(mine, theirs, merged), "revision": revision}


def _same_on_paper(one: Json, other: Json) -> bool:
    return same(_on_paper(one), _on_paper(other))


def _on_paper(order: Json) -> list[Any]:
    customer = order.get("customer") or {}
    return [
        order.get("status") == Status.CANCELLED,
        order.get("lines"),
        order.get("note", ""),
        order.get("promised_at", ""),
        customer.get("name", ""),
        customer.get("address", ""),
    ]


def _totals(mine: Json, theirs: Json, merged: Json) -> Any:
    for side in (mine, theirs):
        if same(side.get("lines"), merged.get("lines")):
            return side.get("totals")
    try:
        lines = decode(merged.get("lines"), tuple[Line, ...])
        return encode(totals_of(lines, decode(merged.get("tax"), Tax)))
    except Invalid:
        return merged.get("totals")  # lines that only a newer program can read: leave them to it


_POLICIES: Mapping[str, Policy] = MappingProxyType(
    {
        Collection.AVAILABILITY: Policy(otherwise=Side.MINE, prompt=True),
        Collection.ORDER: Policy(
            wins={"status": _order_status, "payment": _payment},
            # Half of one size and half of another is a dish nobody ordered.
            as_one=frozenset(
                {"payment", "tax", "totals", "lines.modifiers", "lines.voided", "lines.comped"}
            ),
            computed=frozenset({"totals", "revision"}),
            preparing=_prepare_order,
            finishing=_finish_order,
        ),
        # Who has called back and when is one statement, not two values.
        Collection.MESSAGE: Policy(wins={"handled": _handled}, as_one=frozenset({"handled"})),
        Collection.PRINTER: Policy(
            wins=dict.fromkeys(
                (
                    "status",
                    "status_reason",
                    "fence",
                    "uri",
                    "identities",
                    "certificate",
                    "offered_certificate",
                ),
                Side.MINE,
            )
        ),
        # How busy it is, the restaurant knows; the next caller is to hear it.
        Collection.SETTINGS: Policy(wins={"busy_minutes": Side.MINE}, prompt=True),
        Collection.CONFLICT: Policy(quiet=True),
    }
)
_OWNERS = Policy()


def policy_of(collection: str) -> Policy:
    """Where nothing is said above, the cloud wins."""
    return _POLICIES.get(collection, _OWNERS)


def delay_s(collection: str, value: Json | None, delays: PushDelays) -> float:
    """Seconds from an edit of `collection` to `value` (None: deleted) until its push."""
    if policy_of(collection).prompt:
        return delays.prompt_s
    if collection == Collection.ORDER and value is not None and _settled_at_the_table(value):
        return 0.0
    return delays.edit_s


def _settled_at_the_table(order: Json) -> bool:
    paid = _paid_status(order.get("payment")) is not PaymentStatus.UNPAID
    return paid or order.get("status") not in OPEN_STATUSES
