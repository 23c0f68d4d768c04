"""`make simulate SEEDS=5000` plays many evenings, `make simulate SEED=17` one, and tells all."""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.world import Run, run

TOLD_MOST = 5  # broken seeds that are told in full; a mistake of ours breaks many
EXCERPT_LINES = 30
AT_A_TIME = 5  # seeds that a process takes at once

# What happened to everybody, and what a broken invariant names: ids of orders, collection/key.
_FOR_ALL = ("CRASHES", "starts", "CUT", "is back", "clock is off", "is well again", "BROKEN")
_NAMED = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[a-z]+/[\w-]+|<\d+>")


def main() -> int:
    """The number of broken seeds, at most 1."""
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many, from 0 on")
    parser.add_argument("--seed", type=int, help="only this one, with its whole trace")
    wanted = parser.parse_args()
    if wanted.seed is not None:
        outcome = run(wanted.seed)
        print("\n".join(outcome.trace))
        print(_verdict(outcome))
        return bool(outcome.broken)
    began = time.perf_counter()
    with ProcessPoolExecutor(os.cpu_count()) as processes:
        runs = processes.map(_broken_only, range(wanted.seeds), chunksize=AT_A_TIME)
        broken = [outcome for outcome in runs if outcome is not None]
    for outcome in broken[:TOLD_MOST]:
        print("\n".join([_verdict(outcome), *excerpt(outcome), ""]))
    print(
        f"{wanted.seeds} seeds in {time.perf_counter() - began:.0f} s, "
        f"{len(broken)} broken {[outcome.seed for outcome in broken] or ''}"
    )
    return bool(broken)


def excerpt(outcome: Run) -> Iterator[str]:
    """The lines of the trace that tell of what broke, and what happened to everybody."""
    named = _NAMED.findall(outcome.broken)
    wanted = [line for line in outcome.trace if any(name in line for name in (*named, *_FOR_ALL))]
    yield from (f"  {line}" for line in wanted[-EXCERPT_LINES:])


def _verdict(outcome: Run) -> str:
    if not outcome.broken:
        return f"seed {outcome.seed}: all holds"
    return (
        f"seed {outcome.seed}: {outcome.broken}\nplay it again: make simulate SEED={outcome.seed}"
    )


def _broken_only(seed: int) -> Run | None:
    """Whole traces of good evenings need not travel between processes."""
    outcome = run(seed)
    return outcome if outcome.broken else None


if __name__ == "__main__":
    sys.exit(main())
