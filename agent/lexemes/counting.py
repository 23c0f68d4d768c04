"""Which words count: “half a dozen”, “a small one”, “to margheritas”, “an order of fries”."""

from __future__ import annotations

from agent.language import number_at, stem, tokens
from agent.lexemes.lexeme import Lexeme
from agent.lexemes.row import Row
from agent.matching import Mention
from agent.small_words import Kind

__all__ = ["ENDS", "PORTIONS", "Counting"]

_ARTICLES_OF_NAMES = (["al"], ["la"], ["el"], ["le"], ["las"], ["los"], ["les"])
_ELSE_NOTHING = frozenset(["ate", "tree"])  # of those, what would hardly be said before a dish
ENDS = frozenset([",", ".", "?", "and"])
_UNITS = frozenset(
    ["bottles", "cans", "glasses", "cups", "bowls", "plates", "portions", "orders", "pieces"]
)
PORTIONS = frozenset(["order", "portion", "side", "serving", "helping"])
_OPENERS = frozenset(["and", ",", ".", "have", "get", "like", "take", "want", "wan", "me"])


class Counting(Row):
    """What counts dishes, and what only looks like a number."""

    def fewer(self, at: int) -> bool:
        """“One *less* coke”, “one fewer, please”, and no "one less spicy"."""
        after = self.words[at + 1 : at + 2]
        counts = at + 1 in self.mentions or not after or after[0] in ENDS | {"please", "of"}
        return self.words[at : at + 1] in (["less"], ["fewer"]) and counts

    def of_one_half(self, at: int) -> bool:
        """“*Half* of it olives”, “…, *half* with ham”: said of a dish, and no half order of one."""
        before, after = self.words[at - 1 : at], self.words[at + 1 : at + 3]
        counted = bool(before) and (before[0] in ("a", "an", "the") or before[0].isdecimal())
        return not counted and (after == ["of", "it"] or (after[:1] == ["with"] and at > 0))

    def portion_of(self, at: int) -> bool:
        """“A large *order of* fries”, “a big *portion of* chips”: how it is sold, after its size or
        an article, and no wish of its own."""
        after = at + 2
        counted = bool(self.words[at - 1 : at]) and self.words[at - 1] == "1"
        after += counted and self.words[after : after + 1] == ["the"]  # "one *order of the* wings"
        named = after in self.mentions or number_at(self.words, after) is not None
        sized = any(m.end == at for m in self.mentions.values())
        before = self.words[at - 1 : at] if at else []
        if before == ["separate"]:
            before = self.words[at - 2 : at - 1]  # "a *separate order of* onion rings"
        if before and before[0].isdecimal() and at + 1 in self.mentions:
            return True  # "one *order* mild and one hot"
        counted = counted or before in (["a"], ["an"], ["the"], ["another"])
        article = counted and self.words[at] == "order"  # "*one order of* twenty wings"
        named = named or self.words[after : after + 1] in (["those"], ["them"], ["these"])
        return (sized or article) and named and self.words[at + 1 : at + 2] == ["of"]

    def half_a(self, at: int) -> Lexeme | None:
        """“*Half a* pound of hot links”, sold by the pound, where half a pound is one weight."""
        dish = self.mentions.get(at + 2)
        if dish is None or len(dish.items) != 1 or self.words[at + 1] not in ("a", "an"):
            return None
        size = {"half", stem(self.words[at + 2])}
        half = [r for r in dish.readings if {stem(t.word) for t in tokens(r.modifier.name)} == size]
        readings = tuple(r._replace(coverage=1, width=1) for r in half)
        named = Mention(at, at + 2, (), readings)
        return Lexeme(Kind.MENTION, at, at + 2, mention=named, text="half a") if half else None

    def counts(self, mention: Mention, end: int) -> bool:
        """“*Half a dozen* pies”, “*six pieces of* bread”, where half a dozen or six pieces is an
        option too, but of no pie and no bread. `end` is where the number ends."""
        unit = self.words[end : mention.end]
        if mention.items or (unit and (len(unit) > 1 or unit[0] not in _UNITS)):
            return False
        after = mention.end + (bool(unit) and self.words[mention.end : mention.end + 1] == ["of"])
        dish = self.mentions.get(after)
        if dish is None or not dish.items:
            return False
        groups = {r.group.id for r in mention.readings}
        return not any(groups & set(item.modifier_group_ids) for item in dish.items)

    def is_size(self, at: int) -> bool:
        """“A *single* cobbler”, which comes single or for a family; “make that a *single*”, with
        nothing after it that it could count."""
        size, dish = self.mentions.get(at), self.mentions.get(at + 1)
        if size is None or dish is not None:
            return size is not None and dish is not None and size.can_be_of(dish)
        before, after = self.words[max(0, at - 2) : at - 1], self.words[at + 1 : at + 2]
        counts = before == ["not"] or (bool(after) and after[0] in {"of", *PORTIONS})
        return not counts and any(r.coverage == 1 for r in size.readings)

    def in_name(self, start: int, end: int) -> bool:
        """True where a name begins within the tokens `[start, end)` and goes on after them."""
        return any(start <= m.start < end < m.end for m in self.mentions.values())

    def pronoun(self, at: int) -> bool:
        """“A small one”: the one is no number where a part of a dish stands before it."""
        before = next((m for m in self.mentions.values() if m.end == at), None)
        if before is None:
            return False
        first = before.start - (self.words[before.start - 1 : before.start] in _ARTICLES_OF_NAMES)
        before = before._replace(start=first)  # "the *al* pastor one"
        definite = self.words[first - 1 : first] == ["the"]
        made = any(r.coverage == 1 for r in before.readings) and not (before.items and before.whole)
        if definite and made and not self.wished(before.start - 1):
            return True  # "the tofu one hot"
        if at + 1 in self.mentions:
            return False
        if self.words[before.start - 1 : before.start] and self.wished(before.start):
            return False  # "without onion one with habanero": the next of them
        option = any(r.coverage == 1 for r in before.readings) and not before.plural
        if self.words[at + 1 : at + 2] == ["of"]:
            return False  # "two melts on white *one of* those without onion"
        if self.words[at + 1 : at + 2] in (["with"], ["without"], ["no"]) and not self.led(before):
            return False  # "both mild *one with* tofu"
        opens = self.words[before.start - 1 : before.start]
        if opens in (["on"], ["in"]) and self.words[at + 1 : at + 2] == opens:
            return False  # "one on rye *one on* sourdough"
        if opens == ["the"] and len(before.items) == 1:
            return True  # "the lamb one"
        article = opens in (["a"], ["an"], ["the"])
        return not before.items or (option and article)

    def led(self, mention: Mention) -> bool:
        """“*A* small”, “*two* large”: a word before it says that it is a dish's making."""
        before = self.words[mention.start - 1 : mention.start]
        return bool(before) and (
            before[0] in ("a", "an", "the", "another") or before[0].isdecimal()
        )

    def counts_plural(self, at: int) -> bool:
        """“To margheritas”: the number is written as it sounds; “too”, with little else to mean,
        counts several also where the menu itself writes them as several."""
        unit = self.words[at + 1 : at + 2]
        if unit and unit[0] in _UNITS and self.words[at + 2 : at + 3] == ["of"]:
            return at == 0 or self.words[at - 1] in _OPENERS  # "for bottles of water"
        mention = self.mentions.get(at + 1)
        opens = at == 0 or self.words[at - 1] in _OPENERS
        alone = self.words[at] in _ELSE_NOTHING
        plural = mention is not None and (mention.plural or alone or self.several_too(at, mention))
        return plural and opens

    def several_too(self, at: int, mention: Mention) -> bool:
        last = self.words[mention.end - 1]
        return self.words[at] == "too" and stem(last) != last

    def counted_to(self, at: int) -> bool:
        """“*Cut* it down *to two*”, “*bring* the fries up *to four*”."""
        rest = self.words[at + 1 : at + 9]
        moved = next((n for n, w in enumerate(rest) if w in ("down", "up", "back")), None)
        if moved is None or set(rest[:moved]) & ENDS or rest[moved + 1 : moved + 2] != ["to"]:
            return False
        return number_at(self.words, at + moved + 3) is not None
