"""The parts of a running edge, as the routes are handed them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from domain.clock import Clock
from domain.ids import Ids
from edge.access import Sessions
from edge.announcing import Announcer
from edge.attempts import Attempts
from edge.events import Broadcaster
from edge.finding import Finder
from edge.house import House
from edge.lines import Lines
from edge.metrics import Metrics
from edge.settings import EdgeSettings
from edge.spooler import Spooler
from edge.store.edits import Stamps
from edge.store.store import Store
from edge.syncing import Syncing
from edge.watch import Watch

__all__ = ["Parts"]


@dataclass(frozen=True)
class Parts:
    """Made and wired in `edge.app`, and nowhere else."""

    settings: EdgeSettings
    clock: Clock
    ids: Ids
    stamp: Stamps
    store: Store
    house: House
    broadcaster: Broadcaster
    spooler: Spooler
    lines: Lines
    watch: Watch
    finder: Finder
    announcer: Announcer
    syncing: Syncing
    sessions: Sessions
    attempts: Attempts
    metrics: Metrics
    stop: asyncio.Event
