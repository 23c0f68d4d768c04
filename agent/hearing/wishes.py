"""One wish on one line: which option of the menu it is, or a note, or that it cannot be had."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from agent.cart import CartLine
from agent.hearing.degrees import tells_again, toned_down
from agent.hearing.points import Trouble, TroubleKind, Wish
from agent.kitchen_notes import is_note
from agent.language import stem, tokens
from agent.lexemes import Kind
from agent.matching import Reading, is_all_of_it, to_write, wants_words
from domain.menu import Item, Menu, ModifierGroup
from domain.ordering import MAX_NOTE, Choice

__all__ = ["HARMLESS", "PLAIN", "apply_wish", "removes"]

MIN_WIDER = 0.5  # of an option's name, where a shorter one would change what was chosen

# Words of praise and plainness: where no option is called so, they ask for nothing.
HARMLESS = frozenset(
    """
    regular normal standard plain classic nice cold hot fresh good big little small lovely
    traditional original tasty usual delicious proper whole single medium
    """.split()  # noqa: SIM905 (a list of forty quoted words is harder to read)
)

# Of those, what says of a dish that it is the plain one of its kin.
PLAIN = frozenset(["regular", "normal", "standard", "ordinary"])


def apply_wish(menu: Menu, line: CartLine, wish: Wish) -> tuple[CartLine, Trouble | None]:
    """`line` made as wished, or as it was with what is wrong about the wish."""
    item = menu.item(line.item_id)
    assert item is not None, "a line names an item of this menu"
    groups = {g.id: g for g in menu.groups_of(item)}
    if wish.kind is Kind.NOTE:
        aside = _put_aside(groups.values(), wish.text)
        aside = aside or toned_down(groups.values(), wish.text)
        if aside is not None:
            return _choose(menu, line, item, aside)
        if any(tells_again(g, c.id, wish.text) for c in line.choices if (g := groups[c.group_id])):
            return line, None
        return (line if _is_so(item, wish.text) else _with_note(line, wish.text)), None
    readings = [r for r in wish.readings if r.group.id in groups]
    if wish.all and (wish.kind is Kind.WITHOUT or not readings):
        whole = _all_of_it(groups.values())
        if whole is not None:
            line, trouble = _choose(menu, line, item, whole)
            if trouble is not None or wish.kind is not Kind.WITHOUT:
                return line, trouble
            return _without(line, item, readings, wish.text, groups.values()), None
    if wish.all and not readings:
        return _everything(line, list(groups.values())), None
    if wish.kind is Kind.WITHOUT and wish.all and (group := _left_whole(readings)) is not None:
        return _all_but(line, item, group, readings)
    if wish.kind is Kind.WITHOUT and wish.all and any(_to_put_on(r) for r in readings):
        return _with_note(line, f"everything but {wish.text}"), None
    if wish.kind is Kind.WITHOUT:
        return _without(line, item, readings, wish.text, groups.values()), None
    return _with(menu, line, item, readings, wish)


def _with(
    menu: Menu, line: CartLine, item: Item, readings: Sequence[Reading], wish: Wish
) -> tuple[CartLine, Trouble | None]:
    giving = _wider(line, [r for r in readings if not removes(r)])
    if wish.kind is Kind.WITH:
        giving = _beside_its_name(item, giving, wish.text)
    if wish.all and giving:
        group = max(giving, key=lambda r: r.group.max).group
        every = tuple(Choice(group.id, m.id) for m in group.modifiers[: group.max])
        return replace(line, choices=(*_others(line, group), *every)), None
    best = _best(_unfilled(line, giving), wish.text)
    if best is None:
        undone = [c for c in line.choices if any(_is(c, r) for r in readings)]
        if undone or (readings and wish.kind is Kind.WITH):
            kept = tuple(c for c in line.choices if c not in undone)
            return replace(line, choices=kept), None
        if not readings and wish.text.lower() in HARMLESS:
            return line, None
        text = f"extra {wish.text}" if wish.kind is Kind.EXTRA else wish.text
        if not readings and is_note(text):
            return _with_note(line, text), None
        return line, Trouble(TroubleKind.NO_OPTION, wish.text, item.id)
    group = best.group
    if wish.kind is Kind.EXTRA and is_note(f"extra {wish.text}") and group.max == 1:
        line = _with_note(line, f"extra {wish.text}")  # "extra mild", where mild is all there is
    elif wish.kind is Kind.EXTRA and group.min == 1 == group.max and not _says_extra(best):
        return line, Trouble(TroubleKind.NO_OPTION, f"extra {wish.text}", item.id)
    rivals = [r for r in giving if r.group.id == group.id and r.coverage == best.coverage]
    if best.coverage < 1 and len({r.modifier.id for r in rivals}) > 1:
        if any(r.modifier.id in group.default for r in rivals) or _chosen(line, group):
            return line, None
        return line, Trouble(TroubleKind.NO_OPTION, wish.text, item.id, group_id=group.id)
    if wants_words(best.modifier):
        line = _with_note(line, to_write(wish.text))
    return _choose(menu, line, item, best)


def _put_aside(groups: Collection[ModifierGroup], text: str) -> Reading | None:
    """“Balsamic, *on the side*”, where the salad can be had with “Dressing on the Side”."""
    said = _stems(text)
    if said[-len(_ASIDE) :] != _ASIDE:
        return None
    what = said[: -len(_ASIDE)]
    found = []
    for group in (g for g in groups if not g.removes):
        for modifier in group.modifiers:
            name = _stems(modifier.name)
            kind = name[: -len(_ASIDE)]
            if not kind or name[-len(_ASIDE) :] != _ASIDE:
                continue
            own = [o for o in groups if kind[-1] in _stems(o.name)]
            options = [_stems(n) for o in own for m in o.modifiers for n in (m.name, *m.spoken)]
            if not what or what == kind or what in options:
                found.append(Reading(group, modifier, 1, False, len(said)))
    return found[0] if len(found) == 1 else None


def _is_so(item: Item, text: str) -> bool:
    """“Crispy”, of what the menu says is crispy: it need not be asked for."""
    said = set(_stems(text))
    return bool(said) and said <= {*_stems(item.name), *_stems(item.description)}


def _stems(text: str) -> list[str]:
    return [stem(t.word) for t in tokens(text) if not t.stop]


_ASIDE = ["on", "the", "side"]


def _wider(line: CartLine, readings: Sequence[Reading]) -> list[Reading]:
    """“Lamb biryani with the *vegetable sauce*”: most of a sauce's name, and no vegetable
    instead of the lamb."""
    return [
        r
        for r in readings
        if not (r.group.max == 1 and _chosen(line, r.group))
        or not any(o.width > r.width and o.coverage >= MIN_WIDER for o in readings)
    ]


def _beside_its_name(item: Item, readings: list[Reading], text: str) -> list[Reading]:
    """“His *eggs* poached”, of two eggs: that word is the dish's, and asks for no extra egg."""
    own, said = set(_stems(item.name)), set(_stems(text))
    by = [(r, said & set(_stems(r.modifier.name))) for r in readings if r.coverage == 1]
    beside = [r for r, words in by if words - own]
    of_the_dish = [r for r, words in by if words and words <= own]
    return [r for r in readings if not beside or r not in of_the_dish]


