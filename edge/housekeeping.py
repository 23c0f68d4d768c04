"""What is done once a day, before the restaurant opens: a backup, and old print jobs go."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from domain.clock import iso
from edge.backups import backup
from edge.parts import Parts
from edge.store import print_jobs

__all__ = ["daily", "schedule"]

AT_HOUR, AT_MINUTE = 5, 30  # the last guests are gone, the cooks not yet there
LATE_S = 12 * 3600  # a machine that was asleep then still does it that day
KEEP_JOBS_DAYS = 30  # after that nobody asks any more what was printed when
KEEP_BACKUPS = 7


def schedule(scheduler: AsyncIOScheduler, parts: Parts) -> None:
    """Puts `daily` on the scheduler, at the machine's local time."""
    scheduler.add_job(
        daily,
        CronTrigger(hour=AT_HOUR, minute=AT_MINUTE),
        args=[parts],
        misfire_grace_time=LATE_S,
        coalesce=True,
    )


async def daily(parts: Parts) -> None:
    now = parts.clock.now()
    before = iso(now - timedelta(days=KEEP_JOBS_DAYS))
    await parts.store.write(lambda tx: print_jobs.delete_finished(tx, before))
    backups = parts.settings.data / "backups"
    await asyncio.to_thread(_keep_backup, parts.store.path, backups, now.date().isoformat())


def _keep_backup(database: Path, backups: Path, day: str) -> None:
    backups.mkdir(mode=0o700, exist_ok=True)
    backup(database, backups / f"edge-{day}.sqlite")
    for old in sorted(backups.glob("edge-*.sqlite"))[:-KEEP_BACKUPS]:
        old.unlink()
