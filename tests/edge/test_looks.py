"""Templates, the logo, printers' looks and the day's report, over HTTP."""

from __future__ import annotations

import base64
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from PIL import Image

from domain.ticket import TicketKind
from printing.render import built_in
from sync.wire import Change
from tests.support.edge import (
    Client,
    Paper,
    changes,
    draft,
    edge_client,
    eventually,
    order_data,
    seed,
    settings,
)

LOUD = "<b><huge>LOUD {{number}}\n{{#lines}}\n{{qty}} {{name}}\n{{/lines}}\n<cut>\n"
BROKEN = {"id": "kitchen", "kind": "kitchen", "text": "{{number}}\n<blink>sale"}


@pytest.fixture
async def edge(tmp_path: Path, paper: Paper) -> AsyncIterator[Client]:
    where = settings(tmp_path / "data")
    await seed(where, changes({"k": paper.uri, "r": paper.uri}, kitchen=["k"], receipt=["r"]))
    async with edge_client(where) as edge:
        yield edge


async def ask(edge: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    return await edge.http.request(method, f"/api/v1/{path}", json=body, headers=headers)


async def save(
    edge: Client, template_id: str = "kitchen", text: str = LOUD, version: int = 0, **more: str
) -> Any:
    body = {"kind": "kitchen", "text": text} | more
    return await ask(edge, "PUT", f"templates/{template_id}", body, **{"If-Match": f'"{version}"'})


async def test_a_saved_template_is_on_the_next_ticket(edge: Client, paper: Paper) -> None:
    """What the owner saves is printed from then on, and waits for the cloud like any edit."""
    saved = await save(edge)
    assert saved.status_code == 200, saved.text
    await ask(edge, "POST", "orders", draft("o1"))
    await eventually(lambda: paper.with_text("LOUD T-1"), "the loud ticket")
    status = (await ask(edge, "GET", "sync/status")).json()
    assert status["pending"]["count"] >= 1
    listed = (await ask(edge, "GET", "templates")).json()
    assert listed["built_in"]["kitchen"] == built_in(TicketKind.KITCHEN)
    assert [(one["id"], one["text"], one["problem"]) for one in listed["own"]] == [
        ("kitchen", LOUD, "")
    ]


async def test_a_note_is_printed_whatever_the_template_shows(edge: Client, paper: Paper) -> None:
    """An allergy that the owner's template has no place for stands under it; who saves it is told,
    and so is who looks at the print job."""
    saved = await save(edge)
    assert saved.status_code == 200, saved.text
    (own,) = (await ask(edge, "GET", "templates")).json()["own"]
    assert "does not show the order's {{note}}, the {{note}} of each dish" in own["left_out"]
    shown = unquote((await _preview(edge, LOUD)).headers["Template-Left-Out"])
    assert shown == own["left_out"]
    wanted = draft("o1") | {"note": "ALLERGY: nuts"}
    wanted["lines"][0]["note"] = "no gluten please"
    await ask(edge, "POST", "orders", wanted)
    await eventually(lambda: paper.with_text("LOUD T-1"), "the loud ticket")
    (ticket,) = paper.with_text("LOUD T-1")
    assert ticket.index(b"ALLERGY: nuts") < ticket.index(b"no gluten please")

    async def reasons() -> list[str]:
        jobs = (await ask(edge, "GET", "print-jobs?order_id=o1")).json()
        return [job["reason"] for job in jobs if job["kind"] == "kitchen" and job["reason"]]

    (reason,) = await eventually(reasons, "the reason")
    assert reason.endswith("the {{note}} of each dish: it was printed under the rest")


async def test_a_printer_has_its_own_template_and_language(edge: Client, paper: Paper) -> None:
    """A template that a printer names is used there; without it, the restaurant's is."""
    assert (await save(edge, "big-letters", LOUD.replace("LOUD", "BIG"), name="Big")).is_success
    looks = {"templates": {"kitchen": "big-letters"}, "language": "zh", "names": "instead"}
    changed = await ask(edge, "PUT", "printers/k/looks", looks)
    assert changed.status_code == 200, changed.text
    assert changed.json() == changed.json() | looks
    await ask(edge, "POST", "orders", draft("o1"))
    await eventually(lambda: paper.with_text("BIG T-1"), "the ticket in big letters")
    assert (await ask(edge, "DELETE", "templates/big-letters")).status_code == 204
    await ask(edge, "POST", "orders", draft("o2"))
    await eventually(lambda: paper.with_text("KITCHEN"), "the built-in ticket")


async def test_a_broken_template_prints_and_says_so(tmp_path: Path, paper: Paper) -> None:
    """A template that came broken costs its looks and not the ticket: the job, the list of
    templates and the preview say why."""
    where = settings(tmp_path / "broken")
    brought = changes({"k": paper.uri}, kitchen=["k"])
    brought.append(Change(len(brought) + 1, "template", "kitchen", version=1, data=BROKEN))
    await seed(where, brought)
    async with edge_client(where) as edge:
        await ask(edge, "POST", "orders", draft("o1"))
        await eventually(lambda: paper.with_text("Pizza Margherita"), "the ticket")
        (job,) = await eventually(lambda: _printed(edge), "the job")
        assert "built-in template" in job["reason"]
        assert "<blink>sale" in job["reason"]
        (own,) = (await ask(edge, "GET", "templates")).json()["own"]
        assert "line 2" in own["problem"]
        shown = await _preview(edge, BROKEN["text"])
        assert "line 2" in unquote(shown.headers["Template-Problem"])
        assert shown.content == (await _preview(edge, built_in(TicketKind.KITCHEN))).content


async def _printed(edge: Client) -> Any:
    return (await ask(edge, "GET", "print-jobs?state=printed")).json()


async def _preview(edge: Client, text: str, kind: str = "kitchen", paper_mm: int = 80) -> Any:
    wanted = {"kind": kind, "text": text, "paper_mm": paper_mm}
    return await ask(edge, "POST", "templates/preview", wanted)


@pytest.mark.parametrize("paper_mm", [58, 80])
@pytest.mark.parametrize("kind", TicketKind)
async def test_preview(edge: Client, kind: TicketKind, paper_mm: int) -> None:
    """A preview is a picture of the paper, eight dots a millimetre."""
    shown = await _preview(edge, built_in(kind), kind.value, paper_mm)
    assert shown.headers["content-type"] == "image/png"
    assert "Template-Problem" not in shown.headers
    assert Image.open(io.BytesIO(shown.content)).width == paper_mm * 8


@pytest.mark.parametrize(
    ("template_id", "body", "field"),
    [
        ("kitchen", {"kind": "kitchen", "text": "no number"}, "text"),
        ("kitchen", {"kind": "kitchen", "text": "{{number}}<blink>"}, "text"),
        ("kitchen", {"kind": "kitchen", "text": ""}, "text"),
        ("kitchen", {"kind": "kitchen", "text": "{{number}}"}, "text"),
        ("kitchen", {"kind": "kitchen", "text": "{{number}}" + "x" * 20_000}, "text"),
        ("kitchen", {"kind": "menu", "text": LOUD}, "kind"),
        ("receipt", {"kind": "kitchen", "text": LOUD}, "id"),
        ("Big Letters", {"kind": "kitchen", "text": LOUD}, "id"),
    ],
)
async def test_what_is_not_saved(
    edge: Client, template_id: str, body: dict[str, str], field: str
) -> None:
    """A template that could not be used is refused by field, and nothing is changed."""
    refused = await ask(edge, "PUT", f"templates/{template_id}", body, **{"If-Match": '"0"'})
    assert refused.status_code == 422, refused.text
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert (await ask(edge, "GET", "templates")).json()["own"] == []


async def test_two_owners_at_once(edge: Client) -> None:
    """Who was slower is told, and overwrites nothing."""
    assert (await save(edge)).status_code == 200
    assert (await save(edge, text=LOUD + "mine")).status_code == 412
    (own,) = (await ask(edge, "GET", "templates")).json()["own"]
    assert own["text"] == LOUD
    again = await save(edge, text=LOUD + "mine", version=own["version"])
    assert again.status_code == 200
    missing = await ask(edge, "PUT", "templates/kitchen", {"kind": "kitchen", "text": LOUD})
    assert missing.status_code == 428


async def test_unknown_fields_of_a_template_stay(tmp_path: Path) -> None:
    """What a newer program wrote into a template survives an edit here."""
    where = settings(tmp_path / "newer")
    newer = BROKEN | {"colour": "red"}
    await seed(where, [Change(1, "template", "kitchen", version=1, data=newer)])
    async with edge_client(where) as edge:
        (own,) = (await ask(edge, "GET", "templates")).json()["own"]
        saved = await save(edge, version=own["version"])
        assert saved.json() == newer | {"text": LOUD, "name": ""}


async def test_staff_may_look_and_not_save(tmp_path: Path, paper: Paper) -> None:
    """Saving, removing and setting printers is the owner's; looking and trying is everyone's."""
    where = settings(tmp_path / "staff")
    await seed(where, changes({"k": paper.uri}))
    async with edge_client(where, role="staff") as edge:
        assert (await ask(edge, "GET", "templates")).status_code == 200
        assert (await _preview(edge, LOUD)).status_code == 200
        assert (await save(edge)).status_code == 403
        assert (await ask(edge, "DELETE", "templates/kitchen")).status_code == 403
        assert (await ask(edge, "PUT", "printers/k/looks", {})).status_code == 403
        assert (await edge.http.put("/api/v1/templates/logo", content=b"x")).status_code == 403


async def test_looks_of_a_printer_are_checked(edge: Client) -> None:
    """A template that is not there, and a printer that is not there, are refused."""
    nobody = await ask(edge, "PUT", "printers/nobody/looks", {})
    assert nobody.status_code == 404
    wrong = await ask(edge, "PUT", "printers/k/looks", {"templates": {"kitchen": "none"}})
    assert [error["field"] for error in wrong.json()["errors"]] == ["templates.kitchen"]


async def test_logo(edge: Client, paper: Paper) -> None:
    """A logo that was uploaded stands on the receipts' preview, and goes when it is removed."""
    file = io.BytesIO()
    Image.new("RGB", (2000, 500), "navy").save(file, "JPEG")
    without = (await _preview(edge, built_in(TicketKind.RECEIPT), "receipt")).content
    kept = await edge.http.put("/api/v1/templates/logo", content=file.getvalue())
    assert kept.status_code == 200
    assert Image.open(io.BytesIO(base64.b64decode(kept.json()["text"]))).size == (384, 96)
    shown = Image.open(
        io.BytesIO((await _preview(edge, built_in(TicketKind.RECEIPT), "receipt")).content)
    )
    assert shown.height == Image.open(io.BytesIO(without)).height + 96
    listed = (await ask(edge, "GET", "templates")).json()
    assert listed["logo"] > 0
    assert listed["own"] == []
    assert (await edge.http.put("/api/v1/templates/logo", content=b"none")).status_code == 422
    assert (await ask(edge, "DELETE", "templates/logo")).status_code == 204
    assert (await _preview(edge, built_in(TicketKind.RECEIPT), "receipt")).content == without


async def test_the_day_is_reported_and_printed(edge: Client, paper: Paper) -> None:
    """The day's report says what was sold, paid, voided and given away, and comes out where
    receipts do."""
    for order_id in ("o1", "o2", "o3"):
        await ask(edge, "POST", "orders", draft(order_id, qty=2))
    await _change(edge, "o1", pay="card")
    await _change(edge, "o2", comp=[{"line_id": await _line(edge, "o2"), "reason": "birthday"}])
    await _change(edge, "o3", status="cancelled")
    looked = (await ask(edge, "GET", "reports/day")).json()
    printed = await ask(edge, "POST", "reports/day", {})
    assert printed.status_code == 201, printed.text
    answer = printed.json()
    assert answer["report"] == looked
    assert (looked["orders"], looked["gross"]) == (2, 1900)
    assert [(p["method"], p["amount"]) for p in looked["payments"]] == [("card", 1900), ("", 0)]
    assert looked["comps"] == {"count": 2, "amount": 1900}
    assert looked["cancelled"] == {"count": 1, "amount": 1900}
    assert [(job["kind"], job["printer_id"]) for job in answer["print_jobs"]] == [("report", "r")]
    await eventually(lambda: paper.with_text("END OF DAY"), "the report")


async def _line(edge: Client, order_id: str) -> str:
    line_id: str = (await ask(edge, "GET", f"orders/{order_id}")).json()["lines"][0]["id"]
    return line_id


async def _change(edge: Client, order_id: str, **edit: Any) -> None:
    there = await ask(edge, "GET", f"orders/{order_id}")
    etag = {"If-Match": there.headers["etag"]}
    changed = await ask(edge, "PATCH", f"orders/{order_id}", edit, **etag)
    assert changed.status_code == 200, changed.text


async def test_the_business_day_decides(tmp_path: Path, paper: Paper) -> None:
    """An order belongs to the day that it says, whenever it was placed; one that this program
    cannot read is counted as left out."""
    where = settings(tmp_path / "day")
    brought = changes({"k": paper.uri})
    late = order_data("late", business_day="2026-03-01")
    newer = order_data("newer", business_day="2026-03-01", status="levitating")
    for data in (late, newer):
        seq = len(brought) + 1
        brought.append(Change(seq, "order", data["id"], version=1, data=data))
    await seed(where, brought)
    async with edge_client(where) as edge:
        report = (await ask(edge, "GET", "reports/day?day=2026-03-01")).json()
        assert (report["orders"], report["gross"], report["left_out"]) == (1, 950, 1)
        assert (await ask(edge, "GET", "reports/day")).json()["orders"] == 0
        assert (await ask(edge, "GET", "reports/day?day=yesterday")).status_code == 422
