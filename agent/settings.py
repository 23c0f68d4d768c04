"""The agent's settings: environment variables, read once. The only reader of the environment here.

Where PostgreSQL is, and what else the cloud's services want, is in the cloud's own table.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
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
    "EngineSettings",
    "Model",
    "Setting",
    "Settings",
    "TraceSettings",
    "WorkerSettings",
    "call_settings",
    "cloud_settings",
    "engine_settings",
    "from_env",
    "livekit_settings",
    "model_settings",
    "one_core",
    "phone_region",
    "trace_settings",
    "whisper_model",
    "without_livekits_turn_detector",
    "worker_settings",
]

MAX_CALLS = 100  # of one process tree; more of them want more machines
MAX_PORT = 65_535

_PROVIDERS = ("openai", "deepgram", "cartesia")  # whom we can ask without LiveKit
_LAST = frozenset({"offline", "rules"})  # may be named, and is the last in any case


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
        "PANBOT_LIVEKIT_URL",
        "",
        "Where LiveKit is: wss://HOST. Needed by `panbot agent start` and `panbot agent trunks`.",
    ),
    Setting("PANBOT_LIVEKIT_API_KEY", "", "The key for LiveKit and its Inference."),
    Setting("PANBOT_LIVEKIT_API_SECRET", "", "The secret of that key."),
    Setting(
        "PANBOT_AGENT_CALLS",
        "4",
        "How many calls one `panbot agent start` takes at a time. A further one goes to another "
        "machine's; where there is none it rings for 30 s and hears busy.",
    ),
    Setting("PANBOT_AGENT_HOST", "127.0.0.1", "The address of the worker's health page."),
    Setting("PANBOT_AGENT_PORT", "8702", "Its port; 0 takes a free one."),
    Setting(
        "PANBOT_PHONE_REGION",
        "",
        "The country (`DE`) in which the carrier's numbers without a country code are read. Empty: "
        "such numbers are nobody's.",
    ),
    Setting(
        "PANBOT_STT",
        "",
        "Who hears the caller, as PROVIDER/MODEL, several with commas, the best first: "
        "`deepgram/nova-3`. Behind them all, and alone where this is empty, is `offline`.",
    ),
    Setting(
        "PANBOT_LLM",
        "",
        "The model that takes the order, likewise: `openai/gpt-4.1-mini`. Behind them all, and "
        "alone where this is empty, are the rules. `panbot agent evaluate --engine model` scores "
        "the first.",
    ),
    Setting(
        "PANBOT_TTS",
        "",
        "Who speaks, likewise: `cartesia/sonic-3`, or `cartesia/sonic-3:VOICE`. Behind them all, "
        "and alone where this is empty, is `offline`.",
    ),
    *(
        row
        for provider in _PROVIDERS
        for row in (
            Setting(
                f"PANBOT_{provider.upper()}_API_KEY",
                "",
                f"With it, `{provider}/…` is asked directly; without, through LiveKit Inference.",
            ),
            Setting(
                f"PANBOT_{provider.upper()}_URL",
                "",
                f"Where `{provider}/…` is, where it is another server that speaks its way.",
            ),
        )
    ),
    Setting(
        "PANBOT_WHISPER_MODEL",
        "",
        "The folder of the Whisper model that hears without a network: `model.bin`, `config.json` "
        "and `tokenizer.json` as CTranslate2 writes them, with 16- or 32-bit floats. Not set: "
        "tiny.en, which comes with the agent.",
    ),
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


class Model(msgspec.Struct, frozen=True):
    """A model of somebody's: `openai`, `gpt-4.1-mini`. With a `key` it is asked directly, at `url`
    where that is given; without, through LiveKit Inference. `voice` is for one that speaks."""

    provider: str
    name: str
    voice: str = ""
    key: str = ""
    url: str = ""


class EngineSettings(msgspec.Struct, frozen=True):
    """Who hears, thinks and speaks, the best first. What works without a network stands behind
    them all and is not named here."""

    stt: tuple[Model, ...] = ()
    llm: tuple[Model, ...] = ()
    tts: tuple[Model, ...] = ()
    livekit_key: str = ""
    livekit_secret: str = ""
    whisper: Path | None = None


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


class WorkerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What `panbot agent start` needs. `calls` is how many it takes at a time."""

    livekit_url: str
    livekit_key: str
    livekit_secret: str
    cloud: CloudSettings
    kept: CallSettings = CallSettings()
    traces: TraceSettings | None = None
    calls: int = 4
    host: str = "127.0.0.1"
    port: int = 8702
    region: str = ""


def from_env(environ: Mapping[str, str] = os.environ) -> Settings:
    """The agent's own settings in `environ`."""
    return Settings(business_id=_read(environ)["PANBOT_AGENT_BUSINESS"])


