"""Printers on a network of the test's own: found, known again, and asked how they are."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Any

import pytest

from edge import finding, search, watch
from printing import queue
from tests.support.avahi import avahi, browse_until, need_programs, published
from tests.support.edge import (
    Client,
    Paper,
    changes,
    draft,
    edge_client,
    edge_process,
    eventually,
    seed,
    settings,
)
from tests.support.ippeve import real_printer
from tests.support.lan import DEVICE, Host, Lan, lan

ROOT = Path(__file__).parents[2]
EDGE, FIRST, SECOND, THIRD, FOURTH = (f"10.77.0.{n}" for n in (1, 5, 6, 7, 8))
FREE = "10.77.0.12"
UUID = "4509a320-00a0-008f-00b6-002507510eca"
HANG_GUARD_S = 60


class Restaurant:
    """A network, with an edge on it that has the printers which it is given."""

    def __init__(self, network: Lan, folder: Path, stack: ExitStack) -> None:
        self.network = network
        self.folder = folder
        self.edge_host = network.host(EDGE)
        self.settings = settings(
            folder / "data",
            PANBOT_LAN_INTERFACES=DEVICE,
            PANBOT_EDGE_HOST="0.0.0.0",
            PANBOT_EDGE_PORT=8600,
        )
        self._stack = stack

    def announced(self, host: Host, name: str, *services: tuple[str, int, *tuple[str, ...]]) -> str:
        """Avahi on `host` announces `services`. Returns its bus."""
        need_programs("real Avahi", avahi_publish_service="avahi-utils")
        folder = self.folder / host.name
        folder.mkdir()
        bus = self._stack.enter_context(avahi(host, folder, host.name))
        for service, port, *text in services:
            self._stack.enter_context(published(host, bus, folder, name, service, port, *text))
        return bus

    def ipp_printer(self, host: Host) -> None:
        folder = self.folder / host.name
        folder.mkdir()
        self._stack.enter_context(real_printer(folder, inside=host))

    @contextlib.asynccontextmanager
    async def edge(self, **uris: str) -> AsyncIterator[Client]:
        """The edge, in this process, on its host. The kitchen's tickets go to the first printer."""
        await seed(self.settings, changes(uris, kitchen=list(uris)[:1], bar=list(uris)[:1]))
        with self.edge_host.entered():
            async with edge_client(self.settings) as edge:
                yield edge


@pytest.fixture
def restaurant(tmp_path: Path) -> Iterator[Restaurant]:
    with ExitStack() as stack:
        yield Restaurant(stack.enter_context(lan()), tmp_path, stack)


@pytest.fixture
async def papers() -> AsyncIterator[AsyncExitStack]:
    """Closes what is pushed on it."""
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOK_EVERY_S", 0.5)
    monkeypatch.setattr(finding, "HURRY_EVERY_S", 0.5)
    monkeypatch.setattr(queue, "RETRY_AFTER_S", (0, 0, 0))


async def paper_on(host: Host, papers: AsyncExitStack, **more: Any) -> Paper:
    paper = await Paper(**more).open(host.listener(9100))
    papers.push_async_callback(paper.gone)
    return paper


async def scanned(edge: Client) -> dict[str, Any]:
    """A scan from beginning to end."""
    begun = await edge.http.post("/api/v1/printers/scan")
    assert (begun.status_code, begun.json()["state"]) == (202, "running")

    async def ended() -> Any:
        scan = (await edge.http.get("/api/v1/printers/scan")).json()
        return scan if scan["state"] != "running" else None

    scan: dict[str, Any] = await eventually(ended, "the end of the scan")
    assert scan["state"] == "done", scan["reason"]
    return scan


def by_address(scan: dict[str, Any]) -> dict[str, Any]:
    return {one["uri"].split("//")[1].split(":")[0]: one for one in scan["found"]}


async def printers(edge: Client) -> dict[str, Any]:
    found = (await edge.http.get("/api/v1/printers")).json()
    return {one["id"]: one for one in found}


async def has_status(edge: Client, printer_id: str, status: str) -> bool:
    return (await printers(edge))[printer_id].get("status") == status


