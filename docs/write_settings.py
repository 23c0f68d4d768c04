"""Writes `docs/settings.md` from the programs' own tables: `make docs`.

`tests/test_docs.py` fails where the page is not what this would write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from agent.settings import SETTINGS as AGENT
from cloud.settings import SETTINGS as CLOUD
from demo.settings import SETTINGS as DEMO
from edge.settings import SETTINGS as EDGE

__all__ = ["PAGE", "page"]

PAGE = Path(__file__).parent / "settings.md"

_HEAD = """\
# Settings

Every setting is an environment variable. This page is made from the programs' own tables by
`make docs`; `panbot PROGRAM --help` shows the same.
"""


class Setting(Protocol):
    """What a row of any program's table says."""

    @property
    def name(self) -> str: ...

    @property
    def default(self) -> str: ...

    @property
    def help(self) -> str: ...


def page() -> str:
    """The page as Markdown."""
    programs: Mapping[str, Sequence[Setting]] = {
        "Edge": EDGE,
        "Cloud": CLOUD,
        "Agent": AGENT,
        "Demo": DEMO,
    }
    return _HEAD + "".join(_section(name, settings) for name, settings in programs.items())


def _section(program: str, settings: Sequence[Setting]) -> str:
    rows = [
        f"| `{s.name}` | {f'`{s.default}`' if s.default else ''} | {s.help} |" for s in settings
    ]
    head = (f"\n## {program}\n", "| variable | default | what it does |", "|---|---|---|")
    return "\n".join([*head, *rows, ""])


if __name__ == "__main__":
    PAGE.write_text(page())
