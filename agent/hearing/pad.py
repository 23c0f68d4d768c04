"""The waiter's pad: the cart while an utterance is being heard, and what is meant by "it"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_

from msgspec.structs import replace

from agent.cart import CartLine
from agent.hearing.points import Heard, Open, OpenKind, Situation, Trouble, TroubleKind, Wish
from agent.hearing.wishes import apply_wish
from agent.lexemes import Kind
from agent.matching import Mention, Reading
from domain.menu import Item
from domain.ordering import MAX_LINES, MAX_QTY

__all__ = ["ABSURD_QTY", "MAX_OPEN", "Pad"]

ABSURD_QTY = 20  # above it a quantity is more often misheard than meant, so it is asked about
MANY, JUMP = 10, 5  # so many, and so many times as many as were read back, are doubted, too
MAX_OPEN = 4  # open points kept at a time; a caller cannot answer more


class Pad:
    """Lines are written, split, changed and struck out here; the rest of hearing only reads."""

    def __init__(self, situation: Situation) -> None:
        self.menu = situation.menu
        self.lexicon = situation.lexicon
        self.words = situation.words
        self.sold_out = situation.sold_out
        self.before = situation.cart
        self.cart = situation.cart
        self.focus = situation.focus
        self.asked = situation.asked
        self.opened = situation.opens
        self.chatting = situation.chatting
        self.choosing = situation.choosing
        self.confirming = situation.confirming
        self.closing = situation.closing
        self.refused = situation.refused
        self.lacking = situation.lacking
        self.wondered = situation.wondered
        self.surely = False  # a yes was said that is said for nothing else
        self.heard = Heard(
            self.cart, self.focus, opens=[o for o in situation.opens if o is not self.asked]
        )
        self.new: list[str] = []  # lines written by this utterance
        self.spoken: list[str] = []  # lines it spoke of, in order
        self.counted: set[str] = set()  # lines whose quantity was said in this utterance
        self.set_right: set[str] = set()  # lines whose number was said wrong, and then right
        self.gone: list[CartLine] = []  # lines that this utterance struck out, as they were
        self.dropped: list[str] = []  # lines of before that it struck out
        self.adding = False  # "and", "another", "also": on top of what is there
        self.joined = False  # the last thing read was an "and"
        self.wanting = False
        self.fix = ""  # "", "weak" or "strong": what comes next corrects what was said before
        self.correcting = False  # something of before was corrected, and more may be
        self.setting = False  # "oh and *actually* two": so many, and not so many more
        self.second_thought = False  # something was said for what was said before it
        self.only = False
        offer = situation.asked
        self.offered = offer is not None and offer.kind is OpenKind.OFFER and not offer.wondered
        self.eaters: int | None = None  # "we both want …": how many want what is named next
        self.resumed = 0  # the sentence in which "so" takes up what was wanted
        self.twins: list[str] = []  # the lines that "the same again" has just written
        self.raised: dict[str, Kind] = {}  # lines that are more than they were, and what said so
        self.mended: set[str] = set()  # lines that became what they were corrected to
        self.struck = False  # a dish was just taken out, and "make it …" is about no other
        self.instead_of = ""  # the line that the next dish replaces
        self.giving_up: set[str] = set()  # groups of which one is given up for what comes next
        self.lingering: Kind | None = None  # "without basil and olives": both are without
        self.going_on: Kind | None = None  # as `lingering`, for what follows a dish's options
        self.target: list[str] = [self.focus.last] if self.focus.last else []
        self.open_at: int | None = None  # wishes go to this open point: its dish is not known yet
        self.early: list[Wish] = []  # said before any dish: "no onions on any of them, …"
        self.last_wish: Wish | None = None  # what "one without" is without
        self.gathered: list[Wish] = []  # said of the target, not yet written down
        self.wished: list[tuple[str, Wish]] = []  # what was wished of which line, in order
        self.overfull: list[tuple[str, Wish]] = []  # of those, what a full group did not take
        self.unfixed = self.cart  # the cart before the last correction, for "no, strawberry"
        self.unwished = self.cart  # the cart before the last wishes, for "I mean no onions"
        self.excepting = False  # "everything but": what follows is all that is left out
        self.premade: dict[str, set[str]] = {}  # groups of a new line chosen before its name
        self.aside = ""  # a note that goes with the wish just read: "ranch on the side"
        self.listed = False  # a list of wishes has come to its "and", and so to its end
        self.clause = False  # the last wish began a clause of its own
        self.attached = False  # all wishes so far followed the dish without a pause
        self.counting = False  # "with one chocolate and one pistachio": parts are being counted
        self.ordinals: dict[int, str] = {}  # which line "the first one" was
        self.shares: set[str] = set()  # lines split off from another by this utterance
        self.bare_half = False  # "plain on one half": the other one is yet to be told
        self.taken_each: set[str] = set()  # lines that "one of each" has just written
        self.restated: set[str] = set()  # "one brisket *and no tongue*": it may stand already
        self.halved: set[str] = set()  # lines of which one half was told
        self.called: dict[str, Mention] = {}  # what a line was called when it was written
        self.changing = False  # the verb that was said is "change"
        self.phrase_at = 0  # the token at which the noun phrase begins that is being read
        self.each = 0  # "two each of the samosas and the bhajis": so many of what follows
        self.kinds: set[str] = set()  # lines that were called by their kind alone: "two cokes"
        self.apposed: set[str] = set()  # lines whose number came after their name: "tacos, three …"
        self.owned: set[str] = set()  # lines of which "mine" or "hers" was said
        self.not_had: tuple[int, tuple[Wish, ...]] = (
            0,
            (),
        )  # where a dish nobody knows ended, made so
        self.pieces_left = 0  # of a dozen that is being shared out
        self.sharing = False  # "two quesadillas, one plain …": the base line is being divided
        self.shared_out = False  # the base line itself has become one of the shares
        self.next_label = int(self.cart.next_id())

    def item(self, item_id: str) -> Item:
        item = self.menu.item(item_id)
        assert item is not None, "lines and open points name items of this menu"
        return item

    def line(self, line_id: str) -> CartLine:
        line = self.cart.line(line_id)
        assert line is not None, "the line is in the cart"
        return line

    def label(self) -> str:
        self.next_label += 1
        return str(self.next_label - 1)

    def put(self, line: CartLine) -> None:
        self.cart = self.cart.put(line)

    def drop(self, line_id: str) -> None:
        if (line := self.cart.line(line_id)) is not None:
            self.gone.append(line)
        if self.before.line(line_id) is not None:
            self.dropped.append(line_id)
        self.cart = self.cart.without(line_id)
        self.target = [i for i in self.target if i != line_id]
        self.spoken = [i for i in self.spoken if i != line_id]
        self.heard.understood = True

    def reduce(self, line_id: str, count: int) -> None:
        line = self.line(line_id)
        if count >= line.qty:
            self.drop(line_id)
        else:
            self.put(replace(line, qty=line.qty - count))

    def set_qty(self, line_id: str, qty: int) -> None:
        line = self.cart.line(line_id)
        if line is None:
            return
        self.heard.understood = True
        if qty > MAX_QTY:
            self.trouble(TroubleKind.TOO_MANY, item_id=line.item_id)
            return
        if qty < 1:
            self.drop(line_id)
            return
        self.put(replace(line, qty=qty))
        self.counted.add(line_id)
        self.heard.unsure = [i for i in self.heard.unsure if i != line_id]
        self.heard.opens = [o for o in self.heard.opens if o.line_id != line_id]
        self.doubt_qty(line_id, qty)

    def doubt_qty(self, line_id: str, qty: int) -> None:
        read = self.before.line(line_id) if self.confirming else None
        if qty > ABSURD_QTY or (read is not None and qty >= max(MANY, JUMP * read.qty)):
            point = Open(OpenKind.MANY, (self.line(line_id).item_id,), qty, line_id=line_id)
            self.heard.opens.append(point)

    def speak_of(self, line_ids: Sequence[str]) -> None:
        self.target = [i for i in line_ids if self.cart.line(i) is not None]
        self.open_at = None
        for line_id in self.target:
            if line_id in self.spoken:
                self.spoken.remove(line_id)
            self.spoken.append(line_id)
        if self.target:
            self.focus = with_(self.focus, last=self.target[-1])

    def focused(self) -> list[str]:
        """The lines of the last utterance that named any, as "both" and "that" mean them."""
        recent = self.spoken or [i for i in self.focus.recent if self.cart.line(i) is not None]
        if recent:
            return list(dict.fromkeys(recent))
        return [self.focus.last] if self.cart.line(self.focus.last) is not None else []

    def just_written(self) -> bool:
        return bool(self.new) and self.target == [self.new[-1]]

    def lines_of(self, mention: Mention) -> list[CartLine]:
        ids = {i.id for i in mention.items}
        return [line for line in self.cart.lines if line.item_id in ids]

    def applicable(self, readings: Sequence[Reading], item: Item) -> list[Reading]:
        groups = {g.id for g in self.menu.groups_of(item)}
        return [r for r in readings if r.group.id in groups]

    def reading_lines(self, mention: Mention) -> list[str]:
        """The lines whose dish could have what `mention` says."""
        return [
            line.id
            for line in self.cart.lines
            if self.applicable(mention.readings, self.item(line.item_id))
        ]

    def takes(self, mention: Mention) -> bool:
        return any(
            self.applicable(mention.readings, self.item(self.line(i).item_id))
            for i in self.target
            if self.cart.line(i) is not None
        )

    def usable(self, mention: Mention) -> tuple[Reading, ...]:
        """The readings of `mention` that fit what is being spoken of. The dish's own name is no
        part of an option's: "the *lobster roll*, hot", to be had on a gluten-free roll; and of
        another dish's whole name no word is an option: "a kulfi and a *mango lassi*"."""
        if self.open_at is not None:
            items = [self.item(i) for i in self.heard.opens[self.open_at].item_ids]
        else:
            items = [self.item(self.line(i).item_id) for i in self.target if self.cart.line(i)]
        own = {item.id for item in mention.items} if mention.whole else set[str]()
        another = own and not mention.unsaid and not own & {item.id for item in items}
        return tuple(
            r
            for item in items
            for r in self.applicable(mention.readings, item)
            if r.coverage == 1 or item.id not in own
            if not (another and mention.says_more_than(r, self.words))
        )

    def fullest(self, mention: Mention) -> list[Reading]:
        """Those of the usable readings that name most of an option; where none is named whole, a
        part of its name is enough that no dish is called by ("rings" for onion rings)."""
        usable = self.usable(mention)
        most = max((r.coverage for r in usable), default=0.0)
        found = [r for r in usable if r.coverage == most]
        if most == 1:
            return found
        partly = most >= 0.5 and (mention.weak or not mention.whole or not mention.items)
        one_each = len({r.modifier.name for r in found}) == 1
        return found if partly and one_each else []

    def taken_up(self, readings: Sequence[Reading]) -> bool:
        groups = {
            c.group_id for i in self.target if (line := self.cart.line(i)) for c in line.choices
        }
        groups |= {r.group.id for r in self.said_of_target()}
        return any(r.group.max == 1 and r.group.id in groups for r in readings)

    def said_of_target(self) -> list[Reading]:
        """What the wishes not yet written down mean, each in its fullest readings."""
        said: list[Reading] = []
        items = [self.item(self.line(i).item_id) for i in self.target if self.cart.line(i)]
        for wish in self.gathered:
            most = max(((r.coverage, r.width) for r in wish.readings), default=(0.0, 0))
            able = [r for i in items for r in self.applicable(wish.readings, i)]
            fullest = [r for r in able if (r.coverage, r.width) == most]
            taken = {r.group.id for r in said if r.group.max == 1}
            # "cheese on one half, ham on the other": each goes to the first that is free
            free = [r for r in fullest if r.group.min and r.group.id not in taken]
            alike = {r.modifier.name for r in free[1:]} & {r.modifier.name for r in free[:1]}
            said += free[:1] if alike else fullest
        return said

    def has_all(self, line: CartLine, wishes: Sequence[Wish]) -> bool:
        chosen = {(c.group_id, c.id) for c in line.choices}
        return bool(wishes) and all(
            any((r.group.id, r.modifier.id) in chosen for r in w.readings) for w in wishes
        )

    def share_of(self, line: CartLine, count: int) -> CartLine:
        """`count` of `line` as a line of their own."""
        if count >= line.qty or count < 1:
            return line
        self.put(replace(line, qty=line.qty - count))
        child = replace(line, id=self.label(), qty=count)
        self.shares.add(child.id)
        self.counted.add(child.id)
        self.put(child)
        self.new.append(child.id)
        return child

    def split(self, base: CartLine, count: int) -> str:
        if self.shared_out and base.qty <= count:
            # Every share was given out: "one more with olives" is another of the same dish.
            line = CartLine(self.label(), base.item_id, count)
            self.put(line)
            self.new.append(line.id)
            return line.id
        child = self.share_of(base, count)
        self.shared_out = child.id == base.id
        return child.id

    def write_another(self, count: int) -> None:
        base = self.line(self.focus.base)
        line = replace(base, id=self.label(), qty=min(count, MAX_QTY), choices=(), note="")
        self.put(line)
        self.new.append(line.id)
        self.counted.add(line.id)
        self.speak_of([line.id])
        self.doubt_qty(line.id, count)

    def write(self, item: Item, qty: int, wishes: Sequence[Wish]) -> None:
        if self.is_gone(item, qty, wishes):
            return
        if qty > MAX_QTY:
            self.trouble(TroubleKind.TOO_MANY, item_id=item.id)
            self.open_point(Open(OpenKind.COUNT, (item.id,), 1, tuple(wishes)))
            return
        if len(self.cart.lines) >= MAX_LINES:
            self.trouble(TroubleKind.TOO_LONG)
            return
        if qty < 1:
            return
        line = CartLine(self.label(), item.id, qty)
        self.put(line)
        self.new.append(line.id)
        self.shared_out = self.sharing = False
        self.focus = with_(self.focus, base=line.id)
        self.speak_of([line.id])
        for wish in wishes:
            self.grant(wish)
        self.premade[line.id] = {c.group_id for c in self.line(line.id).choices}
        self.doubt_qty(line.id, qty)

    def become(self, line_id: str, item: Item, count: int | None, wishes: Sequence[Wish]) -> None:
        """The line is this dish now, with what it was made with where the dish has that too."""
        if self.is_gone(item, count or 1, wishes):
            return
        line = self.cart.line(line_id)
        assert line is not None, "a line that is replaced is in the cart"
        if line.item_id != item.id:
            groups = {g.id: g for g in self.menu.groups_of(item)}
            kept = tuple(
                c
                for c in line.choices
                if c.group_id in groups and groups[c.group_id].modifier(c.id) is not None
            )
            self.put(replace(line, item_id=item.id, choices=kept))
        self.speak_of([line_id])
        if count is not None:
            self.set_qty(line_id, count)
        for wish in wishes:
            self.grant(wish)

    def is_gone(self, item: Item, qty: int, wishes: Sequence[Wish]) -> bool:
        """True where the dish is sold out; another is then offered, so many and made alike."""
        if item.id not in self.sold_out:
            return False
        others = tuple(
            i.id
            for i in self.menu.items
            if i.category_id == item.category_id and i.id not in self.sold_out
        )
        self.trouble(TroubleKind.SOLD_OUT, item_id=item.id, item_ids=others)
        self.target, self.open_at = [], None
        if others:
            self.open_point(Open(OpenKind.OFFER, others[:1], min(qty, MAX_QTY), tuple(wishes)))
        return True

    def open_point(self, point: Open) -> None:
        if len(self.heard.opens) < MAX_OPEN:
            self.heard.opens.append(point)
            self.open_at = len(self.heard.opens) - 1
        self.target = []
        self.heard.understood = True

    def trouble(
        self,
        kind: TroubleKind,
        *,
        text: str = "",
        item_id: str = "",
        item_ids: tuple[str, ...] = (),
    ) -> None:
        trouble = Trouble(kind, text, item_id, item_ids)
        if trouble not in self.heard.troubles:
            self.heard.troubles.append(trouble)
        self.heard.understood = True

    def grant(self, wish: Wish) -> None:
        """Writes `wish` on every target line, or keeps it for the dish that is still open."""
        if self.open_at is not None:
            point = self.heard.opens[self.open_at]
            self.heard.opens[self.open_at] = with_(point, wishes=(*point.wishes, wish))
            return
        lines = [line for i in self.able_to(wish) if (line := self.cart.line(i)) is not None]
        if wish.kind is not Kind.NOTE and len(lines) > 1:
            fitting = [
                line for line in lines if self.applicable(wish.readings, self.item(line.item_id))
            ]
            alike = [line for line in lines if self.kind_of(line) == self.kind_of(lines[-1])]
            lines = fitting or (lines[-1:] if wish.readings else alike)
        if not lines and wish.kind is not Kind.NOTE:
            self.early.append(wish)
        self.last_wish = wish if wish.readings else self.last_wish
        for line in lines:
            if self.gone_already(line, wish):
                continue
            changed, trouble = apply_wish(self.menu, self.corrected(line, wish), wish)
            self.put(changed)
            self.wished.append((line.id, wish))
            if trouble is not None and trouble.kind is TroubleKind.TOO_MANY_OPTIONS:
                self.overfull.append((line.id, wish))
                continue
            if trouble is not None and trouble not in self.heard.troubles:
                self.heard.troubles.append(trouble)

    def kind_of(self, line: CartLine) -> str:
        return self.item(line.item_id).category_id

    def gone_already(self, line: CartLine, wish: Wish) -> bool:
        """“I gave up bacon. Leave *the bacon* off”: said twice, and taken out once."""
        before = self.before.line(line.id)
        had = {(c.group_id, c.id) for c in before.choices} if before is not None else set()
        has = {(c.group_id, c.id) for c in line.choices}
        named = {(r.group.id, r.modifier.id) for r in wish.readings if r.coverage == 1}
        return wish.kind is Kind.WITHOUT and bool(named & had) and not named & has

    def corrected(self, line: CartLine, wish: Wish) -> CartLine:
        """“No, herb sauce”: in place of the garlic sauce that was written before."""
        if not self.fix or self.adding or wish.kind is not Kind.WITH:
            return line
        before = self.before.line(line.id)
        named = [r for r in wish.readings if r.coverage == 1]
        widest = max((r.width for r in named), default=0)
        named = [r for r in named if r.width == widest]  # "*plain cream cheese*" is no plain bagel
        meant = {(r.group.id, r.modifier.id) for r in named}
        if any((c.group_id, c.id) in meant for c in line.choices):
            return line
        groups = {r.group.id for r in named if not r.group.removes}
        if before is None and self.just_written():  # "a chocolate shake, no, *strawberry*"
            before = self.unfixed.line(line.id)
            needed = {r.group.id for r in wish.readings if r.group.min > 0}
            groups &= needed
        old = {c for c in before.choices if c.group_id in groups} if before is not None else set()
        gone = {c.group_id for c in old if c not in line.choices}
        old = {c for c in old if c.group_id not in gone}  # what it takes the place of has gone
        return replace(line, choices=tuple(c for c in line.choices if c not in old))

    def able_to(self, wish: Wish) -> list[str]:
        """The target, or where it was ordered before and cannot have this, the last line that can:
        "no ice" after the soup is about the tea."""
        if wish.kind is Kind.NOTE or set(self.target) & set(self.new):
            return self.target
        able = [
            line.id
            for line in self.cart.lines
            if self.applicable(wish.readings, self.item(line.item_id))
        ]
        return self.target if set(self.target) & set(able) or not able else able[-1:]

    def take_open(self, item: Item) -> tuple[int, tuple[Wish, ...]]:
        """The open "a large pizza" that `item` settles, with what was said of it."""
        if self.open_at is None:
            return 1, ()
        point = self.heard.opens.pop(self.open_at)
        self.open_at = None
        return point.qty, point.wishes
