"""The tables `businesses`, `memberships` and `phone_numbers`, as far as no record holds it."""

from __future__ import annotations

import msgspec

from cloud.db.pool import Connection

__all__ = [
    "Membership",
    "add_number",
    "business_of_number",
    "create_business",
    "memberships_of",
    "number_of_business",
    "set_membership",
]


class Membership(msgspec.Struct, frozen=True):
    """One business of a user's. `name` is empty until the business has its own record."""

    business_id: str
    role: str
    name: str = ""


async def create_business(connection: Connection, business_id: str) -> bool:
    """Makes sure that the business exists. True where it did not."""
    status = await connection.execute(
        "INSERT INTO businesses (id) VALUES ($1) ON CONFLICT DO NOTHING", business_id
    )
    return status != "INSERT 0 0"


async def memberships_of(connection: Connection, user_id: str) -> list[Membership]:
    """The businesses of a user, by id."""
    rows = await connection.fetch(
        """SELECT m.business_id, m.role, coalesce(r.data ->> 'name', '') AS name
           FROM memberships m LEFT JOIN records r ON r.business_id = m.business_id
             AND r.collection = 'settings' AND r.key = 'business'
           WHERE m.user_id = $1 ORDER BY m.business_id""",
        user_id,
    )
    return [Membership(row["business_id"], row["role"], row["name"]) for row in rows]


async def set_membership(connection: Connection, user_id: str, business_id: str, role: str) -> bool:
    """Gives the user this role in the business. True where that is a change."""
    status = await connection.execute(
        """INSERT INTO memberships AS m (user_id, business_id, role) VALUES ($1, $2, $3)
           ON CONFLICT (user_id, business_id) DO UPDATE SET role = excluded.role
           WHERE m.role <> excluded.role""",
        user_id,
        business_id,
        role,
    )
    return status != "INSERT 0 0"


async def business_of_number(connection: Connection, number: str) -> str | None:
    """The id of the business that is called under `number`, or None."""
    found = await connection.fetchval(
        "SELECT business_id FROM phone_numbers WHERE number = $1", number
    )
    assert found is None or isinstance(found, str)
    return found


async def number_of_business(connection: Connection, business_id: str) -> str:
    """A number under which the business is called; empty where it has none."""
    found = await connection.fetchval(
        "SELECT coalesce(min(number), '') FROM phone_numbers WHERE business_id = $1", business_id
    )
    assert isinstance(found, str)
    return found


async def add_number(connection: Connection, number: str, business_id: str) -> None:
    """Gives the business a number that nobody has yet."""
    await connection.execute(
        "INSERT INTO phone_numbers (number, business_id) VALUES ($1, $2)", number, business_id
    )
