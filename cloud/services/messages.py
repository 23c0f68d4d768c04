"""Notes from the telephone for the staff: the collection `message`."""

from __future__ import annotations

from datetime import timedelta

from cloud.db.messages import messages_page, old_messages
from cloud.db.pool import Pool, acquiring
from cloud.db.records import Versioned
from cloud.services.records import State, Writer
from domain.clock import Clock, iso
from domain.codec import encode
from domain.errors import NotFound
from domain.message import Handled, Message, clipped
from sync.shapes import check_record
from sync.wire import Collection

__all__ = ["MAX_PAGE", "Messages"]

MAX_PAGE = 200  # messages in one answer
FORGET_AT_ONCE = 100  # messages in one transaction, in which their business takes no order

_LEFT_BY = "agent"
_UPKEEP = "retention"


class Messages:
    """The messages of each business."""

    def __init__(self, pool: Pool, writer: Writer, clock: Clock, retention_days: int) -> None:
        self._pool = pool
        self._writer = writer
        self._clock = clock
        self._retention = timedelta(days=retention_days)

    async def leave(self, business_id: str, message: Message) -> None:
        """Puts a message before the staff, on every terminal; again with the same id changes
        nothing, whatever became of it. What is too long is cut, see `domain.message.clipped`.

        Raises `Invalid`, `NotFound` for the business.
        """
        data = encode(clipped(message))
        check_record(Collection.MESSAGE, message.id, data)
        async with self._writer.writing(business_id, by=_LEFT_BY) as writing:
            if await writing.find(Collection.MESSAGE, message.id) is None:
                state = State(Collection.MESSAGE, message.id, data)
                await writing.put(state, base_version=0)

    async def see_to(self, business_id: str, message_id: str, *, actor: str) -> Versioned:
        """Marks a message as seen to by `actor`; who was first stays. Raises `NotFound`."""
        async with self._writer.writing(business_id, by=actor) as writing:
            current = await writing.find(Collection.MESSAGE, message_id)
            if current is None or current.deleted:
                raise NotFound(f"There is no message {message_id!r}.")
            if current.data.get("handled") is not None:
                return current
            seen_to = {"handled": encode(Handled(actor, iso(self._clock.now())))}
            state = State(Collection.MESSAGE, message_id, current.data | seen_to)
            return await writing.put(state, base_version=current.version)

    async def forget(self) -> int:
        """Deletes the messages that were kept as long as a call's words are, here and on every
        terminal; says how many."""
        before, total = iso(self._clock.now() - self._retention), 0
        while True:
            async with acquiring(self._pool) as connection:
                old = await old_messages(connection, before, FORGET_AT_ONCE)
            for business_id in sorted({business_id for business_id, _ in old}):
                await self._delete(business_id, [key for owner, key in old if owner == business_id])
            total += len(old)
            if len(old) < FORGET_AT_ONCE:
                return total

    async def _delete(self, business_id: str, keys: list[str]) -> None:
        async with self._writer.writing(business_id, by=_UPKEEP) as writing:
            for key in keys:
                current = await writing.find(Collection.MESSAGE, key)
                if current is not None and not current.deleted:  # another program may do the same
                    state = State(Collection.MESSAGE, key, {}, deleted=True)
                    await writing.put(state, base_version=current.version)

    async def list(
        self, business_id: str, *, handled: bool | None = None, limit: int = MAX_PAGE
    ) -> list[Versioned]:
        """Messages, the latest first; None is both, those that somebody has seen to and those
        that nobody has."""
        async with acquiring(self._pool) as connection:
            return await messages_page(connection, business_id, handled, limit)
