"""`panbot edge …`: serve, pair, status, sync, backup, restore."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ctypes
import gc
import json
import logging
import random
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from domain.clock import SystemClock
from domain.errors import Conflict
from domain.ids import UuidV7
from edge.complaints import status_of
from edge.lock import Running, address, running, say_address
from edge.settings import SETTINGS, BadSetting, EdgeSettings, read_settings, read_url

__all__ = ["environment_help", "main"]

M_ARENA_MAX = -8  # mallopt(3)
GARBAGE = 5_000  # new objects until a walk; of an order a few hundred are left for its answer
ARENAS = 2  # the event loop's and one for the threads

_Command = Callable[[EdgeSettings, argparse.Namespace], int]


def main(argv: Sequence[str]) -> int:
    """Runs one command; returns its exit status: 0, 1 where it failed, 2 where it was misused."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    command: _Command = arguments.command
    return status_of("panbot edge", lambda: command(read_settings(), arguments))


def environment_help() -> str:
    """The settings, for the end of a `--help`."""
    rows = "\n".join(f"  {s.name} [{s.default}]\n      {s.help}" for s in SETTINGS)
    return f"environment:\n{rows}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="panbot edge",
        description="The appliance in the restaurant: takes orders and prints, internet or not.",
        epilog=environment_help(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, command: _Command, what: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=what, description=what)
        sub.set_defaults(command=command)
        return sub

    add("serve", _serve, "Serve the terminals and print, until SIGINT or SIGTERM.")
    pair = add("pair", _pair, "Pair this edge with a restaurant, by a code from its owner.")
    pair.add_argument("code", metavar="CODE")
    pair.add_argument("--cloud", metavar="URL", default="", help="where the cloud is")
    status = add("status", _status, "Say how the edge and its printers are.")
    status.add_argument("--json", action="store_true", help="for machines")
    sync = add("sync", _sync, "Say what waits for the cloud.")
    sync.add_argument("--now", action="store_true", help="send it now, and wait")
    backup = add("backup", _backup, "Copy the database to a file; the edge may be running.")
    backup.add_argument("file", metavar="FILE", type=Path)
    restore = add("restore", _restore, "Put a backup in the place of the database.")
    restore.add_argument("file", metavar="FILE", type=Path)
    restore.add_argument(
        "--force", action="store_true", help="also where orders have not reached the cloud yet"
    )
    return parser


def _serve(settings: EdgeSettings, _: argparse.Namespace) -> int:
    import uvloop

    from edge.app import create_app
    from web.server import run

    async def serve() -> bool:
        clock, stop = SystemClock(), asyncio.Event()

        def ready(port: int) -> None:
            host = f"[{settings.host}]" if ":" in settings.host else settings.host
            _calm_collector()
            say_address(settings.data, f"http://{host}:{port}")
            print(f"http://{host}:{port}", flush=True)

        # Ids must be unique, not secret: no system call for each of a busy evening's.
        ids = UuidV7(clock, random.Random().getrandbits)  # noqa: S311
        app = create_app(settings, clock, ids, stop=stop)
        return await run(app, settings.host, settings.port, stop=stop, on_ready=ready)

    _share_arenas()
    if address(settings.data) is not None:
        raise Running(running(settings.data))
    return 0 if uvloop.run(serve()) else 1


