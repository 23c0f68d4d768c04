"""The fonts that raster lines, pictures and previews are drawn with, and the Debian packages they
come in.

A font that is missing costs looks, never a ticket: what cannot be drawn becomes `?`, and the log
names the package to install.
"""

from __future__ import annotations

import logging
from functools import cache, lru_cache
from pathlib import Path

import msgspec
from PIL import ImageFont
from wcwidth import wcwidth

__all__ = ["MONO", "WIDE", "Face", "Font", "drawable", "face_of", "font"]

log = logging.getLogger(__name__)

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


class Face(msgspec.Struct, frozen=True):
    """`paths` are tried in order. `scale` is the size in dots that fills a cell 1 dot wide (for a
    wide face: the two cells of one of its characters)."""

    package: str
    paths: tuple[str, ...]
    bold_paths: tuple[str, ...]
    scale: float


_DEBIAN = "/usr/share/fonts"
MONO = Face(
    package="fonts-dejavu-core",
    paths=(f"{_DEBIAN}/truetype/dejavu/DejaVuSansMono.ttf",),
    bold_paths=(f"{_DEBIAN}/truetype/dejavu/DejaVuSansMono-Bold.ttf",),
    scale=5 / 3,  # its advance is 0.602 of its size
)
WIDE = Face(
    package="fonts-wqy-microhei",
    paths=(
        f"{_DEBIAN}/truetype/wqy/wqy-microhei.ttc",
        f"{_DEBIAN}/opentype/noto/NotoSansCJK-Regular.ttc",
        f"{_DEBIAN}/truetype/droid/DroidSansFallbackFull.ttf",
    ),
    bold_paths=(f"{_DEBIAN}/opentype/noto/NotoSansCJK-Bold.ttc",),
    scale=11 / 6,  # an em is two cells; a little less keeps the strokes apart
)

_NO_CHARACTER = "\U0010fffe"  # drawn as a font draws what it does not have


def drawable(text: str) -> str:
    """`text` with `?` (`??` for a wide one) for what no installed font can draw; says so in the
    log."""
    missing = {char for char in text if face_of(char) is None}
    if not missing:
        return text
    log.warning(
        "no font for %s: printed as '?'. Install the Debian packages %s and %s",
        " ".join(f"U+{ord(char):04X}" for char in sorted(missing)),
        MONO.package,
        WIDE.package,
    )
    return "".join("?" * max(1, wcwidth(c)) if c in missing else c for c in text)


@lru_cache(maxsize=4096)
def face_of(char: str) -> Face | None:
    """The first face that has `char`."""
    return next((face for face in (MONO, WIDE) if _has(face, char)), None)


@cache
def font(face: Face, size: int, *, bold: bool) -> Font:
    """`face` at `size` dots; Pillow's own font where `face` is not installed."""
    wanted = (*face.bold_paths, *face.paths) if bold else face.paths
    for path in wanted:
        if Path(path).is_file():
            return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
    return ImageFont.load_default(size)


def _installed(face: Face) -> bool:
    return any(Path(path).is_file() for path in face.paths)


def _has(face: Face, char: str) -> bool:
    if char == " ":
        return True
    if not _installed(face):
        return False
    regular = font(face, 20, bold=False)
    return bytes(regular.getmask(char)) != bytes(regular.getmask(_NO_CHARACTER))
