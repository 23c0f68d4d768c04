"""Appliances: paired once with a code that the owner reads out, then known by a secret.

The secret is long-lived. A token that is replaced at each use would lock an appliance out for good
when a reply is lost, and nobody is there to sign it in again.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec

from cloud.db.devices import Device, find_device, redeem_code, save_code, save_device
from cloud.db.pool import Pool, acquiring
from cloud.db.records import lock_business
from domain.clock import Clock, iso
from domain.errors import FieldError, Invalid, Unauthenticated
from domain.ids import Ids
from web.tokens import Claims

__all__ = ["ALPHABET", "CODE_TTL_S", "Devices", "Paired", "PairingCode"]

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 and O, no 1, I and L: it is read out
CODE_LENGTH = 8  # 31^8 codes, against the few guesses that fit into its life
CODE_TTL_S = 10 * 60  # enough to walk from the office to the kitchen
MAX_NAME = 80  # characters
ROLE = "staff"  # what a device may do besides syncing


class PairingCode(msgspec.Struct, frozen=True):
    """`expires_at` is RFC 3339."""

    code: str
    expires_at: str


class Paired(msgspec.Struct, frozen=True):
    """What a device keeps. The secret is shown here and never again."""

    device_id: str
    device_secret: str
    business_id: str


class Devices:
    """Pairs devices and signs them in. `choose` takes one letter, `new_secret` makes a text that
    nobody can guess."""

    def __init__(
        self,
        pool: Pool,
        clock: Clock,
        ids: Ids,
        *,
        choose: Callable[[Sequence[str]], str] = secrets.choice,
        new_secret: Callable[[], str] = secrets.token_urlsafe,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._ids = ids
        self._choose = choose
        self._new_secret = new_secret

    async def pairing_code(self, business_id: str) -> PairingCode:
        """A code that pairs one device with the business within `CODE_TTL_S`. Raises
        `NotFound`."""
        code = "".join(self._choose(ALPHABET) for _ in range(CODE_LENGTH))
        now = self._clock.now()
        expires: datetime = now + timedelta(seconds=CODE_TTL_S)
        async with acquiring(self._pool) as connection, connection.transaction():
            await lock_business(connection, business_id)
            await save_code(connection, _hash(code), business_id, expires_at=expires, now=now)
        return PairingCode(code, iso(expires))

    async def pair(self, code: str, name: str) -> Paired:
        """Uses the code up and makes the device. Case, spaces and hyphens don't matter.

        Raises `Unauthenticated` where the code is wrong, used or expired.
        """
        if not 0 < len(name.strip()) <= MAX_NAME:
            raise Invalid.of([FieldError("name", f"takes 1 to {MAX_NAME} characters")])
        plain = code.upper().replace("-", "").replace(" ", "")
        async with acquiring(self._pool) as connection, connection.transaction():
            business_id = await redeem_code(connection, _hash(plain), self._clock.now())
            if business_id is None:
                raise Unauthenticated("That pairing code is wrong, used or expired.")
            secret = self._new_secret()
            device = Device(self._ids.new(), business_id, name.strip(), _hash(secret))
            await save_device(connection, device, self._clock.now())
        return Paired(device.id, secret, business_id)

    async def sign_in(self, device_id: str, device_secret: str) -> Claims:
        """Who the device is, to be signed as an access token. Raises `Unauthenticated`."""
        async with acquiring(self._pool) as connection:
            device = await find_device(connection, device_id)
        if device is None or not hmac.compare_digest(device.secret_hash, _hash(device_secret)):
            raise Unauthenticated("The device or its secret is not known; pair it again.")
        return Claims(device.id, ROLE, device.business_id, kind="device")


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
