"""The order of words in a clause, where it is another than the listener reads in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agent.lexemes import Kind, Lexeme
from agent.matching import Mention

__all__ = [
    "each_counted",
    "groups_first",
    "half_of_them",
    "likened",
    "on_half_alone",
    "options_last",
    "parts_of_it",
    "plain_and_more",
    "restarted",
    "sizes_first",
    "verbs_first",
    "without_grudges",
]

_SAID_AFTER = frozenset(
    [
        f"{who}{do} {verb}"
        for who in ("i ", "we ", "")
        for do in ("dont", "do not")
        for verb in ("want", "need")
    ]
    + ["i meant", "i mean"]
)
# "The corn *left out*": nothing else than "without the corn".
_LEFT_OUT = frozenset(["left out", "left off", "taken out", "taken off", "removed", "omitted"])
# "Bacon *added*": it is put on, whatever was left out before it.
_PUT_ON = frozenset(["added", "added on", "added in", "thrown in"])
_OF_A_NOUN = frozenset(
    [Kind.MENTION, Kind.WORD, Kind.THE, Kind.ARTICLE, Kind.NUMBER, Kind.SOME, Kind.EXTRA, Kind.IT]
)
_ENDS = frozenset([None, Kind.COMMA, Kind.STOP, Kind.AND])


def verbs_first(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """“It's the garlic *I don't want*”, “steak pie, *I meant*”: the verb, then what it is about."""
    found = list(lexemes)
    for n, verb in enumerate(lexemes):
        after = lexemes[n + 1].kind if n + 1 < len(lexemes) else None
        leaving = verb.text in _LEFT_OUT and after not in (Kind.MENTION, Kind.WORD, Kind.THE)
        putting = verb.text in _PUT_ON and after in _ENDS
        if not leaving and not putting and (verb.text not in _SAID_AFTER or after not in _ENDS):
            continue
        paused = n > 0 and lexemes[n - 1].kind is Kind.COMMA
        if putting and paused:
            continue  # "all sauerkraut, *nothing added*"
        end = n - 1 if paused else n
        start = end
        while start > 0 and lexemes[start - 1].kind in _OF_A_NOUN:
            start -= 1
        if not any(x.kind is Kind.MENTION for x in lexemes[start:end]):
            continue
        if putting:
            given = verb._replace(kind=Kind.WITH, text="with")
            found[start : n + 1] = [given, *lexemes[start:n]]
        elif leaving and start and lexemes[start - 1].kind in (Kind.WITH, Kind.TO):
            pause = verb._replace(kind=Kind.COMMA, text="")
            found[start - 1 : n + 1] = [pause, verb, *lexemes[start:n]]  # "with the corn left out"
        else:
            found[start : n + 1] = [verb, *lexemes[start:n]]
    return [x for x in found if x.kind is not Kind.ADD or x.text not in _PUT_ON]


_BROKEN_OFF = frozenset([Kind.FIX, Kind.MEANT, Kind.NO])
_NOUN_AFTER_NO = frozenset([Kind.MENTION, Kind.WORD, Kind.EXTRA, Kind.MORE, Kind.SOME])


def restarted(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """“*One pint, no, sorry,* one quart of fried rice”, “*three, no, make it* four egg rolls”: what
    was broken off before its dish was named, and is begun anew."""
    found = list(lexemes)
    for n in range(len(found) - 1, -1, -1):
        opens = n == 0 or found[n - 1].kind in _OPENING
        if found[n].kind not in _COUNTING or not opens:
            continue
        said = _options(found, n + 1)
        then, back = n + 1 + len(said), False
        while then < len(found) and (kind := _taking_back(found, then)) is not None:
            back = back or kind is not Kind.COMMA
            then += 1
        if not back or then >= len(found) or found[then].kind not in _COUNTING:
            continue
        anew = _options(found, then + 1)
        dish = then + 1 + len(anew)
        dish += int(dish < len(found) and found[dish].kind is Kind.OF)
        named = dish < len(found) and (mention := found[dish].mention) and mention.items
        if named and _groups(said) <= _groups([*anew, found[dish]]):
            del found[n:then]
    return found


def _options(lexemes: Sequence[Lexeme], at: int) -> list[Lexeme]:
    end = at
    while end < len(lexemes) and (mention := lexemes[end].mention) and not mention.items:
        end += 1
    return list(lexemes[at:end])


def _groups(options: Sequence[Lexeme]) -> set[str]:
    return {r.group.id for x in options if x.mention for r in x.mention.readings if r.coverage == 1}


def _taking_back(lexemes: Sequence[Lexeme], at: int) -> Kind | None:
    """The kind of a lexeme that says that what was said before it was wrong, or that parts it from
    what is said then; None of any other."""
    kind, after = lexemes[at].kind, lexemes[at + 1].kind if at + 1 < len(lexemes) else None
    if lexemes[at].text == "no" and kind is Kind.WITHOUT and after not in _NOUN_AFTER_NO:
        return Kind.NO
    if kind in (Kind.MAKE, Kind.IT):
        return Kind.COMMA
    return kind if kind in _BROKEN_OFF or kind is Kind.COMMA else None


# What stands between options that are told before their dish.
_JOINS = frozenset([Kind.WITH, Kind.WITHOUT, Kind.TO, Kind.AND, Kind.COMMA, Kind.ARTICLE, Kind.THE])


def options_last(
    lexemes: Sequence[Lexeme], is_part: Callable[[Mention, Mention], bool]
) -> list[Lexeme]:
    """“*In saj bread, with garlic sauce*, can I get a lamb wrap?”: the dish, then how it is made.
    `is_part` tells whether the first mention is an option of the second."""
    wants = next((n for n, x in enumerate(lexemes) if x.kind is Kind.WANT), 0)
    leading = lexemes[:wants]
    parts = [x.mention for x in leading if x.mention is not None]
    opens = bool(leading) and leading[0].kind in (Kind.TO, Kind.WITH, Kind.WITHOUT)
    if not (opens and parts) or any(x.kind not in _JOINS and x.mention is None for x in leading):
        return list(lexemes)
    dishes = [
        n for n, x in enumerate(lexemes) if n > wants and x.mention is not None and x.mention.items
    ]
    dish = lexemes[dishes[0]].mention if len(dishes) == 1 else None
    if dish is None or not all(is_part(part, dish) for part in parts):
        return list(lexemes)
    told = leading[:-1] if leading[-1].kind is Kind.COMMA else leading
    then = dishes[0] + 1
    return [*lexemes[wants:then], *told, *lexemes[then:]]


# What stands between the dishes of a list that has one size or weight.
_LISTING = frozenset([Kind.OF, Kind.THE, Kind.COMMA, Kind.AND, Kind.SOME])


def sizes_first(
    lexemes: Sequence[Lexeme], is_part: Callable[[Mention, Mention], bool]
) -> list[Lexeme]:
    """“*Half a pound each* of ribs and turkey”: half a pound of ribs, and half a pound of turkey.
    `is_part` tells whether the first mention is an option of the second."""
    found = list(lexemes)
    at = next((n for n, x in enumerate(found) if n and x.text == "each"), 0)
    size = found[at - 1].mention if at else None
    if size is None or found[at].kind is not Kind.BOTH:
        return found
    first = at - 1
    while first > 0 and found[first - 1].kind in _COUNTING:
        first -= 1
    listed: list[Lexeme] = []
    dishes, end = 0, at + 1
    for n, lexeme in enumerate(found[at + 1 :], at + 1):
        dish = lexeme.mention
        if dish is not None and dish.items and is_part(size, dish):
            told = found[first:at]
            listed += [x for x in found[end:n] if x.kind is not Kind.OF] + [*told, lexeme]
            dishes, end = dishes + 1, n + 1
        elif lexeme.kind not in _LISTING:
            break
    return [*found[:first], *listed, *found[end:]] if dishes > 1 else found


def plain_and_more(
    lexemes: Sequence[Lexeme], is_part: Callable[[Mention, Mention], bool]
) -> list[Lexeme]:
    """“A large *cheese and* pepperoni pizza”, where the cheese pizza is the plain one: that with
    pepperoni, and no two of them."""
    found = list(lexemes)
    for n in range(len(found) - 3, -1, -1):
        plain, joint = found[n].mention, found[n + 1]
        if plain is None or not plain.unsaid or joint.kind is not Kind.AND:
            continue
        then = n + 2
        while then + 1 < len(found) and _adjoins(found[then], found[then + 1]):
            then += 1
        dish = found[then].mention
        options = [x.mention for x in found[n + 2 : then]]
        if dish is None or len(dish.items) != 1 or dish.items[0] not in plain.items:
            continue
        an_option = any(r.coverage == 1 for r in plain.readings)
        if options and an_option and all(m is not None and is_part(m, dish) for m in options):
            del found[n : n + 2]
    return found


def _adjoins(lexeme: Lexeme, after: Lexeme) -> bool:
    """True of two names with nothing between, the first not all of a dish's."""
    mention = lexeme.mention
    part = mention is not None and (mention.unsaid or not (mention.items and mention.whole))
    return part and after.mention is not None and after.start == lexeme.end


