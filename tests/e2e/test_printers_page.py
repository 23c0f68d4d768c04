"""The page on which printers are set up, in a real browser, on a real edge with real sockets."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.support.browser import edge_page
from tests.support.edge import (
    draft,
    eventually,
)
from tests.support.staffed_edge import OWNER_PIN, STAFF_PIN, StaffedEdge, staffed_edge

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StaffedEdge]:
    """The counter's printer is there and not set up."""
    async with staffed_edge(tmp_path_factory.mktemp("edge"), "k", {"kitchen": "k"}) as place:
        yield place


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, place: StaffedEdge) -> AsyncIterator[Page]:
    async with edge_page(browser, place.edge, "/printers") as page:
        yield page


async def sign_in(page: Page, pin: str = OWNER_PIN) -> None:
    await page.get_by_label("Your PIN").fill(pin)
    await page.keyboard.press("Enter")
    await expect(page.locator("#printers .row").first).to_be_visible()


async def order(place: StaffedEdge, order_id: str) -> None:
    async with place.edge.http() as http:
        assert (await http.post("/orders", json=draft(order_id))).status_code == 201


async def test_a_technician_sets_the_house_up(page: Page, place: StaffedEdge) -> None:
    """A printer is added by its address, after a wrong one was refused in words; renamed; given
    the kitchen; and the next order comes out there."""
    await sign_in(page)
    await page.get_by_label("Its name").fill("Counter")
    await page.get_by_label("Its address").fill("http://10.0.0.5")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.locator("#add-state")).to_contain_text("like 192.168.1.50")
    await page.get_by_label("Its address").fill(f"127.0.0.1:{place.counter.port}")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.locator("#add-state")).to_contain_text("Counter is added")

    added = page.locator("#printers .row", has_text="Counter")
    await added.get_by_role("button", name="Change…").click()
    await added.get_by_label("Its name").fill("Front desk")
    await added.get_by_label("While it is away").select_option("k")
    await added.get_by_role("button", name="Save").click()
    renamed = page.locator("#printers .row", has_text="Front desk")
    await expect(renamed).to_contain_text("while it is away: K")

    station = page.locator("[data-station=kitchen]")
    await station.get_by_label("Front desk").check()
    await expect(page.locator("#state")).to_have_text(re.compile("kitchen: .*, .*[.]"))
    await station.get_by_label("K", exact=True).uncheck()
    await expect(page.locator("#state")).to_have_text("kitchen: Front desk.")
    await order(place, "o1")
    await eventually(lambda: place.counter.with_text("T-1"), "the ticket")
    assert place.kitchen.tickets == []
    await renamed.get_by_role("button", name="Print a test").click()
    await eventually(lambda: place.counter.with_text("TEST"), "the test ticket")


async def test_a_printer_goes_and_its_tickets_stay(page: Page, place: StaffedEdge) -> None:
    """It is asked what becomes of its tickets; held ones are shown, and come out where they are
    sent."""
    await place.kitchen.close()
    await order(place, "o1")
    await sign_in(page)
    row = page.locator("#printers .row", has_text="K")
    await row.get_by_role("button", name="Remove…").click()
    dialog = page.locator("#removing")
    await expect(dialog).to_contain_text("Remove K?")
    await dialog.get_by_label("Nobody").check()
    await dialog.get_by_role("button", name="Remove it").click()
    await expect(page.locator("#state")).to_contain_text("Nothing prints for kitchen now")
    held = page.locator("#held .row", has_text="T-1")
    await expect(held).to_contain_text("its printer K was removed", ignore_case=True)
    await page.get_by_label("Its name").fill("New")
    await page.get_by_label("Its address").fill(f"127.0.0.1:{place.counter.port}")
    await page.get_by_role("button", name="Add", exact=True).click()
    await page.locator("[data-station=kitchen]").get_by_label("New").check()
    await expect(page.locator("#state")).to_contain_text("kitchen: New.")
    await held.get_by_role("button", name="Print it now").click()
    await eventually(lambda: place.counter.with_text("T-1"), "the ticket")
    await expect(page.locator("#held-part")).to_be_hidden()


async def test_staff_look_and_test(page: Page) -> None:
    """Whoever may not set printers up sees all of it and can print a test."""
    await sign_in(page, STAFF_PIN)
    await expect(page.locator("#read-only")).to_be_visible()
    await expect(page.get_by_role("button", name="Remove…")).to_be_disabled()
    await expect(page.get_by_role("button", name="Add", exact=True)).to_be_disabled()
    await expect(page.get_by_label("K", exact=True).first).to_be_disabled()
    await page.get_by_role("button", name="Print a test").click()
    await expect(page.locator("#state")).to_contain_text("printed.")


