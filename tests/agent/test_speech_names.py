"""Whose order it is: what is known of the caller's name, what they said no to, what they spell."""

from __future__ import annotations

import asyncio
import shutil
from typing import NamedTuple

import msgspec
import pytest

from agent.rules import Ask
from agent.rules_llm import RulesLLM
from agent.speech.alike import agreed
from agent.speech.ears import Ears
from agent.speech.moments import CallHints
from agent.speech.recogniser import Heard
from agent.speech.search import NO_HINTS, Hints
from agent.speech.vocabulary import Moment, names
from agent.text_call import text_call
from domain.order import Customer
from tests.support.conversation import a_call
from tests.support.menus import TRATTORIA
from tests.support.needs import needs
from tests.support.telephone import over_the_phone

if shutil.which("espeak-ng") is None:
    needs("espeak-ng", "apt-get install espeak-ng")

NOISY_DB = 15.0

pytestmark = pytest.mark.timeout(
    180
)  # some seconds of work, on a machine that does other things too


class Turn(NamedTuple):
    words: str
    moment: Moment = Moment.CONFIRM
    hints: Hints = NO_HINTS


TURNS = {
    "heard": Turn("my name is Hana", Moment.PERSON),
    "known": Turn("my name is Hana", Moment.PERSON, Hints(names=("Hana",))),
    "refused": Turn("no, the name is Hana", hints=Hints(refused=("Hannah",))),
    "agreed": Turn("yes, for Hannah", hints=Hints(refused=("Hannah",))),
    "read back": Turn("no, make it two", hints=Hints(refused=("Hannah",))),
    "spelled": Turn("Meera. M, E, E, R, A", Moment.PERSON),
    "spelled at the read-back": Turn("no, M, E, E, R, A"),
    "in no list": Turn("my name is Greenbaum", Moment.PERSON),
    "alone, in no list": Turn("Greenbaum", Moment.PERSON),
    "no name": Turn("pick up, please", Moment.PERSON),
    "two in no list": Turn("my name is Selwyn Greenbaum", Moment.PERSON),
    "in no list, after a no": Turn("no, the name is Brillo", hints=Hints(refused=("Bruno",))),
    "spelled when asked": Turn("I, L, S, E", Moment.LETTERS),
    "spelled, of what it sounded like": Turn(
        "C, A, T, H, Y", Moment.LETTERS, Hints(heard=({"Cathy": 0.0, "Cassie": -1.0},))
    ),
    "with words": Turn("M as in Mike, A, R as in Romeo, K", Moment.PERSON),
}


@pytest.fixture(scope="module")
def heard() -> dict[str, str]:
    async def hear() -> dict[str, str]:
        async with Ears.open(count=1) as ears:
            texts = {}
            for which, turn in TURNS.items():
                sound = over_the_phone(turn.words, "him", NOISY_DB)
                texts[which] = (await ears.hear(TRATTORIA, turn.moment, sound, turn.hints)).text
            first = over_the_phone("that's all, pick up for Thiago", "him", NOISY_DB)
            misheard = await ears.hear(TRATTORIA, Moment.MORE, first)
            texts["misheard"] = misheard.text
            again = over_the_phone("no, the name is Thiago", "him", NOISY_DB)
            for which, before in (("once", ()), ("twice", (misheard.names,))):
                known = Hints(refused=("Diego",), heard=before)
                texts[which] = (await ears.hear(TRATTORIA, Moment.CONFIRM, again, known)).text
            return texts

    return asyncio.run(hear())


def test_of_two_names_that_sound_alike_the_caller_s_own_is_heard(heard: dict[str, str]) -> None:
    assert heard["heard"] == "my name is Hannah"
    assert heard["known"] == "my name is Hana"


def test_whoever_says_no_to_a_name_is_not_heard_as_saying_it_again(heard: dict[str, str]) -> None:
    assert heard["refused"] == "no, the name is Hana"
    assert heard["agreed"].replace(",", "") == "yes for Hannah"
    assert heard["read back"].replace(",", "") == "no make it two"


