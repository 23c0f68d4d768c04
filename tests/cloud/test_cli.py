"""`panbot cloud …`, run as an operator runs it: as a program."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from cloud.cli import main
from cloud.services import Services
from cloud.settings import SETTINGS
from tests.support.cloud import OWNER, PASSWORD, SECRET, business_file, token_for
from tests.support.postgres import empty_database

PANBOT = Path(__file__).parents[2] / "panbot.py"
HANG_S = 30.0  # a guard; starting takes about a second


async def start(*arguments: str, **environ: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(PANBOT),
        "cloud",
        *arguments,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env={**os.environ, **environ},
    )


async def run(*arguments: str, given: str = "", **environ: str) -> tuple[int, str, str]:
    """`(exit status, standard output, standard error)`."""
    process = await start(*arguments, **environ)
    async with asyncio.timeout(HANG_S):
        out, err = await process.communicate(given.encode())
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


@asynccontextmanager
async def serving(url: str) -> AsyncIterator[tuple[Process, str]]:
    """A cloud in a process of its own: `(the process, its address)`."""
    process = await start(
        "serve", PANBOT_DATABASE_URL=url, PANBOT_CLOUD_PORT="0", PANBOT_CLOUD_SECRET=SECRET
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(HANG_S):
            address = ""
            while not address.startswith("http://"):
                line = await process.stdout.readline()
                assert line, "it ended before it served"
                address = line.decode().strip()
        yield process, address
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(HANG_S):
            await process.communicate()


async def test_from_nothing_to_a_served_order() -> None:
    """Load a file into an empty database, serve it, sign in, order."""
    async with empty_database() as url:
        status, out, _ = await run("migrate", PANBOT_DATABASE_URL=url)
        assert (status, out.splitlines()[0]) == (0, "applied 0001_ground.sql")
        file = json.dumps(business_file())
        status, out, err = await run("load", "-", given=file, PANBOT_DATABASE_URL=url)
        assert status == 0, err
        assert "menu/main" in out
        status, out, _ = await run("pairing-code", "trattoria", PANBOT_DATABASE_URL=url)
        assert (status, len(out.strip())) == (0, 8)
        async with serving(url) as (_, address), httpx.AsyncClient(base_url=address) as client:
            login = {"email": OWNER, "password": PASSWORD}
            token = (await client.post("/api/v1/auth/login", json=login)).json()["access_token"]
            placed = await client.post(
                "/api/v1/businesses/trattoria/orders",
                json={"lines": [{"item_id": "margherita"}]},
                headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "k"},
            )
            assert placed.json()["number"] == "O-1"


async def _someone_waits(client: httpx.AsyncClient) -> bool:
    return "panbot_feed_waiters 1.0" in (await client.get("/metrics")).text


async def test_a_served_cloud_stops_at_once_under_a_long_poll(url: str, services: Services) -> None:
    """SIGTERM answers who waits, empty, and the program ends with status 0."""
    async with serving(url) as (process, address), httpx.AsyncClient(base_url=address) as client:
        head = (await services.feed.changes("trattoria", 0)).head
        token = token_for(services, kind="device")
        polling = asyncio.create_task(
            client.get(
                f"/api/v1/sync/changes?after={head}&wait=25",
                headers={"Authorization": f"Bearer {token}"},
                timeout=HANG_S,
            )
        )
        async with asyncio.timeout(HANG_S):
            while not await _someone_waits(client):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(HANG_S):
            answer = await polling
            status = await process.wait()
    assert (answer.status_code, answer.json()["changes"], status) == (200, [], 0)


@pytest.mark.parametrize(
    ("arguments", "url", "status", "says"),
    [
        (["serve"], "", 2, "PANBOT_DATABASE_URL"),
        (["serve"], "postgresql://127.0.0.1:1/x", 2, "PANBOT_CLOUD_SECRET"),
        (["migrate"], "postgresql://127.0.0.1:1/x", 1, "127.0.0.1"),
        (["migrate"], "nonsense", 1, "PANBOT_DATABASE_URL"),
        (["migrate"], "postgresql://127.0.0.1:port/x", 1, "PANBOT_DATABASE_URL"),
        (["pairing-code", "x"], "postgresql://127.0.0.1:99999/x", 1, "PANBOT_DATABASE_URL"),
    ],
)
def test_misuse_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    url: str,
    status: int,
    says: str,
) -> None:
    """What is wrong, and a status that scripts can tell apart."""
    monkeypatch.setenv("PANBOT_DATABASE_URL", url)
    assert main(arguments) == status
    said = capsys.readouterr().err
    assert says in said
    assert len(said.splitlines()) == 1


def test_centrifugos_configuration_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """JSON on standard output, for Centrifugo to read as it stands."""
    monkeypatch.setenv("PANBOT_DATABASE_URL", "postgresql://db/panbot")
    monkeypatch.setenv("PANBOT_CENTRIFUGO_URL", "ws://127.0.0.1:8000/connection/websocket")
    monkeypatch.setenv("PANBOT_CENTRIFUGO_SECRET", SECRET)
    assert main(["centrifugo-config"]) == 0
    config = json.loads(capsys.readouterr().out)
    assert config["client"]["token"]["hmac_secret_key"] == SECRET


@pytest.mark.parametrize(
    "command", ["serve", "migrate", "load", "pairing-code", "centrifugo-config"]
)
def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str], command: str) -> None:
    """`--help` at the top names each command and each variable; a command's own says what it
    does."""
    for arguments, words in (
        (["--help"], [command, *(s.name for s in SETTINGS)]),
        ([command, "--help"], ["usage: panbot cloud " + command]),
    ):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
        out = capsys.readouterr().out
        assert all(word in out for word in words)


async def test_a_load_tells_what_it_left_alone(url: str, services: Services) -> None:
    """Line by line: what stands, who edited it, what the file says, and how to have the file."""
    menu = business_file()["menu"]
    menu["items"][0]["price"] = 1100
    await services.menus.put("trattoria", menu, base_version=1, actor="user:maria")
    file = json.dumps(business_file())
    edit = "menu/main items[margherita].price {} 1100 (edited by user:maria); the file says 950"
    status, out, _ = await run("load", "-", given=file, PANBOT_DATABASE_URL=url)
    assert (status, out.splitlines()) == (
        0,
        [
            "trattoria: nothing to change",
            f"kept: {edit.format('is')}",
            "These edits stand. --overwrite puts the file over them.",
        ],
    )
    _, out, _ = await run("load", "-", "--overwrite", given=file, PANBOT_DATABASE_URL=url)
    assert out.splitlines() == ["trattoria: menu/main", f"overwritten: {edit.format('was')}"]


async def test_what_is_wrong_is_said_in_a_sentence(tmp_path: Path) -> None:
    """A database that is away, is not there, or is of another kind; a file that is none: one line
    and no traceback."""
    (tmp_path / "text").write_text("no JSON")
    away = {"PANBOT_DATABASE_URL": "postgresql://127.0.0.1:9/x"}
    for words, environ, says in (
        (("migrate",), {"PANBOT_DATABASE_URL": "nonsense"}, "PANBOT_DATABASE_URL cannot"),
        (("migrate",), away, "PostgreSQL does not answer"),
        (("load", str(tmp_path / "nothing")), away, "there is no "),
        (("load", str(tmp_path)), away, "is a directory: name a file"),
        (("load", str(tmp_path / "text")), away, "is no business's file"),
    ):
        code, out, err = await run(*words, **environ)
        assert (code, out) == (1, "")
        (line,) = err.splitlines()
        assert line.startswith("panbot cloud: ")
        assert says in line


async def test_a_database_without_tables_and_a_taken_port(tmp_path: Path) -> None:
    """What to run first, and which variable to set."""
    async with empty_database() as url:
        environ = {"PANBOT_DATABASE_URL": url, "PANBOT_CLOUD_SECRET": SECRET}
        code, _, err = await run("pairing-code", "trattoria", **environ)
        assert (code, "panbot cloud migrate" in err) == (1, True)
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = str(other.getsockname()[1])
            code, _, err = await run("serve", PANBOT_CLOUD_PORT=port, **environ)
        assert (code, "another program answers there already" in err) == (1, True)
        assert "Traceback" not in err


async def test_a_password_is_set_from_standard_input() -> None:
    """It says which businesses it opens; one that is too short is refused."""
    async with empty_database() as url:
        environ = {"PANBOT_DATABASE_URL": url}
        await run("migrate", **environ)
        await run("load", "-", given=json.dumps(business_file()), **environ)
        code, out, _ = await run("password", OWNER, given="a better one\n", **environ)
        assert (code, out) == (0, f"{OWNER} signs in with it to trattoria\n")
        code, _, err = await run("password", OWNER, given="short\n", **environ)
        assert (code, "takes 8 to 256 characters" in err) == (1, True)
