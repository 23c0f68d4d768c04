"""Taking an order without a model: what to do and what to say, decided by rules.

`decide` is pure: from the house, the cart, where the talk stands and what the caller said, it makes
a `Decision`: tool calls, what to say once they have run, and where the talk stands then. The talk
goes greeting → dishes → anything else → name → pick-up or delivery → read-back with the total → an
explicit yes → `place_order`. What the caller has said already is never asked.

| file | what is in it |
|---|---|
| `steps` | the doors: the caller spoke, an order was placed or refused, a tool said no |
| `talk` | where a talk stands, what a turn decides |
| `listening` | what was said, listened to for what the talk waits for |
| `turn` | one turn, from what was heard to what is done |
| `asking` | what is asked next, and the read-back |
| `repeating` | the same as last time |
| `later` | a time that is wanted, and what is said where it cannot be |
| `today` | turns about an order of today that stands: changed, cancelled |
| `which_today` | whether what is said is about such an order, and about which |
| `message` | turns in which a message for the staff is taken |
| `answers` | what callers ask |
| `fixed_answers` | what is answered in the same words everywhere |
| `consent` | whether what was said is a yes |
| `echo` | what was read back, said again beside it |
| `order_note` | the note of the whole order |
| `notes_off` | notes that are taken off again |
| `diets` | what the menu tells of diets and allergens |
| `asked_groups` | which options of a dish a question is about |
| `staff` | what is for the staff, and how far an order is |
| `left_to_us` | an option that the caller leaves to us |
| `in_vain` | what is asked in vain, until it is dropped |
| `costs` | what dishes cost, one or several |
| `opening_hours` | when the house is open, now and on the days that are named |
| `troubles` | what could not be taken as it was said, and what is still open, in words |
| `changes` | what a turn did to the cart: its tool calls, and how it is said back |
"""

from agent.rules.steps import (
    after_breakdown,
    after_place,
    after_refused_tool,
    after_refused_twice,
    decide,
    first_talk,
    greeting,
)
from agent.rules.talk import MAX_SILENCES, Ask, Decision, Quote, Talk, ToolCall

__all__ = [
    "MAX_SILENCES",
    "Ask",
    "Decision",
    "Quote",
    "Talk",
    "ToolCall",
    "after_breakdown",
    "after_place",
    "after_refused_tool",
    "after_refused_twice",
    "decide",
    "first_talk",
    "greeting",
]
