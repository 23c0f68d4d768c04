"""Frames: what people say when they order, with the dishes left open, filled from a menu.

A line of `orders.txt` is one frame, turns divided by ` / `, and after `=>` the order that it is:

    {a A} and {two Bs} / no {A.no} on the {A} => 1 A no, 2 B

`{A}` is a dish by one of its names, `{a A}` with its article, `{As}` the plural, `{two As}` is "two
{As}". `{A!}` is the dish with all that must be chosen for it, which then belongs to every line of
it. `{A.size}`, `{A.pick}` (one that must be chosen), `{A.kind}` (one of a group with a default),
`{A.side}` (of a group of which two must be), `{A.first}` and `{A.second}` (of the two groups that
must be), `{A.add}` and `{A.no}` are options of it, `2` and `3` after them others of the same group;
a dish is taken only where nothing else must be chosen.
`=A.size` in an order is the option of this dish that is called as that one of A.

`{name}` is who calls; `{close}` stands for the end of the call up to the read-back, to which then
something is said. `closings.txt` holds how a call begins and ends around it, with lists for each
part.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import NamedTuple

from agent.suite import Case, Dialogue, Expected, ExpectedLine
from domain.business import Business
from domain.order import OrderType
from tests.conversations.variations.sayable import ROLES, Card, Dish, Option, many, one

__all__ = ["Frame", "fill", "frames"]

HERE = Path(__file__).parent
EARLY = 0.15  # of the callers give name or pick-up before anything is ordered
TRIES = 60  # draws of dishes until they can be told apart in one frame

_CHOSEN = {"size", "pick", "side", "first", "second"}  # the roles of what must be chosen
_SLOT = re.compile(r"\{(?:(?P<lead>an?|two) )?(?P<dish>[A-D])(?P<rest>s?!?|\.\w+)\}")
_PART = re.compile(r"\{(\w+)\}")


class Frame(NamedTuple):
    kind: str
    number: int
    turns: tuple[str, ...]
    order: str


class _Taken(NamedTuple):
    """A dish for a letter of a frame, and what is said for each of its slots."""

    dish: Dish
    options: dict[str, Option]
    whole: tuple[Option, ...]  # what must be chosen, said with the dish


@lru_cache(maxsize=1)
def frames() -> tuple[Frame, ...]:
    """All frames of `orders.txt`, in its order."""
    found: list[Frame] = []
    for kind, lines in _sections("orders.txt").items():
        for line in lines:
            said, _, order = line.partition("=>")
            turns = tuple(turn.strip() for turn in said.split(" / "))
            found.append(Frame(kind, len(found) + 1, turns, order.strip()))
    return tuple(found)


def fill(frame: Frame, card: Card, rng: Random) -> Case | None:
    """The dialogue that `frame` is on this menu; None where it has no dishes of that shape."""
    taken = _take(frame, card, rng)
    if taken is None:
        return None
    lines = [line for part in frame.order.split(",") for line in _line(part.split(), taken)]
    name = rng.choice(_sections("closings.txt")["name"])
    said = [_spoken(turn, taken).replace("{name}", name) for turn in frame.turns]
    turns = _around(said, name, rng)
    dialogue = Dialogue(
        name=f"{frame.kind}-{frame.number}-{card.menu.id}",
        kind=frame.kind,
        menu=card.file,
        turns=tuple(turns),
        expect=Expected(placed=True, type=OrderType.PICKUP, name=name, lines=tuple(lines)),
    )
    return Case("frames", dialogue, card.menu, (), (), Business(name=card.menu.name))


@lru_cache(maxsize=2)
def _sections(file: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    kind = ""
    for line in (HERE / file).read_text("utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
            found[kind] = []
        elif line and not line.startswith("#"):
            found[kind].append(line)
    return found


def _around(turns: Sequence[str], name: str, rng: Random) -> list[str]:
    """With how the call begins and ends: name, pick-up, "that's all" and the yes."""
    parts = _sections("closings.txt")

    def said(text: str) -> str:
        while _PART.search(text):
            text = _PART.sub(lambda m: name if m[1] == "name" else rng.choice(parts[m[1]]), text)
        return text

    if "{close}" in turns:  # something is said to the read-back
        at = turns.index("{close}")
        closing = said(rng.choice(parts["closing"])).split(" / ")
        return [*turns[:at], *closing[:-1], *turns[at + 1 :], closing[-1]]
    if rng.random() < EARLY:
        opening, ending = rng.choice(parts["opening"]), parts["ending"][0]
        said_before = said(opening.removesuffix(" / +"))
        both = "{for}" in opening and "pick up" in opening
        rest = "" if both else "{for} / " if "{pickup}" in opening else "{pickup} / "
        closing = ending.replace(" / ", f" / {rest}", 1)
        return [said_before, *turns, *said(closing).split(" / ")]
    return [*turns, *said(rng.choice(parts["closing"])).split(" / ")]


def _take(frame: Frame, card: Card, rng: Random) -> dict[str, _Taken] | None:
    slots: dict[str, set[str]] = {}
    for match in _SLOT.finditer(" ".join(frame.turns)):
        slots.setdefault(match["dish"], set()).add(match["rest"].lstrip("."))
    several = bool(re.search(r"\b(?:[2-9]|\d\d) [A-D]", frame.order))
    for _ in range(TRIES):
        taken: dict[str, _Taken] = {}
        for letter, wanted in slots.items():
            found = _draw(card, wanted, rng)
            if found is None or (several and found.dish.counted):
                break
            taken[letter] = found
        else:
            if _told_apart(list(taken.values())) and _copies(frame.order, taken):
                return taken
    return None


def _draw(card: Card, wanted: set[str], rng: Random) -> _Taken | None:
    whole = any(w.endswith("!") for w in wanted)
    roles = {w for w in wanted if w.rstrip("23") in ROLES}
    able = [d for d in card.dishes if _able(d, roles, whole=whole)]
    if not able:
        return None
    # A dish with more names than others is not said more often.
    item = rng.choice(sorted({d.item for d in able}))
    dish = rng.choice([d for d in able if d.item == item])
    options: dict[str, Option] = {}
    for role, most in _asked(roles).items():
        group = rng.choice([g for g in dish.roles[role] if len(g) >= most])
        drawn = rng.sample(group, most)
        options |= {role if n == 1 else f"{role}{n}": o for n, o in enumerate(drawn, 1)}
    chosen = tuple(
        rng.choice(group)
        for role in ("size", "pick")
        for group in dish.roles[role]
        if whole and group[0].group in dish.required
    )
    return _Taken(dish, options, chosen)


def _able(dish: Dish, roles: set[str], *, whole: bool) -> bool:
    for role, most in _asked(roles).items():
        fit = [g for g in dish.roles[role] if len(g) >= most]
        if not fit or (role in ("add", "no") and dish.most[fit[0][0].group] < most):
            return False
    said = {"size", "pick"} if whole else roles & _CHOSEN
    sayable = {g[0].group for r in said for g in dish.roles[r] if whole or len(dish.roles[r]) == 1}
    return dish.required <= sayable


def _asked(roles: set[str]) -> dict[str, int]:
    """How many options of each role a frame names: `{"side": 3}` where it says `side3`."""
    return {
        role: max(int(r[len(role) :] or 1) for r in sorted(roles) if r.rstrip("23") == role)
        for role in sorted({r.rstrip("23") for r in roles})
    }


def _told_apart(taken: Sequence[_Taken]) -> bool:
    """True where no name of one is part of another's, or means an option of another."""
    for n, a in enumerate(taken):
        for m, b in enumerate(taken):
            if n == m:
                continue
            ours, theirs = set(a.dish.name.split()), set(b.dish.name.split())
            spoken = {o.words for o in (*a.options.values(), *a.whole)}
            if a.dish.item == b.dish.item or ours <= theirs or a.dish.name in b.dish.options:
                return False
            if any(set(words.split()) <= theirs for words in spoken):
                return False
    own = [o.words for a in taken for o in a.options.values()]
    return not any(
        set(words.split()) <= set(a.dish.name.split())
        or set(a.dish.name.split()) <= set(words.split())
        for a in taken
        for words in own
    )


