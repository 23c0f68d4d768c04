"""What a receipt printer's bytes mean."""

from __future__ import annotations

import pytest

from domain.printer import PrinterStatus
from printing.transport.status import read_fence, read_status

AUTOMATIC = b"\x14\x00\x00\x0f"
XON_XOFF = b"\x11\x13"


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        (b"\x12\x12\x12", PrinterStatus.ONLINE, ""),
        (b"\x12\x12\x1e", PrinterStatus.PAPER_LOW, ""),
        (b"\x1a\x32\x72", PrinterStatus.PAPER_OUT, "the paper is out"),
        (b"\x12\x12\x72", PrinterStatus.PAPER_OUT, "the paper is out"),
        (b"\x1a\x16\x12", PrinterStatus.COVER_OPEN, "the cover is open"),
        (b"\x1a\x36\x72", PrinterStatus.COVER_OPEN, "the cover is open"),
        (b"\x1a\x52\x12", PrinterStatus.ERROR, "the printer reports an error"),
        (b"\x1a\x12\x12", PrinterStatus.OFFLINE, "the printer is switched offline"),
    ],
)
def test_status(answer: bytes, status: PrinterStatus, reason: str) -> None:
    """Each trouble has its name and its words, and a ticket is sent where there is none."""
    condition = read_status(answer)
    assert condition is not None
    assert (condition.status, condition.reason) == (status, reason)
    assert condition.ready is not bool(reason)


@pytest.mark.parametrize("some", [b"", b"\x12", b"\x12\x12", AUTOMATIC, b"\x00\x00\x00"])
def test_status_is_incomplete(some: bytes) -> None:
    """Two answers of three say nothing yet, nor does anything that is none."""
    assert read_status(some) is None


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"\x00", PrinterStatus.ONLINE),
        (b"\x03", PrinterStatus.PAPER_LOW),
        (b"\x0f", PrinterStatus.PAPER_OUT),
    ],
)
def test_fence(answer: bytes, status: PrinterStatus) -> None:
    """The fence tells how the paper is."""
    condition = read_fence(answer)
    assert condition is not None
    assert condition.status is status


@pytest.mark.parametrize("noise", [b"", AUTOMATIC, XON_XOFF, b"\x12\x12\x12"])
def test_noise(noise: bytes) -> None:
    """What nobody asked for is no answer, and hides none that comes after it."""
    assert read_fence(noise) is None
    assert read_fence(noise + b"\x00") is not None
