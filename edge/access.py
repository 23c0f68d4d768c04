"""Who may do what: a token in a header or in a cookie, checked before every route but the sign-in.

A cookie goes along with whatever a browser sends here, so a write that rests on one must come from
one of our own pages.
"""

from __future__ import annotations

import sqlite3
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from domain.clock import Clock
from domain.errors import Forbidden, Unauthenticated
from edge.store import records
from sync.wire import Collection
from web.tokens import Claims, Tokens

__all__ = [
    "COOKIE",
    "LOCAL_CLI",
    "Right",
    "Sessions",
    "is_owner",
    "need_owner",
    "need_right",
    "need_sign_in",
    "rights_of",
]

COOKIE = "panbot_edge"
LOCAL_CLI = "local-cli"  # the `sub` of the command line on this machine, which reads the secret

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_OWNERS = frozenset({"owner", "admin"})


class Right(StrEnum):
    """What an owner may do, and staff whose record says so by this name."""

    OPEN_DRAWER = "may_open_drawer"
    SET_UP_PRINTERS = "may_set_up_printers"
    REFUND = "may_refund"


_NOT_YOURS = {
    Right.OPEN_DRAWER: "You may not open the drawer: the owner can allow it.",
    Right.REFUND: "You may not correct payments or give money back: the owner can allow it.",
    Right.SET_UP_PRINTERS: "You may not set up printers: the owner can allow it.",
}

REMEMBER_S = 5.0  # that a token was good: checking one costs as much as placing an order
REMEMBER_MOST = 256  # tokens; a restaurant has some dozen terminals

Connection = ASGIConnection[Any, Any, Any, Any]


class Sessions:
    """Checks access tokens, and one that was good not again for `REMEMBER_S`."""

    def __init__(self, tokens: Tokens, clock: Clock) -> None:
        self._tokens = tokens
        self._clock = clock
        self._good: dict[str, tuple[float, Claims]] = {}

    def issue(self, claims: Claims) -> str:
        return self._tokens.issue(claims)

    def verify(self, token: str) -> Claims:
        """What `token` says. Raises `Unauthenticated`."""
        now = self._clock.monotonic()
        until, claims = self._good.get(token, (now, None))
        if claims is None or until <= now:
            claims = self._tokens.verify(token)
            if len(self._good) >= REMEMBER_MOST:
                self._good.clear()
            self._good[token] = (now + REMEMBER_S, claims)
        return claims


def need_sign_in(app: ASGIApp) -> ASGIApp:
    """Middleware: sets `request.user` to the `Claims`. Raises `Unauthenticated`, `Forbidden`.

    Not a guard, for which Litestar copies the handler at each request.
    """

    async def signed_in(scope: Scope, receive: Receive, send: Send) -> None:
        sessions: Sessions = scope["litestar_app"].state.parts.sessions
        scope["user"] = sessions.verify(_bearer(scope) or _cookie(ASGIConnection(scope)))
        await app(scope, receive, send)

    return signed_in


def is_owner(claims: Claims) -> bool:
    return claims.role in _OWNERS


def rights_of(db: sqlite3.Connection, who: Claims) -> tuple[Right, ...]:
    """Looked up at each use: a token outlives a right that was taken away."""
    if is_owner(who):
        return tuple(Right)
    staff = records.find(db, Collection.STAFF, who.sub)
    if staff is None or staff.deleted:
        return ()
    return tuple(right for right in Right if staff.data.get(right) is True)


def need_right(db: sqlite3.Connection, who: Claims, right: Right) -> None:
    """Raises `Forbidden`."""
    if right not in rights_of(db, who):
        raise Forbidden(_NOT_YOURS[right])


async def need_owner(connection: Connection, _: BaseRouteHandler) -> None:
    """A guard, behind `need_sign_in`. Raises `Forbidden`."""
    if not is_owner(connection.scope["user"]):
        raise Forbidden("This is the owner's.")


def _bearer(scope: Scope) -> str:
    """The token of the header. Read as it came: to take all headers apart costs more than the
    rest of the sign-in."""
    found = (value for name, value in scope["headers"] if name == b"authorization")
    scheme, _, token = next(found, b"").decode("latin-1").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _cookie(connection: Connection) -> str:
    token = connection.cookies.get(COOKIE, "")
    if not token:
        raise Unauthenticated("Sign in with your PIN.")
    if connection.scope.get("method") not in _READING:
        _need_own_page(connection)
    return token


def _need_own_page(connection: Connection) -> None:
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        if site in ("same-origin", "none"):
            return
    elif urlsplit(connection.headers.get("origin", "")).netloc == connection.headers.get("host"):
        return
    raise Forbidden("A write with a cookie must come from the edge's own pages.")
