"""The real program: killed between intake and paper, stopped, backed up, asked from a shell."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from edge.backups import backup
from edge.settings import EdgeSettings
from edge.store.store import check
from edge.store.writer import connect
from tests.support.edge import Paper, changes, draft, edge_process, eventually, seed, settings

HANG_S = 30.0  # a guard; what it guards takes well under a second
ORDERS = 25
ROOT = Path(__file__).parents[2]


@pytest.fixture
async def where(tmp_path: Path, paper: Paper) -> EdgeSettings:
    where = settings(tmp_path / "data", PANBOT_PRINT_GAP_MS=20)
    await seed(where, changes({"k": paper.uri}, kitchen=["k"]))
    return where


async def panbot(where: EdgeSettings, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs one command on the same data directory."""
    environment = os.environ | {"PANBOT_EDGE_DATA": str(where.data)}

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "panbot", *words],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    return await asyncio.to_thread(run)


async def test_a_killed_edge_prints_every_order(where: EdgeSettings, paper: Paper) -> None:
    """kill -9 while tickets are coming out: after the restart each order is on paper once, but for
    the one that was under way, which may come twice and then says so."""
    async with edge_process(where) as edge:
        async with edge.http() as http:
            answers = await asyncio.gather(
                *(http.post("/orders", json=draft(f"o{n}")) for n in range(ORDERS))
            )
        assert {answer.status_code for answer in answers} == {201}
        await eventually(lambda: paper.tickets, "the first ticket")
        await edge.end(signal.SIGKILL)
    assert len(paper.tickets) < ORDERS, "killed too late to show anything"
    async with edge_process(where) as edge:
        await eventually(lambda: not _unprinted(where), "every ticket")
        await edge.end()
    twice = [ticket for ticket in paper.tickets if b"POSSIBLE DUPLICATE" in ticket]
    once = [_number(ticket) for ticket in paper.tickets if ticket not in twice]
    assert len(twice) <= 1
    assert len(once) == len(set(once)), "printed twice without saying so"
    assert {*once, *map(_number, twice)} == {f"T-{n}" for n in range(1, ORDERS + 1)}


def _unprinted(where: EdgeSettings) -> int:
    with closing(sqlite3.connect(where.database)) as db:
        (left,) = db.execute("SELECT count(*) FROM print_jobs WHERE state <> 'printed'").fetchone()
    return int(left)


def _number(ticket: bytes) -> str:
    found = re.search(rb"T-\d+", ticket)
    assert found is not None, ticket
    return found.group().decode()


async def test_a_stop_is_quick_with_a_terminal_listening(where: EdgeSettings) -> None:
    """SIGTERM ends the program cleanly though an event stream is open, and the stream ends."""
    async with (
        edge_process(where) as edge,
        edge.http() as http,
        http.stream("GET", "/events", timeout=20) as events,
    ):
        lines = events.aiter_lines()
        assert [await anext(lines) for _ in range(2)][1] == "event: hello"
        await http.post("/orders", json=draft("o1"))
        async for line in lines:
            if line == "event: order.created":
                break
        assert await edge.end() == 0
        assert [line async for line in lines if line == "event: order.created"] == []


@pytest.mark.parametrize(
    ("how", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, None)], ids=["SIGTERM", "SIGINT"]
)
async def test_a_signal_that_comes_twice_ends_it_too(
    where: EdgeSettings, how: signal.Signals, status: int | None
) -> None:
    """Whoever asks again gets what they asked for, and no program that hangs half closed."""
    async with edge_process(where) as edge:
        os.kill(edge.pid, how)
        ended = await edge.end(how)
    assert status is None or ended == status


async def test_two_edges_cannot_share_a_directory(where: EdgeSettings) -> None:
    """A second one is refused in words; so is a restore under a running edge."""
    async with edge_process(where):
        second = await panbot(where, "edge", "serve")
        assert (second.returncode, "an edge is running" in second.stderr) == (1, True)
        backup = where.data / "copy.sqlite"
        assert (await panbot(where, "edge", "backup", str(backup))).returncode == 0
        restore = await panbot(where, "edge", "restore", str(backup))
        assert (restore.returncode, "an edge is running" in restore.stderr) == (1, True)


async def test_a_backup_brings_the_orders_back(where: EdgeSettings) -> None:
    """What was there when the backup was taken, while the edge was running, is there again."""
    backup = where.data / "copy.sqlite"
    async with edge_process(where) as edge, edge.http() as http:
        await http.post("/orders", json=draft("before"))
        made = await panbot(where, "edge", "backup", str(backup))
        assert made.returncode == 0, made.stderr
        await http.post("/orders", json=draft("after"))
        await edge.end()
    assert backup.stat().st_mode & 0o077 == 0
    restored = await panbot(where, "edge", "restore", str(backup), "--force")
    assert restored.returncode == 0, restored.stderr
    async with edge_process(where) as edge, edge.http() as http:
        assert (await http.get("/orders/before")).status_code == 200
        assert (await http.get("/orders/after")).status_code == 404


