"""Loading a business's file over what people have edited since it was loaded last.

The file, what it said the last time and what stands now are merged, field by field and by the `id`
of listed objects. Where somebody's edit and the file do not agree, the edit stands and is told of;
with `overwrite` the file stands, and the edit becomes a conflict that can be settled as any other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from cloud.db.businesses import (
    add_number,
    business_of_number,
    memberships_of,
    set_membership,
)
from cloud.db.identity import User, add_user, find_user, set_password
from cloud.db.loaded import find_loaded, forget_loaded, loaded_keys, save_loaded
from cloud.db.records import Versioned, records_of
from cloud.services.business_file import BusinessFile, FileUser, states_of
from cloud.services.records import State, Writing
from domain.clock import iso
from domain.errors import Conflict, FieldError, Invalid
from domain.ids import Ids
from sync.conflicts import Author, Lost, conflict_data
from sync.merge import Discarded, Side, differences, merge
from sync.policy import Policy
from sync.shapes import check_record
from sync.wire import Collection
from web.passwords import check_password, hash_password

__all__ = ["LOADER", "PASSWORD_FIELD", "PIN_FIELD", "Edit", "Loaded", "Loading"]

LOADER = "load"  # who wrote what came from a file

_PEOPLE_FIRST = Policy(otherwise=Side.MINE)
PASSWORD_FIELD = "password_hash"  # noqa: S105 - the name of a field
_USER = "user"  # under which `loaded` remembers accounts; no collection, nothing of them syncs
PIN_FIELD = "pin_hash"  # a PIN has few digits, and its hash is nothing to show


class Edit(msgspec.Struct, frozen=True):
    """A value that somebody changed since: `record` is `menu/main`, `path` as people write it
    (`items[cola].price`; empty: the record itself). None stands for "not there". `by` is who
    wrote the record last; empty where a load did, with the edit kept in it."""

    record: str
    path: str
    edited: Any
    file: Any
    by: str


class Loaded(msgspec.Struct, frozen=True):
    """What loading changed: `menu/main`, `user/EMAIL`, `number/NUMBER`; empty the second time.
    `kept` are the edits that stand against the file, `overwritten` those that it went over;
    `shared` the addresses that sign in to other businesses too."""

    business_id: str
    changed: tuple[str, ...]
    kept: tuple[Edit, ...] = ()
    overwritten: tuple[Edit, ...] = ()
    shared: tuple[str, ...] = ()


class Loading:
    """One file being loaded, in the transaction of `writing`."""

    def __init__(self, writing: Writing, ids: Ids, *, overwrite: bool) -> None:
        self._writing = writing
        self._ids = ids
        self._overwrite = overwrite
        self._changed: list[str] = []
        self._edits: list[Edit] = []
        self._shared: list[str] = []

    async def load(self, wanted: BusinessFile) -> Loaded:
        """Raises `Conflict` where a number is another's, or where what the file says and what was
        edited are not right together."""
        for state in states_of(wanted):
            await self._settle(state)
        await self._dismiss(wanted)
        for number in wanted.phone_numbers:
            await self._give_number(number)
        for n, user in enumerate(wanted.users):
            await self._settle_user(user, f"users[{n}].password")
        edits = tuple(self._edits)
        return Loaded(
            self._writing.business_id,
            tuple(self._changed),
            kept=() if self._overwrite else edits,
            overwritten=edits if self._overwrite else (),
            shared=tuple(self._shared),
        )

    async def _settle(self, state: State) -> None:
        """Lays the file's fields over what is stored, but for what somebody edited."""
        current = await self._writing.find(state.collection, state.key)
        before = await find_loaded(
            self._writing.connection, self._writing.business_id, state.collection, state.key
        )
        stored = current.data if current else {}
        file = await _without_pin(state.data, before or {}, stored)
        await self._remember(state, before, file)
        if current is None or (current.deleted and current.by == LOADER):
            await self._write(state, file, current)
            return
        over = {**stored, **file}
        merged = None if current.deleted else _laid_over(stored, before or file, file)
        lost = _differences(merged, over)
        self._edits += [
            Edit(_name(state), one.path, one.mine, one.theirs, _who(current)) for one in lost
        ]
        after = over if self._overwrite else merged
        if after is None or (after == stored and not current.deleted):
            return
        if after is merged:
            _check_together(state, merged)
        written = await self._write(state, after, current)
        if self._overwrite:
            await self._note_conflict(current, lost, written)

    async def _remember(
        self, state: State, before: dict[str, Any] | None, file: dict[str, Any]
    ) -> None:
        if file != before:
            await save_loaded(
                self._writing.connection,
                self._writing.business_id,
                state.collection,
                state.key,
                file,
            )

    async def _write(
        self, state: State, data: dict[str, Any], current: Versioned | None
    ) -> Versioned:
        self._changed.append(_name(state))
        return await self._writing.put(
            State(state.collection, state.key, data),
            base_version=current.version if current else 0,
        )

    async def _note_conflict(
        self, edited: Versioned, lost: Iterable[Discarded], written: Versioned
    ) -> None:
        """What the file went over can be brought back, like all that loses to somebody else's."""
        discarded = tuple(one for one in lost if one.path != PIN_FIELD)
        if not discarded:
            return
        at = iso(written.at)
        theirs = Author(LOADER, at)
        data = conflict_data(
            written.collection,
            written.key,
            Lost(discarded, mine=Author(edited.by, iso(edited.at)), theirs=theirs),
            at,
        )
        state = State(Collection.CONFLICT, self._ids.new(), data)
        await self._writing.put(state, base_version=0)

    async def _dismiss(self, wanted: BusinessFile) -> None:
        """Removes the staff that the file named the last time and names no more, where it names
        any. Who was added by somebody else stays, unless it is to be overwritten."""
        named = {row["id"] for row in wanted.staff}
        if not named:
            return
        connection, business_id = self._writing.connection, self._writing.business_id
        from_file = await loaded_keys(connection, business_id, Collection.STAFF)
        for record in await records_of(connection, business_id, Collection.STAFF):
            if record.key in named:
                continue
            name = f"{Collection.STAFF}/{record.key}"
            if record.key not in from_file:
                shown = {k: v for k, v in record.data.items() if k != PIN_FIELD}
                self._edits.append(Edit(name, "", shown, None, _who(record)))
                if not self._overwrite:
                    continue
            await forget_loaded(connection, business_id, Collection.STAFF, record.key)
            gone = State(Collection.STAFF, record.key, {}, deleted=True)
            await self._writing.put(gone, base_version=record.version)
            self._changed.append(name)

    async def _give_number(self, number: str) -> None:
        owner = await business_of_number(self._writing.connection, number)
        if owner is None:
            await add_number(self._writing.connection, number, self._writing.business_id)
            self._changed.append(f"number/{number}")
        elif owner != self._writing.business_id:
            raise Conflict(f"The number {number} belongs to another business.")

    async def _settle_user(self, wanted: FileUser, field: str) -> None:
        """An account, and what it may do here."""
        connection, business_id = self._writing.connection, self._writing.business_id
        email = wanted.email.lower()
        user = await find_user(connection, email)
        changed = user is None
        if user is None:
            user = await self._new_user(email, wanted.password, field)
        businesses = {one.business_id for one in await memberships_of(connection, user.id)}
        elsewhere = bool(businesses - {business_id})
        if wanted.password is not None:
            changed |= await self._settle_password(user, wanted.password, elsewhere, field)
        if elsewhere:
            self._shared.append(email)
        role = await set_membership(connection, user.id, business_id, wanted.role)
        if role or changed:
            self._changed.append(f"user/{wanted.email}")

    async def _new_user(self, email: str, password: str | None, field: str) -> User:
        if password is None:
            missing = f"{email} has no account yet: give it a password"
            raise Invalid.of([FieldError(field, missing)])
        user = User(self._ids.new(), email, await asyncio.to_thread(hash_password, password))
        await add_user(self._writing.connection, user)
        return user

    async def _settle_password(
        self, user: User, password: str, elsewhere: bool, field: str
    ) -> bool:
        """True where it is another one now. One that was set since the same file was loaded stands;
        and whoever signs in to another business too is given none by this one's file: it would
        hand the other over to whoever wrote it."""
        place = (self._writing.connection, self._writing.business_id, _USER, user.email)
        told = str((await find_loaded(*place) or {}).get(PASSWORD_FIELD, ""))
        new_hash, changed = user.password_hash, False
        if not await _is_of(password, user.password_hash):
            if not self._overwrite and await _is_of(password, told):
                edit = Edit(f"{_USER}/{user.email}", PASSWORD_FIELD, None, None, "")
                self._edits.append(edit)
                return False
            if elsewhere:
                raise Invalid.of([FieldError(field, _one_password(user.email))])
            new_hash, changed = await asyncio.to_thread(hash_password, password), True
            await set_password(self._writing.connection, user.id, new_hash)
        if new_hash != told:
            await save_loaded(*place, {PASSWORD_FIELD: new_hash})
        return changed