def test_spelled_letters_are_those_of_a_name(heard: dict[str, str]) -> None:
    assert heard["spelled"].endswith("m e e r a")
    assert heard["spelled at the read-back"] == "no, m e e r a"
    assert heard["spelled when asked"] == "i l s e"
    assert heard["spelled, of what it sounded like"] == "c a t h y"
    assert heard["with words"].lower().replace(",", "") == "m as in mike a r as in romeo k"


def test_a_name_counts_as_refused_from_its_read_back_on() -> None:
    call = a_call(TRATTORIA)
    asked = Ask.NAME
    known = CallHints(call, lambda: asked)
    call.cart = msgspec.structs.replace(call.cart, customer=Customer(name="Bo Miller"))
    assert known.now().refused == ()
    asked = Ask.CONFIRM
    assert known.now().refused == ("Bo", "Miller")
    call.cart = msgspec.structs.replace(call.cart, customer=Customer(name="Joe Miller"))
    assert known.now().refused == ("Bo", "Miller", "Joe")


def test_a_name_said_again_is_heard_by_both_sayings(heard: dict[str, str]) -> None:
    assert heard["misheard"].endswith("pick up for Diego")
    assert heard["once"] != "no, the name is Thiago"
    assert heard["twice"] == "no, the name is Thiago"


def test_of_two_sayings_the_name_counts_that_both_have() -> None:
    holly = {"Holly": 0.0, "Howie": -1.1, "Harold": -5.0}
    halley = {"Halley": 0.0, "Howie": -0.5, "Holly": -0.4}
    name, ahead = agreed(halley, [holly], ["Holly"])
    assert (name, ahead < 2.5) == ("Howie", True)  # Halley is near
    name, ahead = agreed({"Tom": 0.0, "Thom": -6.0}, [holly], ["Holly"])
    assert (name, ahead > 2.5) == ("Tom", True)  # somebody else's
    assert agreed({}, [{}], [])[0] == ""


async def test_who_was_hardly_understood_is_asked_to_spell() -> None:
    """What the recogniser was not sure of when a name had been refused is asked for letter by
    letter; what it heard well is not."""
    asked = Ask.CONFIRM
    for unsure, answer in (("Rito", "How do you spell that?"), ("", "for Rito, to pick up")):
        call = a_call(TRATTORIA)
        hints = CallHints(call, lambda: asked)
        async with text_call(call, RulesLLM(call)) as talk:
            await talk.say("two margheritas, pick-up for Rita, that's all")
            hints.note(Heard("no, the name is Rito", unsure=unsure))
            assert answer in await talk.say("no, the name is Rito")
            hints.note(Heard("yes"))
            assert call.unsure_name == ""


def test_what_was_heard_of_a_name_is_kept_until_it_is_read_back() -> None:
    call = a_call(TRATTORIA)
    asked = Ask.NAME
    known = CallHints(call, lambda: asked)
    known.note(Heard("for Holly", names={"Holly": 0.0, "Howie": -1.1}))
    known.note(Heard("two cokes"))
    assert known.now().heard == ()
    call.cart = msgspec.structs.replace(call.cart, customer=Customer(name="Holly"))
    asked = Ask.CONFIRM
    assert known.now().heard == ({"Holly": 0.0, "Howie": -1.1},)


def test_a_name_that_no_list_has_is_heard(heard: dict[str, str]) -> None:
    assert not {"Greenbaum", "Selwyn", "Brillo"} & set(names())
    assert heard["in no list"] == "my name is Greenbaum"
    assert heard["alone, in no list"] == "Greenbaum"
    assert heard["no name"] == "pick up, please"
    assert heard["two in no list"] == "my name is Selwyn Greenbaum"
    assert heard["in no list, after a no"] == "no, the name is Brillo"
