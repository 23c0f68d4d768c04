"""Real Avahi in a network namespace, with a private D-Bus: it announces and browses as printers,
phones and desktops do."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.support.needs import needs
from tests.support.netns import Namespace

__all__ = ["avahi", "browse_until", "need_programs", "published", "running", "until"]

READY_S = 20.0  # it takes one second; a machine that is busy with other tests may need more
STOP_S = 5.0
POLL_S = 0.02

# Avahi keeps its files in one fixed folder; `ip netns exec` has its own mounts, so a folder of
# its own can be put there.
_AVAHI = "mkdir -p /run/avahi-daemon && mount -t tmpfs tmpfs /run/avahi-daemon && exec \
avahi-daemon --no-drop-root --no-chroot --no-rlimits -f {settings}"

_SETTINGS = """[server]
host-name={host}
use-ipv6=no
"""


def need_programs(part: str, **programs: str) -> None:
    """Skips the test where a program (by the Debian package that has it) or Avahi is missing."""
    known = {"avahi-daemon": "avahi-daemon", "dbus-daemon": "dbus"} | {
        program.replace("_", "-"): package for program, package in programs.items()
    }
    missing = [package for program, package in known.items() if shutil.which(program) is None]
    if missing:
        needs(part, f"apt-get install --no-install-recommends {' '.join(missing)}")


@contextlib.contextmanager
def avahi(inside: Namespace, folder: Path, host: str = "printer") -> Iterator[str]:
    """Avahi answers inside as `host`.local. Yields its bus; the logs are in `folder`."""
    bus = folder / "bus"
    address = f"unix:path={bus}"
    settings = folder / "avahi.conf"
    settings.write_text(_SETTINGS.format(host=host))
    dbus = ("dbus-daemon", "--session", f"--address={address}", "--nofork", "--nopidfile")
    log = folder / "avahi.log"
    daemon = ("sh", "-c", _AVAHI.format(settings=settings))
    with running(inside, dbus, address, folder / "dbus.log"):
        until(bus.exists, "the bus", folder)
        with running(inside, daemon, address, log):
            until(lambda: "startup complete" in log.read_text(), "Avahi", folder)
            yield address


@contextlib.contextmanager
def published(
    inside: Namespace, bus: str, folder: Path, name: str, service: str, port: int, *text: str
) -> Iterator[None]:
    """`service` (`_ipp._tcp`) is announced as `name`, or with a number where that is taken."""
    log = folder / f"{service}.log"
    command = ("avahi-publish-service", name, service, str(port), *text)
    with running(inside, command, bus, log):
        until(lambda: "Established" in log.read_text(), service, folder)
        yield


def browse_until(inside: Namespace, bus: str, folder: Path, service: str, *words: str) -> None:
    """Browses for `service`, until something was found and resolved that has all of `words`."""
    log = folder / f"browse{service}.log"

    def seen() -> bool:
        lines = log.read_text().splitlines()
        return any(line.startswith("=") and all(w in line for w in words) for line in lines)

    with running(inside, ("avahi-browse", "-rp", service), bus, log):
        until(seen, service, folder)


@contextlib.contextmanager
def running(
    inside: Namespace, command: Sequence[str], bus: str, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        process = inside.start(command, env={"DBUS_SYSTEM_BUS_ADDRESS": bus}, log=out)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until(ready: Callable[[], bool], what: str, folder: Path) -> None:
    deadline = time.monotonic() + READY_S
    while not ready():
        if time.monotonic() > deadline:
            logs = "\n".join(f"{log.name}:\n{log.read_text()}" for log in folder.glob("*.log"))
            pytest.fail(f"{what} did not start within {READY_S:.0f} s\n{logs}")
        time.sleep(POLL_S)
