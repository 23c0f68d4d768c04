"""The page of the orders on a busy evening: two at work at once, a printer or the edge away, hands
that click twice. A real browser, a real edge, real sockets."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Dialog, Page, expect

from tests.support.browser import edge_page
from tests.support.edge import MENU, draft, eventually
from tests.support.staffed_edge import OWNER_PIN, StaffedEdge, staffed_edge

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

LARGE = {"id": "large", "name": "Large", "price": 250}
GROUPS = [
    {"id": "size", "name": "Size", "min": 0, "max": 1, "modifiers": [LARGE]},
    {
        "id": "without",
        "name": "Without",
        "min": 0,
        "max": 2,
        "removes": True,
        "modifiers": [{"id": "basil", "name": "Basil", "price": 0}],
    },
]
WITH_OPTIONS = MENU | {
    "items": [
        item | {"modifier_group_ids": ["size", "without"]} if item["id"] == "margherita" else item
        for item in MENU["items"]
    ],
    "modifier_groups": GROUPS,
}
PHONE = {"width": 390, "height": 844}


@pytest_asyncio.fixture(loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StaffedEdge]:
    """Order T-1 stands, for Maria: two margheritas, large and without basil."""
    routes = {"kitchen": "k", "receipt": "c"}
    folder = tmp_path_factory.mktemp("edge")
    async with staffed_edge(folder, "kc", routes, menu=WITH_OPTIONS) as place:
        chosen = [{"group_id": "size", "id": "large"}, {"group_id": "without", "id": "basil"}]
        line = {"item_id": "margherita", "qty": 2, "modifiers": chosen}
        await order(place, "o1", lines=[line], customer={"name": "Maria"})
        await eventually(lambda: place.counter.with_text("T-1"), "the receipt")
        yield place


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, place: StaffedEdge) -> AsyncIterator[Page]:
    async with edge_page(browser, place.edge, "/orders") as page:
        yield page


async def order(place: StaffedEdge, order_id: str, **more: Any) -> None:
    async with place.edge.http() as http:
        assert (await http.post("/orders", json=draft(order_id) | more)).status_code == 201


async def change(place: StaffedEdge, **edit: Any) -> None:
    """Somebody else changes T-1."""
    async with place.edge.http() as http:
        etag = (await http.get("/orders/o1")).headers["ETag"]
        changed = await http.patch("/orders/o1", json=edit, headers={"If-Match": etag})
        assert changed.status_code == 200, changed.text


async def opened(page: Page, number: str = "T-1") -> None:
    await page.get_by_label("Your PIN").fill(OWNER_PIN)
    await page.keyboard.press("Enter")
    await page.locator(f"[data-order={number}]").get_by_role("button", name="Open").click()
    await expect(page.locator(".dishes")).to_be_visible()


async def test_the_list_goes_on_around_an_open_order(page: Page, place: StaffedEdge) -> None:
    """A new order appears while somebody types; what is typed stays, and so does the focus."""
    await opened(page)
    note = page.get_by_label("Note")
    await note.press_sequentially("ring tw")
    await order(place, "o2")
    await expect(page.locator("[data-order=T-2]")).to_be_visible()
    await expect(note).to_have_value("ring tw")
    await expect(note).to_be_focused()
    await note.press_sequentially("ice")
    await expect(note).to_have_value("ring twice")


async def test_an_order_that_is_not_on_paper_says_so(page: Page, place: StaffedEdge) -> None:
    """With the kitchen's printer off, its order says why it is not printed until it is; a reprint
    is not called printed either."""
    await place.kitchen.close()
    await order(place, "o2")
    await opened(page)
    row = page.locator("[data-order=T-2]")
    await expect(row).to_contain_text("Not printed yet: K cannot be reached")
    await page.get_by_role("button", name="The ticket of kitchen").click()
    await expect(page.locator("#state")).to_contain_text("Not printed yet: K cannot be reached")
    await place.kitchen.open()
    await expect(row).not_to_contain_text("Not printed yet")
    assert len(place.kitchen.with_text("T-2")) == 1
    assert len(place.kitchen.with_text("REPRINT")) == 1


@pytest.mark.parametrize("path", ["/orders", "/printers", "/templates"])
async def test_the_edge_is_gone_and_comes_back(page: Page, place: StaffedEdge, path: str) -> None:
    """Each page says within seconds that what it shows may be old, also where the edge only keeps
    silent; and the banner goes by itself."""
    await page.goto(place.edge.url + path)
    await page.get_by_label("Your PIN").fill(OWNER_PIN)
    await page.keyboard.press("Enter")
    await expect(page.locator("#workplace")).to_be_visible()
    os.kill(place.edge.pid, signal.SIGSTOP)
    try:
        await expect(page.locator("#gone")).to_contain_text("The edge does not answer")
        await page.keyboard.press("End")
        await expect(page.locator("#gone")).to_be_in_viewport()
    finally:
        os.kill(place.edge.pid, signal.SIGCONT)
    await expect(page.locator("#gone")).to_be_hidden()


async def test_an_order_is_closed_though_the_edge_is_gone(page: Page, place: StaffedEdge) -> None:
    """Close needs nobody's answer."""
    await opened(page)
    await place.edge.end()
    await expect(page.locator("#gone")).to_be_visible()
    await page.get_by_role("button", name="Close").click()
    await expect(page.locator(".opened")).to_have_count(0)


