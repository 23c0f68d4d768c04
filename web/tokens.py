"""Access tokens: JWTs, HMAC SHA-256, signed and checked by one program for itself."""

from __future__ import annotations

from datetime import UTC, datetime

import jwt
import msgspec

from domain.clock import Clock
from domain.errors import Unauthenticated

__all__ = ["ACCESS_TTL_S", "MIN_SECRET_BYTES", "Claims", "Tokens"]

ACCESS_TTL_S = 15 * 60  # short, because a token cannot be called back
MIN_SECRET_BYTES = 32  # RFC 7518: an HMAC key at least as long as the hash
_ALGORITHM = "HS256"
_LEEWAY_S = 5  # clocks of two machines on one LAN differ by less


class Claims(msgspec.Struct, frozen=True):
    """`role` is `staff`, `owner` or `admin`; `kind` is `user` or `device`."""

    sub: str
    role: str
    business_id: str
    kind: str = "user"


class Tokens:
    """Issues and checks tokens. `secret` has at least `MIN_SECRET_BYTES` bytes."""

    def __init__(self, secret: str, clock: Clock) -> None:
        if len(secret.encode()) < MIN_SECRET_BYTES:
            raise ValueError(f"the token secret needs at least {MIN_SECRET_BYTES} bytes")
        self._secret = secret
        self._clock = clock

    def issue(self, claims: Claims, ttl_s: int = ACCESS_TTL_S) -> str:
        """A token that says `claims` and is good for `ttl_s` seconds from now."""
        now = int(self._clock.now().timestamp())
        payload = {**msgspec.to_builtins(claims), "iat": now, "exp": now + ttl_s}
        return jwt.encode(payload, self._secret, algorithm=_ALGORITHM)

    def verify(self, token: str) -> Claims:
        """What `token` says. Raises `Unauthenticated` where it is forged, expired or unreadable."""
        try:
            payload = jwt.decode(
                token,
                self._secret,
                algorithms=[_ALGORITHM],
                # The expiry is checked below, against the clock that was handed in.
                options={"require": ["exp", "sub"], "verify_exp": False, "verify_iat": False},
            )
            claims = msgspec.convert(payload, Claims)
            expires = datetime.fromtimestamp(int(payload["exp"]), UTC)
        except (jwt.InvalidTokenError, msgspec.ValidationError, ValueError) as error:
            raise Unauthenticated("The access token is not valid.") from error
        if (self._clock.now() - expires).total_seconds() > _LEEWAY_S:
            raise Unauthenticated("The access token has expired; refresh it.")
        return claims
