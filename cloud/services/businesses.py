"""Businesses: their profile, and setting one up from a file."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from cloud.db.businesses import add_number, business_of_number, create_business, set_membership
from cloud.db.identity import User, find_user, save_user
from cloud.db.pool import Pool, acquiring
from cloud.db.records import records_of
from cloud.services.menus import MENU_KEY, profile_of
from cloud.services.numbers import e164
from cloud.services.records import State, Writer, Writing
from domain.business import BUSINESS_KEY, Business
from domain.codec import decode
from domain.errors import Conflict, FieldError, Invalid
from domain.ids import Ids
from sync.shapes import check_record
from sync.wire import Collection
from web.passwords import check_password, hash_password

__all__ = ["BusinessFile", "Businesses", "FileUser", "Loaded"]

MIN_PIN, MAX_PIN = 4, 12  # digits; shorter ones are guessed in an evening, whatever the limit
_LOADER = "load"  # who wrote what came from a file


class FileUser(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Someone who signs in at the cloud. `role` is `staff`, `owner` or `admin`."""

    email: Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+$", max_length=200)]
    password: Annotated[str, Meta(min_length=8, max_length=256)]
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


class Loaded(msgspec.Struct, frozen=True):
    """What loading changed: `menu/main`, `user/EMAIL`, `number/NUMBER`; empty the second time."""

    business_id: str
    changed: tuple[str, ...]


class Businesses:
    """The businesses themselves."""

    def __init__(self, pool: Pool, writer: Writer, ids: Ids) -> None:
        self._pool = pool
        self._writer = writer
        self._ids = ids

    async def profile(self, business_id: str) -> Business:
        """What the business says about itself. Raises `NotFound`."""
        async with acquiring(self._pool) as connection:
            return await profile_of(connection, business_id)

    async def of_number(self, number: str) -> str | None:
        """The id of the business that is called under `number` (`+49…`), or None."""
        number = e164(number) or number
        async with acquiring(self._pool) as connection:
            return await business_of_number(connection, number)

    async def load(self, file: Mapping[str, Any]) -> Loaded:
        """Makes a business what `file` (the shape of `BusinessFile`) says, in one transaction.

        Again with the same file changes nothing; fields and records that the file doesn't name
        stay, but for the staff: where it names any, who is not among them is removed. Raises
        `Invalid` naming each field, `Conflict` where a number is another's.
        """
        wanted = _with_numbers(decode(file, BusinessFile))
        states = list(_states(wanted))
        async with acquiring(self._pool) as connection:
            created = await create_business(connection, wanted.business_id)
        changed = ["business"] if created else []
        async with self._writer.writing(wanted.business_id, by=_LOADER) as writing:
            for state in states:
                if await _settle(writing, state):
                    changed.append(f"{state.collection}/{state.key}")
            changed += [f"{Collection.STAFF}/{key}" for key in await _dismiss(writing, wanted)]
            for number in wanted.phone_numbers:
                if await _give_number(writing, number):
                    changed.append(f"number/{number}")
            for user in wanted.users:
                if await self._settle_user(writing, user):
                    changed.append(f"user/{user.email}")
        return Loaded(wanted.business_id, tuple(changed))

    async def _settle_user(self, writing: Writing, wanted: FileUser) -> bool:
        email = wanted.email.lower()
        user = await find_user(writing.connection, email)
        stored = user.password_hash if user else ""
        password_hash = await _kept_hash(wanted.password, stored)
        changed = password_hash != stored
        if user is None:
            user = User(self._ids.new(), email, password_hash)
        if changed:
            await save_user(writing.connection, replace(user, password_hash=password_hash))
        role = await set_membership(writing.connection, user.id, writing.business_id, wanted.role)
        return role or changed


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


def _states(wanted: BusinessFile) -> Iterator[State]:
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


async def _dismiss(writing: Writing, wanted: BusinessFile) -> list[str]:
    """Removes the staff that the file does not name, where it names any; returns their ids."""
    named = {row["id"] for row in wanted.staff}
    known = await records_of(writing.connection, writing.business_id, Collection.STAFF)
    gone = [record for record in known if named and record.key not in named]
    for record in gone:
        state = State(Collection.STAFF, record.key, {}, deleted=True)
        await writing.put(state, base_version=record.version)
    return [record.key for record in gone]


def _state(collection: str, key: str, data: dict[str, Any], at: str) -> State:
    try:
        check_record(collection, key, data)
    except Invalid as wrong:
        fields = [FieldError(f"{at}.{e.field}", e.message) for e in wrong.fields]
        raise Invalid.of(fields) from wrong
    return State(collection, key, data)


async def _settle(writing: Writing, state: State) -> bool:
    """Lays the file's fields over what is stored. True where that is a change."""
    current = await writing.find(state.collection, state.key)
    stored = current.data if current else {}
    data = {**stored, **await _without_pin(state.data, str(stored.get("pin_hash", "")))}
    if current is not None and not current.deleted and data == stored:
        return False
    version = current.version if current else 0
    await writing.put(State(state.collection, state.key, data), base_version=version)
    return True


async def _without_pin(data: Mapping[str, Any], stored_hash: str) -> dict[str, Any]:
    """`data` with its `pin`, if it has one, as `pin_hash`."""
    rest = {name: value for name, value in data.items() if name != "pin"}
    if "pin" in data:
        rest["pin_hash"] = await _kept_hash(str(data["pin"]), stored_hash)
    return rest


async def _kept_hash(text: str, stored: str) -> str:
    """The stored hash where `text` is what it was made of, else a new one (they are salted, so
    hashing again would look like a change)."""
    if await asyncio.to_thread(check_password, text, stored):
        return stored
    return await asyncio.to_thread(hash_password, text)


async def _give_number(writing: Writing, number: str) -> bool:
    owner = await business_of_number(writing.connection, number)
    if owner is None:
        await add_number(writing.connection, number, writing.business_id)
    elif owner != writing.business_id:
        raise Conflict(f"The number {number} belongs to another business.")
    return owner is None
