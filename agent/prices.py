"""What models cost, from a file that the operator fills: nobody else's prices are known here."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import msgspec

from cloud.services import SettingsError

__all__ = ["NO_PRICES", "Counts", "Price", "Prices", "load_prices"]

MS_A_MINUTE = 60_000


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As its seller lists it, in whole units of the currency. What is None is not known, and a
    model that used some of it has no known cost."""

    input_per_million: Decimal | None = None  # tokens
    cached_input_per_million: Decimal | None = None  # None: they cost what others do
    output_per_million: Decimal | None = None  # tokens
    characters_per_million: Decimal | None = None  # spoken by a voice
    audio_per_minute: Decimal | None = None  # heard by a recogniser


class Counts(msgspec.Struct, frozen=True):
    """What one model used in a call; `cached_tokens` are part of `input_tokens`."""

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    characters: int = 0
    audio_ms: int = 0


class Prices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`models` by name, as `PROVIDER/MODEL`."""

    currency: str
    models: dict[str, Price] = {}

    def cost_micros(self, model: str, used: Counts) -> int | None:
        """Millionths of the currency, rounded half up; None where a price is missing.

        A price for a million pieces in whole units is that for one piece in millionths.
        """
        price = self.models.get(model)
        if price is None:
            return None
        cached = price.cached_input_per_million
        parts = (
            (used.input_tokens - used.cached_tokens, price.input_per_million),
            (used.cached_tokens, price.input_per_million if cached is None else cached),
            (used.output_tokens, price.output_per_million),
            (used.characters, price.characters_per_million),
        )
        total = Decimal(0)
        for count, each in parts:
            if count and each is None:
                return None
            total += count * (each or 0)
        if used.audio_ms:
            if price.audio_per_minute is None:
                return None
            total += used.audio_ms * price.audio_per_minute * 1_000_000 / MS_A_MINUTE
        return int(total.to_integral_value(ROUND_HALF_UP))


NO_PRICES = Prices(currency="")


def load_prices(path: Path | None) -> Prices:
    """The file of `PANBOT_MODEL_PRICES`; none at all knows no price. Raises `SettingsError`."""
    if path is None:
        return NO_PRICES
    try:
        return msgspec.json.decode(path.read_bytes(), type=Prices)
    except (OSError, msgspec.DecodeError) as error:
        raise SettingsError(f"PANBOT_MODEL_PRICES: {path}: {error}") from error
