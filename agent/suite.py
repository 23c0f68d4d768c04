"""A conversation suite: what callers say, and the order that must come of it.

A suite is a YAML list of dialogues; `docs/conversations.md` describes each key. The menus it names
stand beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
import yaml
from msgspec.structs import replace

from domain.business import Business
from domain.codec import decode, field_error
from domain.errors import FieldError, Invalid, Malformed
from domain.menu import Item, Menu, Modifier, parse_menu
from domain.order import (
    Channel,
    Customer,
    Line,
    LineModifier,
    Order,
    OrderType,
    Status,
    Totals,
    totals_of,
)

__all__ = ["Case", "Dialogue", "Expected", "ExpectedLine", "load_menu", "load_suite"]

CALLER = "+493012345678"  # who calls where a dialogue does not say

T = TypeVar("T")
_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the first, in C, is seven times as fast


class ExpectedLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`modifiers` are ids, or `group:id`; a group that is not named stands at its default."""

    item: str
    qty: int = 1
    modifiers: tuple[str, ...] = ()
    note: str = ""


class ExpectedToday(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What has become of an order of `today`; `lines` are those that are not voided, `says`
    words of its note, `ready` when it is promised for, on the restaurant's clock ("21:00")."""

    status: Status = Status.PLACED
    lines: tuple[ExpectedLine, ...] | None = None
    name: str | None = None
    address: str | None = None
    says: tuple[str, ...] = ()
    ready: str | None = None


class ExpectedMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one message that was left. `says` are words of it, in upper or lower case."""

    name: str | None = None
    phone: str | None = None
    says: tuple[str, ...] = ()


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out is not looked at. `lines` of an order that is not `placed` are what the
    cart holds at the end. `reply_mentions` are said in some reply, in upper or lower case."""

    placed: bool
    type: OrderType | None = None
    name: str | None = None
    lines: tuple[ExpectedLine, ...] | None = None
    reply_mentions: tuple[str, ...] = ()
    today: tuple[ExpectedToday, ...] | None = None
    message: ExpectedMessage | Literal["none"] | None = None


class EarlierOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the caller had before."""

    lines: tuple[ExpectedLine, ...]
    type: OrderType = OrderType.PICKUP
    name: str = ""
    address: str = ""
    status: Status = Status.COMPLETED


class Dialogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One call. `history` and `today` go from the oldest order to the last; `sold_out` holds item
    ids. `from_` is the caller's number, empty where it is withheld; `house` holds fields of the
    business profile, `at` is when the call begins."""

    name: str
    kind: str
    menu: str
    turns: tuple[str, ...]
    expect: Expected
    history: tuple[dict[str, Any], ...] = ()
    sold_out: tuple[str, ...] = ()
    from_: str = msgspec.field(name="from", default=CALLER)
    today: tuple[dict[str, Any], ...] = ()
    house: dict[str, Any] = {}
    at: datetime | None = None


@dataclass(frozen=True)
class Case:
    """A dialogue with what it names: its menu, the caller's orders, the latest first, those of
    today that are open as they were placed, and the restaurant's profile."""

    suite: str
    dialogue: Dialogue
    menu: Menu
    history: tuple[Order, ...]
    todays: tuple[Order, ...]
    business: Business


def load_suite(path: Path) -> list[Case]:
    """The dialogues in `path`, checked against their menus.

    Raises `Malformed` where a file cannot be read as YAML or JSON, `Invalid` naming each wrong
    field as `file: [3].expect.lines[0].item`, and `OSError`.
    """
    try:
        content = yaml.load(path.read_text("utf-8"), Loader=_YAML)  # noqa: S506 (a safe one)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Malformed(f"{path} is no YAML: {_one_line(error)}") from error
    if not isinstance(content, list):
        raise Invalid(f"{path}: a suite is a list of dialogues")
    menus: dict[str, Menu] = {}
    return [_case(path, n, data, menus) for n, data in enumerate(content)]


def _case(path: Path, n: int, data: Any, menus: dict[str, Menu]) -> Case:
    at = f"{path.name}: [{n}]"
    dialogue = _shaped(data, Dialogue, at)
    if dialogue.menu not in menus:
        menus[dialogue.menu] = load_menu(path.parent / dialogue.menu)
    menu = menus[dialogue.menu]
    todays = dialogue.expect.today or ()
    lines = [*(dialogue.expect.lines or ()), *(o for t in todays for o in t.lines or ())]
    wrong = [e for i, line in enumerate(lines) for e in _unknown(menu, line, i)]
    wrong += [
        FieldError("sold_out", f"there is no item {item_id!r}")
        for item_id in dialogue.sold_out
        if menu.item(item_id) is None
    ]
    if wrong:
        raise Invalid.of([FieldError(f"{at}.{e.field}", e.message) for e in wrong])
    orders = [
        _earlier(menu, entry, f"{at}.history[{i}]") for i, entry in enumerate(dialogue.history)
    ]
    business = _shaped({"name": menu.name, **dialogue.house}, Business, f"{at}.house")
    standing = [
        _today(_earlier(menu, {"status": "placed", **entry}, f"{at}.today[{i}]"), i, dialogue)
        for i, entry in enumerate(dialogue.today)
    ]
    return Case(path.name, dialogue, menu, tuple(reversed(orders)), tuple(standing), business)


def _today(order: Order, n: int, dialogue: Dialogue) -> Order:
    """An order of today is told as P-1, P-2, …, from the caller's number."""
    customer = replace(order.customer, phone=dialogue.from_)
    totals = totals_of(order.lines, order.tax)
    return replace(
        order, id=f"today-{n + 1}", number=f"P-{n + 1}", customer=customer, totals=totals
    )


def load_menu(path: Path) -> Menu:
    """A menu beside a suite. Raises `Malformed`, `Invalid` and `OSError`."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"{path} is no JSON: {_one_line(error)}") from error
    try:
        return parse_menu(content)
    except Invalid as wrong:
        fields = [FieldError(f"{path.name}: {e.field}", e.message) for e in wrong.fields]
        raise Invalid.of(fields) from wrong


def _unknown(menu: Menu, line: ExpectedLine, n: int) -> list[FieldError]:
    item = menu.item(line.item)
    if item is None:
        return [FieldError(f"expect.lines[{n}].item", f"there is no item {line.item!r}")]
    return [
        FieldError(f"expect.lines[{n}].modifiers", f"{item.name} has no {modifier!r}")
        for modifier in line.modifiers
        if not _groups_with(menu, item, modifier)
    ]


def _groups_with(menu: Menu, item: Item, modifier: str) -> list[str]:
    """The groups of `item` in which `modifier`, an id or `group:id`, may be chosen."""
    group_id, _, modifier_id = modifier.rpartition(":")
    return [
        g.id
        for g in menu.groups_of(item)
        if g.modifier(modifier_id) is not None and group_id in ("", g.id)
    ]


def _shaped(data: Any, shape: type[T], at: str) -> T:
    try:
        return msgspec.convert(data, shape)
    except msgspec.ValidationError as error:
        wrong = field_error(str(error))
        raise Invalid.of([FieldError(f"{at}.{wrong.field}", wrong.message)]) from error


def _earlier(menu: Menu, data: Mapping[str, Any], at: str) -> Order:
    """An order in the domain's own shape, or as `expect` writes one."""
    if "tax" in data:
        return decode(data, Order)
    earlier = _shaped(data, EarlierOrder, at)
    return Order(
        id=at,
        number="",
        channel=Channel.PHONE,
        type=earlier.type,
        status=earlier.status,
        lines=tuple(_line(menu, line, str(n)) for n, line in enumerate(earlier.lines)),
        totals=Totals(),
        currency=menu.currency,
        tax=menu.tax,
        placed_at="2026-01-01T12:00:00Z",
        business_day="2026-01-01",
        customer=Customer(name=earlier.name, address=earlier.address),
    )


def _line(menu: Menu, line: ExpectedLine, line_id: str) -> Line:
    item = menu.item(line.item)
    return Line(
        id=line_id,
        item_id=line.item,
        name=item.name if item is not None else line.item,
        qty=line.qty,
        unit_price=item.price if item is not None else 0,
        modifiers=_modifiers(menu, item, line.modifiers) if item is not None else (),
        note=line.note,
        tax_class=item.tax_class if item is not None else "",
    )


def _modifiers(menu: Menu, item: Item, modifiers: Sequence[str]) -> tuple[LineModifier, ...]:
    return tuple(
        LineModifier(group_id, chosen.id, chosen.name, chosen.price)
        for modifier in modifiers
        for group_id in _groups_with(menu, item, modifier)[:1]
        if (chosen := _chosen(menu, group_id, modifier)) is not None
    )


def _chosen(menu: Menu, group_id: str, modifier: str) -> Modifier | None:
    group = menu.group(group_id)
    return group.modifier(modifier.rpartition(":")[2]) if group is not None else None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
