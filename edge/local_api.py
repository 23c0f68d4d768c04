"""The command line's way to the edge that runs on this machine.

Whoever can read the data directory is its owner: the edge's own secret, which stands there, signs
the token.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

import httpx

from domain.clock import Clock
from domain.errors import PanBotError, Unavailable
from edge.access import LOCAL_CLI
from edge.lock import address
from edge.settings import EdgeSettings
from edge.store import identity
from edge.store.store import connect_read_only
from web.tokens import Claims, Tokens

__all__ = ["LocalApi", "Refused"]

TIMEOUT_S = 30.0  # a flush waits for the cloud


_NOT_OURS = "What answers at the edge's address is no edge: is it being restarted?"


class Refused(PanBotError):
    """The edge said no; the words are its own."""


class LocalApi:
    """Asks the running edge. Raises `Unavailable` where none is running."""

    def __init__(self, settings: EdgeSettings, clock: Clock) -> None:
        url = address(settings.data)
        if url is None:
            raise Unavailable(
                f"No edge is running on {settings.data}: begin with panbot edge serve, or say "
                "where its data is: PANBOT_EDGE_DATA."
            )
        if not url:
            raise Unavailable("The edge is being started; try again in a moment.")
        self._http = httpx.Client(
            base_url=f"{url}/api/v1",
            headers={"Authorization": f"Bearer {_token(settings, clock)}"},
            timeout=TIMEOUT_S,
            trust_env=False,
        )

    def get(self, path: str) -> Any:
        """The answer's JSON. Raises `Refused`."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: Any = None) -> Any:
        """The answer's JSON. Raises `Refused`."""
        return self._ask("POST", path, body)

    def change(self, method: str, path: str, body: Any = None, *, version: str) -> Any:
        """The same for a change of what was seen as `version`, an ETag or a number."""
        return self._ask(method, path, body, {"If-Match": version})

    def etag(self, path: str) -> str:
        """The ETag of what stands at `path`. Raises `Refused`."""
        return str(self._answer("GET", path, None, {}).headers["ETag"])

    def close(self) -> None:
        self._http.close()

    def _ask(
        self, method: str, path: str, body: Any, headers: Mapping[str, str] | None = None
    ) -> Any:
        answer = self._answer(method, path, body, headers or {})
        try:
            return answer.json()
        except ValueError as error:
            raise Unavailable(_NOT_OURS) from error

    def _answer(
        self, method: str, path: str, body: Any, headers: Mapping[str, str]
    ) -> httpx.Response:
        try:
            response = self._http.request(method, path, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise Unavailable(f"The edge does not answer: {error}") from error
        if not response.is_success:
            raise Refused(_detail(response))
        return response


def _detail(response: httpx.Response) -> str:
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"{_NOT_OURS} (HTTP {response.status_code})"


def _token(settings: EdgeSettings, clock: Clock) -> str:
    with closing(connect_read_only(settings.database)) as db:
        who = identity.read(db)
    assert who is not None, "the running edge has made it"
    claims = Claims(LOCAL_CLI, "owner", who.business_id)
    return Tokens(who.token_secret, clock).issue(claims)
