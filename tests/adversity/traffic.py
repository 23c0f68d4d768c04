"""A busy evening while everything breaks: callers, terminals and a dashboard, and a ledger of what
each of them was promised.

Whatever is written carries a token of its own (`N00017`) in a note, so that it can be found again
at the edge, in the cloud and on paper:

    N  a line that was ordered or added: stays in the order, comes to paper
    A  a note that was put in the place of another one: stands, or is kept in a conflict record,
       or someone who had seen it wrote another
"""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec

from tests.support.site import BUSINESS, Rows, Site

__all__ = ["Ledger", "Traffic", "traffic", "until_settled"]

ORDERS_PER_S = 2.0
CHANGES_PER_S = 8.0  # for each of those who change orders: both sides meet in most of them
ORDINARY_S = 5.0  # a guard for what takes some 10 ms on an idle machine
AWAY_S = 0.05  # before someone who got no answer asks again
RECENT = 4  # orders that are still being changed, by both sides at once
SETTLE_S = 45.0  # a guard: a few seconds are usual once everything is whole again
LOOK_S = 0.1

_TOKEN = re.compile(rb"[NA]\d{5}")
_DUPLICATE = b"POSSIBLE DUPLICATE"
_FOR_A_PERSON = "look there"  # killed three times in the middle of one ticket: it is on paper
_ANSWERS = {200, 201, 404, 409, 412, 503}  # 404: that side has not heard of the order yet


class Ledger:
    """What was promised: tokens of lines and notes, each with its order, and orders that were
    paid. `replaced` holds what someone has seen who then wrote another note, or tried to."""

    def __init__(self) -> None:
        self.lines: dict[str, str] = {}  # token to order id
        self.notes: dict[str, str] = {}
        self.replaced: set[str] = set()
        self.paid: set[str] = set()
        self.orders: set[str] = set()
        self.answers: Counter[tuple[str, int]] = Counter()
        self.slowest_s = 0.0  # of a terminal's orders, while its edge was there

    def standing(self) -> dict[str, str]:
        """Tokens that must be somewhere, each with its order."""
        noted = {token: key for token, key in self.notes.items() if token not in self.replaced}
        return noted | self.lines


