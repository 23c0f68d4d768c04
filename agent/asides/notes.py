"""What the kitchen or the driver should know: cutlery, the doorbell."""

from __future__ import annotations

import re

from agent.asides.line import Line
from agent.asides.topics import Asides

__all__ = ["hear_notes"]

_PLEASE_ADD = "Please add: "
# "*Paper plates* and napkins": what one eats off, and no dish of that name.
_THROWAWAY = r"(?:paper|plastic|disposable|wooden|cardboard|styrofoam)"
_WARE = (
    rf"(?:extra )?(?:{_THROWAWAY} (?:plates|cups|bowls|forks|knives|spoons|bags?|cutlery|straws?)"
    r"|napkins?|serviettes?|cutlery|utensils?|silverware|chopsticks|plates|straws?|forks?|spoons?"
    r"|knives)"
)
_IN_THE_BAG = rf"{_WARE}(?:(?: and| or| ,)+ {_WARE})*"
# "*No* cutlery", "we don't need any chopsticks", "napkins aren't needed".
_REFUSED = re.compile(
    r"\b(?:no|without|skip|hold|omit|minus|never mind|(?<!dont )(?<!not )forget|leave (?:out|off)"
    r"|leave(?= the)|take (?:off|out|away)|taken|removed?|drop|lose|still (?:got|has|have|says)"
    r"|(?:dont|do not|doesnt|didnt|wont) (?:want|need|include|put in|add|send|give (?:us|me)"
    r"|require|ask for|order))(?: (?:any|the|that|more|those))*"
    rf" (?P<what>{_IN_THE_BAG})"
    r"(?: (?:on (?:it|there)|needed|necessary|required|either|off|out|please))*(?= |$)"
    rf"|\b(?P<left>{_IN_THE_BAG}) (?:(?:is|are) )?(?:not|isnt|arent)"
    r" (?:needed|necessary|required|wanted)\b"
)
_NOTES = tuple(
    (re.compile(pattern), prefix)
    for pattern, prefix in (
        (
            r"\b(?:can i (?:get|have)|could i (?:get|have)|with|some|extra|add|and"
            rf"|please)?(?: some| extra| a few)? ?(?P<what>{_IN_THE_BAG}"
            r"|(?:a |an |the )(?:receipt|invoice)(?! for \d))\b",
            _PLEASE_ADD,
        ),
        (
            r"\b(?P<what>(?:please )?(?:dont|do not) (?:ring|buzz|knock)"
            r"(?: (?:at )?(?:the )?(?:door ?)?bell)?|(?:please )?(?:ring|buzz)"
            r" (?:(?:at )?(?:the )?(?:door ?)?bell|once|twice|\d times|at \w+)(?: twice)?"
            r"|(?:please )?(?:ring|buzz|press|push|use|try)(?: (?:at|for|the|on|number|\w+)){1,3}?"
            r" (?:(?:door ?)?bell|buzzer|intercom|entrance|door)"
            r"|(?:the )?(?:gate|door|entry|entrance|buzzer) code (?:is )?(?:\w ?){1,6}?"
            r"(?= [.,?]|$| and| please| thanks)"
            r"|(?:the )?buzzer (?:is |number |number is )?\d+"
            r"|(?:call|text|phone|ring) me (?:when|once|as soon as|if)(?: \w+){1,5}?"
            r"(?= [.,?]|$| and)"
            r"|its the (?:\w+ ){0,2}(?:door|gate|entrance|house|building|driveway)"
            r"(?: (?:round|around|at|on|in|by|opposite|with) the \w+(?: \w+)?)?"
            r"|leave (?:it|them) (?:at|by|on|in front of|with|outside|behind|in)"
            r" (?:(?:the|my|our) )?(?:\w+ )?(?:door|doorstep|porch|desk|reception|gate|lobby"
            r"|hallway|neighbou?rs?|concierge|doorman|step|garage|mailbox|counter|table|wall)"
            r"|tell (?:the |your )?(?:driver|courier|rider)(?: to| that)? [^.,?]+?(?= [.,?]|$)"
            r"|(?:mind|beware of|watch out for) the dogs?"
            r"|knock(?: on the door| when)?(?= [.,?]|$| please| and| thanks))\b",
            "",
        ),
    )
)


def hear_notes(line: Line, asides: Asides, *, want_address: bool) -> None:
    """What is written on the order, in the caller's own words after a word or two of ours. Where
    the address is due, “it's the Old Coach House” is one."""
    for match in _REFUSED.finditer(line.string):
        span, group = line.tokens_of(*match.span()), "what" if match["what"] else "left"
        if not (asides.taken & set(span) or _names_a_dish(line, span)):
            asides.taken |= set(span)
            asides.notes.append(f"No {line.raw(line.tokens_of(*match.span(group)))}")
    for pattern, prefix in _NOTES:
        for match in pattern.finditer(line.string):
            span = line.tokens_of(*match.span())
            dishes = prefix == _PLEASE_ADD and _names_a_dish(line, span)
            portions = line.string[match.end() :].startswith(" of ")  # "two *plates of* pierogi"
            house = want_address and match["what"].startswith("its ") and _in_capitals(line, span)
            if asides.taken & set(span) or dishes or portions or _inside_name(line, span) or house:
                continue
            asides.taken |= set(span)
            asides.notes.append(prefix + line.raw(line.tokens_of(*match.span("what"))))


def _names_a_dish(line: Line, span: range) -> bool:
    """“Plates”, where dishes are called so; but not the "*paper* plates"."""
    named = [m for m in line.mentioned(span) if m.items]
    thrown_away = any(re.fullmatch(_THROWAWAY, line.heard[n].word) for n in span)
    return any(
        not thrown_away or (m.whole and not m.generic and m.end - m.start > 1) for m in named
    )


def _in_capitals(line: Line, span: range) -> bool:
    return line.cased and line.capital(range(span[-1], span[-1] + 1))


def _inside_name(line: Line, span: range) -> bool:
    """“Gyros plates” asks for no plates, nor does “combo plates” of what comes as a combo plate."""
    around = [m for m in line.mentions if m.start < span[0] < m.end]
    return any(m.items or any(r.coverage == 1 for r in m.readings) for m in around)
