"""The documents say what the programs do."""

from __future__ import annotations

import argparse
import importlib
import re
import tomllib
from pathlib import Path

import agent.cli
import cloud.cli
import demo.cli
import edge.cli
import edge.printers_cli
import panbot
from demo.restaurant import read_restaurant
from docs.write_settings import PAGE, page

ROOT = Path(__file__).parent.parent
PARSERS = {
    "edge": edge.cli._parser,
    "cloud": cloud.cli._parser,
    "agent": agent.cli._parser,
    "printers": edge.printers_cli._parser,
    "demo": demo.cli._parser,
}


def commands() -> list[str]:
    """Every `panbot PROGRAM COMMAND` that there is."""
    found = []
    for program, make in PARSERS.items():
        groups = (a for a in make()._actions if isinstance(a, argparse._SubParsersAction))
        names = [name for group in groups for name in group.choices]
        found += [f"panbot {program} {name}" for name in names] or [f"panbot {program}"]
    return found


def test_every_setting_is_documented() -> None:
    """`docs/settings.md` is what the tables make of it: `make docs` writes it."""
    assert PAGE.read_text() == page()


def test_every_command_is_documented() -> None:
    """An undocumented command fails here."""
    text = (ROOT / "docs" / "operating.md").read_text()
    assert [one for one in commands() if one not in text] == []


def test_no_document_names_a_command_that_is_not_there() -> None:
    """Each `panbot PROGRAM COMMAND` in a document can be typed."""
    known = set(commands())
    programs = {one.rsplit(" ", 1)[0] for one in known} | known
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for typed in re.findall(r"`(panbot [a-z]+(?: [a-z][a-z-]*)?)", document.read_text()):
            assert typed in known or typed in programs, f"{document.name}: {typed}"


def test_every_program_is_in_the_usage() -> None:
    """The one command knows all of them."""
    assert set(PARSERS) == set(panbot._PROGRAMS)


def test_the_usage_names_every_command() -> None:
    """Whoever types `panbot` alone sees what each program can do."""
    rows = {row.split()[0]: row for row in panbot._usage().splitlines() if row.startswith("  ")}
    for command in commands():
        _, program, *name = command.split()
        assert all(word in re.findall(r"[a-z-]+", rows[program]) for word in name), command


def test_help_shows_every_setting() -> None:
    """As `docs/settings.md` says."""
    for program in ("edge", "cloud", "agent", "demo"):
        table = importlib.import_module(f"{program}.settings").SETTINGS
        text = PARSERS[program]().format_help()
        assert [one.name for one in table if one.name not in text] == [], program


def test_what_is_to_be_typed_to_install_can_be_typed() -> None:
    """Nothing is released, so no document and no message tells to install it by name; and each
    `scripts/setup` names what there is."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    for document in [ROOT / "README.md", ROOT / "panbot.py", *(ROOT / "docs").glob("*.md")]:
        text = document.read_text()
        assert "pip install 'panbot" not in text, document.name
        for typed in re.findall(r"scripts/setup ([a-z ]+[a-z])", text):
            assert set(typed.split()) <= set(extras), f"{document.name}: {typed}"


def test_the_ways_into_the_demo_are_told() -> None:
    """The PINs and the owner's sign-in stand in the README as they are in the sample."""
    readme = (ROOT / "README.md").read_text()
    restaurant, _ = read_restaurant()
    for who in restaurant.staff:
        assert f"{who.pin} ({who.name}" in readme
    for user in restaurant.users:
        assert user.email in readme
        assert user.password in readme


def test_links_between_documents_lead_somewhere() -> None:
    """A relative link or picture in a document is a file in the checkout."""
    for document in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