async def test_what_is_not_on_paper_is_listed_and_not_called_printed(
    page: Page, place: StaffedEdge
) -> None:
    """With the printer off every ticket that waits is listed, each with the reason; "Print it now",
    a test and the slip with a name say that nothing came out, and the ticket stays listed until it
    is out."""
    await place.kitchen.close()
    for order_id in ("o1", "o2", "o3"):
        await order(place, order_id)
    await sign_in(page)
    rows = page.locator("#held .row")
    await expect(rows).to_have_count(3)
    for number, row in zip(("T-1", "T-2", "T-3"), await rows.all(), strict=True):
        await expect(row).to_contain_text(number)
        await expect(row).to_contain_text("K cannot be reached")
    answer = page.locator("#state")
    for name in ("Print it now", "Print a test", "Which one is it?"):
        await page.get_by_role("button", name=name).first.click()
        await expect(answer).to_contain_text("Not printed yet: K cannot be reached")
    await expect(rows.first).to_contain_text("T-1")
    assert place.kitchen.tickets == []
    await place.kitchen.open()
    await expect(page.locator("#held-part")).to_be_hidden()
    assert len(place.kitchen.tickets) == 5


async def test_a_ticket_that_nobody_wants_goes(page: Page, place: StaffedEdge) -> None:
    """It is asked first; then it leaves the list and is not printed."""
    await place.kitchen.close()
    await order(place, "o1")
    await sign_in(page)
    page.on("dialog", lambda dialog: dialog.accept())
    await page.locator("#held").get_by_role("button", name="Cancel this ticket").click()
    await expect(page.locator("#state")).to_contain_text("is cancelled")
    await expect(page.locator("#held-part")).to_be_hidden()


async def test_the_keyboard_stays_where_it_was(page: Page) -> None:
    """The page looks again every few seconds; whoever works by keyboard keeps the place, also in
    two forms at once, of which one is left."""
    await sign_in(page)
    await page.get_by_label("Its name").fill("Counter")
    await page.get_by_label("Its address").fill("127.0.0.1:9")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.locator("#printers .row")).to_have_count(2)
    which = page.get_by_role("button", name="Which one is it?").last
    await which.focus()
    await page.wait_for_timeout(6_000)  # one look at the least
    await expect(which).to_be_focused()
    box = page.locator("[data-station=bar] input").first
    await box.focus()
    await page.wait_for_timeout(6_000)
    await expect(box).to_be_focused()
    for row in await page.locator("#printers .row").all():
        await row.get_by_role("button", name="Change…").click()
        await row.get_by_label("Its name").fill("Half a na")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Leave it").first.click()
    await expect(page.get_by_role("button", name="Leave it")).to_have_count(1)
    await expect(page.locator("#printers").get_by_label("Its name")).to_have_value("Half a na")


async def test_two_change_one_printer_and_one_chooses(page: Page, place: StaffedEdge) -> None:
    """What somebody else called it stands beside what I typed, and I say which one stands."""
    await sign_in(page)
    row = page.locator("#printers .row")
    await row.get_by_role("button", name="Change…").click()
    name = row.get_by_label("Its name")
    await name.fill("Mine")
    async with place.edge.http() as http:
        etag = (await http.get("/printers/k")).headers["ETag"]
        changed = {"name": "Theirs", "columns": 48}
        answer = await http.patch("/printers/k", json=changed, headers={"If-Match": etag})
        assert answer.status_code == 200
    await row.get_by_role("button", name="Save").click()
    await expect(row.locator(".theirs")).to_contain_text("Theirs")
    await expect(name).to_have_value("Mine")
    await expect(row.get_by_label("Characters in a line")).to_have_value("48")
    await page.wait_for_timeout(800)
    await row.get_by_role("button", name="Save").click()
    await expect(row.locator("h3")).to_contain_text("Mine")


async def test_a_long_name_breaks(page: Page, place: StaffedEdge) -> None:
    """A name of 80 letters without a space leaves a phone's page as wide as the phone."""
    await page.set_viewport_size({"width": 390, "height": 844})
    await sign_in(page)
    await page.get_by_label("Its name").fill("K" * 80)
    await page.get_by_label("Its address").fill("127.0.0.1:9")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.locator("#printers .row")).to_have_count(2)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("width", [360, 1024])
async def test_nothing_hangs_over_the_edge(page: Page, width: int) -> None:
    """On a phone and on a tablet nothing has to be scrolled sideways, and buttons fit a finger."""
    await page.set_viewport_size({"width": width, "height": 740})
    await sign_in(page)
    await page.get_by_role("button", name="Change…").click()
    await expect(page.get_by_role("button", name="Save")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    for button in await page.locator("#workplace button").all():
        box = await button.bounding_box()
        assert box is None or box["height"] >= 40
    await page.get_by_role("link", name=re.compile("paper")).click()
    await expect(page.locator("#preview")).to_be_visible()
