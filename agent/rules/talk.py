"""Where a talk stands between two turns, and what a turn decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, NamedTuple, Protocol

from agent.asides import Asides, Evidence, Told, Topic
from agent.cart import Cart
from agent.guest import NOBODY, Guest
from agent.hearing import Focus, Open
from agent.house import House
from agent.language import Token
from agent.matching import Mention
from agent.righting import Righted
from domain.order import Order

__all__ = [
    "MAX_ALLERGY_ASKED",
    "MAX_MISSES",
    "MAX_NAME_ASKED",
    "MAX_OPEN_ASKED",
    "MAX_OPTION_VAIN",
    "MAX_SILENCES",
    "MAX_TIME_ASKED",
    "MESSAGE_ASKS",
    "Ask",
    "Decision",
    "Note",
    "Quote",
    "Said",
    "Scene",
    "Talk",
    "ToolCall",
]

MAX_SPELLED = 2  # times that a name is asked to be spelled; then it is as it was heard
MAX_NAME_ASKED = 2  # a caller who twice gives no name does not want to; the order needs none
MAX_OPTION_VAIN = 2  # a dish whose option was asked for in vain so often was hardly meant
MAX_OPEN_ASKED = 2  # an open point asked in vain so often is dropped, and said so

MAX_ALLERGY_ASKED = 2  # then it stands on the ticket as one that nobody said to what
MAX_TIME_ASKED = 2  # then "tonight" stands on the order as it was said
MAX_MISSES = 3  # turns in a row not understood; then somebody else has to help
MAX_SILENCES = 3  # in a row; then there is nobody there, and the line is needed


class Quote(Protocol):
    """What a cart would come to; as a change of the order told as `today`, where one is named.
    Raises `Invalid` or `Conflict` where it cannot be."""

    def __call__(self, cart: Cart, today: str = "") -> Order: ...


class Ask(Enum):
    """What the caller was asked last."""

    ITEMS = auto()
    MORE = auto()
    OPEN = auto()
    OPTION = auto()
    NAME = auto()
    SPELLING = auto()  # of the name, where it was misheard
    TYPE = auto()
    ADDRESS = auto()
    AGAIN = auto()  # the same as last time?
    ALLERGY = auto()  # to what?
    CONFIRM = auto()
    CHANGE = auto()
    TIME = auto()  # at what time, of one who wants it "tonight"
    SAME_ADDRESS = auto()  # to the address of last time?
    WHICH_TODAY = auto()  # which of several orders that stand
    OFFER_PERSON = auto()  # shall I put you through?
    OFFER_MESSAGE = auto()  # shall I take a message?
    MESSAGE = auto()
    MESSAGE_NAME = auto()
    MESSAGE_PHONE = auto()
    MESSAGE_CONFIRM = auto()
    CLOSED = auto()


@dataclass(frozen=True)
class Note:
    """A message for the staff, as far as it has been told. `asked`: how often for the number.
    `instead`: it takes the place of the order that is in the cart."""

    text: str = ""
    name: str = ""
    phone: str = ""
    asked: int = 0
    instead: bool = False


@dataclass(frozen=True)
class Talk:
    """Where the talk stands between two turns. `read` is the cart that was read back: only that
    one may be placed by a yes. `today` is the number of the order of today that the cart is a
    change of, `cancels`: it is to be cancelled, and `pending` what was said before the caller was
    asked which one. `note` is the message that is being taken."""

    ask: Ask = Ask.ITEMS
    opens: tuple[Open, ...] = ()
    focus: Focus = field(default_factory=Focus)
    done: bool = False
    name_asked: int = 0
    evidence: Evidence = Evidence.NONE  # of the name that is on the order
    unsure_name: str = ""  # one that was heard just now, and may be another
    name_refused: int = 0  # how often the name that was read back was not the caller's
    spelling: bool = False  # the name is to be spelled
    allergy_asked: int = 0  # how often, to what an allergy is that was spoken of
    option_line: str = ""
    option_vain: int = 0  # how often the caller went on with something else than its option
    read: Cart | None = None
    former: Cart | None = None  # the order before something went of it, for "put it back"
    said: str = ""
    question: str = ""  # that was put last, so that it is put in other words next time
    question_asked: int = 0  # how often it had been put before
    silences: int = 0  # turns in a row in which nothing was said
    today: str = ""
    cancels: bool = False
    pending: str = ""
    elsewhere: bool = False  # not to the address of last time
    some_time: str = ""  # when it is wanted, as far as that was said; the hour is to be asked for
    time_asked: int = 0
    number_asked: bool = False  # that of the house in a street that was named
    note: Note | None = None
    told: Told = Told.OTHER
    refused: bool = False  # something was just said to be not on the menu, or sold out
    lacking: tuple[str, ...] = ()  # what was just said not to be had, be it only of one dish
    had: frozenset[str] = frozenset()  # the dishes that stood in the order at some time
    wondered: tuple[Open, ...] = ()  # the dishes that were asked about since one was ordered
    priced: bool = False  # the price of what is offered was told just now
    misses: int = 0  # turns in a row that were not understood
    placed: str = ""  # the number of the order that this call came to
    looked_up: bool = False  # an order that stands was told of just now
    besides: str = ""  # what the staff are to be told with the change of an order of today


@dataclass(frozen=True)
class ToolCall:
    name: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """`calls` run first, in order. `reply` is empty where it depends on what `place_order` says."""

    calls: tuple[ToolCall, ...]
    reply: str
    talk: Talk

    @property
    def places(self) -> bool:
        return any(call.name == "place_order" for call in self.calls)


MESSAGE_ASKS = frozenset(
    [Ask.OFFER_MESSAGE, Ask.MESSAGE, Ask.MESSAGE_NAME, Ask.MESSAGE_PHONE, Ask.MESSAGE_CONFIRM]
)  # those whose answer goes into a message for the staff


class Said(NamedTuple):
    """One utterance, listened to: its words, what it names on the menu, what besides dishes is in
    it, and the order as it puts that right."""

    text: str
    spoken: Sequence[Token]
    mentions: Sequence[Mention]
    asides: Asides
    righted: Righted

    @property
    def silent(self) -> bool:
        return all(t.stop for t in self.spoken) and not self.righted.taken

    @property
    def topics(self) -> set[Topic]:
        return {question.topic for question in self.asides.questions}

    @property
    def names_a_dish(self) -> bool:
        return any(m.items for m in self.mentions)


@dataclass(frozen=True)
class Scene:
    """All that a turn is decided from, besides what was said."""

    house: House
    cart: Cart
    talk: Talk
    quote: Quote
    guest: Guest = NOBODY

    @property
    def stands(self) -> bool:
        """True where the caller has an order today, and no other one is in the making."""
        return bool(self.guest.todays) and (bool(self.talk.today) or not self.cart.lines)
