"""A new edge brings everything that a restaurant has: 10,000 records.

The floor reads the same rows from PostgreSQL and writes them to SQLite, with nothing in between.
"""

from __future__ import annotations

import random
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.figure import Figure
from bench.stack import cloud, restaurant_file
from bench.sync.documents import Json, customer, done, order
from bench.sync.edges import edge_at, until
from cloud.db.pool import connect
from domain.clock import SystemClock
from domain.codec import encode
from domain.ids import UuidV7
from sync.wire import Collection

RECORDS = 10_000
ORDERS = 7_000  # of them, all done; the others are customers
BUSINESS = "bootstrap"


async def run(folder: Path, database_url: str) -> list[Figure]:
    restaurant = restaurant_file(BUSINESS, {}, {})
    async with cloud(folder, database_url, restaurant) as running:
        await _fill(database_url)
        floor_s = await _floor(folder, database_url)
        async with edge_at(folder / "edge") as edge:
            code = await running.pairing_code()
            began = time.perf_counter()
            await edge.syncing.pair(code, running.url)
            await until(edge, lambda status: status.cursor > RECORDS and status.lag == 0)
            took_s = time.perf_counter() - began
    return [Figure(f"bootstrap of {RECORDS:,} records", took_s, "s", floor_s, "under 3")]


async def _fill(database_url: str) -> None:
    """Adds the records to what the restaurant has, as `records.put` would."""
    connection = await connect(database_url)
    now = datetime.now(UTC)
    seq = await connection.fetchval("SELECT seq FROM businesses WHERE id = $1", BUSINESS)
    rows = [
        (BUSINESS, collection, data["id"], data, seq + n, now)
        for n, (collection, data) in enumerate(_records(now), start=1)
    ]
    await connection.executemany(
        """INSERT INTO records
             (business_id, collection, key, version, data, seq, updated_at, updated_by)
           VALUES ($1, $2, $3, 1, $4, $5, $6, 'bench')""",
        rows,
    )
    await connection.execute(
        "UPDATE businesses SET seq = $2 WHERE id = $1", BUSINESS, seq + RECORDS
    )
    await connection.close()


def _records(now: datetime) -> list[tuple[str, Json]]:
    chance, ids = random.Random(1), UuidV7(SystemClock())
    weeks = [now - timedelta(minutes=10 * n) for n in range(ORDERS)]
    orders = [encode(done(order(chance, at, ids))) for at in weeks]
    customers = [customer(n) for n in range(RECORDS - ORDERS)]
    return [
        *((Collection.ORDER.value, data) for data in orders),
        *((Collection.CUSTOMER.value, data) for data in customers),
    ]


async def _floor(folder: Path, database_url: str) -> float:
    connection = await connect(database_url)
    began = time.perf_counter()
    rows = await connection.fetch(
        "SELECT key, data::text FROM records WHERE business_id = $1", BUSINESS
    )
    db = sqlite3.connect(folder / "floor.db")
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("CREATE TABLE records (key TEXT PRIMARY KEY, data TEXT)")
    with db:
        db.executemany("INSERT INTO records VALUES (?, ?)", [tuple(row) for row in rows])
    db.close()
    took_s = time.perf_counter() - began
    await connection.close()
    return took_s