def _copies(order: str, taken: dict[str, _Taken]) -> bool:
    """True where a dish that is to have the option of another has one of that name."""
    return all(
        _alike(taken[letter].dish, taken[of].options[role]) is not None
        for letter, of, role in re.findall(r"([A-D]) =([A-D])\.(\w+)", order)
    )


def _alike(dish: Dish, option: Option) -> Option | None:
    every = [o for groups in dish.roles.values() for g in groups for o in g]
    return next((o for o in every if o.words == option.words), None)


def _line(words: Sequence[str], taken: dict[str, _Taken]) -> list[ExpectedLine]:
    qty, letter, *asked = words
    dish = taken[letter]
    chosen = list(dish.whole)
    for ask in asked:
        if ask.startswith("="):
            of, role = ask[1:].split(".")
            alike = _alike(dish.dish, taken[of].options[role])
            assert alike is not None, "the dishes were taken so"
            chosen.append(alike)
        else:
            chosen.append(dish.options[ask])
    modifiers = tuple(f"{o.group}:{o.id}" for o in chosen)
    return [ExpectedLine(dish.dish.item, int(qty), modifiers)]


def _spoken(turn: str, taken: dict[str, _Taken]) -> str:
    def said(match: re.Match[str]) -> str:
        one_of, rest = taken[match["dish"]], match["rest"]
        if rest.startswith("."):
            return one_of.options[rest[1:]].words
        plural = rest.startswith("s")
        name = many(one_of.dish.name) if plural else one_of.dish.name
        if rest.endswith("!"):
            name = _in_full(name, one_of)
        lead = match["lead"] or ""
        return f"two {name}" if lead == "two" else one(name) if lead else name

    return _SLOT.sub(said, turn)


def _in_full(name: str, taken: _Taken) -> str:
    sizes = [o.words for o in taken.whole if o in {o for g in taken.dish.roles["size"] for o in g}]
    others = [o.words for o in taken.whole if o.words not in sizes]
    return " ".join([*sizes, name, *(["with", " and ".join(others)] if others else [])])