def engine_settings(environ: Mapping[str, str] = os.environ) -> EngineSettings:
    """Who hears, thinks and speaks. Raises `SettingsError` naming the variable that is wrong, or
    the key that is missing."""
    read = _read(environ)
    return EngineSettings(
        _models(read, "PANBOT_STT", "deepgram"),
        _models(read, "PANBOT_LLM", "openai"),
        _models(read, "PANBOT_TTS", "cartesia"),
        read["PANBOT_LIVEKIT_API_KEY"],
        read["PANBOT_LIVEKIT_API_SECRET"],
        whisper_model(environ),
    )


def whisper_model(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The folder of the model that hears without a network, None for the one that comes with the
    agent. Raises `SettingsError` where there is none in it."""
    text = _read(environ)["PANBOT_WHISPER_MODEL"]
    if text and not (Path(text) / "model.bin").is_file():
        raise SettingsError(f"PANBOT_WHISPER_MODEL: there is no model.bin in {text!r}.")
    return Path(text) if text else None


def one_core(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of a program that shall calculate on one core, as several run at a time."""
    return {**environ, "OPENBLAS_NUM_THREADS": "1"}


def without_livekits_turn_detector(environ: MutableMapping[str, str] = os.environ) -> None:
    """LiveKit's worker would load 240 MB that decide when a turn is over; here `SentenceEnds` does.
    To be called before the worker runs."""
    environ.setdefault("LIVEKIT_AGENTS_PRELOAD_LOCAL_INFERENCE", "0")


def model_settings(environ: Mapping[str, str] = os.environ) -> EngineSettings:
    """The model that is scored, the first of `llm`. Raises `SettingsError` where there is none."""
    found = engine_settings(environ)
    if not found.llm:
        raise SettingsError("PANBOT_LLM is not set: which model is asked? PROVIDER/MODEL.")
    return found


def worker_settings(environ: Mapping[str, str] = os.environ) -> WorkerSettings:
    """What taking calls needs. Raises `SettingsError` naming the variable that is missing."""
    read = _read(environ)
    url, key, secret = livekit_settings(environ)
    return WorkerSettings(
        livekit_url=url,
        livekit_key=key,
        livekit_secret=secret,
        cloud=cloud_settings(environ),
        kept=call_settings(environ),
        traces=trace_settings(environ),
        calls=_number(read, "PANBOT_AGENT_CALLS", 1, MAX_CALLS),
        host=read["PANBOT_AGENT_HOST"],
        port=_number(read, "PANBOT_AGENT_PORT", 0, MAX_PORT),
        region=phone_region(environ),
    )


def livekit_settings(environ: Mapping[str, str] = os.environ) -> tuple[str, str, str]:
    """URL, key and secret of LiveKit. Raises `SettingsError` naming what is missing."""
    read = _read(environ)
    names = ("PANBOT_LIVEKIT_URL", "PANBOT_LIVEKIT_API_KEY", "PANBOT_LIVEKIT_API_SECRET")
    for name in names:
        if not read[name]:
            raise SettingsError(f"{name} is not set: calls come through LiveKit.")
    return read[names[0]], read[names[1]], read[names[2]]


def phone_region(environ: Mapping[str, str] = os.environ) -> str:
    """`DE`, or empty. Raises `SettingsError` where it is no country's."""
    text = _read(environ)["PANBOT_PHONE_REGION"]
    if text and not (len(text) == 2 and text.isalpha() and text.isascii()):  # ISO 3166
        raise SettingsError(f"PANBOT_PHONE_REGION takes a country such as DE, not {text!r}.")
    return text.upper()


def _models(read: Mapping[str, str], variable: str, direct: str) -> tuple[Model, ...]:
    """The models of a variable; `direct` is the provider that can be asked without LiveKit."""
    names = [name.strip() for name in read[variable].split(",")]
    return tuple(
        _model(read, variable, direct, name) for name in names if name and name not in _LAST
    )


def _model(read: Mapping[str, str], variable: str, direct: str, text: str) -> Model:
    provider, slash, name = text.partition("/")
    if not (provider and slash and name):
        raise SettingsError(f"{variable} takes PROVIDER/MODEL, not {text!r}: which model is asked?")
    name, _, voice = name.partition(":") if variable == "PANBOT_TTS" else (name, "", "")
    key, url = "", ""
    if provider == direct:
        key = read[f"PANBOT_{provider.upper()}_API_KEY"]
        url = read[f"PANBOT_{provider.upper()}_URL"]
    for needed in ("PANBOT_LIVEKIT_API_KEY", "PANBOT_LIVEKIT_API_SECRET"):
        if not key and not read[needed]:
            own = f", nor is PANBOT_{provider.upper()}_API_KEY" if provider == direct else ""
            raise SettingsError(f"{needed} is not set{own}: {text} wants a key.")
    return Model(provider, name, voice, key, url)


def _number(read: Mapping[str, str], name: str, least: int, most: int) -> int:
    text = read[name]
    if not text.isdecimal() or not least <= int(text) <= most:
        raise SettingsError(f"{name} takes a number from {least} to {most}, not {text!r}.")
    return int(text)


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
