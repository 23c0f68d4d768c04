"""Printers are found, merged and keep their identity; on loopback only."""

from __future__ import annotations

from discovery.advertise import EDGE_SERVICE, Service, advertise
from discovery.browse import browse
from discovery.identity import Announcement, merge

LOOPBACK = ["127.0.0.1"]
UUID = "4509a320-00a0-008f-00b6-002507510eca"


def announced(service: str, port: int, address: str = "10.0.0.5", **text: str) -> Announcement:
    return Announcement(f"_{service}._tcp.local.", "Kitchen", "tm.local.", (address,), port, text)


def test_all_announcements_of_one_printer_are_one_printer() -> None:
    """Raw, IPP and IPPS of one host merge; raw is preferred, port 0 is ignored."""
    found = merge(
        [
            announced("ipp", 631, UUID=UUID, rp="ipp/print", ty="Epson TM-m30III"),
            announced("ipps", 0, UUID=UUID),
            announced("pdl-datastream", 9100),
        ]
    )
    assert [p.uri for p in found] == ["escpos://10.0.0.5:9100"]
    assert found[0].uris == ("escpos://10.0.0.5:9100", "ipp://10.0.0.5:631/ipp/print")
    assert found[0].identity == f"uuid:{UUID}"
    assert found[0].model == "Epson TM-m30III"


def test_identity_survives_a_new_address() -> None:
    """DHCP moves a printer; it is still the same one, at the new address."""
    before = merge([announced("ipp", 631, "10.0.0.5", UUID=UUID)])
    after = merge([announced("ipp", 631, "10.0.0.9", UUID=UUID)])
    assert before[0].identity == after[0].identity
    assert before[0].uri != after[0].uri


def test_a_printer_without_uuid_is_known_by_its_serial() -> None:
    """The device id's serial is next in line, then the host's name."""
    by_serial = merge([announced("ipp", 631, usb_DEVICEID="MFG:Star;MDL:TSP100;SN:X77;")])
    by_host = merge([announced("pdl-datastream", 9100)])
    assert by_serial[0].identity == "serial:X77"
    assert by_host[0].identity == "host:tm.local/Kitchen"


def test_two_printers_of_one_print_server_stay_two() -> None:
    """One host, two instance names."""
    one = announced("ipp", 631, rp="printers/a")
    two = Announcement(one.service, "Bar", one.host, one.addresses, 631, {"rp": "printers/b"})
    assert len(merge([one, two])) == 2


async def test_an_announced_printer_is_found() -> None:
    """Real mDNS on loopback: announced by one zeroconf, browsed by another."""
    printer = Service(
        "_pdl-datastream._tcp.local.", "Test Kitchen", "kitchen", 9100, {"UUID": UUID}
    )
    async with advertise([printer], LOOPBACK):
        found = await browse(LOOPBACK, seconds=1.5)
    mine = [p for p in found if p.name == "Test Kitchen"]
    assert [p.uri for p in mine] == ["escpos://127.0.0.1:9100"]
    assert mine[0].identity == f"uuid:{UUID}"


async def test_nothing_is_sent_where_no_interface_is_named() -> None:
    """Without an interface, there is neither announcing nor browsing."""
    async with advertise([Service(EDGE_SERVICE, "Edge", "edge", 8600)], []):
        assert await browse([], seconds=30) == []
