"""What both virtual printers share: a port, a stock of paper, a tray that papers fall into."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from contextlib import suppress

from demo.printers.paper import OnPaper, Paper, Tray
from demo.printers.port import reserve
from domain.clock import Clock

__all__ = ["VirtualPrinter"]


class VirtualPrinter(ABC):
    """The port is its own from the making, so `uri` is known before `start`.

    `papers` holds the latest ones, oldest first; `on_paper` is called with each as it falls.
    `paper_out` may be set at any time: what has arrived then waits for paper. An offline printer
    refuses connections and keeps its port.
    """

    def __init__(self, clock: Clock, *, port: int, on_paper: OnPaper) -> None:
        self.on_paper = on_paper
        self._clock = clock
        self._tray = Tray()
        self._has_paper = asyncio.Event()
        self._has_paper.set()
        self._reserved = reserve(port)
        self.port = int(self._reserved.getsockname()[1])
        self._printing: asyncio.Task[None] | None = None

    @property
    @abstractmethod
    def uri(self) -> str: ...

    @property
    @abstractmethod
    def offline(self) -> bool: ...

    @abstractmethod
    async def set_offline(self, offline: bool) -> None:
        """True cuts all connections and refuses new ones; what has arrived is still printed."""

    @abstractmethod
    async def _print(self) -> None:
        """Prints what arrives, for ever."""

    @property
    def papers(self) -> list[Paper]:
        return self._tray.papers

    async def wait_for_papers(self, count: int) -> list[Paper]:
        """Returns once `count` papers have fallen since the printer was made."""
        return await self._tray.wait_for(count)

    @property
    def paper_out(self) -> bool:
        return not self._has_paper.is_set()

    @paper_out.setter
    def paper_out(self, out: bool) -> None:
        if out:
            self._has_paper.clear()
        else:
            self._has_paper.set()

    async def start(self) -> None:
        self._printing = asyncio.create_task(self._print())
        await self.set_offline(False)

    async def stop(self) -> None:
        """Lets go of the port and of every connection; what was not printed is lost."""
        await self.set_offline(True)
        self._reserved.close()
        if self._printing is not None:
            self._printing.cancel()
            with suppress(asyncio.CancelledError):
                await self._printing
            self._printing = None

    def _drop(self, paper: Paper) -> None:
        self._tray.add(paper)
        self.on_paper(paper)
