"""`panbot printers …`: scan, list, test."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from domain.clock import SystemClock
from domain.errors import PanBotError
from edge.local_api import LocalApi
from edge.settings import BadSetting, read_settings

__all__ = ["main"]

TEST_WAIT_S = 15.0  # longer than the three retries: by then it is printed, or held with a reason
LOOK_EVERY_S = 0.2


def main(argv: Sequence[str]) -> int:
    """Runs one command against the edge on this machine; returns its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        with closing(LocalApi(read_settings(), SystemClock())) as api:
            return arguments.command(api, arguments)  # type: ignore[no-any-return]
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
    scan = commands.add_parser("scan", help="look for printers on PANBOT_LAN_INTERFACES")
    scan.set_defaults(command=_scan)
    listing = commands.add_parser("list", help="show every printer and how it is")
    listing.set_defaults(command=_list)
    test = commands.add_parser("test", help="print a test ticket")
    test.add_argument("printer", metavar="PRINTER", help="its id, as in the list")
    test.set_defaults(command=_test)
    return parser


def _scan(api: LocalApi, _: argparse.Namespace) -> int:
    found = api.post("/printers/scan")
    for printer in found:
        print(f"{printer['identity']}  {printer['name']}  {printer['uri']}  {printer['model']}")
    if not found:
        print("No printer announces itself on the interfaces that PANBOT_LAN_INTERFACES names.")
    return 0


def _list(api: LocalApi, _: argparse.Namespace) -> int:
    for printer in api.get("/printers"):
        status = printer.get("status", "unknown")
        print(f"{printer['id']}  {printer['name']}  {printer['uri']}  {status}")
    return 0


def _test(api: LocalApi, arguments: argparse.Namespace) -> int:
    (job,) = api.post(f"/printers/{arguments.printer}/test")
    deadline = time.monotonic() + TEST_WAIT_S
    while time.monotonic() < deadline:
        state, reason = _state(api, job["id"])
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
