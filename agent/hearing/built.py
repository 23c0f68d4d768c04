"""Writing down a dish that was named by its options alone."""

from __future__ import annotations

from collections.abc import Sequence

from agent.hearing.building import Build
from agent.hearing.ingredients import Ingredients
from agent.hearing.points import Open, OpenKind, Wish
from agent.hearing.reader import Determiner
from agent.lexemes import Kind, Lexeme
from agent.matching import Mention

__all__ = ["Built"]


class Built(Ingredients):
    """Noun phrases that are made of options, and of the dish that they are of."""

    def builds(self, found: Determiner) -> bool:
        """Writes the dish that the options from here on are of; False where it is none."""
        if found.both or found.other or found.ordinal or found.share or found.whose:
            return False
        meant = self.build_ahead()
        into = len(meant) == 1 and found.count is None and self.goes_into_target(meant[0])
        into = into and not (found.article and meant[0].called)  # "… and *a matcha mochi*" are two
        if not meant or (self.speaks_of_target(found) and not into):
            return False
        taken = self.lexemes[self.at : self.at + meant[0].end]
        if found.definite and any(map(self.names_ordered, taken)):
            return False
        joined, self.joined = self.joined, False
        base = self.cart.line(self.focus.base)
        same = [b for b in meant if base is not None and b.item.id == base.item_id]
        plain = self.plainest_of([b.item for b in meant]) if not self.heard.opens else ()
        same = same or [b for b in meant if len(plain) == 1 and b.item in plain]
        meant = same or meant  # "five plain pies, *two large with pepperoni*"
        self.at += meant[0].end
        parts = [
            Lexeme(Kind.MENTION, p.start, p.end, mention=p, text=self.raw(p))
            for p in meant[0].parts
        ]
        if len(meant) > 1:
            self.ask_which(found, meant)
            return True
        build = meant[0]
        if into:
            for wish in self.pre_wishes(parts):
                self.grant(wish)
            self.heard.understood = True
            self.lingering = Kind.WITH
            self.wishes()
            return True
        found.article = found.article or not found.any
        self.going_on = Kind.WITH if any(x.kind is Kind.WITH for x in taken) else None
        self.dish(found, parts, _nameless(build), joined=joined)
        return True

    def names_ordered(self, lexeme: Lexeme) -> bool:
        """“The rings go with *the burger*”, put right: the one that is ordered, and not made of."""
        mention = lexeme.mention
        if mention is None or not mention.items or self.lines_of(mention):
            return False
        return self.corrects_its_kind(mention) and bool(self.lines_called(lexeme.text))

    def said_of_it(self) -> None:
        """What follows the dish; "with white rice *and a spring roll*" goes on as it began."""
        self.lingering, self.going_on = self.going_on, None
        super().said_of_it()

    def speaks_of_target(self, found: Determiner) -> bool:
        """True where what comes next is said of the dish in hand."""
        if self.open_at is not None:
            return True
        line = self.cart.line(self.target[-1]) if self.target else None
        first = self.peek()
        if line is None or first is None or first.mention is None:
            return False
        if self.completes(first.mention):
            return True
        base = self.cart.line(self.focus.base)
        if base is not None and base.id in self.new:
            named = self.applicable(first.mention.readings, self.item(base.item_id))
            told = self.premade.get(base.id, set())
            if any(r.group.id not in told for r in named):
                return True  # "three doners, two small and *a large*"
        said = found.any or self.wanting or self.joined
        return not said and self.usable_of(line, first)

    def goes_into_target(self, build: Build) -> bool:
        """“Kids pasta with red sauce, *a meatball and apple juice*”: the dish just named, which
        has room for all of that, and no second one."""
        line = self.cart.line(self.target[-1]) if self.just_written() else None
        if line is None or line.item_id != build.item.id or line.qty > 1:
            return False
        named = [p.readings[0].group for p in build.parts]
        chosen = [c.group_id for c in line.choices]
        return all(chosen.count(g.id) < g.max for g in named)

    def ask_which(self, found: Determiner, builds: Sequence[Build]) -> None:
        """Several dishes are made of just these."""
        parts = builds[0].parts
        readings = [p.readings[0] for b in builds for p in b.parts]
        wishes = tuple(
            Wish(
                Kind.WITH,
                tuple(r for r in readings if r.modifier.name == p.readings[0].modifier.name),
                self.raw(p),
            )
            for p in parts
        )
        ids = tuple(b.item.id for b in builds if b.item.id not in self.sold_out)
        text = " ".join(w.text for w in wishes)
        self.open_point(Open(OpenKind.WHICH, ids, found.count or 1, wishes, text))
        self.wishes()


def _nameless(build: Build) -> Lexeme:
    """The dish itself, of which no word is its own."""
    end = build.parts[-1].end
    return Lexeme(Kind.MENTION, end, end, mention=Mention(end, end, (build.item,), ()))
