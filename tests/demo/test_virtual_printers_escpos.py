"""The virtual receipt printer, fed with what python-escpos really sends."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from escpos.printer import Dummy
from PIL import Image

from demo.printers.escpos_parser import next_command
from demo.printers.escpos_printer import EscPosPrinter
from demo.printers.paper import END_DOTS, SIDE_DOTS, Paper
from domain.clock import SystemClock

FENCE = b"\x1dr\x01"
ASK_PAPER = b"\x10\x04\x04"
HANG_GUARD_S = 10.0


@pytest.fixture
async def printer() -> AsyncIterator[EscPosPrinter]:
    printer = EscPosPrinter(SystemClock())
    await printer.start()
    yield printer
    await printer.stop()


class Client:
    """A connection to the printer that a test drives by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def connect(cls, printer: EscPosPrinter) -> Client:
        return cls(*await asyncio.open_connection("127.0.0.1", printer.port))

    async def ask(self, payload: bytes) -> bytes:
        self.writer.write(payload)
        return await self.answer()

    async def answer(self) -> bytes:
        async with asyncio.timeout(HANG_GUARD_S):
            return await self.reader.readexactly(1)

    async def close(self) -> None:
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


def dummy() -> Dummy:
    ticket = Dummy(profile="TM-T88V")
    ticket.hw("INIT")
    ticket.charcode("CP858")
    return ticket


async def print_out(printer: EscPosPrinter, payload: bytes) -> Paper:
    client = await Client.connect(printer)
    client.writer.write(payload)
    await client.close()
    return await next_paper(printer)


async def next_paper(printer: EscPosPrinter, count: int = 1) -> Paper:
    async with asyncio.timeout(HANG_GUARD_S):
        return (await printer.wait_for_papers(count))[-1]


def ink(paper: Paper) -> Image.Image:
    """White where there is ink, without the margins: what `getbbox` measures."""
    sheet = Image.open(io.BytesIO(paper.png))
    width, height = sheet.size
    dark = sheet.point(lambda grey: 255 if grey < 128 else 0)
    return dark.crop((SIDE_DOTS, END_DOTS, width - SIDE_DOTS, height - END_DOTS))


async def test_text_in_code_page_858(printer: EscPosPrinter) -> None:
    """€, é, ñ and £ come out as themselves, in CP858 as python-escpos sends it."""
    ticket = dummy()
    ticket.text("Jalapeño Crème 9,50 € £\n")
    ticket.cut()
    paper = await print_out(printer, ticket.output)
    assert paper.text == "Jalapeño Crème 9,50 € £"
    assert printer.unknown == []


async def test_wrong_code_page_shows(printer: EscPosPrinter) -> None:
    """Bytes of one code page under another come out wrong, as they would in the kitchen."""
    payload = b"\x1bt\x00" + "9,50 €\n".encode("cp858") + b"\x1dV\x00"
    assert "€" not in (await print_out(printer, payload)).text


@pytest.mark.parametrize("page", ["CP437", "CP850", "CP1252", "CP858", "ISO_8859-15"])
async def test_code_pages(printer: EscPosPrinter, page: str) -> None:
    """The European code pages that python-escpos can choose are read right."""
    ticket = dummy()
    ticket.charcode(page)
    ticket.text("Café Piñata Ü\n")
    ticket.cut()
    assert (await print_out(printer, ticket.output)).text == "Café Piñata Ü"
    assert printer.unknown == []


async def test_all_of_set(printer: EscPosPrinter) -> None:
    """Everything that `set` and its kin send is known, and nothing of it lands on the paper."""
    ticket = dummy()
    ticket.set(
        align="right", font="a", bold=True, underline=2, double_height=True, double_width=True,
        invert=True, smooth=True, flip=False,
    )  # fmt: skip
    ticket.text("loud\n")
    ticket.set(custom_size=True, width=3, height=4)
    ticket.set_with_default(font="b")
    ticket.line_spacing(40)
    ticket.line_spacing()
    ticket.text("a\tb\n")
    ticket.print_and_feed(2)
    ticket.ln(2)
    ticket.cut(mode="PART")
    ticket.cut(mode="PART", feed=False)
    await print_out(printer, ticket.output)
    assert printer.unknown == []
    first = (await printer.wait_for_papers(2))[0]
    assert [line.strip() for line in first.text.splitlines()] == ["loud", "a       b"]


