"""The console for programs: JSON lines in, JSON lines out, many calls side by side."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from agent.console import MAX_LINE, serve_lines
from agent.orders import OfflineOrders, load_house
from agent.switchboard import Switchboard
from domain.codec import encode
from domain.ids import UuidV7
from tests.support.conversation import StillClock, offline
from tests.support.menus import TRATTORIA

ALL_OF_IT = "two margheritas, one without basil, and a large coke, for Maria, pick-up"
ROOT = Path(__file__).parents[2]


async def talk(*lines: Any, service: OfflineOrders | None = None) -> list[dict[str, Any]]:
    """What comes out for `lines`; a line that is bytes goes in as it is."""
    service = service or offline(TRATTORIA)
    clock = StillClock()
    board = Switchboard(service, await load_house(service), clock, UuidV7(clock))
    out: list[str] = []

    async def coming() -> AsyncIterator[bytes]:
        for line in lines:
            yield line if isinstance(line, bytes) else json.dumps(line).encode()

    async with asyncio.timeout(20):
        await serve_lines(board, coming(), out.append, asyncio.Event())
    return [json.loads(line) for line in out]


def of(call: str, said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in said if line.get("call") == call]


async def test_a_whole_call() -> None:
    """Greeting, read-back, order with number and time taken, end."""
    service = offline(TRATTORIA)
    said = await talk(
        {"call": "c1", "start": {"from": "+4930123"}},
        {"call": "c1", "say": ALL_OF_IT},
        {"call": "c1", "say": "yes"},
        service=service,
    )
    ready, greeting, read_back, done = said
    assert ready == {"ready": True}
    assert "What would you like" in greeting["reply"]
    assert read_back["placed"] is None
    assert not read_back["ended"]
    (order,) = service.placed.values()
    assert done["placed"]["order_id"] == order.id
    assert done["placed"]["number"] == "P-1"
    assert done["placed"]["place_ms"] >= 0
    assert done["ended"]
    assert order.customer.phone == "+4930123"


async def test_calls_do_not_mix() -> None:
    """Ten calls at once, each with its own cart and its own order."""
    service = offline(TRATTORIA)
    names = [f"c{n}" for n in range(10)]
    lines = [{"call": c, "say": f"{n + 1} cokes for Tom, pickup"} for n, c in enumerate(names)]
    said = await talk(*lines, *({"call": c, "say": "yes"} for c in names), service=service)
    for c in names:
        assert [line["placed"] is not None for line in of(c, said)] == [False, True]
    assert sorted(o.lines[0].qty for o in service.placed.values()) == list(range(1, 11))
    assert len({o.number for o in service.placed.values()}) == 10


async def test_a_calls_own_turns_stay_in_order() -> None:
    """Lines that come faster than they are answered are answered one after the other."""
    said = await talk(
        {"call": "c1", "say": "two cokes"},
        {"call": "c1", "say": "make it three"},
        {"call": "c1", "say": "remove one coke"},
        {"call": "c1", "say": "what do I have so far"},
    )
    replies = [line["reply"] for line in of("c1", said)]
    assert replies[-1].startswith("So far you have two Cokes.")


async def test_an_ended_call_stays_ended() -> None:
    """A word after goodbye is answered with the same goodbye, and places nothing."""
    service = offline(TRATTORIA)
    said = await talk(
        {"call": "c1", "say": ALL_OF_IT},
        {"call": "c1", "say": "yes"},
        {"call": "c1", "say": "yes"},
        {"call": "c1", "say": "and a tiramisu"},
        service=service,
    )
    assert [line["placed"] is not None for line in of("c1", said)] == [False, True, False, False]
    assert of("c1", said)[-1]["ended"]
    assert len(service.placed) == 1


async def test_a_name_may_be_used_again() -> None:
    """A new call under an old name is a new call with an order of its own."""
    service = offline(TRATTORIA)
    call = [{"call": "c1", "say": ALL_OF_IT}, {"call": "c1", "say": "yes"}]
    await talk(*call, {"call": "c1", "start": {}}, *call, service=service)
    assert len(service.placed) == 2


async def test_hanging_up_before_the_yes_places_nothing() -> None:
    """A caller who hangs up has ordered nothing."""
    service = offline(TRATTORIA)
    said = await talk(
        {"call": "c1", "say": ALL_OF_IT}, {"call": "c1", "hang_up": True}, service=service
    )
    assert said[-1] == {"call": "c1", "reply": "", "placed": None, "ended": True}
    assert service.placed == {}


BAD = [
    (b"{", "protocol"),
    (b"\xff\xfe", "protocol"),
    (b"[]", "protocol"),
    (b'{"say": "hello"}', "call"),
    (b'{"call": 7, "say": "hello"}', "call"),
    (b'{"call": "c9"}', "exactly one"),
    (b'{"call": "c9", "say": "hi", "hang_up": true}', "exactly one"),
    (b'{"call": "c9", "say": "' + b"x" * MAX_LINE + b'"}', "at most"),
]


@pytest.mark.parametrize(("line", "words"), BAD, ids=lambda v: str(v)[:30])
async def test_a_bad_line_is_answered_and_ends_nothing(line: bytes, words: str) -> None:
    """What cannot be read is refused with a reason; the other calls go on."""
    said = await talk({"call": "c1", "say": "a coke"}, line, {"call": "c1", "say": "a sprite"})
    (error,) = [row for row in said if "error" in row]
    assert words in error["error"]
    assert of("c1", said)[-1]["reply"].startswith("One Sprite")


async def test_starting_twice_is_refused() -> None:
    """An open call is not opened over."""
    said = await talk({"call": "c1", "start": {}}, {"call": "c1", "start": {}})
    assert "already open" in of("c1", said)[-1]["error"]


def _command(tmp_path: Path, *words: str) -> list[str]:
    menu = tmp_path / "menu.json"
    menu.write_text(json.dumps(encode(TRATTORIA)), "utf-8")
    return [
        sys.executable,
        str(ROOT / "panbot.py"),
        "agent",
        "console",
        "--menu",
        str(menu),
        *words,
    ]


def test_the_command_ends_with_its_input(tmp_path: Path) -> None:
    """`panbot agent console --jsonl` is ready, answers, and ends cleanly at the end of input."""
    lines = [{"call": "c1", "say": ALL_OF_IT}, {"call": "c1", "say": "yes"}]
    done = subprocess.run(
        _command(tmp_path, "--jsonl"),
        input="".join(json.dumps(line) + "\n" for line in lines),
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    rows = [json.loads(row) for row in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert rows[0] == {"ready": True}
    assert rows[-1]["placed"]["number"] == "P-1"


def test_a_person_in_a_terminal(tmp_path: Path) -> None:
    """Without --jsonl it is a chat, and the order is shown."""
    done = subprocess.run(
        _command(tmp_path),
        input=f"{ALL_OF_IT}\nyes\n",
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Shall I place it?" in done.stdout
    assert '"item_id": "margherita"' in done.stdout


def test_ctrl_c_ends_it_cleanly(tmp_path: Path) -> None:
    """SIGINT while it waits for a line: no traceback."""
    with subprocess.Popen(
        _command(tmp_path, "--jsonl"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as console:
        assert console.stdout is not None
        assert json.loads(console.stdout.readline()) == {"ready": True}
        console.send_signal(signal.SIGINT)
        _, errors = console.communicate(timeout=20)
    assert (console.returncode, errors) == (0, "")


def test_it_says_what_it_needs(tmp_path: Path) -> None:
    """No restaurant, or a menu that is none: one line that says so, and a status of 1."""
    (tmp_path / "none.json").write_text("{}", "utf-8")
    wrong = [
        (["console"], "PANBOT_AGENT_BUSINESS"),
        (["console", "--menu", str(tmp_path / "none.json")], "is required"),
        (["console", "--menu", str(tmp_path / "gone.json")], "gone.json"),
        (["console", "--business", "x"], "PANBOT_DATABASE_URL"),
    ]
    for words, needed in wrong:
        done = subprocess.run(
            [sys.executable, str(ROOT / "panbot.py"), "agent", *words],
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
            env={"PATH": "/usr/bin:/bin"},
        )
        assert done.returncode == 1, words
        assert needed in done.stderr
        assert "Traceback" not in done.stderr
