"""`make adversity ROUNDS=200`: kill -9 at random, for as many rounds as are wanted."""

from __future__ import annotations

import argparse
import asyncio

from tests.adversity.rounds import kill_rounds

ROUND_S = 30.0  # a guard for the whole run; a round takes some 2 s


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.adversity", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20_261_122)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)

    async def play() -> str:
        async with asyncio.timeout(60 + ROUND_S * arguments.rounds):
            tell = lambda text: print(text, flush=True)  # noqa: E731
            return (await kill_rounds(arguments.rounds, arguments.seed, tell)).table()

    print(asyncio.run(play()))


if __name__ == "__main__":
    main()
