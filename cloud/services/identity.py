"""People who sign in: email and password, then a refresh token that is replaced at each use."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta

import msgspec

from cloud.db.businesses import Membership, memberships_of
from cloud.db.identity import (
    RefreshToken,
    User,
    end_family,
    find_user,
    forget_expired,
    lock_refresh_token,
    save_refresh_token,
    set_password,
    use_refresh_token,
)
from cloud.db.pool import Connection, Pool, acquiring
from domain.clock import Clock
from domain.errors import FieldError, Forbidden, Invalid, NotFound, Unauthenticated
from domain.ids import Ids
from web.passwords import check_password, hash_password
from web.tokens import Claims

__all__ = ["REFRESH_TTL_S", "Identity", "Session"]

REFRESH_TTL_S = 30 * 24 * 3600  # an owner who looks in once a month stays signed in
MIN_PASSWORD = 8  # characters; the file that a business is loaded from takes no shorter one either
MAX_PASSWORD = 256  # characters; hashing is dear, so its input is bounded


class Session(msgspec.Struct, frozen=True):
    """Who signed in, and the refresh token that goes on from here. `claims` become an access
    token where HTTP signs them."""

    claims: Claims
    refresh_token: str


class Identity:
    """Signs people in and out. `new_secret` makes a text that nobody can guess."""

    def __init__(
        self,
        pool: Pool,
        clock: Clock,
        ids: Ids,
        new_secret: Callable[[], str] = secrets.token_urlsafe,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._ids = ids
        self._new_secret = new_secret

    async def login(self, email: str, password: str, business_id: str = "") -> Session:
        """A session in `business_id`, or in the first of the user's businesses.

        Raises `Unauthenticated` without saying which of the two is wrong, `Forbidden` where the
        user has no such business.
        """
        async with acquiring(self._pool) as connection:
            user = await find_user(connection, email.strip().lower())
        right = await asyncio.to_thread(_is_password, password, user)
        if user is None or not right:
            raise Unauthenticated("The email address or the password is wrong.")
        async with acquiring(self._pool) as connection, connection.transaction():
            membership = _chosen(await memberships_of(connection, user.id), business_id)
            await forget_expired(connection, user.id, self._clock.now())
            return await self._session(connection, user.id, membership, self._ids.new())

    async def refresh(self, refresh_token: str) -> Session:
        """The session gone on with, its token replaced, its role read afresh.

        Raises `Unauthenticated`. A token that was used before may be in a thief's hands: then
        every token of that login ends, the thief's included.
        """
        async with acquiring(self._pool) as connection, connection.transaction():
            token = await lock_refresh_token(connection, _hash(refresh_token))
            session = None
            if token is not None and token.used:
                await end_family(connection, token.family)
            elif token is not None and token.expires_at > self._clock.now():
                await use_refresh_token(connection, token.token_hash)
                memberships = await memberships_of(connection, token.user_id)
                membership = _chosen(memberships, token.business_id)
                session = await self._session(connection, token.user_id, membership, token.family)
        # Refused only out here: raised inside, it would take the end of the family back.
        if session is None:
            raise Unauthenticated("The refresh token is not valid any more; sign in again.")
        return session

    async def logout(self, refresh_token: str) -> None:
        """Ends the login that the token belongs to; an unknown one is none to end."""
        async with acquiring(self._pool) as connection, connection.transaction():
            token = await lock_refresh_token(connection, _hash(refresh_token))
            if token is not None:
                await end_family(connection, token.family)

    async def set_password(self, email: str, password: str) -> list[Membership]:
        """Gives the account another password and ends its logins; returns the businesses that it
        opens. Raises `NotFound`, `Invalid` where it is too short or too long."""
        if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
            takes = f"takes {MIN_PASSWORD} to {MAX_PASSWORD} characters"
            raise Invalid.of([FieldError("password", takes)])
        password_hash = await asyncio.to_thread(hash_password, password)
        async with acquiring(self._pool) as connection, connection.transaction():
            user = await find_user(connection, email.strip().lower())
            if user is None:
                raise NotFound(f"Nobody signs in as {email!r}.")
            await set_password(connection, user.id, password_hash)
            return await memberships_of(connection, user.id)

    async def businesses(self, user_id: str) -> list[Membership]:
        """The user's businesses and the role in each."""
        async with acquiring(self._pool) as connection:
            return await memberships_of(connection, user_id)

    async def _session(
        self, connection: Connection, user_id: str, membership: Membership, family: str
    ) -> Session:
        secret = self._new_secret()
        token = RefreshToken(
            token_hash=_hash(secret),
            family=family,
            user_id=user_id,
            business_id=membership.business_id,
            expires_at=self._clock.now() + timedelta(seconds=REFRESH_TTL_S),
        )
        await save_refresh_token(connection, token)
        return Session(Claims(user_id, membership.role, membership.business_id), secret)


def _is_password(password: str, user: User | None) -> bool:
    """Takes as long where there is no such user, so that the time doesn't tell."""
    stored = user.password_hash if user else _nobodys_hash()
    return check_password(password[:MAX_PASSWORD], stored)


@functools.cache
def _nobodys_hash() -> str:
    return hash_password("")


def _chosen(memberships: list[Membership], business_id: str) -> Membership:
    for membership in memberships:
        if business_id in ("", membership.business_id):
            return membership
    raise Forbidden("You have no such business.")


def _hash(secret: str) -> bytes:
    """A token is random, so a plain hash of it cannot be guessed back."""
    return hashlib.sha256(secret.encode()).digest()