class Side:
    """One program's HTTP API as someone uses it. `gone` says whether silence is to be expected."""

    def __init__(
        self, name: str, url: Callable[[], str], token: str, ledger: Ledger, timeout_s: float
    ) -> None:
        self.name = name
        self._url = url
        self._ledger = ledger
        self.last = ""  # what was asked last, and what came of it
        self._http = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=timeout_s
        )

    async def ask(self, method: str, path: str, **request: Any) -> httpx.Response | None:
        """The answer, None where there was none. Fails on one that nobody can act on."""
        asked = f"{self.name} {method} {path}"
        try:
            response = await self._http.request(method, f"{self._url()}/api/v1{path}", **request)
        except httpx.TransportError as error:
            self.last = f"{asked}: {error!r}"
            return None
        self.last = f"{asked}: {response.status_code} {response.text}"
        self._ledger.answers[self.name, response.status_code] += 1
        assert response.status_code in _ANSWERS, self.last
        return response

    async def insist(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Asks until there is an answer that is not "not now"."""
        while True:
            response = await self.ask(method, path, **request)
            if response is not None and response.status_code != 503:
                return response
            await asyncio.sleep(AWAY_S)

    async def close(self) -> None:
        await self._http.aclose()


class Traffic:
    """The people. `edge_stays` says that the edge is never killed: then each order at a terminal
    is answered at the first try."""

    def __init__(self, site: Site, chance: random.Random, *, edge_stays: bool) -> None:
        self._chance = chance
        self._edge_stays = edge_stays
        self._numbers = site.numbers
        self._recent: deque[str] = deque(maxlen=RECENT)
        self._stopping = False
        self.ledger = ledger = Ledger()
        self._edge = Side("edge", lambda: site.edge.url, site.edge_token, ledger, ORDINARY_S)
        self._cloud = Side("cloud", lambda: site.cloud.url, site.cloud_token, ledger, ORDINARY_S)

    async def run(self) -> None:
        """Until `stop`; what was begun is brought to its end."""
        people = (
            (self._order_at_a_terminal, ORDERS_PER_S),
            (self._order_by_phone, ORDERS_PER_S),
            (self._change_at_the_edge, CHANGES_PER_S),
            (self._change_at_the_edge, CHANGES_PER_S),
            (self._change_in_the_cloud, CHANGES_PER_S),
            (self._change_in_the_cloud, CHANGES_PER_S),
        )
        async with asyncio.TaskGroup() as group:
            for act, per_s in people:
                group.create_task(self._keep_doing(act, per_s))

    def stop(self) -> None:
        self._stopping = True

    def last(self) -> str:
        return f"{self._edge.last}\n{self._cloud.last}"

    async def close(self) -> None:
        await self._edge.close()
        await self._cloud.close()

    async def _keep_doing(self, act: Callable[[], Any], per_s: float) -> None:
        while not self._stopping:
            await asyncio.sleep(self._chance.expovariate(per_s))
            await act()

    def _token(self, kind: str) -> str:
        return f"{kind}{next(self._numbers):05d}"

    def _draft(self, token: str) -> dict[str, Any]:
        first = {"id": f"{token}-1", "item_id": "margherita", "qty": 1, "note": token}
        return {"id": token, "lines": [first, {"id": f"{token}-2", "item_id": "water", "qty": 1}]}

    async def _order_at_a_terminal(self) -> None:
        token, loop = self._token("N"), asyncio.get_running_loop()
        began = loop.time()
        if self._edge_stays:
            placed = await self._edge.ask("POST", "/orders", json=self._draft(token))
            assert placed is not None, "a terminal got no answer"
            self.ledger.slowest_s = max(self.ledger.slowest_s, loop.time() - began)
        else:
            placed = await self._edge.insist("POST", "/orders", json=self._draft(token))
        self._promised(token, placed)

    async def _order_by_phone(self) -> None:
        token = self._token("N")
        placed = await self._cloud.insist(
            "POST",
            f"/businesses/{BUSINESS}/orders",
            json=self._draft(token),
            headers={"Idempotency-Key": token},
        )
        self._promised(token, placed)

    def _promised(self, token: str, placed: httpx.Response) -> None:
        assert placed.status_code in (200, 201), placed.text
        self.ledger.orders.add(token)
        self.ledger.lines[token] = token
        self._recent.append(token)

    async def _change_at_the_edge(self) -> None:
        await self._change(self._edge, "/orders")

    async def _change_in_the_cloud(self) -> None:
        await self._change(self._cloud, f"/businesses/{BUSINESS}/orders")

    async def _change(self, side: Side, orders: str) -> None:
        if not self._recent:
            return
        order_id = self._chance.choice(list(self._recent))
        kind = self._chance.choices(("add", "note", "pay"), (6, 6, 1))[0]
        if kind == "pay" and side is self._cloud:
            kind = "add"
        path, token = f"{orders}/{order_id}", self._token("A" if kind == "note" else "N")
        while True:
            seen = await side.insist("GET", path)
            if seen.status_code == 404 or _is_paid(seen.json()):
                return
            if kind == "add" and token in _notes(seen.json()):
                break  # an earlier try of ours that had no answer
            changed = await side.ask(
                "PATCH",
                path,
                json=_edit(kind, order_id, token),
                headers={"If-Match": seen.headers["ETag"]},
            )
            if kind == "note" and (changed is None or changed.status_code in (200, 503)):
                # Also where no answer came: it may have happened.
                self.ledger.replaced.update(set(_notes(seen.json())) - {token})
            if changed is not None and changed.status_code == 200:
                break
            if kind != "add" and changed is None:
                return  # nobody was promised anything
        self._note_down(kind, order_id, token)

    def _note_down(self, kind: str, order_id: str, token: str) -> None:
        match kind:
            case "add":
                self.ledger.lines[token] = order_id
            case "pay":
                self.ledger.paid.add(order_id)
            case "note":
                self.ledger.notes[token] = order_id


def _edit(kind: str, order_id: str, token: str) -> dict[str, Any]:
    match kind:
        case "add":
            line = {"id": f"{token}-1", "item_id": "margherita", "qty": 1, "note": token}
            return {"add": [line]}
        case "note":
            return {"amend": [{"line_id": f"{order_id}-2", "note": token}]}
        case _:
            return {"pay": "card"}


def _notes(order: dict[str, Any]) -> list[str]:
    return [line["note"] for line in order["lines"] if line.get("note")]


def _is_paid(order: dict[str, Any]) -> bool:
    return bool(order.get("payment", {}).get("status") == "paid")


@asynccontextmanager
async def traffic(site: Site, chance: random.Random, *, edge_stays: bool) -> AsyncIterator[Traffic]:
    """People at work, until the block ends."""
    people = Traffic(site, chance, edge_stays=edge_stays)
    working = asyncio.create_task(people.run())
    try:
        yield people
        people.stop()
        await asyncio.wait([working], timeout=SETTLE_S)
        assert working.done(), (
            f"someone waits in vain: {people.last()}\n{site.cloud.logged[-3000:]}"
        )
        await working
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        await people.close()


async def until_settled(site: Site, ledger: Ledger) -> None:
    """Waits until both sides hold the same and the last ticket is out, then checks the ledger."""
    edge = Side("sync", lambda: site.edge.url, site.edge_token, Ledger(), SETTLE_S)
    why = "nothing was looked at"
    try:
        async with asyncio.timeout(SETTLE_S):
            while True:
                await edge.ask("POST", "/sync/flush")
                cloud, here = await site.in_the_cloud(), site.at_the_edge()
                why = _unsettled(site, cloud, here)
                if not why:
                    break
                await asyncio.sleep(LOOK_S)
    except TimeoutError:
        raise AssertionError(f"it never came to rest: {why}\n{site.edge.logged[-3000:]}") from None
    finally:
        await edge.close()
    check(ledger, cloud, site.paper.tickets)


def _unsettled(site: Site, cloud: Rows, here: Rows) -> str:
    """What is still on its way; empty where nothing is."""
    if pending := site.pending():
        return f"{pending} records wait to go up"
    if different := [key for key in cloud.keys() | here.keys() if cloud.get(key) != here.get(key)]:
        key = different[0]
        return f"{len(different)} records differ, {key}: {cloud.get(key)} / {here.get(key)}"
    if waiting := [job for job in site.unprinted() if _FOR_A_PERSON not in job[1]]:
        return f"tickets are not out: {waiting}"
    return ""


def check(ledger: Ledger, records: Rows, tickets: list[bytes]) -> None:
    """Every promise was kept; `records` are what both sides hold."""
    orders = {key: data for (kind, key), (_, _, data) in records.items() if kind == "order"}
    conflicts = "".join(
        msgspec.json.encode(data).decode()
        for (collection, _), (_, _, data) in records.items()
        if collection == "conflict"
    )
    assert ledger.orders <= orders.keys(), f"orders are lost: {ledger.orders - orders.keys()}"
    notes = {key: Counter(_notes(order)) for key, order in orders.items()}
    lost = {
        token
        for token, order_id in ledger.standing().items()
        if not notes[order_id][token] and token not in conflicts
    }
    assert not lost, f"edits are lost: {lost}"
    twice = [token for counted in notes.values() for token, n in counted.items() if n > 1]
    assert not twice, f"lines stand twice: {twice}"
    reopened = {one for one in ledger.paid if not _is_paid(orders[one])}
    assert not reopened, f"paid orders are open again: {reopened}"
    _check_paper(ledger, notes, tickets)


def _check_paper(ledger: Ledger, notes: dict[str, Counter[str]], tickets: list[bytes]) -> None:
    plain: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    for ticket in tickets:
        into = marked if _DUPLICATE in ticket else plain
        into.update({token.decode() for token in _TOKEN.findall(ticket)})
    due = {token for token, order_id in ledger.lines.items() if notes[order_id][token]}
    missing = due - plain.keys() - marked.keys()
    assert not missing, f"never came to paper: {missing}"
    again = {token: n for token, n in plain.items() if n > 1}
    assert not again, f"on paper more than once and not marked: {again}"
