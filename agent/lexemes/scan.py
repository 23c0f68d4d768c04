"""The walk along the row, word by word."""

from __future__ import annotations

from collections.abc import Iterator

from agent.kitchen_notes import tells_which
from agent.language import COMMON, LIGHT, number_at, stem
from agent.lexemes.counting import PORTIONS
from agent.lexemes.lexeme import Lexeme
from agent.lexemes.phrases import Phrases
from agent.number_words import FOREIGN, FOREIGN_LIGHT, ORDINALS, PORTIONED, TIMES
from agent.small_words import Kind
from agent.subjects import comes_or_goes, owns, subject_end
from agent.talk_words import not_the_same, nothing_done

__all__ = ["Scan"]

# “The same, *except he* takes a diet coke”: but for what follows, and without nothing.
_GOES_ON = frozenset(
    """
    i he she they we you with without no make made this that his her hers mine
    id hed shed theyd wed youd ill hell shell theyll im hes shes theyre
    """.split()  # noqa: SIM905
)
_SOUNDS_LIKE = {"to": 2, "too": 2, "for": 4, "ate": 8, "tree": 3}
_SOUNDS_LIKE_ONE = frozenset(["won", "wan"])
_COUNTING = frozenset("cut bring take knock drop bump put push lower raise reduce round".split())  # noqa: SIM905


