"""`panbot printers`, as a technician types it, against a running edge."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from edge import printers_cli
from tests.support.edge import changes, edge_process, seed, settings


async def test_printers_are_set_up_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Renamed, routed by the new name, and removed once it is said what becomes of its tickets;
    what cannot be is told in one sentence."""
    where = settings(tmp_path / "data")
    await seed(where, changes({"k": "escpos://127.0.0.1:9"}, kitchen=["k"]))
    monkeypatch.setenv("PANBOT_EDGE_DATA", str(where.data))

    async def panbot(*words: str) -> tuple[int, str, str]:
        status = await asyncio.to_thread(printers_cli.main, words)
        said = capsys.readouterr()
        return status, said.out, said.err

    async with edge_process(where):
        renamed = await panbot("set", "k", "--name", "Oven")
        assert renamed == (0, "k  Oven  escpos://127.0.0.1:9\n", "")
        status, _, wrong = await panbot("set", "oven", "--address", "http://1.2.3.4")
        assert (status, "like 192.168.1.50" in wrong) == (1, True)
        assert (await panbot("set", "oven"))[0] == 2
        status, _, unknown = await panbot("test", "Grill")
        assert (status, "k (Oven)" in unknown) == (1, True)
        routed = await panbot("route", "receipt", "oven")
        assert "receipt: k" in routed[1]
        assert await panbot("route") == routed
        status, _, refused = await panbot("remove", "oven")
        assert (status, "the only printer of kitchen and receipt" in refused) == (1, True)
        status, removed, _ = await panbot("remove", "oven", "--hold")
        assert (status, "kitchen: no printer" in removed) == (0, True)
        assert await panbot("list") == (0, "", "")
