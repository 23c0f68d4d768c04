"""`panbot printers …`: scan, list, add, set, remove, route, test, identify."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any
from urllib.parse import quote

from domain.clock import SystemClock
from domain.errors import NotFound
from edge.complaints import status_of
from edge.local_api import LocalApi
from edge.settings import BadSetting, read_settings

__all__ = ["main"]

PRINT_WAIT_S = 15.0  # longer than the three retries: by then it is printed, or held with a reason
SCAN_WAIT_S = 90.0  # the edge itself gives up sooner
LOOK_EVERY_S = 0.2

_NOBODY = "no printer"
_WHICH = "its id or its name, as in the list"

_Command = Callable[[LocalApi, argparse.Namespace], int]


def main(argv: Sequence[str]) -> int:
    """Runs one command against the edge on this machine; returns its exit status."""
    arguments = _parser().parse_args(argv)
    command: _Command = arguments.command

    def run() -> int:
        with closing(LocalApi(read_settings(), SystemClock())) as api:
            return command(api, arguments)

    return status_of("panbot printers", run)


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
    setting = add("set", _set, "Rename a printer, or say where it stands and what it has.")
    setting.add_argument("printer", metavar="PRINTER", help=_WHICH)
    setting.add_argument("--name", help="what the kitchen calls it")
    setting.add_argument("--address", dest="uri", metavar="ADDRESS", help="10.0.0.5, or a URI")
    setting.add_argument("--paper", dest="paper_mm", type=int, metavar="MM", help="80 or 58")
    setting.add_argument("--columns", type=int, help="characters in a line: 48, 42 or 32")
    setting.add_argument("--code-page", help="CP858, for one")
    setting.add_argument(
        "--fallback", metavar="PRINTER", help="prints in its place while it is away; '' for none"
    )
    removing = add("remove", _remove, "Remove a printer; tickets that wait for it are not lost.")
    removing.add_argument("printer", metavar="PRINTER", help=_WHICH)
    then = removing.add_mutually_exclusive_group()
    then.add_argument("--move-to", metavar="PRINTER", help="takes its tickets and stations over")
    then.add_argument("--hold", action="store_true", help="keep its tickets for a person")
    routing = add("route", _route, "Say which printers a station's tickets come out of.")
    routing.add_argument("station", metavar="STATION", nargs="?", help="none: show all stations")
    routing.add_argument("printers", metavar="PRINTER", nargs="*", help=_WHICH)
    routing.add_argument("--none", action="store_true", help="no printer: its tickets are held")
    for name, command, what in (
        ("test", _test, "Print a test ticket."),
        ("identify", _identify, "Let a printer show which one it is: it blinks, or prints a slip."),
    ):
        sub = add(name, command, what)
        sub.add_argument("printer", metavar="PRINTER", help=_WHICH)
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


def _set(api: LocalApi, arguments: argparse.Namespace) -> int:
    names = ("name", "uri", "paper_mm", "columns", "code_page")
    wanted = {name: value for name in names if (value := getattr(arguments, name)) is not None}
    if arguments.fallback is not None:
        wanted["fallback_id"] = arguments.fallback and _id_of(api, arguments.fallback)
    if not wanted:
        raise BadSetting("say what to set: --name, --address, --paper, --columns, --fallback …")
    path = _path(api, arguments.printer)
    now = api.change("PATCH", path, wanted, version=api.etag(path))
    print(f"{now['id']}  {now['name']}  {now['uri']}")
    return 0


def _remove(api: LocalApi, arguments: argparse.Namespace) -> int:
    path = _path(api, arguments.printer)
    query = "?hold=true" if arguments.hold else ""
    if arguments.move_to:
        query = f"?move_to={quote(_id_of(api, arguments.move_to), safe='')}"
    gone = api.change("DELETE", path + query, version=api.etag(path))
    print(f"removed; {gone['moved']} tickets moved, {gone['held']} held")
    for station, printers in gone["stations"].items():
        print(f"{station}: {', '.join(printers) or _NOBODY}")
    return 0


def _route(api: LocalApi, arguments: argparse.Namespace) -> int:
    stations = api.get("/routing")
    if arguments.station is not None:
        if bool(arguments.printers) == arguments.none:
            raise BadSetting("name the printers of the station, or say --none")
        known = {one["station"]: one["version"] for one in stations}
        version = f'"{known.get(arguments.station, 0)}"'
        wanted = {"printer_ids": [_id_of(api, one) for one in arguments.printers]}
        path = f"/routing/{quote(arguments.station, safe='')}"
        stations = api.change("PUT", path, wanted, version=version)
    for one in stations:
        held = f"  {one['held']} tickets held" if one["held"] else ""
        print(f"{one['station']}: {', '.join(one['printer_ids']) or _NOBODY}{held}")
    return 0


def _path(api: LocalApi, printer: str) -> str:
    return f"/printers/{quote(_id_of(api, printer), safe='')}"


def _id_of(api: LocalApi, printer: str) -> str:
    """The id of the printer that is meant, by its id or by its name. Raises `NotFound`."""
    known = api.get("/printers")
    named: list[str] = [one["id"] for one in known if one["name"].casefold() == printer.casefold()]
    if any(one["id"] == printer for one in known):
        named = [printer]
    if len(named) != 1:
        there = "; ".join(f"{one['id']} ({one['name']})" for one in known) or "none is set up"
        raise NotFound(f"There is no one printer {printer!r}: {there}.")
    return named[0]


def _test(api: LocalApi, arguments: argparse.Namespace) -> int:
    (job,) = api.post(f"{_path(api, arguments.printer)}/test")
    return _wait_for(api, job["id"])


def _identify(api: LocalApi, arguments: argparse.Namespace) -> int:
    job_id = api.post(f"{_path(api, arguments.printer)}/identify")["job_id"]
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
