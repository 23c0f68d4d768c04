"""`panbot agent`: the console, for people and for programs, and the scoring of engines."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from agent import phone_cli
from agent.orders import OfflineOrders, OrderService, load_house, menu_file, open_cloud
from agent.settings import (
    SETTINGS,
    call_settings,
    cloud_settings,
    from_env,
    model_settings,
    trace_settings,
    whisper_model,
)
from agent.speech.audio import read_wav, wav
from agent.suite import load_suite
from cloud.services import SettingsError
from domain.clock import SystemClock
from domain.codec import encode
from domain.errors import Malformed, PanBotError
from domain.ids import UuidV7

__all__ = ["main"]

MODEL_CALLS = 4  # dialogues at a time with a model, whose service bounds what it is asked


def main(argv: Sequence[str]) -> int:
    """Runs one command; returns its exit status: 0 done, 1 it failed, 2 it was called wrongly."""
    arguments = _parser().parse_args(list(argv))
    command: Callable[[argparse.Namespace], Coroutine[Any, Any, int]] = arguments.run
    try:
        return asyncio.run(command(arguments))
    except (PanBotError, SettingsError, OSError, json.JSONDecodeError) as error:
        print(f"panbot agent: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    rows = "\n".join(f"  {s.name} [{s.default}]\n      {s.help}" for s in SETTINGS)
    parser = argparse.ArgumentParser(
        prog="panbot agent",
        description="The voice agent.",
        epilog=f"environment:\n{rows}\nand what the cloud needs: PANBOT_DATABASE_URL",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", dest="command", required=True)
    console = commands.add_parser(
        "console",
        help="talk to the agent by text",
        description="A chat in the terminal; with --jsonl JSON lines, many calls at once.",
    )
    console.add_argument("--business", metavar="ID", help="the business whose orders are taken")
    console.add_argument(
        "--menu",
        metavar="FILE",
        type=Path,
        help="a menu or restaurant file: no cloud, the order is shown and goes nowhere",
    )
    console.add_argument("--jsonl", action="store_true", help="for programs")
    console.set_defaults(run=_console)
    spoken = commands.add_parser(
        "call",
        help="take the order in recordings of a caller",
        description="Each WAV is what a caller said next, 8 to 48 kHz, PCM or µ-law; a second of "
        "silence in it ends a turn too. Recogniser, rules and voice run on this machine.",
    )
    spoken.add_argument("recordings", metavar="FILE.wav", type=Path, nargs="+")
    spoken.add_argument("--business", metavar="ID", help="the business whose orders are taken")
    spoken.add_argument(
        "--menu",
        metavar="FILE",
        type=Path,
        help="a menu or restaurant file: no cloud, the order is shown and goes nowhere",
    )
    spoken.add_argument("--json", action="store_true", help="one JSON object on standard output")
    spoken.add_argument(
        "--out", metavar="REPLY.wav", type=Path, help="where the replies go; default: reply.wav"
    )
    spoken.set_defaults(run=_spoken, out=Path("reply.wav"))
    scoring = commands.add_parser(
        "evaluate",
        help="score an engine on conversation suites",
        description="Plays every dialogue of the suites and counts the orders that are exact.",
    )
    scoring.add_argument("suites", metavar="SUITE.yaml", type=Path, nargs="+")
    scoring.add_argument(
        "--engine",
        choices=["rules", "model"],
        default="rules",
        help="rules, or the settings' model",
    )
    scoring.add_argument("--json", action="store_true", help="one JSON object on standard output")
    scoring.set_defaults(run=_evaluate)
    phone_cli.add(commands)
    return parser


async def _evaluate(arguments: argparse.Namespace) -> int:
    cases = [case for path in arguments.suites for case in load_suite(path)]
    model = model_settings() if arguments.engine == "model" else None
    clock = SystemClock()
    # LiveKit takes seconds to import; what is wrong with a suite has been said by now.
    from agent.engines import model_engine
    from agent.evaluate import evaluate, table
    from agent.rules_llm import RulesLLM

    engine = RulesLLM if model is None else model_engine(model)
    at_once = 1 if model is None else MODEL_CALLS
    score = await evaluate(cases, arguments.engine, engine, clock, UuidV7(clock), at_once=at_once)
    _write(msgspec.json.encode(score).decode() if arguments.json else table(score))
    return 0


async def _spoken(arguments: argparse.Namespace) -> int:
    clock = SystemClock()
    sounds = [read_wav(path) for path in arguments.recordings]
    async with _service(arguments) as service:
        house = await load_house(service)
        # LiveKit takes seconds to import; what is wrong with a file or a menu has been said by now.
        from agent.call import Call
        from agent.speech.ears import Ears
        from agent.speech.spoken_call import as_text, play, summary
        from agent.speech.voice import Voice, has_voice

        ids = UuidV7(clock)
        call = Call(ids.new(), house, service, clock, ids)
        voice = Voice() if has_voice() else None
        async with Ears.open(whisper_model(), count=1) as ears:
            await ears.prepare(house.menu)
            talked = await play(call, sounds, ears, voice, clock)
    if not talked.turns:
        raise Malformed("Nobody speaks in that recording.")
    if talked.replies:
        arguments.out.write_bytes(wav(talked.recording()))
    told = summary(talked, call.placed, arguments.out if talked.replies else None)
    _write(msgspec.json.encode(told).decode() if arguments.json else as_text(told))
    return 0


async def _console(arguments: argparse.Namespace) -> int:
    clock = SystemClock()
    async with _service(arguments) as service:
        house = await load_house(service)
        # LiveKit takes seconds to import; a wrong menu or business has been said by now.
        from agent.after_call import AfterCall
        from agent.console import chat, lines_of, serve_lines, stop_on_signals
        from agent.steady import steady
        from agent.switchboard import Switchboard

        after = None
        if arguments.menu is None:  # a call to a menu file is a try, and leaves nothing
            business_id = _business_id(arguments)
            after = AfterCall.of(business_id, service, clock, call_settings(), trace_settings())
        board = Switchboard(service, house, clock, UuidV7(clock), after)
        sending = asyncio.create_task(after.send_waiting()) if after is not None else None
        steady()
        stop = stop_on_signals()
        lines = lines_of(sys.stdin.fileno())
        if arguments.jsonl:
            await serve_lines(board, lines, _write, stop)
        else:
            await chat(board, lines, _write, stop, shown=lambda: _shown(service))
        if sending is not None:
            sending.cancel()
            await asyncio.wait([sending])
    return 0


@asynccontextmanager
async def _service(arguments: argparse.Namespace) -> AsyncIterator[OrderService]:
    if arguments.menu is not None:
        menu, business = menu_file(json.loads(arguments.menu.read_text("utf-8")))
        yield OfflineOrders(menu, business, SystemClock())
        return
    business_id = _business_id(arguments)
    async with open_cloud(cloud_settings(), business_id) as service:
        yield service


def _business_id(arguments: argparse.Namespace) -> str:
    business_id: str = arguments.business or from_env().business_id
    if not business_id:
        raise SettingsError("Name the restaurant: --business ID, PANBOT_AGENT_BUSINESS, or --menu.")
    return business_id


def _shown(service: OrderService) -> str:
    """The last order as JSON, where it went nowhere else."""
    if not isinstance(service, OfflineOrders) or not service.placed:
        return ""
    order = list(service.placed.values())[-1]
    return json.dumps(encode(order), ensure_ascii=False, indent=2)


def _write(line: str) -> None:
    print(line, flush=True)
