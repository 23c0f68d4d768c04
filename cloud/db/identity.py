"""The tables `users` and `refresh_tokens`."""

from __future__ import annotations

from datetime import datetime

import msgspec

from cloud.db.pool import Connection

__all__ = [
    "RefreshToken",
    "User",
    "add_user",
    "end_family",
    "find_user",
    "forget_expired",
    "lock_refresh_token",
    "save_refresh_token",
    "set_password",
    "use_refresh_token",
]


class User(msgspec.Struct, frozen=True):
    """Someone who signs in. `email` is lower case."""

    id: str
    email: str
    password_hash: str


class RefreshToken(msgspec.Struct, frozen=True):
    """A token by its hash. `family` is the login that it descends from."""

    token_hash: bytes
    family: str
    user_id: str
    business_id: str
    expires_at: datetime
    used: bool = False


async def find_user(connection: Connection, email: str) -> User | None:
    """The user with this address, in lower case."""
    row = await connection.fetchrow(
        "SELECT id, email, password_hash FROM users WHERE email = $1", email
    )
    return None if row is None else User(row["id"], row["email"], row["password_hash"])


async def add_user(connection: Connection, user: User) -> None:
    """Adds a user; whoever adds the same address at once is refused by the database."""
    await connection.execute(
        "INSERT INTO users (id, email, password_hash) VALUES ($1, $2, $3)",
        user.id,
        user.email,
        user.password_hash,
    )


async def set_password(connection: Connection, user_id: str, password_hash: str) -> None:
    """Gives the user another password; no login of before goes on."""
    await connection.execute(
        "UPDATE users SET password_hash = $2 WHERE id = $1", user_id, password_hash
    )
    await connection.execute("DELETE FROM refresh_tokens WHERE user_id = $1", user_id)


async def save_refresh_token(connection: Connection, token: RefreshToken) -> None:
    """Adds a token that was just made."""
    await connection.execute(
        """INSERT INTO refresh_tokens (token_hash, family, user_id, business_id, expires_at)
           VALUES ($1, $2, $3, $4, $5)""",
        token.token_hash,
        token.family,
        token.user_id,
        token.business_id,
        token.expires_at,
    )


async def forget_expired(connection: Connection, user_id: str, now: datetime) -> None:
    """Drops the user's tokens that nobody can use any more."""
    await connection.execute(
        "DELETE FROM refresh_tokens WHERE user_id = $1 AND expires_at <= $2", user_id, now
    )


async def lock_refresh_token(connection: Connection, token_hash: bytes) -> RefreshToken | None:
    """The token, held until the transaction ends, so that two uses of it happen one by one."""
    row = await connection.fetchrow(
        """SELECT token_hash, family, user_id, business_id, expires_at, used
           FROM refresh_tokens WHERE token_hash = $1 FOR UPDATE""",
        token_hash,
    )
    return None if row is None else RefreshToken(**dict(row))


async def use_refresh_token(connection: Connection, token_hash: bytes) -> None:
    """Marks a token as used; seen again, it betrays a thief."""
    await connection.execute(
        "UPDATE refresh_tokens SET used = true WHERE token_hash = $1", token_hash
    )


async def end_family(connection: Connection, family: str) -> None:
    """Ends a login: none of its refresh tokens works any more."""
    await connection.execute("DELETE FROM refresh_tokens WHERE family = $1", family)
