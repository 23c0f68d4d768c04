"""The print head: what each typographic ESC/POS command does to the paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PIL import Image

from demo.printers.escpos_parser import TEXT, Command
from demo.printers.paper import LINE_SPACING_DOTS, Align, Roll, Style

__all__ = ["Head"]

# The numbers of `ESC t` on Epson's European models, as the codecs that Python knows them by.
_CODE_PAGES = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    13: "cp857",
    14: "cp737",
    15: "iso8859_7",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
    33: "cp775",
    34: "cp855",
    39: "iso8859_2",
    40: "iso8859_15",
    45: "cp1250",
    46: "cp1251",
    47: "cp1253",
    48: "cp1254",
}


class Head:
    """Keeps the style that is set, and prints on `roll`."""

    def __init__(self) -> None:
        self.roll = Roll()
        self._reset()
        self._commands: dict[str, Callable[[bytes], bool]] = {
            TEXT: self._text,
            "LF": lambda _: self._lines(1),
            "CR": lambda _: True,  # the line feed after it ends the line
            "HT": lambda _: self._tab(),
            "ESC @": lambda _: self._reset(),
            "ESC !": lambda args: self._print_mode(args[0]),
            "ESC -": lambda args: self._set(underline=args[0] not in b"\x00\x30"),
            "ESC 2": lambda _: self._spacing(LINE_SPACING_DOTS),
            "ESC 3": lambda args: self._spacing(args[0]),
            "ESC =": lambda args: args[0] == 1,  # 1: the data is for the printer
            "ESC E": lambda args: self._set(bold=bool(args[0] & 1)),
            "ESC G": lambda args: self._set(bold=bool(args[0] & 1)),
            "ESC J": lambda args: self._lines(1, spacing=args[0]),
            "ESC M": lambda args: self._set(small=args[0] in b"\x01\x31"),
            "ESC a": lambda args: self._set(align=Align(args[0] % 0x30 % 3)),
            "ESC d": lambda args: self._lines(args[0]),
            "ESC r": lambda args: args[0] == 0,  # one colour is all there is
            "ESC t": lambda args: self._code_page(args[0]),
            "ESC {": lambda args: args[0] == 0,  # upside down is not drawn
            "FS .": lambda _: True,  # leave the Chinese mode, which this printer has not
            "GS !": lambda args: self._set(width=(args[0] >> 4) + 1, height=(args[0] & 15) + 1),
            "GS B": lambda args: self._set(inverse=bool(args[0] & 1)),
            "GS b": lambda _: True,  # smoothing: always smooth
            "GS v": self._raster,
        }

    def run(self, command: Command) -> bool:
        """Does it. False where this head does not know the command, or not with that argument."""
        does = self._commands.get(command.name)
        return does is not None and does(command.args)

    def take_paper(self) -> Roll:
        """What is printed so far, cut off; the next ticket begins on blank paper."""
        self.roll.flush()
        paper, self.roll = self.roll, Roll()
        self.roll.spacing = paper.spacing
        return paper

    def _reset(self) -> bool:
        self._style = Style()
        self._codec = _CODE_PAGES[0]
        return self._spacing(LINE_SPACING_DOTS)

    def _set(self, **changes: object) -> bool:
        self._style = replace(self._style, **changes)  # type: ignore[arg-type]
        return True

    def _text(self, raw: bytes) -> bool:
        self.roll.write(raw.decode(self._codec, "replace"), self._style)
        return True

    def _lines(self, count: int, spacing: int | None = None) -> bool:
        for _ in range(count):
            self.roll.end_line(spacing)
        return True

    def _tab(self) -> bool:
        self.roll.tab(self._style)
        return True

    def _spacing(self, dots: int) -> bool:
        self.roll.spacing = dots
        return True

    def _print_mode(self, bits: int) -> bool:
        return self._set(
            small=bool(bits & 0x01),
            bold=bool(bits & 0x08),
            height=2 if bits & 0x10 else 1,
            width=2 if bits & 0x20 else 1,
            underline=bool(bits & 0x80),
        )

    def _code_page(self, number: int) -> bool:
        self._codec = _CODE_PAGES.get(number, self._codec)
        return number in _CODE_PAGES

    def _raster(self, args: bytes) -> bool:
        """`GS v 0`: bit 1 is ink; bit 0 of the mode doubles the width, bit 1 the height."""
        function, mode, dots = args[0:1], args[1], args[6:]
        if function != b"0" or not dots:
            return False
        row_bytes = int.from_bytes(args[2:4], "little")
        size = (row_bytes * 8, len(dots) // row_bytes)
        ink = Image.frombytes("1", size, dots).convert("L")
        scaled = (ink.width * (1 + (mode & 1)), ink.height * (1 + (mode >> 1 & 1)))
        self.roll.picture(ink.resize(scaled, Image.Resampling.NEAREST), self._style.align)
        return True