async def stands_at(edge: Client, printer_id: str, address: str) -> bool:
    return (await printers(edge))[printer_id]["uri"] == f"escpos://{address}:9100"


async def test_a_scan_finds_each_printer_once_and_how_to_print_on_it(
    restaurant: Restaurant, papers: AsyncExitStack
) -> None:
    """An IPP printer by its announcements, an Epson that swallows what comes by IPP at its port
    9100, a receipt printer that nobody announces, and one that never says a word."""
    office, epson, plain, silent = map(restaurant.network.host, (FIRST, SECOND, THIRD, FOURTH))
    restaurant.ipp_printer(office)
    text = (f"UUID={UUID}", "ty=EPSON TM-m30III", "rp=ipp/print", "pdl=image/urf,application/pdf")
    restaurant.announced(epson, "Kitchen", ("_ipp._tcp", 631, *text), ("_printer._tcp", 0))
    swallowing = await Paper().open(epson.listener(631))
    papers.push_async_callback(swallowing.close)
    await paper_on(epson, papers)
    await paper_on(plain, papers, status=b"\x12\x12\x1e")
    await paper_on(silent, papers, status=None)
    async with restaurant.edge() as edge:
        scan = await scanned(edge)
    found = by_address(scan)
    assert set(found) == {FIRST, SECOND, THIRD, FOURTH}
    assert found[FIRST]["uri"].startswith("ipp")
    assert found[FIRST]["identity"].startswith("uuid:")
    assert (found[SECOND]["uri"], found[SECOND]["identity"]) == (
        f"escpos://{SECOND}:9100",
        f"uuid:{UUID}",
    )
    assert found[THIRD]["identity"].startswith("mac:02:")
    statuses = {address: one["status"] for address, one in found.items()}
    assert statuses == {
        FIRST: "online",
        SECOND: "online",
        THIRD: "paper_low",
        FOURTH: "online",
    }
    assert scan["probed"] == scan["total"] == 14
    assert swallowing.tickets == []


async def test_two_printers_with_the_same_name_stay_two(
    restaurant: Restaurant, papers: AsyncExitStack
) -> None:
    """Both are found, told apart by who they are and not by what they are called."""
    for address in (FIRST, SECOND):
        host = restaurant.network.host(address)
        await paper_on(host, papers)
        restaurant.announced(host, "TM-T20", ("_pdl-datastream._tcp", 9100, "ty=EPSON TM-T20III"))
    async with restaurant.edge() as edge:
        found = (await scanned(edge))["found"]
    assert {one["name"].split(" ")[0] for one in found} == {"TM-T20"}
    assert len({one["identity"] for one in found}) == 2
    assert len({one["uri"] for one in found}) == 2


async def test_a_printer_that_has_moved_prints_what_was_held_for_it(
    restaurant: Restaurant, papers: AsyncExitStack, impatient: None
) -> None:
    """It was typed in by its address, gets another one from the router, and is found again by
    itself, by its MAC address: the tickets come out, and its name and its stations stay."""
    host = restaurant.network.host(FIRST)
    paper = await paper_on(host, papers)
    async with restaurant.edge(k=f"escpos://{FIRST}:9100") as edge:
        await eventually(lambda: has_status(edge, "k", "online"), "the printer")
        await scanned(edge)
        assert (await printers(edge))["k"]["identities"] == ["mac:02:00:00:00:00:02"]
        host.move(FREE)
        await edge.http.post("/api/v1/orders", json=draft("o1"))
        await eventually(lambda: has_status(edge, "k", "offline"), "that it is missed")
        await eventually(lambda: stands_at(edge, "k", FREE), "that it is found")
        await eventually(lambda: paper.with_text("T-1"), "the ticket")
        await eventually(lambda: has_status(edge, "k", "online"), "the printer")
        assert (await printers(edge))["k"]["name"] == "K"
    assert len(paper.tickets) == 1