async def test_a_restore_names_what_it_would_leave_behind(where: EdgeSettings) -> None:
    """Orders that the cloud has not heard of, new ones and changed ones, and what has run out: by
    number, before anything is touched. With --force they are named again, with where they are."""
    backup = where.data / "copy.sqlite"
    async with edge_process(where) as edge, edge.http() as http:
        await http.post("/orders", json=draft("before"))
        paid = await http.post("/orders", json=draft("paid"))
        assert (await panbot(where, "edge", "backup", str(backup))).returncode == 0
        await http.post("/orders", json=draft("after"))
        headers = {"If-Match": paid.headers["ETag"]}
        assert (await http.patch("/orders/paid", json={"pay": "cash"}, headers=headers)).is_success
        gone = await http.put("/availability/spritz", json={"available": False})
        assert gone.is_success, gone.text
        await edge.end()
    refused = await panbot(where, "edge", "restore", str(backup))
    assert refused.returncode == 1
    assert "2 orders (T-2, T-3) and 1 other change (availability/spritz)" in refused.stderr
    assert "panbot edge sync --now" in refused.stderr
    async with edge_process(where) as edge, edge.http() as http:
        assert (await http.get("/orders/after")).status_code == 200
        await edge.end()
    restored = await panbot(where, "edge", "restore", str(backup), "--force")
    assert restored.returncode == 0, restored.stderr
    assert "2 orders (T-2, T-3)" in restored.stdout
    aside = restored.stdout.strip().rpartition(" ")[2]
    with closing(sqlite3.connect(aside)) as kept:
        keys = kept.execute("SELECT key FROM pending WHERE collection = 'order' ORDER BY key")
        assert [key for (key,) in keys] == ["after", "before", "paid"]


async def test_a_restore_can_be_undone(where: EdgeSettings) -> None:
    """What was there before is brought back whole, and a second restore overwrites nothing."""
    backup = where.data / "copy.sqlite"
    async with edge_process(where) as edge, edge.http() as http:
        await http.post("/orders", json=draft("before"))
        assert (await panbot(where, "edge", "backup", str(backup))).returncode == 0
        await http.post("/orders", json=draft("after"))
        await edge.end()
    restored = await panbot(where, "edge", "restore", str(backup), "--force")
    aside = restored.stdout.strip().rpartition(" ")[2]
    undone = await panbot(where, "edge", "restore", aside)
    assert undone.returncode == 0, undone.stderr
    assert undone.stdout.strip().rpartition(" ")[2] != aside
    async with edge_process(where) as edge, edge.http() as http:
        assert (await http.get("/orders/after")).status_code == 200


@pytest.mark.parametrize("harm", ["header", "truncated"])
async def test_a_backup_is_brought_back_over_a_damaged_database(
    where: EdgeSettings, harm: str
) -> None:
    """Just then it is needed; and of the damaged one no backup is made."""
    backup = where.data / "copy.sqlite"
    async with edge_process(where) as edge, edge.http() as http:
        await http.post("/orders", json=draft("before"))
        assert (await panbot(where, "edge", "backup", str(backup))).returncode == 0
        await edge.end()
    whole = where.database.read_bytes()
    where.database.write_bytes(b"x" * 100 + whole[100:] if harm == "header" else whole[:5000])
    kept = where.data / "kept.sqlite"
    kept.write_text("the last good one")
    refused = await panbot(where, "edge", "backup", str(kept))
    assert (refused.returncode, "damaged" in refused.stderr or "copied" in refused.stderr) == (
        1,
        True,
    )
    assert kept.read_text() == "the last good one"
    restored = await panbot(where, "edge", "restore", str(backup))
    assert restored.returncode == 0, restored.stderr
    assert "What the cloud has not heard of cannot be read" in restored.stdout
    async with edge_process(where) as edge, edge.http() as http:
        assert (await http.get("/orders/before")).status_code == 200


async def test_the_database_is_no_place_for_its_own_backup(where: EdgeSettings) -> None:
    """Nor is a directory; nothing is left lying about."""
    before = where.database.read_bytes()
    for words in ("backup", "restore"):
        for file in (where.database, where.database.with_name(f"{where.database.name}-wal")):
            refused = await panbot(where, "edge", words, str(file))
            assert (refused.returncode, "own database" in refused.stderr) == (1, True)
    refused = await panbot(where, "edge", "backup", str(where.data))
    assert (refused.returncode, "is a directory" in refused.stderr) == (1, True)
    assert where.database.read_bytes() == before
    assert not [*where.data.parent.glob("*.partial"), *where.data.glob("*.partial")]


