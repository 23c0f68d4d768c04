"""What a call's models cost: by the operator's own table, or nothing is claimed."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.prices import NO_PRICES, Counts, load_prices
from cloud.services import SettingsError

FILE = """{"currency": "USD", "models": {
  "a/words": {"input_per_million": 0.40, "cached_input_per_million": "0.10",
              "output_per_million": 1.6},
  "b/ears": {"audio_per_minute": 0.0077},
  "c/voice": {"characters_per_million": 50},
  "d/free": {"input_per_million": 0, "output_per_million": 0}
}}"""


@pytest.mark.parametrize(
    ("model", "used", "micros"),
    [
        ("a/words", Counts(input_tokens=10_000, output_tokens=500), 4_800),
        ("a/words", Counts(input_tokens=10_000, cached_tokens=8_000, output_tokens=500), 2_400),
        ("a/words", Counts(input_tokens=1), 0),
        ("a/words", Counts(input_tokens=2), 1),  # 0.8 of a millionth, rounded
        ("b/ears", Counts(audio_ms=90_000), 11_550),
        ("c/voice", Counts(characters=1_500), 75_000),
        ("d/free", Counts(input_tokens=10_000, output_tokens=500), 0),
        ("c/voice", Counts(characters=1_500, audio_ms=1), None),
        ("b/ears", Counts(input_tokens=5), None),
        ("e/unknown", Counts(input_tokens=5), None),
    ],
)
def test_costs(tmp_path: Path, model: str, used: Counts, micros: int | None) -> None:
    """Millionths of a dollar, by hand; None where a part of the price is not known."""
    (tmp_path / "prices.json").write_text(FILE)
    assert load_prices(tmp_path / "prices.json").cost_micros(model, used) == micros


def test_without_a_file_nothing_is_known() -> None:
    """No invented prices."""
    assert load_prices(None) is NO_PRICES
    assert NO_PRICES.cost_micros("a/words", Counts(input_tokens=1)) is None


@pytest.mark.parametrize("content", ["{", '{"models": {}}', FILE.replace("audio_per_minute", "x")])
def test_a_wrong_file_is_named(tmp_path: Path, content: str) -> None:
    """A slip of the pen is told at the start, and is no price of zero."""
    path = tmp_path / "prices.json"
    path.write_text(content)
    with pytest.raises(SettingsError, match="PANBOT_MODEL_PRICES"):
        load_prices(path)
    with pytest.raises(SettingsError, match="gone"):
        load_prices(tmp_path / "gone.json")