def _left_whole(readings: Sequence[Reading]) -> ModifierGroup | None:
    """“Everything but onions”: the group of what may be put on, where nothing of it is on by itself
    and so nothing can be taken away."""
    named = [r for r in readings if r.coverage == 1]
    if any(removes(r) for r in named):
        return None
    return next((r.group for r in named if _put_on(r.group)), None)


def _put_on(group: ModifierGroup) -> bool:
    """True where as many as one likes may be put on, for nothing."""
    free = all(m.price == 0 for m in group.modifiers)
    return group.min == 0 and group.max > 1 and free and not (group.default or group.removes)


def _to_put_on(reading: Reading) -> bool:
    group = reading.group
    return reading.coverage == 1 and group.min == 0 and not (group.default or group.removes)


def _all_but(
    line: CartLine, item: Item, group: ModifierGroup, readings: Sequence[Reading]
) -> tuple[CartLine, Trouble | None]:
    gone = {r.modifier.id for r in readings if r.group.id == group.id and r.coverage == 1}
    left = tuple(Choice(group.id, m.id) for m in group.modifiers if m.id not in gone)
    if len(left) > group.max:
        return line, Trouble(TroubleKind.TOO_MANY_OPTIONS, item_id=item.id, group_id=group.id)
    return replace(line, choices=(*_others(line, group), *left)), None


def _all_of_it(groups: Collection[ModifierGroup]) -> Reading | None:
    """“With everything”, “everything but onions”, where one option is called so."""
    named = [
        Reading(g, m, 1, False, 1)
        for g in groups
        if not g.removes
        for m in g.modifiers
        if is_all_of_it(m)
    ]
    return named[0] if len(named) == 1 else None