class Scan(Phrases):
    """Turns the row into lexemes."""

    def lexemes(self) -> Iterator[Lexeme]:
        at = 0
        while at < len(self.words):
            if at in self.leads:
                note, of = self.leads[at]
                yield Lexeme(Kind.NOTE, *note, text=self.raw(*note))
                yield from self.between(*of)  # "… on the salad", as if it were said last
                at = note[1]
                continue
            if at in self.of_some:
                some, how = self.of_some[at]
                yield from self.between(*some)
                yield Lexeme(Kind.NOTE, *how, text=f"{self.raw(at, at + 1)} {self.raw(*how)}")
                at = how[1]
                continue
            found = self.read(at)
            if found is None:
                at += 1
                continue
            if found.kind is Kind.NUMBER and self.fewer(found.end):
                yield Lexeme(Kind.REMOVE, at, at)  # "one less coke"
                found = found._replace(end=found.end + 1)
            yield found
            at = found.end

    def between(self, at: int, end: int) -> Iterator[Lexeme]:
        while at < end:
            found = self.read(at)
            if found is not None:
                yield found
            at = found.end if found is not None else at + 1

    def read(self, at: int) -> Lexeme | None:
        word = self.words[at]
        if at in self.taken:
            return Lexeme(Kind.COMMA, at, at + 1)
        if word in (",", ".", "?"):
            return Lexeme(Kind.COMMA if word == "," else Kind.STOP, at, at + 1, text=word)
        if (end := subject_end(self.words, at, self.raw(at, at + 1), self.named)) > at:
            return Lexeme(Kind.WANT, at, end, text=" ".join(self.words[at:end]))
        if owns(self.words, at, self.raw(at, at + 1), self.named):
            return Lexeme(Kind.THE, at, at + 1, text="his")  # "*Joe's* without onions"
        number = number_at(self.words, at)
        mention = self.mentions.get(at)
        if number is not None and number[1] > 1 and mention is not None and mention.end - at == 1:
            return Lexeme(Kind.NUMBER, at, at + number[1], value=number[0])  # "half a dozen"
        if number is not None and mention is not None and self.counts(mention, at + number[1]):
            return Lexeme(Kind.NUMBER, at, at + number[1], value=number[0])
        if at in self.notes:
            end = self.notes[at]
            if tells_which(self.words, at, end):
                return Lexeme(Kind.CHATTER, at, end + 1, text=self.raw(at, end + 1))
            return Lexeme(Kind.NOTE, at, end, text=self.raw(at, end))
        phrase = self.phrase(at)
        if word == "half" and (halved := self.half_a(at)) is not None:
            return halved
        lone = word == "half" and mention is not None and mention.end == at + 1
        halves = [n for n, w in enumerate(self.words) if w == "half"]
        each = all(self.words[n - 1 : n] in (["a"], ["an"]) for n in halves)
        if lone and self.of_one_half(at):
            return Lexeme(Kind.HALF, at, at + 1)
        if lone and len(halves) > 1 and not each:
            return Lexeme(Kind.HALF, at, at + 1)  # "half ham, half olives", and no half sub
        if mention is not None and phrase is not None and phrase.end > mention.end:
            return phrase  # "*scrap that*", where scraps are sold
        if (
            phrase is not None
            and phrase.kind is Kind.REMOVE
            and self.words[phrase.end :][:1] == ["the"]
        ):
            return phrase  # "*scrap* the onions"
        if mention is not None:
            text = self.raw(at, mention.end)
            if mention.groups:
                return Lexeme(Kind.GROUP, at, mention.end, text=text, groups=mention.groups)
            return Lexeme(Kind.MENTION, at, mention.end, mention=mention, text=text)
        if word in PORTIONS and self.portion_of(at):
            return None
        part = self.mentions.get(at + 1)
        if word in ("double", "triple") and part is not None and part.readings and not part.items:
            return Lexeme(Kind.EXTRA, at, at + 1, text=word)  # "no onions, *double cheese*"
        return self.small_word(at) or self.unknown(at)

    def small_word(self, at: int) -> Lexeme | None:
        word = self.words[at]
        phrase = self.phrase(at)
        if (end := nothing_done(self.words, at + (word == "with"))) > at + 1:
            return Lexeme(Kind.CHATTER, at, end, text=word)  # "as it comes, *nothing changed*"
        if (end := not_the_same(self.words, at)) > at:
            return Lexeme(Kind.NO, at, end, text=word)
        if word == "except" and self.words[at + 1 : at + 2] and self.words[at + 1] in _GOES_ON:
            return Lexeme(Kind.COMMA, at, at + 1)
        if word == "1" and self.pronoun(at):
            return None
        if word in ("the", "my") and self.left_undone(at):
            return Lexeme(Kind.TO, at, at + 1, text="on the")
        if word == "same" and self.words[at + 1 : at + 2] == ["as"]:
            return Lexeme(Kind.SAME, at, at + 1, text=word)
        number = number_at(self.words, at)
        if number is not None and self.in_name(at + 1, at + number[1]):
            number = None  # "a *dozen doughnuts*", of that name
        if number == (1, 2) and self.is_size(at + 1):
            number = None
        if number is not None and not (phrase is not None and phrase.end > at + number[1]):
            none = Kind.WITHOUT if self.names_next(at + number[1]) else Kind.CHATTER
            kind = Kind.NUMBER if number[0] else none
            return Lexeme(kind, at, at + number[1], value=number[0])
        if word == "ones" and "'" in self.raw(at, at + 1).replace("’", "'"):
            return Lexeme(Kind.NUMBER, at, at + 1, value=1)  # "one's supposed to be …"
        if word in PORTIONED and at and number_at(self.words, at - 1) is not None:
            return Lexeme(Kind.NUMBER, at, at + 1, value=PORTIONED[word])
        if word in ORDINALS:
            end = at + 1 + (self.words[at + 1 : at + 2] in (["1"], ["1s"], ["ones"]))
            return Lexeme(Kind.ORDINAL, at, end, value=ORDINALS[word])
        if word in TIMES:
            return Lexeme(Kind.NUMBER, at, at + 1, value=TIMES[word])
        if word in FOREIGN and at + 1 in self.mentions:
            return Lexeme(Kind.NUMBER, at, at + 1, value=FOREIGN[word])
        if word in _SOUNDS_LIKE and self.counts_plural(at):
            return Lexeme(Kind.NUMBER, at, at + 1, value=_SOUNDS_LIKE[word])
        if word == "wan" and self.words[at - 1 : at] in (["i"], ["we"]):
            return Lexeme(Kind.WANT, at, at + 1, text=word)
        if word in _SOUNDS_LIKE_ONE and at + 1 in self.mentions:
            return Lexeme(Kind.NUMBER, at, at + 1, value=1)
        if word in _COUNTING and self.counted_to(at):
            return Lexeme(Kind.CHANGE, at, at + 1)
        if word in ("take", "leave", "knock", "keep") and self.taken_off(at):
            return Lexeme(Kind.REMOVE, at, at + 1)
        return phrase

    def unknown(self, at: int) -> Lexeme | None:
        word = self.words[at]
        if self.words[max(0, at - 2) : at] == ["thanks", "a"]:
            return None  # "thanks a mil"
        if comes_or_goes(self.words, at) or self.holds(at):
            return None
        if word in COMMON or stem(word) in COMMON or word in LIGHT or len(word) < 2:
            return None
        if word in FOREIGN_LIGHT:
            return None
        return Lexeme(Kind.WORD, at, at + 1, text=self.raw(at, at + 1))
