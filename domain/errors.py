"""What can go wrong, as one tree, and its RFC 9457 form.

    PanBotError
    ├── Malformed             400  the request could not be read at all
    ├── Invalid               422  readable, but against the rules; names each field
    ├── Unauthenticated       401  no token, or one that is expired or forged
    ├── Forbidden             403  a valid token that does not reach this far
    ├── NotFound              404
    ├── Conflict              409  the present state does not allow it
    ├── VersionMismatch       412  someone was faster; carries what they wrote
    ├── TooLarge              413
    ├── UpgradeRequired       426  one side is too old to understand the other
    ├── PreconditionRequired  428  an edit that did not say what it is based on
    ├── TooMany               429
    └── Unavailable           503  a part that this needs is away; nothing was changed

The numbers are HTTP's because both programs answer over it; nothing here knows of a framework.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec

__all__ = [
    "Conflict",
    "FieldError",
    "Forbidden",
    "Invalid",
    "Malformed",
    "NotFound",
    "PanBotError",
    "PreconditionRequired",
    "TooLarge",
    "TooMany",
    "Unauthenticated",
    "Unavailable",
    "UpgradeRequired",
    "VersionMismatch",
    "problem",
]


class FieldError(msgspec.Struct, frozen=True):
    """One thing wrong with one field.

    `field` is a path as a person would write it: `lines[0].qty`. `message` says what is
    allowed, in words that a caller, a waiter or a model can act on.
    """

    field: str
    message: str


class PanBotError(Exception):
    """The root: `detail` is for people; `fields` and `extra` are for programs."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something broke on our side"

    def __init__(
        self,
        detail: str,
        *,
        fields: Sequence[FieldError] = (),
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = tuple(fields)
        self.extra = dict(extra or {})


class Malformed(PanBotError):
    status, code, title = 400, "malformed", "The request could not be read"


class Invalid(PanBotError):
    """Readable, but against the rules. `Invalid.of(errors)` builds one from field errors."""

    status, code, title = 422, "invalid", "Some fields are not acceptable"

    @classmethod
    def of(cls, errors: Sequence[FieldError]) -> Invalid:
        return cls("; ".join(f"{e.field}: {e.message}" for e in errors), fields=errors)


class Unauthenticated(PanBotError):
    status, code, title = 401, "unauthenticated", "Sign in first"


class Forbidden(PanBotError):
    status, code, title = 403, "forbidden", "Not allowed"


class NotFound(PanBotError):
    status, code, title = 404, "not-found", "No such thing"


class Conflict(PanBotError):
    status, code, title = 409, "conflict", "The present state does not allow it"


class VersionMismatch(PanBotError):
    """Someone was faster. `version` and `current` are what stands now, to merge with."""

    status, code, title = 412, "version-mismatch", "Someone changed it in the meantime"

    def __init__(self, detail: str, *, version: int, current: Mapping[str, Any] | None) -> None:
        super().__init__(detail, extra={"version": version, "current": current})
        self.version = version
        self.current = current


class TooLarge(PanBotError):
    status, code, title = 413, "too-large", "That is too large"


class UpgradeRequired(PanBotError):
    status, code, title = 426, "upgrade-required", "One side is too old for the other"


class PreconditionRequired(PanBotError):
    status, code, title = 428, "precondition-required", "Say which version this is based on"


class TooMany(PanBotError):
    status, code, title = 429, "too-many", "Too many requests"


class Unavailable(PanBotError):
    status, code, title = 503, "unavailable", "A part that this needs is away"


def problem(error: PanBotError, *, instance: str) -> dict[str, Any]:
    """The RFC 9457 object for `error`; `instance` is the path that was asked for.

    Shape: `{type, title, status, detail, instance, errors?: [{field, message}], …extra}`.
    """
    body: dict[str, Any] = {
        "type": f"urn:panbot:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "instance": instance,
    }
    if error.fields:
        body["errors"] = [{"field": e.field, "message": e.message} for e in error.fields]
    return body | error.extra
