"""Every link of a restaurant broken in every way, while people work on both sides of it.

The edge is there all the time, so each order at a terminal is answered at the first try. Whatever
is answered anywhere is an answer that somebody can act on: 503, never 500.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from tests.adversity.traffic import traffic, until_settled
from tests.support.engine import BUILD_S
from tests.support.fault_proxy import Fault, FaultProxy
from tests.support.site import Site, running_site

pytestmark = [
    pytest.mark.engine,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(BUILD_S + 60),  # the first test may have to build the engine
]

SEED = 20_261_122
WHOLE_S = 0.3  # of ordinary work before the link breaks
BROKEN_S = 0.9  # of some dozen orders and changes, on both sides

_STALLED = Fault(stalled=True)
_LOST = Fault(lost=True)
_GARBLED = Fault(garbled=0.3)
_NARROW = Fault(bytes_per_s=4_000)

Break = Callable[[FaultProxy], None]
BREAKS: dict[str, Break] = {
    "reset": lambda link: link.cut(reset=True),
    "closed": lambda link: link.cut(reset=False),
    "stalled": lambda link: link.break_(up=_STALLED, down=_STALLED),
    "silent": lambda link: link.break_(down=_LOST),
    "deaf": lambda link: link.break_(up=_LOST),
    "garbled": lambda link: link.break_(up=_GARBLED, down=_GARBLED),
    "narrow": lambda link: link.break_(up=_NARROW, down=_NARROW),
    "without replies": lambda link: link.break_(down=Fault(cut_after=1)),
    "cut in requests": lambda link: link.break_(up=Fault(cut_after=700)),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[Site]:
    async with running_site(random.Random(SEED)) as site:
        yield site


@pytest.mark.parametrize(
    ("link", "how"),
    [
        ("cloud", "reset"),
        ("cloud", "closed"),
        ("cloud", "stalled"),
        ("cloud", "silent"),
        ("cloud", "garbled"),
        ("cloud", "narrow"),
        ("cloud", "without replies"),
        ("cloud", "cut in requests"),
        ("socket", "reset"),
        ("socket", "deaf"),
        ("socket", "garbled"),
        ("database", "reset"),
        ("database", "closed"),
        ("database", "stalled"),
        ("database", "garbled"),
        ("database", "without replies"),
    ],
)
async def test_a_broken_link_costs_nothing_but_time(site: Site, link: str, how: str) -> None:
    """Once it is whole again, every order and every edit that was acknowledged stands on both sides
    or in a conflict record, and on paper, once or marked."""
    chance = random.Random(SEED)
    async with traffic(site, chance, edge_stays=True) as people:
        await asyncio.sleep(WHOLE_S)
        BREAKS[how](site.links[link])
        await asyncio.sleep(BROKEN_S)
        site.mend()
    await until_settled(site, people.ledger)
