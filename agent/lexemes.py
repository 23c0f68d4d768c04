"""An utterance as a row of lexemes: numbers, mentions of the menu, and the small words between.

`lex` throws away what carries no meaning for an order ("hi", "could you", "please") and keeps words
that nobody knows, since one of them may be a dish that is not on the menu.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from agent.kitchen_notes import note_leads, notes_in, notes_of_some, tells_which
from agent.language import COMMON, LIGHT, Token, number_at, stem, tokens
from agent.matching import Mention
from agent.number_words import FOREIGN, FOREIGN_LIGHT, ORDINALS, PORTIONED, TIMES
from agent.small_words import (
    CONTAINERS,
    DISLIKED,
    LONGEST,
    OF_DISHES,
    SERVED_WITH,
    SMALL_WORDS,
    Kind,
)
from agent.subjects import comes_or_goes, is_owner, owns, subject_end
from agent.talk_words import is_degree, nothing_done, stops_itself
from domain.menu import ModifierGroup

__all__ = ["Kind", "Lexeme", "is_foreign_small_word", "is_small_word", "is_yes", "lex"]


class Lexeme(NamedTuple):
    """Tokens `[start, end)`. `value` of a number or ordinal (-1 is the last); `text` as it was
    said, of unknown words and notes."""

    kind: Kind
    start: int
    end: int
    value: int = 0
    mention: Mention | None = None
    text: str = ""
    groups: tuple[ModifierGroup, ...] = ()


# “The same, *except he* takes a diet coke”: but for what follows, and without nothing.
_GOES_ON = frozenset(
    """
    i he she they we you with without no make made this that his her hers mine
    id hed shed theyd wed youd ill hell shell theyll im hes shes theyre
    """.split()  # noqa: SIM905
)
_ARTICLES_OF_NAMES = (["al"], ["la"], ["el"], ["le"], ["las"], ["los"], ["les"])
_SOUNDS_LIKE = {"to": 2, "too": 2, "for": 4, "ate": 8, "tree": 3}
_ONTO_HALF = re.compile(
    r"\bon(?: only| just)?(?: 1| the other| that| this| the first| the second)?$"
)
_ELSE_NOTHING = frozenset(["ate", "tree"])  # of those, what would hardly be said before a dish
_SOUNDS_LIKE_ONE = frozenset(["won", "wan"])
# Who holds something, and what can be held, but off no dish: "I'll hold the fort".
_HOLDING = tuple([who] for who in "i we he she they ill well hell shell theyll to".split())  # noqa: SIM905
_HELD = frozenset("line phone door fort thought call lift elevator baby place".split())  # noqa: SIM905
_STOPS: tuple[list[str], ...] = ([], [","], ["."], ["?"])
_ENDS = frozenset([",", ".", "?", "and"])
_COUNTING = frozenset("cut bring take knock drop bump put push lower raise reduce round".split())  # noqa: SIM905
_UNITS = frozenset(
    ["bottles", "cans", "glasses", "cups", "bowls", "plates", "portions", "orders", "pieces"]
)
_PORTIONS = frozenset(["order", "portion", "side", "serving", "helping"])
_OPENERS = frozenset(["and", ",", ".", "have", "get", "like", "take", "want", "wan", "me"])


def is_small_word(word: str) -> bool:
    """True where `word` alone says something that is no name: "perfect", "wait"."""
    return (word,) in SMALL_WORDS


def is_foreign_small_word(word: str) -> bool:
    """True of the little words between the dishes in the languages of the kitchens: "lang"."""
    return word in FOREIGN_LIGHT


def is_yes(word: str) -> bool:
    """True where `word` alone agrees: "right"."""
    return SMALL_WORDS.get((word,)) is Kind.YES


def lex(
    text: str,
    heard: Sequence[Token],
    mentions: Sequence[Mention],
    taken: Collection[int],
    left_out: Collection[int] = (),
) -> list[Lexeme]:
    """The lexemes of `heard`. Tokens in `taken` were understood before; they read as a comma, and
    those in `left_out` as nothing."""
    return [x for x in _Scan(text, heard, mentions, taken).lexemes() if x.start not in left_out]


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
        for m in [m for m in self._mentions.values() if self._only_holds(m)]:
            del self._mentions[m.start]
        for m in [m for m in self._mentions.values() if self._counted_apart(m)]:
            self._mentions[m.start + 1] = self._mentions.pop(m.start)._replace(start=m.start + 1)
        self._named = {
            n for m in self._mentions.values() if not m.weak for n in range(m.start, m.end)
        }
        self._of_some = notes_of_some(self._words, taken)
        self._leads = note_leads(self._words, taken)
        self._notes = notes_in(self._words, tuple(self._mentions.values()), taken)
        for at, m in self._mentions.items():
            within = [n for n in self._notes if m.start < n < m.end]
            if within:  # "that *sub* cut in four"
                self._mentions[at] = m._replace(end=within[0])

    def _counted_apart(self, mention: Mention) -> bool:
        """“The first *one half sausage* …”, “two pies, *one half ham* half olives”: one pie that is
        half of ham, where "one half" of it is a name, too."""
        at, words = mention.start, self._words
        if words[at : at + 2] != ["1", "half"] or mention.end < at + 3:
            return False
        if words[at - 1 : at] and words[at - 1] in (*ORDINALS, "other"):
            return True
        several = any(w.isdecimal() and int(w) > 1 for w in words[:at])
        then = next((n for n in range(mention.end, len(words)) if words[n] == "half"), 0)
        return several and bool(then) and words[then - 1] not in ("1", "other", "the", "second")

    def _only_holds(self, mention: Mention) -> bool:
        """“A *can* of Sprite”, where another dish is called "can of coke": what it comes in, which
        alone names no dish."""
        held = self._mentions.get(mention.end + 1)
        if not mention.weak or held is None or not self._holds(mention.start):
            return False
        return bool(held.items) and mention.end - mention.start == 1 and not mention.can_be_of(held)

    def _holds(self, at: int) -> bool:
        """“A *carton of* milk”: what something on the menu comes in."""
        held = self._words[at + 1 : at + 2] == ["of"] and at + 2 in self._mentions
        return held and bool({self._words[at], stem(self._words[at])} & CONTAINERS)

    def _hidden(self, mention: Mention) -> bool:
        """Understood otherwise, but the owner of something ("*Doctor's* orders"), or a mere number,
        which counts, though something is called by it: "*six* chicken strips"."""
        if mention.end - mention.start == 1 and self._words[mention.start].isdecimal():
            named = any(r.coverage > 0 for r in mention.readings)
            if not named and (mention.generic or not mention.items):
                return True
        if self._words[mention.start : mention.end] == ["half"]:
            before = " ".join(self._words[max(0, mention.start - 3) : mention.start])
            if _ONTO_HALF.search(before):
                return True  # "mushrooms *on one half*", where a half sub is sold, too
        if self._words[max(0, mention.start - 2) : mention.end] == ["on", "the", "whole"]:
            return True  # "pepperoni *on the whole* thing", where subs come whole
        after = self._words[mention.end : mention.end + 1]
        lone = mention.weak and mention.end - mention.start == 1
        if (
            lone
            and after
            and after[0].isalpha()
            and is_owner(self._raw(mention.start, mention.end))
        ):
            return True
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
            if at in self._of_some:
                some, how = self._of_some[at]
                yield from self._between(*some)
                yield Lexeme(Kind.NOTE, *how, text=f"{self._raw(at, at + 1)} {self._raw(*how)}")
                at = how[1]
                continue
            found = self._at(at)
            if found is None:
                at += 1
                continue
            if found.kind is Kind.NUMBER and self._fewer(found.end):
                yield Lexeme(Kind.REMOVE, at, at)  # "one less coke"
                found = found._replace(end=found.end + 1)
            yield found
            at = found.end

    def _fewer(self, at: int) -> bool:
        """“One *less* coke”, “one fewer, please”, and no "one less spicy"."""
        after = self._words[at + 1 : at + 2]
        counts = at + 1 in self._mentions or not after or after[0] in _ENDS | {"please", "of"}
        return self._words[at : at + 1] in (["less"], ["fewer"]) and counts

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
            return Lexeme(Kind.COMMA if word == "," else Kind.STOP, at, at + 1, text=word)
        if (end := subject_end(self._words, at, self._raw(at, at + 1), self._named)) > at:
            return Lexeme(Kind.WANT, at, end, text=" ".join(self._words[at:end]))
        if owns(self._words, at, self._raw(at, at + 1), self._named):
            return Lexeme(Kind.THE, at, at + 1, text="his")  # "*Joe's* without onions"
        number = number_at(self._words, at)
        mention = self._mentions.get(at)
        if number is not None and number[1] > 1 and mention is not None and mention.end - at == 1:
            return Lexeme(Kind.NUMBER, at, at + number[1], value=number[0])  # "half a dozen"
        if number is not None and mention is not None and self._counts(mention, at + number[1]):
            return Lexeme(Kind.NUMBER, at, at + number[1], value=number[0])
        if at in self._notes:
            end = self._notes[at]
            if tells_which(self._words, at, end):
                return Lexeme(Kind.CHATTER, at, end + 1, text=self._raw(at, end + 1))
            return Lexeme(Kind.NOTE, at, end, text=self._raw(at, end))
        phrase = self._phrase(at)
        if word == "half" and (halved := self._half_a(at)) is not None:
            return halved
        lone = word == "half" and mention is not None and mention.end == at + 1
        halves = [n for n, w in enumerate(self._words) if w == "half"]
        each = all(self._words[n - 1 : n] in (["a"], ["an"]) for n in halves)
        if lone and self._of_one_half(at):
            return Lexeme(Kind.HALF, at, at + 1)
        if lone and len(halves) > 1 and not each:
            return Lexeme(Kind.HALF, at, at + 1)  # "half ham, half olives", and no half sub
        if mention is not None and phrase is not None and phrase.end > mention.end:
            return phrase  # "*scrap that*", where scraps are sold
        if (
            phrase is not None
            and phrase.kind is Kind.REMOVE
            and self._words[phrase.end :][:1] == ["the"]
        ):
            return phrase  # "*scrap* the onions"
        if mention is not None:
            text = self._raw(at, mention.end)
            if mention.groups:
                return Lexeme(Kind.GROUP, at, mention.end, text=text, groups=mention.groups)
            return Lexeme(Kind.MENTION, at, mention.end, mention=mention, text=text)
        if word in _PORTIONS and self._portion_of(at):
            return None
        part = self._mentions.get(at + 1)
        if word in ("double", "triple") and part is not None and part.readings and not part.items:
            return Lexeme(Kind.EXTRA, at, at + 1, text=word)  # "no onions, *double cheese*"
        return self._small_word(at) or self._unknown(at)

    def _of_one_half(self, at: int) -> bool:
        """“*Half* of it olives”, “…, *half* with ham”: said of a dish, and no half order of one."""
        before, after = self._words[at - 1 : at], self._words[at + 1 : at + 3]
        counted = bool(before) and (before[0] in ("a", "an", "the") or before[0].isdecimal())
        return not counted and (after == ["of", "it"] or (after[:1] == ["with"] and at > 0))

    def _portion_of(self, at: int) -> bool:
        """“A large *order of* fries”, “a big *portion of* chips”: how it is sold, after its size or
        an article, and no wish of its own."""
        after = at + 2
        named = after in self._mentions or number_at(self._words, after) is not None
        sized = any(m.end == at for m in self._mentions.values())
        before = self._words[at - 1 : at] if at else []
        if before == ["separate"]:
            before = self._words[at - 2 : at - 1]  # "a *separate order of* onion rings"
        if before and before[0].isdecimal() and at + 1 in self._mentions:
            return True  # "one *order* mild and one hot"
        article = before in (["a"], ["an"], ["the"], ["another"]) and self._words[at] == "order"
        named = named or self._words[after : after + 1] in (["those"], ["them"], ["these"])
        return (sized or article) and named and self._words[at + 1 : after] == ["of"]

    def _half_a(self, at: int) -> Lexeme | None:
        """“*Half a* pound of hot links”, sold by the pound, where half a pound is one weight."""
        dish = self._mentions.get(at + 2)
        if dish is None or len(dish.items) != 1 or self._words[at + 1] not in ("a", "an"):
            return None
        size = {"half", stem(self._words[at + 2])}
        half = [r for r in dish.readings if {stem(t.word) for t in tokens(r.modifier.name)} == size]
        readings = tuple(r._replace(coverage=1, width=1) for r in half)
        named = Mention(at, at + 2, (), readings)
        return Lexeme(Kind.MENTION, at, at + 2, mention=named, text="half a") if half else None

    def _counts(self, mention: Mention, end: int) -> bool:
        """“*Half a dozen* pies”, where half a dozen is an option too, but of no pie."""
        dish = self._mentions.get(end)
        if mention.end != end or mention.items or dish is None or not dish.items:
            return False
        groups = {r.group.id for r in mention.readings}
        return not any(groups & set(item.modifier_group_ids) for item in dish.items)

    def _small_word(self, at: int) -> Lexeme | None:
        word = self._words[at]
        phrase = self._phrase(at)
        if (end := nothing_done(self._words, at + (word == "with"))) > at + 1:
            return Lexeme(Kind.CHATTER, at, end, text=word)  # "as it comes, *nothing changed*"
        if word == "except" and self._words[at + 1 : at + 2] and self._words[at + 1] in _GOES_ON:
            return Lexeme(Kind.COMMA, at, at + 1)
        if word == "1" and self._pronoun(at):
            return None
        if word in ("the", "my") and self._left_undone(at):
            return Lexeme(Kind.TO, at, at + 1, text="on the")
        if word == "same" and self._words[at + 1 : at + 2] == ["as"]:
            return Lexeme(Kind.SAME, at, at + 1, text=word)
        number = number_at(self._words, at)
        if number is not None and self._in_name(at + 1, at + number[1]):
            number = None  # "a *dozen doughnuts*", of that name
        if number == (1, 2) and self._is_size(at + 1):
            number = None
        if number is not None and not (phrase is not None and phrase.end > at + number[1]):
            none = Kind.WITHOUT if self._names_next(at + number[1]) else Kind.CHATTER
            kind = Kind.NUMBER if number[0] else none
            return Lexeme(kind, at, at + number[1], value=number[0])
        if word == "ones" and "'" in self._raw(at, at + 1).replace("’", "'"):
            return Lexeme(Kind.NUMBER, at, at + 1, value=1)  # "one's supposed to be …"
        if word in PORTIONED and at and number_at(self._words, at - 1) is not None:
            return Lexeme(Kind.NUMBER, at, at + 1, value=PORTIONED[word])
        if word in ORDINALS:
            end = at + 1 + (self._words[at + 1 : at + 2] in (["1"], ["1s"], ["ones"]))
            return Lexeme(Kind.ORDINAL, at, end, value=ORDINALS[word])
        if word in TIMES:
            return Lexeme(Kind.NUMBER, at, at + 1, value=TIMES[word])
        if word in FOREIGN and at + 1 in self._mentions:
            return Lexeme(Kind.NUMBER, at, at + 1, value=FOREIGN[word])
        if word in _SOUNDS_LIKE and self._counts_plural(at):
            return Lexeme(Kind.NUMBER, at, at + 1, value=_SOUNDS_LIKE[word])
        if word == "wan" and self._words[at - 1 : at] in (["i"], ["we"]):
            return Lexeme(Kind.WANT, at, at + 1, text=word)
        if word in _SOUNDS_LIKE_ONE and at + 1 in self._mentions:
            return Lexeme(Kind.NUMBER, at, at + 1, value=1)
        if word in _COUNTING and self._counted_to(at):
            return Lexeme(Kind.CHANGE, at, at + 1)
        if word in ("take", "leave", "knock", "keep") and self._taken_off(at):
            return Lexeme(Kind.REMOVE, at, at + 1)
        return phrase

    def _is_size(self, at: int) -> bool:
        """“A *single* cobbler”, which comes single or for a family; “make that a *single*”, with
        nothing after it that it could count."""
        size, dish = self._mentions.get(at), self._mentions.get(at + 1)
        if size is None or dish is not None:
            return size is not None and dish is not None and size.can_be_of(dish)
        before, after = self._words[max(0, at - 2) : at - 1], self._words[at + 1 : at + 2]
        counts = before == ["not"] or (bool(after) and after[0] in {"of", *_PORTIONS})
        return not counts and any(r.coverage == 1 for r in size.readings)

    def _left_undone(self, at: int) -> bool:
        """“*Don't toast* the bagel”, of what can be had not toasted: which dish it is said of."""
        before = next((m for m in self._mentions.values() if m.end == at), None)
        dont = self._words[before.start : before.start + 2] if before is not None else []
        return dont[:1] == ["dont"] or dont == ["do", "not"]

    def _in_name(self, start: int, end: int) -> bool:
        """True where a name begins within the tokens `[start, end)` and goes on after them."""
        return any(start <= m.start < end < m.end for m in self._mentions.values())

    def _phrase(self, at: int) -> Lexeme | None:
        for length in range(LONGEST, 0, -1):
            kind = SMALL_WORDS.get(tuple(self._words[at : at + length]))
            inside = range(at + 1, at + length)
            named = [m for n in inside if (m := self._mentions.get(n)) and not m.generic]
            if kind in (Kind.ALSO, Kind.AND):  # "slaw *as well*", where a burger comes well done
                named = [m for m in named if m.end > at + length]
            hidden = named or any(n in self._taken or n in self._notes for n in inside)
            if kind is not None and len(self._words) >= at + length and not hidden:
                text = " ".join(self._words[at : at + length])
                if kind is Kind.FIX and text.endswith(" no") and at + length in self._mentions:
                    continue  # "actually, *no onions*", without the comma
                if kind is Kind.YES and text.endswith(" that") and at + length in self._mentions:
                    continue  # "*I'd like that* sub cut in four"
                if text == "not that" and (end := self._degree(at + length)) > at + length:
                    return Lexeme(Kind.CHATTER, at, end, text=text)
                if text == "stop" and stops_itself(self._words, at):
                    return Lexeme(Kind.CHATTER, at, at + length, text=text)
                if text == "sweet as" and self._words[at + length : at + length + 1] not in _STOPS:
                    continue  # "as *sweet as* you can"
                if kind is Kind.WITHOUT and not self._of_part(text, at + length):
                    what = self._mentions.get(at + length)
                    if what is not None and tuple(text.split()) in DISLIKED:
                        return Lexeme(Kind.CHATTER, at, what.end, text=text)  # why it is not on it
                    continue
                if kind is Kind.REMOVE and not self._of_dish(text, at + length):
                    continue
                if tuple(text.split()) in SERVED_WITH:
                    if self._names_next(at + length):
                        kind = Kind.WITH
                    elif text != "on the side":
                        continue  # "slaw for the side"
                return Lexeme(kind, at, at + length, text=text)
        return None

    def _degree(self, at: int) -> int:
        """Where “it's *not that hard*”, “*not that many fries*” ends, of which the first two words
        end at `at`; `at` where it is none."""
        if at in self._mentions or not is_degree(self._words, at):
            return at
        named = self._mentions.get(at + 1)
        return named.end if named is not None else at + 1

    def _of_dish(self, text: str, at: int) -> bool:
        """“*Never mind* the slaw”, and no "never mind the weather"."""
        named = self._names_next(at) or number_at(self._words, at) is not None
        return named or tuple(text.split()) not in OF_DISHES

    def _of_part(self, text: str, at: int) -> bool:
        """“*I hate* onions”, where a dish can be had without them; “*none of that* lean stuff”."""
        named = self._mentions.get(at)
        if text.startswith("none of"):
            return named is not None
        if text.split()[0] == "hold" and not self._names_next(at) and self._holds_otherwise(at):
            return False
        if text == "skip" and self._words[at : at + 1] in ([], [","], ["."]):
            return False  # alone, it may be somebody's name
        removed = named is not None and any(r.group.removes for r in named.readings)
        return removed or tuple(text.split()) not in DISLIKED

    def _holds_otherwise(self, at: int) -> bool:
        """“I'll *hold the* fort”, “*hold the* line”: nothing that could be on a dish. `at`: what
        follows the words."""
        first = max(n for n in range(at) if self._words[n] == "hold")
        held = next((w for w in self._words[first + 1 : first + 3] if w not in ("the", "my")), "")
        return self._words[first - 1 : first] in _HOLDING or held in _HELD

    def _names_next(self, at: int) -> bool:
        """True where what follows, but for an article, is on the menu."""
        return at in self._mentions or (
            at + 1 in self._mentions and self._words[at] in ("the", "a", "an", "some")
        )

    def _pronoun(self, at: int) -> bool:
        """“A small one”: the one is no number where a part of a dish stands before it."""
        before = next((m for m in self._mentions.values() if m.end == at), None)
        if before is None:
            return False
        first = before.start - (self._words[before.start - 1 : before.start] in _ARTICLES_OF_NAMES)
        before = before._replace(start=first)  # "the *al* pastor one"
        definite = self._words[first - 1 : first] == ["the"]
        made = any(r.coverage == 1 for r in before.readings) and not (before.items and before.whole)
        if definite and made and not self._wished(before.start - 1):
            return True  # "the tofu one hot"
        if at + 1 in self._mentions:
            return False
        if self._words[before.start - 1 : before.start] and self._wished(before.start):
            return False  # "without onion one with habanero": the next of them
        option = any(r.coverage == 1 for r in before.readings) and not before.plural
        if self._words[at + 1 : at + 2] == ["of"]:
            return False  # "two melts on white *one of* those without onion"
        if self._words[at + 1 : at + 2] in (["with"], ["without"], ["no"]) and not self._led(
            before
        ):
            return False  # "both mild *one with* tofu"
        opens = self._words[before.start - 1 : before.start]
        if opens in (["on"], ["in"]) and self._words[at + 1 : at + 2] == opens:
            return False  # "one on rye *one on* sourdough"
        if opens == ["the"] and len(before.items) == 1:
            return True  # "the lamb one"
        article = opens in (["a"], ["an"], ["the"])
        return not before.items or (option and article)

    def _led(self, mention: Mention) -> bool:
        """“*A* small”, “*two* large”: a word before it says that it is a dish's making."""
        before = self._words[mention.start - 1 : mention.start]
        return bool(before) and (
            before[0] in ("a", "an", "the", "another") or before[0].isdecimal()
        )

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
        alone = self._words[at] in _ELSE_NOTHING
        plural = mention is not None and (mention.plural or alone)
        return plural and opens

    def _taken_off(self, at: int) -> bool:
        """“Take the coke off”, with the dish between the two words."""
        rest = self._words[at + 1 : at + 9]
        inside = {n for m in self._mentions.values() for n in range(m.start + 1, m.end)}
        inside |= {n for n in range(at + 1, at + 9) if self._goes_on_to_off(n)}
        ends = (n for n, w in enumerate(rest, at + 1) if w in _ENDS and n not in inside)
        stop = next(ends, at + 1 + len(rest)) - at - 1
        kept = self._words[at] == "keep" and {"take", "leave"} & set(rest[:stop])
        return not kept and any(w in ("off", "out", "away") for w in rest[1:stop])

    def _goes_on_to_off(self, at: int) -> bool:
        """“The egg *and* the nori off”: both of them."""
        if self._words[at : at + 1] != ["and"]:
            return False
        part = next((m for n in (at + 1, at + 2) if (m := self._mentions.get(n))), None)
        return part is not None and self._words[part.end : part.end + 1] in (["off"], ["out"])

    def _counted_to(self, at: int) -> bool:
        """“*Cut* it down *to two*”, “*bring* the fries up *to four*”."""
        rest = self._words[at + 1 : at + 9]
        moved = next((n for n, w in enumerate(rest) if w in ("down", "up", "back")), None)
        if moved is None or set(rest[:moved]) & _ENDS or rest[moved + 1 : moved + 2] != ["to"]:
            return False
        return number_at(self._words, at + moved + 3) is not None

    def _unknown(self, at: int) -> Lexeme | None:
        word = self._words[at]
        if self._words[max(0, at - 2) : at] == ["thanks", "a"]:
            return None  # "thanks a mil"
        if comes_or_goes(self._words, at) or self._holds(at):
            return None
        if word in COMMON or stem(word) in COMMON or word in LIGHT or len(word) < 2:
            return None
        if word in FOREIGN_LIGHT:
            return None
        return Lexeme(Kind.WORD, at, at + 1, text=self._raw(at, at + 1))

    def _raw(self, start: int, end: int) -> str:
        return self._text[self._heard[start].start : self._heard[end - 1].end]
