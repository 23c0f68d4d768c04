"""Printers are found, merged and keep their identity; on loopback only."""

from __future__ import annotations

import asyncio
from ipaddress import IPv4Interface

import pytest

from discovery.advertise import EDGE_SERVICE, Service, advertise
from discovery.browse import browse
from discovery.identity import Announcement, FoundPrinter, merge, recognise
from discovery.network import bounded, hosts, named_networks, neighbours
from discovery.probe import Door, Pace, is_open, knock
from domain.clock import SystemClock
from domain.printer import Printer

LOOPBACK = ["127.0.0.1"]
UUID = "4509a320-00a0-008f-00b6-002507510eca"
HERE, THERE = "10.0.0.5", "10.0.0.9"
RECEIPTS = {"ty": "EPSON TM-m30III", "pdl": "image/urf"}
PAPERS = {"ty": "Office Jet", "pdl": "application/pdf,image/urf"}


def announced(service: str, port: int, *addresses: str, **text: str) -> Announcement:
    where = addresses or (HERE,)
    return Announcement(f"_{service}._tcp.local.", "Kitchen", "tm.local.", where, port, text)


def found(
    *announcements: Announcement, ports: tuple[int, ...] = (631, 9100), macs: str = ""
) -> list[FoundPrinter]:
    """What is found where `ports` of all that is announced answer."""
    doors = {Door(address, port) for one in announcements for address in one.addresses
             for port in ports}  # fmt: skip
    return merge(announcements, doors, {HERE: macs} if macs else {})


def test_all_announcements_of_one_printer_are_one_printer() -> None:
    """Raw, IPP, IPPS and LPD of one host merge; what is announced on port 0 is not there."""
    (printer,) = found(
        announced("ipp", 631, UUID=UUID, rp="ipp/print", **PAPERS),
        announced("ipps", 0, UUID=UUID),
        announced("pdl-datastream", 9100),
        announced("printer", 515),
    )
    assert printer.uris == (f"ipp://{HERE}:631/ipp/print", f"escpos://{HERE}:9100")
    assert printer.identity == f"uuid:{UUID}"
    assert printer.model == "Office Jet"


@pytest.mark.parametrize("open_ports", [(631, 9100), (631,)], ids=["raw port seen", "not seen"])
def test_a_receipt_printer_with_ipp_is_printed_on_at_9100(open_ports: tuple[int, ...]) -> None:
    """An Epson's IPP port swallows ESC/POS; its own port prints, even where it is busy now."""
    (printer,) = found(announced("ipp", 631, **RECEIPTS), ports=open_ports)
    assert printer.uri == f"escpos://{HERE}:9100"


def test_a_printer_of_documents_is_printed_on_by_ipp() -> None:
    """An office printer's raw port would print our commands as letters."""
    (office,) = found(announced("ipp", 631, **PAPERS), announced("pdl-datastream", 9100))
    (neither,) = found(announced("ipp", 631, pdl="application/octet-stream"))
    assert office.uri.startswith("ipp://")
    assert neither.uri.startswith("escpos://")


def test_what_does_not_answer_is_not_there() -> None:
    """A printer that was switched off stays announced for an hour; one that has moved still
    announces where it was."""
    assert merge([announced("ipp", 631)], set(), {}) == []
    (moved,) = merge([announced("ipp", 631, THERE, HERE)], {Door(THERE, 631)}, {})
    (late,) = merge([announced("ipp", 631, HERE, THERE)], {Door(THERE, 631)}, {})
    assert (moved.address, late.address) == (THERE, THERE)


def test_identities_come_in_their_order() -> None:
    """UUID, then MAC, then the serial in the device id; else only where it is."""
    serial = {"usb_DEVICEID": "MFG:Star;MDL:TSP100;SN:X77;"}
    (all_three,) = found(announced("ipp", 631, UUID=UUID, **serial), macs="02:00:00:00:00:01")
    assert all_three.identities == (f"uuid:{UUID}", "mac:02:00:00:00:00:01", "serial:X77")
    (none,) = found(announced("pdl-datastream", 9100))
    assert (none.identities, none.identity) == ((), f"address:{HERE}")


def test_a_printer_that_nobody_announces_is_found_by_its_port() -> None:
    """An open port 9100 is a receipt printer, known by its MAC address."""
    (printer,) = merge([], {Door(HERE, 9100)}, {HERE: "02:00:00:00:00:01"})
    assert (printer.uri, printer.identity) == (f"escpos://{HERE}:9100", "mac:02:00:00:00:00:01")


def test_two_printers_of_one_print_server_stay_two() -> None:
    """One host, two queues: two printers, and the host's MAC address is neither's."""
    one = announced("ipp", 631, rp="printers/a")
    two = Announcement(one.service, "Bar", one.host, one.addresses, 631, {"rp": "printers/b"})
    both = found(one, two, ports=(631,), macs="02:00:00:00:00:01")
    assert [printer.name for printer in both] == ["Bar", "Kitchen"]
    assert [printer.identities for printer in both] == [(), ()]


def seen(address: str, *identities: str) -> FoundPrinter:
    uri = f"escpos://{address}:9100"
    return FoundPrinter(identities, "EPSON", "", address, uri, (uri,))


