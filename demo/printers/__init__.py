"""Virtual printers: real protocols on loopback, and paper that can be looked at.

They read the bytes that a printer would get and draw what it would print, so the demo can show
tickets in a browser and a test can assert on what the kitchen would read. Nothing of PanBot is
used to read its own output: a mistake in the encoder shows on the paper.
"""

from __future__ import annotations

from demo.printers.escpos_printer import EscPosPrinter
from demo.printers.ipp_printer import IppPrinter
from demo.printers.paper import OnPaper, Paper
from demo.printers.virtual import VirtualPrinter

__all__ = ["EscPosPrinter", "IppPrinter", "OnPaper", "Paper", "VirtualPrinter"]
