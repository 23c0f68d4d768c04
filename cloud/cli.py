"""`panbot cloud …`: serve, migrate, load, pairing-code, centrifugo-config."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
import logging
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import asyncpg

from cloud.app import create_app
from cloud.db.migrate import apply_migrations
from cloud.db.pool import connect
from cloud.realtime import centrifugo_config
from cloud.services import PASSWORD_FIELD, PIN_FIELD, Edit, Services
from cloud.settings import SETTINGS, Settings, SettingsError, from_env
from domain.errors import Malformed, PanBotError
from web.bodies import decode_body
from web.server import run
from web.words import CannotListen, os_words

__all__ = ["main"]

SHOWN = 60  # characters of a value that is told of: a line of a terminal has 80 or more

_SECRETS = {PIN_FIELD: "PIN", PASSWORD_FIELD: "password"}  # of which nothing is shown

_Command = Callable[[Settings, argparse.Namespace], Coroutine[Any, Any, int]]


def main(argv: Sequence[str]) -> int:
    """Runs one command; returns its exit status: 0, 1 where it failed, 2 where it was misused."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    command: _Command = arguments.command
    try:
        return asyncio.run(command(from_env(), arguments))
    except SettingsError as error:
        print(f"panbot cloud: {error}", file=sys.stderr)
        return 2
    except PanBotError as error:
        print(f"panbot cloud: {error.detail}", file=sys.stderr)
        return 1
    except CannotListen as error:
        words = f"{error}. Set PANBOT_CLOUD_HOST and PANBOT_CLOUD_PORT, or end what has it."
        print(f"panbot cloud: {words}", file=sys.stderr)
        return 1
    except asyncpg.ClientConfigurationError as error:  # it names the variable
        print(f"panbot cloud: {error}", file=sys.stderr)
        return 1
    except asyncpg.UndefinedTableError as error:
        print(f"panbot cloud: {error}: run panbot cloud migrate first.", file=sys.stderr)
        return 1
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        print(f"panbot cloud: PostgreSQL refuses: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"panbot cloud: {_words(error)}", file=sys.stderr)
        return 1


def _words(error: OSError) -> str:
    if error.filename is not None:
        return os_words(error)
    return (
        f"PostgreSQL does not answer ({os_words(error)}), and nothing was changed. Is it running, "
        "and is PANBOT_DATABASE_URL where it is?"
    )


def _parser() -> argparse.ArgumentParser:
    variables = "\n".join(f"  {s.name} [{s.default}]\n      {s.help}" for s in SETTINGS)
    parser = argparse.ArgumentParser(
        prog="panbot cloud",
        description="The cloud service: every business, in PostgreSQL.",
        epilog=f"environment:\n{variables}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, command: _Command, what: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=what, description=what)
        sub.set_defaults(command=command)
        return sub

    add("serve", _serve, "Apply missing migrations, then answer HTTP until SIGINT or SIGTERM.")
    add("migrate", _migrate, "Apply missing migrations.")
    load = add("load", _load, "Make a business what a file says; again changes nothing.")
    load.add_argument("file", metavar="FILE", type=Path, help="JSON; - reads standard input")
    load.add_argument(
        "--overwrite",
        action="store_true",
        help="put the file over what was edited since; each edit stays to be seen as a conflict",
    )
    password = add("password", _password, "Set an account's password, read from standard input.")
    password.add_argument("email", metavar="EMAIL", help="as it signs in; its logins end")
    code = add("pairing-code", _pairing_code, "Print a code that pairs one device, for 10 minutes.")
    code.add_argument("business", metavar="BUSINESS", help="the id of the business")
    add("centrifugo-config", _centrifugo_config, "Print the configuration for Centrifugo 6.")
    return parser


async def _serve(settings: Settings, arguments: argparse.Namespace) -> int:
    if not settings.secret:
        raise SettingsError("PANBOT_CLOUD_SECRET is not set: it signs access tokens.")
    await _migrate(settings, arguments)
    stop = asyncio.Event()
    async with Services.open(settings, stop=stop) as services:
        app = create_app(services, secret=settings.secret)
        upkeep = asyncio.create_task(services.upkeep.run())
        served = await run(
            app,
            settings.host,
            settings.port,
            stop=stop,
            on_ready=lambda port: print(f"http://{settings.host}:{port}", flush=True),
        )
        upkeep.cancel()
    return 0 if served else 1


async def _migrate(settings: Settings, arguments: argparse.Namespace) -> int:
    connection = await connect(settings.database_url)
    try:
        for name in await apply_migrations(connection):
            print(f"applied {name}")
    finally:
        await connection.close()
    return 0


async def _load(settings: Settings, arguments: argparse.Namespace) -> int:
    text = sys.stdin.buffer.read() if arguments.file == Path("-") else arguments.file.read_bytes()
    try:
        file = decode_body(text, dict[str, Any])
    except PanBotError as error:
        raise Malformed(f"{arguments.file} is no business's file: {error.detail}") from error
    async with Services.open(settings) as services:
        loaded = await services.businesses.load(file, overwrite=arguments.overwrite)
    print(f"{loaded.business_id}: {', '.join(loaded.changed) or 'nothing to change'}")
    for edit in loaded.kept:
        print(f"kept: {_told(edit, 'is')}")
    for edit in loaded.overwritten:
        print(f"overwritten: {_told(edit, 'was')}")
    for email in loaded.shared:
        print(f"{email} signs in to other businesses too, with one password for all of them.")
    if loaded.kept:
        print("These edits stand. --overwrite puts the file over them.")
    return 0


def _told(edit: Edit, verb: str) -> str:
    """`menu/main items[cola].price is 350 (edited by user:anna); the file says 300`."""
    what = f"{edit.record} {edit.path}".rstrip()
    by = f" (edited by {edit.by})" if edit.by else ""
    if edit.path in _SECRETS:
        return f"{edit.record}: the {_SECRETS[edit.path]} {verb} another one than the file's{by}"
    edited = "not there" if edit.edited is None else _shown(edit.edited)
    says = "does not have it" if edit.file is None else f"says {_shown(edit.file)}"
    return f"{what} {verb} {edited}{by}; the file {says}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]} …"


async def _password(settings: Settings, arguments: argparse.Namespace) -> int:
    if sys.stdin.isatty():
        password = await asyncio.to_thread(getpass.getpass, "New password: ")
    else:
        password = sys.stdin.readline().rstrip("\n")
    async with Services.open(settings) as services:
        opens = await services.identity.set_password(arguments.email, password)
    print(f"{arguments.email} signs in with it to {', '.join(one.business_id for one in opens)}")
    return 0


async def _pairing_code(settings: Settings, arguments: argparse.Namespace) -> int:
    async with Services.open(settings) as services:
        code = await services.devices.pairing_code(arguments.business)
    print(code.code)
    return 0


async def _centrifugo_config(settings: Settings, arguments: argparse.Namespace) -> int:
    if not settings.centrifugo_url:
        raise SettingsError("PANBOT_CENTRIFUGO_URL is not set: without it there is no Centrifugo.")
    print(json.dumps(centrifugo_config(settings), indent=2))
    return 0
