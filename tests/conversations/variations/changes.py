"""Other ways to say a dialogue that mean the same: the order that must come of it does not change.

Each change takes a case and a `Random` and gives the case said otherwise, or None where there is
nothing in it to be said so. What a caller says is looked at only on its surface, as anybody could
change it who knows the order but not the engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from msgspec.structs import replace as change

from agent.language import spoken_number
from agent.suite import Case

__all__ = ["CHANGES", "as_recognised", "changed"]

Turns = tuple[str, ...]
Change = Callable[[Turns, Case, Random], Turns | None]

_FILLERS = ("um,", "uh,", "er,", "so,", "right,", "well,", "okay,", "let's see,", "like,", "yeah,")
_INNER = ("um,", "uh,", "er,", "you know,", "like,", "let me see,", "what was it,")
_BEFORE = (
    "hi,", "hello there,", "good evening,", "hiya,", "hey,", "yes hello,", "hi, how are you?",
    "hello, sorry to bother you,", "hi, is this the restaurant?",
)  # fmt: skip
_AFTER = ("please", "thank you", "cheers", "if that's okay", "if you could", "thanks a lot", "mate")
_ORDERS = re.compile(
    r"^(?P<before>(?:(?:hi|hello|hey|hiya|yeah|yes|ok|okay|so|um|uh|good evening|evening)"
    r"(?: there)?[,.!]? )*)(?:can i (?:get|have)|could i (?:get|have)|i'd like|i would like"
    r"|i'll have|i'll take|i want|let me get|give me|may i have|can we get|we'd like)"
    r"(?: to order| to have| to get)? "
    r"(?=(?:an?|one|two|three|four|five|six|the|some|\d+) )",
    re.IGNORECASE,
)
_OPENERS = (
    "could I get", "I'd love", "can you do me", "I'll go for", "gimme", "we'll have", "let me have",
    "I think I'll have", "would it be possible to get", "I'm after", "could you put me down for",
    "I was hoping to get", "I'd like to order", "can I please have", "lemme get", "I fancy",
    "we're going to need", "I'm looking to get", "do me", "I could go for",
)  # fmt: skip
_AND = re.compile(r",? and (?=(?:an?|one|two|three|four|five|six|\d+|some) (?!more|of\b|with|for))")
_PAUSES = re.compile(
    r"(?<=\band )(?=(?:an?|one|two|three|four|five|some|the|\d+) )"
    r"|(?<=, )(?=(?:and|an?|one|two|three|some|the|no|with|without|please|make) )"
)
_CONNECTORS = (
    " and then ", " plus ", " along with ", " as well as ", " and also ", ", oh and ", ", and ",
    ", then ", " and ", ", also ", " and on top of that ",
)  # fmt: skip
_ASIDES = (
    "No, you can't have that, Billy.",
    "Sorry, that was my son.",
    "Shush, I'm on the phone.",
    "Get down from there!",
    "Sorry, the line is a bit crackly.",
    "Hang on, somebody's at the door.",
    "What's that, love?",
    "Can you turn the telly down?",
    "Leave your sister alone.",
    "Sorry about the noise.",
    "I'm just walking to the car.",
    "Okay, okay, I'm ordering!",
    "Stop that, Max.",
    "We're all starving here.",
)
_SMALL = {"2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "8": "eight"}
_DIGITS = {word: digit for digit, word in _SMALL.items()}
_DONE = re.compile(
    r"(?:no,? )?(?:that's|that is|that'll be|that will be) (?:all|it|everything|the lot)"
    r"(?:,? (?:thanks|thank you|please))?\.?|nothing else(?:,? thanks)?\.?|no,? thank(?:s| you)\.?",
    re.IGNORECASE,
)
_DONES = (
    "that's all", "that's everything thanks", "nope, that's it", "no that's the lot", "I'm good",
    "nothing else thank you", "that'll do me", "that's us done", "no more thanks", "we're good",
    "that's my order", "all done", "that should be everything",
)  # fmt: skip
_YES = re.compile(
    r"(?:yes|yeah|yep|yup|sure|correct|perfect|ok|okay)(?:,? (?:please|thanks|thank you))?[.!]?",
    re.IGNORECASE,
)
_YESES = (
    "yes", "yeah", "yep", "yes please", "that's right", "correct", "sounds good", "perfect",
    "yes that's fine", "sure, go ahead", "uh huh", "yep, all good", "that's the one", "lovely",
)  # fmt: skip
_PICKUP = re.compile(
    r"(?:(?:it's )?for )?(?:pick[- ]?up|picking (?:it )?up|pick it up|collection|collect|to collect"
    r"|collecting|take ?away|take ?out|to go|i'll (?:pick (?:it )?up|collect(?: it)?))"
    r"(?:,? (?:please|thanks))?\.?",
    re.IGNORECASE,
)
_PICKUPS = (
    "pick up", "for collection", "to go", "takeaway", "I'll swing by", "I'll come and get it",
    "I'll be picking it up", "we'll collect", "carry-out", "I'm collecting", "it's a pick-up",
)  # fmt: skip
_NAMED = (
    "it's for {}", "under {}", "{}'s the name", "put it under {}", "name of {}", "my name is {}",
    "this is {}", "the name's {}", "{}", "I'm {}", "it's {}", "name is {}",
)  # fmt: skip
_CLOSING_TURNS = 3  # "that's all", name, pick-up may be said in one breath; the yes may not


def as_recognised(turn: str) -> str:
    """As a recogniser writes it: no capitals, no punctuation, numbers in words."""
    in_words = re.sub(r"\b\d+\b", lambda number: spoken_number(int(number[0])), turn)
    return " ".join(re.sub(r"[^\w\s'’/-]", " ", in_words).lower().split())


def _recognised(turns: Turns, _case: Case, _rng: Random) -> Turns:
    return tuple(as_recognised(turn) for turn in turns)


def _fillers(turns: Turns, _case: Case, rng: Random) -> Turns:
    return tuple(f"{rng.choice(_FILLERS)} {turn}" if _speaks(turn) else turn for turn in turns)


def _inner_fillers(turns: Turns, _case: Case, rng: Random) -> Turns | None:
    """“A margherita, um, and, you know, a coke”: after a comma, or an "and" that goes on."""
    return _everywhere(turns, _PAUSES, lambda _: rng.choice(_INNER) + " ")


def _false_starts(turns: Turns, _case: Case, rng: Random) -> Turns | None:
    """“Can I, can I get a …”: the first words are said twice, as far as they order."""

    def again(match: re.Match[str]) -> str:
        words = match[0].split()
        said = " ".join(words[: rng.randint(1, 2)])
        return f"{said}, {match[0]}"

    opening = (
        r"^(?:can|could|may) (?:i|we) (?:get|have)|^(?:i'd|i'll|we'd|we'll) \w+|^i want|^give me"
    )
    return _everywhere(turns, re.compile(opening, re.IGNORECASE), again)


def _greeted(turns: Turns, _case: Case, rng: Random) -> Turns | None:
    return (f"{rng.choice(_BEFORE)} {turns[0]}", *turns[1:]) if _speaks(turns[0]) else None


def _polite(turns: Turns, _case: Case, rng: Random) -> Turns | None:
    if not _ORDERS.match(turns[0]) or turns[0].rstrip(".!").lower().endswith(("please", "thanks")):
        return None
    return (f"{turns[0].rstrip('.!?')} {rng.choice(_AFTER)}", *turns[1:])


def _opened(turns: Turns, _case: Case, rng: Random) -> Turns | None:
    return _everywhere(turns, _ORDERS, lambda m: f"{m['before']}{rng.choice(_OPENERS)} ")


def _connected(turns: Turns, _case: Case, rng: Random) -> Turns | None:
    return _everywhere(turns, _AND, lambda _: rng.choice(_CONNECTORS))


def _aside(turns: Turns, _case: Case, rng: Random) -> Turns | None:
    """Something to others in the room, behind what is ordered first, as a sentence of its own."""
    if not _ORDERS.match(turns[0]):
        return None
    said = turns[0] if turns[0].endswith((".", "!", "?")) else f"{turns[0]}."
    return (f"{said} {rng.choice(_ASIDES)}", *turns[1:])


def _aside_turn(turns: Turns, _case: Case, rng: Random) -> Turns | None:
    """The same as a turn of its own."""
    if not _ORDERS.match(turns[0]):
        return None
    return (turns[0], rng.choice(_ASIDES), *turns[1:])


def _in_words(turns: Turns, _case: Case, _rng: Random) -> Turns | None:
    return _everywhere(turns, re.compile(r"(?<![\w.:#-])[2-68](?![\w.:-])"), lambda m: _SMALL[m[0]])


def _in_digits(turns: Turns, _case: Case, _rng: Random) -> Turns | None:
    numbers = re.compile(rf"\b(?:{'|'.join(_DIGITS)})\b(?!-)", re.IGNORECASE)
    return _everywhere(turns, numbers, lambda m: _DIGITS[m[0].lower()])


def _couple(turns: Turns, _case: Case, rng: Random) -> Turns | None:
    numbers = re.compile(r"\btwo (?=[a-z]+s\b)(?!of\b)", re.IGNORECASE)
    return _everywhere(turns, numbers, lambda _: rng.choice(("a couple of ", "a pair of ", "2 ")))


def _split(turns: Turns, _case: Case, _rng: Random) -> Turns | None:
    """A turn of two sentences is two turns."""
    for n, turn in enumerate(turns):
        first, dot, rest = turn.partition(". ")
        if dot and _ORDERS.match(first) and len(rest.split()) > 1:
            return (*turns[:n], first, rest, *turns[n + 1 :])
    return None


def _closed(turns: Turns, case: Case, rng: Random) -> Turns | None:
    """“That's all”, pick-up, name and yes in other words."""
    said = []
    for turn in turns:
        for pattern, others in ((_DONE, _DONES), (_YES, _YESES), (_PICKUP, _PICKUPS)):
            if pattern.fullmatch(turn):
                said.append(rng.choice(others))
                break
        else:
            named = turn and turn.rstrip(".") == case.dialogue.expect.name
            said.append(rng.choice(_NAMED).format(turn.rstrip(".")) if named else turn)
    return tuple(said) if tuple(said) != turns else None


