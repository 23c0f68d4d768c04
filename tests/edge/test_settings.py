"""The settings table: defaults, and refusals that name the variable."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from edge.cli import main
from edge.settings import SETTINGS, BadSetting, EdgeSettings, read_settings


def test_the_table_is_the_settings() -> None:
    """Every field comes from one variable, each documented, and the defaults are good."""
    assert [s.field for s in SETTINGS] == [f.name for f in fields(EdgeSettings)]
    assert all(s.help for s in SETTINGS)
    assert read_settings({}).port == 8600


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PANBOT_EDGE_PORT", "http"),
        ("PANBOT_EDGE_PORT", "70000"),
        ("PANBOT_EDGE_HOST", "a b"),
        ("PANBOT_CLOUD_URL", "cloud.example.com"),
        ("PANBOT_CLOUD_URL", "http://nonsense..host"),
        ("PANBOT_CLOUD_URL", "http://cloud:99999"),
        ("PANBOT_CLOUD_URL", "http://[::1"),
        ("PANBOT_CLOUD_URL", "http://a b"),
        ("PANBOT_PUSH_DELAY_S", "nan"),
        ("PANBOT_PUSH_DELAY_S", "-1"),
        ("PANBOT_PRINT_GAP_MS", "0.5"),
        ("PANBOT_LAN_INTERFACES", "eth0; eth1"),
        ("PANBOT_LAN_INTERFACES", "10.0.0.256"),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, text: str) -> None:
    """A typing error stops the program at once, and the message says which variable it is."""
    with pytest.raises(BadSetting, match=name):
        read_settings({name: text})


def test_the_longest_wait_is_the_cap() -> None:
    """A longest wait below the delay would mean nothing."""
    with pytest.raises(BadSetting, match="PANBOT_PUSH_LONGEST_S"):
        read_settings({"PANBOT_PUSH_DELAY_S": "700"})


def test_a_mistyped_cloud_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pairing with an address that nothing could ever be at names the option, and asks nobody."""
    monkeypatch.setenv("PANBOT_EDGE_DATA", str(tmp_path / "data"))
    assert main(["pair", "CODE", "--cloud", "http://[::1"]) == 2
    told = capsys.readouterr().err
    assert (told.count("\n"), "--cloud" in told) == (1, True)
