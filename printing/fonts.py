"""The fonts that raster lines, pictures and previews are drawn with, and the Debian packages they
come in.

A font that is missing costs looks, never a ticket: what cannot be drawn becomes an empty box, and
the log names the package to install.
"""

from __future__ import annotations

import logging
from functools import cache, lru_cache
from pathlib import Path

import msgspec
from PIL import ImageFont, features
from wcwidth import wcwidth

from printing.document import CLOSE_ISOLATE, OPEN_ISOLATE

__all__ = [
    "FACES",
    "MONO",
    "SANS",
    "WIDE",
    "Face",
    "Font",
    "can_shape",
    "drawable",
    "face_of",
    "font",
    "has_bold",
]

log = logging.getLogger(__name__)

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


class Face(msgspec.Struct, frozen=True):
    """`paths` are tried in order. `scale` is the size in dots that fills a cell 1 dot wide (for a
    wide face: the two cells of one of its characters). A `shaped` face has letters that join, or
    widths of their own: its words are drawn as a whole, and fitted to their cells."""

    package: str
    paths: tuple[str, ...]
    bold_paths: tuple[str, ...]
    scale: float
    shaped: bool = False


_TRUETYPE = "/usr/share/fonts/truetype"
_OPENTYPE = "/usr/share/fonts/opentype"
MONO = Face(
    package="fonts-dejavu-core",
    paths=(f"{_TRUETYPE}/dejavu/DejaVuSansMono.ttf",),
    bold_paths=(f"{_TRUETYPE}/dejavu/DejaVuSansMono-Bold.ttf",),
    scale=5 / 3,  # its advance is 0.602 of its size
)
SANS = Face(  # Arabic and Hebrew
    package="fonts-dejavu-core",
    paths=(f"{_TRUETYPE}/dejavu/DejaVuSans.ttf",),
    bold_paths=(f"{_TRUETYPE}/dejavu/DejaVuSans-Bold.ttf",),
    scale=11 / 6,
    shaped=True,
)
WIDE = Face(  # Chinese, Japanese, Korean
    package="fonts-wqy-microhei",
    paths=(
        f"{_TRUETYPE}/wqy/wqy-microhei.ttc",
        f"{_OPENTYPE}/noto/NotoSansCJK-Regular.ttc",
        f"{_TRUETYPE}/droid/DroidSansFallbackFull.ttf",
    ),
    bold_paths=(f"{_OPENTYPE}/noto/NotoSansCJK-Bold.ttc",),
    scale=11 / 6,  # an em is two cells; a little less keeps the strokes apart
)
THAI = Face(
    package="fonts-tlwg-loma-ttf",
    paths=(f"{_TRUETYPE}/tlwg/Loma.ttf",),
    bold_paths=(f"{_TRUETYPE}/tlwg/Loma-Bold.ttf",),
    scale=2.0,
    shaped=True,
)
EMOJI = Face(  # outlines: colours would be a grey blot on receipt paper
    package="fonts-symbola",
    paths=(f"{_TRUETYPE}/ancient-scripts/Symbola_hint.ttf",),
    bold_paths=(),
    scale=11 / 6,
    shaped=True,
)
FACES = (MONO, SANS, THAI, WIDE, EMOJI)  # in the order in which they are asked for a character

_NO_CHARACTER = "\U0010fffe"  # drawn as a font draws what it does not have
_UNSEEN = OPEN_ISOLATE + CLOSE_ISOLATE
_BOX = "□"  # what stands for a character that no font has


def drawable(text: str) -> str:
    """`text` with a box (two for a wide one) for what no installed font can draw; says so in the
    log."""
    missing = {char for char in text if char not in _UNSEEN and face_of(char) is None}
    if not missing:
        return text
    log.warning(
        "no font for %s: printed as a box. Install the Debian packages %s",
        " ".join(f"U+{ord(char):04X}" for char in sorted(missing)),
        ", ".join(dict.fromkeys(face.package for face in FACES)),
    )
    box = _BOX if face_of(_BOX) else "?"
    return "".join(box * max(0, wcwidth(c)) if c in missing else c for c in text)


@lru_cache(maxsize=4096)
def face_of(char: str, *, shaped: bool = False) -> Face | None:
    """The first face that has `char`; of the shaped ones, if there is one."""
    faces = sorted(FACES, key=lambda face: not face.shaped) if shaped else FACES
    return next((face for face in faces if _has(face, char)), None)


@cache
def font(face: Face, size: int, *, bold: bool, shaped: bool = True) -> Font:
    """`face` at `size` dots; Pillow's own font where `face` is not installed. Letters stand as they
    are where `shaped` is false, or the face is not."""
    wanted = (*face.bold_paths, *face.paths) if bold else face.paths
    engine = ImageFont.Layout.RAQM if shaped and face.shaped else ImageFont.Layout.BASIC
    for path in wanted:
        if Path(path).is_file():
            return ImageFont.truetype(path, size, layout_engine=engine)
    return ImageFont.load_default(size)


@cache
def has_bold(face: Face) -> bool:
    return any(Path(path).is_file() for path in face.bold_paths)


@cache
def can_shape() -> bool:
    """True where Pillow can join Arabic letters; it takes libfribidi from the system for that."""
    return bool(features.check_feature("raqm"))


def _installed(face: Face) -> bool:
    return any(Path(path).is_file() for path in face.paths)


def _has(face: Face, char: str) -> bool:
    if char == " ":
        return True
    if not _installed(face):
        return False
    # Not shaped: a shaper would make ำ of two characters that the font has none of either.
    regular = font(face, 20, bold=False, shaped=False)
    return bytes(regular.getmask(char)) != bytes(regular.getmask(_NO_CHARACTER))
