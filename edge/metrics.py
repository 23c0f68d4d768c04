"""What `/metrics` tells, in a registry of this edge's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from domain.clock import from_iso
from edge.store.announcements import Announcement, PrintJobWritten, RecordWritten
from edge.syncing import LOOPS, SyncStatus
from printing.queue import JobState
from sync.wire import Collection

__all__ = ["Metrics"]

_ORDER = Collection.ORDER


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
        self._waiting = self._sync_gauge("pending", "Records that wait to go up", "collection")
        self._oldest = self._sync_gauge(
            "oldest_seconds", "How long the oldest of them has waited", "collection"
        )
        self._quarantined = self._sync_gauge(
            "quarantined", "Records that the cloud does not take", "collection"
        )
        self._taken = self._sync_gauge(
            "last_taken_timestamp_seconds", "When the cloud last took one", "collection"
        )
        self._conflicts = self._sync_gauge("conflicts", "Conflicts that nobody has settled")
        self._lag = self._sync_gauge("feed_lag", "Changes that the feed was ahead")
        self._broken = self._sync_gauge("broken", "1 where this loop breaks on an error", "loop")
        self._set_aside = self._sync_gauge("set_aside", "Changes that could not be taken here")
        self._linked = self._sync_gauge("link_up", "1 where the cloud answered last time")

    def _sync_gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(f"panbot_edge_sync_{name}", says, labels, registry=self._registry)

    def heard(self, announcements: Sequence[Announcement]) -> None:
        """Called after each commit."""
        for one in announcements:
            if isinstance(one, PrintJobWritten):
                self._transitions[one.state].inc()
            elif isinstance(one, RecordWritten) and one.created and one.collection == _ORDER:
                self._orders.inc()

    def text(self, sync: SyncStatus, queue: Mapping[str, int]) -> bytes:
        """The page, in Prometheus's text format."""
        self._pending.set(sync.pending.count)
        self._failing.set(sync.pending.failing)
        for gauge in (self._waiting, self._oldest, self._quarantined, self._taken):
            gauge.clear()
        for one in sync.collections:
            self._waiting.labels(one.collection).set(one.pending)
            self._oldest.labels(one.collection).set(one.oldest_s)
            self._quarantined.labels(one.collection).set(one.quarantined)
            if one.last_taken:
                taken = from_iso(one.last_taken).timestamp()
                self._taken.labels(one.collection).set(taken)
        self._conflicts.set(sync.conflicts)
        self._lag.set(sync.lag)
        for loop in LOOPS:
            self._broken.labels(loop).set(loop in sync.broken)
        self._set_aside.set(len(sync.set_aside))
        self._linked.set(sync.link is not None and sync.link["push"] != "offline")
        for state in JobState:
            self._queue.labels(state.value).set(queue.get(state, 0))
        return generate_latest(self._registry)
