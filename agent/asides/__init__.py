"""What a caller says besides dishes: who, where, when, questions, goodbyes, and mischief.

Everything here works on one line: the folded words of an utterance with a blank between them,
punctuation as words (`hi , id like 2 margheritas . for maria`). What is understood is taken out, so
that the listener to dishes never sees it: an address holds numbers, a name may be a dish.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from agent.asides.address_pieces import (
    hear_piece,
    hear_postcode,
    hear_rather,
    hear_town,
    join_address,
    only_parts,
)
from agent.asides.addresses import (
    DELIVERED_TO,
    NAMED_STREET,
    STREET_ALONE,
    STREET_AND_FLAT,
    STREETLIKE,
    hear_bare_address,
    hear_looks,
    hear_street,
    hear_unnumbered,
    hear_with_flat,
    lacks_number,
)
from agent.asides.allergies import ALLERGY, hear_allergies, hear_allergy_answer
from agent.asides.at_the_door import hear_at_the_door
from agent.asides.bare_names import hear_bare_name, hear_name_apart
from agent.asides.checking_back import hear_checked_back
from agent.asides.company import hear_company
from agent.asides.corrections import (
    hear_address_part,
    hear_street_number,
)
from agent.asides.diets import ASKED_FOR, diets_named, hear_diets, hear_dislikes, without_meat
from agent.asides.endings import hear_dish_again, hear_flags, hear_no_more
from agent.asides.exclamations import hear_exclamations
from agent.asides.facts import hear_facts
from agent.asides.fulfilment import hear_type
from agent.asides.goings_on import hear_goings_on
from agent.asides.line import Line
from agent.asides.measures import hear_measures
from agent.asides.name_alone import hear_name_alone
from agent.asides.named_places import hear_address_again, hear_named_place
from agent.asides.names import hear_name, hear_other_name
from agent.asides.notes import hear_notes
from agent.asides.passing import hear_own_number, hear_passing
from agent.asides.phones import hear_phone
from agent.asides.questions import (
    hear_asked_too,
    hear_looking_back,
    hear_made_so,
    hear_price_too,
    hear_questions,
)
from agent.asides.remarks import hear_remarks, hear_thinking_aloud
from agent.asides.requests import hear_requests
from agent.asides.spelling import hear_answer_spelled, hear_letters, hear_spelled_out
from agent.asides.standing import NOT_A_DISH, hear_status, hear_which_order
from agent.asides.taken_back import hear_let_be, hear_taken_back
from agent.asides.tales import hear_not_so, hear_praise, hear_tales
from agent.asides.times import hear_hour_again, hear_some_time, hear_time
from agent.asides.topics import Asides, Evidence, Question, Told, Topic, Wanted
from agent.asides.unwanted import hear_unwanted
from agent.asides.vocatives import hear_vocatives
from agent.language import Token
from agent.matching import Mention

__all__ = [
    "ALLERGY",
    "ASKED_FOR",
    "NOT_A_DISH",
    "Asides",
    "Evidence",
    "Line",
    "Question",
    "Told",
    "Topic",
    "Wanted",
    "diets_named",
    "lacks_number",
    "listen",
    "only_parts",
    "without_meat",
]


def listen(
    text: str,
    heard: Sequence[Token],
    mentions: Sequence[Mention],
    *,
    want_name: bool,
    want_address: bool,
    delivering: bool = False,
    winding_up: bool = False,
    more_asked: bool = False,
    nameless: bool = False,
    looking_back: bool = False,
    type_due: bool = False,
    called: str = "",
    want_allergy: bool = False,
    allergy_told: bool = False,
    address: str = "",
    told: Told = Told.OTHER,
    hours: Collection[int] = (),
    hour_read: int = 0,
    priced: bool = False,
    wondering: bool = False,
    standing: bool = False,
    changing: bool = False,
    name_due: bool = False,
    type_known: bool = False,
    want_time: bool = False,
    confirming: bool = False,
    want_letters: bool = False,
) -> Asides:
    """The asides in `text`. `want_name` and `want_address`: that is still needed and may come now,
    so a bare "Maria" or "12 Main Street" is one. `delivering`: a street is then the address, even
    where another one was given before. `winding_up`: no more dishes are to come. `more_asked`: it
    answers "anything else?". `nameless`: no more dishes are to come, and no name was given yet.
    `looking_back`: nothing is in the cart, so "cancel it" is about an order that stands.
    `type_due`: pick-up or delivery is to be said now. `called`: the name the order has so far.
    `want_allergy`: it answers "what are you allergic to?"; `allergy_told`: one was told just
    before. `address`: where it is brought, as far as that is known. `told`: what was told last, so
    that a number alone is another of that. `hour_read`: the hour for which the order was just read
    back. `priced`: the price of a dish was told just now; `wondering`: a dish was asked about just
    now, and is offered.
    `standing`: the caller has an order today, and no other one is in the making; `changing`: that
    is being changed. `name_due`: dishes are ordered, and the name is not known, so that a sentence
    may be one; `type_known`: pick-up or delivery was said before. `want_time`: it answers "what
    time?". `confirming`: it answers the read-back, where a tale beside the yes may be a condition
    of it. `want_letters`: it answers "how do you spell that?"."""
    line = Line(text, heard, mentions)
    asides = Asides(called=called)
    line = hear_exclamations(line, asides, want_name=want_name)
    line = hear_vocatives(line, asides)
    if address:
        hear_rather(line, asides, address)
    if changing or not standing:  # else it is about the order that stands, and for the staff
        line = hear_at_the_door(line, asides, delivering=delivering, address=address)
    if looking_back:
        hear_looking_back(line, asides)
    if confirming:
        hear_let_be(line, asides)
    hear_company(line, asides)
    hear_allergies(line, asides)
    if want_allergy or allergy_told:
        hear_allergy_answer(line, asides, asked=want_allergy)
    hear_diets(line, asides)
    hear_requests(line, asides, confirming=confirming)
    hear_dislikes(line, asides)
    hear_dish_again(line, asides)
    hear_thinking_aloud(line, asides)
    hear_facts(line, asides)
    if standing:
        hear_status(line, asides, changing=changing)
    hear_praise(line, asides)
    hear_not_so(line, asides)
    hear_unwanted(line, asides)
    hear_own_number(line, asides)
    if not looking_back:
        hear_checked_back(line, asides)
    hear_questions(line, asides)
    hear_made_so(line, asides, wondering=wondering)
    hear_asked_too(line, asides)
    if standing:
        hear_which_order(line, asides)
    if priced:
        hear_price_too(line, asides)
    hear_notes(line, asides, want_address=want_address)
    before = frozenset(asides.taken)
    hear_time(line, asides, corrects=told is Told.TIME, hours=hours)
    hear_some_time(line, asides, asked=want_time)
    hear_hour_again(line, asides, hour_read)
    hear_postcode(line, asides, known=want_address or delivering)
    if delivering and address and not asides.address:
        hear_piece(line, asides, address)
        hear_town(line, asides, alone=told is Told.ADDRESS and bool(called) and not want_name)
    street = STREETLIKE.search(line.string) or NAMED_STREET.search(line.string)
    if asides.address or (street is None and not DELIVERED_TO.search(line.string)):
        hear_address_part(line, asides, address, told=told is Told.ADDRESS)
    hear_measures(line, asides)
    hear_remarks(line, asides)
    hear_flags(line, asides)
    hear_phone(line, asides)
    if want_letters:
        hear_answer_spelled(line, asides)
    place_due = want_address or (delivering and (not address or lacks_number(address)))
    if place_due and not asides.address:
        hear_named_place(line, asides, address, due=want_address)
    hear_other_name(line, asides, called)
    if not asides.name:
        hear_name(line, asides, want_name=want_name)
    hear_letters(line, asides)
    if asides.name and not asides.evidence:
        asides.evidence = Evidence.TOLD
    ending = winding_up or asides.done or bool(asides.name)
    street_due = want_name or (ending and not want_address)
    street_due = street_due or STREET_ALONE.match(line.string) is not None
    hear_type(line, asides, street_due=street_due, type_due=type_due)
    if want_address and not asides.address and lacks_number(address):
        hear_street_number(line, asides, address)
    if delivering and not want_address and not asides.address:
        hear_street(line, asides)
    street = STREETLIKE.search(line.string) or STREET_AND_FLAT.match(line.string)
    if want_address and not asides.address and (not want_name or street):
        hear_bare_address(line, asides)
    if (want_address or delivering) and not (asides.address or address):
        hear_with_flat(line, asides)
    if (want_address or delivering) and not (asides.address or address):
        hear_unnumbered(line, asides)
    if address and not asides.address:
        hear_address_again(line, asides, address)
    if asides.address:
        hear_looks(line, asides)
    else:
        hear_address_part(line, asides, address, told=False)  # "Haper you road, *unit 12*"
    hear_taken_back(line, asides, asides.taken - before)
    if want_name and not asides.name:
        hear_bare_name(line, asides)
    elif not asides.name and (asides.type or asides.done or asides.address or nameless):
        hear_name_apart(line, asides, first=0 if winding_up or more_asked else 1)
    if not asides.name and not asides.questions:
        hear_name_alone(line, asides, due=name_due, winding_up=type_known)
    if (asides.name or asides.called) and not asides.spelled:
        hear_spelled_out(line, asides)
    hear_passing(line, asides)
    hear_tales(line, asides)
    if not confirming:
        hear_goings_on(line, asides)
    if more_asked and not asides.done:
        hear_no_more(line, asides)
    join_address(asides, address, delivering=delivering or want_address)
    return asides
