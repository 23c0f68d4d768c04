"""What an utterance does to the cart.

`hear` reads the lexemes of one utterance from left to right and changes the cart as it goes, the
way a waiter writes while the guest is talking: "two margheritas" writes a line, "one without basil"
splits it, "no wait, make it three" sets its quantity. It never guesses a dish: what is not clear
becomes an `Open` point that the dialogue asks about, what cannot be had becomes a `Trouble`.

`points` and `wishes` are what is told of it; `pad` writes and `reader` reads; `fitting`,
`describing`, `moving` and `wishing` know how dishes are made, `refusing` what "no" leaves out,
`references` which lines words refer to, `other_options` what else was chosen for them, `parts` how
a line is shared out, `twice` what is said once more and `recounting` how many there are to be of a
line that stands; `portions` what is sold by the dozen and `degrees` how spicy it is to be;
`building` finds a dish by what it is made of and `built` writes it; `roles` tells what an unknown
word does in its sentence; `counterparts`, `clauses`, `counts`, `unsettled`, `naming`, `becoming`,
`spoken_of`, `dishes`, `ingredients`, `likewise`, `alike`, `lone_parts`, `plain_ones`, `nouns`,
`one_half`, `halves`, `left_off`, `put_aside`, `removing`, `swaps`, `eaters`, `negating`, `offers`,
`swallowed`, `keeping`, `agreeing`, `declining`, `going_on` and `verbs` are what their names say,
`recaps` holds against the order what only repeats it, `measures` tells how much of a dish from how
many of it, and `listener` walks through it all, up to `settling`. Each builds on the one before.
"""

from __future__ import annotations

from agent.hearing.listener import hear
from agent.hearing.points import (
    Focus,
    Heard,
    Open,
    OpenKind,
    Situation,
    Trouble,
    TroubleKind,
    Wish,
)

__all__ = [
    "Focus",
    "Heard",
    "Open",
    "OpenKind",
    "Situation",
    "Trouble",
    "TroubleKind",
    "Wish",
    "hear",
]
