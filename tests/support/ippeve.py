"""A real IPP Everywhere printer: `ippeveprinter` from CUPS, shut into a network namespace.

It binds every address and wants Avahi even when it announces nothing, so it gets a namespace with a
private D-Bus and Avahi of its own. Nothing of it shares a port, a bus or a file with the machine's.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from printing.transport import Login
from tests.support.avahi import avahi, need_programs, running, until
from tests.support.netns import Namespace, namespace

__all__ = ["A4_PWG", "ROLL_58_PWG", "ROLL_80_PWG", "RealPrinter", "real_printer"]

PORT = 8631
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
    folder: Path,
    *,
    inside: Namespace | None = None,
    formats: str = FORMATS,
    attributes: str = "",
    login: Login | None = None,
) -> Iterator[RealPrinter]:
    """A printer that is ready for jobs, `inside` or in a namespace of its own. Its files and its
    logs are in `folder`.

    `attributes` (a file as in ippeveprinter.conf(5)) makes it another model than the usual one,
    which has Letter paper and takes `formats`. With a `login` it prints for nobody else.

    Skips the test where its programs, or the right to make a namespace, are missing.
    """
    need_programs("a real IPP printer", ippeveprinter="cups-ipp-utils")
    with contextlib.ExitStack() as stack:
        inside = inside or stack.enter_context(namespace())
        printer = RealPrinter(inside, folder)
        printer.printed.mkdir()
        (folder / "spool").mkdir()
        engine = folder / "engine"
        engine.write_text(_ENGINE.format(trouble=folder / "trouble", printed=printer.printed))
        engine.chmod(0o755)

        bus = stack.enter_context(avahi(inside, folder))
        keys = folder / "keys"
        keys.mkdir()
        command = (
            *_asking_for(login, folder),
            *("ippeveprinter", "-v", "-p", str(PORT), "-d", str(folder / "spool"), "-k"),
            *("-c", str(engine), "-K", str(keys), *_model(formats, attributes, folder)),
            *(("-A", "--pam-service", "panbot") if login else ()),
            "Lab Printer",
        )
        stack.enter_context(running(inside, command, bus, printer.log))
        until(lambda: _listens(inside), "ippeveprinter", folder)
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


def _listens(inside: Namespace) -> bool:
    try:
        inside.connect(PORT).close()
    except OSError:
        return False
    return True
