"""Child processes: what dies is told, what will not end is ended, and nobody is left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from demo.children import Child, stop_all

STUBBORN = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(60)
"""
ORPHAN = """
import asyncio, os, sys
from pathlib import Path
from demo.children import Child
async def main():
    child = await Child.start("c", [sys.executable, "-c", "import time; time.sleep(60)"],
                              environment=dict(os.environ), log=Path(sys.argv[1]))
    print(child.process.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


async def start(tmp_path: Path, code: str) -> Child:
    return await Child.start(
        "test", [sys.executable, "-c", code], environment=dict(os.environ), log=tmp_path / "log"
    )


async def until_said(child: Child, text: str) -> None:
    for _ in range(2000):
        if text in child.log.read_text():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{text!r} was never said")


async def test_a_child_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    """After the grace period SIGKILL ends what SIGTERM did not, and the name is told."""
    child = await start(tmp_path, STUBBORN)
    await until_said(child, "up")
    assert await stop_all([child], grace_s=0.1) == ["test"]
    assert child.process.returncode == -signal.SIGKILL


async def test_a_child_that_ends_at_once_is_not_killed(tmp_path: Path) -> None:
    """One that obeys SIGTERM is only waited for."""
    child = await start(tmp_path, "print('up', flush=True); import time; time.sleep(60)")
    await until_said(child, "up")
    assert await stop_all([child], grace_s=20) == []
    assert not child.running


async def test_a_death_is_told_with_its_status_and_last_words(tmp_path: Path) -> None:
    """Whoever reads it knows which part, how it ended, and what its log says last."""
    child = await start(tmp_path, "print('early'); print('no such table'); raise SystemExit(3)")
    death = str(await child.died())
    assert "test ended by itself (exit status 3)" in death
    assert death.endswith("  early\n  no such table")


async def test_a_child_that_we_stopped_has_not_died(tmp_path: Path) -> None:
    """A normal end is no alarm."""
    child = await start(tmp_path, "import time; time.sleep(60)")
    dying = asyncio.create_task(child.died())
    await stop_all([child], grace_s=20)
    done, _ = await asyncio.wait({dying}, timeout=0.2)
    dying.cancel()
    assert not done


def test_children_end_when_the_demo_is_killed(tmp_path: Path) -> None:
    """Not even kill -9 of the demo leaves a child behind."""
    parent = subprocess.Popen(
        [sys.executable, "-c", ORPHAN, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    deadline = time.monotonic() + 20
    while psutil.pid_exists(child.pid) and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.01)
