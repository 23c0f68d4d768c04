"""Sixty dialogues of the suites, spoken over a bad line to the agent, who has no network.

Which: of all dialogues that end in a new order and can be said aloud (no turn empty, none in
another script), the sixty whose names come first when they are hashed. Nobody looked at what they
are. Every other one is said by the other voice.

The caller says the dialogue's turns, and listens, as callers do: asked again, they say it again;
asked their name or how they get it, they say so, and asked to spell it they say its letters; at the
read-back they say yes to what they meant and hang up on anything else. Where only the name is wrong
they say it once more, and then let it be: they are told a number. A name that sounds like theirs is
theirs: nobody hears that Fay was written Faye.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from agent.call import Call
from agent.house import House
from agent.orders import OfflineOrders
from agent.rules import Ask
from agent.scoring import Outcome, Score, judge, score
from agent.speech.audio import PHONE_HZ, Sound
from agent.speech.ears import EARS, Ears
from agent.speech.spoken_call import SpokenCall, spoken_call
from agent.speech.voice import Voice
from agent.suite import Case
from domain.business import Business
from domain.clock import SystemClock
from domain.errors import Invalid
from domain.ids import UuidV7
from domain.order import OrderType
from tests.support.conversation import StillClock
from tests.support.telephone import SNR_DB, VOICES, over_the_phone

DIALOGUES = 60
AGAIN = 2  # times that a caller says the same thing once more; then they hang up
AT_ONCE = EARS + 1  # calls: one more than can be heard at a time, so that nobody waits for a voice


@dataclass(frozen=True)
class Played:
    """One call. `said` is what the caller said, what was heard, and what was answered."""

    case: Case
    outcome: Outcome
    said: tuple[tuple[str, str, str], ...]


def chosen(cases: Sequence[Case], count: int = DIALOGUES) -> list[Case]:
    """The dialogues that are spoken."""
    can_be = [
        c
        for c in cases
        if c.dialogue.expect.placed
        and not c.dialogue.expect.today
        and all(map(_sayable, c.dialogue.turns))
    ]
    return sorted(can_be, key=_hashed)[:count]


def _sayable(turn: str) -> bool:
    return any(c.isalpha() for c in turn) and all(ord(c) < 0x250 or c in "’‘“”–—…€" for c in turn)


def _hashed(case: Case) -> str:
    return hashlib.sha256(f"{case.suite}/{case.dialogue.name}".encode()).hexdigest()


async def play_all(
    cases: Sequence[Case], ears: Ears, snr_db: float = SNR_DB, at_once: int = AT_ONCE
) -> list[Played]:
    """All calls, `at_once` side by side, in the order of `cases`."""
    lines = asyncio.Semaphore(at_once)

    async def played(n: int, case: Case) -> Played:
        async with lines:
            return await _play(case, list(VOICES)[n % len(VOICES)], ears, snr_db)

    return await asyncio.gather(*(played(n, case) for n, case in enumerate(cases)))


def scored(played: Sequence[Played], *, name: bool = True) -> Score:
    """With `name`, the order must be for the right one too."""
    judged = [(p.case if name else _nameless(p.case), p.outcome) for p in played]
    return score("rules, spoken", judged)


def _nameless(case: Case) -> Case:
    expect = msgspec.structs.replace(case.dialogue.expect, name=None)
    return replace(case, dialogue=msgspec.structs.replace(case.dialogue, expect=expect))


async def _play(case: Case, voice: str, ears: Ears, snr_db: float) -> Played:
    clock = StillClock()
    ids = UuidV7(clock)
    sold_out = frozenset(case.dialogue.sold_out)
    house = House.of(case.menu, sold_out, Business(name=case.menu.name))
    service = OfflineOrders(case.menu, house.business, clock, sold_out=sold_out, ids=ids)
    call = Call(ids.new(), house, service, clock, ids, history=case.history)
    async with spoken_call(call, ears, None, SystemClock()) as line:
        caller = _Caller(case, voice, call, line, snr_db)
        await caller.talk()
    outcome = Outcome(call.cart, call.placed, tuple(caller.replies))
    return Played(_by_ear(case, call.cart.customer.name), outcome, tuple(caller.said))


def _by_ear(case: Case, name: str) -> Case:
    """`case` with `name` as the one that is expected, where it sounds like that."""
    expect = case.dialogue.expect
    if not (expect.name and name and _sounds(name) == _sounds(expect.name)):
        return case
    expect = msgspec.structs.replace(expect, name=name)
    return replace(case, dialogue=msgspec.structs.replace(case.dialogue, expect=expect))


@functools.cache
def _sounds(name: str) -> str:
    """`name` as the voice that reads it back says it, in phonemes."""
    asked = ["espeak-ng", "-q", "--ipa", "-v", Voice().name, "--", name]
    return subprocess.run(asked, capture_output=True, check=True, text=True).stdout.strip()


class _Caller:
    def __init__(self, case: Case, voice: str, call: Call, line: SpokenCall, snr_db: float) -> None:
        self._case = case
        self._voice = voice
        self._call = call
        self._line = line
        self._snr_db = snr_db
        self._patience = AGAIN
        self._corrected = False
        self.said: list[tuple[str, str, str]] = []
        self.replies: list[str] = []

    async def talk(self) -> None:
        turns = self._case.dialogue.turns
        for turn in turns[:-1]:
            ask = self._line.asked
            if ask is Ask.CONFIRM and (self._right(but_name=True) or turn == turns[-1]):
                break  # a yes is said to what was meant, however often the dialogue has it
            await self._say(turn)
            while self._lost() and self._patient():
                await self._say(turn)
            if self._line.asked is Ask.SPELLING:
                await self._say(self._letters())
        while not self._call.ended:
            words = self._answer()
            if not words:
                return
            await self._say(words)

    def _answer(self) -> str:
        """What is said to what was asked last; nothing by a caller who hangs up."""
        name = self._case.dialogue.expect.name
        match self._line.asked:
            case Ask.CONFIRM if self._right(but_name=True):
                if self._right() or self._corrected:
                    return self._case.dialogue.turns[-1]
                self._corrected = True
                return f"no, the name is {name}"
            case Ask.NAME if name and self._patient():
                return f"my name is {name}"
            case Ask.SPELLING if name and self._patient():
                return self._letters()
            case Ask.TYPE if self._patient():
                return "pick up" if self._meant_type() is OrderType.PICKUP else "delivery"
            case Ask.MORE if self._patient():
                return "that's all"
        return ""

    def _letters(self) -> str:
        name = self._case.dialogue.expect.name or ""
        return ", ".join(letter.upper() for letter in name if letter.isalpha())

    def _patient(self) -> bool:
        self._patience -= 1
        return self._patience >= 0

    def _meant_type(self) -> OrderType:
        return OrderType(self._case.dialogue.expect.type or OrderType.PICKUP)

    def _lost(self) -> bool:
        return not self.said[-1][1] or "didn't catch" in self.said[-1][2]

    def _right(self, *, but_name: bool = False) -> bool:
        """True where what was read back is what the caller means."""
        try:
            order = self._call.quote(self._call.cart)
        except Invalid:
            return False
        case = _by_ear(self._case, self._call.cart.customer.name)
        wrong = judge(case, Outcome(self._call.cart, order, tuple(self.replies)))
        wrong = [w for w in wrong if not w.startswith("nobody said")]
        return all(but_name and w.startswith("name is") for w in wrong)

    async def _say(self, words: str) -> None:
        sound = Sound(over_the_phone(words, self._voice, self._snr_db), PHONE_HZ)
        for turn in await self._line.hear(sound):
            self.said.append((words, turn.heard, turn.reply))
            self.replies.append(turn.reply)
