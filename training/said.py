"""How callers talk, from the conversation suites: what made `said.txt`.

Every dialogue is played to the rules, so that it is known what had been asked before each turn. A
turn is kept as a row of words in which a dish, an option, a category and a name are what stands for
all of their kind: nothing of a menu is learnt, only how one is talked of. The dialogues of `KEPT`
suites, and a few of all others, are left out: by them the recogniser is judged.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from agent.call import Call
from agent.evaluate import Houses, a_call, house_of
from agent.language import fold, spoken_number
from agent.rules_llm import RulesLLM
from agent.speech.moments import moment_of
from agent.speech.vocabulary import BREAKS, NAME, OTHER, Moment, Vocabulary, names
from agent.suite import Case, load_suite
from agent.text_call import text_call
from domain.clock import Clock
from domain.ids import Ids
from domain.menu import Menu

__all__ = [
    "SAID",
    "Row",
    "Surfaces",
    "is_kept",
    "learnt",
    "read_said",
    "said_in",
    "sentence",
    "write_said",
]

SAID = Path(__file__).parent / "said.txt"
KEPT = frozenset(["lakeside", "hanok", "greenleaf", "marios", "seoul", "dragon", "barra"])
KEPT_OF_256 = 10  # of all dialogues, for judging
LEAST_SUITES = 3  # that have a word; fewer, and it stands for any word

Row = tuple[str, ...]

_NUMBERS = frozenset(
    """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred dozen
    half quarter
    """.split()  # noqa: SIM905
)
# Words of everyday talk, though some menu has them as a part of a name or as an option ("Can").
_PLAIN = _NUMBERS | frozenset(
    """
    a about add all an and any as at be both but by can cold could do done first for from get give
    go good have hold i if in is it just last like make me mine more my name no not now of off oh ok
    on only or order out over please same so some take that the then there these this those to
    today together up want way we what with would yeah yes you your
    """.split()  # noqa: SIM905
)
_STANDING = BREAKS | {"DISH", "DISHES", "OPTION", "CATEGORY", NAME}
_WORD = re.compile(r"[a-z]+('[a-z]+)*")
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905
_PAUSES = str.maketrans(dict.fromkeys("—–;:()", ",") | dict.fromkeys("!…", ".") | {"’": "'"})


def learnt(paths: Iterable[Path]) -> Iterator[Case]:
    """The dialogues of the suites in `paths` from which is learnt."""
    for path in paths:
        for case in load_suite(path):
            if path.stem not in KEPT and not is_kept(case):
                yield case


def is_kept(case: Case) -> bool:
    """True of one that is kept for judging, whatever suite it is in."""
    named = f"{case.suite}/{case.dialogue.name}"
    return hashlib.sha256(named.encode()).digest()[0] < KEPT_OF_256


def write_said(suites: Iterable[Path], clock: Clock, ids: Ids, path: Path = SAID) -> int:
    """Writes what was said in `suites`, a sentence a line; answers how many there are."""
    counts = asyncio.run(said_in(learnt(suites), clock, ids))
    lines = [f"{m} {n} {' '.join(row)}\n" for (m, row), n in sorted(counts.items())]
    path.write_text("".join(lines), "utf-8")
    return len(lines)


async def said_in(cases: Iterable[Case], clock: Clock, ids: Ids) -> Counter[tuple[Moment, Row]]:
    """Plays `cases`: how often each sentence was said when."""
    rows: list[tuple[Moment, Row]] = []
    suites: defaultdict[str, set[str]] = defaultdict(set)
    houses: Houses = {}
    surfaces: dict[str, Surfaces] = {}
    for case in cases:
        if case.menu.id not in surfaces:
            surfaces[case.menu.id] = Surfaces(case.menu)
        call, _ = await a_call(case, house_of(case, houses), clock, ids)
        for moment, row in await _turns(case, call, surfaces[case.menu.id]):
            rows.append((moment, row))
            for word in row:
                suites[word].add(case.suite)
    known = {word for word, having in suites.items() if len(having) >= LEAST_SUITES}
    return Counter((m, tuple(w if w in known else OTHER for w in row)) for m, row in rows)


def read_said(path: Path = SAID) -> Mapping[Moment, Counter[Row]]:
    """How often each sentence was said at each moment."""
    found: defaultdict[Moment, Counter[Row]] = defaultdict(Counter)
    for line in path.read_text("utf-8").splitlines():
        moment, count, *row = line.split(" ")
        found[Moment(moment)][tuple(row)] += int(count)
    return found


async def _turns(case: Case, call: Call, surfaces: Surfaces) -> list[tuple[Moment, Row]]:
    """What was said in `case` while the call was up, and when."""
    rows = []
    engine = RulesLLM(call)
    async with text_call(call, engine) as talking:
        for turn in case.dialogue.turns:
            if call.ended:
                break
            row = sentence(turn, surfaces, case.dialogue.expect.name or "")
            if row:
                rows.append((moment_of(engine.asked), row))
            await talking.say(turn)
    return rows


class Surfaces:
    """What stands for what a menu has: `kinds` by the words of each surface."""

    def __init__(self, menu: Menu) -> None:
        vocabulary = Vocabulary(menu)

        def words(surface: str) -> Row:
            return tuple(vocabulary.spoken.get(surface, surface).split(" "))

        self.kinds = {words(category): "CATEGORY" for category in vocabulary.categories}
        for options in vocabulary.options.values():
            self.kinds |= {words(option): "OPTION" for option in options}
        ways = [way for _, surfaces in vocabulary.dishes for way in surfaces]
        self.kinds |= {words(many): "DISHES" for _, many, _ in ways}
        self.kinds |= {words(one): "DISH" for one, _, _ in ways}
        self.kinds = {w: kind for w, kind in self.kinds.items() if w[0] not in _PLAIN or w[1:]}
        self.longest = max(map(len, self.kinds))


def sentence(turn: str, surfaces: Surfaces, name: str) -> Row:
    """`turn` as a row of words; empty where it has letters that are spelled, or no words."""
    own = set(re.findall(r"[^\W\d_]+", name.lower()))
    capitals = set(re.findall(r"\b[A-Z][^\W\d_]+", turn)) & set(names())
    people = own | {word.lower() for word in capitals}
    words = _words(turn)
    row: list[str] = []
    at = 0
    while at < len(words):
        length, kind = _longest(words, at, surfaces)
        if words[at] in people and length < 2:
            length, kind = 1, NAME
        row.append(kind or fold(words[at]))
        at += length
    while row and row[-1] in (".", ","):
        row.pop()
    if any(len(w) == 1 and w.isalpha() and w not in "aio" for w in row):
        return ()
    return tuple(w if w in _STANDING or _WORD.fullmatch(w) else OTHER for w in row)


def _longest(words: Sequence[str], at: int, surfaces: Surfaces) -> tuple[int, str]:
    """How many words from `at` on are what a menu has, and what stands for it."""
    for length in range(min(surfaces.longest, len(words) - at), 0, -1):
        kind = surfaces.kinds.get(tuple(words[at : at + length]))
        if kind is not None:
            return length, kind
    return 1, ""


def _words(turn: str) -> list[str]:
    """Words and breaks, as the recogniser writes them: numbers in words, no break twice."""
    text = re.sub(r"\b(\d{1,2}):(\d\d)\b", lambda t: _clock(int(t[1]), int(t[2])), turn)
    text = re.sub(r"\b(\d{1,3})(am|pm)?\b", lambda n: f"{_number(int(n[1]))} {n[2] or ''}", text)
    text = text.translate(_PAUSES).lower()
    found: list[str] = []
    for word in re.findall(r"[,.?]|[^\s,.?\"“”]+", text):
        plain = word.strip("'-‘")
        if plain and not (plain in BREAKS and (not found or found[-1] in BREAKS)):
            found += [plain] if plain in BREAKS else re.sub(r"[-/&]", " ", plain).split()
    return found


def _clock(hour: int, minute: int) -> str:
    return f"{_number(hour)} {_number(minute)}" if minute else f"{_number(hour)}"


def _number(n: int) -> str:
    """`42` → `forty two`."""
    if n <= 20:
        return spoken_number(n)
    if n < 100:
        return f"{_TENS[n // 10 - 2]} {spoken_number(n % 10) if n % 10 else ''}".strip()
    return f"{_number(n // 100)} hundred {_number(n % 100) if n % 100 else ''}".strip()
