"""What a turn comes to, by its words alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from agent.asides import Asides, Question, Topic
from agent.hearing import Heard, TroubleKind
from agent.language import Token
from agent.lexemes import Kind, Lexeme
from agent.rules.talk import Said
from agent.talk_words import is_unsure

__all__ = [
    "COURTESY",
    "asked_again",
    "goes_on_after",
    "hesitates",
    "leads_in",
    "names",
    "only_scratch",
    "only_thanks",
    "only_unknown",
    "orders",
    "refuses_else",
    "says_yes",
    "wants",
]

COURTESY = frozenset(["thanks", "thank", "you", "cheers", "ta", "please", "very", "much", "so"])

_HESITATION = frozenset("um uh er erm hm hmm ah oh well so let me see think".split())  # noqa: SIM905
_WAITING = frozenset(["hold", "hang", "wait", "moment", "sec", "second"])
_WHILE = frozenset(["on", "a", "1", "just", "please", "give", "for", "sorry", "minute", "ok"])


def hesitates(spoken: Sequence[Token]) -> bool:
    """“Um, let me see”, “hold on a second”: nothing is asked again yet."""
    said = {t.word for t in spoken if not t.stop}
    waits = bool(said & _WAITING)
    return bool(said) and said <= _HESITATION | (_WAITING | _WHILE if waits else set())


def leads_in(lexeme: Lexeme, said: Said) -> bool:
    """“*Ok*, and what's in it?”: said to begin with, and no yes to what was offered."""
    after = lexeme.end
    while after < len(said.spoken) and said.spoken[after].word in _TO_A_QUESTION:
        after += 1
    return lexeme.kind is Kind.YES and is_unsure(lexeme.text) and after in said.asides.taken


_TO_A_QUESTION = frozenset([",", ".", "and", "but", "so", "then", "well"])


def wants(lexeme: Lexeme) -> bool:
    just = lexeme.kind is Kind.JUST and lexeme.text.endswith("want")
    return just or lexeme.kind in (Kind.WANT, Kind.ADD)


def names(lexeme: Lexeme, item_ids: Collection[str]) -> bool:
    mention = lexeme.mention
    return mention is not None and any(i.id in item_ids for i in mention.items)


def orders(lexemes: Sequence[Lexeme]) -> bool:
    return any(x.mention is not None and x.mention.items for x in lexemes)


def goes_on_after(question: Question, lexemes: Sequence[Lexeme]) -> bool:
    """“Do you have tiramisu? *Great*” takes one; “*great*, do you have tiramisu?” only asks."""
    end = max((m.end for m in question.mentions), default=0)
    return any(x.start >= end and x.kind not in (Kind.COMMA, Kind.STOP) for x in lexemes)


def refuses_else(lexemes: Sequence[Lexeme], spoken: Sequence[Token]) -> bool:
    """“*Don't* even get me started”, “you'll *never* guess who's here”: no answer to what was
    asked."""
    said = [x for x in lexemes if x.kind is Kind.NO or x.text in ("no", "but no")]
    return bool(said) and all(
        x.text in _OF_A_VERB and x.end < len(spoken) and spoken[x.end].word.isalpha() for x in said
    )


_OF_A_VERB = frozenset(["dont", "do not", "never", "stop"])


def says_yes(lexemes: Sequence[Lexeme]) -> bool:
    return Kind.YES in {x.kind for x in lexemes} and not orders(lexemes)


def only_unknown(heard: Heard) -> bool:
    """Nothing but words that name nothing here."""
    unknown = [t for t in heard.troubles if t.kind is TroubleKind.UNKNOWN]
    return bool(unknown) and len(unknown) == len(heard.troubles) and not (heard.yes or heard.no)


def asked_again(asides: Asides, heard: Heard) -> bool:
    """“Pardon?”, and nothing else."""
    topics = {q.topic for q in asides.questions}
    return topics == {Topic.AGAIN} and not heard.understood


def only_thanks(spoken: Sequence[Token]) -> bool:
    """“Okay, thank you very much”, after what was asked of an order that stands."""
    words = {t.word for t in spoken if not t.stop}
    return bool(words & _THANKS) and words <= COURTESY | _ALL_WELL


_THANKS = frozenset(["thanks", "thank", "cheers", "ta"])
_ALL_WELL = frozenset("ok okay great lovely perfect good fine alright right brilliant oh".split())  # noqa: SIM905


def only_scratch(lexemes: Sequence[Lexeme]) -> bool:
    kinds = {x.kind for x in lexemes} - {Kind.COMMA, Kind.STOP, Kind.NO, Kind.WITHOUT, Kind.FIX}
    last = any("last" in x.text.split() for x in lexemes)  # "cancel that last one"
    return kinds == {Kind.SCRATCH} and not last
