"""Access tokens: JWTs, HMAC SHA-256, signed and checked by one program for itself.

Written out here: a library for it brings all of public-key cryptography along, 10 MB of an edge's
memory, and a token of another algorithm than this one is no token to us.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime

import msgspec
from msgspec.structs import asdict

from domain.clock import Clock
from domain.errors import Unauthenticated

__all__ = ["ACCESS_TTL_S", "MIN_SECRET_BYTES", "Claims", "Tokens"]

ACCESS_TTL_S = 15 * 60  # short, because a token cannot be called back
MIN_SECRET_BYTES = 32  # RFC 7518: an HMAC key at least as long as the hash
_LEEWAY_S = 5  # clocks of two machines on one LAN differ by less


class Claims(msgspec.Struct, frozen=True):
    """`role` is `staff`, `owner` or `admin`; `kind` is `user` or `device`."""

    sub: str
    role: str
    business_id: str
    kind: str = "user"


class _Payload(Claims, frozen=True):
    """What stands in a token; times are seconds since 1970."""

    exp: int = 0  # a token that does not say it has expired long ago
    iat: int = 0


class Tokens:
    """Issues and checks tokens. `secret` has at least `MIN_SECRET_BYTES` bytes."""

    def __init__(self, secret: str, clock: Clock) -> None:
        if len(secret.encode()) < MIN_SECRET_BYTES:
            raise ValueError(f"the token secret needs at least {MIN_SECRET_BYTES} bytes")
        self._secret = secret.encode()
        self._clock = clock

    def issue(self, claims: Claims, ttl_s: int = ACCESS_TTL_S) -> str:
        """A token that says `claims` and is good for `ttl_s` seconds from now."""
        now = int(self._clock.now().timestamp())
        payload = _Payload(**asdict(claims), iat=now, exp=now + ttl_s)
        signed = b".".join((_HEADER, _encoded(msgspec.json.encode(payload))))
        return b".".join((signed, self._signature(signed))).decode()

    def verify(self, token: str) -> Claims:
        """What `token` says. Raises `Unauthenticated` where it is forged, expired or unreadable."""
        signed, _, signature = token.encode(errors="replace").rpartition(b".")
        header, _, body = signed.partition(b".")
        # The header is ours to the byte: whoever asks for "none" or another key asks in vain.
        if header != _HEADER or not hmac.compare_digest(signature, self._signature(signed)):
            raise Unauthenticated("The access token is not valid.")
        try:
            payload = msgspec.json.decode(_decoded(body), type=_Payload)
            expires = datetime.fromtimestamp(payload.exp, UTC)
        except (msgspec.DecodeError, binascii.Error, ValueError, OverflowError, OSError) as error:
            raise Unauthenticated("The access token is not valid.") from error
        if (self._clock.now() - expires).total_seconds() > _LEEWAY_S:
            raise Unauthenticated("The access token has expired; refresh it.")
        return Claims(payload.sub, payload.role, payload.business_id, payload.kind)

    def _signature(self, signed: bytes) -> bytes:
        return _encoded(hmac.digest(self._secret, signed, "sha256"))


def _encoded(raw: bytes) -> bytes:
    """Base64 for addresses without its padding, as RFC 7515 has it."""
    return urlsafe_b64encode(raw).rstrip(b"=")


def _decoded(text: bytes) -> bytes:
    return urlsafe_b64decode(text + b"=" * (-len(text) % 4))


_HEADER = _encoded(b'{"alg":"HS256","typ":"JWT"}')
