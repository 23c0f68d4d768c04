"""An edge whose clock stands in another year after a power cut, in the middle of everything."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from domain.clock import SystemClock, from_iso
from tests.support.edge import Client, draft, edge_client, eventually, settings, token
from tests.support.engine import BUILD_S
from tests.support.site import PUSH_DELAY_S, Site, running_site

YEAR = timedelta(days=365)
NEAR = timedelta(minutes=5)


class WrongClock(SystemClock):
    """The machine's, off by `wrong`."""

    def __init__(self, wrong: timedelta) -> None:
        self._wrong = wrong

    def now(self) -> datetime:
        return super().now() + self._wrong


@pytest.mark.engine
@pytest.mark.timeout(BUILD_S + 60)
async def test_a_clock_in_another_year_holds_up_nothing() -> None:
    """A year back, then a year ahead: what waited goes up, tickets come out (or are shown, where
    they look a year old), and as soon as the cloud has answered, orders carry the true time."""
    async with running_site(random.Random(1)) as site:
        await site.edge.end()  # it goes on in here, where it can be given another clock
        for wrong in (-YEAR, YEAR):
            await _power_cut(site, wrong)


async def _power_cut(site: Site, wrong: timedelta) -> None:
    before, offline, after = (f"{name}{wrong.days}" for name in ("before", "offline", "after"))
    clock, printed = WrongClock(wrong), len(site.paper.tickets)
    where = settings(site.where.data, PANBOT_PUSH_DELAY_S=PUSH_DELAY_S)
    async with edge_client(where) as edge:
        site.links["cloud"].cut(reset=True)
        await site.paper.close()
        await _order(edge, before)
    await site.paper.open()
    async with edge_client(where, clock=clock) as edge:
        if wrong < timedelta():
            await eventually(lambda: len(site.paper.tickets) > printed, "the ticket that waited")
        else:  # for all that is known in here, a year has passed: a person is asked
            await eventually(lambda: _too_old(site), "the ticket that waited, held as too old")
        placed_offline = await _order(edge, offline)
        site.mend()
        await eventually(lambda: not site.pending(), "the push")
        assert abs(await _order(edge, after) - SystemClock().now()) < NEAR
        assert await _has(site, before, offline)
        await eventually(lambda: len(site.paper.tickets) >= printed + 2, "tickets of the other two")
    if wrong < timedelta():
        assert abs(placed_offline - SystemClock().now()) < NEAR, "dated before the order before it"


def _too_old(site: Site) -> bool:
    return any("older than" in reason for _, reason in site.unprinted())


async def _order(edge: Client, order_id: str) -> datetime:
    """When it was placed, as the edge says. The terminal has just signed in."""
    bearer = f"Bearer {token(edge.settings, clock=edge.parts.clock)}"
    answer = await edge.http.post(
        "/api/v1/orders", json=draft(order_id), headers={"Authorization": bearer}
    )
    assert answer.status_code == 201, answer.text
    return from_iso(answer.json()["placed_at"])


async def _has(site: Site, *order_ids: str) -> bool:
    return {("order", one) for one in order_ids} <= (await site.in_the_cloud()).keys()
