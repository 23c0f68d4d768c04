"""The page for templates in a real browser, on a real edge."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from sync.wire import Change
from tests.support.browser import edge_page
from tests.support.edge import EdgeProcess, changes, edge_process, seed, settings
from web.passwords import hash_password

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

OWNER_PIN, STAFF_PIN = "9999", "1234"
BROKEN = {"id": "change", "kind": "change", "text": "{{number}}\n<blink>sale"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def edge(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EdgeProcess]:
    where = settings(tmp_path_factory.mktemp("edge"))
    brought = changes({"kitchen-1": "escpos://127.0.0.1:9"}, kitchen=["kitchen-1"])
    owner = {"id": "olga", "name": "Olga", "role": "owner", "pin_hash": hash_password(OWNER_PIN)}
    for collection, data in (("staff", owner), ("template", BROKEN)):
        seq = len(brought) + 1
        brought.append(Change(seq, collection, str(data["id"]), version=1, data=data))
    await seed(where, brought)
    async with edge_process(where) as edge:
        yield edge


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, edge: EdgeProcess) -> AsyncIterator[Page]:
    async with edge_page(browser, edge, "/templates") as page:
        yield page


async def sign_in(page: Page, pin: str = OWNER_PIN) -> None:
    await page.get_by_label("Your PIN").fill(pin)
    await page.keyboard.press("Enter")
    await expect(page.locator("#workplace")).to_be_visible()
    await new_picture(page, "")


async def new_picture(page: Page, old: str) -> str:
    """The address of the preview, once it is another one than `old` and drawn."""
    preview = page.locator("#preview")
    await expect(preview).to_have_attribute("src", re.compile("^blob:"))
    await expect(preview).not_to_have_attribute("src", old)
    await expect(preview).not_to_have_js_property("naturalWidth", 0)
    return await preview.get_attribute("src") or ""


async def test_an_owner_changes_a_template(page: Page) -> None:
    """Type, see the paper change, save; after a reload it is there, and it can be taken back."""
    await sign_in(page)
    before = await new_picture(page, "")
    text = page.locator("#text")
    await expect(text).to_have_value(re.compile("huge"))
    await text.fill("<center><huge>{{number}}\n{{#lines}}\n{{qty}} {{name}}\n{{/lines}}\n<cut>")
    await new_picture(page, before)
    # Before it is saved, and then: what it has no place for comes out all the same.
    for_notes = "does not show the order's {{note}}, the {{note}} of each dish, the {{text}} of"
    await expect(page.locator("#problem")).to_contain_text(for_notes)
    await expect(page.locator("#problem")).to_contain_text("it is printed under the rest")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("#state")).to_contain_text("Saved")
    await expect(page.locator("#state")).to_contain_text(for_notes)
    await page.reload()
    await expect(text).to_have_value(re.compile("{{qty}} {{name}}"))
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Back to the built-in one").click()
    await expect(text).to_have_value(re.compile("READY BY"))


async def test_a_broken_template_says_so(page: Page) -> None:
    """One that came broken is told of with its line, and so is one that is being typed: the paper
    of the built-in one is shown, and it is not saved."""
    await sign_in(page)
    await page.get_by_role("button", name="Change", exact=True).click()
    problem = page.locator("#problem")
    await expect(problem).to_contain_text("line 2: cannot read '<blink>sale'")
    await expect(problem).to_contain_text("Tickets print with the built-in template")
    await page.get_by_role("button", name="Receipt").click()
    await expect(problem).to_be_hidden()
    await page.locator("#text").fill("no number")
    await expect(problem).to_contain_text("{{number}}")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("#state")).to_contain_text("{{number}}")


async def test_two_save_the_same_template_and_one_chooses(
    page: Page, browser: Browser, edge: EdgeProcess
) -> None:
    """Theirs is shown beside mine, which stays as it was typed; I take theirs, or save mine over
    it."""
    theirs, mine = "{{number}}\n{{#lines}}\n{{qty}} {{name}} THEIRS", "{{number}}\nmine"
    end = "\n{{/lines}}\n"
    await sign_in(page)
    async with edge_page(browser, edge, "/templates") as other:
        await sign_in(other)
        for text, one in ((theirs, other), (mine + "\n{{#lines}}\n{{qty}} {{name}}", page)):
            await one.locator("#text").fill(text + end)
            await one.get_by_role("button", name="Save", exact=True).click()
            await expect(one.locator("#state")).not_to_be_empty()
    await expect(page.locator("#state")).to_contain_text("theirs stands below")
    await expect(page.locator("#theirs-text")).to_contain_text("THEIRS")
    await expect(page.locator("#text")).to_have_value(re.compile("mine"))
    await page.wait_for_timeout(800)
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("#state")).to_contain_text("Saved")
    await expect(page.locator("#theirs")).to_be_hidden()
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Back to the built-in one").click()


async def test_a_printer_gets_a_template_of_its_own(page: Page) -> None:
    """A copy under a new name can be chosen for one printer."""
    await sign_in(page)
    page.once("dialog", lambda dialog: dialog.accept("Big letters"))
    await page.get_by_role("button", name="Save as a new template…").click()
    await expect(page.locator("#variant")).to_have_value("big-letters")
    chosen = page.locator("#printers select[name=kitchen]")
    await chosen.select_option("big-letters")
    await expect(page.locator("#printers .state")).to_have_text("Saved.")
    await page.reload()
    await expect(chosen).to_have_value("big-letters")


async def test_staff_look_and_do_not_save(page: Page) -> None:
    """Whoever is not the owner sees all of it, may try, and cannot save."""
    await page.get_by_label("Your PIN").fill("0000")
    await page.keyboard.press("Enter")
    await expect(page.locator("#sign-in-wrong")).to_contain_text("not known")
    await sign_in(page, STAFF_PIN)
    await expect(page.locator("#read-only")).to_be_visible()
    await page.locator("#text").fill("{{number}}")
    await expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    await expect(page.locator("#printers select").first).to_be_disabled()


@pytest.mark.parametrize("width", [360, 1024])
async def test_nothing_hangs_over_the_edge(page: Page, width: int) -> None:
    """On a phone and on a tablet nothing has to be scrolled sideways, on either paper, and
    what is touched is large enough for a finger."""
    await page.set_viewport_size({"width": width, "height": 740})
    await sign_in(page)
    for paper in ("58 mm", "80 mm"):
        await page.get_by_role("button", name=paper).click()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
    for button in await page.locator("#workplace button").all():
        box = await button.bounding_box()
        assert box is None or box["height"] >= 40