def _in_one_breath(turns: Turns, case: Case, rng: Random) -> Turns | None:
    """“That's all”, the name and pick-up in one turn."""
    for n in range(len(turns) - _CLOSING_TURNS):
        closing = turns[n : n + _CLOSING_TURNS]
        name = case.dialogue.expect.name or ""
        if _DONE.fullmatch(closing[0]) and name in closing and _PICKUP.fullmatch(closing[2]):
            form = rng.choice(("{0}. {2}, {1}", "{0}, {1}, {2}", "{0}. {1}. {2}"))
            said = form.format(closing[0].rstrip("."), closing[1], closing[2].rstrip("."))
            return (*turns[:n], said, *turns[n + _CLOSING_TURNS :])
    return None


def _named_first(turns: Turns, case: Case, rng: Random) -> Turns | None:
    """The name is said before anything is ordered, and pick-up with it where it stood alone."""
    name = case.dialogue.expect.name
    alone = [n for n, turn in enumerate(turns) if turn.rstrip(".") == name]
    if not name or len(alone) != 1 or not _ORDERS.match(turns[0]):
        return None
    rest = [turn for n, turn in enumerate(turns) if n != alone[0]]
    form = rng.choice(("hi, it's {} here", "hello, this is {}", "hi, my name's {}", "{} speaking"))
    return (form.format(name), *rest)


