"""The file that a business is set up from: its shape, and what is checked before it counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from cloud.services.menus import MENU_KEY
from cloud.services.numbers import e164
from cloud.services.records import State
from domain.business import BUSINESS_KEY
from domain.codec import decode
from domain.errors import FieldError, Invalid
from sync.shapes import check_record
from sync.wire import Collection

__all__ = ["BusinessFile", "FileUser", "parse_business_file", "states_of"]

MIN_PIN, MAX_PIN = 4, 12  # digits; shorter ones are guessed in an evening, whatever the limit


class FileUser(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Someone who signs in at the cloud. `role` is `staff`, `owner` or `admin`. One address is one
    person with one password, in however many businesses: `password` may be left out for somebody
    who has one."""

    email: Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+$", max_length=200)]
    password: Annotated[str, Meta(min_length=8, max_length=256)] | None = None
    role: Annotated[str, Meta(pattern="^(staff|owner|admin)$")] = "owner"


class BusinessFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A business as it is written down. The lists hold records as they are stored; a member of
    `staff` may have a plain `pin`, which is stored as `pin_hash`. `phone_numbers` are those that
    the agent answers, each with its country: `+49 30 1234`."""

    business_id: Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{1,64}$")]
    business: dict[str, Any]
    menu: dict[str, Any]
    printers: tuple[dict[str, Any], ...] = ()
    routing: tuple[dict[str, Any], ...] = ()
    staff: tuple[dict[str, Any], ...] = ()
    users: tuple[FileUser, ...] = ()
    phone_numbers: tuple[Annotated[str, Meta(min_length=1, max_length=40)], ...] = ()


def parse_business_file(file: Mapping[str, Any]) -> BusinessFile:
    """Raises `Invalid` naming each field that is wrong."""
    return _with_numbers(decode(file, BusinessFile))


def _with_numbers(file: BusinessFile) -> BusinessFile:
    """`file` with its telephone numbers as telephones show them. One without its country would be
    somebody else's number elsewhere, so it is refused."""
    numbers = {f"phone_numbers[{n}]": text for n, text in enumerate(file.phone_numbers)}
    staff_phone = file.business.get("staff_phone")
    if isinstance(staff_phone, str) and staff_phone:
        numbers["business.staff_phone"] = staff_phone
    known = {field: e164(text) for field, text in numbers.items()}
    wrong = [
        FieldError(field, f"{numbers[field]!r} is no number as it is called from abroad: +49 30 …")
        for field, number in known.items()
        if not number
    ]
    if wrong:
        raise Invalid.of(wrong)
    business = dict(file.business)
    if "business.staff_phone" in known:
        business["staff_phone"] = known.pop("business.staff_phone")
    # Written twice in two ways, it is one number.
    return replace(file, business=business, phone_numbers=tuple(dict.fromkeys(known.values())))


def states_of(wanted: BusinessFile) -> Iterator[State]:
    """The records that the file stands for, each checked."""
    _check_pins(wanted.staff)
    yield _state(Collection.SETTINGS, BUSINESS_KEY, wanted.business, "business")
    yield _state(Collection.MENU, MENU_KEY, wanted.menu, "menu")
    for field, collection, key_field, rows in (
        ("printers", Collection.PRINTER, "id", wanted.printers),
        ("routing", Collection.ROUTING, "station", wanted.routing),
        ("staff", Collection.STAFF, "id", wanted.staff),
    ):
        for n, row in enumerate(rows):
            key = row.get(key_field)
            if not isinstance(key, str) or not key:
                raise Invalid.of([FieldError(f"{field}[{n}].{key_field}", "is required")])
            yield _state(collection, key, row, f"{field}[{n}]")


def _check_pins(staff: Sequence[Mapping[str, Any]]) -> None:
    """A PIN is all that staff sign in with: one that two have would make one of them the other."""
    wrong, whose = [], dict[str, str]()
    for n, row in enumerate(staff):
        if "pin" not in row:
            continue
        pin, name = str(row["pin"]), str(row.get("name") or row.get("id"))
        if not (pin.isascii() and pin.isdecimal() and MIN_PIN <= len(pin) <= MAX_PIN):
            wrong.append(FieldError(f"staff[{n}].pin", f"takes {MIN_PIN} to {MAX_PIN} digits"))
        elif pin in whose:
            wrong.append(
                FieldError(f"staff[{n}].pin", f"is {whose[pin]}'s too; {name} needs another")
            )
        whose.setdefault(pin, name)
    if wrong:
        raise Invalid.of(wrong)


def _state(collection: str, key: str, data: dict[str, Any], at: str) -> State:
    try:
        check_record(collection, key, data)
    except Invalid as wrong:
        fields = [FieldError(f"{at}.{e.field}", e.message) for e in wrong.fields]
        raise Invalid.of(fields) from wrong
    return State(collection, key, data)
