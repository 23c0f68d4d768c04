"""Reading a row of lexemes: where the reading stands, determiners, which word is the dish."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from agent.cart import CartLine
from agent.hearing.pad import Pad
from agent.hearing.points import OpenKind, Situation
from agent.kinds import is_called
from agent.language import FILLERS, LIGHT, stem, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention
from domain.menu import Item

__all__ = ["BREAKS", "STARTS", "TELLING", "WHOSE", "WISHING", "Determiner", "Reader"]

BREAKS = frozenset([Kind.COMMA, Kind.STOP])
WISHING = frozenset([Kind.WITH, Kind.WITHOUT, Kind.EXTRA])
# Of one of several: "two kormas, *mine* mild, *his* hot".
WHOSE = frozenset(["mine", "his", "hers"])
# What tells which of the dishes something is put on.
TELLING = (Kind.NUMBER, Kind.BOTH, Kind.OTHER, Kind.ORDINAL, Kind.IT)
# What a noun phrase can begin with.
STARTS = frozenset(
    [
        Kind.NUMBER, Kind.ARTICLE, Kind.SOME, Kind.THE, Kind.MORE, Kind.BOTH, Kind.OTHER,
        Kind.ORDINAL, Kind.MENTION, Kind.WORD, Kind.EXTRA,
    ]
)  # fmt: skip


_OF_THE_ORDER = frozenset(
    ["anywhere"]
    + [f"{on}{all_}" for on in ("", "on ", "for ", "in ") for all_ in ("the lot", "all of it")]
    + ["on everything", "in everything"]
)
# What stands within a name: "pow *de* kayjo" is one dish that nobody knows.
_IN_NAMES = frozenset("de la le di da del della al con mit aux du".split())  # noqa: SIM905

# What points to a dish that was named before: "of *that* gumbo".
_POINTING = frozenset(["that", "this", "those", "these"])


@dataclass
class Determiner:
    """What stood before a noun: "another two of the", "both", "the second"."""

    count: int | None = None
    article: bool = False
    some: bool = False
    definite: bool = False
    more: bool = False
    both: bool = False
    all: bool = False  # "all", of whatever was just said
    each: bool = False  # "two each of …"
    every: bool = False  # "on the lot", "anywhere": all of the order, and not only the last of it
    other: bool = False
    share: bool = False  # "of them", "of the"
    of_these: bool = False  # "of them": what follows is what they become, and not what they are
    ordinal: int = 0
    whose: bool = False  # "mine", "his": one of what was counted
    pointed: bool = False  # "*those* nachos", of what is ordered
    of_so_many: int = 0  # "one of the *two* strudels"

    @property
    def refers(self) -> bool:
        return self.definite or self.both or self.other or self.share or bool(self.ordinal)

    @property
    def one_of_some(self) -> bool:
        return self.count is not None or self.other or bool(self.ordinal)

    @property
    def some_of_it(self) -> bool:
        """True where more was said than an article: "make it *a regular*" says no number."""
        return self.refers or self.some or self.more or self.count is not None

    @property
    def any(self) -> bool:
        return self.refers or self.article or self.some or self.more or self.count is not None


class Reader(Pad):
    """A pad and the lexemes being read onto it. `at` is the next to be read."""

    def __init__(self, situation: Situation) -> None:
        super().__init__(situation)
        self.lexemes: Sequence[Lexeme] = ()
        self.at = 0

    def kind(self, ahead: int = 0) -> Kind | None:
        at = self.at + ahead
        return self.lexemes[at].kind if 0 <= at < len(self.lexemes) else None

    def peek(self, ahead: int = 0) -> Lexeme | None:
        at = self.at + ahead
        return self.lexemes[at] if at < len(self.lexemes) else None

    def says(self, *words: str) -> bool:
        lexeme = self.peek()
        return lexeme is not None and lexeme.text in words

    def take(self) -> Lexeme:
        lexeme = self.lexemes[self.at]
        self.at += 1
        return lexeme

    def peek_past(self, kinds: Collection[Kind]) -> Lexeme | None:
        at = self.at
        while at < len(self.lexemes) and self.lexemes[at].kind in kinds:
            at += 1
        return self.lexemes[at] if at < len(self.lexemes) else None

    def determiner(self) -> Determiner:
        found = Determiner(definite=self.on_the())
        while True:
            kind = self.kind()
            if kind in (Kind.NUMBER, Kind.ARTICLE) and found.definite and self.gap(self.at):
                found.definite = False  # "*my* mother *a* bowl of it"
            if kind is Kind.NUMBER and found.count is None:
                found.count = self.take().value
            elif kind is Kind.NUMBER and found.share and self.counts_them_all():
                found.of_so_many = self.take().value
            elif kind is Kind.ARTICLE and (found.count is None or found.share):
                found.article = found.count is None
                self.take()
            elif kind is Kind.SOME:
                found.some = True
                self.take()
            elif kind is Kind.THE:
                found.definite = found.definite or not found.share  # "two of them the big ones"
                found.whose = self.take().text in WHOSE
            elif kind is Kind.MORE:
                found.more = True
                one = self.take().text.startswith("another")
                found.article = found.article or (one and found.count is None)
            elif self.says("all") and self.kind(1) is Kind.MENTION and found.one_of_some:
                self.take()  # "one *all* chocolate", "the other *all* vanilla": and nothing else
            elif kind is Kind.BOTH:
                text = self.take().text
                found.each = text == "each" and found.count is not None
                found.both = True
                found.all = text.startswith("all") and found.count is None
                found.every = text in _OF_THE_ORDER or found.every
            elif kind is Kind.OTHER:
                found.other = True
                self.take()
            elif kind is Kind.ORDINAL and found.article:
                found.more = True  # "a second one"
                self.take()
            elif kind is Kind.ORDINAL:
                found.ordinal = self.take().value
            elif kind is Kind.OF and found.some and self.first_of_it(1):
                self.take()  # "some *of them* wings", of which none was ordered yet
            elif kind is Kind.OF:
                found.share = True
                found.of_these = not self.take().text.endswith((" the", " my"))
            elif kind is Kind.IT and self.kind(1) in (Kind.MENTION, Kind.NUMBER) and found.any:
                self.take()
            elif self.points_at_line():
                found.definite = found.pointed = True
                self.take()
            else:
                return found

    def counts_them_all(self) -> bool:
        """“One of the *four* without pineapple”: of so many, and what follows tells how it is."""
        return self.kind(1) in (*WISHING, Kind.BE, Kind.TO, Kind.MAKE, Kind.JUST)

    def points_at_line(self) -> bool:
        """“I'd like *that sub* cut in four”, “*those fries* well done”: of what is ordered."""
        dish = self.peek(1) if self.says("that", "this", "those", "these") else None
        mention = dish.mention if dish is not None and self.kind() is Kind.IT else None
        if dish is None or mention is None or not mention.items:
            return False
        return bool(self.lines_of(mention) or self.lines_called(dish.text))

    def lines_called(self, text: str) -> list[CartLine]:
        """“The naan”, where the one naan in the order is a garlic naan; “the coffees”, where they
        are café con leche."""
        words = {stem(t.word) for t in tokens(text)}
        names = {o.id: self.lexicon.words_of(self.item(o.item_id)) for o in self.cart.lines}
        called = [o for o in self.cart.lines if words <= names[o.id]]
        called = called or [o for o in self.cart.lines if is_called(words - LIGHT, names[o.id])]
        return called if len(called) == 1 else []

    def all_called(self, lines: list[CartLine], text: str) -> list[CartLine]:
        """“*Both burgers*”, of a cheeseburger and a bacon burger, whatever else is called so: where
        `lines` are no more than one dish, all of that name or kind."""
        if sum(o.qty for o in lines) > 1:
            return lines
        words = {stem(t.word) for t in tokens(text)} - LIGHT
        names = {o.id: self.lexicon.name_of(self.item(o.item_id)) for o in self.cart.lines}
        called = [o for o in self.cart.lines if is_called(words, names[o.id])]
        return called if sum(o.qty for o in called) > 1 else lines

    def first_of_it(self, ahead: int) -> bool:
        """True where a dish stands `ahead` that is not in the order."""
        lexeme = self.peek(ahead)
        mention = lexeme.mention if lexeme is not None else None
        return mention is not None and bool(mention.items) and not self.lines_of(mention)

    def on_the(self) -> bool:
        """“For *the* burger, no onions”: the small words before hold the article; “two bowls of
        *that* gumbo”, where one was ordered."""
        before, after = self.lexemes[self.at - 1] if self.at else None, self.peek()
        if before is None or after is None:
            return False
        between = self.words[before.end : after.start]  # "on the *al* pastor one"
        if any(t.word not in _IN_NAMES for t in between):
            return False
        if before.kind is Kind.IT and before.text in _POINTING and after.mention is not None:
            return bool(self.lines_of(after.mention))
        return before.kind is Kind.TO and before.text.endswith(" the")

    def run_of(self) -> list[Lexeme]:
        """The mentions and unknown words that stand together from here on."""
        end = self.at
        while end < len(self.lexemes) and self.lexemes[end].kind in (
            Kind.MENTION,
            Kind.WORD,
            Kind.EXTRA,
        ):
            end += 1
            if self.lexemes[end - 1].kind is Kind.WORD and self.gap(end):
                break
            if self.made_of(end):
                self.lexemes = [*self.lexemes[:end], *self.lexemes[end + 1 :]]
        return list(self.lexemes[self.at : end])

    def made_of(self, at: int) -> bool:
        """“Ten pieces *of the* chicken”, “a pitcher of the dry”: an option, and then its dish."""
        if at + 1 >= len(self.lexemes) or self.lexemes[at].kind is not Kind.OF:
            return False
        part, dish = self.lexemes[at - 1].mention, self.lexemes[at + 1].mention
        return part is not None and dish is not None and self.part_of(part, dish)

    def has_part(self) -> bool:
        """“Can one of them *have* bacon”: its making follows, and no order."""
        return self.says("have") and self.kind(1) in (*WISHING, Kind.MENTION, Kind.SOME)

    def gap(self, at: int) -> bool:
        """“*Ha*, fair enough so *fresh rolls*”: everyday words between two lexemes part them."""
        if at >= len(self.lexemes):
            return False
        between = self.words[self.lexemes[at - 1].end : self.lexemes[at].start]
        return any(t.word not in FILLERS and t.word not in _IN_NAMES for t in between)

    def take_apart(self, *, counted: bool = False) -> None:
        """“A mango lassi” is a combo's drink beside that combo, and else a lassi with mango."""
        run = self.run_of()
        for lexeme in run:
            mention = lexeme.mention
            if mention is not None and mention.items and mention.whole:
                return  # "a burrito *black beans*": what follows is of this dish
            if mention is None or not mention.apart:
                continue
            dish = next(m for m in sorted(mention.apart, key=lambda m: not m.whole) if m.items)
            ends_in_dish = dish.end == mention.end and not any(
                r.width == mention.end - mention.start and len(r.modifier.name.split()) >= r.width
                for r in mention.readings
            )
            width = mention.end - mention.start
            named = any(r.width == width for r in self.usable(mention))
            full = [r for r in self.usable(mention) if r.width == width]
            # "six wings, *twelve wings*": the first are counted already
            another = dish.end == mention.end and self.just_written() and self.taken_up(full)
            # "the same, but he takes *refried beans*": in place of the pinto beans copied
            another = another and not (self.twins and self.target == self.twins)
            another = another and self.kind(-1) not in WISHING  # "but *with* pork fried rice"
            alone = not named or (ends_in_dish and counted)
            led = (
                counted
                and dish.whole
                and any(  # "a tea, *a large* mango lassi": so large is none of the first dish's
                    x.mention is not None and self.part_of(x.mention, dish)
                    for x in run[: run.index(lexeme)]
                )
            )
            if self.usable(mention) and not (alone or another or led):
                continue
            if not counted and self.is_of_its_name(mention, dish):
                continue
            parts = [
                lexeme._replace(start=m.start, end=m.end, mention=m, text=self.raw(m))
                for m in mention.apart
            ]
            at = self.lexemes.index(lexeme)
            after = at + 1
            whole = self.goes_on_as(mention.apart[-1], self.lexemes[after:][:1])
            if whole is not None:
                parts[-1:] = [lexeme._replace(start=whole.start, end=whole.end, mention=whole)]
                after += 1
            self.lexemes = [*self.lexemes[:at], *parts, *self.lexemes[after:]]

    def goes_on_as(self, dish: Mention, after: Sequence[Lexeme]) -> Mention | None:
        """“The jalapeño cheddar *sausage links*”, of sausage links that come so, and where two
        words more are an option of another dish: the dish that its last word and the next name."""
        follows = after[0].mention if after else None
        if follows is None or not follows.items or follows.start != dish.end:
            return None
        said = self.words[dish.start : follows.end]
        named = self.lexicon.mentions(said)
        if len(named) != 1 or (named[0].start, named[0].end) != (0, len(said)):
            return None
        whole = named[0].whole and not named[0].unsaid and len(named[0].items) == 1
        return named[0]._replace(start=dish.start, end=follows.end) if whole else None

    def is_of_its_name(self, mention: Mention, dish: Mention) -> bool:
        """“A brisket plate …, the same for him *with moist brisket*”, where brisket is sold by
        itself, too: how the plate is made, and its own word again."""
        if self.kind(-1) not in WISHING or dish.end != mention.end:
            return False
        made = any(r.coverage == 1 and not r.group.removes for r in self.usable(mention))
        return made and self.is_own_word(dish)

    def changes_own(self, part: Mention, dish: Mention) -> bool:
        """“The same for my dad but with *moist brisket*”, of a brisket plate that was lean."""
        chosen = [r for r in self.usable(part) if r.coverage == 1]
        return self.is_own_word(dish) and self.taken_up(chosen)

    def is_own_word(self, dish: Mention) -> bool:
        """True where the words for `dish` are in the name of the one in hand, which is another."""
        line = self.cart.line(self.target[-1]) if self.target else None
        if line is None or line.item_id in {item.id for item in dish.items}:
            return False
        said = {stem(t.word) for t in self.words[dish.start : dish.end]} - LIGHT
        return bool(said) and said <= self.lexicon.words_of(self.item(line.item_id))

    def raw(self, mention: Mention) -> str:
        return " ".join(t.word for t in self.words[mention.start : mention.end])

    def goes_on_from_dish(self, lexeme: Lexeme) -> bool:
        """True where nothing stands between it and the dish just named, or its last part."""
        before = [x for x in self.lexemes if x.end <= lexeme.start][-1:]
        named = bool(before) and before[0].mention is not None and before[0].end == lexeme.start
        return named and self.just_written() and not self.chatting

    def ones(self, lexeme: Lexeme) -> bool:
        """“The prawn *ones*”: it is said of whole dishes, and not of what is in them."""
        after = self.words[lexeme.end :][:1]
        return bool(after) and after[0].word in ("1", "ones", "1s")

    def head_of(self, run: Sequence[Lexeme]) -> int | None:
        """Which of `run` is the dish: the first that is not a part of the next one's making, as
        "spaghetti" is in "spaghetti bolognese"."""
        for n, lexeme in enumerate(run):
            if lexeme.mention is None or not lexeme.mention.items:
                continue
            if self.precedes_dish(run[n:]) or (n and self.is_more_in_it(run[n - 1], lexeme)):
                continue
            return n
        return None

    def is_more_in_it(self, extra: Lexeme, part: Lexeme) -> bool:
        """“One with bacon, the other *extra onions*”, of burgers that have onions on them: a bit of
        the name of the onion rings, and none of those."""
        named = part.mention
        if extra.kind is not Kind.EXTRA or named is None or (named.whole and not named.weak):
            return False
        return any(r.coverage == 1 for r in self.usable(named))

    def precedes_dish(self, run: Sequence[Lexeme]) -> bool:
        """“*Steamed* vegetable gyoza”: the first is a part, and so is all up to the dish."""
        for n, lexeme in enumerate(run[1:], 1):
            if lexeme.mention is None:
                return False
            dish = lexeme.mention
            if all(x.mention is not None and self.part_of(x.mention, dish) for x in run[:n]):
                return True
        return False

    def part_of(self, mention: Mention, dish: Mention) -> bool:
        width = mention.end - mention.start if mention.whole else 0
        readings = [r for r in mention.readings if r.width >= width]
        return bool(dish.items) and any(self.applicable(readings, item) for item in dish.items)

    def extras_follow(self) -> bool:
        lexeme = self.peek_past({Kind.EXTRA, Kind.SOME, Kind.THE, Kind.MORE})
        if lexeme is None or lexeme.mention is None or not self.cart.lines:
            return False
        if lexeme.mention.items and self.reading_lines(lexeme.mention) == []:
            return False
        return bool(lexeme.mention.readings)

    def narrowed(self, mention: Mention) -> Item | None:
        """The one dish that `mention` means, given what was just asked or listed."""
        if len(mention.items) == 1 and not mention.weak and not mention.generic:
            return mention.items[0]
        points = [o for o in (self.asked, *self.heard.opens) if o and o.kind is not OpenKind.MANY]
        for point in points:
            fitting = [i for i in mention.items if i.id in point.item_ids]
            if len(fitting) == 1:
                return fitting[0]
            said = self.words[mention.start : mention.end]
            if fitting and (meant := self.lexicon.picked(said, [i.id for i in fitting])):
                return meant
        if mention.generic and len(mention.items) == 1:
            return mention.items[0]
        return None

    def exclusive(self, mention: Mention) -> bool:
        """One of a group of which exactly one is taken: taking another leaves this one out."""
        readings = self.usable(mention) or mention.readings
        return any(r.group.max == 1 and r.group.min == 1 for r in readings)
