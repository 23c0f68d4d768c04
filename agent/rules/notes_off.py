"""Notes that are taken off again: "take that note off", "the note says don't cook it, remove it",
"the sauce isn't on the side".

It is read before anything is put right, so that no dish comes off for its note. What is noted of
somebody's health stands: that is taken back in other words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from agent.asides import Line
from agent.cart import Cart
from agent.language import Token, tokens
from agent.matching import Mention
from agent.rules.order_note import allergies_in
from agent.standing import joined_note, note_parts
from domain.menu import Menu
from domain.ordering import Choice

__all__ = ["StruckNotes", "strike_notes"]

_OFF = (
    r"\b(?:take|get|remove|delete|scratch|drop|lose|strike|cancel|cross|forget|scrap|erase|ditch|skip"
    r"|never mind|no need for|(?:dont|do not) (?:want|need|worry|bother)"
    r"|(?:shouldnt|should not) (?:be|say|have)|(?:dont|doesnt|do not|does not) (?:need|have) to be)"
    r"(?: rid of| off| out| away| about| with)?"
)
_NOT_TO = r"\b(?:dont|do not)"  # "*don't* cut it in half", of what is to be cut so
_ITS = r"(?: (?:that|the|this|those|my|an?|any|all))?"
_GONE = r"(?: (?:off|out|away|note))*"
_NOTE_OFF = re.compile(
    rf"{_OFF}{_ITS}(?: \w+){{0,2}}? (?:notes?|instructions?|comment){_GONE}"
    r"(?: (?:on|from|for|about)(?: the| my| it| there)?)?(?= |$)"
)
_IT_OFF = re.compile(
    r"\b(?:(?:take|get) (?:it|that) (?:off|out|away)|(?:remove|delete|scratch|erase) (?:it|that))\b"
)
_OF_HEALTH = re.compile(r"\b(?:allerg|intoleran)")
_NOT_ASIDE = re.compile(
    r"\b(?:(?:the|my|that|no|but) )*(?P<what>\w+) (?:(?:is|was|should) not|isnt|wasnt|shouldnt|not)"
    r"(?: be)?(?: (?:supposed|meant) to be)? on the side\b"
    r"|\b(?:i )?(?:dont|do not|didnt|did not) (?:want|need|ask for|say|order)"
    r" (?:(?:the|any|my|that) )?(?P<it>\w+) on the side\b"
)
_SAYS = re.compile(r"[^.?]*\bnotes?\b[^.?]*\bsays?\b[^.?]*")
_ADDED = re.compile(r"^please add (?:(?:extra|some|more|a few) )?")  # "Please add: extra napkins"


@dataclass(frozen=True)
class StruckNotes:
    """The cart without those notes, the tokens that said so, and the notes as they were; `none`
    where the order has no such note."""

    cart: Cart
    taken: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()
    none: bool = False


@dataclass(frozen=True)
class _Part:
    """One note of a line, or of the order where there is no `line_id`."""

    line_id: str
    text: str

    @property
    def words(self) -> str:
        said = " ".join(t.word for t in tokens(self.text) if not t.stop)
        return _ADDED.sub("", said)


def strike_notes(
    text: str,
    cart: Cart,
    spoken: Sequence[Token],
    mentions: Sequence[Mention],
    menu: Menu,
    *,
    last: str,
) -> StruckNotes:
    """`cart` without the notes that `text` takes off. `last`: the line spoken of last."""
    line, parts = Line(text, spoken, mentions), _parts(cart)
    if allergies_in(cart.note) and (not parts or _OF_HEALTH.search(line.string)):
        return StruckNotes(cart)
    told, taken = _told(line, parts)
    struck: list[_Part] = []
    for said in _NOT_ASIDE.finditer(line.string):
        aside = {said["what"] or said["it"], "side"}
        plain = _without_aside(cart, menu, aside)
        found = [part for part in parts if aside <= {*part.words.split()}]
        cart, struck = plain, [*struck, *found]
        taken |= set(line.tokens_of(*said.span()))
    for part in parts:
        words = r"(?: (?:it|them|that|the))? ".join(map(re.escape, part.words.split()))
        verb = rf"(?:{_OFF}{_ITS}|{_NOT_TO})" if part.line_id else rf"{_OFF}{_ITS}"
        off = re.search(rf"{verb} {words}{_GONE}(?= |$)", line.string)
        if off is not None:
            struck.append(part)
            taken |= set(line.tokens_of(*off.span()))
    off = _NOTE_OFF.search(line.string) or (_IT_OFF.search(line.string) if told else None)
    if off is not None and not struck:
        span = line.tokens_of(*off.span())
        of = next((m for m in mentions if m.start == span[-1] + 1 and m.items), None)
        if told or _SAYS.search(line.string) is None:
            struck += told or _pointed_at(cart, parts, mentions, last)
        taken |= {*span, *(range(of.start, of.end) if of is not None else ())}
    if not struck:
        none = bool(taken) and off is not None
        return StruckNotes(cart, frozenset(taken), none=none)
    return StruckNotes(_without(cart, struck), frozenset(taken), tuple(p.text for p in struck))


def _without_aside(cart: Cart, menu: Menu, aside: set[str]) -> Cart:
    """`cart` without what was chosen to lie on the side, where the menu has an option for it."""

    def lies_aside(choice: Choice) -> bool:
        group = menu.group(choice.group_id)
        modifier = group.modifier(choice.id) if group is not None else None
        return modifier is not None and aside <= {t.word for t in tokens(modifier.name)}

    lines = [
        replace(o, choices=tuple(c for c in o.choices if not lies_aside(c))) for o in cart.lines
    ]
    return replace(cart, lines=tuple(lines))


def _told(line: Line, parts: Sequence[_Part]) -> tuple[list[_Part], set[int]]:
    """The notes that “the note on the lo mein *says don't cook it*” speaks of, and its tokens."""
    told: list[_Part] = []
    taken: set[int] = set()
    for says in _SAYS.finditer(line.string):
        found = [p for p in parts if f" {p.words} " in f" {says[0].strip()} "]
        told += found
        taken |= set(line.tokens_of(*says.span())) if found else set()
    return told, taken if _NOTE_OFF.search(line.string) or _IT_OFF.search(line.string) else set()


def _parts(cart: Cart) -> list[_Part]:
    of_lines = [_Part(o.id, text) for o in cart.lines if o.note for text in o.note.split(", ")]
    health = allergies_in(cart.note)
    return [*of_lines, *(_Part("", p) for p in note_parts(cart.note) if p not in health)]


def _pointed_at(
    cart: Cart, parts: Sequence[_Part], mentions: Sequence[Mention], last: str
) -> list[_Part]:
    """The note that is meant where its words are not said: the last one of the dish that is named,
    of the dish spoken of last, of the order, or of any dish."""
    named = {i.id for m in mentions for i in m.items}
    lines = [o.id for o in cart.lines]
    for group in ([o.id for o in cart.lines if o.item_id in named], [last], [""], lines):
        if found := [part for part in parts if part.line_id in group]:
            return found[-1:]
    return []


def _without(cart: Cart, struck: Collection[_Part]) -> Cart:
    kept = [part for part in _parts(cart) if part not in struck]
    lines = tuple(
        replace(o, note=", ".join(p.text for p in kept if p.line_id == o.id)) for o in cart.lines
    )
    texts = {p.text for p in kept if not p.line_id} | {*allergies_in(cart.note)}
    note = joined_note(p for p in note_parts(cart.note) if p in texts)
    return replace(cart, lines=lines, note=note)
