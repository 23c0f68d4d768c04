"""`panbot demo` from the outside: one order as JSON, and nothing left behind by Ctrl-C."""

from __future__ import annotations

import contextlib
import json
import signal
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.support.demo_process import demo_command, demo_environment, left_over, running_demo

pytestmark = pytest.mark.alone

STOP_S = 3.0  # what is promised
STAFF_PIN = "2580"  # of demo/restaurant.json


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for all of them: each but the first is a second start."""
    return tmp_path_factory.mktemp("demo")


def once(folder: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """The exit status of `--json`, and the one object that it printed."""
    ran = subprocess.run(
        demo_command("--json", *options),
        env=demo_environment(folder),
        capture_output=True,
        timeout=55,
    )
    assert ran.stdout.count(b"\n") == 1, ran.stderr.decode()
    told = json.loads(ran.stdout)
    assert isinstance(told, dict)
    return ran.returncode, told


def test_one_order_comes_out_on_paper_as_it_was_said(folder: Path) -> None:
    """The built-in order: two margheritas of which one is without basil, and a large coke, are on
    the kitchen's and the bar's tickets and on the receipt; the steps go forward in time."""
    status, told = once(folder)
    assert (status, told["ok"]) == (0, True), told
    assert set(told) == {"ok", "order", "tickets", "steps"}
    order = told["order"]
    assert order["customer"]["name"] == "Maria"
    assert order["type"] == "pickup"
    assert sum(line["qty"] for line in order["lines"]) == 3
    assert {(t["kind"], t["station"]) for t in told["tickets"]} == {
        ("kitchen", "kitchen"),
        ("kitchen", "bar"),
        ("receipt", "receipt"),
    }
    assert all(set(t) == {"printer", "kind", "station", "text"} for t in told["tickets"])
    assert sum(t["text"].count("WITHOUT Basil") for t in told["tickets"]) == 2
    times = [step["ms"] for step in told["steps"]]
    assert times[0] == 0
    assert times == sorted(times)
    assert {"placed in the cloud", "pushed to the edge", "stored at the edge"} <= {
        step["name"] for step in told["steps"]
    }
    assert left_over(folder) == []


def test_what_is_said_is_what_is_ordered(folder: Path) -> None:
    """`--say` takes the place of the built-in order."""
    status, told = once(folder, "--say", "a tiramisu for Ada, pick-up", "--say", "yes")
    assert (status, told["ok"]) == (0, True), told
    assert [line["item_id"] for line in told["order"]["lines"]] == ["tiramisu"]


def test_a_call_without_an_order_is_no_success(folder: Path) -> None:
    """Who orders nothing gets no paper: exit status 1, and the reason in `problems`."""
    status, told = once(folder, "--say", "do you have a table for tonight?")
    assert (status, told["ok"], told["order"], told["tickets"]) == (1, False, None, [])
    assert "no order was placed" in told["problems"][0]


@pytest.mark.parametrize(
    ("how", "moment"),
    [
        (signal.SIGINT, "PostgreSQL"),
        (signal.SIGINT, "First paper"),
        (signal.SIGTERM, "First paper"),
    ],
)
def test_a_signal_ends_all_of_it_in_time(folder: Path, how: signal.Signals, moment: str) -> None:
    """Within 3 s nothing of it runs any more, PostgreSQL neither; while it is starting, too."""
    with running_demo(folder) as demo:
        demo.wait_for(moment)
        began = time.monotonic()
        demo.process.send_signal(how)
        demo.process.wait(20)
        took_s = time.monotonic() - began
    assert left_over(folder) == []
    assert took_s < STOP_S


def test_what_was_ordered_last_reaches_the_cloud(folder: Path) -> None:
    """An order of a terminal, some moments before the demo is stopped, waits for nothing at the
    edge when it has ended: its last push has found the cloud."""
    with running_demo(folder) as demo:
        demo.wait_for("First paper")
        url = demo.wait_for(r"http://[\d.:]+(?=, hears of orders)")
        with httpx.Client(base_url=f"{url}/api/v1", trust_env=False) as edge:
            token = edge.post("/auth/login", json={"pin": STAFF_PIN}).json()["access_token"]
            headers = {"Authorization": f"Bearer {token}"}
            wanted = {"id": "last", "lines": [{"item_id": "tiramisu"}]}
            assert edge.post("/orders", json=wanted, headers=headers).status_code == 201
        began = time.monotonic()
        demo.process.send_signal(signal.SIGTERM)
        demo.process.wait(20)
        took_s = time.monotonic() - began
    with contextlib.closing(sqlite3.connect(folder / "edge" / "edge.sqlite")) as kept:
        (version,) = kept.execute("SELECT version FROM records WHERE key = 'last'").fetchone()
        assert version > 0
        assert kept.execute("SELECT key FROM pending").fetchall() == []
    assert took_s < STOP_S


def test_an_open_page_is_let_go(folder: Path) -> None:
    """Ctrl-C while a browser listens: as quick as without one, and no error is shown. A stream
    that is cut in mid-word is the same to a browser as one that ends."""
    with running_demo(folder) as demo:
        demo.wait_for("First paper")
        url = demo.wait_for(r"http://127\.0\.0\.1:80\d\d")
        with httpx.stream("GET", f"{url}/api/events", trust_env=False) as listening:
            began = time.monotonic()
            demo.interrupt()
            with contextlib.suppress(httpx.RemoteProtocolError):
                for _ in listening.iter_raw():
                    pass
            demo.process.wait(20)
            took_s = time.monotonic() - began
    assert "Traceback" not in demo.told()
    assert took_s < STOP_S


def test_a_demo_that_was_killed_and_a_part_that_was_killed(folder: Path) -> None:
    """After kill -9 of the demo its children end by themselves, and the next one takes its
    PostgreSQL over. After kill -9 of a part the demo ends, names it, and leaves nothing."""
    with running_demo(folder) as demo:
        demo.wait_for("First paper")
        demo.process.kill()
        demo.process.wait()
    with running_demo(folder) as demo:
        demo.wait_for("First paper")
        (edge,) = [p for p in _children(demo.process.pid) if "edge" in p.cmdline()]
        edge.kill()
        demo.process.wait(20)
        assert demo.process.returncode == 1
        assert "edge ended by itself (by SIGKILL)" in (folder / "told").read_text()
    assert left_over(folder) == []


def _children(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children()
