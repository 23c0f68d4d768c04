"""The cloud's settings: one table of environment variables, read once, checked at once.

`SETTINGS` is what `docs/` and `--help` are generated from; `from_env` is the only reader.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

__all__ = ["MIN_SECRET_BYTES", "SETTINGS", "Setting", "Settings", "SettingsError", "from_env"]

MIN_SECRET_BYTES = 32  # RFC 7518: an HMAC key at least as long as the hash
MAX_PORT = 65_535
MAX_RETENTION_DAYS = 3_650  # as long as any law has books kept


class Setting(NamedTuple):
    """One variable. An empty default means "not set"."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting(
        "PANBOT_DATABASE_URL",
        "",
        "Where PostgreSQL is: postgresql://USER:PASSWORD@HOST/DATABASE. Needed by every command.",
    ),
    Setting(
        "PANBOT_DATABASE_POOL",
        "10",
        "How many connections one process may hold, besides the one that listens to the feed.",
    ),
    Setting("PANBOT_CLOUD_HOST", "127.0.0.1", "The address that the service listens on."),
    Setting("PANBOT_CLOUD_PORT", "8700", "The port that it listens on; 0 takes a free one."),
    Setting(
        "PANBOT_CLOUD_SECRET",
        "",
        "Signs access tokens; 32 bytes or more, the same for every process. Needed to serve.",
    ),
    Setting(
        "PANBOT_CENTRIFUGO_URL",
        "",
        "The WebSocket address that edges are told, ws://HOST:PORT/connection/websocket. Empty: no "
        "Centrifugo, and edges long-poll the feed. Set it alike for every process that writes.",
    ),
    Setting(
        "PANBOT_CENTRIFUGO_SECRET",
        "",
        "Signs the tokens that Centrifugo checks; 32 bytes or more. Needed where its URL is set.",
    ),
    Setting(
        "PANBOT_CENTRIFUGO_PARTITIONS",
        "1",
        "Partitions of Centrifugo's outbox. More of them are read at once; the events of one "
        "business always share one, so they stay in order.",
    ),
    Setting(
        "PANBOT_CALL_RETENTION_DAYS",
        "90",
        "Days for which what callers said is kept. Then, within six hours, transcripts, carts, "
        "numbers and reasons go from the calls (times, outcome, order id, usage and score stay), "
        "and messages for the staff are deleted, on the terminals too.",
    ),
)


class SettingsError(ValueError):
    """A variable that is missing or unusable; the text names it and says what it takes."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What `from_env` read. An empty `centrifugo_url` means that there is no Centrifugo."""

    database_url: str
    database_pool: int = 10
    host: str = "127.0.0.1"
    port: int = 8700
    secret: str = ""
    centrifugo_url: str = ""
    centrifugo_secret: str = ""
    centrifugo_partitions: int = 1
    call_retention_days: int = 90


def from_env(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings in `environ`. Raises `SettingsError` naming the first variable that is wrong."""
    read = {s.name: environ.get(s.name, "").strip() or s.default for s in SETTINGS}
    if not read["PANBOT_DATABASE_URL"]:
        raise SettingsError("PANBOT_DATABASE_URL is not set: it says where PostgreSQL is.")
    if read["PANBOT_CENTRIFUGO_URL"] and not read["PANBOT_CENTRIFUGO_SECRET"]:
        raise SettingsError(
            "PANBOT_CENTRIFUGO_SECRET is needed where PANBOT_CENTRIFUGO_URL is set."
        )
    return Settings(
        database_url=read["PANBOT_DATABASE_URL"],
        database_pool=_number(read, "PANBOT_DATABASE_POOL", 1, 1_000),
        host=read["PANBOT_CLOUD_HOST"],
        port=_number(read, "PANBOT_CLOUD_PORT", 0, MAX_PORT),
        secret=_secret(read, "PANBOT_CLOUD_SECRET"),
        centrifugo_url=read["PANBOT_CENTRIFUGO_URL"],
        centrifugo_secret=_secret(read, "PANBOT_CENTRIFUGO_SECRET"),
        centrifugo_partitions=_number(read, "PANBOT_CENTRIFUGO_PARTITIONS", 1, 1_000),
        call_retention_days=_number(read, "PANBOT_CALL_RETENTION_DAYS", 1, MAX_RETENTION_DAYS),
    )


def _number(read: Mapping[str, str], name: str, least: int, most: int) -> int:
    text = read[name]
    if not text.isdecimal() or not least <= int(text) <= most:
        raise SettingsError(f"{name} takes a number from {least} to {most}, not {text!r}.")
    return int(text)


def _secret(read: Mapping[str, str], name: str) -> str:
    """A secret may be missing, for commands that sign nothing; a short one is refused."""
    text = read[name]
    if text and len(text.encode()) < MIN_SECRET_BYTES:
        raise SettingsError(f"{name} needs {MIN_SECRET_BYTES} bytes or more.")
    return text
