"""`auth/…`: people sign in, go on, sign out."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, Request, post
from litestar.di import NamedDependency
from litestar.params import RawBody

from cloud.routes.access import Failures
from cloud.services import Services, Session
from web.bodies import decode_body
from web.documented import takes
from web.tokens import ACCESS_TTL_S, Tokens

__all__ = ["Auth", "Login", "Refresh", "SignedIn"]


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`business_id` may be left out by whoever has only one."""

    email: str
    password: str
    business_id: str = ""


class Refresh(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    refresh_token: str


class SignedIn(msgspec.Struct, frozen=True):
    """`expires_in` is in seconds. The refresh token works once and brings the next one."""

    access_token: str
    refresh_token: str
    business_id: str
    role: str
    expires_in: int = ACCESS_TTL_S
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme


class Auth(Controller):
    path = "/auth"
    tags = ("auth",)

    @post("/login", status_code=200, operation_class=takes(Login))
    async def login(
        self,
        request: Request[Any, Any, Any],
        body: RawBody,
        services: NamedDependency[Services],
        tokens: NamedDependency[Tokens],
        failures: NamedDependency[Failures],
    ) -> SignedIn:
        """Email and password for an access token and a refresh token."""
        login = decode_body(body, Login)
        with failures.counted(request, login.email):
            session = await services.identity.login(login.email, login.password, login.business_id)
        return _signed_in(session, tokens)

    @post("/refresh", status_code=200, operation_class=takes(Refresh))
    async def refresh(
        self, body: RawBody, services: NamedDependency[Services], tokens: NamedDependency[Tokens]
    ) -> SignedIn:
        """The next access token and refresh token. One that was used before ends the login."""
        session = await services.identity.refresh(decode_body(body, Refresh).refresh_token)
        return _signed_in(session, tokens)

    @post("/logout", status_code=204, operation_class=takes(Refresh))
    async def logout(self, body: RawBody, services: NamedDependency[Services]) -> None:
        """Ends the login that the refresh token belongs to."""
        await services.identity.logout(decode_body(body, Refresh).refresh_token)


def _signed_in(session: Session, tokens: Tokens) -> SignedIn:
    claims = session.claims
    return SignedIn(tokens.issue(claims), session.refresh_token, claims.business_id, claims.role)
