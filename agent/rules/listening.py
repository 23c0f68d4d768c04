"""An utterance, listened to for what the talk waits for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from agent.asides import ALLERGY, Evidence, listen
from agent.dialects import in_english
from agent.foods import forbidden_by
from agent.intent import only_talked_about
from agent.language import Token, stem, tokens
from agent.lexemes import is_yes
from agent.matching import NEGATIONS, Mention
from agent.righting import Righted, as_it, put_right
from agent.rules.changes import HOW_MANY
from agent.rules.echo import numbers_echoed
from agent.rules.notes_off import StruckNotes, strike_notes
from agent.rules.talk import MESSAGE_ASKS, Ask, Said, Scene
from domain.business import zone_of
from domain.clock import from_iso
from domain.order import OrderType

__all__ = ["heard_by_rules", "listened"]

# What is said to these may be a dish or a part of one that the menu does not have: no name.
_ABOUT_A_DISH = frozenset([Ask.OPTION, Ask.OPEN, Ask.ALLERGY, Ask.AGAIN])
_PEOPLE = frozenset("kid kids child children adult adults toddler toddlers grandkids".split())  # noqa: SIM905
_SORRY = frozenset(["sorry", "wait", "actually", "oops"])
MANY_MORE = 3  # times as many of a dish as were read back: then it is hardly a number of it


def listened(scene: Scene, text: str) -> Said:
    """`text` listened to for what the talk waits for, but for what is only talked about."""
    said = heard_by_rules(scene, text)
    if scene.talk.ask not in MESSAGE_ASKS:
        asides, asked = said.asides, scene.talk.ask.name.lower()
        asides.taken |= only_talked_about(said.spoken, said.mentions, asides.taken, asked)
    return said


def heard_by_rules(scene: Scene, text: str) -> Said:
    """What the rules alone understand of `text`: from that, what is only talked about is learnt."""
    heard = tokens(text)
    ask, cart = scene.talk.ask, scene.cart
    mentions = scene.house.lexicon.mentions(heard)
    if ask not in (Ask.OPTION, Ask.OPEN):
        mentions = [m for m in mentions if not _only_agrees(m, heard)]
        mentions = [m for m in mentions if not _only_people(m, heard)]
    spoken = in_english(heard, mentions)
    struck = StruckNotes(cart)
    if ask not in MESSAGE_ASKS:
        last, menu = scene.talk.focus.last, scene.house.menu
        struck = strike_notes(text, cart, spoken, mentions, menu, last=last)
    spoken, mentions = _without(struck.taken, spoken, mentions)
    righted = _righted(replace(scene, cart=struck.cart), spoken, mentions)
    if righted.taken:  # which is done: no dish, no name and no question is in it
        said = {n for n in range(min(righted.taken)) if spoken[n].word in _SORRY}  # of that
        spoken, mentions = _without(righted.taken | said, spoken, mentions)
    if righted.pointed is not None:
        spoken, mentions = as_it(righted.pointed, spoken, mentions)
    righted = replace(
        righted, taken=righted.taken | struck.taken, unnoted=struck.notes, no_note=struck.none
    )
    # Who is asked to spell their name may say it once more.
    named = bool(cart.customer.name) and ask is not Ask.SPELLING
    # The caller may give the address before it is asked for.
    to_deliver = cart.type is OrderType.DELIVERY and not cart.customer.address
    asides = listen(
        text,
        spoken,
        mentions,
        want_name=ask in (Ask.NAME, Ask.MESSAGE_NAME),
        want_address=ask in (Ask.ADDRESS, Ask.SAME_ADDRESS) or (ask is Ask.NAME and to_deliver),
        delivering=cart.type is OrderType.DELIVERY or _as_last_time(scene),
        winding_up=scene.talk.done,
        more_asked=ask is Ask.MORE and not righted.taken,
        type_due=ask is Ask.TYPE or (ask is Ask.NAME and cart.type is None),
        address=cart.customer.address if cart.type is OrderType.DELIVERY else "",
        told=scene.talk.told,
        hours=_hours_near(scene) if ask is Ask.CONFIRM else (),
        hour_read=_hour_read(scene) if ask is Ask.CONFIRM else 0,
        nameless=scene.talk.done and not cart.customer.name,
        called=cart.customer.name,
        want_allergy=ask is Ask.ALLERGY,
        want_time=ask is Ask.TIME,
        confirming=ask is Ask.CONFIRM,
        want_letters=ask is Ask.SPELLING,
        allergy_told=ALLERGY in scene.talk.said,
        priced=scene.talk.priced,
        wondering=ask is Ask.OPEN and any(o.wondered for o in scene.talk.opens[:1]),
        name_due=not named
        and ask not in _ABOUT_A_DISH
        and bool(cart.lines or any(m.items and m.whole for m in mentions)),
        type_known=cart.type is not None,
        looking_back=bool(scene.talk.today) or not cart.lines or ask in MESSAGE_ASKS,
        standing=scene.stands and ask not in MESSAGE_ASKS,
        changing=bool(scene.talk.today),
    )
    asides.taken |= numbers_echoed(spoken, "" if ask is Ask.OPEN else scene.talk.said)
    if ask is Ask.CONFIRM:
        asides.taken |= _allergens_named(mentions, spoken, cart.note)
    known = scene.talk.evidence if named else Evidence.NONE
    sure = asides.type is not None or known is Evidence.TOLD  # "Pickup. Gary."
    if asides.evidence < known or (asides.evidence is known and not sure):
        asides.name = ""  # "That's all, diolch" is no name beside "it's for Catrin"
    return Said(text, spoken, mentions, asides, righted)


def _without(
    done: Collection[int], spoken: Sequence[Token], mentions: Sequence[Mention]
) -> tuple[list[Token], list[Mention]]:
    """What was said with commas for what is done already."""
    left = [m for m in mentions if not any(n in done for n in range(m.start, m.end))]
    return [Token(",", *t[1:]) if n in done else t for n, t in enumerate(spoken)], left


def _righted(scene: Scene, spoken: Sequence[Token], mentions: Sequence[Mention]) -> Righted:
    """The order as `spoken` puts it right; a message for the staff changes none."""
    if scene.talk.ask in MESSAGE_ASKS:
        return Righted(scene.cart)
    return put_right(
        scene.house,
        scene.cart,
        spoken,
        mentions,
        last=scene.talk.focus.last,
        confirming=scene.talk.ask in (Ask.CONFIRM, Ask.CHANGE),
        counting=HOW_MANY in scene.talk.said,
        former=scene.talk.former,
    )


def _only_agrees(mention: Mention, heard: Sequence[Token]) -> bool:
    """“*Sweet.* I'll have …”: a sentence that agrees, and no dish with that word in its name."""
    words = [t.word for t in heard]
    alone = mention.start == 0 and words[mention.end : mention.end + 1] == ["."]
    goes_on = len(words) > mention.end + 1
    exact = mention.items and mention.whole and not mention.unsaid
    return alone and goes_on and not exact and is_yes(words[0])


