"""The cloud's HTTP application: the one place that wires routes, services and errors together."""

from __future__ import annotations

from typing import Any

import asyncpg
from litestar import Litestar, Request, Response, Router
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.types import ExceptionHandlersMap

from cloud.metrics import Metrics
from cloud.routes.access import Failures, caller_of
from cloud.routes.auth import Auth
from cloud.routes.businesses import Businesses
from cloud.routes.calls import Calls
from cloud.routes.conflicts import Conflicts
from cloud.routes.devices import Devices
from cloud.routes.messages import Messages
from cloud.routes.operations import health, metrics_page, ready
from cloud.routes.sync import edges
from cloud.services import Services
from domain.errors import Malformed, Unavailable
from web import openapi, problems
from web.bodies import MAX_BODY_BYTES
from web.tokens import Tokens

__all__ = ["create_app"]

API_VERSION = "1"
GZIP_LEVEL = 6  # a page of 500 orders: 750 kB become 84 kB in some 10 ms
GZIP_FROM_BYTES = 1024  # below, the packet is no smaller


def create_app(services: Services, *, secret: str) -> Litestar:
    """The application over `services`, which the caller opens and closes. `secret` signs access
    tokens; ValueError where it is too short."""
    tokens = Tokens(secret, services.clock)
    metrics = Metrics(services)
    failures = Failures(services.clock)
    api = Router(
        "/api/v1",
        route_handlers=[Auth, Businesses, Calls, Conflicts, Devices, Messages, edges()],
    )
    return Litestar(
        route_handlers=[api, health, ready, metrics_page, openapi.assets()],
        dependencies={
            "services": _always(services),
            "tokens": _always(tokens),
            "metrics": _always(metrics),
            "failures": _always(failures),
            "caller": Provide(caller_of(tokens), sync_to_thread=False),
        },
        middleware=[metrics.middleware],
        exception_handlers={**problems.handlers(), **_more_errors()},
        request_max_body_size=MAX_BODY_BYTES,
        compression_config=CompressionConfig(
            "gzip", minimum_size=GZIP_FROM_BYTES, gzip_compress_level=GZIP_LEVEL
        ),
        openapi_config=openapi.config("PanBot cloud", API_VERSION),
        logging_config=None,  # the program that serves decides where its log goes
    )


def _always(value: Any) -> Provide:
    """A dependency that is the same for every request."""

    def provide() -> Any:
        return value

    return Provide(provide, sync_to_thread=False)


def _more_errors() -> ExceptionHandlersMap:
    """What is not our mistake either: a text that PostgreSQL cannot store (a NUL in an address),
    and a database that is away."""
    away = (
        OSError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,  # said where the server is killed in the middle of an answer
        asyncpg.InsufficientResourcesError,
        asyncpg.OperatorInterventionError,
        asyncpg.PostgresConnectionError,
    )
    return {asyncpg.DataError: _unstorable, **dict.fromkeys(away, _away)}


def _unstorable(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    refusal = Malformed("It holds a character that cannot be stored.")
    return problems.problem_response(refusal, request.url.path)


def _away(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    refusal = Unavailable("The database is away for a moment; try again.")
    return problems.problem_response(refusal, request.url.path)