async def test_two_clicks_print_once(page: Page, place: StaffedEdge) -> None:
    """A double click on the receipt is one receipt, and one on Give back is one refund."""
    page.on("dialog", Dialog.accept)
    await opened(page)
    await page.get_by_role("button", name="The receipt").dblclick()
    await expect(page.locator("#state")).to_contain_text("One ticket is printed again")
    await page.get_by_label("How").fill("cash")
    await page.get_by_role("button", name="Paid", exact=True).click()
    await page.get_by_label("Amount, EUR").fill("2.00")
    await page.get_by_label("Why").last.fill("cold")
    await page.get_by_role("button", name="Give back").dblclick()
    await expect(page.locator(".dishes")).to_contain_text("-€2.00")
    await page.wait_for_timeout(1_000)
    await expect(page.locator(".dishes").get_by_text("-€2.00")).to_have_count(1)
    assert len(place.counter.with_text("REPRINT")) == 1


async def test_a_phone_shows_the_answer_where_the_button_is(page: Page, place: StaffedEdge) -> None:
    """With twenty orders and an open one far down, what became of a button is in view."""
    for n in range(2, 22):
        await order(place, f"o{n}")
    await page.set_viewport_size(PHONE)
    await opened(page)
    for name in ("Save", "The receipt"):
        button = page.get_by_role("button", name=name)
        await button.scroll_into_view_if_needed()
        await button.click()
        await expect(page.locator("#state")).not_to_be_empty()
        await expect(page.locator("#state")).to_be_in_viewport(ratio=1)
        await expect(button).to_be_in_viewport()


async def test_saved_is_said_of_what_was_saved(page: Page, place: StaffedEdge) -> None:
    """Nothing changed is not saved; a time cannot be taken away; a number that cannot be called is
    kept and told of."""
    await opened(page)
    answer, save = page.locator("#state"), page.get_by_role("button", name="Save")
    await save.click()
    await expect(answer).to_have_text("T-1: nothing was changed.")
    wanted = page.get_by_label("Wanted at")
    stood = await wanted.input_value()
    await wanted.fill("")
    await page.wait_for_timeout(800)
    await save.click()
    await expect(answer).to_contain_text("always wanted at some time")
    await wanted.fill(stood)
    await page.get_by_label("Telephone").fill("not a phone")
    await page.wait_for_timeout(800)
    await save.click()
    await expect(answer).to_have_text(
        "T-1: saved. But “not a phone” is no number that can be called."
    )
    assert len(place.kitchen.tickets) == 1


async def test_typed_words_are_not_lost_without_a_question(page: Page, place: StaffedEdge) -> None:
    """Opening another order, Esc and Close ask; whoever stays finds what they typed."""
    await order(place, "o2")
    asked: list[str] = []
    stay = True

    async def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        await (dialog.dismiss() if stay else dialog.accept())

    page.on("dialog", answer)
    await opened(page)
    note = page.get_by_label("Note")
    await note.fill("ring twice")
    await page.locator("[data-order=T-2]").get_by_role("button", name="Open").click()
    await eventually(lambda: len(asked) == 1, "the question")
    await note.press("Escape")
    await eventually(lambda: len(asked) == 2, "the question")
    await page.get_by_role("button", name="Close").click()
    await eventually(lambda: len(asked) == 3, "the question")
    await expect(note).to_have_value("ring twice")
    assert all("T-1 is not saved" in words for words in asked)
    stay = False
    await page.wait_for_timeout(800)
    await note.press("Escape")
    await expect(page.locator(".opened")).to_have_count(0)
    row = page.locator("[data-order=T-1]")
    await expect(row.get_by_role("button", name="Open")).to_be_focused()


async def test_the_page_asks_before_it_is_left(page: Page) -> None:
    """A link in the header, with a note half typed: the browser's own question comes first."""
    asked: list[str] = []

    async def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    page.on("dialog", answer)
    await opened(page)
    await page.get_by_label("Note").press_sequentially("ring twice")
    await page.get_by_role("link", name="Printers").click(no_wait_after=True)
    await eventually(lambda: asked == ["beforeunload"], "the question")
    await expect(page.get_by_label("Note")).to_have_value("ring twice")


