"""The page on which orders are put right, in a real browser, on a real edge with real sockets."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Dialog, Page, Route, expect

from tests.support.browser import edge_page
from tests.support.edge import (
    draft,
    eventually,
)
from tests.support.staffed_edge import OWNER_PIN, STAFF_PIN, StaffedEdge, staffed_edge

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StaffedEdge]:
    """An order of today stands, with its ticket and its receipt printed."""
    routes = {"kitchen": "k", "receipt": "c"}
    async with staffed_edge(tmp_path_factory.mktemp("edge"), "kc", routes) as place:
        async with place.edge.http() as http:
            order = draft("o1", qty=2) | {"note": "ring twice", "customer": {"name": "Mria"}}
            assert (await http.post("/orders", json=order)).status_code == 201
        await eventually(lambda: place.counter.with_text("T-1"), "the receipt")
        yield place


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, place: StaffedEdge) -> AsyncIterator[Page]:
    async with edge_page(browser, place.edge, "/") as page:
        yield page


async def opened(page: Page, pin: str = OWNER_PIN) -> None:
    await page.get_by_label("Your PIN").fill(pin)
    await page.keyboard.press("Enter")
    await page.locator("[data-order=T-1]").get_by_role("button", name="Open").click()
    await expect(page.locator(".dishes")).to_contain_text("2× Pizza Margherita")


async def test_an_order_is_put_right(page: Page, place: StaffedEdge) -> None:
    """Its note and its name, with a slip for the kitchen; then a right receipt for the guest."""
    await opened(page)
    await page.get_by_label("Note").fill("NO NUTS")
    await page.get_by_label("Name").fill("Maria")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#state")).to_contain_text("T-1: saved")
    await eventually(lambda: place.kitchen.with_text("NEW NOTE: NO NUTS"), "the slip")
    await eventually(lambda: place.counter.with_text("NEW NAME: Maria"), "the counter's slip")
    row = page.locator("[data-order=T-1]")
    await expect(row).to_contain_text("Maria")
    await row.get_by_role("button", name="The receipt").click()
    await eventually(lambda: place.counter.with_text("REPRINT"), "the receipt")
    (receipt,) = place.counter.with_text("REPRINT")
    assert b"Olga" in receipt
    assert len(place.kitchen.tickets) == 2


async def test_a_time_is_the_restaurants(page: Page, place: StaffedEdge) -> None:
    """What is typed is what stands on the kitchen's slip: Rome's, whatever the screen's clock."""
    await opened(page)
    wanted = page.get_by_label("Wanted at")
    day = (await wanted.input_value())[:10]
    await wanted.fill(f"{day}T23:58")
    await page.get_by_role("button", name="Save").click()
    await eventually(lambda: place.kitchen.with_text("NEW TIME: 23:58"), "the slip")
    await expect(wanted).to_have_value(f"{day}T23:58")


async def test_money_is_put_right(page: Page, place: StaffedEdge) -> None:
    """Paid, corrected, and a part of it given back; the reasons can be read afterwards."""
    page.on("dialog", Dialog.accept)
    await opened(page)
    await page.get_by_label("How").fill("cash")
    await page.get_by_role("button", name="Paid", exact=True).click()
    row = page.locator("[data-order=T-1]")
    await expect(row).to_contain_text("paid (cash)")
    await expect(row).to_contain_text(re.compile(r"Payment, cash · olga · \d"))
    await row.get_by_role("button", name="The receipt").click()
    await expect(page.locator("#state")).to_contain_text("ticket is printed.")
    await eventually(lambda: place.counter.with_text("PAID (cash)"), "the receipt")
    assert not place.counter.with_text("REPRINT")
    await row.get_by_label("It was paid by").fill("card")
    await row.get_by_label("Why").first.fill("pressed wrong")
    await row.get_by_role("button", name="Correct it").click()
    await expect(row).to_contain_text("paid (card)")
    await row.get_by_label("Amount, EUR").fill("9.50")
    await row.get_by_label("Why").last.fill("one was cold")
    await row.get_by_role("button", name="Give back").click()
    await expect(page.locator("#state")).to_contain_text("money given back")
    entries = row.locator(".dishes")
    await expect(entries).to_contain_text(re.compile("Refund, card · one was cold · olga"))
    await expect(entries).to_contain_text("-€9.50")
    await expect(row.get_by_label("Amount, EUR")).to_have_value("9.50")


async def test_staff_put_orders_right_and_leave_the_money(page: Page) -> None:
    """Whoever may not give money back sees whose that is."""
    await opened(page, STAFF_PIN)
    await page.get_by_label("How").fill("cash")
    await page.get_by_role("button", name="Paid", exact=True).click()
    await expect(page.locator(".opened")).to_contain_text("is the owner’s")
    await expect(page.get_by_role("button", name="Give back")).to_have_count(0)
    await page.get_by_label("Address").fill("a" * 280)
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#state")).to_contain_text("saved")


async def test_an_order_opens_though_the_list_comes_anew_meanwhile(page: Page) -> None:
    """The order's own answer takes longer than the list is left alone."""
    await page.get_by_label("Your PIN").fill(OWNER_PIN)
    await page.keyboard.press("Enter")
    listed = asyncio.Event()

    async def slow(route: Route) -> None:
        listed.clear()
        await asyncio.wait_for(listed.wait(), 15)
        await route.continue_()

    page.on("response", lambda answer: listed.set() if answer.url.endswith("/orders") else None)
    await page.route("**/api/v1/orders/*", slow)
    await page.locator("[data-order=T-1]").get_by_role("button", name="Open").click()
    await expect(page.locator(".opened")).to_be_visible()


async def test_a_broken_way_to_the_cloud_is_seen(page: Page) -> None:
    """Whoever works there reads that calls may not arrive, on every page, until it is mended."""
    stuck = {"pull": "ValueError: no such thing"}

    async def answer(route: Route) -> None:
        await route.fulfill(json={"status": "ok", "paired": True, "warm": True, "stuck": stuck})

    await page.route("**/ready", answer)
    for path in ("/orders", "/printers", "/templates"):
        await page.goto(page.url.rsplit("/", 1)[0] + path)
        await expect(page.locator("#stuck")).to_contain_text("may not arrive")
        await expect(page.locator("#stuck")).to_contain_text("no such thing")
    stuck.clear()
    await page.reload()
    await expect(page.get_by_label("Your PIN")).to_be_visible()
    await expect(page.locator("#stuck")).to_be_hidden()


@pytest.mark.parametrize("width", [360, 1024])
async def test_nothing_hangs_over_the_edge(page: Page, width: int) -> None:
    """On a phone and on a tablet nothing has to be scrolled sideways, and buttons fit a finger."""
    await page.set_viewport_size({"width": width, "height": 740})
    await opened(page)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    for button in await page.locator("#workplace button").all():
        box = await button.bounding_box()
        assert box is None or box["height"] >= 40
