"""`devices/…`: an appliance is paired with a code, and signs in with what it got for it."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, Request, post
from litestar.di import NamedDependency
from litestar.params import RawBody

from cloud.routes.access import Failures, need_owner
from cloud.services import Paired, PairingCode, Services
from web.bodies import decode_body
from web.documented import takes
from web.tokens import ACCESS_TTL_S, Claims, Tokens

__all__ = ["DeviceSecret", "DeviceToken", "Devices", "Pairing"]


class Pairing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name: str


class DeviceSecret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    device_id: str
    device_secret: str


class DeviceToken(msgspec.Struct, frozen=True):
    """`expires_in` is in seconds."""

    access_token: str
    business_id: str
    expires_in: int = ACCESS_TTL_S
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme


class Devices(Controller):
    path = "/devices"
    tags = ("devices",)

    @post("/pairing-codes")
    async def pairing_code(
        self, caller: NamedDependency[Claims], services: NamedDependency[Services]
    ) -> PairingCode:
        """A code that pairs one device with the owner's business within ten minutes."""
        need_owner(caller)
        return await services.devices.pairing_code(caller.business_id)

    @post("/pair", operation_class=takes(Pairing))
    async def pair(
        self,
        request: Request[Any, Any, Any],
        body: RawBody,
        services: NamedDependency[Services],
        failures: NamedDependency[Failures],
    ) -> Paired:
        """Uses a pairing code up. The secret in the answer is shown only here."""
        pairing = decode_body(body, Pairing)
        with failures.counted(request, ""):
            return await services.devices.pair(pairing.code, pairing.name)

    @post("/token", status_code=200, operation_class=takes(DeviceSecret))
    async def token(
        self,
        request: Request[Any, Any, Any],
        body: RawBody,
        services: NamedDependency[Services],
        tokens: NamedDependency[Tokens],
        failures: NamedDependency[Failures],
    ) -> DeviceToken:
        """An access token for a paired device."""
        known = decode_body(body, DeviceSecret)
        with failures.counted(request, known.device_id):
            claims = await services.devices.sign_in(known.device_id, known.device_secret)
        return DeviceToken(tokens.issue(claims), claims.business_id)