@pytest.mark.parametrize(
    ("size", "times"),
    [
        ({"double_width": True, "double_height": True}, (2, 2)),
        ({"double_height": True}, (1, 2)),
        ({"custom_size": True, "width": 3, "height": 4}, (3, 4)),
    ],
)
async def test_sizes_and_alignment_are_drawn(
    printer: EscPosPrinter, size: dict[str, int], times: tuple[int, int]
) -> None:
    """Sizes multiply what the ink covers, and `right` ends at the right edge."""
    ticket = dummy()
    for style in ({}, size):
        ticket.set(align="right", **style)
        ticket.text("####\n")
        ticket.cut(feed=False)
    await print_out(printer, ticket.output)
    one, many = (ink(paper).getbbox() for paper in await printer.wait_for_papers(2))
    assert one is not None
    assert many is not None
    assert many[2] - many[0] == pytest.approx(times[0] * (one[2] - one[0]), abs=6)
    assert many[3] - many[1] == pytest.approx(times[1] * (one[3] - one[1]), abs=6)
    assert one[2] == pytest.approx(576, abs=6)
    assert many[2] == pytest.approx(576, abs=6)


async def test_a_long_line_wraps(printer: EscPosPrinter) -> None:
    """48 characters fit; the next one stands on the next line."""
    paper = await print_out(printer, b"x" * 49 + b"\n\x1dV\x00")
    assert paper.text == "x" * 48 + "\nx"


async def test_raster_picture(printer: EscPosPrinter) -> None:
    """A picture is drawn dot for dot, in all the strips that python-escpos cuts it into."""
    picture = Image.new("1", (240, 1200), 1)
    picture.paste(0, (8, 100, 80, 1100))
    ticket = dummy()
    ticket.image(picture)
    ticket.cut(feed=False)
    assert ticket.output.count(b"\x1dv0") == 2
    paper = await print_out(printer, ticket.output)
    assert ink(paper).getbbox() == (8, 100, 80, 1100)
    assert paper.text == "[picture 240×960]\n[picture 240×240]"


async def test_each_cut_is_a_paper(printer: EscPosPrinter) -> None:
    """Papers keep their own text and their own bytes, and are reported as they fall."""
    fallen: list[str] = []
    printer.on_paper = lambda paper: fallen.append(paper.text)
    client = await Client.connect(printer)
    assert await client.ask(b"one\n\x1dV\x00two\n\x1dVB\x10" + FENCE) == b"\x00"
    await client.close()
    assert [paper.raw for paper in printer.papers] == [b"one\n\x1dV\x00", b"two\n\x1dVB\x10"]
    assert fallen == ["one", "two"]


async def test_commands_split_anywhere(printer: EscPosPrinter) -> None:
    """The same paper comes out when every byte arrives by itself."""
    ticket = dummy()
    ticket.set(bold=True)
    ticket.text("Café\n")
    ticket.image(Image.new("1", (16, 8), 0))
    ticket.cut()
    client = await Client.connect(printer)
    for byte in ticket.output:
        client.writer.write(bytes([byte]))
        await client.writer.drain()
        await asyncio.sleep(0)
    await client.close()
    paper = await next_paper(printer)
    assert paper.raw == ticket.output
    assert paper.text == "Café\n[picture 16×8]"
    assert printer.unknown == []


def test_every_prefix_of_a_command_waits_for_the_rest() -> None:
    """No command is taken before all of it is there."""
    for whole in (b"\x1bt\x13", b"\x1bp\x00\x32\x32", b"\x1dv0\x00\x01\x00\x02\x00\xff\xff"):
        for end in range(1, len(whole)):
            assert next_command(whole[:end]) is None
        command = next_command(whole + b"more")
        assert command is not None
        assert command.raw == whole


async def test_unknown_commands_are_kept(printer: EscPosPrinter) -> None:
    """What it does not understand can be asserted on, and does not stop it."""
    paper = await print_out(printer, b"\x1b\x7fok\n\x1dV\x00")
    assert printer.unknown == [b"\x1b\x7f"]
    assert paper.text == "ok"


async def test_drawer(printer: EscPosPrinter) -> None:
    """A kick is counted and leaves nothing on the paper."""
    ticket = dummy()
    ticket.cashdraw(2)
    ticket.cut()
    assert (await print_out(printer, ticket.output)).text == ""
    assert printer.drawer_kicks == 1


async def test_fence_waits_for_paper(printer: EscPosPrinter) -> None:
    """Out of paper: the status tells it at once, the fence is answered once the ticket is out."""
    printer.paper_out = True
    client = await Client.connect(printer)
    assert await client.ask(b"late\n\x1dV\x00" + FENCE + ASK_PAPER) == b"\x72"
    assert list(printer.papers) == []
    printer.paper_out = False
    assert await client.answer() == b"\x00"
    assert [paper.text for paper in printer.papers] == ["late"]
    await client.close()


async def test_status_while_there_is_paper(printer: EscPosPrinter) -> None:
    """All four questions are answered with the fixed bits only, even split between two sends."""
    client = await Client.connect(printer)
    for question in (1, 2, 3, 4):
        assert await client.ask(FENCE + b"\x10") == b"\x00"  # so the first half has been read
        assert await client.ask(bytes([4, question])) == b"\x12"
    await client.close()
    assert printer.unknown == []


