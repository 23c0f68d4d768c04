"""The agent's settings: environment variables, read once. The only reader of the environment here.

Where PostgreSQL is, and what else the cloud's services want, is in the cloud's own table.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from cloud.services import Settings as CloudSettings
from cloud.services import from_env as cloud_from_env

__all__ = ["SETTINGS", "Setting", "Settings", "cloud_settings", "from_env"]


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
)


class Settings(msgspec.Struct, frozen=True):
    """What `from_env` read. `business_id` may be empty where a menu file is given."""

    business_id: str = ""


def from_env(environ: Mapping[str, str] = os.environ) -> Settings:
    """The agent's own settings in `environ`."""
    name, default, _ = SETTINGS[0]
    return Settings(business_id=environ.get(name, "").strip() or default)


def cloud_settings(environ: Mapping[str, str] = os.environ) -> CloudSettings:
    """What the cloud's services need. Raises `cloud.services.SettingsError` naming a variable."""
    return cloud_from_env(environ)