def _everything(line: CartLine, groups: Sequence[ModifierGroup]) -> CartLine:
    """“With everything”: as it comes, where it comes with all and things can be left out; all that
    can be put on it, where that is one group; else the kitchen is told."""
    if any(g.removes for g in groups):
        return line
    put_on = [g for g in groups if _put_on(g) and g.max >= len(g.modifiers)]
    whole = max(put_on, key=lambda g: len(g.modifiers), default=None)
    if whole is None:
        return _with_note(line, "with everything")
    every = tuple(Choice(whole.id, m.id) for m in whole.modifiers)
    return replace(line, choices=(*_others(line, whole), *every))


def _choose(
    menu: Menu, line: CartLine, item: Item, reading: Reading
) -> tuple[CartLine, Trouble | None]:
    group, choice = reading.group, Choice(reading.group.id, reading.modifier.id)
    without = {g.id for g in menu.groups_of(item) if g.removes}
    if choice in line.choices:
        return line, None
    taken = _chosen(line, group)
    if group.max == 1:
        taken = []
    elif not taken and group.min == 0:
        taken = [Choice(group.id, i) for i in group.default if i != choice.id]
    if len(taken) + 1 > group.max:
        return line, Trouble(TroubleKind.TOO_MANY_OPTIONS, item_id=item.id, group_id=group.id)
    others = [
        c for c in line.choices if c.group_id != group.id and not _undoes(c, reading, without)
    ]
    note = _without_refusal(line.note, reading) if group.max == 1 else line.note
    return replace(line, choices=(*others, *taken, choice), note=note), None


def _without_refusal(note: str, chosen: Reading) -> str:
    """“No cornbread”, noted before another bread was chosen, need not be said any more; nor "not
    too spicy" once it is to be mild."""
    group = chosen.group
    refused = {
        f"no {name.lower()}"
        for m in group.modifiers
        for name in (m.name, *m.names.values(), *m.spoken)
    }
    return ", ".join(
        part
        for part in note.split(", ")
        if part.lower() not in refused
        and not tells_again(group, chosen.modifier.id, part)
        and not _told_by(chosen, part)
    )


def _told_by(chosen: Reading, part: str) -> bool:
    """“*No bun*, in a lettuce wrap”: what comes by default is called so, and what was chosen is
    not."""
    no, said = part.lower().partition(" ")[0], set(_stems(part)) - {"no"}
    group = chosen.group
    default = [set(_stems(m.name)) for m in group.modifiers if m.id in group.default]
    own = {*_stems(chosen.modifier.name)}
    return no == "no" and bool(said) and not said & own and any(said <= name for name in default)


def _undoes(choice: Choice, reading: Reading, without: Collection[str]) -> bool:
    """“Without cheese” goes when “extra cheese” is asked for: the same id in a group that takes
    away, or gives back; `without` are those that take away."""
    turned = (choice.group_id in without) != removes(reading)
    return choice.id == reading.modifier.id and turned


def _without(
    line: CartLine,
    item: Item,
    readings: Sequence[Reading],
    text: str,
    groups: Collection[ModifierGroup],
) -> CartLine:
    whole = next((g for g in groups if _names_group(text, g)), None)
    if whole is not None and not any(r.coverage == 1 and removes(r) for r in readings):
        return replace(line, choices=tuple(c for c in line.choices if c.group_id != whole.id))
    giving = [r for r in readings if not removes(r)]
    fullest = max((r.coverage for r in giving), default=0.0)
    giving = [r for r in giving if r.coverage == fullest]  # "garlic sauce" is but one of the sauces
    chosen = [c for c in line.choices if any(_is(c, r) for r in giving)]
    best = _best([r for r in readings if removes(r)])
    widest = max((r.width for r in giving if r.coverage == 1), default=0)
    if best is not None and best.width < widest and text.lower().startswith("extra "):
        best, text = None, ""  # "no *extra gravy*" leaves no gravy out
    if best is not None and best.coverage > fullest:
        chosen = []  # "no onion" takes none of the onion rings away
    absent = giving and not chosen and all(_replaced(line, r) or _unchosen(r) for r in giving)
    if best is None and absent:
        return line  # "tomato instead of coconut": the coconut is not in it any more
    if best is None and not chosen and any(_is_offered(r, item) for r in giving):
        return line  # "the cobbler, *no ice cream*", which comes but where it is asked for
    rather = best is not None and any(c.group_id == best.group.id for c in chosen)
    if chosen and not rather:
        return replace(line, choices=tuple(c for c in line.choices if c not in chosen))
    if best is not None:
        taken = [] if best.group.max == 1 else _chosen(line, best.group)
        choice = Choice(best.group.id, best.modifier.id)
        if choice in line.choices:
            return line
        if len(taken) + 1 <= best.group.max:
            others = [c for c in line.choices if c.group_id != best.group.id]
            return replace(line, choices=(*others, *taken, choice))
    default = next(
        (r for r in giving if r.modifier.id in r.group.default and r.group.max > 1), None
    )
    if default is not None:
        left = tuple(
            Choice(default.group.id, i) for i in default.group.default if i != default.modifier.id
        )
        if len(left) >= max(1, default.group.min):
            return replace(line, choices=(*line.choices, *left))
    return _with_note(line, f"no {text.removeprefix('no ')}") if text else line