async def test_two_change_the_same_and_one_chooses(page: Page, place: StaffedEdge) -> None:
    """What somebody else wrote stands beside what I typed; I save mine over it, or take theirs.
    What they changed elsewhere is no clash: both stand."""
    await opened(page)
    note, save, answer = (
        page.get_by_label("Note"),
        page.get_by_role("button", name="Save"),
        page.locator("#state"),
    )
    await note.fill("mine")
    await change(place, note="theirs", customer={"phone": "+49301234567"})
    await save.click()
    await expect(answer).to_contain_text("theirs stands beside yours")
    await expect(page.locator(".theirs")).to_contain_text("theirs")
    await expect(note).to_have_value("mine")
    await expect(page.get_by_label("Telephone")).to_have_value("+49301234567")
    await page.wait_for_timeout(800)
    await save.click()
    await expect(answer).to_contain_text("T-1: saved")
    await expect(page.locator("[data-order=T-1] .about")).to_contain_text("mine")
    await note.fill("mine again")
    await change(place, note="theirs again")
    await page.wait_for_timeout(800)
    await save.click()
    await page.get_by_role("button", name="Take it").click()
    await expect(note).to_have_value("theirs again")
    await expect(page.locator(".theirs")).to_have_count(0)
    await note.fill("a third")
    await change(place, customer={"phone": "+49307654321"})
    await page.wait_for_timeout(800)
    await save.click()
    await expect(answer).to_contain_text("T-1: saved")
    await eventually(lambda: place.kitchen.with_text("NEW NOTE: a third"), "the slip")


async def test_an_order_is_shown_with_all_that_the_kitchen_reads(
    page: Page, place: StaffedEdge
) -> None:
    """Options, prices, the time, and why a dish was voided."""
    await opened(page)
    dishes = page.locator(".dishes")
    for words in ("WITHOUT Basil", "Large (+€2.50)", "€24.00"):
        await expect(dishes).to_contain_text(words)
    row = page.locator("[data-order=T-1]")
    await expect(row.locator("small")).to_have_text(re.compile(r"^\d\d:\d\d · pickup · for "))
    await page.get_by_role("button", name="Void: Pizza Margherita").click()
    await page.get_by_label("2× Pizza Margherita: why?").fill("burnt")
    await page.get_by_role("button", name="Void it").click()
    await expect(dishes).to_contain_text(re.compile(r"voided: burnt · olga · \d\d:\d\d"))
    await expect(dishes.locator(".sum")).to_contain_text("€0.00")
    await eventually(lambda: place.kitchen.with_text("VOID"), "the slip")


async def test_an_order_moves_on_and_is_cancelled(page: Page, place: StaffedEdge) -> None:
    """By buttons; a dish is on the house; and a cancelled order looks it, and is not unpaid."""
    page.on("dialog", Dialog.accept)
    await opened(page)
    row = page.locator("[data-order=T-1]")
    await page.get_by_role("button", name="On the house: Pizza Margherita").click()
    await page.get_by_label("2× Pizza Margherita: why?").fill("late")
    await page.get_by_role("button", name="On the house", exact=True).click()
    await expect(page.locator(".dishes")).to_contain_text("on the house: late · olga")
    await page.get_by_role("button", name="Preparing").click()
    await expect(row.locator(".mark")).to_have_text("preparing")
    await expect(page.get_by_role("button", name="Preparing")).to_have_count(0)
    await page.get_by_role("button", name="Cancel the order…").click()
    await expect(row.locator(".mark")).to_have_text("cancelled")
    await expect(row).not_to_contain_text("unpaid")
    for one in (row.locator(".number"), page.locator(".dishes .gone").first):
        await expect(one).to_have_css("text-decoration-line", "line-through")
    await eventually(lambda: place.kitchen.with_text("CANCELLED"), "the slip")


async def test_the_keyboard_stays_where_it_was(page: Page) -> None:
    """The list looks again every few seconds; Enter still opens what had the focus."""
    await page.get_by_label("Your PIN").fill(OWNER_PIN)
    await page.keyboard.press("Enter")
    opener = page.locator("[data-order=T-1]").get_by_role("button", name="Open")
    await opener.focus()
    await page.wait_for_timeout(6_000)  # one look at the least
    await expect(opener).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".opened")).to_be_visible()


async def test_long_words_break(page: Page, place: StaffedEdge) -> None:
    """A note without a space leaves a phone's page as wide as the phone, and every field stays
    within its card on a desk."""
    lines = [{"item_id": "margherita", "note": "n" * 200}]
    await order(place, "o2", lines=lines, note="m" * 200)
    await page.set_viewport_size(PHONE)
    await opened(page, "T-2")
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await page.set_viewport_size({"width": 1280, "height": 800})
    card = await page.locator("section").first.bounding_box()
    wanted = await page.get_by_label("Wanted at").bounding_box()
    assert card is not None
    assert wanted is not None
    assert wanted["x"] + wanted["width"] <= card["x"] + card["width"] - 10
