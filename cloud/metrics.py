"""What the cloud counts, for Prometheus."""

from __future__ import annotations

from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from cloud.services import Services
from domain.clock import Clock

__all__ = ["Metrics"]


class Metrics:
    """One registry for each application, so that two in one process don't share their counts."""

    def __init__(self, services: Services) -> None:
        self._clock: Clock = services.clock
        self.registry = CollectorRegistry()
        self.orders = Counter(
            "panbot_orders_placed", "Orders placed over HTTP.", ["created"], registry=self.registry
        )
        self.verdicts = Counter(
            "panbot_sync_verdicts", "Verdicts on pushed items.", ["outcome"], registry=self.registry
        )
        self.requests = Histogram(
            "panbot_http_request_seconds",
            "Requests by route and status; a long poll counts its waiting.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        waiters = Gauge("panbot_feed_waiters", "Long polls waiting now.", registry=self.registry)
        waiters.set_function(lambda: services.feed.waiters)
        listening = Gauge(
            "panbot_feed_listening", "1 while the feed's connection is up.", registry=self.registry
        )
        listening.set_function(lambda: float(services.feed.listening.is_set()))

    def middleware(self, app: ASGIApp) -> ASGIApp:
        """Times each request by the template of its route, so that ids make no new series."""

        async def timed(scope: Scope, receive: Receive, send: Send) -> None:
            status = 500

            async def noting(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            started = self._clock.monotonic()
            try:
                await app(scope, receive, noting)
            finally:
                self.requests.labels(
                    scope.get("method", ""), scope.get("path_template", ""), str(status)
                ).observe(self._clock.monotonic() - started)

        return timed
