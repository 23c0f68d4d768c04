"""Settings come from one table, and a wrong one is refused by name."""

from __future__ import annotations

import pytest

from cloud.settings import SETTINGS, Settings, SettingsError, from_env

URL = {"PANBOT_DATABASE_URL": "postgresql://db/panbot"}


def test_the_table_and_the_settings_agree() -> None:
    """With nothing set but the database, each setting has the default that the table shows."""
    assert from_env(URL) == Settings(database_url="postgresql://db/panbot")


def test_each_variable_is_explained() -> None:
    """Names are PANBOT's own, and each says what it is for."""
    assert all(s.name.startswith("PANBOT_") and len(s.help) > 20 for s in SETTINGS)
    assert len({s.name for s in SETTINGS}) == len(SETTINGS) == len(Settings.__struct_fields__)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PANBOT_DATABASE_URL", ""),
        ("PANBOT_DATABASE_POOL", "0"),
        ("PANBOT_CLOUD_PORT", "http"),
        ("PANBOT_CLOUD_PORT", "70000"),
        ("PANBOT_CLOUD_SECRET", "short"),
        ("PANBOT_CENTRIFUGO_SECRET", "s" * 31),
        ("PANBOT_CENTRIFUGO_PARTITIONS", "-1"),
        ("PANBOT_CALL_RETENTION_DAYS", "0"),
        ("PANBOT_CALL_RETENTION_DAYS", "for ever"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    """The refusal says which variable it is."""
    with pytest.raises(SettingsError, match=name):
        from_env({**URL, name: value})


def test_centrifugo_needs_its_secret() -> None:
    """An address alone would hand out tokens that nobody can check."""
    with pytest.raises(SettingsError, match="PANBOT_CENTRIFUGO_SECRET"):
        from_env({**URL, "PANBOT_CENTRIFUGO_URL": "ws://127.0.0.1:8000"})
