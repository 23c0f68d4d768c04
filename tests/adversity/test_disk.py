"""A disk that is full, or read-only: the edge says so, loses nothing, and goes on by itself.

The disk is a file system in memory, mounted where only the edge under test sees it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from edge.settings import EdgeSettings
from tests.support.edge import Paper, changes, draft, eventually, seed, settings, token
from tests.support.needs import needs
from tests.support.programs import Program, panbot

SIZE_KB = 2_000
ROOM_KB = 48  # left on a disk that is nearly full: a few orders at the most
MANY = 60  # orders, more than there is room for


class Disk:
    """A small disk of the test's own, in a mount namespace that a sleeping process holds open."""

    def __init__(self, at: Path) -> None:
        self._at = at
        self._holder: subprocess.Popen[bytes] | None = None

    def mount(self) -> None:
        """Skips the test where nothing can be mounted."""
        if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("unshare") is None:
            needs("a disk that fills up", "run the tests as root, with util-linux")
        script = f"mount -t tmpfs -o size={SIZE_KB}k none {self._at} && echo mounted && exec cat"
        self._holder = subprocess.Popen(
            ["unshare", "-m", "sh", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._holder.stdout is not None
        if self._holder.stdout.readline() != b"mounted\n":
            needs("a disk that fills up", "docker run --privileged")

    def unmount(self) -> None:
        if self._holder is not None:
            self._holder.communicate()

    def inside(self, *command: str) -> list[str]:
        """`command`, as whoever sees the disk runs it."""
        assert self._holder is not None
        return ["nsenter", "-t", str(self._holder.pid), "-m", "--wd", "--", *command]

    def run(self, *command: str) -> None:
        subprocess.run(self.inside(*command), check=True, capture_output=True)

    @property
    def path(self) -> Path:
        """The disk as seen from out here."""
        assert self._holder is not None
        return Path(f"/proc/{self._holder.pid}/root{self._at}")

    def fill(self, leaving_kb: int) -> None:
        room = shutil.disk_usage(self.path).free - leaving_kb * 1024
        (self.path / "film").write_bytes(bytes(max(0, room)))

    def make_room(self) -> None:
        (self.path / "film").unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    (tmp_path / "disk").mkdir()
    disk = Disk(tmp_path / "disk")
    disk.mount()
    yield disk
    disk.unmount()


@pytest.fixture
async def paper() -> AsyncIterator[Paper]:
    paper = await Paper().open()
    yield paper
    await paper.close()


@pytest.fixture
async def where(disk: Disk, paper: Paper, tmp_path: Path) -> EdgeSettings:
    """A paired edge, whose files are on the disk, and as they began also out here."""
    where = settings(tmp_path / "data")
    await seed(where, changes({"k": paper.uri}, kitchen=["k"]))
    shutil.copytree(where.data, disk.path / "data")
    return where


@pytest.fixture
async def edge(disk: Disk, where: EdgeSettings, tmp_path: Path) -> AsyncIterator[Program]:
    """`panbot edge serve` on the disk; the test starts it."""
    edge = Program(
        disk.inside(*panbot("edge", "serve")),
        {
            "PANBOT_EDGE_DATA": str(tmp_path / "disk" / "data"),
            "PANBOT_EDGE_PORT": "0",
            "PANBOT_PRINT_GAP_MS": "0",
        },
        tmp_path / "edge.log",
    )
    yield edge
    await edge.kill()


def _api(edge: Program, where: EdgeSettings) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=edge.url,
        headers={"Authorization": f"Bearer {token(where)}"},
        trust_env=False,
    )


async def test_a_full_disk_refuses_orders_until_there_is_room(
    disk: Disk, edge: Program, where: EdgeSettings, paper: Paper
) -> None:
    """Orders are refused with 503 and `/ready` says why; what was taken is kept and printed, and
    with room again all goes on by itself."""
    await edge.start()
    async with _api(edge, where) as api:
        answers = [await api.post("/api/v1/orders", json=draft("o-first"))]
        disk.fill(ROOM_KB)
        answers += [await api.post("/api/v1/orders", json=draft(f"o{n}")) for n in range(MANY)]
        assert {answer.status_code for answer in answers} == {201, 503}
        assert "make room" in answers[-1].json()["detail"]
        ready = await api.get("/ready")
        assert (ready.status_code, "make room" in ready.json()["detail"]) == (503, True)
        disk.make_room()
        await eventually(lambda: _is_ready(api), "the edge, ready again")
        assert (await api.post("/api/v1/orders", json=draft("o-last"))).status_code == 201
        taken = [*(one for one in answers if one.status_code == 201), "o-last"]
        await eventually(lambda: len(paper.tickets) >= len(taken), "every ticket")
        open_orders = (await api.get("/api/v1/orders?open=true")).json()
        assert len(open_orders) == len(taken)
        await eventually(lambda: _all_printed(api), "no job that is stuck")


async def _is_ready(api: httpx.AsyncClient) -> bool:
    return (await api.get("/ready")).status_code == 200


async def _all_printed(api: httpx.AsyncClient) -> bool:
    jobs = (await api.get("/api/v1/print-jobs?limit=200")).json()
    return {job["state"] for job in jobs} == {"printed"}


async def test_a_new_edge_on_a_full_disk_says_what_to_do(
    disk: Disk, edge: Program, tmp_path: Path
) -> None:
    """One line and no traceback; it starts when there is room."""
    disk.fill(0)
    await _is_refused(disk, tmp_path)
    disk.make_room()
    await edge.start()


async def test_an_edge_on_a_read_only_disk_says_what_to_do(
    disk: Disk, edge: Program, where: EdgeSettings, tmp_path: Path
) -> None:
    """One line and no traceback; when the disk is well again, every order is there."""
    await edge.start()
    async with _api(edge, where) as api:
        assert (await api.post("/api/v1/orders", json=draft("o1"))).status_code == 201
    await edge.kill()
    disk.run("mount", "-o", "remount,ro", str(tmp_path / "disk"))
    await _is_refused(disk, tmp_path)
    disk.run("mount", "-o", "remount,rw", str(tmp_path / "disk"))
    await edge.start()
    async with _api(edge, where) as api:
        assert (await api.get("/api/v1/orders/o1")).status_code == 200


async def _is_refused(disk: Disk, tmp_path: Path) -> None:
    refused = await _run(disk.inside(*panbot("edge", "serve")), tmp_path)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused.stderr
    assert refused.stderr.startswith("panbot edge: The disk of this edge takes nothing more")


async def _run(command: list[str], tmp_path: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "PANBOT_EDGE_DATA": str(tmp_path / "disk" / "data"),
        "PANBOT_EDGE_PORT": "0",
    }
    root = Path(__file__).parents[2]
    return await asyncio.to_thread(
        lambda: subprocess.run(
            command, env=environment, cwd=root, capture_output=True, text=True, timeout=30
        )
    )
