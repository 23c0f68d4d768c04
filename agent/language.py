"""Spoken English as words: folding, numbers, plurals, and how words sound.

Knows nothing of menus. A menu's names may be in any script; what surrounds them is English.
Number words become digits in every token ("two" → "2"), in the utterance and in the menu alike, so
that "seven up" and "7-Up" are the same two words.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.distance import OSA

__all__ = [
    "COMMON",
    "FILLERS",
    "LIGHT",
    "MAX_HEARD",
    "PRONOUNS",
    "Token",
    "close",
    "fold",
    "is_plural_of",
    "joined",
    "number_at",
    "numbers_said",
    "plural",
    "sounds_like",
    "spoken_number",
    "stem",
    "tokens",
]

MAX_HEARD = 1_000  # characters of one utterance; a minute of speech is less, the rest is dropped
MAX_TEXTS = 512  # kept as words: each rule that looks at a turn asks for the same ones anew
HUGE = 9_999  # every larger number means the same: more than anyone may order


class Token(NamedTuple):
    """A folded word with its place in the text. Punctuation is `,` or `.` or `?`."""

    word: str
    start: int
    end: int

    @property
    def stop(self) -> bool:
        return self.word in (",", ".", "?")


_NUMBERS = {
    "zero": 0, "zeros": 0, "zeroes": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
    "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_NUMBER_WORDS = {n: word for word, n in reversed(_NUMBERS.items())}
_SPECIAL = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ı": "i"})
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")  # "yesss", "sooo": no word has a letter three times
_APOSTROPHES = "'’‘ʼ`´"
_CLIPPED = re.compile(r"[a-z]{2,}in")  # "pickin'"
_SCANNER = re.compile(
    r"(?P<in_law>(?<=[a-z])[\s-]in[\s-]laws?(?:['’]s)?\b)|(?P<without>\bw/o\b)|(?P<with>\bw/)|(?P<number>\d+(?:[.:]\d+|,\d{1,2}(?!\d))?)|(?P<and>[&+])|(?P<percent>%)"
    r"|(?P<question>\?)|(?P<stop>[.!…\n。！]+)|(?P<comma>[,;:，、；]|\s[-–—]+\s)|(?P<space>[\s\-–—/]+)"
    r"|(?P<agreed>[👍👌✅][\U0001f3fb-\U0001f3ff]?)"
)


# How people write as they speak: `them em` is one word, `let me|lemme` two of them written as one.
_SPELT = {
    variant: tuple(standard.split())
    for line in (Path(__file__).parent / "spellings.txt").read_text().splitlines()
    for standard, variants in [line.split("|") if "|" in line else line.split(maxsplit=1)]
    for variant in variants.split()
}


def fold(text: str) -> str:
    """Lower case without Latin accents: `Tiramisù` → `tiramisu`. Other scripts keep their marks."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_SPECIAL))
    kept = "".join(c for c in plain if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", kept)


def tokens(text: str) -> list[Token]:
    """The words of `text`, folded, number words as digits, with punctuation as its own tokens.

    Han and kana characters are a word each, since nothing divides them; apostrophes vanish.
    """
    return list(_tokens(text[:MAX_HEARD]))


@lru_cache(MAX_TEXTS)
def _tokens(text: str) -> tuple[Token, ...]:
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _SCANNER.match(text, at)
        if match is not None:
            found += _scanned(match)
            at = match.end()
            continue
        end = _word_end(text, at)
        if end > at:
            found += _words(text, at, end)
        at = max(end, at + 1)
    return tuple(_numbered([t for t in found if t.word]))


def _numbered(found: list[Token]) -> list[Token]:
    """“Two *c ones*”: the number of a code, where there are several of it."""
    for n, (before, after) in enumerate(itertools.pairwise(found), 1):
        several = after.word.removesuffix("es" if after.word == "sixes" else "s")
        if before.word in _CODES and several != after.word and several in _NUMBERS:
            found[n] = Token(str(_NUMBERS[several]), after.start, after.end)
    return found


def _scanned(match: re.Match[str]) -> list[Token]:
    kind = match.lastgroup or ""
    words = {"question": "?", "stop": ".", "comma": ",", "agreed": "ok"}
    if kind in ("space", "in_law"):
        return []  # a mother-in-law is a mother to all that is said of her
    if kind == "number":
        return [Token(_digits(match[0]), *match.span())]
    return [Token(words.get(kind, kind), *match.span())]


def _digits(text: str) -> str:
    text = text.replace(",", ".")
    if not text.isdecimal():
        return text
    return str(min(int(text[:6]), HUGE)) if len(text) <= 6 else str(HUGE)


def _words(text: str, at: int, end: int) -> list[Token]:
    """One word, as it is spelt elsewhere: `'em` → `them`, `pickin'` → `picking`; "us'll" is two."""
    who, apart, will = text[at:end].replace("’", "'").rpartition("'")
    after = {"ll": "will", "d": "would"}.get(will.lower()) if apart else None
    if after is not None and fold(who) not in _WILL | (_HAD if after == "would" else set()):
        return [*_words(text, at, at + len(who)), Token(after, at + len(who), end)]
    word = _as_digits(fold(_bare(_counted(text[at:end]))))
    clipped = text[end:] and text[end] in _APOSTROPHES
    if clipped and _CLIPPED.fullmatch(word):
        word += "g"
    if clipped and word == "an":
        word = "and"
    if word.endswith(_ISH) and word.removesuffix(_ISH) in _NUMBERS:  # "sevenish"
        number = str(_NUMBERS[word.removesuffix(_ISH)])
        return [Token(number, at, end), Token(_ISH, at, end)]
    return [Token(said, at, end) for said in _SPELT.get(word, (word,))]


_ISH = "ish"
# Of these it is one word, "I'll"; of others it is two: "one of us'll come", "my wife'll fetch it".
_WILL = frozenset("i we you he she it they that there this who what ah".split())  # noqa: SIM905
# Of these "'d" is no "would" apart: "I'd", "where'd", "OK'd".
_HAD = frozenset(
    """
    i we you he she it they that there this who what where why how when which ah ok
    """.split()  # noqa: SIM905
)
_CODES = frozenset("bcdefghjklmnpqrstuvwxyz")  # "a" and "i" are words, "o" is a nought


def _word_end(text: str, at: int) -> int:
    if _ideograph(text[at]):
        return at + 1
    end = at
    while end < len(text) and _in_word(text, end):
        end += 1
    return end


def _in_word(text: str, at: int) -> bool:
    char = text[at]
    if char in _APOSTROPHES:
        return 0 < at < len(text) - 1 and text[at - 1].isalpha() and text[at + 1].isalpha()
    return unicodedata.category(char)[0] in "LM" and not _ideograph(char)


def _ideograph(char: str) -> bool:
    return "぀" <= char <= "ヿ" or "㐀" <= char <= "鿿" or "豈" <= char <= "﫿"


def _bare(text: str) -> str:
    return "".join(c for c in text if c not in _APOSTROPHES)


def _counted(text: str) -> str:
    """“*Three's* enough” is three. “One's” may be another word's, and is left."""
    number, apart, rest = text.replace("’", "'").lower().partition("'")
    return number if apart and rest == "s" and number in _NUMBERS and number != "one" else text


def _as_digits(word: str) -> str:
    word = _DRAWN_OUT.sub(r"\1", word)
    return str(_NUMBERS[word]) if word in _NUMBERS else word


def number_at(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """The number that begins at `words[at]` and how many words it takes: `20 5` → `(25, 2)`.

    Understands "a couple of", "a pair of", "half a dozen", "two dozen", "a hundred and ten".
    "a" alone is no number here: the reader knows when it means one.
    """
    rest = list(words[at : at + 5])
    for phrase, value in _PHRASES:
        if rest[: len(phrase)] == phrase and value in (100, 1000):
            return _and_more(words, at + len(phrase), value, len(phrase))
        if rest[: len(phrase)] == phrase:
            after = rest[len(phrase) : len(phrase) + 2]
            counts = after[:1] == ["of"] and after[1:] not in _OF_WHAT
            return value, len(phrase) + counts
    if not rest or not rest[0].isdecimal():
        return None
    value, used = int(rest[0]), 1
    if value in range(20, 100, 10) and len(rest) > 1 and rest[1] in _DIGITS:
        value, used = value + int(rest[1]), 2
    if rest[used : used + 1] == ["dozen"]:
        return min(value * 12, HUGE), used + 1
    if rest[used : used + 1] in (["hundred"], ["thousand"], ["million"]):
        value *= {"hundred": 100, "thousand": 1000, "million": 1_000_000}[rest[used]]
        return _and_more(words, at + used + 1, value, used + 1)
    return min(value, HUGE), used


def numbers_said(words: Sequence[str], at: int) -> list[tuple[str, int]]:
    """“*Twenty five* percent”, “*a hundred* percent”: how a menu writes them, and their tokens."""
    rest = words[at : at + 3]
    lead = 0 if list(rest[:1]) == ["hundred"] else 1
    if list(rest[lead : lead + 1]) == ["hundred"]:
        before = rest[0] if lead else "1"
        lone = {"a": "1"}.get(before, before)
        return [(f"{lone}00", lead + 1)] if len(lone) == 1 and lone.isdecimal() else []
    tens = len(rest) > 1 and rest[0].isdecimal() and int(rest[0]) in range(20, 100, 10)
    if tens and rest[1] in _DIGITS:
        return [(str(int(rest[0]) + int(rest[1])), 2)]
    return []


def _and_more(words: Sequence[str], at: int, value: int, used: int) -> tuple[int, int]:
    """“A hundred *and twenty*”: what follows hundreds and thousands belongs to them."""
    skip = 1 if list(words[at : at + 1]) == ["and"] else 0
    rest = list(words[at + skip : at + skip + 1])
    if not rest or not rest[0].isdecimal() or int(rest[0]) >= value:
        return min(value, HUGE), used
    more = number_at(words, at + skip)
    assert more is not None, "a number begins here"
    return min(value + more[0], HUGE), used + skip + more[1]


_DIGITS = frozenset("123456789")
_OF_WHAT = (["them"], ["those"], ["these"], ["the"])  # of what was named, and no part of a number
_PHRASES: list[tuple[list[str], int]] = [
    (["half", "a", "dozen"], 6),
    (["half", "dozen"], 6),
    (["a", "dozen"], 12),
    (["dozen"], 12),
    (["a", "couple"], 2),
    (["couple"], 2),
    (["a", "pair"], 2),
    (["a", "hundred"], 100),
    (["a", "thousand"], 1000),
    (["a", "million"], HUGE),
    (["a", "single"], 1),
]


def spoken_number(n: int) -> str:
    """`2` → `two`; above twenty, digits."""
    return _NUMBER_WORDS[n] if 0 < n <= 20 else str(n)


_SEVERAL = {
    "sandwich": "sandwiches", "box": "boxes", "dish": "dishes", "lunch": "lunches",
    "knish": "knishes", "curry": "curries", "patty": "patties", "pastry": "pastries",
    "pasty": "pasties", "loaf": "loaves", "glass": "glasses",
}  # fmt: skip


# What is served, and counted, whatever is on it; and what is not counted at all.
_COUNTED = frozenset(
    "platter special combo dinner plate meal bowl basket box sandwich wrap burger roll".split()  # noqa: SIM905
)
_UNCOUNTED = frozenset("rice beef pork tofu broccoli slaw coleslaw mash".split())  # noqa: SIM905


def plural(name: str) -> str:
    """`name` as two of it are called, where adding an s does it: `Coke` → `Cokes`; and of a few
    words that are in many names: `Club Sandwich` → `Club Sandwiches`.

    What is plural already, or ends as no English word does, stays: `Fries`, `Arancini`, `Tiramisù`.
    So does a name with small words or brackets in it, unless it tells what is counted: `Can of
    Soda` → `Cans of Soda`, `Beef with Broccoli Platter` → `Beef with Broccoli Platters`.
    """
    head, of, rest = name.partition(" of ")
    if of and head.isalpha():
        return f"{plural(head)}{of}{rest}"
    words = name.split()
    letters = (re.sub(r"['’-]", "", w) for w in words)
    told = words[-1].lower() in _COUNTED
    plain = all(w.isalpha() and (told or fold(w) not in LIGHT) for w in letters)
    if words[-1].lower() in _UNCOUNTED:
        return name
    last = name[-1:]
    if plain and (several := _SEVERAL.get(words[-1].lower())):
        return name[: -len(words[-1])] + words[-1][:1] + several[1:]
    if not plain or not last.isascii() or last in "siyuxzh" or not last.islower():
        return name
    return f"{name}s"


_SPOKEN_VES = frozenset(["waves", "caves", "saves", "gaves", "slaves", "chaves", "agaves"])


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """A word without its English plural: `fries` → `fry`, `sandwiches` → `sandwich`."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("lves", "aves")) and word not in _SPOKEN_VES:
        return word[:-3] + "f"
    if word.endswith(("ches", "shes", "xes", "oes", "sses", "zzes")):
        return word[:-2]
    return word[:-1]


def is_plural_of(said: str, written: str) -> bool:
    """True where `said` is a plural of the singular `written`, both folded."""
    longer = len(said) > len(written)
    return longer and (said == written + "s" or stem(said) == stem(written))


_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("sch", "sk"), ("cch", "k"), ("tsch", "c"), ("ch", "k"), ("gh", "g"), ("ph", "f"),
        ("th", "t"), ("gn", "n"), ("^kn", "n"), ("ny", "n"), ("qu", "kw"), ("ck", "k"), ("x", "ks"),
        ("oo", "u"), ("ou", "u"), ("eo", "u"), ("ee", "i"), ("ea", "i"), ("ie", "i"), ("y", "i"),
        ("zz", "ts"), ("z", "s"), ("b$", "p"), ("c(?=[ei])", "s"), ("c", "k"), ("j", "h"),
        ("gli", "li"), ("w", "u"), (r"(.)\1", r"\1"),
    )
]  # fmt: skip


@lru_cache(maxsize=4096)
def sound(word: str) -> str:
    """A rough key of how `word` sounds, whatever the language: `gnocchi` → `noki`."""
    for pattern, key in _SOUNDS:
        word = pattern.sub(key, word)
    return word


def close(said: str, written: str) -> float:
    """How well the stem `said` is heard as `written`: 1 is the same, 0 is another word.

    Short words must be exact: one letter makes another dish ("roti", "rotis", "rosti").
    """
    if said == written:
        return 1.0
    longest = max(len(said), len(written))
    if min(len(said), len(written)) < 4 or not said.isalpha() or not written.isalpha():
        return 0.0
    a, b = sound(said), sound(written)
    if a == b:
        return 0.95
    allowed = 1 if longest < 7 else 2 if longest < 10 else 3
    if longest < 6 or (a[0] != b[0] and allowed == 1):
        return 0.0
    written_away, heard_away = _distance(said, written), _distance(a, b)
    if written_away > allowed and heard_away >= allowed:
        return 0.0
    return 1 - min(written_away, heard_away) / longest


def _distance(a: str, b: str) -> int:
    return OSA.distance(a, b)


def joined(words: Sequence[str]) -> str:
    return " ".join(words)


# Words that a dish's name may hold but that never tell one dish from another.
LIGHT = frozenset(
    """
    a an the of and or with in on to de la le les el los las al alla alle del della di da con e
    y et und mit au aux n style im vom percent
    """.split()  # noqa: SIM905 (a list of forty quoted words is harder to read)
)

# Words for people: whatever language a menu has them from, in English they name no dish.
PRONOUNS = frozenset("i me my mine you your yours we us our it its he him his she her".split())  # noqa: SIM905

# Words that sound the same, for a menu's words that a recogniser writes as others.
_ALIKE = [
    line.split() for line in (Path(__file__).parent / "sounds_alike.txt").read_text().splitlines()
]


_SOUNDING = {
    stem(word): tuple(stem(other) for other in group if other != word)
    for group in _ALIKE
    for word in group
}


def sounds_like(word: str) -> tuple[str, ...]:
    """The other words that sound as the stem `word` does: `plane` → `plain`."""
    return _SOUNDING.get(word, ())


# Sounds that part nothing: "a, um, hawaiian, uh, pizza".
FILLERS = frozenset("um umm uh uhm er erm ehm hmm mm like kinda so you know please".split())  # noqa: SIM905

# Everyday words: never taken for a misheard dish, and never for an unknown one.
COMMON = frozenset((Path(__file__).parent / "common_words.txt").read_text().split())
