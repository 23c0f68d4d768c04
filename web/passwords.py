"""Passwords and PINs, kept as scrypt hashes: `scrypt$16384$8$1$SALT$HASH`, salt and hash in hex."""

from __future__ import annotations

import hashlib
import hmac
import secrets

__all__ = ["check_password", "hash_password"]

# 16 MB and about 30 ms: dear to guess, bearable for a waiter signing in on a small computer.
_N, _R, _P = 2**14, 8, 1
_SALT_BYTES = 16


def hash_password(text: str) -> str:
    """`text` as a hash to store."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"scrypt${_N}${_R}${_P}${salt.hex()}${_hash(text, salt, _N, _R, _P).hex()}"


def check_password(text: str, stored: str) -> bool:
    """True where `text` is what was hashed; a `stored` that is no hash is False."""
    try:
        scheme, n, r, p, salt, expected = stored.split("$")
        if scheme != "scrypt":
            return False
        actual = _hash(text, bytes.fromhex(salt), int(n), int(r), int(p))
        return hmac.compare_digest(actual, bytes.fromhex(expected))
    except ValueError:
        return False


def _hash(text: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(text.encode(), salt=salt, n=n, r=r, p=p)
