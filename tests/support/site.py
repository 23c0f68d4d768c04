"""One restaurant with every program in a process of its own, and a link to break between any two.

    edge ──cloud──▶ cloud ──database──▶ PostgreSQL
      └───socket──▶ Centrifugo's engine ──────┘

The edge and the cloud know nothing but the links' ports, so each can be killed and come back at
another one.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import msgspec

from cloud.db.migrate import apply_migrations
from cloud.db.pool import connect
from cloud.services import Services, Settings
from domain.clock import SystemClock
from edge.settings import EdgeSettings
from edge.store.store import Store
from edge.syncing import keep_pairing, redeem
from tests.support.cloud import SECRET, business_file
from tests.support.edge import Paper, eventually, settings, token
from tests.support.engine import SECRET as REALTIME_SECRET
from tests.support.engine import realtime_host
from tests.support.fault_proxy import FaultProxy
from tests.support.programs import PostgresProcess, Program, panbot
from web.tokens import Claims, Tokens

__all__ = ["BUSINESS", "Site", "running_site"]

BUSINESS = "trattoria"
PUSH_DELAY_S = 0.2  # so that edits go up while things break
TICKET_S = 0.03  # from its last byte to the printer's word; a real one takes longer
TOKEN_S = 86_400

Rows = dict[tuple[str, str], tuple[int, bool, Any]]


class Site:
    """What stands in the restaurant and behind it. `links` are `cloud`, `socket`, `database`."""

    def __init__(
        self,
        folder: Path,
        where: EdgeSettings,
        postgres: PostgresProcess,
        links: dict[str, FaultProxy],
        paper: Paper,
    ) -> None:
        self.where = where
        self.postgres = postgres
        self.links = links
        self.paper = paper
        self.numbers = itertools.count(1)  # of whatever is ordered here: each is given once
        self.cloud = Program(
            panbot("cloud", "serve"),
            {
                "PANBOT_DATABASE_URL": f"postgresql://postgres@127.0.0.1:{links['database'].port}/"
                "postgres?sslmode=disable",
                "PANBOT_CLOUD_PORT": "0",
                "PANBOT_CLOUD_SECRET": SECRET,
                **_realtime(links),
            },
            folder / "cloud.log",
        )
        self.edge = Program(
            panbot("edge", "serve"),
            {
                "PANBOT_EDGE_DATA": str(where.data),
                "PANBOT_EDGE_PORT": "0",
                "PANBOT_PRINT_GAP_MS": "0",
                "PANBOT_PUSH_DELAY_S": str(PUSH_DELAY_S),
                "PANBOT_PUSH_LONGEST_S": str(10 * PUSH_DELAY_S),
            },
            folder / "edge.log",
        )

    @property
    def cloud_token(self) -> str:
        return Tokens(SECRET, SystemClock()).issue(Claims("maria", "owner", BUSINESS), TOKEN_S)

    @property
    def edge_token(self) -> str:
        return token(self.where, ttl_s=TOKEN_S)

    def mend(self) -> None:
        for link in self.links.values():
            link.heal()

    async def in_the_cloud(self) -> Rows:
        """Every record, as PostgreSQL holds it: version, deleted, data by collection and key."""
        connection = await connect(self.postgres.url)
        try:
            rows = await connection.fetch(
                """SELECT collection, key, version, deleted, data FROM records
                   WHERE business_id = $1""",
                BUSINESS,
            )
        finally:
            await connection.close()
        return {(c, k): (version, deleted, data) for c, k, version, deleted, data in rows}

    def at_the_edge(self) -> Rows:
        """Every record, as the edge's database holds it."""
        rows = self._edge_rows("SELECT collection, key, version, deleted, data FROM records")
        return {(c, k): (v, bool(d), msgspec.json.decode(data)) for c, k, v, d, data in rows}

    def pending(self) -> int:
        return len(self._edge_rows("SELECT 1 FROM pending"))

    def unprinted(self) -> list[tuple[str, str]]:
        """State and reason of each print job that is not on paper."""
        return self._edge_rows("SELECT state, reason FROM print_jobs WHERE state <> 'printed'")

    def _edge_rows(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.where.database)) as db:
            return db.execute(sql).fetchall()


def _realtime(links: dict[str, FaultProxy]) -> dict[str, str]:
    url = f"ws://127.0.0.1:{links['socket'].port}/connection/websocket"
    return {"PANBOT_CENTRIFUGO_URL": url, "PANBOT_CENTRIFUGO_SECRET": REALTIME_SECRET}


@asynccontextmanager
async def running_site(chance: random.Random) -> AsyncIterator[Site]:
    """Everything up, paired and in step. `chance` goes to the links."""
    folder = Path(tempfile.mkdtemp(prefix="panbot-site-"))
    postgres = PostgresProcess(folder / "postgres")
    paper = await Paper(answers_after_s=TICKET_S).open()
    try:
        await postgres.make()
        await postgres.start()
        await _load(postgres.url, paper)
        async with realtime_host("engine", postgres.url, secret=REALTIME_SECRET) as host:
            links = {
                "database": FaultProxy(
                    lambda: asyncio.open_unix_connection(str(postgres.socket)), chance
                ),
                "socket": FaultProxy(
                    lambda: asyncio.open_connection("127.0.0.1", host.port), chance
                ),
                "cloud": FaultProxy(
                    lambda: asyncio.open_connection("127.0.0.1", site.cloud.port), chance
                ),
            }
            for link in links.values():
                await link.open()
            site = Site(folder, settings(folder / "edge"), postgres, links, paper)
            try:
                await site.cloud.start()
                await _pair(site)
                await site.edge.start()
                await eventually(lambda: ("menu", "main") in site.at_the_edge(), "the menu")
                yield site
            finally:
                await site.edge.kill()
                await site.cloud.kill()
                for link in links.values():
                    await link.close()
    finally:
        await paper.close()
        await postgres.stop()
        shutil.rmtree(folder)


async def _load(database_url: str, paper: Paper) -> None:
    connection = await connect(database_url)
    await apply_migrations(connection)
    await connection.close()
    printers = {
        "printers": [{"id": "k", "name": "Kitchen", "uri": paper.uri}],
        "routing": [{"station": one, "printer_ids": ["k"]} for one in ("kitchen", "bar")],
    }
    async with Services.open(Settings(database_url=database_url)) as services:
        await services.businesses.load(business_file(BUSINESS) | printers)


async def _pair(site: Site) -> None:
    """As `panbot edge pair` does it, while no edge is running."""
    async with Services.open(Settings(database_url=site.postgres.url)) as services:
        code = (await services.devices.pairing_code(BUSINESS)).code
    url = f"http://127.0.0.1:{site.links['cloud'].port}"
    store = Store(site.where.database, lambda _: None)
    await store.open()
    try:
        await keep_pairing(store, await redeem(url, code), url)
    finally:
        await store.close()
