"""kill -9 at random: edge, cloud and PostgreSQL die one after the other while people work, and now
and then a link breaks as well.

One seed decides who dies, when, for how long, and what is ordered meanwhile; what the machine's
scheduler makes of it is its own affair, so a seed brings a run like the one that failed, not the
same one.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.adversity.traffic import Traffic, traffic, until_settled
from tests.support.fault_proxy import Fault
from tests.support.site import Site, running_site

__all__ = ["Tally", "kill_rounds"]

WORK_S = 0.5  # at most, from one round to the next
DEAD_S = 0.6  # at most, until someone starts it again
LINK_TOO = 0.25  # the chance that a link is broken while a program is dead
CHECK_EVERY = 10  # rounds; then people stop for a moment, and every promise is looked up

_DUPLICATE = b"POSSIBLE DUPLICATE"
_BREAKS = (Fault(stalled=True), Fault(lost=True), Fault(garbled=0.5), Fault(cut_after=500))


@dataclass
class Tally:
    """What happened, to be shown at the end."""

    rounds: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    broken_links: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    promised: Counter[str] = field(default_factory=Counter)
    tickets: int = 0
    marked: int = 0
    conflicts: int = 0

    def table(self) -> str:
        """Two columns, for people."""
        rows: list[tuple[str, object]] = [("rounds", self.rounds)]
        rows += [(f"killed: {name}", n) for name, n in sorted(self.kills.items())]
        rows += [(f"link broken: {name}", n) for name, n in sorted(self.broken_links.items())]
        rows += [(f"answers: {name}", n) for name, n in sorted(self.answers.items())]
        rows += [(f"acknowledged: {name}", n) for name, n in self.promised.items()]
        rows += [
            ("conflict records", self.conflicts),
            ("tickets", self.tickets),
            ("of them POSSIBLE DUPLICATE", self.marked),
        ]
        return "\n".join(f"  {name:<32} {value:>8}" for name, value in rows)


async def kill_rounds(rounds: int, seed: int, tell: Callable[[str], None]) -> Tally:
    """Plays `rounds` and returns what happened. Raises AssertionError with the first promise that
    was not kept. `tell` hears how it goes."""
    chance, tally = random.Random(seed), Tally()
    victims = _victims(chance)
    async with running_site(chance) as site:
        while tally.rounds < rounds:
            async with traffic(site, chance, edge_stays=False) as people:
                for _ in range(min(CHECK_EVERY, rounds - tally.rounds)):
                    await _round(site, next(victims), chance, tally)
            await until_settled(site, people.ledger)
            await _count(tally, site, people)
            tell(f"{tally.rounds} rounds, {sum(tally.promised.values())} promises, all kept")
    return tally


def _victims(chance: random.Random) -> Iterator[str]:
    """In any order, but each is killed as often as the others."""
    while True:
        yield from chance.sample(("edge", "cloud", "PostgreSQL"), 3)


async def _round(site: Site, victim: str, chance: random.Random, tally: Tally) -> None:
    await asyncio.sleep(chance.uniform(0, WORK_S))
    if chance.random() < LINK_TOO:
        name = chance.choice(sorted(site.links))
        site.links[name].break_(up=chance.choice(_BREAKS), down=chance.choice(_BREAKS))
        tally.broken_links[name] += 1
    program = {"edge": site.edge, "cloud": site.cloud, "PostgreSQL": site.postgres}[victim]
    await program.kill()
    tally.kills[victim] += 1
    await asyncio.sleep(chance.uniform(0, DEAD_S))
    site.mend()
    await program.start()
    tally.rounds += 1


async def _count(tally: Tally, site: Site, people: Traffic) -> None:
    ledger = people.ledger
    for (side, status), times in ledger.answers.items():
        tally.answers[f"{side} {status}"] += times
    tally.promised["orders"] += len(ledger.orders)
    tally.promised["lines added"] += len(ledger.lines) - len(ledger.orders)
    tally.promised["notes written"] += len(ledger.notes)
    tally.promised["payments"] += len(ledger.paid)
    tally.tickets = len(site.paper.tickets)
    tally.marked = sum(_DUPLICATE in ticket for ticket in site.paper.tickets)
    tally.conflicts = sum(c == "conflict" for c, _ in await site.in_the_cloud())
