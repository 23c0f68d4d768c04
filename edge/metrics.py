"""What `/metrics` tells, in a registry of this edge's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from edge.store.announcements import Announcement, PrintJobWritten
from edge.store.pending import Backlog
from printing.queue import JobState
from sync.wire import Collection

__all__ = ["Metrics"]


class Metrics:
    """Counters move with each commit; gauges are set when someone asks."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._orders = Counter(
            "panbot_edge_orders", "Orders that were new to this edge", registry=self._registry
        )
        transitions = Counter(
            "panbot_edge_print_job_transitions",
            "Print jobs that came into a state",
            ["state"],
            registry=self._registry,
        )
        self._transitions = {state.value: transitions.labels(state.value) for state in JobState}
        self._queue = Gauge(
            "panbot_edge_print_jobs", "Print jobs by state", ["state"], registry=self._registry
        )
        self._pending = Gauge(
            "panbot_edge_pending",
            "Records that the cloud has not been told",
            registry=self._registry,
        )
        self._failing = Gauge(
            "panbot_edge_pending_failing", "Of those, tried in vain", registry=self._registry
        )

    def heard(self, announcements: Sequence[Announcement]) -> None:
        """Called after each commit."""
        for one in announcements:
            if isinstance(one, PrintJobWritten):
                self._transitions[one.state].inc()
            elif one.created and one.collection == Collection.ORDER:
                self._orders.inc()

    def text(self, backlog: Backlog, queue: Mapping[str, int]) -> bytes:
        """The page, in Prometheus's text format."""
        self._pending.set(backlog.count)
        self._failing.set(backlog.failing)
        for state in JobState:
            self._queue.labels(state.value).set(queue.get(state, 0))
        return generate_latest(self._registry)
