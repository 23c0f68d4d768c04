"""What an edge and an IPP printer trust each other by: a pinned certificate, a password."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from edge import spooler
from edge.events import stream
from edge.store.store import connect_read_only
from printing import queue
from printing.transport import Login
from tests.support.edge import (
    BUSINESS_ID,
    Client,
    changes,
    draft,
    edge_client,
    eventually,
    seed,
    settings,
    token,
)
from tests.support.guarded_printer import GuardedPrinter, guarded_printer

PASSWORD = "mozzarella-17"
OTHER = "0" * 64


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries and looks without the waiting that real printers need."""
    monkeypatch.setattr(queue, "RETRY_AFTER_S", (0, 0, 0))
    monkeypatch.setattr(spooler, "PROBE_EVERY_S", 0.02)
    monkeypatch.setattr(spooler, "LOOK_EVERY_S", 0.05)


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[GuardedPrinter]:
    async with guarded_printer(tmp_path) as guarded:
        yield guarded


@pytest.fixture
async def edge(tmp_path: Path, guarded: GuardedPrinter) -> AsyncIterator[Client]:
    where = settings(tmp_path / "data")
    await seed(where, changes({"k": guarded.uri}, kitchen=["k"]))
    async with edge_client(where) as edge:
        yield edge


async def order(edge: Client, order_id: str) -> None:
    assert (await edge.http.post("/api/v1/orders", json=draft(order_id))).status_code == 201


async def printer(edge: Client) -> dict[str, Any]:
    (found,) = (await edge.http.get("/api/v1/printers")).json()
    return dict(found)


async def put(edge: Client, path: str, body: Any, *, role: str = "owner") -> int:
    signed_in = {"Authorization": f"Bearer {token(edge.settings, role=role)}"}
    answer = await edge.http.put(f"/api/v1/printers/{path}", json=body, headers=signed_in)
    return answer.status_code


async def in_trouble(edge: Client) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        found = await printer(edge)
        return found if found.get("status") == "error" else None

    found: dict[str, Any] = await eventually(look, "a printer in trouble")
    return found


async def test_another_certificate(edge: Client, guarded: GuardedPrinter) -> None:
    """The first certificate is pinned. With another one nothing is printed and the printer says
    why; once an owner has accepted it the ticket that waited comes out, once."""
    await order(edge, "o1")
    await guarded.printer.wait_for_papers(1)

    async def pinned() -> bool:
        return (await printer(edge)).get("certificate") == guarded.certificate

    await eventually(pinned, "the pinned certificate")
    first = guarded.certificate
    guarded.set_up_anew()
    before = guarded.requests
    await order(edge, "o2")
    shown = await in_trouble(edge)
    assert "another certificate" in shown["status_reason"]
    assert (shown["certificate"], shown["offered_certificate"]) == (first, guarded.certificate)
    assert guarded.requests == before  # it was told nothing

    accepted = {"certificate": guarded.certificate}
    assert await put(edge, "k/certificate", accepted, role="staff") == 403
    assert await put(edge, "k/certificate", {"certificate": OTHER}) == 409
    assert await put(edge, "k/certificate", {"certificate": "yes"}) in (400, 422)
    assert len(guarded.printer.papers) == 1
    assert await put(edge, "k/certificate", accepted) == 200
    await guarded.printer.wait_for_papers(2)
    assert len(guarded.printer.papers) == 2
    now = await printer(edge)
    assert (now["certificate"], now["offered_certificate"]) == (guarded.certificate, "")


async def test_a_password(
    edge: Client, guarded: GuardedPrinter, caplog: pytest.LogCaptureFixture
) -> None:
    """A ticket waits for the password that its printer asks for, which the owner sets and nobody
    sees again: not in an answer, an event, a log, or what goes to the cloud."""
    caplog.set_level(logging.DEBUG)
    parts = edge.parts
    events = stream(parts.broadcaster, parts.store, parts.clock, BUSINESS_ID, 0)
    guarded.login = Login("kitchen", PASSWORD)
    await order(edge, "o1")
    assert "user name and password" in (await in_trouble(edge))["status_reason"]

    login = {"username": "kitchen", "password": PASSWORD}
    assert await put(edge, "k/login", login, role="staff") == 403
    assert await put(edge, "nobody/login", login) == 404
    assert await put(edge, "k/login", login | {"username": "a:b"}) in (400, 422)
    assert guarded.printer.papers == []
    assert await put(edge, "k/login", login) == 204
    await guarded.printer.wait_for_papers(1)

    parts.broadcaster.close()
    told = b"".join([frame async for frame in events]).decode()
    assert "wants another user name" in told
    for path in ("printers", "print-jobs", "sync/status", "conflicts"):
        told += (await edge.http.get(f"/api/v1/{path}")).text
    with connect_read_only(edge.settings.database) as db:
        for table in ("records", "pending", "print_jobs"):
            told += str(db.execute(f"SELECT * FROM {table}").fetchall())
    assert "ipps://" in told
    header = guarded.login.authorization.removeprefix("Basic ")
    for secret in (PASSWORD, header):
        assert secret not in told
        assert secret not in caplog.text


async def test_a_forgotten_password(edge: Client, guarded: GuardedPrinter) -> None:
    """A password that is forgotten is not used any more."""
    guarded.login = Login("kitchen", PASSWORD)
    assert await put(edge, "k/login", {"username": "kitchen", "password": PASSWORD}) == 204
    await order(edge, "o1")
    await guarded.printer.wait_for_papers(1)
    assert (await edge.http.delete("/api/v1/printers/k/login")).status_code == 204
    await order(edge, "o2")
    assert "user name and password" in (await in_trouble(edge))["status_reason"]
    assert len(guarded.printer.papers) == 1