def _replaced(line: CartLine, reading: Reading) -> bool:
    """True where something else of its group was chosen instead of what stands by default: "in a
    lettuce wrap, *no bun*", whichever bun that is."""
    group = reading.group
    either = reading.modifier.id in group.default or (bool(group.default) and group.max == 1)
    return either and bool(_chosen(line, group))


def _unchosen(reading: Reading) -> bool:
    """“*No kimchi*, pork”: of what some must be chosen, and it is not this one."""
    group = reading.group
    return group.min > 0 and not group.default and reading.coverage == 1


def _is_offered(reading: Reading, item: Item) -> bool:
    """True of the one thing that can be had with `item` besides, and that is not in it anyway."""
    group = reading.group
    alone = group.min == 0 and not group.default and len(group.modifiers) == 1
    named = set(_stems(reading.modifier.name)) & {*_stems(item.name), *_stems(item.description)}
    return alone and reading.coverage == 1 and not named


def _names_group(text: str, group: ModifierGroup) -> bool:
    """“No sauce”, where sauces are a group of which none needs to be taken."""
    said = [stem(t.word) for t in tokens(text)]
    names = (group.name, *group.names.values())
    optional = group.min == 0 and not group.default and not group.removes
    return optional and any(said == [stem(t.word) for t in tokens(name)] for name in names)


def removes(reading: Reading) -> bool:
    return reading.group.removes or reading.negated


def _is(choice: Choice, reading: Reading) -> bool:
    return (choice.group_id, choice.id) == (reading.group.id, reading.modifier.id)


def _others(line: CartLine, group: ModifierGroup) -> tuple[Choice, ...]:
    return tuple(c for c in line.choices if c.group_id != group.id)


def _chosen(line: CartLine, group: ModifierGroup) -> list[Choice]:
    return [c for c in line.choices if c.group_id == group.id]


def _best(readings: Sequence[Reading], text: str = "") -> Reading | None:
    """The most fully named; between equals the one that the menu calls by `text` and nothing else
    ("jalapeños" are no jalapeño bun), or with other words ("regular" is the regular crust, and no
    medium one), and else the first. A group's mere name chooses none."""
    named = [r for r in readings if r.coverage > 0]
    said = set(_stems(text))

    def called_so(reading: Reading) -> tuple[bool, bool]:
        names = [set(_stems(n)) for n in (reading.modifier.name, *reading.modifier.spoken)]
        return said in names, bool(said) and any(said <= name for name in names)

    return max(named, key=lambda r: (r.coverage, r.width, called_so(r)), default=None)


def _unfilled(line: CartLine, readings: Sequence[Reading]) -> Sequence[Reading]:
    """What is still to be chosen comes first: of the same options in two groups, as first and
    second half, the one that is left; of a flavour and a dip of one name, the flavour."""
    required = [r for r in readings if r.group.min > 0 and not r.group.default]
    left = [r for r in required if r.coverage == 1 and not _chosen(line, r.group)]
    alike = {r.modifier.name for r in required if r not in left} & {r.modifier.name for r in left}
    wide = max((r.width for r in readings if r.coverage == 1), default=0)
    others = [r for r in readings if r.coverage == 1 and r not in required]
    first = [r for r in left if r.width == wide] if others else []
    return [r for r in left if r.modifier.name in alike] or first or readings


def _says_extra(reading: Reading) -> bool:
    return "extra" in reading.modifier.name.lower()


def _with_note(line: CartLine, text: str) -> CartLine:
    note = f"{line.note}, {text}" if line.note else text
    if not text or f", {text}, " in f", {line.note}, " or len(note) > MAX_NOTE:
        return line
    return replace(line, note=note)
