"""What the cloud and Centrifugo agree on: the command in the outbox, the token, the configuration.

Centrifugo reads its commands from our database, so there is no connection from us to it.
"""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from typing import Any

import jwt
import msgspec

from cloud.settings import Settings
from domain.events import Event, business_channel

__all__ = ["TOKEN_TTL_S", "centrifugo_config", "connection_token", "partition_of", "publication"]

TOKEN_TTL_S = 15 * 60  # like an access token; the client asks for the next one by itself
HISTORY_SIZE = 300  # events kept for a client that reconnects; beyond it, it reads the feed
HISTORY_TTL = "24h"
POLL_INTERVAL = "300ms"  # how often Centrifugo looks by itself, should a notification be lost


def publication(event: Event) -> dict[str, Any]:
    """The `publish` command that announces `event`, as Centrifugo's HTTP API would take it."""
    return {
        "channel": business_channel(event.business_id),
        "data": msgspec.to_builtins(event),
        "idempotency_key": f"{event.business_id}:{event.seq}",
    }


def partition_of(business_id: str, partitions: int) -> int:
    """The outbox partition of a business: always the same one, since only within it is order
    kept."""
    return zlib.crc32(business_id.encode()) % partitions


def connection_token(business_id: str, *, sub: str, secret: str, now: datetime) -> str:
    """A Centrifugo connection token that subscribes its bearer to the business by itself."""
    claims = {
        "sub": sub,
        "exp": int((now + timedelta(seconds=TOKEN_TTL_S)).timestamp()),
        "channels": [business_channel(business_id)],
    }
    return jwt.encode(claims, secret, algorithm="HS256")


def centrifugo_config(settings: Settings) -> dict[str, Any]:
    """The configuration for Centrifugo 6 that fits these settings."""
    return {
        "client": {"token": {"hmac_secret_key": settings.centrifugo_secret}},
        "health": {"enabled": True},
        "usage_stats": {"disabled": True},
        "channel": {
            "namespaces": [
                {
                    "name": business_channel("").removesuffix(":"),
                    "history_size": HISTORY_SIZE,
                    "history_ttl": HISTORY_TTL,
                    "force_positioning": True,
                    "force_recovery": True,
                }
            ]
        },
        "consumers": [
            {
                "enabled": True,
                "name": "outbox",
                "type": "postgresql",
                "postgresql": {
                    "dsn": settings.database_url,
                    "outbox_table_name": "centrifugo_outbox",
                    "num_partitions": settings.centrifugo_partitions,
                    "partition_poll_interval": POLL_INTERVAL,
                    "partition_notification_channel": "centrifugo_partition_change",
                    "use_try_lock": True,
                },
            }
        ],
    }
