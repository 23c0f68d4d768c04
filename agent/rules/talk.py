"""Where a talk stands between two turns, and what a turn decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from agent.cart import Cart
from agent.guest import NOBODY, Guest
from agent.hearing import Focus, Open
from agent.house import House
from domain.order import Order

__all__ = [
    "MAX_NAME_ASKED",
    "MAX_OPEN_ASKED",
    "MAX_PHONE",
    "MAX_SILENCES",
    "Ask",
    "Decision",
    "Quote",
    "Scene",
    "Talk",
    "ToolCall",
]

MAX_NAME_ASKED = 2  # a caller who twice gives no name does not want to; the order needs none
MAX_OPEN_ASKED = 2  # an open point asked in vain so often is dropped, and said so

MAX_SILENCES = 3  # in a row; then there is nobody there, and the line is needed
MAX_PHONE = 40  # characters, as the domain takes; longer is no number

Quote = Callable[[Cart], Order]


class Ask(Enum):
    """What the caller was asked last."""

    ITEMS = auto()
    MORE = auto()
    OPEN = auto()
    OPTION = auto()
    NAME = auto()
    TYPE = auto()
    ADDRESS = auto()
    AGAIN = auto()  # the same as last time?
    CONFIRM = auto()
    CHANGE = auto()
    CLOSED = auto()


@dataclass(frozen=True)
class Talk:
    """Where the talk stands between two turns. `read` is the cart that was read back: only that
    one may be placed by a yes."""

    ask: Ask = Ask.ITEMS
    opens: tuple[Open, ...] = ()
    focus: Focus = field(default_factory=Focus)
    done: bool = False
    name_asked: int = 0
    option_line: str = ""
    read: Cart | None = None
    said: str = ""
    question: str = ""  # as it was put last, so that it is put in other words next time
    silences: int = 0  # turns in a row in which nothing was said


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


@dataclass(frozen=True)
class Scene:
    """All that a turn is decided from, besides what was said."""

    house: House
    cart: Cart
    talk: Talk
    quote: Quote
    guest: Guest = NOBODY
