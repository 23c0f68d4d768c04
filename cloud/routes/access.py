"""Who is asking, and how far their token reaches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from litestar import Request

from domain.clock import Clock
from domain.errors import Forbidden, TooMany, Unauthenticated
from web.tokens import Claims, Tokens

__all__ = [
    "Failures",
    "actor",
    "caller_of",
    "is_owner",
    "need_business",
    "need_device",
    "need_owner",
    "need_user",
]

OWNERS = frozenset({"owner", "admin"})
MAX_FAILURES = 10  # at one account in a window: a person mistypes twice, a guesser does not stop
WINDOW_S = 60.0
MAX_GUESSERS = 10_000  # remembered at once, so that a flood cannot fill the memory


def caller_of(tokens: Tokens) -> Callable[[Request[Any, Any, Any]], Claims]:
    """The dependency `caller`: what the request's bearer token says. Raises `Unauthenticated`."""

    def caller(request: Request[Any, Any, Any]) -> Claims:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("This needs an access token: `Authorization: Bearer …`.")
        return tokens.verify(token.strip())

    return caller


def actor(caller: Claims) -> str:
    """How the caller is named in what they wrote."""
    return f"{caller.kind}:{caller.sub}"


def need_business(caller: Claims, business_id: str) -> None:
    """Refuses a foreign business in the words in which it refuses one that doesn't exist."""
    if caller.business_id != business_id:
        raise Forbidden("Your token is for another business.")


def is_owner(caller: Claims) -> bool:
    return caller.role in OWNERS


def need_owner(caller: Claims) -> None:
    """Refuses whoever is not an owner of the business."""
    if not is_owner(caller):
        raise Forbidden("Only an owner may do this.")


def need_device(caller: Claims) -> None:
    """Refuses people."""
    if caller.kind != "device":
        raise Forbidden("Only a paired device may do this.")


def need_user(caller: Claims) -> None:
    """Refuses devices."""
    if caller.kind != "user":
        raise Forbidden("Only a person may do this.")


class Failures:
    """Slows down guessing: after some refusals an address has to wait for the next window.

    It waits for one account only, so that behind a balancer, whose address all of them share, a
    guesser shuts out nobody but whom they guess at.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since = clock.monotonic()
        self._counts: Counter[tuple[str, str]] = Counter()

    @contextmanager
    def counted(self, request: Request[Any, Any, Any], account: str) -> Iterator[None]:
        """Counts a refusal raised in the block against `account` (an email, a device's id; empty
        where there is none yet). Raises `TooMany` where there were enough.

        An attempt counts as refused until it was not: a thousand that are sent at once would else
        all be looked at before the first of them is counted.
        """
        guesser = (request.client.host if request.client else "", account.casefold())
        self._start_window()
        if self._counts[guesser] >= MAX_FAILURES:
            raise TooMany(f"Too many wrong attempts; wait {WINDOW_S:.0f} seconds.")
        self._counts[guesser] += 1
        refused = False
        try:
            yield
        except Unauthenticated:
            refused = True
            raise
        finally:
            # A window that began meanwhile has forgotten it.
            if not refused and self._counts[guesser] > 0:
                self._counts[guesser] -= 1

    def _start_window(self) -> None:
        now = self._clock.monotonic()
        if now - self._since >= WINDOW_S or len(self._counts) >= MAX_GUESSERS:
            self._since = now
            self._counts.clear()