def _calm_collector() -> None:
    """What is here by now stays, so the garbage collector need not walk over it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


def _share_arenas() -> None:
    """Asks glibc for few malloc arenas: one for each thread costs a small computer 14 MB."""
    with contextlib.suppress(AttributeError):  # another C library, which has no arenas
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def _pair(settings: EdgeSettings, arguments: argparse.Namespace) -> int:
    try:
        url = read_url(arguments.cloud) or settings.cloud_url
    except ValueError as error:
        raise BadSetting(f"--cloud {arguments.cloud!r}: {error}") from error
    if not url:
        raise BadSetting("say where the cloud is: --cloud URL, or PANBOT_CLOUD_URL")
    if address(settings.data) is None:
        business_id = asyncio.run(_pair_at_rest(settings, arguments.code, url))
    else:
        with closing(_local_api(settings)) as api:
            paired = api.post("/pairing", {"code": arguments.code, "cloud_url": url})
            business_id = paired["business_id"]
    print(f"paired with {business_id}")
    return 0


async def _pair_at_rest(settings: EdgeSettings, code: str, url: str) -> str:
    """No edge is running: its database is opened for the moment that this takes."""
    from edge.lock import locked
    from edge.store.store import Store
    from edge.syncing import keep_pairing, redeem

    with locked(settings.data):
        store = Store(settings.database, lambda _: None)
        await store.open()
        try:
            who = await keep_pairing(store, await redeem(url, code), url)
        finally:
            await store.close()
    return who.business_id


def _status(settings: EdgeSettings, arguments: argparse.Namespace) -> int:
    with closing(_local_api(settings)) as api:
        sync, printers = api.get("/sync/status"), api.get("/printers")
        held = api.get("/print-jobs?state=held")
    if arguments.json:
        print(json.dumps({"sync": sync, "printers": printers, "held": held}, indent=2))
        return 0
    _say_sync(sync)
    for printer in printers:
        reason = printer.get("status_reason") or ""
        print(f"printer {printer['id']}: {printer.get('status', 'unknown')} {reason}".rstrip())
    for job in held:
        print(f"held: {job['number']} {job['kind']} for {job['station']}: {job['reason']}")
    return 0


def _sync(settings: EdgeSettings, arguments: argparse.Namespace) -> int:
    with closing(_local_api(settings)) as api:
        if arguments.now:
            print(f"the cloud has answered about {api.post('/sync/flush')['answered']} records")
        sync = api.get("/sync/status")
    _say_sync(sync)
    if arguments.now and sync["pending"]["count"]:
        raise Conflict("Some records are still pending; the last error stands above.")
    return 0


def _say_sync(sync: dict[str, Any]) -> None:
    if not sync["paired"]:
        print("not paired: panbot edge pair CODE --cloud URL")
        return
    link, pending = sync["link"] or {}, sync["pending"]
    print(f"business {sync['business_id']}, cloud {sync['cloud_url']}: {link.get('push', '')}")
    print(f"feed read up to {sync['cursor']}, {sync['lag']} behind")
    print(f"{pending['count']} records wait to go up, {pending['failing']} of them failing")
    for one in sync["collections"]:
        taken = f", last taken {one['last_taken']}" if one["last_taken"] else ""
        waits = f"{one['pending']} waiting, the oldest for {one['oldest_s']:.0f} s"
        quarantined = f", {one['quarantined']} quarantined" if one["quarantined"] else ""
        print(f"  {one['collection']}: {waits}{quarantined}{taken}")
    for loop, reason in sync["broken"].items():
        print(f"STUCK: the {loop} breaks and begins again, nothing moves there: {reason}")
    for one in sync["set_aside"]:
        print(f"could not be taken here: {one['collection']}/{one['key']}: {one['reason']}")
    if sync["conflicts"]:
        print(f"{sync['conflicts']} conflicts wait for someone to settle them")
    if pending["last_error"]:
        print(f"last error: {pending['last_error']}")
    if link.get("last_error"):
        print(f"the link: {link['last_error']}")


def _backup(settings: EdgeSettings, arguments: argparse.Namespace) -> int:
    from edge.backups import backup

    backup(settings.database, arguments.file)
    print(f"wrote {arguments.file}")
    return 0


def _restore(settings: EdgeSettings, arguments: argparse.Namespace) -> int:
    from edge.backups import restore

    done = restore(arguments.file, settings.data, settings.database, force=arguments.force)
    if done.left_behind is None:
        print("What the cloud has not heard of cannot be read: the database was damaged.")
    elif done.left_behind:
        print(f"{done.left_behind} did not reach the cloud and stay in what is kept.")
    kept = f"; what was there before is kept as {done.before}" if done.before is not None else ""
    print(f"restored {arguments.file}{kept}")
    return 0


def _local_api(settings: EdgeSettings) -> Any:
    from edge.local_api import LocalApi

    return LocalApi(settings, SystemClock())
