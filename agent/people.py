"""What people are called, and the words that nobody is called by.

A word beside other words ("pick-up, *obviously*", "that's all, *Bev*") is a name where names are
known to sound so, or where it is no English word: what is left over when the rest of an answer is
understood is a guess at best, and an adverb on the ticket is worse than one more question.
"""

from __future__ import annotations

import re

from agent.language import COMMON, LIGHT, PRONOUNS, fold, stem
from agent.lexemes import is_small_word
from agent.word_lists import COMMONEST_WORDS, NAMES

__all__ = [
    "is_called_so",
    "is_english",
    "is_never_called_so",
    "may_be_called_so",
]

_ENGLISH = COMMON | LIGHT | PRONOUNS | frozenset(COMMONEST_WORDS)
# Words of everyday that are names more often than not, where they stand alone beside an order.
_BOTH = frozenset(
    """
    bill bob chase dean drew faith frank gene grace guy hope jack jean joy mark max may miles pat
    penny ray rob rose sue sunny don abel al art carol dale dick eve gay glen harry hazel heather
    holly iris
    ivy jan jasmine jay jo june ken kit lance lee lily lou mel nick norm olive pearl peter ralph
    reed rich robin roger ron roy ruby sal sandy skip stan ted tim tom val vic violet wade wes will
    """.split()  # noqa: SIM905
)
_KNOWN = frozenset(fold(name) for name in NAMES)
_NAMES_ONLY = (_KNOWN - _ENGLISH) | _BOTH
# How English makes adverbs, verbs and nouns of other words; nobody's name that is not known.
_MADE = re.compile(
    r".{3,}(?:ly|ing|ings|ish|ness|tion|sion|ment|able|ible|ful|less|ward|wards|ever|self|selves"
    r"|body|thing|things|where|ways|wise|times|ated|ized|ised|ved|ked|ped|ted|ded|ous|ally)"
)
# As they are said, and in no list of words.
_SLANG = frozenset(
    """
    gonna wanna gotta lemme kinda sorta dunno innit ain defo deffo def tbh btw asap pls cuz coz tho
    nowish whatevs yolo lol omg ffs righty rightio okeydoke okie dokie yep yup nah mhm uhuh ta tata
    god goodness gosh lord heavens cheerio toodle toodles laters ciao adios tara bah huh
    whoa woah yikes oops whoopsie wicked rad groovy whew geez sheesh
    crikey blimey strewth jeepers golly gosh heck hell darn dang damn crap jeez
    """.split()  # noqa: SIM905
)
# What is breathed and no word at all, however long: "pff", "pfffft", "tsk", "brr", "hmph", "psst".
_SOUND = re.compile(r"(?:p+f+t*|p+s+h*t*|t+s+k+s*|t+c+h+|[bg]r+|h+m+p*[hf]*|s+h+|p+h+t+|m+|z+)")


def is_called_so(word: str) -> bool:
    """True where `word`, folded, is known for a name, and as that before anything else."""
    return word in _NAMES_ONLY


def is_english(word: str) -> bool:
    """True where `word`, folded, is a word of everyday, or made of one as English makes them."""
    made = _MADE.fullmatch(word) is not None
    return made or _is_talk(word) or word in _ENGLISH or stem(word) in _ENGLISH


def is_never_called_so(word: str) -> bool:
    """True where `word`, folded, is nobody's name even as all of an answer: "obviously"."""
    made = _is_talk(word) or _MADE.fullmatch(word) is not None
    return made and not is_called_so(word) and (_is_talk(word) or word in _ENGLISH)


def _is_talk(word: str) -> bool:
    """“Dunno”, “*pfft*”: as people talk, and in no list of words."""
    return word in _SLANG or _SOUND.fullmatch(word) is not None


def may_be_called_so(word: str, *, capital: bool = False) -> bool:
    """True where `word`, folded, may be a name: one that is known, or no word of English, as far
    as its looks and the words of everyday tell. `capital`: it is written with one."""
    if is_called_so(word):
        return True
    english = word in _ENGLISH or stem(word) in _ENGLISH or _is_talk(word)
    made = _MADE.fullmatch(word) is not None and not (capital and word.endswith("ly"))
    return word.isalpha() and not (english or is_small_word(word) or made)
