"""`messages/…`: whom to call back, and saying that somebody has."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from edge.parts import Parts
from edge.routes.answers import JsonText, SignedIn, json_list, one_record
from edge.store import messages

__all__ = ["Messages"]

MAX_LISTED = 500  # messages in one answer: a week in which nobody had time


class Messages(Controller):
    path = "/messages"
    tags = ("messages",)

    @get("/")
    async def listed(
        self,
        parts: NamedDependency[Parts],
        handled: FromQuery[bool | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_LISTED)] = 200,
    ) -> JsonText:
        """What callers left, the latest first. `handled=false`: what nobody has seen to yet."""
        found = await parts.store.read(lambda db: messages.latest(db, handled, limit))
        return json_list(record.json for record in found)

    @post("/{message_id:str}/handled", status_code=200)
    async def see_to(
        self, request: SignedIn, message_id: FromPath[str], parts: NamedDependency[Parts]
    ) -> JsonText:
        """Says that whoever is signed in has seen to it; who was first stays, so a retry is
        harmless. Answers with the message."""
        stamp = parts.stamp(request.user.sub)
        return one_record(
            await parts.store.write(lambda tx: messages.see_to(tx, message_id, stamp))
        )
