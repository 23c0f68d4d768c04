"""`python -m tests.conversations.spoken`: the spoken dialogues, with their score by kind.

Of all suites but those that nobody reads; others may be named. `--skip 60` for the next sixty,
`--snr DB` for another line, `--talk` for every call, word by word.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from agent.scoring import judge
from agent.speech.ears import Ears
from agent.suite import Case, load_suite
from tests.conversations.spoken.spoken import Played, chosen, play_all, scored
from tests.support.telephone import SNR_DB
from training.said import KEPT

SUITES = Path(__file__).parents[1].glob("*.yaml")


async def _played(cases: Sequence[Case], snr_db: float, model: Path | None) -> list[Played]:
    async with Ears.open(model) as ears:
        return await play_all(cases, ears, snr_db)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.conversations.spoken")
    read = sorted(path for path in SUITES if path.stem not in KEPT)
    parser.add_argument("suites", type=Path, nargs="*", default=read)
    parser.add_argument("--skip", type=int, default=0, help="so many dialogues before the first")
    parser.add_argument("--snr", type=float, default=SNR_DB, help="decibels of voice above noise")
    parser.add_argument("--count", type=int, default=60, help="how many dialogues")
    parser.add_argument("--talk", action="store_true", help="show what was heard")
    parser.add_argument("--model", type=Path, help="the folder of another Whisper model")
    arguments = parser.parse_args()
    started = time.monotonic()
    cases = [case for path in arguments.suites for case in load_suite(path)]
    cases = chosen(cases, arguments.skip + arguments.count)[arguments.skip :]
    played = asyncio.run(_played(cases, arguments.snr, arguments.model))
    result = scored(played)
    if arguments.talk:
        for one in played:
            wrong = judge(one.case, one.outcome)
            print(f"\n{one.case.suite}: {one.case.dialogue.name} {wrong or 'exact'}")
            for said, heard, reply in one.said:
                print(f"  > {said}\n  = {heard}\n    {reply}")
    orders = scored(played, name=False)
    print(f"{'kind':<16}{'order':<8}and its name")
    for kind, k in orders.kinds.items():
        print(f"{kind:<16}{f'{k.exact}/{k.total}':<8}{result.kinds[kind].exact}/{k.total}")
    print(f"{'all':<16}{f'{orders.exact}/{orders.total}':<8}{result.exact}/{orders.total}")
    print(f"wrong orders placed: {orders.wrong_placed}; {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
