"""What a receipt printer says of itself: bytes in, words out. Pure; the asking is someone else's.

Two questions are known. `ASK_STATUS` is answered at once, even by a printer that is held. `FENCE`
is answered in its turn, once everything before it has been printed. Answers are told apart by their
fixed bits, so both may be read from one connection.
"""

from __future__ import annotations

import msgspec

from domain.printer import PrinterStatus

__all__ = ["ASK_STATUS", "FENCE", "ONLINE", "Condition", "read_fence", "read_status"]

ASK_STATUS = b"\x10\x04\x01\x10\x04\x02\x10\x04\x04"  # DLE EOT: printer, offline cause, paper
FENCE = b"\x1dr\x01"  # GS r 1: paper sensor, in its turn

_STATUS_ANSWERS = 3  # bytes, one for each question in `ASK_STATUS`
_AUTOMATIC_MORE = 3  # bytes of an automatic status after its first


class Condition(msgspec.Struct, frozen=True):
    """`ready` is False where the printer will not print now, and `reason` then says why."""

    status: PrinterStatus
    reason: str = ""
    ready: bool = True


ONLINE = Condition(PrinterStatus.ONLINE)
_PAPER_LOW = Condition(PrinterStatus.PAPER_LOW)
_PAPER_OUT = Condition(PrinterStatus.PAPER_OUT, "the paper is out", ready=False)
_COVER_OPEN = Condition(PrinterStatus.COVER_OPEN, "the cover is open", ready=False)
_ERROR = Condition(PrinterStatus.ERROR, "the printer reports an error", ready=False)
_OFFLINE = Condition(PrinterStatus.OFFLINE, "the printer is switched offline", ready=False)


def read_status(received: bytes) -> Condition | None:
    """How the printer is, from all that it has sent since `ASK_STATUS`; None while an answer is
    missing. What a cook can put right comes first."""
    answers, _ = _sorted_out(received)
    if len(answers) < _STATUS_ANSWERS:
        return None
    printer, cause, paper = answers[:_STATUS_ANSWERS]
    if cause & 0x04:
        return _COVER_OPEN
    if cause & 0x20 or paper & 0x60:
        return _PAPER_OUT
    if cause & 0x40:
        return _ERROR
    if printer & 0x08:
        return _OFFLINE
    return _PAPER_LOW if paper & 0x0C else ONLINE


def read_fence(received: bytes) -> Condition | None:
    """How the paper is now that all is printed, from all that the printer has sent since `FENCE`;
    None while there is no answer."""
    _, answers = _sorted_out(received)
    if not answers:
        return None
    if answers[0] & 0x0C:
        return _PAPER_OUT
    return _PAPER_LOW if answers[0] & 0x03 else ONLINE


def _sorted_out(received: bytes) -> tuple[bytes, bytes]:
    """The answers to `ASK_STATUS` and to `FENCE`.

    What nobody asked for (automatic status, four bytes, where someone once switched it on; flow
    control) is passed over.
    """
    status, fence = bytearray(), bytearray()
    rest = iter(received)
    for byte in rest:
        match byte & 0x93:
            case 0x12:
                status.append(byte)
            case 0x10:
                for _ in range(_AUTOMATIC_MORE):
                    next(rest, None)
            case _ if byte & 0x90 == 0:
                fence.append(byte)
    return bytes(status), bytes(fence)
