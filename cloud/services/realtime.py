"""How a listener reaches Centrifugo, where there is one."""

from __future__ import annotations

import msgspec

from cloud.realtime import connection_token
from cloud.settings import Settings
from domain.clock import Clock
from domain.events import business_channel

__all__ = ["Realtime", "RealtimeAccess"]


class RealtimeAccess(msgspec.Struct, frozen=True):
    """`enabled` is false where there is no Centrifugo: then the feed is long-polled."""

    enabled: bool
    url: str = ""
    token: str = ""
    channel: str = ""


class Realtime:
    """Hands out connection tokens."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def access(self, business_id: str, *, sub: str) -> RealtimeAccess:
        """Where to connect, and a token that subscribes `sub` to the business."""
        if not self._settings.centrifugo_url:
            return RealtimeAccess(enabled=False)
        token = connection_token(
            business_id, sub=sub, secret=self._settings.centrifugo_secret, now=self._clock.now()
        )
        return RealtimeAccess(
            True, self._settings.centrifugo_url, token, business_channel(business_id)
        )
