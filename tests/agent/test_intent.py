"""What is ordered and what is only talked about."""

from __future__ import annotations

import pytest

from tests.support.conversation import Caller
from tests.support.menus import TRATTORIA

TOLD = [
    "my neighbour makes a lasagne that could feed an army",
    "they wanted eleven euros for a margherita at the station, can you imagine",
    "my boy spilled a whole coke in the car this morning",
    "we had tiramisu coming out of our ears after the wedding",
    "the dog ran off with half a lasagne last night",
]
ORDERED = [
    "my wife wants a lasagne",
    "we'll have a margherita and the kids want a coke",
    "my neighbour is here so make it two lasagne",
    "I could murder a tiramisu",
    "give my boy a large coke",
]


@pytest.mark.parametrize("said", TOLD)
async def test_a_dish_that_is_talked_about_is_not_ordered(said: str) -> None:
    caller = Caller(TRATTORIA)
    await caller.say("a funghi please", said)
    assert [line.split()[1] for line in caller.lines] == ["funghi"]


@pytest.mark.parametrize("said", ORDERED)
async def test_a_dish_that_somebody_wants_is_ordered(said: str) -> None:
    caller = Caller(TRATTORIA)
    await caller.say(said)
    assert caller.lines


async def test_an_order_beside_a_tale_stands() -> None:
    caller = Caller(TRATTORIA)
    await caller.say("my sister cried over a lasagne on Sunday. anyway, two margheritas please")
    assert caller.lines == ["2 margherita"]