async def test_a_client_that_only_listens_gets_its_answer(printer: EscPosPrinter) -> None:
    """Who has closed the sending side still gets the fence, once there is paper."""
    printer.paper_out = True
    client = await Client.connect(printer)
    assert await client.ask(b"late\n\x1dV\x00" + FENCE + ASK_PAPER) == b"\x72"
    client.writer.write_eof()
    again = await Client.connect(printer)
    assert await again.ask(ASK_PAPER) == b"\x72"  # so the end of the first one has been seen
    printer.paper_out = False
    assert await client.answer() == b"\x00"
    await client.close()
    await again.close()


async def test_a_clone_without_a_fence(printer: EscPosPrinter) -> None:
    """It prints, and never answers `GS r`."""
    printer.fence = False
    client = await Client.connect(printer)
    client.writer.write(b"quiet\n\x1dV\x00" + FENCE)
    await next_paper(printer)
    assert await client.ask(ASK_PAPER) == b"\x12"
    await client.close()


async def test_bytes_of_a_client_that_hung_up_print_later(printer: EscPosPrinter) -> None:
    """Paper out, the client gives up: the ticket comes with the paper. Hence duplicates."""
    printer.paper_out = True
    client = await Client.connect(printer)
    await client.ask(b"ghost\n\x1dV\x00" + ASK_PAPER)
    await client.close()
    printer.paper_out = False
    assert (await next_paper(printer)).text == "ghost"


async def test_a_pulled_cable_leaves_half_a_ticket(printer: EscPosPrinter) -> None:
    """The client sees its connection break; the next ticket begins below the half one."""
    printer.drop_after(4)
    client = await Client.connect(printer)
    client.writer.write(b"half" + b"lost\n\x1dV\x00" + FENCE)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await client.answer()
    await client.close()
    assert (await print_out(printer, b"\nwhole\n\x1dV\x00")).text == "half\nwhole"


async def test_offline_and_back_on_the_same_port(printer: EscPosPrinter) -> None:
    """Offline refuses; back online the address is the same."""
    uri = printer.uri
    client = await Client.connect(printer)
    assert await client.ask(ASK_PAPER) == b"\x12"
    await printer.set_offline(True)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await client.answer()
    await client.close()
    with pytest.raises(ConnectionRefusedError):
        await Client.connect(printer)
    await printer.set_offline(False)
    assert (await print_out(printer, b"back\n\x1dV\x00")).text == "back"
    assert printer.uri == uri


async def test_one_client_at_a_time(printer: EscPosPrinter) -> None:
    """The second connection is answered only when the first has ended."""
    first, second = await Client.connect(printer), await Client.connect(printer)
    assert await first.ask(ASK_PAPER) == b"\x12"
    answer = asyncio.create_task(second.ask(ASK_PAPER))
    for _ in range(10):  # ten times as long as the second would need
        assert await first.ask(ASK_PAPER) == b"\x12"
    assert not answer.done()
    await first.close()
    assert await answer == b"\x12"
    await second.close()


async def test_two_clients_where_it_allows_them(printer: EscPosPrinter) -> None:
    """With `one_client` off, the second is served beside the first."""
    printer.one_client = False
    first, second = await Client.connect(printer), await Client.connect(printer)
    assert await second.ask(ASK_PAPER) == b"\x12"
    assert await first.ask(ASK_PAPER) == b"\x12"
    await first.close()
    await second.close()


async def test_a_slow_printer_waits_on_the_clock_handed_in() -> None:
    """The time that a ticket takes is its bytes by the speed."""
    slept: list[float] = []

    class Unhurried(SystemClock):
        async def sleep(self, seconds: float) -> None:
            slept.append(seconds)

    printer = EscPosPrinter(Unhurried())
    printer.speed_bytes_per_s = 100.0
    await printer.start()
    paper = await print_out(printer, b"x" * 36 + b"\n\x1dV\x00")
    await printer.stop()
    assert sum(slept) == pytest.approx(0.40)
    assert paper.at >= paper.bytes_received_at


async def test_stopping_with_a_job_held() -> None:
    """A printer that is full, out of paper and connected still stops."""
    printer = EscPosPrinter(SystemClock())
    await printer.start()
    printer.paper_out = True
    client = await Client.connect(printer)
    assert await client.ask(ASK_PAPER) == b"\x72"
    client.writer.write(b"held\n" * 50_000)
    async with asyncio.timeout(HANG_GUARD_S):
        await printer.stop()
    await client.close()
    with pytest.raises(ConnectionRefusedError):
        await Client.connect(printer)
