"""One measured figure beside its floor, as a row of a table and as a line of JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

__all__ = ["Figure", "percentile", "table"]


class Figure(msgspec.Struct, frozen=True):
    """`floor` is what the bare means need for the same in the same run; None where there is none.

    `goal` says what the value must reach, in words. `quoted` is what others needed for the same, in
    a run of theirs.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    goal: str = ""
    quoted: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None

    def line(self) -> str:
        """`{name, value, unit, floor, ratio}` as one line of JSON."""
        plain = {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "floor": None if self.floor is None else round(self.floor, 3),
            "ratio": None if self.ratio is None else round(self.ratio, 2),
        }
        return msgspec.json.encode(plain).decode()


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of `values` that `percent` of them do not exceed."""
    ranked = sorted(values)
    rank = -(-len(ranked) * percent // 100)  # the ceiling
    return ranked[max(int(rank), 1) - 1]


def table(figures: Iterable[Figure]) -> str:
    """The figures in columns, for people."""
    rows = [("", "value", "unit", "floor", "ratio", "goal", "others, quoted")]
    for figure in figures:
        floor = "" if figure.floor is None else f"{figure.floor:,.2f}"
        ratio = "" if figure.ratio is None else f"{figure.ratio:.1f}×"
        value = f"{figure.value:,.2f}"
        rows.append((figure.name, value, figure.unit, floor, ratio, figure.goal, figure.quoted))
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if n in (1, 3, 4) else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