def _allergens_named(mentions: Sequence[Mention], spoken: Sequence[Token], note: str) -> set[int]:
    """“Yes, and do be careful with the *sesame*”: what somebody is allergic to is talked about at
    the read-back, and nothing of the order is to be made with it."""
    foods = forbidden_by(note)
    return {
        n
        for m in mentions
        if not m.items and spoken[m.start - 1].word not in NEGATIONS
        if foods >= {stem(t.word) for t in spoken[m.start : m.end]}
        for n in range(m.start, m.end)
    }


def _only_people(mention: Mention, heard: Sequence[Token]) -> bool:
    """“I've got four *kids* in the car”: who is there, and no dish that is made for them."""
    said = {t.word for t in heard[mention.start : mention.end]}
    return bool(mention.items) and said <= _PEOPLE


def _hours_near(scene: Scene) -> Sequence[int]:
    """The hours that a number alone may mean, to a read-back that ends in a time: near to that, and
    many more than there are of any dish. “Two calzones …, ready at 19:00.” “*Make it eight*”."""
    hour = _hour_read(scene)
    if not hour:
        return ()
    most = max((line.qty for line in scene.cart.lines), default=0)
    near = {(hour + off - 1) % 12 + 1 for off in (-2, -1, 0, 1, 2)}
    return tuple(hour for hour in near if hour >= most * MANY_MORE)


def _hour_read(scene: Scene) -> int:
    """The hour, from 1 to 12, for which the order is read back; 0 where that tells none."""
    opened = scene.guest.today(scene.talk.today)
    if scene.cart.promised_at == (opened.promised_at if opened is not None else ""):
        return 0
    promised = from_iso(scene.cart.promised_at).astimezone(zone_of(scene.house.business))
    return (promised.hour - 1) % 12 + 1


def _as_last_time(scene: Scene) -> bool:
    """True where "the usual" would be brought: a street is then where it goes this time."""
    last = scene.guest.last
    new = scene.cart.type is None and not scene.cart.lines
    return new and last is not None and last.type is OrderType.DELIVERY
