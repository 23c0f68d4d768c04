"""`panbot printers …`: scan, list, add, test, identify."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from domain.clock import SystemClock
from domain.errors import PanBotError
from edge.local_api import LocalApi
from edge.settings import BadSetting, read_settings

__all__ = ["main"]

PRINT_WAIT_S = 15.0  # longer than the three retries: by then it is printed, or held with a reason
SCAN_WAIT_S = 90.0  # the edge itself gives up sooner
LOOK_EVERY_S = 0.2

_Command = Callable[[LocalApi, argparse.Namespace], int]


def main(argv: Sequence[str]) -> int:
    """Runs one command against the edge on this machine; returns its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        with closing(LocalApi(read_settings(), SystemClock())) as api:
            command: _Command = arguments.command
            return command(api, arguments)
    except BadSetting as error:
        print(f"panbot printers: {error}", file=sys.stderr)
        return 2
    except PanBotError as error:
        print(f"panbot printers: {error.detail}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="panbot printers", description="The printers of the edge on this machine."
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, command: _Command, what: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=what, description=what)
        sub.set_defaults(command=command)
        return sub

    add("scan", _scan, "Look for printers on the networks of PANBOT_LAN_INTERFACES.")
    add("list", _list, "Show every printer and how it is.")
    adding = add("add", _add, "Add a printer by its address.")
    adding.add_argument("address", metavar="ADDRESS", help="10.0.0.5, or as the scan shows it")
    adding.add_argument("--name", default="", help="what the kitchen calls it")
    for name, command, what in (
        ("test", _test, "Print a test ticket."),
        ("identify", _identify, "Let a printer show which one it is: it blinks, or prints a slip."),
    ):
        sub = add(name, command, what)
        sub.add_argument("printer", metavar="PRINTER", help="its id, as in the list")
    return parser


def _scan(api: LocalApi, _: argparse.Namespace) -> int:
    scan = api.post("/printers/scan")
    shown: set[str] = set()
    deadline = time.monotonic() + SCAN_WAIT_S
    while scan["state"] == "running" and time.monotonic() < deadline:
        _show_progress(scan, shown)
        time.sleep(LOOK_EVERY_S)
        scan = api.get("/printers/scan")
    _show_progress(scan, shown)
    print(file=sys.stderr)
    for found in scan["found"]:
        known = f"is {found['printer_id']}" if found["printer_id"] else "new"
        status = f"{found['status']} {found['status_reason']}".rstrip()
        print(f"{found['identity']}  {found['name']}  {found['uri']}  {known}  {status}")
    if scan["state"] != "done":
        print(f"panbot printers: the scan did not end: {scan['reason']}", file=sys.stderr)
        return 1
    if not scan["found"]:
        print("No printer answers on the networks of the interfaces in PANBOT_LAN_INTERFACES.")
    return 0


def _show_progress(scan: dict[str, Any], shown: set[str]) -> None:
    """One line that is written over, and one for each printer as it comes; for people, so not on
    standard output."""
    for found in scan["found"]:
        if found["uri"] not in shown:
            shown.add(found["uri"])
            print(f"\rfound {found['name']} at {found['uri']:<40}", file=sys.stderr)
    line = f"\rasked {scan['probed']} of {scan['total']} addresses"
    print(line, end="", file=sys.stderr, flush=True)


def _list(api: LocalApi, _: argparse.Namespace) -> int:
    for printer in api.get("/printers"):
        status = f"{printer.get('status', 'unknown')} {printer.get('status_reason', '')}".rstrip()
        print(f"{printer['id']}  {printer['name']}  {printer['uri']}  {status}")
    return 0


def _add(api: LocalApi, arguments: argparse.Namespace) -> int:
    added = api.post("/printers", {"uri": arguments.address, "name": arguments.name})
    print(f"{added['id']}  {added['name']}  {added['uri']}")
    return 0


def _test(api: LocalApi, arguments: argparse.Namespace) -> int:
    (job,) = api.post(f"/printers/{arguments.printer}/test")
    return _wait_for(api, job["id"])


def _identify(api: LocalApi, arguments: argparse.Namespace) -> int:
    job_id = api.post(f"/printers/{arguments.printer}/identify")["job_id"]
    if job_id is None:
        print("it blinks or beeps")
        return 0
    return _wait_for(api, job_id)


def _wait_for(api: LocalApi, job_id: int) -> int:
    deadline = time.monotonic() + PRINT_WAIT_S
    while time.monotonic() < deadline:
        state, reason = _state(api, job_id)
        if state in ("printed", "held", "failed"):
            print(f"{state}: {reason}" if reason else state)
            return 0 if state == "printed" else 1
        time.sleep(LOOK_EVERY_S)
    print(f"still {state}: {reason}")
    return 1


def _state(api: LocalApi, job_id: int) -> tuple[str, str]:
    jobs: list[dict[str, Any]] = api.get("/print-jobs")
    job = next(one for one in jobs if one["id"] == job_id)
    return job["state"], job["reason"]
