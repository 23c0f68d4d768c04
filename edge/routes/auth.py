"""`auth/…`: signing in with a PIN, which works with no internet."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Controller, Request, Response, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import RawBody

from domain.codec import decode
from domain.errors import Invalid, Unauthenticated
from edge.access import COOKIE, Right, need_sign_in, rights_of
from edge.parts import Parts
from edge.routes.answers import SignedIn
from edge.store import records
from sync.wire import Collection
from web.bodies import decode_body
from web.documented import takes
from web.passwords import check_password
from web.tokens import ACCESS_TTL_S, Claims

__all__ = ["Auth", "Login", "Token"]

MAX_PIN = 64  # characters; hashing a long text costs time


class Staff(msgspec.Struct, frozen=True):
    """What signing in needs of the record `staff/{id}`."""

    id: str
    name: str
    role: str = "staff"
    pin_hash: str = ""


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`staff_id` may be left out: then the PIN says who it is."""

    pin: str
    staff_id: str = ""


class Token(msgspec.Struct, frozen=True):
    """`expires_in` is in seconds. `rights` are what this person may do beyond the others."""

    access_token: str
    staff_id: str
    role: str
    name: str = ""
    rights: tuple[Right, ...] = ()
    expires_in: int = ACCESS_TTL_S
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme


class Auth(Controller):
    path = "/auth"
    tags = ("auth",)

    @post("/login", status_code=200, operation_class=takes(Login))
    async def login(
        self, request: Request[Any, Any, Any], body: RawBody, parts: NamedDependency[Parts]
    ) -> Response[Token]:
        """Signs in. The token is in the answer, and in a cookie that scripts cannot read."""
        login = decode_body(body, Login)
        address = request.client.host if request.client else ""
        staff = [one for one in await _staff(parts) if login.staff_id in ("", one.id)]
        async with parts.attempts.counted(address):
            who = await asyncio.to_thread(_whose, login.pin[:MAX_PIN], staff)
            if who is None:
                raise Unauthenticated("That PIN is not known here.")
        return await _signed_in(parts, who)

    @post("/refresh", status_code=200, middleware=[need_sign_in])
    async def refresh(self, request: SignedIn, parts: NamedDependency[Parts]) -> Response[Token]:
        """A fresh token for one that is still good, as long as its owner is on the staff."""
        who = next((one for one in await _staff(parts) if one.id == request.user.sub), None)
        if who is None:
            raise Unauthenticated("You are not on the staff any more.")
        return await _signed_in(parts, who)

    @post("/logout", status_code=204)
    async def logout(self) -> Response[None]:
        """Takes the cookie away."""
        response = Response(None, status_code=204)
        response.delete_cookie(COOKIE, path="/")
        return response


async def _staff(parts: Parts) -> list[Staff]:
    """Those who may sign in; a record that cannot be read is nobody."""
    found = []
    for record in await parts.store.read(lambda db: records.all_of(db, Collection.STAFF)):
        try:
            found.append(decode(record.data, Staff))
        except Invalid:
            continue
    return found


def _whose(pin: str, staff: Sequence[Staff]) -> Staff | None:
    """The first whose PIN it is; a hash takes 30 ms, so this belongs in a thread."""
    return next((one for one in staff if check_password(pin, one.pin_hash)), None)


async def _signed_in(parts: Parts, who: Staff) -> Response[Token]:
    restaurant = await parts.house.now()
    claims = Claims(who.id, who.role, restaurant.business_id)
    token = parts.sessions.issue(claims)
    rights = await parts.store.read(lambda db: rights_of(db, claims))
    cookie = Cookie(
        COOKIE, path="/", value=token, max_age=ACCESS_TTL_S, httponly=True, samesite="strict"
    )
    return Response(Token(token, who.id, who.role, who.name, rights), cookies=[cookie])
