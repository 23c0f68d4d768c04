"""A CUPS of the measurement's own, with one raw queue: the peer that printing is measured beside.

It has its own configuration, spool and port on loopback, and nothing to do with one that the
machine may run.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from pyipp.enums import IppOperation, IppStatus
from pyipp.parser import parse
from pyipp.serializer import encode_dict

from bench.stack import free_port
from demo.children import Child, stop_all

__all__ = ["Cups", "cups", "installed"]

READY_S = 20.0
LOOK_S = 0.01
QUEUE = "kitchen"

_CUPSD = "/usr/sbin/cupsd"  # not on everybody's PATH

_CUPSD_CONF = """
Listen 127.0.0.1:{port}
Browsing Off
WebInterface No
DefaultAuthType None
LogLevel warn
MaxJobs 0
<Location />
  Order allow,deny
  Allow from 127.0.0.1
</Location>
<Policy default>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""

_CUPS_FILES_CONF = """
ServerRoot {root}
RequestRoot {root}/spool
TempDir {root}/spool/tmp
CacheDir {root}/cache
StateDir {root}/run
AccessLog {root}/access.log
ErrorLog {root}/error.log
PageLog {root}/page.log
"""

_PRINTERS_CONF = """
<Printer {queue}>
DeviceURI socket://127.0.0.1:{port}
State Idle
Accepting Yes
Shared No
ErrorPolicy retry-job
</Printer>
"""


class Cups:
    """A running cupsd."""

    def __init__(self, port: int, child: Child) -> None:
        self.port = port
        self.child = child

    @property
    def queue(self) -> str:
        return f"ipp://127.0.0.1:{self.port}/printers/{QUEUE}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/printers/{QUEUE}"

    def print_job(self, name: str, ticket: bytes) -> bytes:
        """What asks CUPS to print `ticket`, as the body of an `application/ipp` request."""
        attributes = {"job-name": name, "document-format": "application/vnd.cups-raw"}
        return self._message(IppOperation.PRINT_JOB, attributes, ticket)

    async def submit(self, client: httpx.AsyncClient, name: str, ticket: bytes) -> None:
        """Returns once CUPS has accepted the job. Raises httpx.HTTPError, RuntimeError."""
        await self._ask(client, self.print_job(name, ticket))

    async def waiting(self, client: httpx.AsyncClient) -> int:
        """How many jobs are not done yet."""
        wanted = {"which-jobs": "not-completed", "requested-attributes": ("job-id",)}
        return len((await self._ask(client, self._message(IppOperation.GET_JOBS, wanted)))["jobs"])

    def _message(
        self, operation: IppOperation, attributes: Mapping[str, object], content: bytes = b""
    ) -> bytes:
        message = {
            "version": (2, 0),
            "operation": operation,
            "request-id": 1,
            "operation-attributes-tag": {
                "attributes-charset": "utf-8",
                "attributes-natural-language": "en-US",
                "printer-uri": self.queue,
                "requesting-user-name": "bench",
                **attributes,
            },
            "data": content,
        }
        encoded: bytes = encode_dict(message)
        return encoded

    async def _ask(self, client: httpx.AsyncClient, message: bytes) -> dict[str, Any]:
        answer = await client.post(
            self.url, content=message, headers={"Content-Type": "application/ipp"}
        )
        answer.raise_for_status()
        parsed: dict[str, Any] = parse(answer.content, contains_data=False)
        if parsed["status-code"] not in (IppStatus.OK, IppStatus.OK_IGNORED_OR_SUBSTITUTED):
            raise RuntimeError(f"CUPS refused: {parsed['status-code']}")
        return parsed


def installed() -> bool:
    """True where cupsd is here; else says loudly what would bring it."""
    if shutil.which(_CUPSD) and os.geteuid() == 0:
        return True
    print(
        "not measured: CUPS beside it; bring it with `scripts/debian-packages bench`, as root",
        file=sys.stderr,
        flush=True,
    )
    return False


@asynccontextmanager
async def cups(root: Path, printer_port: int) -> AsyncIterator[Cups]:
    """cupsd with a raw queue to 127.0.0.1:`printer_port`; its spool in `root` stays for the next
    one. Killed at the end, where it has not ended before."""
    port = free_port()
    _configure(root, port, printer_port)
    child = await Child.start(
        "cupsd",
        (_CUPSD, "-f", "-c", str(root / "cupsd.conf"), "-s", str(root / "cups-files.conf")),
        environment={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        log=root / "cupsd.log",
    )
    try:
        async with asyncio.timeout(READY_S), httpx.AsyncClient(trust_env=False) as client:
            running = Cups(port, child)
            while True:
                with contextlib.suppress(httpx.TransportError):
                    await running.waiting(client)
                    break
                await asyncio.sleep(LOOK_S)
        yield running
    finally:
        await stop_all([child])


def _configure(root: Path, port: int, printer_port: int) -> None:
    for folder in (root, root / "spool", root / "spool" / "tmp", root / "cache", root / "run"):
        folder.mkdir(exist_ok=True, parents=True)
    root.chmod(0o755)  # the backend runs as `lp`
    (root / "cupsd.conf").write_text(_CUPSD_CONF.format(port=port))
    (root / "cups-files.conf").write_text(_CUPS_FILES_CONF.format(root=root))
    (root / "printers.conf").write_text(_PRINTERS_CONF.format(queue=QUEUE, port=printer_port))
