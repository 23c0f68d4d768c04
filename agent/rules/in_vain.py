"""What is asked in vain: it is dropped after a while, and said so."""

from __future__ import annotations

from dataclasses import replace as with_

from agent.asides import Asides, Question, Topic
from agent.hearing import Heard, OpenKind
from agent.house import missing_of
from agent.rules.later import Later
from agent.rules.left_to_us import chosen_for, leaves_it_to_us
from agent.rules.talk import MAX_OPEN_ASKED, MAX_OPTION_VAIN, Ask
from agent.wording import item_name
from domain.menu import Item

__all__ = ["InVain"]

# What is asked of a dish that was just offered, without its name.
_OF_A_DISH = frozenset(
    [
        Topic.PRICE,
        Topic.TOTAL,
        Topic.CONTENTS,
        Topic.ABOUT,
        Topic.OPTIONS,
        Topic.SIZE,
        Topic.SPICE,
        Topic.PREPARED,
        Topic.AGAIN,
    ]
)
# Points that may come of words that meant no dish: "only the coffee", "my other half".
_MAY_BE_NOTHING = frozenset([OpenKind.OFFER, OpenKind.WHICH])


class InVain(Later):
    """A turn that may leave open what it was asked."""

    def _left_to_us(self, heard: Heard) -> None:
        """“I don't mind”: a dish's option is then the most usual one."""
        line = self.cart.line(self.talk.option_line)
        group = missing_of(self.house.menu, line) if line is not None else None
        if self.talk.ask is not Ask.OPTION or line is None or group is None:
            return
        if heard.cart == self.cart and leaves_it_to_us(self.spoken):
            heard.cart = heard.cart.put(chosen_for(line, group))
            heard.troubles.clear()

    def _count_asked(self, asides: Asides, heard: Heard) -> None:
        """A point asked in vain twice is dropped, and one that may be no dish at all as soon as the
        caller goes on with something else: the read-back tells what is left. What was only offered
        is not offered again to a caller who talks past it."""
        if not heard.opens or self.talk.opens != tuple(heard.opens):
            return
        if self.before_opens[:1] and self.before_opens[0].kind is OpenKind.MANY:
            # Asked once, of all such quantities: the read-back says them once more.
            left = tuple(o for o in heard.opens if o not in self.before_opens)
            self.talk = with_(self.talk, opens=left)
            return
        first = with_(heard.opens[0], asked=heard.opens[0].asked + 1)
        rest = tuple(heard.opens[1:])
        gone_on = bool(self.talk.done or asides.name or asides.type)
        if first.kind is OpenKind.OFFER:
            kept = asides.waits or any(
                _goes_back(q, self.house.item(first.item_ids[0])) for q in asides.questions
            )
            gone_on = gone_on or not kept
        if first.asked >= MAX_OPEN_ASKED or (gone_on and first.kind in _MAY_BE_NOTHING):
            self.talk = with_(self.talk, opens=rest)
        else:
            self.talk = with_(self.talk, opens=(first, *rest))

    def _count_option(self, asides: Asides, heard: Heard) -> None:
        """Who twice goes on with something else, when asked how a dish is to be, has hardly meant
        that dish: "no, the normal *garlic dip* is fine". It is left out, in words."""
        line = self.cart.line(self.talk.option_line)
        if line is None or line != self.before.line(line.id):
            self.talk = with_(self.talk, option_vain=0)
            return
        customer, before = self.cart.customer, self.before.customer
        told = customer != before or self.cart.type != self.before.type or asides.wanted is not None
        if told or asides.questions or not (asides.done or heard.yes or heard.no):
            return  # "for Maria, pick-up": of use, and the question is put once more
        self.talk = with_(self.talk, option_vain=self.talk.option_vain + 1)
        if self.talk.option_vain >= MAX_OPTION_VAIN and len(self.cart.lines) > 1:
            self.cart = self.cart.without(line.id)
            self.talk = with_(self.talk, option_vain=0)
            self.left_out = line.id
            name = item_name(self.house.item(line.item_id))
            self.parts.append(f"I'll leave out the {name}; say it again if you'd like it.")


def _goes_back(question: Question, offered: Item) -> bool:
    """“How much is *that*?”, “is it spicy?”: about what is offered, and no other dish."""
    groups = {r.group.id for m in question.mentions for r in m.readings}
    about = offered in (i for m in question.mentions for i in m.items)
    about = about or bool(groups & {*offered.modifier_group_ids})
    return question.topic in _OF_A_DISH and (about or not question.mentions)
