"""Businesses: their profile, whom a number belongs to, and setting one up from a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from cloud.db.businesses import business_of_number, create_business
from cloud.db.pool import Pool, acquiring
from cloud.services.business_file import parse_business_file
from cloud.services.loading import LOADER, Loaded, Loading
from cloud.services.menus import profile_of
from cloud.services.numbers import e164
from cloud.services.records import Writer
from domain.business import Business
from domain.ids import Ids

__all__ = ["Businesses"]


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

    async def load(self, file: Mapping[str, Any], *, overwrite: bool = False) -> Loaded:
        """Makes a business what `file` (the shape of `BusinessFile`) says, in one transaction.

        Again with the same file changes nothing; fields and records that the file doesn't name
        stay, but for the staff that it named before. What somebody edited since stays too and is
        told of; `overwrite` puts the file over it. Raises `Invalid` naming each field, and what
        `Loading.load` raises.
        """
        wanted = parse_business_file(file)
        async with acquiring(self._pool) as connection:
            created = await create_business(connection, wanted.business_id)
        async with self._writer.writing(wanted.business_id, by=LOADER) as writing:
            loaded = await Loading(writing, self._ids, overwrite=overwrite).load(wanted)
        return replace(loaded, changed=("business", *loaded.changed)) if created else loaded
