"""An utterance as a row of lexemes: numbers, mentions of the menu, and the small words between.

`lex` throws away what carries no meaning for an order ("hi", "could you", "please") and keeps words
that nobody knows, since one of them may be a dish that is not on the menu.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from agent.language import COMMON, LIGHT, Token, number_at, stem
from agent.matching import Mention
from agent.small_words import LONGEST, SERVED_WITH, SMALL_WORDS, Kind

__all__ = ["Kind", "Lexeme", "is_note", "is_small_word", "is_yes", "lex"]


class Lexeme(NamedTuple):
    """Tokens `[start, end)`. `value` of a number or ordinal (-1 is the last); `text` as it was
    said, of unknown words and notes."""

    kind: Kind
    start: int
    end: int
    value: int = 0
    mention: Mention | None = None
    text: str = ""


_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "1st": 1, "2nd": 2, "3rd": 3,
    "last": -1,
}  # fmt: skip
_TIMES = {"once": 1, "twice": 2}
# A caller who names dishes in the menu's language may count in it too.
_FOREIGN = {
    "un": 1, "una": 1, "uno": 1, "une": 1, "ein": 1, "eine": 1, "einen": 1, "dos": 2, "due": 2,
    "deux": 2, "zwei": 2, "tres": 3, "tre": 3, "trois": 3, "drei": 3, "cuatro": 4, "vier": 4,
    "cinco": 5, "cinque": 5,
}  # fmt: skip
_SOUNDS_LIKE = {"to": 2, "too": 2, "for": 4, "ate": 8}
_SOUNDS_LIKE_ONE = frozenset(["won", "wan"])
_UNITS = frozenset(
    ["bottles", "cans", "glasses", "cups", "bowls", "plates", "portions", "orders", "pieces"]
)
_OPENERS = frozenset(["and", ",", ".", "have", "get", "like", "take", "want", "me"])

_DEGREE = (
    r"(?:extra |very |really |nice and |not too |not so |a bit |a little |a little bit "
    r"|less |super |lightly |slightly |quite |medium |more )"
)
_NOTES = re.compile(
    r"\b(?:(?:the |its |with )?(?:[a-z]+ )?on the side"
    r"|(?:not )?(?:cut|sliced|chopped)(?: (?:it|them|up|in|into|to|half|halves|quarters"
    r"|slices|pieces|squares|triangles|thin|thin slices|small|big|bite|sized|\d+))*"
    r"|uncut|on (?:only )?(?:1 |the other )?half(?: of it)?|on (?:1|the other) side"
    r"|on the other(?= [.,]|$)"
    rf"|{_DEGREE}?(?:crispy|crunchy|burnt|charred|toasted|well done|well cooked"
    rf"|medium rare|medium well|rare|spicy|mild|underdone)"
    rf"|{_DEGREE}(?:hot|sweet|salty|warm|cold|thin|thick|saucy|dry|soft|done)"
    r"|not spicy|(?:go )?(?:easy|light|heavy) on (?:the )?[a-z]+|less [a-z]+|not too much [a-z]+"
    r"|write [a-z0-9 ]+?(?= on )(?: on (?:it|the box|top|them))"
    r"|(?:wrapped |packed |boxed )?separately|in separate (?:bags|boxes|containers)"
    r"|(?:with )?(?:a |the )?note (?:that |saying )?[a-z0-9 ]+)"
    r"(?= |$)"
)  # fmt: skip
_PLAIN_NOTES = ("not ", "less ", "cut", "sliced", "chopped")  # whatever words follow
_NO_NOTE = frozenset(["a", "and", "with", "the", "it", "them", "its", "have", "served", "all"])


# What leads in a note and says which dish it is for: "put a note on the salad: …".
_SAYING = r"(?: ,| that| saying| says| to say| please| which says)"
_NOTE_LEAD = re.compile(
    r"\b(?:(?:can|could|would) (?:you|i) )?(?:please )?(?:put|add|leave|make|write|get|have)"
    r"(?: down)? (?:a |the |1 )?(?:little )?note(?P<of> (?:on|for|with|to) (?:it|that|them"
    rf"|(?:the|my)(?: \w+){{1,4}}?(?={_SAYING})|(?:the|my) \w+))?{_SAYING}* "
    r"(?P<what>\w[^.,?]*?)(?= [.,?]|$)"
)


def is_small_word(word: str) -> bool:
    """True where `word` alone says something that is no name: "perfect", "wait"."""
    return (word,) in SMALL_WORDS


def is_yes(word: str) -> bool:
    """True where `word` alone agrees: "right"."""
    return SMALL_WORDS.get((word,)) is Kind.YES


def is_note(text: str) -> bool:
    """True where `text` is a wish that any kitchen understands: "well done", "extra spicy"."""
    return _NOTES.fullmatch(text.lower()) is not None


def lex(
    text: str, heard: Sequence[Token], mentions: Sequence[Mention], taken: Collection[int]
) -> list[Lexeme]:
    """The lexemes of `heard`. Tokens in `taken` were understood before; they read as a comma."""
    return list(_Scan(text, heard, mentions, taken).lexemes())


class _Scan:
    def __init__(
        self,
        text: str,
        heard: Sequence[Token],
        mentions: Sequence[Mention],
        taken: Collection[int],
    ) -> None:
        self._text = text
        self._heard = heard
        self._words = [t.word for t in heard]
        self._taken = taken
        self._mentions = {m.start: m for m in mentions if not self._hidden(m)}
        self._leads = self._find_leads()
        self._notes = self._find_notes()

    def _hidden(self, mention: Mention) -> bool:
        return any(n in self._taken for n in range(mention.start, mention.end))

    def lexemes(self) -> Iterator[Lexeme]:
        at = 0
        while at < len(self._words):
            if at in self._leads:
                note, of = self._leads[at]
                yield Lexeme(Kind.NOTE, *note, text=self._raw(*note))
                yield from self._between(*of)  # "… on the salad", as if it were said last
                at = note[1]
                continue
            found = self._at(at)
            if found is None:
                at += 1
                continue
            yield found
            at = found.end

    def _between(self, at: int, end: int) -> Iterator[Lexeme]:
        while at < end:
            found = self._at(at)
            if found is not None:
                yield found
            at = found.end if found is not None else at + 1

    def _at(self, at: int) -> Lexeme | None:
        word = self._words[at]
        if at in self._taken:
            return Lexeme(Kind.COMMA, at, at + 1)
        if word in (",", ".", "?"):
            return Lexeme(Kind.COMMA if word == "," else Kind.STOP, at, at + 1)
        number = number_at(self._words, at)
        mention = self._mentions.get(at)
        if number is not None and number[1] > 1 and mention is not None and mention.end - at == 1:
            return Lexeme(Kind.NUMBER, at, at + number[1], value=number[0])  # "half a dozen"
        if at in self._notes:
            end = self._notes[at]
            return Lexeme(Kind.NOTE, at, end, text=self._raw(at, end))
        phrase = self._phrase(at)
        if mention is not None and phrase is not None and phrase.end > mention.end:
            return phrase  # "*scrap that*", where scraps are sold
        if mention is not None:
            return Lexeme(
                Kind.MENTION, at, mention.end, mention=mention, text=self._raw(at, mention.end)
            )
        return self._small_word(at) or self._unknown(at)

    def _small_word(self, at: int) -> Lexeme | None:
        word = self._words[at]
        phrase = self._phrase(at)
        if word == "1" and self._pronoun(at):
            return None
        number = number_at(self._words, at)
        if number is not None and self._in_name(at + 1, at + number[1]):
            number = None  # "a *dozen doughnuts*", of that name
        if number is not None and not (phrase is not None and phrase.end > at + number[1]):
            kind = Kind.NUMBER if number[0] else Kind.WITHOUT
            return Lexeme(kind, at, at + number[1], value=number[0])
        if word == "ones" and "'" in self._raw(at, at + 1).replace("’", "'"):
            return Lexeme(Kind.NUMBER, at, at + 1, value=1)  # "one's supposed to be …"
        if word in _ORDINALS:
            end = at + 1 + (self._words[at + 1 : at + 2] in (["1"], ["1s"], ["ones"]))
            return Lexeme(Kind.ORDINAL, at, end, value=_ORDINALS[word])
        if word in _TIMES:
            return Lexeme(Kind.NUMBER, at, at + 1, value=_TIMES[word])
        if word in _FOREIGN and at + 1 in self._mentions:
            return Lexeme(Kind.NUMBER, at, at + 1, value=_FOREIGN[word])
        if word in _SOUNDS_LIKE and self._counts_plural(at):
            return Lexeme(Kind.NUMBER, at, at + 1, value=_SOUNDS_LIKE[word])
        if word in _SOUNDS_LIKE_ONE and at + 1 in self._mentions:
            return Lexeme(Kind.NUMBER, at, at + 1, value=1)
        if word == "take" and self._taken_off(at):
            return Lexeme(Kind.REMOVE, at, at + 1)
        return phrase

    def _in_name(self, start: int, end: int) -> bool:
        """True where a name begins within the tokens `[start, end)` and goes on after them."""
        return any(start <= m.start < end < m.end for m in self._mentions.values())

    def _phrase(self, at: int) -> Lexeme | None:
        for length in range(LONGEST, 0, -1):
            kind = SMALL_WORDS.get(tuple(self._words[at : at + length]))
            hidden = any(
                n in self._taken or (n in self._mentions and not self._mentions[n].generic)
                for n in range(at + 1, at + length)
            )
            if kind is not None and len(self._words) >= at + length and not hidden:
                text = " ".join(self._words[at : at + length])
                if tuple(text.split()) in SERVED_WITH:
                    if self._names_next(at + length):
                        kind = Kind.WITH
                    elif text != "on the side":
                        continue  # "slaw for the side"
                return Lexeme(kind, at, at + length, text=text)
        return None

    def _names_next(self, at: int) -> bool:
        """True where what follows, but for an article, is on the menu."""
        return at in self._mentions or (
            at + 1 in self._mentions and self._words[at] in ("the", "a", "an", "some")
        )

    def _pronoun(self, at: int) -> bool:
        """“A small one”: the one is no number where a part of a dish stands before it."""
        before = next((m for m in self._mentions.values() if m.end == at), None)
        if before is None or at + 1 in self._mentions:
            return False
        if self._words[before.start - 1 : before.start] and self._wished(before.start):
            return False  # "without onion one with habanero": the next of them
        option = any(r.coverage == 1 for r in before.readings) and not before.plural
        opens = self._words[before.start - 1 : before.start]
        if opens == ["the"] and len(before.items) == 1:
            return True  # "the lamb one"
        article = opens in (["a"], ["an"], ["the"])
        return not before.items or (option and article)

    def _wished(self, at: int) -> bool:
        phrases = (SMALL_WORDS.get(tuple(self._words[max(0, at - n) : at])) for n in (1, 2))
        return any(kind in (Kind.WITH, Kind.WITHOUT, Kind.EXTRA) for kind in phrases)

    def _counts_plural(self, at: int) -> bool:
        """“To margheritas”: the recogniser wrote the number as it sounds."""
        unit = self._words[at + 1 : at + 2]
        if unit and unit[0] in _UNITS and self._words[at + 2 : at + 3] == ["of"]:
            return at == 0 or self._words[at - 1] in _OPENERS  # "for bottles of water"
        mention = self._mentions.get(at + 1)
        opens = at == 0 or self._words[at - 1] in _OPENERS
        plural = mention is not None and (mention.plural or self._words[at] == "ate")
        return plural and opens

    def _taken_off(self, at: int) -> bool:
        """“Take the coke off”, with the dish between the two words."""
        rest = self._words[at + 1 : at + 9]
        stop = next((n for n, w in enumerate(rest) if w in (",", ".", "?", "and")), len(rest))
        return any(w in ("off", "out", "away") for w in rest[1:stop])

    def _unknown(self, at: int) -> Lexeme | None:
        word = self._words[at]
        if word in COMMON or stem(word) in COMMON or word in LIGHT or len(word) < 2:
            return None
        return Lexeme(Kind.WORD, at, at + 1, text=self._raw(at, at + 1))

    def _find_leads(self) -> dict[int, tuple[tuple[int, int], tuple[int, int]]]:
        """Where a note is led in: its own words, and those that say what it is for."""
        found = {}
        for match in _NOTE_LEAD.finditer(" ".join(self._words)):
            span, what, of = (self._span(*match.span(group)) for group in (0, "what", "of"))
            if what and not any(n in self._taken for n in span):
                end = of[-1] + 1 if of else 0
                found[span[0]] = ((what[0], what[-1] + 1), (of[0] if of else 0, end))
        return found

    def _span(self, start: int, end: int) -> list[int]:
        """The tokens that begin within the characters `[start, end)` of all words in a row."""
        offsets, at = [], 0
        for word in self._words:
            offsets.append(at)
            at += len(word) + 1
        return [n for n, offset in enumerate(offsets) if start <= offset < end]

    def _find_notes(self) -> dict[int, int]:
        found = {}
        for match in _NOTES.finditer(" ".join(self._words)):
            span = self._span(*match.span())
            while len(span) > 1 and self._words[span[0]] in _NO_NOTE:
                span.pop(0)
            inside = [m for m in self._mentions.values() if m.start in span]
            longer = any(m.end > span[-1] + 1 and m.whole and not m.weak for m in inside)
            if any(n in self._taken for n in span) or self._names_more(inside, span, match[0]):
                continue
            if longer and len(inside) == 1 and inside[0].start == span[0]:
                continue  # "*chopped* liver", "a *sliced* brisket sandwich", of that name
            found[span[0]] = span[-1] + 1
        return found

    def _names_more(self, inside: Sequence[Mention], span: Sequence[int], note: str) -> bool:
        """What the menu calls by that name is no note: "well done" where it is an option."""
        if note in ("on 1 side", "on the other side"):
            return False  # whatever sides the menu has
        whole = any((m.start, m.end) == (span[0], span[-1] + 1) for m in inside)
        named = [r for m in inside for r in m.readings if r.coverage == 1 and not r.negated]
        required = [r for r in named if r.group.min > 0]
        if note.endswith("on the side") and required:
            return True  # a choice of sides: "with salad on the side"
        if note.endswith("on the side"):
            inside = [m for m in inside if m.start < span[-1]]  # the "side" of no side salad
            return whole or any(m.items for m in inside)
        inside = [m for m in inside if not m.weak]
        return whole or (bool(inside) and not note.startswith(_PLAIN_NOTES))

    def _raw(self, start: int, end: int) -> str:
        return self._text[self._heard[start].start : self._heard[end - 1].end]
