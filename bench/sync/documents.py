"""Documents as restaurants keep them, made up from one seed: no two alike, and no more repetition
in them than in a real address book or a real evening."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from demo.restaurant import read_restaurant
from domain.ids import Ids
from domain.order import Channel, Customer, Order, Payment, PaymentStatus, Status
from domain.ordering import Draft, DraftLine, place

__all__ = ["DOCUMENT_BYTES", "RESTAURANT", "Json", "customer", "done", "draft_line", "order"]

DOCUMENT_BYTES = 363  # as JSON: what the peers were measured with

Json = dict[str, Any]

RESTAURANT, _ = read_restaurant()

_SYLLABLES = (
    "an ber ca del er fi ga hoff in jo kel li ma nor o pe qui ro schu ta ul ver wa xa yil zo "
    "bach dorf eck feld gruen hausen kamp lund mann stein thal wald"
)


def customer(seed: int, version: int = 0) -> Json:
    """The customer `seed` as edited for the `version`th time: exactly `DOCUMENT_BYTES` of JSON."""
    chance = random.Random(f"{seed}/{version}")
    document: Json = {
        "id": f"{random.Random(seed).getrandbits(64):016x}",
        "name": f"{_word(chance)} {_word(chance)}",
        "phone": f"+49{chance.randrange(10**10):010}",
        "address": f"{_word(chance)} {chance.randrange(1, 200)}, {chance.randrange(10**5):05} "
        f"{_word(chance)}",
        "email": f"{_word(chance).lower()}@{_word(chance).lower()}.example",
        "orders": chance.randrange(500),
        "spent": chance.randrange(10**6),
        "last_order_at": f"2026-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}T"
        f"{chance.randrange(24):02}:{chance.randrange(60):02}:00.000Z",
        "note": "",
    }
    missing = DOCUMENT_BYTES - len(msgspec.json.encode(document))
    words = " ".join(_word(chance).lower() for _ in range(missing))
    return document | {"note": words[:missing]}


def order(chance: random.Random, at: datetime, ids: Ids) -> Order:
    """An order of one to five dishes of the sample restaurant, placed `at`."""
    lines = tuple(draft_line(chance) for _ in range(chance.randrange(1, 6)))
    guest = Customer(f"{_word(chance)} {_word(chance)}", f"+49{chance.randrange(10**10):010}")
    return place(
        RESTAURANT.menu,
        (),
        Draft(lines, customer=guest),
        business=RESTAURANT.business,
        channel=Channel.TERMINAL,
        number="",
        at=at,
        ids=ids,
    )


def draft_line(chance: random.Random) -> DraftLine:
    dish = chance.choice(RESTAURANT.menu.items)
    note = f"{_word(chance)} {_word(chance)}".lower() if chance.random() < 0.2 else ""
    return DraftLine(dish.id, qty=chance.choice((1, 1, 1, 2, 3)), note=note)


def done(placed: Order) -> Order:
    """The order as it is at the end of the day."""
    paid = Payment(PaymentStatus.PAID, "card")
    return replace(placed, status=Status.COMPLETED, payment=paid)


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES.split(), k=chance.randrange(2, 4))).capitalize()
