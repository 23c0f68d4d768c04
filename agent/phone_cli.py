"""`panbot agent start` and `panbot agent trunks`: the telephone."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from typing import Any

from agent.settings import engine_settings, livekit_settings, phone_region, worker_settings
from agent.sip import e164
from agent.thrift import few_heaps
from domain.errors import FieldError, Invalid, Unavailable

__all__ = ["add"]


def add(commands: Any) -> None:
    """Adds the commands to `panbot agent`'s."""
    start = commands.add_parser(
        "start",
        help="take telephone calls",
        description="Takes the calls that LiveKit sends, until SIGINT or SIGTERM; calls that are "
        "up then go on to their end.",
    )
    start.set_defaults(run=_start)
    trunks = commands.add_parser(
        "trunks",
        help="set up LiveKit for a carrier's calls",
        description="Creates or changes an inbound trunk and its dispatch rule in LiveKit. Without "
        "--number, shows what there is.",
    )
    trunks.add_argument(
        "--number", metavar="+49…", action="append", default=[], help="ours at the carrier"
    )
    trunks.add_argument(
        "--allow",
        metavar="ADDRESS",
        action="append",
        default=[],
        help="where the carrier calls from: 192.0.2.7 or 192.0.2.0/24",
    )
    trunks.add_argument("--name", default="panbot", help="what both are called")
    trunks.add_argument("--business", metavar="ID", default="", help="whose all these calls are")
    trunks.add_argument("--dry-run", action="store_true", help="only say what would be done")
    trunks.set_defaults(run=_trunks)


async def _start(arguments: argparse.Namespace) -> int:
    settings, engines = worker_settings(), engine_settings()
    few_heaps()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # LiveKit takes seconds to import; what is wrong with the settings has been said by now.
    from agent.chosen_engines import open_engines
    from agent.console import stop_on_signals
    from agent.steady import steady
    from agent.worker import make_server, send_what_waits, serve

    stop = stop_on_signals()
    async with open_engines(engines) as chosen:
        sending = asyncio.create_task(send_what_waits(settings))
        server = make_server(settings, chosen)
        steady()
        await serve(server, stop, lambda: print("ready for calls", flush=True))
        sending.cancel()
        await asyncio.wait([sending])
    return 0


async def _trunks(arguments: argparse.Namespace) -> int:
    url, key, secret = livekit_settings()
    numbers = tuple(_number(text) for text in arguments.number)
    from aiohttp import ClientError
    from livekit import api

    from agent.trunks import Setup, set_up, show
    from agent.worker import AGENT_NAME

    wanted = Setup(
        name=arguments.name,
        agent=AGENT_NAME,
        numbers=numbers,
        addresses=tuple(arguments.allow),
        business_id=arguments.business,
    )
    try:
        async with api.LiveKitAPI(url, key, secret) as livekit:
            if numbers:
                steps = await set_up(livekit, wanted, dry_run=arguments.dry_run)
                for step in steps:
                    print(step.what)
            for line in await show(livekit):
                print(line)
    except (api.ServerError, ClientError, TimeoutError) as error:
        raise Unavailable(f"LiveKit does not do it: {error}") from error
    if numbers and not arguments.allow:
        print("panbot agent: without --allow anybody may call this trunk", file=sys.stderr)
    return 0


def _number(text: str) -> str:
    number = e164(text, phone_region())
    if not number:
        raise Invalid.of([FieldError("--number", f"{text!r} is no telephone number")])
    return number
