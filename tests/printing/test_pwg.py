"""PWG raster, read back by CUPS's own reader."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PIL import Image

from printing import pwg
from tests.support.cups_raster import read_raster


def noise(width: int, height: int, seed: int) -> Image.Image:
    """Dots with runs of all lengths in both directions."""
    dice = random.Random(seed)
    picture = Image.new("1", (width, height), 1)
    for _ in range(60):
        left, top = dice.randrange(width), dice.randrange(height)
        size = (dice.choice((1, 3, 8, 200, width)), dice.choice((1, 2, 300)))
        picture.paste(dice.randrange(2), (left, top, left + size[0], top + size[1]))
    for _ in range(300):  # bytes of which no two are alike
        picture.putpixel((dice.randrange(width), dice.randrange(1 + height // 4)), 0)
    return picture


@pytest.mark.parametrize("colours", [pwg.BLACK_1, pwg.SGRAY_8])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (7, 2), (576, 900), (1233, 700)])
def test_read_back(tmp_path: Path, colours: str, width: int, height: int) -> None:
    """CUPS reads every dot of every page as it was drawn, whatever the runs are."""
    drawn = [noise(width, height, seed) for seed in range(3)]
    file = tmp_path / "ticket.pwg"
    file.write_bytes(pwg.encode(drawn, 300, colours, cut=True))
    pages = read_raster(file)
    assert len(pages) == 3
    for page, picture in zip(pages, drawn, strict=True):
        assert page.picture.size == picture.size
        assert page.picture.tobytes() == picture.tobytes()
        assert page.bits == (1 if colours == pwg.BLACK_1 else 8)
        assert (page.dpi, page.pages, page.cut) == ((300, 300), 3, 1)
        assert page.points == (round(width * 72 / 300), round(height * 72 / 300))


def test_white_is_small() -> None:
    """An empty A4 page at 600 dpi takes less than 20 KB: most of a ticket is white."""
    page = Image.new("1", (4961, 7016), 1)
    assert len(pwg.encode([page], 600, pwg.SGRAY_8, cut=False)) < 20_000
