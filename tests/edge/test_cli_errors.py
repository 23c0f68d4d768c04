"""What the edge's commands say to whoever typed something wrong: one sentence, and 1 or 2."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from edge import cli, printers_cli
from tests.support.edge import changes, edge_client, seed, settings

HANG_S = 50.0  # a guard
Say = Callable[..., Awaitable[str]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs `panbot edge WORDS` over `data` and returns the one line that it says, after its exit
    status. An error that goes through fails the test."""

    async def say(data: Path, *words: str, **environ: str) -> str:
        monkeypatch.setenv("PANBOT_EDGE_DATA", str(data))
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        program = printers_cli.main if words[0] == "printers" else cli.main
        rest = words[1:] if words[0] == "printers" else words
        status = await asyncio.to_thread(program, rest)
        line, *others = capsys.readouterr().err.splitlines()
        assert others == []
        return f"{status} {line}"

    return say


async def served(data: Path, **environ: str) -> str:
    """The last line of `panbot edge serve` where it cannot: it wants a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "panbot", "edge", "serve"),
        env={"PANBOT_EDGE_DATA": str(data), "PANBOT_EDGE_PORT": "0"} | environ,
        stderr=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    async with asyncio.timeout(HANG_S):
        _, err = await process.communicate()
    assert process.returncode == 1
    assert "Traceback" not in err.decode()
    return err.decode().splitlines()[-1]


async def test_where_no_edge_is(said: Say, tmp_path: Path) -> None:
    """Every command that asks a running one says what to start, or which variable is wrong."""
    for words in (("status",), ("sync",), ("printers", "list"), ("printers", "test", "k")):
        line = await said(tmp_path / "none", *words)
        assert line.startswith("1 panbot")
        assert "panbot edge serve" in line
        assert "PANBOT_EDGE_DATA" in line
    (tmp_path / "file").touch()
    for words in (("status",), ("serve",), ("printers", "list")):
        assert "PANBOT_EDGE_DATA" in await said(tmp_path / "file", *words)
    assert not (tmp_path / "none").exists()


async def test_a_port_that_is_taken(tmp_path: Path) -> None:
    """Named with what to set."""
    await seed(settings(tmp_path / "data"), changes({}))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        line = await served(tmp_path / "data", PANBOT_EDGE_PORT=port)
    assert f"port {port}: another program answers there already" in line
    assert "PANBOT_EDGE_PORT" in line


async def test_files_that_are_not_what_they_should_be(said: Say, tmp_path: Path) -> None:
    """A backup that is none, a place that is none, a database that is none: what is wrong is
    named, and everything stays."""
    where = settings(tmp_path / "data")
    await seed(where, changes({}))
    before = where.database.read_bytes()
    (tmp_path / "text").write_text("no database" * 200)
    for words, says in (
        (("restore", str(tmp_path / "nothing")), "there is no file"),
        (("restore", str(tmp_path)), "there is no file"),
        (("restore", str(tmp_path / "text")), "no backup of an edge, and nothing was changed"),
        (("backup", "/nowhere/copy"), "there is no directory /nowhere"),
        (("backup", str(tmp_path)), "is a directory: name a file"),
        (("backup", str(where.database)), "the edge's own database"),
    ):
        line = await said(where.data, *words)
        assert line.startswith("1 panbot edge: ")
        assert says in line
    assert where.database.read_bytes() == before
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "edge.sqlite").write_text("no database" * 200)
    line = await served(tmp_path / "broken")
    assert "is damaged; it stays as it is, bring back a backup: panbot edge restore" in line


async def test_a_database_that_another_program_holds(tmp_path: Path) -> None:
    """Somebody looks into it with a shell of their own."""
    where = settings(tmp_path / "data")
    await seed(where, changes({}))
    shell = sqlite3.connect(where.database, isolation_level=None)
    shell.execute("BEGIN EXCLUSIVE")
    line = await served(where.data)
    shell.close()
    assert line.startswith("panbot edge: Another program holds the edge's database")


async def test_an_edge_that_runs_is_said(said: Say, tmp_path: Path) -> None:
    """Two on one directory, and a restore under its feet, are refused."""
    where = settings(tmp_path / "data")
    await seed(where, changes({}))
    async with edge_client(where):
        for words in (("serve",), ("restore", str(where.data / "edge.lock"))):
            assert "an edge is running on" in await said(where.data, *words)


async def test_what_was_mistyped(said: Say, tmp_path: Path) -> None:
    """Settings and addresses: 2, and the name of what is wrong."""
    data = tmp_path / "data"
    assert (await said(data, "pair", "CODE")).startswith("2 ")
    assert "'nonsense'" in await said(data, "pair", "CODE", "--cloud", "nonsense")
    away = await said(data, "pair", "CODE", "--cloud", "http://127.0.0.1:9")
    assert away.startswith("1 ")
    assert "cannot be reached, and nothing was changed" in away
    assert "2 panbot edge: PANBOT_EDGE_PORT='x'" in await said(data, "serve", PANBOT_EDGE_PORT="x")
