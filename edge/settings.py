"""What can be set about an edge, and the one place that reads the environment for it.

`SETTINGS` is the whole list; `docs/settings.md` and `panbot edge serve --help` are made of it.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

__all__ = ["SETTINGS", "BadSetting", "EdgeSettings", "Setting", "read_settings", "read_url"]


class BadSetting(ValueError):
    """A setting that cannot be used; the message names it and says what is allowed."""


@dataclass(frozen=True)
class EdgeSettings:
    """See `SETTINGS` for what each one means. `_s` are seconds, `_ms` milliseconds."""

    data: Path
    host: str
    port: int
    cloud_url: str
    push_delay_s: float
    push_longest_s: float
    push_prompt_s: float
    print_gap_ms: int
    lan_interfaces: tuple[str, ...]

    @property
    def database(self) -> Path:
        return self.data / "edge.sqlite"


@dataclass(frozen=True)
class Setting:
    """One environment variable: its default, what it means, and how its text is read."""

    name: str
    field: str
    default: str
    help: str
    read: Callable[[str], Any]


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number between {low} and {high}")
        return int(text)

    return read


def _seconds(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        number = float(text)
        if not low <= number <= high:
            raise ValueError(f"must be between {low:g} and {high:g} seconds")
        return number

    return read


def read_url(text: str) -> str:
    """The address of a cloud without the slash at its end; empty where `text` is. Raises
    `ValueError` where nothing could ever be reached there."""
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        _ = (parts.hostname or "").encode("idna"), parts.port
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable or not text.isprintable() or " " in text:
        raise ValueError("must be an address like https://cloud.example.com")
    return text.rstrip("/")


def _host(text: str) -> str:
    if not text or any(c.isspace() or c == "/" for c in text):
        raise ValueError("must be an address or a host name")
    return text


def _interfaces(text: str) -> tuple[str, ...]:
    return tuple(_interface(one.strip()) for one in text.split(",") if one.strip())


def _interface(text: str) -> str:
    if re.fullmatch(r"[0-9.]+", text):
        return str(ipaddress.IPv4Address(text))
    if not re.fullmatch(r"[\w.@-]{1,15}", text, re.ASCII):  # what Linux allows
        raise ValueError(f"{text!r} is neither an interface nor an IPv4 address")
    return text


def _directory(text: str) -> Path:
    if not text:
        raise ValueError("must be a directory")
    return Path(text)


SETTINGS = (
    Setting(
        "PANBOT_EDGE_DATA",
        "data",
        "/var/lib/panbot/edge",
        "The directory that holds the edge's database and its backups.",
        _directory,
    ),
    Setting(
        "PANBOT_EDGE_HOST",
        "host",
        "127.0.0.1",
        "The address that terminals reach the edge at; the restaurant's own network, never a "
        "public one.",
        _host,
    ),
    Setting("PANBOT_EDGE_PORT", "port", "8600", "The port; 0 takes a free one.", _whole(0, 65535)),
    Setting(
        "PANBOT_CLOUD_URL",
        "cloud_url",
        "",
        "Where the cloud is. Empty: the address that the edge was paired with.",
        read_url,
    ),
    Setting(
        "PANBOT_PUSH_DELAY_S",
        "push_delay_s",
        "120",
        "Seconds from the last edit of a record until it goes up.",
        _seconds(0, 86_400),
    ),
    Setting(
        "PANBOT_PUSH_LONGEST_S",
        "push_longest_s",
        "600",
        "Seconds from the first edit until a record goes up, however often it is edited.",
        _seconds(0, 86_400),
    ),
    Setting(
        "PANBOT_PUSH_PROMPT_S",
        "push_prompt_s",
        "2",
        "The same for what has run out, which the next caller must not be sold.",
        _seconds(0, 86_400),
    ),
    Setting(
        "PANBOT_PRINT_GAP_MS",
        "print_gap_ms",
        "100",
        "Milliseconds between two jobs of one printer.",
        _whole(0, 10_000),
    ),
    Setting(
        "PANBOT_LAN_INTERFACES",
        "lan_interfaces",
        "",
        "The interfaces of the restaurant's network (eth0, or an IPv4 address of this machine), "
        "with commas: there printers are looked for and the edge announces itself to terminals. "
        "Empty: neither is done.",
        _interfaces,
    ),
)


def read_settings(environment: Mapping[str, str] | None = None) -> EdgeSettings:
    """The settings in `environment`, by default the process's own.

    Raises `BadSetting` naming the variable. An empty variable counts as one that is not set.
    """
    given = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = given.get(setting.name) or setting.default
        try:
            values[setting.field] = setting.read(text)
        except ValueError as error:
            raise BadSetting(f"{setting.name}={text!r}: {error}") from error
    settings = EdgeSettings(**values)
    if settings.push_longest_s < settings.push_delay_s:
        raise BadSetting(
            "PANBOT_PUSH_LONGEST_S is below PANBOT_PUSH_DELAY_S: the longest wait is the cap."
        )
    return settings
