"""The name and the password that a printer asks for."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated

import msgspec
from msgspec import Meta

__all__ = ["Login"]

MAX_LENGTH = 200


class Login(msgspec.Struct, frozen=True):
    """Basic authentication (RFC 7617). It is no part of a printer's record, which is shown, sent
    to the cloud and kept there."""

    # What follows a colon is the password; control characters are in neither.
    username: Annotated[str, Meta(max_length=MAX_LENGTH, pattern=r"^[^:\x00-\x1f\x7f]+$")]
    password: Annotated[str, Meta(max_length=MAX_LENGTH, pattern=r"^[^\x00-\x1f\x7f]+$")]

    @property
    def authorization(self) -> str:
        """The header's value."""
        return f"Basic {b64encode(f'{self.username}:{self.password}'.encode()).decode()}"

    def __repr__(self) -> str:
        return f"Login({self.username!r}, …)"  # it may stand in a log, its password may not