def _one_password(email: str) -> str:
    return (
        f"{email} signs in to another business too, with another password, and one person has one "
        f"for all. Leave it out here, or write that one; `panbot cloud password {email}` sets "
        "another one everywhere"
    )


def _who(record: Versioned) -> str:
    return "" if record.by == LOADER else record.by


def _name(state: State) -> str:
    return f"{state.collection}/{state.key}"


def _laid_over(
    stored: dict[str, Any], before: dict[str, Any], file: dict[str, Any]
) -> dict[str, Any]:
    """`stored` with what the file changes since it said `before`. Fields that it does not name are
    not its business."""
    unnamed = {name: value for name, value in stored.items() if name not in file}
    begun = unnamed | {name: before[name] for name in file if name in before}
    merged = merge(begun, stored, unnamed | file, _PEOPLE_FIRST).value
    assert merged is not None, "neither side is deleted"
    return merged


def _differences(stands: dict[str, Any] | None, file: dict[str, Any]) -> list[Discarded]:
    """What the file would go over, as the restaurant's side of a conflict that the file won."""
    if stands is None:
        return [Discarded("", None, file, Side.THEIRS)]
    return list(differences(stands, file, kept=Side.THEIRS))


def _check_together(state: State, merged: dict[str, Any]) -> None:
    """Two right menus can make a wrong one: a dish that one added, with a group that the other
    removed."""
    try:
        check_record(state.collection, state.key, merged)
    except Invalid as wrong:
        raise Conflict(
            f"{_name(state)}: what was edited since does not go together with the file ({wrong}). "
            "Nothing was changed; put it right in the file, or load it with --overwrite."
        ) from wrong


async def _without_pin(
    data: Mapping[str, Any], before: Mapping[str, Any], stored: Mapping[str, Any]
) -> dict[str, Any]:
    """`data` with its `pin`, if it has one, as `pin_hash`: the one that it had the last time where
    that is still the same, so that a PIN changed by somebody else since is seen as such."""
    rest = {name: value for name, value in data.items() if name != "pin"}
    if "pin" in data:
        pin, told = str(data["pin"]), str(before.get(PIN_FIELD, ""))
        same = await _is_of(pin, told)
        rest[PIN_FIELD] = told if same else await _kept_hash(pin, str(stored.get(PIN_FIELD, "")))
    return rest


async def _kept_hash(text: str, stored: str) -> str:
    """The stored hash where `text` is what it was made of, else a new one (they are salted, so
    hashing again would look like a change)."""
    if await _is_of(text, stored):
        return stored
    return await asyncio.to_thread(hash_password, text)


async def _is_of(text: str, stored: str) -> bool:
    return await asyncio.to_thread(check_password, text, stored)
