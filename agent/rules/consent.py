"""Whether an utterance is a yes to what was read back, and nothing but that.

Orders are placed, changed and cancelled on it, so what is not surely a yes is none: the caller is
asked once more, which costs a breath. "Yes, lovely, thanks" is one; "okay, let me check with my
wife", "yes, what was in that again" and "good question" begin like one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from agent.asides import Topic
from agent.language import FILLERS, LIGHT, PRONOUNS, Token
from agent.lexemes import Kind, Lexeme, is_yes
from agent.rules.talk import Said
from agent.talk_words import is_unsure

__all__ = ["consents", "doing_it"]

MAX_BESIDE_YES = 3  # words beside a sure yes that nobody knows: "yes, *tamam*"; more is a story

# They make a question, a condition, a doubt or another wish of what stands beside a yes.
_HOLDING = frozenset(
    """
    what whats who whos whose which how hows why where wheres when whens if unless until till before
    but though although except however let lets wait hold hang repeat again read reread say says
    said tell told ask asked check think thinking thought know hear heard look later tomorrow first
    instead else somewhere elsewhere other another change swap remove add no not nor never none dont
    cant wont isnt arent doesnt didnt wasnt maybe perhaps myself mean means meant explain question
    stop cancel need needs want wants wanted going go gonna talk speak yet
    """.split()  # noqa: SIM905
)
_CONDITIONS = frozenset("if unless until till before but though although except first".split())  # noqa: SIM905
# Before whom or what it is asked: "*is* that with cheese", "*could* you".
_TURNED = frozenset(
    "is are was were do does did has have had can could will would shall should may might".split()  # noqa: SIM905
)
_TURNED_TO = PRONOUNS | {"that", "this", "these", "those", "there", "they", "the", "everything"}

# What people add to a yes, and mean nothing by it.
_COURTESIES = frozenset(
    """
    thank thanks thankyou cheers ta please kindly sir maam miss mate dear love hon honey darling pal
    boss bab buddy friend man dude bro much very so lot bunch mil million ton loads patience help
    now then already just that thats this it its you your all well done bye goodbye see soon
    too easy obviously total everything everythings together beautiful damn jesus god gods sake
    crying out loud hey oh ah aye and stupid machine robot finally
    """.split()  # noqa: SIM905
)
_CANCELLING = frozenset(["cancel", "order"])
_ADDED = _COURTESIES | FILLERS | LIGHT
_ASKED_BESIDE = frozenset([Topic.WAIT, Topic.WHERE, Topic.PAYMENT, Topic.RUDE])
# "Yes, two, that's right": what was read back may be said again.
_SAID_AGAIN = frozenset(
    [
        Kind.YES, Kind.NUMBER, Kind.MENTION, Kind.THE, Kind.IT, Kind.AND, Kind.JUST, Kind.BOTH,
        Kind.COMMA, Kind.STOP, Kind.CHATTER, Kind.NOTE, Kind.WITH, Kind.WITHOUT,
    ]
)  # fmt: skip


def consents(said: Said, lexemes: Sequence[Lexeme], *, cancelling: bool = False) -> bool:
    """True where `said`, read as `lexemes`, agrees to what was read back and wants nothing else.
    That the order is still the one that was read back is for whoever asks to see. `cancelling`:
    it was asked whether to cancel, and "yes, cancel it" says no other thing."""
    words = [t.word for t in said.spoken]
    topics = said.topics - ({Topic.CANCEL_TODAY} if cancelling else set())
    asked = _CANCELLING if cancelling else frozenset[str]()
    if [word for word in words if word not in ".,"] == ["k"]:
        return True
    if not topics <= _ASKED_BESIDE or ("?" in words and not topics):
        return False
    if topics - {Topic.RUDE} and not _surely(words, lexemes, 0):
        return False  # "ok and how long?": what is answered decides whether it is wanted
    understood = set(said.asides.taken) | _together(
        words
    )  # a name, a question about the way, "that's all"
    for lexeme, after in zip_longest(lexemes, lexemes[1:]):
        refusing = lexeme.kind is Kind.WITHOUT and (after is None or after.kind is not Kind.MENTION)
        if lexeme.kind in _SAID_AGAIN and not refusing:  # "yes and *no*"
            understood |= set(range(lexeme.start, lexeme.end))
    rest = [n for n in range(len(words)) if n not in understood and not said.spoken[n].stop]
    start = _last_sentence(words)
    before = [words[n] for n in rest if n < start]
    if start and not _CONDITIONS & set(before) and _surely(words, lexemes, start):
        rest = [n for n in rest if n >= start]  # "hmm, let me think. *Yes, go ahead*"
    if any(_holds(words, n) for n in rest if words[n] not in asked):
        return False
    unknown = [n for n in rest if words[n] not in _ADDED and words[n] not in asked]
    agreed = any(x.kind is Kind.YES for x in lexemes)
    return agreed and (
        not unknown or (_surely(words, lexemes, 0) and len(unknown) <= MAX_BESIDE_YES)
    )


def _together(words: Sequence[str]) -> set[int]:
    """“Yes, go on, *as long as it all comes together*”: no condition that anybody could miss."""
    match = _AS_IT_SHOULD.search(" ".join(words))
    if match is None:
        return set()
    first = len(match.string[: match.start()].split())
    return set(range(first, first + len(match[0].split())))


_AS_IT_SHOULD = re.compile(
    r"\bas long as (?:it|that|they|everything)(?:s| is| are| all| both)*"
    r"(?: (?:comes?|goes?|is|are))?(?: all)?"
    r" (?:together|hot|fresh|right|correct|good|fine|there|on there|in there)(?= [.,]|$)"
)


def doing_it(spoken: Sequence[Token]) -> set[int]:
    """The words of “yes, *add it*”, “yes, *change that*”, to "shall I change it?"."""
    words = [t.word for t in spoken]
    pairs = (n for n in range(len(words) - 1) if words[n] in _DOING and words[n + 1] in _IT)
    return {at for n in pairs if words[n + 2 : n + 3] != ["to"] for at in (n, n + 1)}


_DOING = frozenset(["add", "change", "put", "do", "make"])
_IT = frozenset(["it", "that", "them"])


def _surely(words: Sequence[str], lexemes: Sequence[Lexeme], start: int) -> bool:
    """True where there is a yes from `start` on that is said for nothing else."""
    agreed = (x for x in lexemes if x.kind is Kind.YES and x.start >= start)
    return any(not is_unsure(" ".join(words[x.start : x.end])) for x in agreed)


def _last_sentence(words: Sequence[str]) -> int:
    """Where the last sentence begins."""
    stops = [n for n, word in enumerate(words[:-1]) if word == "."]
    return stops[-1] + 1 if stops else 0


def _holds(words: Sequence[str], at: int) -> bool:
    turned = words[at] in _TURNED and words[at + 1 : at + 2] and words[at + 1] in _TURNED_TO
    tried = words[max(at - 1, 0) : at + 1] == ["try", "again"]  # after "I can't reach the kitchen"
    goes = words[at] == "go" and not [word for word in words[at + 1 :] if word not in ".,"]
    said_yes = words[at] in ("said", "say") and is_yes(" ".join(words[at + 1 : at + 2]))
    return bool(turned) or (words[at] in _HOLDING and not (tried or goes or said_yes))
