"""Which dishes are ordered and which only talked about: what made `agent/intent.txt`.

The dialogues of the conversation suites are played to the rules: a dish that they take as a part of
a tale, a question or a note is one that orders nothing, any other one is ordered. That alone would
teach what the rules know already. So there are sentences besides that callers say and that order
nothing (`talked_about/`, of the menu that a file is named after), alone and beside an order of a
suite. Each is learnt with its commas and stops and, as a recogniser writes it, without.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agent.call import Call
from agent.evaluate import Houses, a_call, house_of
from agent.intent import Named, features, named_in
from agent.language import tokens
from agent.matching import Lexicon
from agent.rules.listening import heard_by_rules
from agent.rules.talk import Ask, Scene
from agent.rules_llm import RulesLLM
from agent.suite import Case, load_menu
from agent.text_call import text_call
from domain.clock import Clock
from domain.ids import Ids
from training.said import learnt

__all__ = ["TALKED_ABOUT", "Example", "fitted", "told", "write_intent"]

TALKED_ABOUT = Path(__file__).parent / "talked_about"
LEAST_SEEN = 4  # times that a feature is seen, else it is left out
LEAST_WEIGHT = 0.05  # a smaller one decides nothing
ROUNDS = 150
STEP = 0.5  # of the first round; later ones are smaller by themselves (Adagrad)
SHRINKING = 2.0  # what keeps weights small, to one example of each
UNPUNCTUATED = 0.5  # of the weight of a turn as it was written
WRITTEN = 2.0  # weight of a sentence that was written to order nothing: there are few
SHORT = 14  # words of an order that is put beside such a sentence
SEED = 7
JUDGED_BY = "talked_about"  # the suite that shows how well it is learnt
_STOPS = frozenset([".", ",", "?"])


class Turn(NamedTuple):
    """What was said, what is named in it, and whether that orders nothing."""

    words: Sequence[str]
    named: Sequence[Named]
    idle: Sequence[bool]
    asked: str


class Example(NamedTuple):
    """One mention as the classifier sees it."""

    features: Sequence[str]
    idle: bool
    weight: float


def write_intent(suites: Iterable[Path], menus: Path, clock: Clock, ids: Ids, path: Path) -> int:
    """Writes the weights; answers how many there are. `menus` is where the suites' menus are."""
    cases = (case for case in learnt(suites) if case.suite != JUDGED_BY)
    turns = asyncio.run(_turns(cases, clock, ids))
    weights = fitted([*_of_suites(turns), *told(TALKED_ABOUT, menus, turns)])
    path.write_text("".join(f"{name} {w:.2f}\n" for name, w in sorted(weights.items())), "utf-8")
    return len(weights)


async def _turns(cases: Iterable[Case], clock: Clock, ids: Ids) -> list[Turn]:
    found, houses = [], Houses()
    for case in cases:
        call, _ = await a_call(case, house_of(case, houses), clock, ids)
        found += await _of_call(case, call)
    return found


async def _of_call(case: Case, call: Call) -> list[Turn]:
    found, engine = [], RulesLLM(call)
    async with text_call(call, engine) as talking:
        for text in case.dialogue.turns:
            if call.ended:
                break
            talk = engine.talk
            said = heard_by_rules(Scene(call.house, call.cart, talk, call.quote, call.guest), text)
            named, taken = named_in(said.mentions), said.asides.taken
            idle = [bool(set(range(m.start, m.end)) & taken) for m in named]
            words = [t.word for t in said.spoken]
            found.append(Turn(words, named, idle, talk.ask.name.lower()))
            await talking.say(text)
    return found


def _of_suites(turns: Iterable[Turn]) -> Iterator[Example]:
    for turn in turns:
        yield from _examples(turn, 1.0)
        yield from _examples(_unpunctuated(turn), UNPUNCTUATED)


def told(folder: Path, menus: Path, turns: Sequence[Turn]) -> Iterator[Example]:
    """What orders nothing, alone and before and after one of the orders in `turns`."""
    dice = random.Random(SEED)  # noqa: S311 (sentences, no secrets)
    more = Ask.MORE.name.lower()
    orders = [
        t
        for t in turns
        if t.named and not any(t.idle) and t.asked in (more, "items") and len(t.words) < SHORT
    ]
    for file in sorted(folder.glob("*.txt")):
        lexicon = Lexicon(load_menu(menus / f"{file.stem}.json"))
        for line in file.read_text("utf-8").splitlines():
            heard = tokens(line)
            named = named_in(lexicon.mentions(heard))
            tale = Turn([t.word for t in heard], named, [True] * len(named), more)
            order = dice.choice(orders)
            for turn in (tale, _joined(order, tale), _joined(tale, order)):
                for said in (turn, _unpunctuated(turn)):
                    yield from (e for e in _examples(said, WRITTEN) if e.idle)


def _joined(first: Turn, second: Turn) -> Turn:
    after = len(first.words) + 1
    moved = [Named(m.start + after, m.end + after, m.kind) for m in second.named]
    words = [*first.words, ".", *second.words]
    return Turn(words, [*first.named, *moved], [*first.idle, *second.idle], first.asked)


def _unpunctuated(turn: Turn) -> Turn:
    kept = [n for n, word in enumerate(turn.words) if word not in _STOPS]
    place = {n: at for at, n in enumerate(kept)}
    named = [
        Named(place[m.start], place[m.end - 1] + 1, m.kind)
        for m in turn.named
        if m.start in place and m.end - 1 in place
    ]
    if len(named) < len(turn.named):
        return Turn((), (), (), turn.asked)
    return Turn([turn.words[n] for n in kept], named, turn.idle, turn.asked)


def _examples(turn: Turn, weight: float) -> Iterator[Example]:
    for at, idle in enumerate(turn.idle):
        if turn.named[at].kind != "group":
            seen = tuple(features(turn.words, turn.named, at, turn.asked))
            yield Example(seen, idle, weight)


def fitted(examples: Sequence[Example]) -> dict[str, float]:
    """The weights of a logistic regression, `bias` among them."""
    seen = Counter(name for e in examples for name in set(e.features))
    place = {name: n for n, name in enumerate(sorted(f for f in seen if seen[f] >= LEAST_SEEN))}
    rows = [[place[f] for f in e.features if f in place] for e in examples]
    columns = np.array([column for row in rows for column in row])
    row_of = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    idle = np.array([e.idle for e in examples], dtype=np.float64)
    share = np.array([e.weight for e in examples]) / len(examples)
    # Of a bias and of each feature: the weight, and all steps so far.
    weights: NDArray[np.float64] = np.zeros(len(place) + 1)
    steps = np.full(len(place) + 1, 1e-6)
    for _ in range(ROUNDS):
        scores = np.bincount(row_of, weights[1:][columns], len(rows)) + weights[0]
        off = (1 / (1 + np.exp(-np.clip(scores, -30, 30))) - idle) * share
        slope = np.bincount(columns, off[row_of], len(place)) + (
            SHRINKING / len(rows) * weights[1:]
        )
        gradient = np.concatenate(([off.sum()], slope))
        steps += gradient**2
        weights -= STEP * gradient / np.sqrt(steps)
    named = {name: float(weights[n + 1]) for name, n in place.items()}
    return {"bias": float(weights[0])} | {n: w for n, w in named.items() if abs(w) >= LEAST_WEIGHT}