def test_a_printer_is_known_again_at_another_address() -> None:
    """Only the address changes: its name, its scheme, its port and its path stay."""
    kitchen = Printer("k", "Kitchen", f"ipp://{HERE}:8631/ipp/print", identities=("mac:1",))
    (after,) = recognise([kitchen], [seen(THERE, "uuid:9", "mac:1"), seen(HERE, "mac:2")])
    assert after.uri == f"ipp://{THERE}:8631/ipp/print"
    assert (after.name, after.identities) == ("Kitchen", ("mac:1", "uuid:9"))


def test_two_printers_that_changed_places() -> None:
    """Each is followed, whatever stands where it stood."""
    uri = "escpos://{}:9100"
    kitchen = Printer("k", "Kitchen", uri.format(HERE), identities=("mac:1",))
    bar = Printer("b", "Bar", uri.format(THERE), identities=("mac:2",))
    after = recognise([kitchen, bar], [seen(HERE, "mac:2"), seen(THERE, "mac:1")])
    assert [one.uri for one in after] == [uri.format(THERE), uri.format(HERE)]


def test_what_stands_at_a_printers_address_is_learnt() -> None:
    """One that was typed in, or that an owner has put in the place of a broken one; but never one
    that is known under another name. A host's name stays a name."""
    typed = Printer("k", "Kitchen", f"escpos://{HERE}")
    (learnt,) = recognise([typed], [seen(HERE, "mac:1")])
    assert (learnt.uri, learnt.identities) == (typed.uri, ("mac:1",))
    bar = Printer("b", "Bar", f"escpos://{THERE}", identities=("mac:1",))
    assert [one.id for one in recognise([typed, bar], [seen(HERE, "mac:1")])] == ["b"]
    named = Printer("n", "Named", "escpos://printer.local:9100", identities=("mac:1",))
    assert recognise([named], [seen(HERE, "mac:1")])[0].uri == named.uri


def test_a_network_is_searched_within_bounds() -> None:
    """All of a restaurant's own network, the thousand around us of a very large one, each once."""
    assert len(list(hosts([IPv4Interface("10.0.0.7/24")]))) == 254
    assert str(bounded(IPv4Interface("10.20.30.40/8"))) == "10.20.28.0/22"
    assert len(list(hosts([IPv4Interface("10.0.0.7/24"), IPv4Interface("10.0.0.8/24")]))) == 254


def test_only_named_interfaces_are_networks() -> None:
    """By name or by address; none is taken that nobody named, nor one that is not there."""
    loopback = [IPv4Interface("127.0.0.1/8")]
    assert named_networks(["127.0.0.1", "nowhere0"]) == loopback
    assert named_networks(["lo"]) == loopback
    assert named_networks([]) == []


def test_a_neighbour_that_never_answered_is_none() -> None:
    """The kernel lists those that it has asked for in vain, too."""
    table = (
        "IP address       HW type     Flags       HW address            Mask     Device\n"
        "10.0.0.5         0x1         0x2         02:AB:00:00:00:05     *        eth0\n"
        "10.0.0.6         0x1         0x0         00:00:00:00:00:00     *        eth0\n"
    )
    assert neighbours(table) == {"10.0.0.5": "02:ab:00:00:00:05"}


async def test_knocking_stays_within_its_pace() -> None:
    """Never more connections at once than allowed, every door once, and an end after the time."""
    open_now, most = 0, 0
    knocked: list[Door] = []

    async def answers(door: Door) -> bool:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0)
        open_now -= 1
        return door.port % 2 == 0

    doors = [Door(HERE, port) for port in range(20)]
    pace = Pace(at_once=3, rest_s=0)
    opened: list[Door] = []

    def heard(door: Door, is_open: bool) -> None:
        knocked.append(door)
        if is_open:
            opened.append(door)

    await knock(doors, heard, SystemClock(), answers=answers, pace=pace)
    assert (most, sorted(knocked), len(opened)) == (3, doors, 10)

    async def never(door: Door) -> bool:
        await asyncio.Event().wait()
        return True

    await knock(doors, heard, SystemClock(), answers=never, pace=Pace(longest_s=0.01))
    assert len(knocked) == 20


async def test_nothing_is_sent_by_knocking() -> None:
    """Some printers print whatever they receive."""
    received: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.set_result(await reader.read())
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await is_open(Door("127.0.0.1", port))
        assert await received == b""
    assert not await is_open(Door("127.0.0.1", port))


async def test_an_announced_printer_is_heard() -> None:
    """Real mDNS on loopback: announced by one zeroconf, browsed by another."""
    text = {"UUID": UUID}
    printer = Service("_pdl-datastream._tcp.local.", "Test Kitchen", "kitchen", 9100, text)
    heard: list[Announcement] = []
    async with advertise([printer], LOOPBACK):
        await browse(LOOPBACK, seconds=1.5, heard=heard.append)
    (mine,) = (one for one in heard if one.instance == "Test Kitchen")
    assert (mine.addresses, mine.port, mine.text["UUID"]) == (("127.0.0.1",), 9100, UUID)


async def test_nothing_is_sent_where_no_interface_is_named() -> None:
    """Without an interface, there is neither announcing nor browsing."""
    heard: list[Announcement] = []
    async with advertise([Service(EDGE_SERVICE, "Edge", "edge", 8600)], []):
        await browse([], seconds=30, heard=heard.append)
    assert heard == []
