"""Words that look like an order's, and are none by what stands beside them.

Each function tells it of one row of folded words, punctuation among them, from the place where the
phrase ends or begins.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "chides",
    "is_degree",
    "is_unsure",
    "not_the_same",
    "nothing_done",
    "stops_itself",
]

# After "not that" these say nothing of how much: "no, *not that, please*".
_POLITE = frozenset(
    """
    please sorry thanks thank cheers though either anymore now love mate sir maam i we the a and but
    actually just make then no yet yes instead for from in on with
    """.split()  # noqa: SIM905
)
# Before "stop": somebody or something that does.
_DOING = frozenset(
    """
    will would wont wouldnt can cant cannot could couldnt to it they he she ever never not didnt
    doesnt gonna
    """.split()  # noqa: SIM905
)

# After "don't" these tell off who teases, or has said nothing yet.
_TEASING = frozenset("start judge laugh ask argue panic stare giggle smirk tease mock".split())  # noqa: SIM905

# Said as often to begin something else: alone they agree, beside other words they may not.
_UNSURE = frozenset(
    """
    ok okay okey okie alright right good fine great cool lovely sweet sound magic super grand deal
    tidy ace bingo champion roger amen sorted smashing cracking belting lush brilliant fantastic
    awesome wonderful excellent splendid mhm uhuh mmhm indeed naturally vale totally
    """.split()  # noqa: SIM905
) | {"all right", "it is", "it does", "that does", "i do", "i would", "you may", "you can",
     "is good", "is ok", "very good", "fair enough", "very well", "uh huh", "mm hm", "mm hmm",
     "why not", "as you say", "okey dokey", "all good"}  # fmt: skip


def chides(words: Sequence[str], end: int) -> int:
    """Where “beans and corn, *don't start*”, “*don't judge me*” ends, of which the "don't" ends at
    `end`; `end` where it is a refusal."""
    if not words[end : end + 1] or words[end] not in _TEASING:
        return end
    after = end + 1
    while after < len(words) and words[after] in ("me", "on", "at", "with", "now", "us", "please"):
        after += 1
    return after if words[after : after + 1] in ([], [","], ["."], ["?"]) else end


def is_degree(words: Sequence[str], end: int) -> bool:
    """“*Not that* hard”, “not that many”: how much, and no "not that". `end` is where the two words
    end."""
    after = words[end] if end < len(words) else "."
    return after.isalpha() and after not in _POLITE


def stops_itself(words: Sequence[str], at: int) -> bool:
    """“Will it *stop*?”, “I can't *stop* eating them”: said of something else, and no "stop!"."""
    return at > 0 and words[at - 1] in _DOING


def is_unsure(text: str) -> bool:
    """True of an "ok" or a "great", which as often begins something else as it agrees."""
    return text in _UNSURE


def nothing_done(words: Sequence[str], at: int) -> int:
    """Where “*nothing changed*”, “*nothing taken off*” ends that begins at `at`; `at` where none
    does."""
    if list(words[at : at + 1]) != ["nothing"] or not set(words[at + 1 : at + 2]) & _DONE:
        return at
    return at + 2 + (words[at + 2 : at + 3] in (["off"], ["out"], ["on"], ["away"]))


def not_the_same(words: Sequence[str], at: int) -> int:
    """Where “*not the same thing*”, “*isn't quite the same*” ends that begins at `at`: it says that
    something is no other's like, and orders none; `at` where it is none."""
    if words[at] not in _DENYING:
        return at
    end = at + 1
    while end < len(words) and words[end] in _NEARLY:
        end += 1
    if list(words[end : end + 1]) != ["same"]:
        return at
    return end + 1 + (words[end + 1 : end + 2] in (["thing"], ["1"], ["things"], ["dish"]))


_DENYING = frozenset("not isnt aint wasnt arent never hardly".split())  # noqa: SIM905
_NEARLY = frozenset("the quite exactly really at all even actually remotely much".split())  # noqa: SIM905
# What may have been done to a dish; "nothing *added*" is read where it is added.
_DONE = frozenset(
    "changed altered swapped substituted removed taken left missing different modified".split()  # noqa: SIM905
)
