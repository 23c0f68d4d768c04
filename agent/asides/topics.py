"""What was said besides dishes, once it is understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum, auto

from agent.matching import Mention
from domain.order import OrderType

__all__ = ["Asides", "Evidence", "Question", "Told", "Topic", "Wanted"]


class Evidence(IntEnum):
    """How well a name is known: the weaker never takes the place of the stronger."""

    NONE = 0
    APART = 1  # after a comma: "that's all, Bev"
    ALONE = 2  # a sentence of its own: "Bev."
    TOLD = 3  # said for the purpose: "it's for Bev", "under Bev", spelled


class Topic(Enum):
    """What a question is about."""

    ROBOT = auto()
    WHO = auto()  # whom have I called?
    PERSON = auto()
    COMPLAINT = auto()  # something was wrong, which only the staff can put right
    ORDER = auto()
    LAST = auto()  # what did I have last time?
    AGAIN = auto()
    TOTAL = auto()
    PRICE = auto()
    MENU = auto()
    DIET = auto()  # what somebody can eat, what is in the dishes at all
    HAVE = auto()
    WHICH = auto()  # which of them are vegetarian?
    ABOUT = auto()  # what about the lasagne?
    OPTIONS = auto()
    CONTENTS = auto()
    SIZE = auto()  # how big is it, is it enough for two?
    SPICE = auto()  # how spicy is it, can it be made mild?
    PREPARED = auto()  # how the kitchen makes it: in the same oil, with bacon?
    ON_IT = auto()  # is it on this order, has it been taken off?
    WAIT = auto()
    HOURS = auto()
    WHERE = auto()
    PAYMENT = auto()
    TERMS = auto()  # a delivery fee, a minimum order, a place to park
    AREA = auto()  # how far do you deliver?
    DEALS = auto()  # specials, coupons, discounts
    DELIVERY = auto()
    DINE_IN = auto()
    MISCHIEF = auto()
    RUDE = auto()
    CHANGE_TODAY = auto()  # an order that stands already
    CANCEL_TODAY = auto()
    STATUS = auto()  # how far is it?
    KEEP = auto()  # leave it as it was, never mind
    MESSAGE = auto()  # for the staff: to leave one, to be called back, something lost


class Told(Enum):
    """What the last utterance told besides dishes: a number alone corrects it."""

    OTHER = auto()
    TIME = auto()
    ADDRESS = auto()


@dataclass(frozen=True)
class Question:
    """`mentions` are what it names on the menu; `words` is how it was said, from the token `first`
    on."""

    topic: Topic
    mentions: tuple[Mention, ...] = ()
    words: str = ""
    first: int = 0


@dataclass(frozen=True)
class Wanted:
    """When the food is wanted: at `hour` and `minute`, in either half of the day where `twice`; or
    so many `minutes` from now; by `shift` minutes later than it was; on another `day`, as it was
    said; else as soon as it can be."""

    hour: int | None = None
    minute: int = 0
    twice: bool = False
    minutes: int | None = None
    shift: int = 0
    day: str = ""
    words: str = ""  # as it was said

    @property
    def told(self) -> bool:
        """True where it says when: a moment, or another day."""
        return self.hour is not None or self.minutes is not None or bool(self.day or self.shift)


@dataclass
class Asides:
    """`taken` holds the indices of the tokens that are used up. `allergy`: one is spoken of without
    saying to what; `no_allergy`: what nobody is allergic to after all, "" for anything at all."""

    called: str = ""  # the name the order had before
    name: str = ""
    evidence: Evidence = Evidence.NONE  # of the name
    spelled: bool = False  # the name, letter by letter
    phone: str = ""
    address: str = ""
    type: OrderType | None = None
    parts: list[str] = field(default_factory=list)  # of an address: its floor, its postcode
    wanted: Wanted | None = None
    some_time: str = ""  # when it is wanted, without an hour: "tonight"
    notes: list[str] = field(default_factory=list)
    allergy: bool = False
    no_allergy: str | None = None
    questions: list[Question] = field(default_factory=list)
    done: bool = False
    bye: bool = False
    cancel: bool = False
    told: bool = False  # a tale, which wants no answer
    waits: bool = False  # "hold on a second"
    measured: bool = False  # a number was said that counts no dish: a yes beside it is doubtful
    again: bool = False  # the same as last time, the usual
    again_of: tuple[Mention, ...] = ()  # of that only this dish: "the pizza I had last time"
    taken: set[int] = field(default_factory=set)
    placed: set[int] = field(default_factory=set)  # of those, what the parts of an address are
    left_out: set[int] = field(default_factory=set)  # as `taken`, within what is said of a dish