async def test_a_backup_ends_however_busy_the_evening(tmp_path: Path) -> None:
    """A database that is written to without a pause is copied all the same, and is whole."""
    database, copy = tmp_path / "edge.sqlite", tmp_path / "copy.sqlite"
    with closing(connect(database)) as db:
        db.execute("CREATE TABLE orders (text TEXT)")
        db.execute("INSERT INTO orders VALUES (hex(zeroblob(40000000)))")
        backing_up = asyncio.create_task(asyncio.to_thread(backup, database, copy))
        async with asyncio.timeout(HANG_S):
            while not backing_up.done():
                db.execute("INSERT INTO orders VALUES ('one more')")
                await asyncio.sleep(0.001)
        await backing_up
    check(copy)


async def test_where_there_is_no_edge_looking_makes_none(tmp_path: Path) -> None:
    """A mistyped directory is told in words, and not made."""
    nowhere = settings(tmp_path / "typo")
    status = await panbot(nowhere, "edge", "status")
    assert (status.returncode, "No edge is running" in status.stderr) == (1, True)
    made = await panbot(nowhere, "edge", "backup", str(tmp_path / "copy"))
    assert (made.returncode, "no edge's database" in made.stderr) == (1, True)
    assert not nowhere.data.exists()


async def test_a_file_that_is_no_backup_is_refused(where: EdgeSettings) -> None:
    """The database stays as it was."""
    before = where.database.read_bytes()
    nonsense = where.data / "nonsense"
    nonsense.write_text("not a database" * 100)
    refused = await panbot(where, "edge", "restore", str(nonsense))
    assert (refused.returncode, "no backup" in refused.stderr) == (1, True)
    assert where.database.read_bytes() == before


async def test_the_command_line_asks_the_running_edge(where: EdgeSettings, paper: Paper) -> None:
    """status, sync and printers answer from the edge on this machine; a test ticket comes out."""
    assert (await panbot(where, "edge", "status")).returncode == 1
    async with edge_process(where) as edge:
        async with edge.http() as http:
            await http.post("/orders", json=draft("o1"))
        status = await panbot(where, "edge", "status")
        assert "business trattoria" in status.stdout
        sync = await panbot(where, "edge", "sync", "--now")
        assert (sync.returncode, "cannot be reached" in sync.stderr) == (1, True)
        assert paper.uri in (await panbot(where, "printers", "list")).stdout
        tested = await panbot(where, "printers", "test", "k")
        assert (tested.returncode, tested.stdout.strip()) == (0, "printed")
        assert paper.with_text("TEST")


async def test_pairing_is_kept(tmp_path: Path) -> None:
    """`pair` redeems the code at the cloud and stores who the edge is, running or not; a wrong
    code is refused in the cloud's words, and an edge stays with its restaurant."""
    where = settings(tmp_path / "data")
    cloud = await _cloud({"GOOD": "trattoria", "AGAIN": "trattoria", "OTHER": "osteria"})
    url = f"http://127.0.0.1:{cloud.sockets[0].getsockname()[1]}"
    wrong = await panbot(where, "edge", "pair", "WRONG", "--cloud", url)
    assert (wrong.returncode, "wrong, used or expired" in wrong.stderr) == (1, True)
    paired = await panbot(where, "edge", "pair", "GOOD", "--cloud", url)
    assert paired.stdout.strip() == "paired with trattoria"
    async with edge_process(where) as edge:
        async with httpx.AsyncClient(trust_env=False) as http:
            assert (await http.get(f"{edge.url}/ready")).json()["paired"] is True
        again = await panbot(where, "edge", "pair", "AGAIN", "--cloud", url)
        assert again.returncode == 0, again.stderr
        refused = await panbot(where, "edge", "pair", "OTHER", "--cloud", url)
        assert (refused.returncode, "belongs to 'trattoria'" in refused.stderr) == (1, True)
    cloud.close()
    await cloud.wait_closed()


async def _cloud(codes: dict[str, str]) -> asyncio.Server:
    """As much of a cloud as pairing needs."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next(
            (int(line.split(":")[1]) for line in head.split("\r\n") if "content-length" in line), 0
        )
        body = await reader.readexactly(length)
        business = codes.get(json.loads(body).get("code", "")) if "devices/pair" in head else None
        if business is not None:
            text = {"business_id": business, "device_id": "d1", "device_secret": "s" * 43}
            status = "201 Created"
        else:
            text = {"detail": "That pairing code is wrong, used or expired."}
            status = "401 Unauthorized"
        payload = json.dumps(text).encode()
        writer.write(
            f"HTTP/1.1 {status}\r\nContent-Length: {len(payload)}\r\nConnection: close\r\n"
            "Content-Type: application/problem+json\r\n\r\n".encode()
            + payload
        )
        await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", 0)
