"""Tickets in many languages, and what they look like on 58 and 80 mm paper: as bytes for a receipt
printer and as a picture.

`python -m tests.support.papers` writes the golden files again. Look at each picture before you
commit it: a golden file says that a person found it good.
"""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from domain.order import LineModifier
from domain.printer import Names, Printer
from domain.ticket import Ticket, TicketKind, TicketLine
from printing import escpos, image
from printing.document import Document
from printing.render import render
from printing.samples import sample
from tests.support.paper import BUSINESS, KITCHEN, NARROW, WIDE

__all__ = ["CASES", "GOLDEN", "PRINTERS", "document"]

GOLDEN = Path(__file__).parents[1] / "printing" / "golden"
PRINTERS = {80: WIDE, 58: NARROW}


def _dish(name: str, other: str, without: str, note: str, language: str) -> Ticket:
    """Two of a dish with its name in a second language, and one that has no other name."""
    onion = LineModifier("without", "onion", "Onion", 0, {language: without}, removes=True)
    lines = (
        TicketLine(2, name, {language: other}, modifiers=(onion,), note=note),
        TicketLine(1, other),
    )
    return replace(KITCHEN, lines=lines, note=note)


# The ticket, and the second language of the printer; a code page where it is not the usual one.
_TICKETS: dict[str, tuple[Ticket, str]] = {
    **{kind.value: (sample(kind), "") for kind in TicketKind},
    "french": (
        _dish("Onion soup", "Soupe à l’oignon", "Œuf", "très chaud, s’il vous plaît", "fr"),
        "fr",
    ),
    "polish": (_dish("Dumplings", "Pierogi z kapustą", "Cebula", "dużo śmietany", "pl"), "pl"),
    "chinese": (
        _dish("Dumplings", "猪肉白菜饺子", "洋葱", "不要香菜，谢谢。花生过敏，请务必注意！", "zh"),
        "zh",
    ),
    "japanese": (
        _dish("Ramen", "とんこつラーメン", "玉ねぎ", "ネギ抜き、麺は硬めでお願いします。", "ja"),
        "ja",
    ),
    "korean": (_dish("Kimchi stew", "김치찌개", "양파", "맵지 않게 해 주세요", "ko"), "ko"),
    "arabic": (_dish("Shawarma", "شاورما دجاج مع الحمص", "بصل", "بدون ملح! (حار) 2", "ar"), "ar"),
    "hebrew": (
        _dish("Falafel in pita", "פלאפל בפיתה (חריף)", "בצל", "בלי Cola, רק מים!", "he"),
        "he",
    ),
    "thai": (_dish("Pad thai", "ผัดไทยกุ้งสด", "หัวหอม", "ไม่ใส่ถั่ว น้ำปลาน้อย", "th"), "th"),
    "emoji": (_dish("Pizza 🍕", "🌶️🧀", "🧅", "no 🥜, please ❤️", "emoji"), "emoji"),
    "no-font": (_dish("Dosa", "மசாலா தோசை", "வெங்காயம்", "not too hot", "ta"), "ta"),
}
_CODE_PAGES = {"polish": "CP852"}

# Each case: the ticket, and the printer's settings for it.
CASES: dict[str, tuple[Ticket, dict[str, object]]] = {
    name: (ticket, {"language": language, "code_page": _CODE_PAGES.get(name, "CP858")})
    for name, (ticket, language) in _TICKETS.items()
} | {"chinese-instead": (_TICKETS["chinese"][0], {"language": "zh", "names": Names.INSTEAD})}


def document(name: str, paper_mm: int) -> tuple[Document, Printer]:
    """The case `name` as it is printed on paper of that width, with its printer."""
    ticket, looks = CASES[name]
    printer = replace(PRINTERS[paper_mm], **looks)
    return render(ticket, business=BUSINESS, printer=printer), printer


def _write() -> None:
    for name in CASES:
        for paper_mm in PRINTERS:
            of = document(name, paper_mm)
            (GOLDEN / f"{name}-{paper_mm}.png").write_bytes(image.preview(*of))
            (GOLDEN / f"{name}-{paper_mm}.escpos").write_bytes(escpos.encode(*of))


if __name__ == "__main__":
    _write()
