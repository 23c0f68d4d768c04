"""What is asked for in vain holds nobody up."""

from __future__ import annotations

from tests.support.conversation import Caller
from tests.support.menus import TEAHOUSE


async def test_a_dish_whose_option_is_never_chosen_is_left_out_in_words() -> None:
    """It was hardly meant; the rest is read back, and a yes places it. An answer that tells who it
    is for is of use, and is no vain one."""
    caller = Caller(TEAHOUSE)
    asked = await caller.say("two spring rolls. Oh, and the pork dumplings")
    assert "Steamed or Pan-fried" in asked
    assert "Steamed or Pan-fried" in await caller.say("that's everything")
    assert "Steamed or Pan-fried" in await caller.say("pick-up, for Kim")
    assert caller.call.cart.customer.name == "Kim"
    told = await caller.say("no, that's everything")
    assert told.count("Pork Dumplings") == 1
    assert "leave out the Pork Dumplings" in told
    assert "Spring Rolls" in told
    assert told.endswith("Shall I place it?")
    await caller.say("yes")
    assert caller.call.placed is not None


async def test_the_only_dish_is_asked_about_until_it_is_known() -> None:
    caller = Caller(TEAHOUSE)
    for words in ("pork dumplings", "that's everything", "pick-up, for Kim", "yes", "yes"):
        assert "Steamed or Pan-fried" in await caller.say(words)
    assert "Shall I place it?" in await caller.say("steamed")
