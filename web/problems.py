"""Every error as `application/problem+json` (RFC 9457), in one place.

    Litestar(exception_handlers=handlers())

A `PanBotError` answers with its own status and fields; the framework's refusals are put into the
same shape; anything else is logged with its traceback and answers 500 without saying why.
"""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import (
    ClientException,
    HTTPException,
    MethodNotAllowedException,
    NotAuthorizedException,
    NotFoundException,
    PermissionDeniedException,
)
from litestar.types import ExceptionHandlersMap

from domain.errors import (
    FieldError,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    PanBotError,
    TooLarge,
    TooMany,
    Unauthenticated,
    problem,
)

__all__ = ["MEDIA_TYPE", "handlers", "problem_response", "unexpected"]

MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger(__name__)


class _MethodNotAllowed(PanBotError):
    status, code, title = 405, "method-not-allowed", "That method is not offered here"


def handlers() -> ExceptionHandlersMap:
    """The exception handlers for a Litestar application."""
    return {
        PanBotError: _ours,
        msgspec.ValidationError: _unreadable,
        HTTPException: _frameworks,
        Exception: unexpected,
    }


def problem_response(error: PanBotError, instance: str) -> Response[dict[str, Any]]:
    """The response for `error`; `instance` is the path that was asked for."""
    headers = {"WWW-Authenticate": "Bearer"} if error.status == Unauthenticated.status else None
    return Response(
        problem(error, instance=instance),
        status_code=error.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def _ours(request: Request[Any, Any, Any], error: PanBotError) -> Response[dict[str, Any]]:
    return problem_response(error, request.url.path)


def _unreadable(
    request: Request[Any, Any, Any], error: msgspec.ValidationError
) -> Response[dict[str, Any]]:
    return problem_response(Malformed(str(error)), request.url.path)


def _frameworks(request: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
    if error.status_code >= 500:
        return unexpected(request, error)
    return problem_response(_translated(error), request.url.path)


def _translated(error: HTTPException) -> PanBotError:
    match error:
        case NotFoundException():
            return NotFound("There is nothing at this address.")
        case MethodNotAllowedException():
            return _MethodNotAllowed(error.detail)
        case NotAuthorizedException():
            return Unauthenticated(error.detail)
        case PermissionDeniedException():
            return Forbidden(error.detail)
        case _ if error.status_code == TooLarge.status:
            return TooLarge("The request is larger than this service takes.")
        case _ if error.status_code == TooMany.status:
            return TooMany(error.detail)
        case ClientException() if isinstance(error.extra, list) and error.extra:
            return Invalid.of([_field(row) for row in error.extra])
        case _:
            return Malformed(error.detail)


def _field(row: Any) -> FieldError:
    """Litestar's validation row `{message, key, source}` as a field error."""
    if not isinstance(row, dict):
        return FieldError("body", str(row))
    return FieldError(str(row.get("key") or row.get("source") or "body"), str(row.get("message")))


def unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """The response for a mistake of ours, whose traceback goes to the log."""
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem_response(
        PanBotError("This was our mistake, and it is in the log. Nothing was changed by it."),
        request.url.path,
    )
