"""What a word that nobody knows does in its sentence: a verb, what is said of somebody, or whose
doing is told. "That should *cover* it", "I'm *famished*", "the *telly* was on": none is a dish that
the house does not have, and none is said back as one.

English shows it by what stands beside the word: who does it before, to whom it is done after.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.foods import is_a_food_at_all
from agent.language import Token
from agent.people import is_english

__all__ = ["is_done_to", "is_no_thing", "is_talk"]

# After these comes what somebody does: "we *break* fast", "should *feed* us", "to *ship*".
_DOING = frozenset(
    """
    i we he she they it who which should would could will must might cant cannot couldnt wouldnt
    shouldnt wont dont didnt doesnt never ill youll well hell shell theyll itll thatll ought just
    ive weve hes shes theyve youve hasnt havent hadnt nearly almost let lets
    """.split()  # noqa: SIM905
)
# After these comes how somebody is: "I'm *famished*", "the kids are *driving* me mad".
_BEING = frozenset(
    "im were am is are was been being be hes shes theyre youre so very too really quite".split()  # noqa: SIM905
)
# What goes on after a subject: "the *telly* was on", "a *friend* told me".
_TOLD_OF = frozenset(
    """
    is was are were isnt wasnt arent werent has had hasnt hadnt does doesnt did didnt cant wont
    went goes came comes says said told keeps kept
    """.split()  # noqa: SIM905
)
# To whom something is done: "*ring* me up", "*wrap* it up".
_DONE_TO = frozenset("it me us him them you everything everybody everyone".split())  # noqa: SIM905
# "*There's a* do on", "*we've a* christening": that something is, and no wish for it.
_THERE_IS = frozenset(
    "weve ive hes shes theyve theres its thats had was is been am im were".split()  # noqa: SIM905
)
_ARTICLES = frozenset(["a", "an", "the", "some"])
_POSSESSED = frozenset(["my", "our", "his", "her", "their", "your"])
_PLACED = frozenset("at into from near past around through".split())  # noqa: SIM905
# Of which an adjective says more: "a *rotten* week", "my *late* husband".
_OF_LIFE = frozenset(
    """
    week weeks day days night year years month time while minute hour morning evening afternoon
    weekend life friend friends family man woman boy girl kid kids people job work house home party
    meeting birthday wedding neighbour neighbor name number phone traffic weather voice place shop
    """.split()  # noqa: SIM905
)
# What makes a sentence of a clause that is told, where no word of a wish stands before.
_TELLING = frozenset(
    """
    was were got had has went did made came told said gave lost broke fell left ran kept im ive
    weve hes shes theyre theyve youre
    """.split()  # noqa: SIM905
)
_WISHED = frozenset(
    """
    want wants wanted need needs like likes love fancy have having get getting take taking order
    ordered ordering looking after can could may craving try trying do does heard add with without
    for and or plus
    """.split()  # noqa: SIM905
)
_DID = re.compile(r"(?!need)\w{3,}ed|\w{4,}ing")
_OWNER = re.compile(r"['’]s(?= |$)")  # "the *bairn's* poorly"
_DONE = re.compile(r".{3,}ed")  # "the cooker *packed* in"


def is_talk(word: str) -> bool:
    """True of an English word of everyday, or one that English makes of a verb or an adjective,
    that is no food."""
    return is_english(word) and not is_a_food_at_all(word)


def is_done_to(words: Sequence[Token], start: int, end: int) -> bool:
    """“I'll have my grandson *carry me* over there”: a verb, though something is wanted."""
    before = words[start - 1].word if start else ""
    after = words[end].word if end < len(words) else ""
    foods = any(is_a_food_at_all(t.word) for t in words[start:end])
    return not foods and after in _DONE_TO - {"it", "them"} and before not in _ARTICLES


def is_no_thing(words: Sequence[Token], start: int, end: int, said: str) -> bool:
    """True where the words at `[start, end)`, spelt as `said`, are nothing that anybody wants."""
    if any(is_a_food_at_all(t.word) for t in words[start:end]):
        return False
    before = words[start - 1].word if start else ""
    after = words[end].word if end < len(words) else ""
    if before in _DOING | _BEING or after in _TOLD_OF:
        return True
    if end - start > 1 and _DONE.fullmatch(words[end - 1].word):
        return True
    placed = words[start - 2].word if start > 1 and before in ("the", "a") else before
    if before in _POSSESSED or placed in _PLACED or _OWNER.search(said):
        return True
    if _is_told([t.word for t in words[:start]]):
        return True
    article = before in _ARTICLES
    if article and (after in _OF_LIFE or (start > 1 and words[start - 2].word in _THERE_IS)):
        return True
    return after in _DONE_TO and not article


def _is_told(before: Sequence[str]) -> bool:
    """“Our flight *got* delayed”, “he *scored* a hat-trick”: the clause has its verb already."""
    clause: list[str] = []
    for word in reversed(before):
        if word in (",", ".", "?"):
            break
        clause.append(word)
    telling = any(w in _TELLING for w in clause) or any(_DID.fullmatch(w) for w in clause)
    return telling and not set(clause) & _WISHED