_LEADS_TO_GROUP = frozenset([Kind.TO, Kind.THE])
_LISTED = frozenset([Kind.MENTION, Kind.AND, Kind.COMMA, Kind.ARTICLE, Kind.THE])


def groups_first(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """“Rice and beans *for my sides*”: the group, then what is chosen of it."""
    found = list(lexemes)
    for n, group in enumerate(lexemes):
        after = lexemes[n + 1].kind if n + 1 < len(lexemes) else None
        if group.kind is not Kind.GROUP or after not in (None, Kind.COMMA, Kind.STOP):
            continue
        end = n
        while end > 0 and lexemes[end - 1].kind in _LEADS_TO_GROUP:
            end -= 1
        start = end
        while start > 0 and lexemes[start - 1].kind in _LISTED:
            start -= 1
        named = [x.mention for x in lexemes[start:end] if x.mention is not None]
        ids = {g.id for g in group.groups}
        if len(named) > 1 and all(ids & {r.group.id for r in m.readings} for m in named):
            found[start : n + 1] = [group, *lexemes[start:end]]
    return found


_OPENING = frozenset([Kind.AND, Kind.WANT, Kind.COMMA, Kind.STOP])
_AROUND = frozenset([Kind.AND, Kind.ALSO, Kind.WANT, Kind.COMMA, Kind.STOP])
_COUNTING = frozenset([Kind.NUMBER, Kind.ARTICLE, Kind.SOME])


def parts_of_it(lexemes: Sequence[Lexeme], fits: Callable[[Mention], bool]) -> list[Lexeme]:
    """“And one ranch and one blue cheese *with those*”: what the dish in hand gets, and no dishes
    that are made so. `fits` tells what the dish can be made with."""
    start, end = 0, len(lexemes)
    while start < end and lexemes[start].kind in _AROUND:
        start += 1
    while end > start and lexemes[end - 1].kind in _AROUND:
        end -= 1
    if [x.kind for x in lexemes[max(start, end - 2) : end]] != [Kind.WITH, Kind.IT]:
        return list(lexemes)
    named = lexemes[start : end - 2]
    parts = [x for x in named if x.mention is not None]
    counted = all(x.value <= 1 for x in named if x.kind is Kind.NUMBER)
    only = all(x.mention is not None or x.kind in _COUNTING | _AROUND for x in named)
    if (
        len(parts) < 2
        or not (counted and only)
        or not all(fits(m) for x in parts if (m := x.mention))
    ):
        return list(lexemes)
    then = lexemes[end - 2]
    return [then, *(x for x in named if x.kind not in _COUNTING), *lexemes[end:]]


_WHICH_HALF = frozenset([Kind.NUMBER, Kind.THE, Kind.ARTICLE, Kind.ORDINAL, Kind.OTHER])


def on_half_alone(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """“Leeks *only* on one half”, “onions on *just* one half”: on one half, which is not the whole
    anyway."""

    def leads_to_half(at: int) -> bool:
        first = lexemes[at] if at < len(lexemes) else None
        if first is not None and first.kind is Kind.NOTE:
            return "half" in first.text.lower().split()
        while at < len(lexemes) and lexemes[at].kind in {Kind.TO, *_WHICH_HALF}:
            at += 1
        return at < len(lexemes) and lexemes[at].kind is Kind.HALF

    def after_name(at: int) -> bool:
        before = lexemes[at - 1].kind if at else None
        return before is Kind.MENTION or (before is Kind.TO and leads_to_half(at + 1))

    return [
        x
        for n, x in enumerate(lexemes)
        if x.kind is not Kind.JUST or not (after_name(n) and leads_to_half(n + 1))
    ]


def likened(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """“Another waffle *just like it*”, “… *like the first one*”: made the same."""
    found = list(lexemes)
    for n in range(len(found) - 1, 0, -1):
        like, what = found[n], found[n + 1 : n + 3]
        just = found[n - 1].kind is Kind.JUST or found[n - 1].text == "exactly"
        first = n - 1 if just else n
        before = found[first - 1] if first else None
        dish = before is not None and before.mention is not None and bool(before.mention.items)
        dish = dish or (before is not None and before.kind in (Kind.NUMBER, Kind.MORE))
        pointed = 1 if what and what[0].kind in (Kind.IT, Kind.OTHER) else 0
        if [x.kind for x in what] == [Kind.THE, Kind.ORDINAL]:
            pointed = 2
        if like.text == "like" and pointed and dish:
            end = found[n + pointed].end
            same = Lexeme(Kind.SAME, found[first].start, end, text="just like it")
            found[first : n + pointed + 1] = [same]
    for n, but in enumerate(found[:-1]):
        said = [x for x in found[:n] if x.kind is not Kind.COMMA][-1:]
        then = found[n + 1].mention
        if but.text.startswith("except") and said and said[0].kind is Kind.SAME and then:
            wide = max((r.width for r in then.readings), default=0)
            named = [r.group for r in then.readings if r.coverage == 1 and r.width == wide]
            if named and all(g.min > 0 for g in named):  # "the same, *except* lemon pepper"
                found[n] = but._replace(kind=Kind.WITH, text="with")
    return found


def without_grudges(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """“Leave the beans out. *Beans and me*, we don't get along”, “no olives. *Olives*, yuck”: why
    it is left out, and nothing that comes back."""
    found: list[Lexeme] = []
    gone: set[str] = set()
    for n, lexeme in enumerate(lexemes):
        text = lexeme.text.lower()
        led = [x.kind for x in lexemes[max(0, n - 2) : n] if x.kind is not Kind.THE][-1:]
        after = [x.kind for x in lexemes[n + 1 : n + 3]]
        alone = after[:1] in ([], [Kind.COMMA], [Kind.STOP]) or after == [Kind.AND, Kind.COMMA]
        if lexeme.kind is Kind.MENTION and led in ([Kind.WITHOUT], [Kind.REMOVE]):
            gone.add(text)
        elif led == [Kind.STOP] and text in gone and alone:
            continue
        found.append(lexeme)
    return found


def half_of_them(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """“A dozen pies, *half of them* beef and *the other half* cheese”: six of each."""
    found: list[Lexeme] = []
    total, halved = 0, False
    for n, lexeme in enumerate(lexemes):
        before, after = found[-1:], [x for x in lexemes[n + 1 : n + 3] if x.kind is not Kind.OF]
        dish = after[0].mention if after else None
        if lexeme.kind is Kind.NUMBER and dish is not None and len(dish.items) > 1:
            total = lexeme.value
        of_them = len(after) == 1 and lexemes[n + 1].text in _OF_THEM
        other = halved and bool(before) and before[0].kind is Kind.OTHER
        kind = dish is not None and dish.whole and bool(dish.items)
        if (
            lexeme.kind is Kind.HALF
            and kind
            and total > 1
            and total % 2 == 0
            and (of_them or other)
        ):
            found = found[:-1] if other else found
            found.append(lexeme._replace(kind=Kind.NUMBER, value=total // 2, text=""))
            halved = True
        elif not (halved and lexeme.kind is Kind.OF and lexemes[n - 1].kind is Kind.HALF):
            found.append(lexeme)
    return found


_OF_THEM = frozenset(["of them", "of those", "of these", "of em"])


def each_counted(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """“One coke *for each of us, so two*”: two cokes, as the sum says."""
    found = list(lexemes)
    for n, each in enumerate(lexemes):
        if each.kind is not Kind.BOTH or not each.text.startswith("each"):
            continue
        kinds = [x.kind for x in lexemes[n + 1 : n + 4]]
        if kinds[:2] != [Kind.COMMA, Kind.NUMBER] or kinds[2:] not in _SUM_ENDS:
            continue
        dish = n - 2 if lexemes[n - 1].kind is Kind.TO else n - 1
        one = lexemes[dish - 1] if dish > 0 else None
        if (
            one is None
            or lexemes[dish].mention is None
            or one.kind not in _COUNTING
            or one.value > 1
        ):
            continue
        count = one._replace(kind=Kind.NUMBER, value=lexemes[n + 2].value)
        return [*found[: dish - 1], count, found[dish], *found[n + 3 :]]
    return found


_SUM_ENDS: tuple[list[Kind], ...] = ([], [Kind.STOP], [Kind.COMMA], [Kind.AND])
