"""The walk through one utterance, from left to right."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import zip_longest

from msgspec.structs import replace

from agent.hearing.clauses import (
    each_counted,
    groups_first,
    half_of_them,
    likened,
    on_half_alone,
    options_last,
    parts_of_it,
    plain_and_more,
    restarted,
    sizes_first,
    verbs_first,
    without_grudges,
)
from agent.hearing.going_on import GoingOn
from agent.hearing.points import Heard, OpenKind, Situation, Wish
from agent.hearing.reader import BREAKS, STARTS, WISHING
from agent.hearing.swaps import OTHERWISE
from agent.hearing.wishes import PLAIN
from agent.house import missing_of
from agent.language import COMMON, tokens
from agent.lexemes import Kind, Lexeme
from agent.matching import Reading
from agent.small_words import UNCHANGED
from agent.talk_words import is_unsure

__all__ = ["hear"]


def hear(lexemes: Sequence[Lexeme], situation: Situation) -> Heard:
    """The cart after an utterance, and what it leaves open."""
    return Listener(situation).listen(lexemes)


# Beside one of these a yes is none: "ok, wait", "yes, but change …".
_DOUBTFUL = frozenset(
    [Kind.DOUBT, Kind.FIX, Kind.NOT, Kind.MEANT, Kind.ADD, Kind.CHANGE, Kind.REMOVE, Kind.SCRATCH]
)


_BACK = frozenset("no or sorry correction mistake bad oops whoops".split())  # noqa: SIM905
_ONTO = frozenset([Kind.AND, Kind.ALSO, Kind.MORE])
_SORRY_FOR_IT = frozenset(["oh", "no", "sorry"])
_NONE = frozenset(["none", "no", "nothing", "neither", "without"])
# Between one of these and a noun a "no" tells what there is, or was, none of.
_BEFORE_NO_NOUN = frozenset(
    "is are was were be been theres have has had ive weve got of with makes made".split()  # noqa: SIM905
)
_GOING_ON = frozenset(["else", "more", "all", "everything", "wait", "cancel", "order"])


class Listener(GoingOn):
    """Weighs yes and no first, then reads on until every lexeme is used."""

    def listen(self, lexemes: Sequence[Lexeme]) -> Heard:
        lexemes = self.without_declined(self.without_agreed(self.joined_names(lexemes)))
        lexemes = self.without_ordered(lexemes)
        lexemes = self.and_halves(self.in_measures(lexemes))
        lexemes = without_grudges(verbs_first(lexemes))
        lexemes = plain_and_more(restarted(likened(on_half_alone(lexemes))), self.part_of)
        lexemes = groups_first(options_last(each_counted(half_of_them(lexemes)), self.part_of))
        lexemes = parts_of_it(sizes_first(lexemes, self.part_of), self.goes_with_it)
        lexemes = self.without_kept(self.without_plain_words(self.without_just(lexemes)))
        self.lexemes = self.by_eaters(lexemes)
        self.move()
        self.weigh_answers()
        self.said_back(lexemes)
        self.let_go()
        self.leave_lacking()
        self.take_each()
        self.answer_offer()
        self.answer_in_a_word()
        self.keep_only()
        while self.at < len(self.lexemes):
            at = self.at
            self.step()
            if self.at == at:
                self.at += 1
        self.answer_which()
        self.answer_none()
        self.settle_otherwise()
        self.hand_on()
        return self.finish()

    def said_back(self, heard: Sequence[Lexeme]) -> None:
        """“Right, *onion rings*”, “yeah, *the chicken one*”, to what was read back: of what stands,
        said once more with the yes, and nothing more of it. So is "beans and slaw, *that's right*"
        of what was just chosen for a dish."""
        said = [x for x in self.lexemes if x.kind not in BREAKS]
        named = [x for x in said if x.mention is not None]
        ones = [x for x in said if x.kind is Kind.NUMBER and x.start in {o.end for o in named}]
        if not (self.heard.yes and named) or self.heard.no:
            return
        only = all(x in named or x in ones or x.kind is Kind.THE for x in said)
        if self.confirming and only and all(self.stands(x) for x in named):
            self.lexemes = []
            self.heard.understood = True
        agrees = any(x.kind is Kind.YES and x.start >= named[-1].end for x in heard)
        agrees = agrees or self.knows_it(named[0])
        listed = all(x in named or x.kind in (Kind.THE, Kind.AND) for x in said)
        if agrees and listed and not self.adding and self.are_chosen(named):
            self.lexemes = []
            self.heard.understood = True

    def knows_it(self, named: Lexeme) -> bool:
        """“Yeah, *I know*, beans and corn”: what was chosen, owned up to."""
        before = [t.word for t in self.words[: named.start] if not t.stop]
        return before[-2:] == ["i", "know"]

    def are_chosen(self, named: Sequence[Lexeme]) -> bool:
        """True where the dish in hand is made with each of them."""
        line = self.cart.line(self.target[-1]) if self.target else None
        chosen = {(c.group_id, c.id) for c in line.choices} if line is not None else set()
        return all(
            any(r.coverage == 1 and (r.group.id, r.modifier.id) in chosen for r in m.readings)
            for x in named
            if (m := x.mention)
        )

    def settle_otherwise(self) -> None:
        """“Same as last time, *only sweet peppers* on the beefs”: in place of the hot ones."""
        if self.twins:
            self.forget_former([i for i, _ in self.wished if i in self.twins])
        but = self.only or any(t.word in OTHERWISE for t in self.words)
        if but and not self.adding:
            standing = {i for i, _ in self.wished if self.before.line(i) is not None}
            self.forget_former(sorted(standing))

    def without_plain_words(self, lexemes: Sequence[Lexeme]) -> list[Lexeme]:
        """“Just the *regular* turkey sub”, where no way of making it is called so: the plain one of
        its kin, and no part of its name."""
        return [
            x
            for x, after in zip_longest(lexemes, lexemes[1:])
            if x.text.lower() not in PLAIN or not self.plain_before(x, after)
        ]

    def plain_before(self, word: Lexeme, after: Lexeme | None) -> bool:
        named = after.mention if after is not None and after.start == word.end else None
        if named is None:
            return False
        if self.choosing and any(r.coverage == 1 for r in self.usable(named)):
            # "just the *regular* hot", of a dish that comes in no sizes
            return word.mention is None or not self.usable(word.mention)
        if not named.items:  # "a prawn korma, the *ordinary* prawns"
            led = [t.word for t in self.words[: word.start][-1:]] == ["the"]
            return led and after is not None and any(r.coverage == 1 for r in named.readings)
        if not named.whole or len(named.items) != 1:
            return False
        return not (word.mention and self.part_of(word.mention, named))

    def answer_none(self) -> None:
        """“None”, “no, nothing” to "which sauce?", where no sauce is one of them."""
        said = {t.word for t in self.words if not t.stop}
        line = self.cart.line(self.target[-1]) if self.target else None
        group = missing_of(self.menu, line) if self.choosing and line is not None else None
        if group is None or not said & _NONE or not said <= _NONE | COMMON - _GOING_ON:
            return
        none = [m for m in group.modifiers if _NONE & {t.word for t in tokens(m.name)}]
        if len(none) == 1 and not self.heard.understood:
            self.grant(Wish(Kind.WITH, (Reading(group, none[0], 1, False, 1),), none[0].name))
            self.heard.understood = True

    def answer_which(self) -> None:
        """“The half one”: a word of the answer that is no dish's whole name."""
        asked = self.asked
        if asked is None or asked.kind is not OpenKind.WHICH or self.new or self.heard.no:
            return
        if not self.lexemes:
            return  # all of it was a question
        item = self.lexicon.picked(self.words, asked.item_ids)
        if item is not None:
            self.asked = None
            self.heard.understood = True
            self.settle_siblings(item, asked)
            self.write(item, asked.qty, asked.wishes)

    def answer_in_a_word(self) -> None:
        """“The cheese one”, which alone might be another dish than those that were asked about."""
        asked = self.asked
        said = [x for x in self.lexemes if x.kind not in (*BREAKS, Kind.THE, Kind.NUMBER)]
        mention = said[0].mention if len(said) == 1 else None
        if asked is None or asked.kind is not OpenKind.WHICH or mention is None:
            return
        if mention.items and not {i.id for i in mention.items} & set(asked.item_ids):
            self.answer_which()
            if self.asked is None:
                self.lexemes = []

    def step(self) -> None:
        self.as_small_word()
        self.as_count()
        kind = self.kind()
        if self.recap() or self.half_a_dish() or self.other_half() or self.share_of_halves():
            pass
        elif self.opens_halves() or (
            kind is Kind.OTHER and self.halved and self.kind(1) is Kind.HALF
        ):
            self.take()
            self.half()
        elif kind in (Kind.THE, Kind.MENTION) and self.half_becomes():
            pass
        elif kind in (Kind.THE, Kind.MENTION) and self.goes_on_changing():
            self.exchange()
        elif kind in (Kind.THE, Kind.MENTION, Kind.GROUP) and (
            self.rather_than_it() or self.part_then_made()
        ):
            pass
        elif kind in BREAKS:
            self.take()
            self.joined = False
            if kind is Kind.STOP:
                self.lingering, self.wanting, self.each = None, False, 0
                self.eaters = None
        elif kind in STEPS:
            STEPS[kind](self)
        elif kind in STARTS or self.points_at_line():
            self.noun()
        else:
            self.take()

    def opens_halves(self) -> bool:
        """“*One* half pepperoni and the other half …”, “*first* half …”."""
        numbered = self.kind() in (Kind.NUMBER, Kind.ORDINAL, Kind.THE, Kind.ARTICLE)
        if not numbered or self.kind(1) is not Kind.HALF or self.kind(2) is not Kind.MENTION:
            return False
        return any(x.kind is Kind.HALF for x in self.lexemes[self.at + 3 :])

    def weigh_answers(self) -> None:
        """Yes and no, wherever they stand. "No" before a dish's part is "without"."""
        if [t.word for t in self.words if not t.stop] in (["please"], ["k"]):
            self.heard.yes = True
        kept: list[Lexeme] = []
        for n, lexeme in enumerate(self.lexemes):
            if lexeme.kind is Kind.YES:
                if self.heard.doubt and self.resolved(n):
                    self.heard.doubt = False
                if n == 0 or self.lexemes[n - 1].kind is not Kind.NOT:
                    self.heard.yes = True
                    self.surely |= not is_unsure(lexeme.text)
                    if all(x.kind is Kind.WORD for x in kept):
                        kept = []  # "hell yes", "yabba dabba yes"
                else:
                    self.heard.no = True
                continue
            if lexeme.kind is Kind.NO or self.bare_no(n):
                self.heard.no = True
                if n == 0 and not self.offered:  # to an offer: "*no?* Then the yuca instead"
                    self.fix = "strong" if "wrong" in lexeme.text.split() else "weak"
                elif self.bare_no(n) and any(x.kind is Kind.MENTION for x in kept):
                    kept.append(lexeme._replace(kind=Kind.FIX))  # "one coke, no, two"
                continue
            if lexeme.kind in _DOUBTFUL and lexeme.text != "sorry":
                self.heard.doubt = True
            if lexeme.kind in (Kind.DOUBT, Kind.CHATTER):
                self.heard.understood |= lexeme.text in UNCHANGED
                continue
            kept.append(lexeme)
        self.lexemes = kept
        said = [x for x in kept if x.kind not in BREAKS]
        if said and said[0].kind is Kind.FIX and [x.text for x in said[1:2]] == ["and"]:
            said = said[1:]  # "sorry, *and* a coke"; but "wait, *then* a coke" is in its place
        if said and said[0].kind in (Kind.AND, Kind.ALSO):
            self.adding = True  # "yes, *and* a coke"

    def bare_no(self, n: int) -> bool:
        """A "no" that takes nothing away: the answer; and not "you were *no* help at all"."""
        if self.lexemes[n].text not in ("no", "but no"):
            return False
        beside = [self.words[i].word for i in (self.lexemes[n].start - 1,) if i >= 0]
        if beside and beside[0] in _BEFORE_NO_NOUN and self.words[self.lexemes[n].end :][:1]:
            return self.words[self.lexemes[n].end].stop
        after = self.lexemes[n + 1].kind if n + 1 < len(self.lexemes) else None
        return after not in (Kind.MENTION, Kind.WORD, Kind.EXTRA, Kind.MORE, Kind.SOME)

    def of_group(self) -> None:
        """“*For the sides*, rice and beans”: said of the dish that has them, and no dishes."""
        at, group = self.at, self.take()
        ids = {g.id for g in group.groups}
        if [t.word for t in self.words[: group.start][-1:]] == ["same"]:
            self.take_over(ids)
            return
        lines = [o for o in self.cart.lines if ids & set(self.item(o.item_id).modifier_group_ids)]
        if not lines and (called := self.lines_called(group.text)):
            self.speak_of([called[0].id])  # "the *cheese* is large", of a cheese pizza
            self.lingering = Kind.WITH
            self.wishes()
            return
        spoken = [o.id for o in lines if o.id in self.target] or [o.id for o in lines[-1:]]
        while self.kind() in (*BREAKS, Kind.THE, Kind.ARTICLE, Kind.WANT):
            self.take()
        option = self.peek()
        if not spoken and option is not None and option.mention is not None:
            spoken = list(self.target) if self.usable(option.mention) else []
        single = len(spoken) == 1 and self.line(spoken[0]).qty == 1
        counted = single and self.kind() is Kind.NUMBER and self.kind(1) is Kind.MENTION
        if spoken and (self.kind() is Kind.MENTION or counted):
            self.speak_of(spoken)
            self.choosing = True
            given = group._replace(kind=Kind.WITH, text="with")
            self.lexemes = [*self.lexemes[:at], given, *self.lexemes[self.at :]]
            self.at = at
            self.wishes()

    def take_over(self, group_ids: Collection[str]) -> None:
        """“The rib plate, *same sides*”: as the dish before it has them."""
        line = self.cart.line(self.target[-1]) if self.target else None
        others = [o for o in (*self.cart.lines, *self.gone) if line is not None and o.id != line.id]
        able = {g.id for g in self.menu.groups_of(self.item(line.item_id))} if line else set()
        told = [
            same
            for other in others
            if (same := [c for c in other.choices if c.group_id in able & set(group_ids)])
        ]
        if line is not None and told and (line.qty == 1 or len(set(map(tuple, told))) == 1):
            own = [c for c in line.choices if c.group_id not in group_ids]
            self.put(replace(line, choices=(*own, *told[-1])))
            self.heard.understood = True

    def join(self) -> None:
        idle = {*BREAKS, Kind.NOT, Kind.MEANT}  # "king prawn I mean, not the little ones"
        said = [x for x in self.lexemes[: self.at] if x.kind not in idle][-1:]
        part = said[0].mention if said else None
        if self.fix and part is not None and self.goes_with_it(part):
            self.fix = ""  # "a coke, I mean a bottle, *and* two lassis": the coke was put right
        self.take()
        self.joined = True

    def also(self) -> None:
        self.take()
        self.fix, self.setting = "", False
        if self.kind() not in (*BREAKS, Kind.AND) or not self.spoken:
            self.adding = True  # and not "the slaw large as well, and …", which is over

    def want(self) -> None:
        before = self.lexemes[self.at - 1] if self.at else None
        verb = self.take().text
        self.wanting = True
        self.lingering = self.eaters = None
        if before is not None and verb in ("want", "like", "would like"):
            if before.kind is Kind.BOTH and before.text.startswith("both"):
                self.eaters = 2  # "we both want the soup"
            elif before.kind is Kind.NUMBER:
                self.eaters = before.value  # "… and three want cokes"

    def begin_fix(self) -> None:
        lexeme = self.take()
        if self.offered and not self.new and set(lexeme.text.split()) <= _SORRY_FOR_IT:
            return  # "*oh no*. Then two samosas instead", of what has sold out
        if lexeme.text == "sorry" and self.is_for_the_noise():
            return
        back = self.taken_back(lexeme)
        onto = self.peek_past(BREAKS)
        if self.just_written() and (onto is None or onto.kind not in _ONTO):
            self.adding = False  # "*and* a naan. No, three naans": the naan was what was added
        if set(lexeme.text.split()) & _BACK and self.just_written():
            for said in [x for x in self.lexemes[: self.at - 1] if x.kind not in BREAKS][-1:]:
                after = self.peek_past({*BREAKS, *WISHING, Kind.THE, Kind.ARTICLE, Kind.SOME})
                if said.mention is not None and after is not None and self.same_group(after, said):
                    # "with slaw, *no wait*, beans"
                    self.gives_up_chosen(said.mention, said.text)
            self.unsay_extras()
        self.fix = "strong" if back else self.fix or "weak"
        self.unfixed = self.cart
        self.second_thought = self.setting = True
        self.lingering = None
        if self.open_at is not None:  # "do I want soup? No, a …": not asked about any more
            self.heard.opens.pop(self.open_at)
            self.open_at = None
            self.fix = "" if not back else self.fix  # and nothing that stands was wrong

    def is_for_the_noise(self) -> bool:
        """“Milo, don't! *Sorry, my dog.* And a coke”: and of nothing that was ordered."""
        ahead = 0
        while self.kind(ahead) in (Kind.COMMA, Kind.THE):
            ahead += 1
        return self.kind(ahead) is Kind.STOP and self.kind(ahead + 1) is Kind.AND

    def taken_back(self, lexeme: Lexeme) -> bool:
        """“A slaw, *no sorry*, a club”: the dish just named was none, where the next follows at
        once."""
        if self.joined or not self.just_written() or not set(lexeme.text.split()) & _BACK:
            return False
        said = [x for x in self.lexemes[: self.at - 1] if x.kind not in BREAKS]
        named = said[-1].mention if said else None
        if named is None or not self.lines_of(named):
            return False
        after = self.peek_past(BREAKS)
        between = self.words[lexeme.end : after.start] if after is not None else []
        follows = after is not None and after.kind in (Kind.ARTICLE, Kind.SOME, Kind.MENTION)
        return follows and all(t.stop for t in between)

    def should_be(self) -> None:
        """“That *should be* two”."""
        self.take()
        self.fix = "strong"

    def meant(self) -> None:
        self.take()
        if self.joined:
            self.wanting = True  # "he asked for a tuna, *and I asked for* a water"
            return
        if self.kind() in WISHING and self.target and self.gathered:
            self.cart = self.unwished
        self.fix = "strong"
        self.lingering = None

    def just(self) -> None:
        if self.is_just_that():
            return
        text = self.take().text
        self.only = True
        if text.endswith("want") and not self.fix and self.kind() is Kind.THE:
            self.fix = "weak"  # "I only want the soup": of what was ordered


STEPS = {
    Kind.GROUP: Listener.of_group,
    Kind.AND: Listener.join,
    Kind.ALSO: Listener.also,
    Kind.WANT: Listener.want,
    Kind.FIX: Listener.begin_fix,
    Kind.MEANT: Listener.meant,
    Kind.BE: Listener.should_be,
    Kind.JUST: Listener.just,
    Kind.SCRATCH: Listener.scratch,
    Kind.DOUBLE: Listener.double,
    Kind.ADD: Listener.add,
    Kind.MAKE: Listener.make,
    Kind.CHANGE: Listener.change,
    Kind.REMOVE: Listener.remove,
    Kind.INSTEAD: Listener.instead,
    Kind.INSTEAD_OF: Listener.in_place_of,
    Kind.NOT: Listener.not_that,
    Kind.NOTE: Listener.note,
    Kind.HALF: Listener.half,
    Kind.SAME: Listener.same_again,
    Kind.WITH: Listener.wish_step,
    Kind.WITHOUT: Listener.wish_step,
    Kind.EXTRA: Listener.wish_step,
}