def _type_first(turns: Turns, _case: Case, rng: Random) -> Turns | None:
    alone = [n for n, turn in enumerate(turns) if _PICKUP.fullmatch(turn)]
    if len(alone) != 1 or not _ORDERS.match(turns[0]):
        return None
    rest = [turn for n, turn in enumerate(turns) if n != alone[0]]
    first = (
        "I'd like to place an order for pick up",
        "hi, takeaway order please",
        "for collection",
    )
    return (rng.choice(first), *rest)


def _speaks(turn: str) -> bool:
    return bool(re.search(r"\w", turn)) and turn[:1] != "*"


def _everywhere(
    turns: Turns, pattern: re.Pattern[str], said: Callable[[re.Match[str]], str]
) -> Turns | None:
    other = tuple(pattern.sub(said, turn) for turn in turns)
    return other if other != turns else None


CHANGES: dict[str, Change] = {
    "recognised": _recognised,
    "fillers": _fillers,
    "inner fillers": _inner_fillers,
    "false starts": _false_starts,
    "greeted": _greeted,
    "polite": _polite,
    "opener": _opened,
    "connector": _connected,
    "aside": _aside,
    "aside turn": _aside_turn,
    "in words": _in_words,
    "in digits": _in_digits,
    "couple": _couple,
    "split": _split,
    "closing": _closed,
    "one breath": _in_one_breath,
    "name first": _named_first,
    "type first": _type_first,
}


def changed(case: Case, named: Sequence[str], rng: Random) -> Case | None:
    """The case with the changes of these names, one after the other; None where any of them finds
    nothing to say otherwise."""
    turns: Turns | None = case.dialogue.turns
    for name in named:
        turns = CHANGES[name](turns, case, rng) if turns else None
    if not turns:
        return None
    return replace(case, dialogue=change(case.dialogue, turns=turns))
