"""The agent's settings: environment variables, read once. The only reader of the environment here.

Where PostgreSQL is, and what else the cloud's services want, is in the cloud's own table.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from cloud.services import Settings as CloudSettings
from cloud.services import SettingsError
from cloud.services import from_env as cloud_from_env

__all__ = [
    "SETTINGS",
    "CallSettings",
    "ModelSettings",
    "Setting",
    "Settings",
    "TraceSettings",
    "call_settings",
    "cloud_settings",
    "from_env",
    "model_settings",
    "trace_settings",
]


class Setting(NamedTuple):
    """One variable. An empty default means "not set"."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting(
        "PANBOT_AGENT_BUSINESS",
        "",
        "The business whose orders `panbot agent console` takes, where no --business is given.",
    ),
    Setting(
        "PANBOT_LLM",
        "",
        "The model that `panbot agent evaluate --engine model` scores, as PROVIDER/MODEL: "
        "`openai/gpt-4.1-mini`.",
    ),
    Setting(
        "PANBOT_OPENAI_API_KEY",
        "",
        "With it, an `openai/…` model is asked directly; without, through LiveKit Inference.",
    ),
    Setting(
        "PANBOT_OPENAI_URL",
        "",
        "Where an `openai/…` model is, where it is another server that speaks OpenAI's way.",
    ),
    Setting("PANBOT_LIVEKIT_API_KEY", "", "The key for LiveKit and its Inference."),
    Setting("PANBOT_LIVEKIT_API_SECRET", "", "The secret of that key."),
    Setting(
        "PANBOT_CALL_SPOOL",
        "",
        "The directory where records of calls wait for a cloud that is away; not set, they are "
        "lost then.",
    ),
    Setting(
        "PANBOT_MODEL_PRICES",
        "",
        "A JSON file of what models cost, see [calls](calls.md); without it no cost is recorded.",
    ),
    Setting(
        "PANBOT_LANGFUSE_URL",
        "",
        "The Langfuse that each call is traced to: `https://cloud.langfuse.com`. Not set, nothing "
        "is traced.",
    ),
    Setting("PANBOT_LANGFUSE_PUBLIC_KEY", "", "The public key of the Langfuse project."),
    Setting("PANBOT_LANGFUSE_SECRET_KEY", "", "The secret of that key."),
    Setting(
        "PANBOT_TRACE_WORDS",
        "off",
        "`on` lets traces hold what was said, with names and numbers; `off` keeps all of it out.",
    ),
    Setting(
        "PANBOT_TRACE_SECRET",
        "",
        "With it, traces know a caller by a keyed hash of the number; without it, not at all.",
    ),
)


class Settings(msgspec.Struct, frozen=True):
    """What `from_env` read. `business_id` may be empty where a menu file is given."""

    business_id: str = ""


class ModelSettings(msgspec.Struct, frozen=True):
    """A language model: its name, and the key of whoever runs it."""

    name: str
    openai_key: str = ""
    openai_url: str = ""
    livekit_key: str = ""
    livekit_secret: str = ""


def from_env(environ: Mapping[str, str] = os.environ) -> Settings:
    """The agent's own settings in `environ`."""
    return Settings(business_id=_read(environ)["PANBOT_AGENT_BUSINESS"])


def model_settings(environ: Mapping[str, str] = os.environ) -> ModelSettings:
    """The model that is scored. Raises `SettingsError` naming the variable that is missing."""
    read = _read(environ)
    name = read["PANBOT_LLM"]
    if "/" not in name:
        raise SettingsError(f"PANBOT_LLM takes PROVIDER/MODEL, not {name!r}: which model is asked?")
    direct = bool(read["PANBOT_OPENAI_API_KEY"]) and name.startswith("openai/")
    for variable in ("PANBOT_LIVEKIT_API_KEY", "PANBOT_LIVEKIT_API_SECRET"):
        if not direct and not read[variable]:
            raise SettingsError(
                f"{variable} is not set, nor is PANBOT_OPENAI_API_KEY: a model wants a key."
            )
    return ModelSettings(
        name,
        read["PANBOT_OPENAI_API_KEY"] if direct else "",
        read["PANBOT_OPENAI_URL"],
        read["PANBOT_LIVEKIT_API_KEY"],
        read["PANBOT_LIVEKIT_API_SECRET"],
    )


class CallSettings(msgspec.Struct, frozen=True):
    """What becomes of a call's record: where it waits, and what prices it is reckoned with."""

    spool: Path | None = None
    prices: Path | None = None


class TraceSettings(msgspec.Struct, frozen=True):
    """Where calls are traced to. `secret` keys the hash of a caller's number."""

    url: str
    public_key: str
    secret_key: str
    words: bool = False
    secret: str = ""


def call_settings(environ: Mapping[str, str] = os.environ) -> CallSettings:
    read = _read(environ)
    spool, prices = read["PANBOT_CALL_SPOOL"], read["PANBOT_MODEL_PRICES"]
    return CallSettings(Path(spool) if spool else None, Path(prices) if prices else None)


def trace_settings(environ: Mapping[str, str] = os.environ) -> TraceSettings | None:
    """None where nothing is traced. Raises `SettingsError` naming the variable that is wrong."""
    read = _read(environ)
    url = read["PANBOT_LANGFUSE_URL"]
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError("PANBOT_LANGFUSE_URL: an address like https://cloud.langfuse.com.")
    for variable in ("PANBOT_LANGFUSE_PUBLIC_KEY", "PANBOT_LANGFUSE_SECRET_KEY"):
        if not read[variable]:
            raise SettingsError(f"{variable} is not set, but PANBOT_LANGFUSE_URL is.")
    words = read["PANBOT_TRACE_WORDS"]
    if words not in ("on", "off"):
        raise SettingsError(f"PANBOT_TRACE_WORDS is on or off, not {words!r}.")
    return TraceSettings(
        url.rstrip("/"),
        read["PANBOT_LANGFUSE_PUBLIC_KEY"],
        read["PANBOT_LANGFUSE_SECRET_KEY"],
        words == "on",
        read["PANBOT_TRACE_SECRET"],
    )


def _read(environ: Mapping[str, str]) -> dict[str, str]:
    return {s.name: environ.get(s.name, "").strip() or s.default for s in SETTINGS}


def cloud_settings(environ: Mapping[str, str] = os.environ) -> CloudSettings:
    """What the cloud's services need. Raises `cloud.services.SettingsError` naming a variable."""
    return cloud_from_env(environ)