async def test_two_printers_that_have_changed_places_keep_their_tickets(
    restaurant: Restaurant, papers: AsyncExitStack
) -> None:
    """Where the router gives each the other's address, a scan finds who is who."""
    hosts = [restaurant.network.host(address) for address in (FIRST, SECOND)]
    kitchen, bar = [await paper_on(host, papers) for host in hosts]
    uris = {"k": f"escpos://{FIRST}:9100", "b": f"escpos://{SECOND}:9100"}
    async with restaurant.edge(**uris) as edge:
        await scanned(edge)
        hosts[0].move(FREE)
        hosts[1].move(FIRST)
        hosts[0].move(SECOND)
        await scanned(edge)
        after = {key: one["uri"] for key, one in (await printers(edge)).items()}
        assert after == {"k": uris["b"], "b": uris["k"]}
        await edge.http.post("/api/v1/orders", json=draft("o1"))
        await eventually(lambda: kitchen.with_text("T-1"), "the kitchen's ticket")
    assert bar.tickets == []


async def test_a_printer_that_takes_one_client_is_not_asked_while_it_prints(
    restaurant: Restaurant,
    papers: AsyncExitStack,
    impatient: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither a scan nor the look at how it is comes between: the ticket is the only connection."""
    paper = await paper_on(restaurant.network.host(FIRST), papers)
    async with restaurant.edge(k=f"escpos://{FIRST}:9100") as edge:
        await eventually(lambda: has_status(edge, "k", "online"), "the printer")
        monkeypatch.setattr(search, "LINE_S", 0.2)
        paper.printing.clear()
        await edge.http.post("/api/v1/orders", json=draft("o1"))
        await eventually(lambda: is_sending(edge), "the ticket under way")
        found = (await scanned(edge))["found"]
        assert [one["printer_id"] for one in found] == ["k"]
        paper.printing.set()
        await eventually(lambda: paper.with_text("T-1"), "the ticket")
    assert paper.most_clients == 1


async def is_sending(edge: Client) -> bool:
    jobs = await edge.http.get("/api/v1/print-jobs", params={"state": "sending"})
    return bool(jobs.json())


async def test_a_terminal_finds_the_edge(restaurant: Restaurant) -> None:
    """A machine on the same network that knows nothing sees the restaurant's name and address."""
    need_programs("real Avahi", avahi_browse="avahi-utils")
    terminal = restaurant.network.host(FIRST)
    folder = restaurant.folder / "terminal"
    folder.mkdir()
    with avahi(terminal, folder) as bus:
        async with restaurant.edge():
            for service in ("_panbot._tcp", "_http._tcp"):
                words = ("Trattoria", f";{EDGE};8600;")
                await asyncio.to_thread(browse_until, terminal, bus, folder, service, *words)


async def test_the_command_line_shows_a_scan_as_it_goes(
    restaurant: Restaurant, papers: AsyncExitStack
) -> None:
    """Addresses asked, each printer as it comes; then it is added by its address, and shows which
    one it is."""
    paper = await paper_on(restaurant.network.host(FIRST), papers)
    await seed(restaurant.settings, changes({}))
    with restaurant.edge_host.entered():
        async with edge_process(restaurant.settings):
            scan = await panbot(restaurant, "scan")
            assert f"found Printer at {FIRST} at escpos://{FIRST}:9100" in scan.stderr
            assert "asked 14 of 14 addresses" in scan.stderr
            assert "new  online" in scan.stdout
            added = await panbot(restaurant, "add", FIRST, "--name", "Kitchen")
            printer_id = added.stdout.split()[0]
            assert (await panbot(restaurant, "add", FIRST)).returncode == 1
            identified = await panbot(restaurant, "identify", printer_id)
            assert (identified.returncode, identified.stdout.strip()) == (0, "printed")
    assert paper.with_text("Kitchen")
    assert paper.with_text(FIRST)


async def panbot(restaurant: Restaurant, *words: str) -> subprocess.CompletedProcess[str]:
    command: Sequence[str] = [sys.executable, "-m", "panbot", "printers", *words]
    environment = {"PANBOT_EDGE_DATA": str(restaurant.settings.data)}
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    async with asyncio.timeout(HANG_GUARD_S):
        out, err = await process.communicate()
    assert process.returncode is not None
    return subprocess.CompletedProcess(command, process.returncode, out.decode(), err.decode())
