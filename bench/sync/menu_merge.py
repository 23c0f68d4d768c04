"""The merge of a menu of 500 items that both sides have edited, beside reading the same menu from
JSON and writing it back."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from bench.figure import Figure, percentile
from bench.sync.documents import RESTAURANT, Json
from domain.codec import encode
from sync.merge import merge
from sync.policy import policy_of
from sync.wire import Collection

ITEMS = 500
TIMES = 50


async def run(folder: Path, database_url: str) -> list[Figure]:
    base, mine, theirs = _menu(), _menu(), _menu()
    for item in mine["items"][::2]:
        item["price"] += 50
    for item in theirs["items"][::3]:
        item["name"] += " (new)"
    theirs["items"][7]["price"] += 20  # the owner's, who raised it
    theirs["items"].append(theirs["items"].pop(9) | {"id": "dish-of-the-day"})
    policy = policy_of(Collection.MENU)
    taken = _timed(lambda: merge(base, mine, theirs, policy))
    plain = msgspec.json.encode(base)
    floor = _timed(lambda: msgspec.json.encode(msgspec.json.decode(plain)))
    return [Figure(f"merge of a menu of {ITEMS} items, p50", taken, "ms", floor, "under 20")]


def _menu() -> Json:
    """The sample restaurant's dishes over and over, each under an id of its own."""
    menu: Json = encode(RESTAURANT.menu)
    dishes = menu["items"]
    items = [dishes[n % len(dishes)] | {"id": f"item-{n}"} for n in range(ITEMS)]
    return menu | {"items": items}


def _timed(work: Callable[[], object]) -> float:
    """The median, in milliseconds."""
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return percentile(taken, 50)
