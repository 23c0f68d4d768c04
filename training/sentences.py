"""What callers say to restaurants that do not exist, as the recogniser is to write it."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from agent.speech.vocabulary import BREAKS, NAME, SPELLED, Moment, names, spelled
from domain.menu import Menu, parse_menu
from training.corpus import Corpus

__all__ = ["Said", "drawn", "made_up_menu", "said_to"]

SENTENCES_A_MENU = 40  # then the next menu is made up
MOMENTS = {
    Moment.ORDER: 45, Moment.MORE: 18, Moment.OPTION: 8, Moment.PERSON: 16, Moment.CONFIRM: 13,
}  # fmt: skip
ONLY_WORDS = 0.1  # of sentences are words of a dictionary in a row: what is heard is not guessed
ONLY_NAME = 0.15  # of sentences say a name and little else
COMPOUNDS = 6  # dishes of a menu whose names were put together from words of others
_CAPITAL = frozenset(["i", "i'm", "i'd", "i'll", "i've"])
_NAMING = ("my name is {}", "{}", "the name is {}", "no, the name is {}", "it's {}", "for {}")
_HOW = """
    grilled smoked spicy crispy house roasted classic vegan mini stuffed fried baked fresh
    special sweet braised double little
""".split()  # noqa: SIM905
_OF = """
    chicken beef lamb tofu salmon prawn mushroom pumpkin duck cheese spinach turkey avocado
    lentil crab potato egg tomato bean
""".split()  # noqa: SIM905
_FORM = """
    soup salad wrap sandwich pie roll curry noodles burger stew platter skewer pancake bowl
    bites plate toast casserole dip
""".split()  # noqa: SIM905


class Said(NamedTuple):
    """`text` is both said and written, `moment` what had been asked. `before` is what the decoder
    is shown first: the dishes."""

    text: str
    moment: Moment
    before: str


@dataclass(frozen=True)
class _Kitchen:
    kept: bool  # for judging
    categories: dict[str, list[str]]
    choices: dict[str, list[str]]
    removed: list[str]


@lru_cache(1)
def _kitchens() -> tuple[_Kitchen, ...]:
    found: list[_Kitchen] = []
    for line in (Path(__file__).parent / "kitchens.txt").read_text("utf-8").splitlines():
        if line.startswith("== "):
            found.append(_Kitchen(line.endswith("!"), {}, {}, []))
        elif line and not line.startswith("#"):
            name, rest = line.split(": ")
            ways = rest.split(", ")
            if line[0] == "-":
                found[-1].removed.extend(ways)
            elif line[0] == "+":
                found[-1].choices[name[2:]] = ways
            else:
                found[-1].categories[name] = ways
    return tuple(found)


def made_up_menu(dice: random.Random, *, kept: bool = False) -> Menu:
    """A menu of one or two kitchens; of those kept for judging, where that is wanted."""
    usable = [k for k in _kitchens() if k.kept is kept]
    kitchens = dice.sample(usable, dice.choice([1, 1, 2]))
    categories = {c: d for k in kitchens for c, d in k.categories.items()}
    chosen = dice.sample(sorted(categories), min(len(categories), dice.randint(3, 5)))
    dishes = [(d, c) for c in chosen for d in _some(dice, categories[c])]
    if not kept:
        made = (
            f"{dice.choice(_HOW)} {dice.choice(_OF)} {dice.choice(_FORM)}" for _ in range(COMPOUNDS)
        )
        dishes += [(name, chosen[0]) for name in made]
    groups = [_group(n, name, ways) for n, (name, ways) in enumerate(_choices(kitchens))]
    groups += [_group(9, "Without", [w for k in kitchens for w in k.removed], kind="without")]
    items = [_item(n, dish, c, groups, dice) for n, (dish, c) in enumerate(dict(dishes).items())]
    return parse_menu(
        {
            "id": "main",
            "name": "Made up",
            "currency": "EUR",
            "tax": {"prices_include_tax": True, "classes": {"food": 700}},
            "categories": [{"id": c, "name": c} for c in chosen],
            "items": items,
            "modifier_groups": groups,
        }
    )


def _some(dice: random.Random, ways: list[str]) -> list[str]:
    return dice.sample(ways, dice.randint(max(1, len(ways) // 2), len(ways)))


def _choices(kitchens: list[_Kitchen]) -> list[tuple[str, list[str]]]:
    return [one for kitchen in kitchens for one in kitchen.choices.items()]


def _group(number: int, name: str, ways: list[str], kind: str = "") -> dict[str, Any]:
    modifiers = [{"id": f"m{n}", "name": way} for n, way in enumerate(dict.fromkeys(ways))]
    least = int(not kind and name == "Size")
    return {"id": f"g{number}", "name": name, "kind": kind, "min": least, "modifiers": modifiers}


def _item(
    number: int, dish: str, category: str, groups: list[dict[str, Any]], dice: random.Random
) -> dict[str, Any]:
    return {
        "id": f"i{number}",
        "category_id": category,
        "name": dish,
        "price": 900,
        "tax_class": "food",
        "station": "kitchen",
        "modifier_group_ids": [g["id"] for g in groups if dice.random() < 0.6],
    }


def drawn(seed: int, dictionary: Path | None = None) -> Iterator[Said]:
    """Sentences without end, to learn from. `dictionary` has a word a line."""
    dice = random.Random(seed)  # noqa: S311 (sentences, no secrets)
    words = _plain_words(dictionary) if dictionary is not None else []
    while True:
        callers = said_to(made_up_menu(dice), dice)
        for said in itertools.islice(callers, SENTENCES_A_MENU):
            if words and dice.random() < ONLY_WORDS:
                row = dice.choices(words, k=dice.randint(2, 9))
                yield said._replace(text=_begun(" ".join(row)))
            else:
                yield said


def said_to(menu: Menu, dice: random.Random) -> Iterator[Said]:
    """What callers say to the restaurant of `menu`, without end."""
    corpus = Corpus(menu)
    corpus.random.seed(dice.random())
    before = ", ".join(item.name for item in menu.items)
    while True:
        moment = dice.choices(list(MOMENTS), list(MOMENTS.values()))[0]
        (row,) = corpus.sentences(moment, 1)
        text = _written([corpus.spoken.get(word, word) for word in row], dice)
        if dice.random() < ONLY_NAME:
            moment, text = Moment.PERSON, dice.choice(_NAMING).format(dice.choice(names()))
        yield Said(_begun(text), moment, f" {before}. That's all, pick up.")


def _plain_words(dictionary: Path) -> list[str]:
    lines = dictionary.read_text("utf-8").splitlines()
    return [w for w in lines if re.fullmatch(r"[a-z]{2,10}", w)]


def _written(words: list[str], dice: random.Random) -> str:
    """A sentence as the recogniser's lexicon writes it: only names, `I` and what follows a full
    stop are capitals."""
    text, starts = "", True
    for word in words:
        if word in BREAKS:
            text += word
            starts = word in (".", "?")
            continue
        said = dice.choice(names()) if word in (NAME, SPELLED) else word
        said = spelled(said) if word == SPELLED else said
        said = " ".join(w.capitalize() if w in _CAPITAL else w for w in said.split(" "))
        text += f" {_begun(said) if starts else said}"
        starts = False
    return text.strip(" ,")


def _begun(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
