"""What whoever operates the service looks at: `/health`, `/ready`, `/metrics`."""

from __future__ import annotations

import asyncpg
from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from cloud.metrics import Metrics
from cloud.services import Services
from domain.errors import Unavailable

__all__ = ["health", "metrics_page", "ready"]


@get("/health", tags=["operations"])
async def health() -> dict[str, str]:
    """The process is alive."""
    return {"status": "ok"}


@get("/ready", tags=["operations"])
async def ready(services: NamedDependency[Services]) -> dict[str, str]:
    """The database answers and has every migration."""
    try:
        pending = await services.pending_migrations()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Unavailable("The database does not answer.") from error
    if pending:
        raise Unavailable(
            f"The database lacks {len(pending)} migrations: run `panbot cloud migrate`."
        )
    return {"status": "ok"}


@get("/metrics", media_type=MediaType.TEXT, tags=["operations"])
async def metrics_page(metrics: NamedDependency[Metrics]) -> Response[bytes]:
    """Counters for Prometheus."""
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)
