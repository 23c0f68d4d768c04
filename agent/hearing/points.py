"""The shapes that hearing passes on: wishes, open points, troubles, what is in focus."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from agent.cart import Cart
from agent.language import Token
from agent.lexemes import Kind
from agent.matching import Lexicon, Reading
from domain.menu import Menu

__all__ = ["Focus", "Heard", "Open", "OpenKind", "Situation", "Trouble", "TroubleKind", "Wish"]


class OpenKind(Enum):
    WHICH = auto()  # several dishes fit
    OFFER = auto()  # not on the menu, or sold out, or a guess: the caller may take another
    MANY = auto()  # an absurd quantity on a line
    COUNT = auto()  # more of a dish than one order takes: how many then?


@dataclass(frozen=True)
class Wish:
    """One thing about a line: with or without what the `readings` may mean, or a note. `all`:
    everything that their group has, or all of it but for what the line is to be without."""

    kind: Kind
    readings: tuple[Reading, ...] = ()
    text: str = ""
    all: bool = False


@dataclass(frozen=True)
class Open:
    """A point to ask about. MANY has its `line_id`, the others have `item_ids`. `wondered`: the
    caller asked about the dish, so that it stands in for none that cannot be had."""

    kind: OpenKind
    item_ids: tuple[str, ...] = ()
    qty: int = 1
    wishes: tuple[Wish, ...] = ()
    text: str = ""
    line_id: str = ""
    asked: int = 0
    wondered: bool = False


class TroubleKind(Enum):
    UNKNOWN = auto()
    SOLD_OUT = auto()
    NO_OPTION = auto()
    TOO_MANY_OPTIONS = auto()
    TOO_MANY = auto()
    TOO_LONG = auto()
    NOT_IN_ORDER = auto()
    TOO_EARLY = auto()


@dataclass(frozen=True)
class Trouble:
    """What the caller asked for and cannot have. `text` is how it was said."""

    kind: TroubleKind
    text: str = ""
    item_id: str = ""
    item_ids: tuple[str, ...] = ()
    group_id: str = ""


@dataclass(frozen=True)
class Focus:
    """What "it", "one of them" and "both" mean: `last` is the line spoken of last, `base` the line
    that shares are taken from, `recent` the lines of the last utterance that named any, `meal`
    those that one person was ordering, as "the same for my wife" means them."""

    last: str = ""
    base: str = ""
    recent: tuple[str, ...] = ()
    meal: tuple[str, ...] = ()


@dataclass
class Heard:
    """What became of one utterance."""

    cart: Cart
    focus: Focus
    opens: list[Open] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)  # lines whose quantity was left open
    yes: bool = False
    no: bool = False
    doubt: bool = False
    understood: bool = False  # something in it concerned the order


@dataclass(frozen=True)
class Situation:
    """What an utterance is heard in. `asked` is the open point that the caller was just asked
    about, `opens` all of them, `words` every word of the utterance. `chatting`: an unknown word is
    then no dish ("Maria" to "what name?"). `choosing`: the caller was asked how the dish in focus
    is made, so "fries" is its side and no dish. `confirming`: the order was just read back;
    `closing`: the caller says that there is nothing more; `refused`: something was just said to be
    not on the menu; `lacking` is how all that cannot be had was called then, dish or option.
    `wondered` are all the dishes that the caller has just asked about."""

    menu: Menu
    lexicon: Lexicon
    sold_out: Collection[str]
    cart: Cart
    focus: Focus
    asked: Open | None = None
    opens: Sequence[Open] = ()
    words: Sequence[Token] = ()
    chatting: bool = False
    choosing: bool = False
    confirming: bool = False
    closing: bool = False
    refused: bool = False
    lacking: Sequence[str] = ()
    wondered: Sequence[Open] = ()
