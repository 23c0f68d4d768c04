"""An utterance as a row of lexemes: numbers, mentions of the menu, and the small words between.

`lex` throws away what carries no meaning for an order ("hi", "could you", "please") and keeps words
that nobody knows, since one of them may be a dish that is not on the menu.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

from agent.kitchen_notes import notes_in
from agent.language import COMMON, LIGHT, Token, number_at, stem
from agent.matching import Mention
from domain.menu import ModifierGroup

__all__ = ["Kind", "Lexeme", "is_small_word", "is_yes", "lex"]


class Kind(Enum):
    NUMBER = auto()
    ARTICLE = auto()  # a, an
    SOME = auto()  # some, a few: a number left open
    THE = auto()
    MENTION = auto()
    GROUP = auto()  # for the sides: what the options that follow are of
    WORD = auto()  # an unknown word
    COMMA = auto()
    STOP = auto()  # the end of a sentence
    AND = auto()
    ALSO = auto()
    MORE = auto()  # another, two more
    WITH = auto()
    WITHOUT = auto()
    EXTRA = auto()
    NOTE = auto()  # well done, cut in half
    HALF = auto()
    BOTH = auto()  # both, all of them, each
    OTHER = auto()  # the other one, the rest
    ORDINAL = auto()
    IT = auto()
    SAME = auto()  # the same again
    OF = auto()  # of them, of the
    TO = auto()
    WANT = auto()
    ADD = auto()
    MAKE = auto()
    REMOVE = auto()
    SCRATCH = auto()  # scratch that
    CHANGE = auto()
    INSTEAD = auto()
    INSTEAD_OF = auto()
    FIX = auto()  # actually, wait, sorry
    MEANT = auto()
    JUST = auto()
    NOT = auto()
    NO = auto()
    YES = auto()
    DOUBT = auto()
    BE = auto()  # should be: what was named becomes something
    CHATTER = auto()  # no worries: heard, and nothing is done


class Lexeme(NamedTuple):
    """Tokens `[start, end)`. `value` of a number or ordinal (-1 is the last); `text` as it was
    said, of unknown words and notes."""

    kind: Kind
    start: int
    end: int
    value: int = 0
    mention: Mention | None = None
    text: str = ""
    groups: tuple[ModifierGroup, ...] = ()


_PHRASES: dict[Kind, str] = {
    Kind.ARTICLE: "a|an",
    Kind.SOME: "some|a few|few|several|any|bit of|a bit of|a little bit of|a portion of|portion of",
    Kind.THE: "the|my|our|your|his|her|their",
    Kind.AND: "and|plus|then|n|as well as|along with|together with|and then|and also|followed by",
    Kind.ALSO: "also|too|as well|on top of that|besides|in addition",
    Kind.MORE: "another|more|additional|another 1",
    Kind.WITH: (
        "with|wit|w|including|topped with|having|has|but with|and with|leave the|leave on the"
        "|leave in the|keep the|keep"
    ),
    Kind.WITHOUT: (
        "without|no|hold|hold the|minus|with no|but no|but without|not any|leave off|leave out"
        "|without any|no more|dont put|dont add|do not put|exclude|excluding|except"
        "|except for|and no"
        "|free of|skip|skip the|with 0"
    ),
    Kind.EXTRA: "extra|lots of|plenty of|a lot of|with extra|double portion of|with lots of",
    Kind.HALF: "half",
    Kind.BOTH: (
        "both|both of them|both of those|both of these|all of them|all of those|all of these|each"
        "|of each|each of them|each 1|every 1|all|they|everything|both 1s|2 of them both|all the"
        "|on either|on either of them|on either 1|in either|in either of them|for either"
        "|for either of them|on neither|neither|neither of them|neither 1|on any of them"
        "|in any of them|for any of them|the lot|on the lot|for the lot|all of it|on all of it"
        "|for all of it|in all of it|on everything|in everything|anywhere|on all|for all"
    ),
    Kind.OTHER: "the other 1|other 1|the other|the others|others|the rest|the remaining|other",
    Kind.IT: "it|that|this|them|em|those|these|that 1|this 1",
    Kind.SAME: (
        "the same again|same again|the same|the same 1|the same thing|same thing|1 of the same"
        "|the same for|same for|another of the same"
    ),
    Kind.OF: "of them|of those|of these|of the|of my|of it|of em",
    Kind.TO: (
        "to|into|onto|on|in|from|off|for|by|as|on to|to the|on the|from the|off the|in the"
        "|for the|into the|with the"
    ),
    Kind.WANT: (
        "i want|id like|i would like|can i get|can i have|could i get|could i have"
        "|may i have|give me"
        "|gimme|ill have|ill take|ill get|let me get|let me have|get me|we want"
        "|wed like|well have"
        "|well take|i need|we need|order|to order|make me|how about|what about"
        "|can we get|can we have"
        "|lets get|lets have|i will have|i will take|could we have|could we get|i wanna"
        "|like to order"
        "|id love|ill go for|ill go with|i go for|like to have|like to get|can you do"
        "|could you do"
        "|can i order|we would like|we will have|send me|i wanted|bring me|want|would like|like"
    ),
    Kind.ADD: "add|put|include|throw in|throw on|stick|stick on|put on|add on",
    Kind.MAKE: "make|lets make|lets do|turn|have|do|can you make|could you make",
    Kind.REMOVE: (
        "kill|can we get rid of|can you get rid of|could you get rid of|i didnt order"
        "|i didnt want|i didnt ask for|i didnt say|i never ordered|i never asked for"
        "|i never said|we didnt order|i changed my mind about|changed my mind about|scrap|nix"
        "|leave out|take off|remove|cancel|delete|drop|lose|forget|forget about|forget the"
        "|scratch|take out|take away|get rid of|i dont want|dont want|i do not want|dont need"
        "|i dont need|knock off|no longer want|we dont want|we dont need|strike|cut out|ditch"
        "|dont want any|doesnt want|does not want|doesnt need|no longer wants"
    ),
    Kind.SCRATCH: (
        "scratch that|forget that|forget it|cancel that|strike that|take that off|remove that"
        "|delete that|not that|not that 1|cancel it|remove it|take it off|cancel that 1"
        "|forget that 1|remove that 1|cancel them|remove them|forget them"
    ),
    Kind.CHANGE: (
        "change|switch|swap|replace|exchange|substitute|sub|convert|bump|bump up|round the"
        "|increase|raise|up the"
    ),
    Kind.INSTEAD: "instead|rather",
    Kind.INSTEAD_OF: "instead of|rather than|in place of",
    Kind.FIX: (
        "actually|wait|no wait|wait no|sorry|oops|hang on|hold on|correction|my mistake"
        "|my bad|whoops"
        "|on second thought|on second thoughts|i changed my mind|ive changed my mind"
        "|changed my mind"
        "|or actually|no actually|well actually|no sorry|oh wait|oh no|oh sorry|no no"
        "|come to think of it"
    ),
    Kind.MEANT: (
        "i meant|i mean|i said|meant|i asked for|i ordered|i did say|no i meant|no i said"
        "|it was|its supposed to be"
    ),
    Kind.JUST: "just|only|i just want|i only want",
    Kind.NOT: "not|not the|not a",
    Kind.YES: (
        "yes|yeah|yep|yup|ya|aye|sure|correct|right|exactly|perfect|ok|okay|alright|great"
        "|fine|good|sounds good|sounds great|go ahead|go on|go on then|please do|place it"
        "|place the order|do it|confirm|confirmed|absolutely|definitely|of course|thats right"
        "|thats correct|that is correct|that is right|all right|mhm|uh huh|lovely|yes please"
        "|indeed|affirmative|si|ja|oui|parfait|genau|perfetto|perfecto|certo|claro|vale"
        "|va bene|daccord|stimmt|sure thing|spot on|bang on|you bet|too right|thats the 1"
        "|brilliant|yes sir|yes maam|cool|splendid|looks good|all good|thats good|thats fine"
        "|thats great|thats perfect|that sounds good|that sounds great|that works"
        "|works for me|send it|submit it|you got it|why not|go for it|fantastic|awesome"
        "|wonderful|it is|by all means|happy with that|submit|im happy with that"
        "|were happy with that|hundred percent|100 percent|totally|certainly|naturally|righto"
        "|you may|you can|yessir|mm hmm|roger|amen|super|grand|id like that|i would|i do"
        "|please place it|put it through|book it|excellent|yea|yeh|yah|yas|yess|ye|okey|okie"
        "|okey dokey|uhuh|mm hm|mmhm|thats it yes|all correct|everything is correct"
        "|everything is right"
        "|very good|please place the order"
    ),
    Kind.NO: (
        "nope|nah|never mind|nevermind|not yet|thats wrong|thats not right|thats not correct"
        r"|that is wrong"
        "|that is not right"
        "|that isnt right|thats not it|wrong|incorrect|dont|do not|dont place it"
        "|do not place it|never|no way"
        "|not correct|not right|thats incorrect|dont order|isnt right|isnt correct|not quite|stop"
    ),
    Kind.BE: (
        "should be|should both be|should all be|has to be|have to be|needs to be|must be|to be"
    ),
    Kind.CHATTER: (
        "what do you call it|what do you call them|whats it called|what is it called"
        "|how do you say|how do you say it|1 more thing|another thing|1 last thing|1 other thing"
        "|on the side|no worries|too many|too much|after all|at all|all the same|all in all"
        "|thanks a million|thanks a lot|thanks a bunch|thanks a ton|a 1000 thanks"
        "|a million thanks|no problem|no problems|not a problem|no rush|no hurry|no idea"
        "|no offence|no offense|no doubt|no matter|not at all|not to worry|nothing fancy"
        "|nothing special"
    ),
    Kind.DOUBT: (
        "maybe|i dont know|dont know|not sure|im not sure|let me think|hmm|i guess"
        "|perhaps|possibly|one moment"
        "|1 moment|1 second|a moment|give me a second|give me a moment|a minute"
        "|1 minute|just a second"
        "|just a moment|but"
    ),
}

_TABLE: dict[tuple[str, ...], Kind] = {
    tuple(phrase.split()): kind
    for kind, phrases in _PHRASES.items()
    for phrase in phrases.split("|")
}
_LONGEST = max(len(words) for words in _TABLE)
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "1st": 1, "2nd": 2, "3rd": 3,
    "last": -1,
}  # fmt: skip
_TIMES = {"once": 1, "twice": 2}
# A caller who names dishes in the menu's language may count in it too.
_FOREIGN = {
    "un": 1, "una": 1, "uno": 1, "une": 1, "ein": 1, "eine": 1, "einen": 1, "dos": 2, "due": 2,
    "deux": 2, "zwei": 2, "tres": 3, "tre": 3, "trois": 3, "drei": 3, "cuatro": 4, "vier": 4,
    "cinco": 5, "cinque": 5,
}  # fmt: skip
_SOUNDS_LIKE = {"to": 2, "too": 2, "for": 4, "ate": 8, "tree": 3}
_ELSE_NOTHING = frozenset(["ate", "tree"])  # of those, what would hardly be said before a dish
_SOUNDS_LIKE_ONE = frozenset(["won", "wan"])
_UNITS = frozenset(
    ["bottles", "cans", "glasses", "cups", "bowls", "plates", "portions", "orders", "pieces"]
)
_OPENERS = frozenset(["and", ",", ".", "have", "get", "like", "take", "want", "wan", "me"])


def is_small_word(word: str) -> bool:
    """True where `word` alone says something that is no name: "perfect", "wait"."""
    return (word,) in _TABLE


def is_yes(word: str) -> bool:
    """True where `word` alone agrees: "right"."""
    return _TABLE.get((word,)) is Kind.YES


def lex(
    text: str, heard: Sequence[Token], mentions: Sequence[Mention], taken: Collection[int]
) -> list[Lexeme]:
    """The lexemes of `heard`. Tokens in `taken` were understood before; they read as a comma."""
    return list(_Scan(text, heard, mentions, taken).lexemes())


class _Scan:
    def __init__(
        self,
        text: str,
        heard: Sequence[Token],
        mentions: Sequence[Mention],
        taken: Collection[int],
    ) -> None:
        self._text = text
        self._heard = heard
        self._words = [t.word for t in heard]
        self._taken = taken
        self._mentions = {m.start: m for m in mentions if not self._hidden(m)}
        self._notes = notes_in(self._words, tuple(self._mentions.values()), taken)

    def _hidden(self, mention: Mention) -> bool:
        return any(n in self._taken for n in range(mention.start, mention.end))

    def lexemes(self) -> Iterator[Lexeme]:
        at = 0
        while at < len(self._words):
            found = self._at(at)
            if found is None:
                at += 1
                continue
            if found.kind is Kind.NUMBER and self._fewer(found.end):
                yield Lexeme(Kind.REMOVE, at, at)  # "one less coke"
                found = found._replace(end=found.end + 1)
            yield found
            at = found.end

    def _fewer(self, at: int) -> bool:
        return self._words[at : at + 1] in (["less"], ["fewer"]) and at + 1 in self._mentions

    def _at(self, at: int) -> Lexeme | None:
        word = self._words[at]
        if at in self._taken:
            return Lexeme(Kind.COMMA, at, at + 1)
        if word in (",", ".", "?"):
            return Lexeme(Kind.COMMA if word == "," else Kind.STOP, at, at + 1, text=word)
        number = number_at(self._words, at)
        mention = self._mentions.get(at)
        if number is not None and number[1] > 1 and mention is not None and mention.end - at == 1:
            return Lexeme(Kind.NUMBER, at, at + number[1], value=number[0])  # "half a dozen"
        if at in self._notes:
            end = self._notes[at]
            return Lexeme(Kind.NOTE, at, end, text=self._raw(at, end))
        if mention is not None:
            text = self._raw(at, mention.end)
            if mention.groups:
                return Lexeme(Kind.GROUP, at, mention.end, text=text, groups=mention.groups)
            return Lexeme(Kind.MENTION, at, mention.end, mention=mention, text=text)
        return self._small_word(at) or self._unknown(at)

    def _small_word(self, at: int) -> Lexeme | None:
        word = self._words[at]
        phrase = self._phrase(at)
        if word == "1" and self._pronoun(at):
            return None
        number = number_at(self._words, at)
        if number is not None and not (phrase is not None and phrase.end > at + number[1]):
            kind = Kind.NUMBER if number[0] else Kind.WITHOUT
            return Lexeme(kind, at, at + number[1], value=number[0])
        if word == "ones" and "'" in self._raw(at, at + 1).replace("’", "'"):
            return Lexeme(Kind.NUMBER, at, at + 1, value=1)  # "one's supposed to be …"
        if word in _ORDINALS:
            end = at + 1 + (self._words[at + 1 : at + 2] in (["1"], ["1s"], ["ones"]))
            return Lexeme(Kind.ORDINAL, at, end, value=_ORDINALS[word])
        if word in _TIMES:
            return Lexeme(Kind.NUMBER, at, at + 1, value=_TIMES[word])
        if word in _FOREIGN and at + 1 in self._mentions:
            return Lexeme(Kind.NUMBER, at, at + 1, value=_FOREIGN[word])
        if word in _SOUNDS_LIKE and self._counts_plural(at):
            return Lexeme(Kind.NUMBER, at, at + 1, value=_SOUNDS_LIKE[word])
        if word == "wan" and self._words[at - 1 : at] in (["i"], ["we"]):
            return Lexeme(Kind.WANT, at, at + 1, text=word)
        if word in _SOUNDS_LIKE_ONE and at + 1 in self._mentions:
            return Lexeme(Kind.NUMBER, at, at + 1, value=1)
        if word in ("take", "leave") and self._taken_off(at):
            return Lexeme(Kind.REMOVE, at, at + 1)
        return phrase

    def _phrase(self, at: int) -> Lexeme | None:
        for length in range(_LONGEST, 0, -1):
            kind = _TABLE.get(tuple(self._words[at : at + length]))
            hidden = any(
                n in self._taken or n in self._mentions or n in self._notes
                for n in range(at + 1, at + length)
            )
            if kind is not None and len(self._words) >= at + length and not hidden:
                text = " ".join(self._words[at : at + length])
                return Lexeme(kind, at, at + length, text=text)
        return None

    def _pronoun(self, at: int) -> bool:
        """“A small one”: the one is no number where a part of a dish stands before it."""
        before = next((m for m in self._mentions.values() if m.end == at), None)
        if before is None:
            return False
        definite = self._words[before.start - 1 : before.start] == ["the"]
        made = any(r.coverage == 1 for r in before.readings) and not (before.items and before.whole)
        if definite and made and not self._wished(before.start - 1):
            return True  # "the tofu one hot"
        if at + 1 in self._mentions:
            return False
        if self._words[before.start - 1 : before.start] and self._wished(before.start):
            return False  # "without onion one with habanero": the next of them
        option = any(r.coverage == 1 for r in before.readings) and not before.plural
        opens = self._words[before.start - 1 : before.start]
        if opens == ["the"] and len(before.items) == 1:
            return True  # "the lamb one"
        article = opens in (["a"], ["an"], ["the"])
        return not before.items or (option and article)

    def _wished(self, at: int) -> bool:
        phrases = (_TABLE.get(tuple(self._words[max(0, at - n) : at])) for n in (1, 2))
        return any(kind in (Kind.WITH, Kind.WITHOUT, Kind.EXTRA) for kind in phrases)

    def _counts_plural(self, at: int) -> bool:
        """“To margheritas”: the recogniser wrote the number as it sounds."""
        unit = self._words[at + 1 : at + 2]
        if unit and unit[0] in _UNITS and self._words[at + 2 : at + 3] == ["of"]:
            return at == 0 or self._words[at - 1] in _OPENERS  # "for bottles of water"
        mention = self._mentions.get(at + 1)
        opens = at == 0 or self._words[at - 1] in _OPENERS
        alone = self._words[at] in _ELSE_NOTHING
        plural = mention is not None and (mention.plural or alone)
        return plural and opens

    def _taken_off(self, at: int) -> bool:
        """“Take the coke off”, with the dish between the two words."""
        rest = self._words[at + 1 : at + 9]
        stop = next((n for n, w in enumerate(rest) if w in (",", ".", "?", "and")), len(rest))
        return any(w in ("off", "out", "away") for w in rest[1:stop])

    def _unknown(self, at: int) -> Lexeme | None:
        word = self._words[at]
        if word in COMMON or stem(word) in COMMON or word in LIGHT or len(word) < 2:
            return None
        return Lexeme(Kind.WORD, at, at + 1, text=self._raw(at, at + 1))

    def _raw(self, start: int, end: int) -> str:
        return self._text[self._heard[start].start : self._heard[end - 1].end]
