"""A real IPP Everywhere printer: `ippeveprinter` from CUPS, shut into a network namespace.

It binds every address and wants Avahi even when it announces nothing, so it gets a namespace with a
private D-Bus and Avahi of its own. Nothing of it shares a port, a bus or a file with the machine's.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from printing.transport import Login
from tests.support.needs import needs
from tests.support.netns import Namespace, namespace

__all__ = ["A4_PWG", "ROLL_58_PWG", "ROLL_80_PWG", "RealPrinter", "real_printer"]

PORT = 8631
READY_S = 20.0  # it takes one second; a machine that is busy with other tests may need more
STOP_S = 5.0
POLL_S = 0.02
FORMATS = "application/pdf,image/jpeg,image/pwg-raster,text/plain"

# Other models, by what they say of themselves.
_MODEL = """
ATTR textWithoutLanguage printer-make-and-model "{model}"
ATTR mimeMediaType document-format-default {format}
ATTR mimeMediaType document-format-supported application/octet-stream,{format}
ATTR keyword pwg-raster-document-type-supported {kinds}
ATTR resolution pwg-raster-document-resolution-supported {dpi}
ATTR collection media-col-default {{ MEMBER collection media-size {{
    MEMBER integer x-dimension {width} MEMBER integer y-dimension {length} }} }}
ATTR collection media-col-ready {{ MEMBER collection media-size {{
    MEMBER integer x-dimension {width} MEMBER integer y-dimension {length} }} }}
"""
ROLL_80_PWG = _MODEL.format(
    model="Roll 80", format="image/pwg-raster", kinds="black_1", dpi="203dpi", width=8000, length=0
)
ROLL_58_PWG = _MODEL.format(
    model="Roll 58", format="image/pwg-raster", kinds="black_1", dpi="203dpi", width=5800, length=0
)
A4_PWG = _MODEL.format(
    model="A4",
    format="image/pwg-raster",
    kinds="sgray_8",
    dpi="300dpi,600dpi",
    width=21000,
    length=29700,
)

_PROGRAMS = {
    "ippeveprinter": "cups-ipp-utils",
    "avahi-daemon": "avahi-daemon",
    "dbus-daemon": "dbus",
}

# What it does with a job in place of printing: a real printer's engine, as short as it can be.
# Without a command it simulates a slow print and is busy for seconds.
_ENGINE = """#!/bin/sh
if [ -e {trouble} ]; then cat {trouble} >&2; exit 1; fi
cp "$1" {printed}/
"""

# Passwords are checked by PAM, whose folder it shares with nobody in its own mounts.
_CHECK = """#!/bin/sh
read -r password
[ "$PAM_USER:$password" = "{username}:{password}" ]
"""
_WITH_PAM = """mount -t tmpfs tmpfs /etc/pam.d
cat >/etc/pam.d/panbot <<RULES
auth required pam_exec.so expose_authtok quiet {check}
account required pam_permit.so
RULES
exec "$@"
"""

# Avahi keeps its files in one fixed folder; `ip netns exec` has its own mounts, so a folder of
# its own can be put there.
_AVAHI = "mkdir -p /run/avahi-daemon && mount -t tmpfs tmpfs /run/avahi-daemon && exec \
avahi-daemon --no-drop-root --no-chroot --no-rlimits"


class RealPrinter:
    """`printed` has a copy of each document that came out."""

    def __init__(self, inside: Namespace, folder: Path) -> None:
        self.inside = inside
        self.port = PORT
        self.path = "/ipp/print"
        self.printed = folder / "printed"
        self.log = folder / "printer.log"
        self._trouble = folder / "trouble"

    @contextlib.contextmanager
    def trouble(self, says: str = "ERROR: paper jam\n") -> Iterator[None]:
        """Meanwhile the engine fails every job, with these words on its standard error."""
        self._trouble.write_text(says)
        try:
            yield
        finally:
            self._trouble.unlink()

    def documents(self) -> list[bytes]:
        """What came out, oldest first."""
        files = sorted(self.printed.iterdir(), key=lambda file: file.stat().st_mtime_ns)
        return [file.read_bytes() for file in files]


@contextlib.contextmanager
def real_printer(
    folder: Path, *, formats: str = FORMATS, attributes: str = "", login: Login | None = None
) -> Iterator[RealPrinter]:
    """A printer that is ready for jobs. Its files and its logs are in `folder`.

    `attributes` (a file as in ippeveprinter.conf(5)) makes it another model than the usual one,
    which has Letter paper and takes `formats`. With a `login` it prints for nobody else.

    Skips the test where its programs, or the right to make a namespace, are missing.
    """
    missing = [package for program, package in _PROGRAMS.items() if shutil.which(program) is None]
    if missing:
        needs("a real IPP printer", f"apt-get install --no-install-recommends {' '.join(missing)}")
    with contextlib.ExitStack() as stack:
        inside = stack.enter_context(namespace())
        printer = RealPrinter(inside, folder)
        printer.printed.mkdir()
        (folder / "spool").mkdir()
        engine = folder / "engine"
        engine.write_text(_ENGINE.format(trouble=folder / "trouble", printed=printer.printed))
        engine.chmod(0o755)

        bus = folder / "bus"
        address = f"unix:path={bus}"

        def start(name: str, *command: str) -> Path:
            log = folder / f"{name}.log"
            stack.enter_context(_running(inside, command, address, log))
            return log

        start("dbus", "dbus-daemon", "--session", f"--address={address}", "--nofork", "--nopidfile")
        _until(bus.exists, "the bus", folder)
        avahi = start("avahi", "sh", "-c", _AVAHI)
        _until(lambda: "startup complete" in avahi.read_text(), "Avahi", folder)
        keys = folder / "keys"
        keys.mkdir()
        start(
            "printer",
            *_asking_for(login, folder),
            *("ippeveprinter", "-v", "-p", str(PORT), "-d", str(folder / "spool"), "-k"),
            *("-c", str(engine), "-K", str(keys), *_model(formats, attributes, folder)),
            *(("-A", "--pam-service", "panbot") if login else ()),
            "Lab Printer",
        )
        _until(lambda: _listens(inside), "ippeveprinter", folder)
        yield printer


def _model(formats: str, attributes: str, folder: Path) -> tuple[str, ...]:
    if not attributes:
        return ("-f", formats)
    file = folder / "attributes.conf"
    file.write_text(attributes)
    return ("-a", str(file))


def _asking_for(login: Login | None, folder: Path) -> tuple[str, ...]:
    """What the printer is started by, where it shall ask for `login`."""
    if login is None:
        return ()
    check = folder / "check"
    check.write_text(_CHECK.format(username=login.username, password=login.password))
    check.chmod(0o755)
    return ("sh", "-ec", _WITH_PAM.format(check=check), "sh")


@contextlib.contextmanager
def _running(
    inside: Namespace, command: tuple[str, ...], bus: str, log: Path
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


def _listens(inside: Namespace) -> bool:
    try:
        inside.connect(PORT).close()
    except OSError:
        return False
    return True


def _until(ready: Callable[[], bool], what: str, folder: Path) -> None:
    deadline = time.monotonic() + READY_S
    while not ready():
        if time.monotonic() > deadline:
            logs = "\n".join(f"{log.name}:\n{log.read_text()}" for log in folder.glob("*.log"))
            pytest.fail(f"{what} did not start within {READY_S:.0f} s\n{logs}")
        time.sleep(POLL_S)
