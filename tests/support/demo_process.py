"""`panbot demo` as its user runs it: a process in a folder of its own, and all that it starts."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

__all__ = ["Demo", "demo_command", "demo_environment", "left_over", "running_demo"]

UP_S = 50.0  # a hang guard: 5 s are usual on an idle machine
DOWN_S = 20.0  # a hang guard; tests of stopping measure for themselves


def demo_command(*options: str) -> list[str]:
    return [sys.executable, "-m", "panbot", "demo", *options]


def demo_environment(folder: Path) -> dict[str, str]:
    """Ours, with the demo's data in `folder` and without a Centrifugo."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PANBOT_")}
    return ours | {"PANBOT_DEMO_DATA": str(folder)}


class Demo:
    """A demo that was started. What it tells goes to the file `told`."""

    def __init__(self, process: subprocess.Popen[bytes], told: Path) -> None:
        self.process = process
        self._told = told

    def wait_for(self, pattern: str) -> str:
        """What matches `pattern` in what the demo tells, once it does."""
        deadline = time.monotonic() + UP_S
        while not (found := re.search(pattern, self._told.read_text())):
            assert self.process.poll() is None, f"the demo ended:\n{self._told.read_text()}"
            assert time.monotonic() < deadline, f"no {pattern!r} in:\n{self._told.read_text()}"
            time.sleep(0.02)
        return found[0]

    def told(self) -> str:
        return self._told.read_text()

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)


@contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    """A demo with its page, stopped at the end in any case."""
    folder.mkdir(exist_ok=True)
    told = folder / "told"
    with told.open("wb") as errors:
        process = subprocess.Popen(
            demo_command(), env=demo_environment(folder), stdout=errors, stderr=errors
        )
    try:
        yield Demo(process, told)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.wait(DOWN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def left_over(folder: Path) -> list[str]:
    """The command lines of processes that still have to do with `folder`, PostgreSQL's too."""
    found = []
    for process in psutil.process_iter():
        try:
            about = " ".join([*process.cmdline(), *process.environ().values()])
            if str(folder) in about and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found
