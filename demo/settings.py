"""The demo's two settings, and the environment that its children are given."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

__all__ = ["SETTINGS", "DemoSettings", "Setting", "read_settings"]


class Setting(NamedTuple):
    """One environment variable."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting(
        "PANBOT_DEMO_DATA",
        ".demo",
        "Where the demo keeps its databases and logs. Not set, `--once` takes a directory of its "
        "own and removes it at the end.",
    ),
    Setting(
        "PANBOT_CENTRIFUGO",
        "centrifugo",
        "The Centrifugo server to start. Where it is not on PATH, the one that `make centrifugo` "
        "built is taken, and where there is none, the edge long-polls.",
    ),
)

_OUR_CENTRIFUGO = Path("~/.cache/panbot/bin/centrifugo")


class DemoSettings(msgspec.Struct, frozen=True):
    """`data` is None where nothing was set. `centrifugo` is the program, None where there is none.
    `environment` is the machine's own: none of our variables reach a child by accident."""

    data: Path | None
    centrifugo: Path | None
    environment: dict[str, str]


def read_settings(given: Mapping[str, str] = os.environ) -> DemoSettings:
    """The settings in `given`, by default the process's own."""
    data = given.get("PANBOT_DEMO_DATA", "")
    named = given.get("PANBOT_CENTRIFUGO") or SETTINGS[1].default
    found = shutil.which(named) or shutil.which(_OUR_CENTRIFUGO.expanduser())
    return DemoSettings(
        data=Path(data) if data else None,
        centrifugo=Path(found) if found else None,
        environment={k: v for k, v in given.items() if not k.startswith("PANBOT_")},
    )
