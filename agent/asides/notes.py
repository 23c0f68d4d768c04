"""What the kitchen or the driver should know: allergies, cutlery, the doorbell."""

from __future__ import annotations

import re

from agent.asides.line import Line
from agent.asides.topics import Asides

__all__ = ["hear_notes"]

_UNTIL = (
    r"(?= [.,?]| so | (?:and )?(?:can|could|i|id|ill|please)\b| please| thanks| but "
    r"| (?:and )?(?:\d+|an?|some) | (?:he|she|hes|shes|im|theyre|its)\b|$)"
)
_PLEASE_ADD = "Please add: "
_NOTES = tuple(
    (re.compile(pattern), prefix)
    for pattern, prefix in (
        (
            rf"\b(?:i|we|she|he|they|(?:my|our) \w+)"
            rf" (?:cant|cannot|can not|(?:dont|doesnt|do not|does not)(?= (?:ever )?eat))"
            r" (?:ever )?(?:eat|have|tolerate|handle|stand)"
            rf" (?P<what>(?!(?:the stuff|it|that|them)\b).+?){_UNTIL}",
            "Can't eat: ",
        ),
        (
            rf"\b(?:\w+ )?(?:is |am |are |im |shes |hes "
            rf"|were )?(?:\w+ )?allergic to (?P<what>.+?){_UNTIL}",
            "Allergy: ",
        ),
        (
            r"\b(?:there is |theres |i have |we have |has |have |with |got )+(?:an? "
            r"|the )?(?P<what>(?:\w+ ){1,3}?)(?:allergy|allergies"
            r"|intolerance)\b",
            "Allergy: ",
        ),
        (r"\b(?P<what>\w+) (?:allergy|allergies|intolerance)\b", "Allergy: "),
        (r"\b(?P<what>(?:im|i am|were|we are|shes|hes) (?:very |really )?allergic)\b", "Allergy: "),
        (
            r"\b(?P<what>(?:im|i am|were|we are|shes|hes|theyre|(?:my|our) \w+ is) (?:a |all )?"
            r"(?:strict(?:ly)? )?(?:vegan|vegetarian|pescatarian|pregnant|diabetic)s?)\b",
            "",
        ),
        (r"\b(?P<what>\w+ intolerant|co?eliac|lactose intolerant)\b", "Allergy: "),
        (
            r"\b(?:can i (?:get|have)|could i (?:get|have)|with|some|extra|add|and"
            r"|please)?(?: some| extra| a few)? ?(?P<what>(?:extra )?(?:napkins?|cutlery"
            r"|chopsticks|plates|straws?|forks)(?: and (?:napkins?|cutlery|chopsticks|plates"
            r"|straws?|forks))*)\b",
            _PLEASE_ADD,
        ),
        (
            r"\b(?P<what>(?:please )?(?:dont ring|do not ring|ring) (?:the )?(?:door)?bell"
            r"|leave (?:it|them) (?:at|by|on|in front of) the (?:front )?(?:door|porch|desk"
            r"|reception)|knock(?: on the door| when)?(?= [.,?]|$| please| and| thanks))\b",
            "",
        ),
    )
)


def hear_notes(line: Line, asides: Asides) -> None:
    """What is written on the order, in the caller's own words after a word or two of ours."""
    for pattern, prefix in _NOTES:
        for match in pattern.finditer(line.string):
            span = line.tokens_of(*match.span())
            dishes = prefix == _PLEASE_ADD and any(m.items for m in line.mentioned(span))
            if asides.taken & set(span) or dishes or _inside_dish(line, span):
                continue
            asides.taken |= set(span)
            asides.notes.append(prefix + line.raw(line.tokens_of(*match.span("what"))))


def _inside_dish(line: Line, span: range) -> bool:
    """“Gyros plates” asks for no plates."""
    return any(m.items and m.start < span[0] < m.end for m in line.mentions)
