"""Virtual printers: real protocols on loopback, and paper that can be looked at.

They read the bytes that a printer would get and draw what it would print, so the demo can show
tickets in a browser and a test can assert on what the kitchen would read. Nothing of PanBot is
used to read its own output: a mistake in the encoder shows on the paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from demo.printers.escpos_printer import EscPosPrinter
from demo.printers.ipp_printer import IppPrinter
from demo.printers.paper import OnPaper, Paper

__all__ = ["EscPosPrinter", "IppPrinter", "OnPaper", "Paper", "VirtualPrinter"]


class VirtualPrinter(Protocol):
    """What both kinds share. The port is theirs from the making, so `uri` is known before `start`.

    `papers` holds the latest ones, oldest first; `on_paper` is called with each as it falls.
    `paper_out` may be set at any time: what has arrived then waits for paper. An offline printer
    refuses connections and keeps its port.
    """

    on_paper: OnPaper
    paper_out: bool

    @property
    def uri(self) -> str: ...

    @property
    def papers(self) -> Sequence[Paper]: ...

    @property
    def offline(self) -> bool: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def set_offline(self, offline: bool) -> None: ...

    async def wait_for_papers(self, count: int) -> Sequence[Paper]:
        """Returns once `count` papers have fallen since the printer was made."""
        ...
