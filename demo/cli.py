"""`panbot demo`: all of it on this machine, on one page; or one order, checked."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo.settings import SETTINGS, DemoSettings, read_settings
from domain.clock import Clock, SystemClock
from domain.ids import UuidV7

if TYPE_CHECKING:  # all of PanBot stands behind it, and --help should not wait for that
    from demo.supervisor import Tell

__all__ = ["main"]

INTERRUPTED = 130  # what a shell expects after Ctrl-C


def main(argv: Sequence[str]) -> int:
    """Runs the demo; returns its exit status: 0, 1 where something failed, 130 where it was
    interrupted before it was up, or before its one order was through."""
    arguments = _parser().parse_args(argv)
    settings, clock = read_settings(), SystemClock()
    tell = _teller(clock, quiet=arguments.json)
    if arguments.once or arguments.json or arguments.say:
        work = _once(settings, clock, arguments.say, as_object=arguments.json, tell=tell)
    else:
        work = _page(settings, clock, tell)
    return asyncio.run(_until_signalled(work))


def _parser() -> argparse.ArgumentParser:
    variables = "\n".join(f"  {s.name} [{s.default}]\n      {s.help}" for s in SETTINGS)
    parser = argparse.ArgumentParser(
        prog="panbot demo",
        description="All of PanBot on this machine, with a sample restaurant and two virtual "
        "printers. Without options: a page in the browser, until Ctrl-C.",
        epilog=f"environment:\n{variables}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="take one order by text and wait for its paper; 0 only if that matches the order",
    )
    parser.add_argument(
        "--say",
        metavar="TEXT",
        action="append",
        default=[],
        help="what the caller says, in the place of the built-in order; more than once for more "
        "sentences. Where the agent then still asks (anything else? what name? shall I place "
        "it?), the caller answers, and at last says yes",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="like --once, printing one object: {ok, order, tickets, steps} and, where it is not "
        "ok, problems; `ms` of a step counts from the caller's last word",
    )
    return parser


def _teller(clock: Clock, quiet: bool) -> Tell:
    """Tells of progress on standard error, with the seconds since now."""
    began = clock.monotonic()

    def tell(part: str, what: str) -> None:
        if not quiet:
            took = clock.monotonic() - began
            print(f"{took:6.1f} s  {part:<11} {what}", file=sys.stderr, flush=True)

    return tell


async def _until_signalled(work: Coroutine[Any, Any, int]) -> int:
    """Runs `work`; SIGINT or SIGTERM cancels it, so that it cleans up."""
    stop = asyncio.Event()
    _on_signals(stop.set)
    working = asyncio.create_task(work)
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not working.done():
        print("Stopping …", file=sys.stderr, flush=True)
        working.cancel()
    try:
        return await working
    except asyncio.CancelledError:
        return INTERRUPTED


def _on_signals(then: Callable[[], object]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, then)


async def _once(
    settings: DemoSettings, clock: Clock, sayings: Sequence[str], *, as_object: bool, tell: Tell
) -> int:
    from demo.caller import SAYINGS
    from demo.once import as_json, as_text, failed, take_order
    from demo.supervisor import CannotRun, running

    with contextlib.ExitStack() as stack:
        folder = settings.data or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="panbot-demo-"))
        )
        try:
            async with running(folder, settings, clock, tell) as demo:
                report = await take_order(demo, sayings or SAYINGS, UuidV7(clock))
        except CannotRun as error:
            report = failed(str(error))
    print(as_json(report) if as_object else as_text(report), flush=True)
    return 0 if report.ok else 1


async def _page(settings: DemoSettings, clock: Clock, tell: Tell) -> int:
    from demo.live import show
    from demo.supervisor import CannotRun, running

    failure: CannotRun | None
    try:
        async with running(
            settings.data or Path(SETTINGS[0].default), settings, clock, tell
        ) as demo:
            failure = await show(demo, UuidV7(clock), tell)
            # The page's server had the signals, and gave them back: a second Ctrl-C must not cut
            # the cleaning up short.
            _on_signals(lambda: None)
    except CannotRun as error:
        failure = error
    if failure is not None:
        print(f"panbot demo: {failure}", file=sys.stderr)
    return 0 if failure is None else 1
