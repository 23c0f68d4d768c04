"""The demo's page in a real browser: type an order as the caller, see its paper come out."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.browser import CHROMIUM, SWITCHES
from tests.support.demo_process import running_demo
from tests.support.needs import needs

pytestmark = [pytest.mark.browser, pytest.mark.alone]

SOON_MS = 30_000  # a hang guard


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the page of a running demo is, once its first order is on paper."""
    with running_demo(tmp_path_factory.mktemp("demo")) as demo:
        demo.wait_for("First paper")
        yield demo.wait_for(r"http://127\.0\.0\.1:80\d\d")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if shutil.which(CHROMIUM) is None:
        needs("Chromium", "apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=list(SWITCHES)
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page in a window of 1280×800. What goes wrong in it fails the test, and so does a
    request to any other place than the demo."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(SOON_MS)
    expect.set_options(timeout=SOON_MS)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on(
        "request", lambda r: None if r.url.startswith(address) else wrong.append(f"asked {r.url}")
    )
    page.goto(address)
    expect(page.locator("#callee")).to_have_text("Trattoria Bella")
    yield page
    page.close()
    assert wrong == []


def papers(page: Page, printer: str) -> int:
    return page.locator(f"#printer-{printer} .sheet").count()


def say(page: Page, text: str) -> None:
    """Types a sentence and waits for the agent's answer."""
    page.get_by_label("Say something, as the caller").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator(".bubble.caller").last).to_contain_text(text)
    expect(page.locator(".typing")).to_have_count(0)
    expect(page.locator(".chat > :last-child")).not_to_have_class(re.compile("caller"))


def place_order(page: Page, text: str) -> str:
    """Orders `text` for pick-up; the number that the order was given."""
    say(page, f"{text}, for Maria, pick-up")
    if not page.locator(".placed").count():
        say(page, "yes, please")
    placed = page.locator(".placed")
    expect(placed).to_be_visible()
    number = re.search(r"P-\d+", placed.inner_text())
    assert number is not None
    return number[0]


def test_there_is_paper_at_once(page: Page) -> None:
    """The demo has ordered by itself, and says so: both printers show pictures of paper."""
    expect(page.locator("#chat")).to_contain_text("The demo made this first call by itself")
    for printer in ("kitchen-printer", "bar-printer"):
        picture = page.locator(f"#printer-{printer} .sheet img").first
        expect(picture).to_be_visible()
        picture.evaluate("image => image.decode()")  # waits for it; rejected where it is none
        assert picture.evaluate("image => image.naturalWidth") > 300


def test_an_order_typed_as_the_caller_comes_out_of_both_printers(page: Page) -> None:
    """The number that the agent says is on new paper from the kitchen and from the counter, and
    each step of the way is told with its time."""
    page.get_by_role("button", name="New call").click()
    expect(page.locator(".bubble.agent")).to_have_count(1)
    number = place_order(page, "a quattro formaggi and a small sprite")
    kitchen = page.locator("#printer-kitchen-printer .sheet").first.get_by_role("img")
    expect(kitchen).to_have_attribute("alt", re.compile(rf"{number}\b[\s\S]*Quattro Formaggi"))
    counter = page.locator("#printer-bar-printer .sheet").first.get_by_role("img")
    expect(counter).to_have_attribute("alt", re.compile(rf"{number}\b[\s\S]*TOTAL"))
    expect(page.locator("#steps li.done")).to_have_count(7)
    for time in page.locator("#steps .time").all_inner_texts():
        assert re.fullmatch(r"0|\+[\d.]+ m?s", time)
    expect(page.locator("#total")).to_have_text(re.compile(r"[\d.]+ m?s to paper"))


def test_paper_that_was_late_comes_once_the_cable_is_in_again(page: Page) -> None:
    """With the kitchen's cable out the way stops and says why; then its paper comes, once."""
    row = page.get_by_role("group", name="Kitchen")
    before = papers(page, "kitchen-printer")
    row.get_by_role("button", name="Pull its cable").click()
    expect(row.get_by_role("button", name="Cable is out")).to_have_attribute("aria-pressed", "true")
    place_order(page, "a calzone")
    expect(page.locator("#steps li.held")).to_contain_text("Kitchen")
    assert papers(page, "kitchen-printer") == before
    row.get_by_role("button", name="Cable is out").click()
    expect(page.locator("#steps li.done")).to_have_count(7)
    expect(page.locator("#printer-kitchen-printer .sheet")).to_have_count(before + 1)


def test_a_ticket_can_be_looked_at_and_read(page: Page) -> None:
    """A click shows it large, with its text for those who cannot see the picture."""
    page.locator("#printer-bar-printer .sheet button").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator("pre")).to_contain_text(re.compile(r"P-\d+"))
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (820, 1180), (390, 844), (320, 640)])
def test_nothing_hangs_over_the_edge(page: Page, width: int, height: int) -> None:
    """On a desk, a tablet and a phone nothing has to be scrolled sideways."""
    page.set_viewport_size({"width": width, "height": height})
    expect(page.locator("#say")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_says_when_the_demo_is_gone(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """After Ctrl-C the page does not pretend."""
    page = browser.new_page()
    page.set_default_timeout(SOON_MS)
    with running_demo(tmp_path_factory.mktemp("short")) as demo:
        page.goto(demo.wait_for(r"http://127\.0\.0\.1:80\d\d"))
        expect(page.locator("#callee")).to_have_text("Trattoria Bella")
        page.get_by_role("button", name="New call").click()
        expect(page.locator(".bubble.agent")).to_have_count(1)
    expect(page.locator("#link")).to_be_visible()
    expect(page.locator("#call-state")).to_have_text("The demo does not answer")
    expect(page.locator("#parts .lamp.up")).to_have_count(0)
    page.get_by_label("Say something, as the caller").fill("a calzone")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble.unheard")).to_contain_text("a calzone")
    page.close()


def test_what_is_said_to_a_demo_that_is_away_is_kept(browser: Browser, address: str) -> None:
    """The words stay on the page, it says that nobody heard them and stops the clock, and they can
    be said again once the demo answers: in the same call, each once."""
    page = browser.new_page()
    page.set_default_timeout(SOON_MS)
    page.goto(address)
    page.get_by_role("button", name="New call").click()
    expect(page.locator(".bubble.agent")).to_have_count(1)
    page.route("**/api/calls/**", lambda route: route.abort())
    for words in ("a calzone", "for Maria, pick-up"):
        page.get_by_label("Say something, as the caller").fill(words)
        page.keyboard.press("Enter")
        expect(page.locator(".bubble.unheard").last).to_contain_text(words)
    expect(page.locator("#chat")).to_contain_text("The demo does not answer")
    page.unroute("**/api/calls/**")
    page.get_by_role("button", name="Say it again").click()
    expect(page.locator(".bubble.unheard")).to_have_count(0)
    expect(page.locator(".bubble.caller")).to_have_count(2)
    expect(page.locator(".bubble.agent")).to_have_count(3)
    page.close()


def test_a_reload_takes_the_call_up_again(browser: Browser, address: str) -> None:
    """The page that made a call goes on with it; another page says whose it is, and can take it
    up."""
    page, other = browser.new_page(), browser.new_page()
    for one in (page, other):
        one.set_default_timeout(SOON_MS)
    page.goto(address)
    page.get_by_role("button", name="New call").click()
    expect(page.locator(".bubble.agent")).to_have_count(1)
    page.reload()
    expect(page.get_by_role("button", name="Hang up")).to_be_enabled()
    other.goto(address)
    expect(other.locator("#call-state")).to_contain_text("Another page’s call")
    other.get_by_role("button", name="Take this one up here").click()
    say(other, "a calzone")
    expect(page.locator(".bubble.caller")).to_have_text(re.compile("a calzone"))
    other.get_by_role("button", name="Hang up").click()
    expect(page.locator("#call-state")).to_have_text("Call ended")
    for one in (page, other):
        one.close()


def test_the_page_shows_the_ways_in(browser: Browser, address: str) -> None:
    """The edge's pages with a PIN that opens them, and the owner's sign-in."""
    page = browser.new_page()
    page.set_default_timeout(SOON_MS)
    page.goto(address)
    doors = page.locator("#doors")
    owner = "owner@trattoria-bella.example with una-pizza-margherita"
    expect(page.locator("#parts")).to_contain_text(owner)
    for name in ("Orders", "Printers", "What stands on paper"):
        expect(doors.get_by_role("link", name=name)).to_be_visible()
    pin = re.search(r"PIN (\d+)", doors.inner_text())
    assert pin is not None
    with page.expect_popup() as opened:
        doors.get_by_role("link", name="Orders").click()
    opened.value.get_by_label("Your PIN").fill(pin[1])
    opened.value.keyboard.press("Enter")
    expect(opened.value.locator("#orders .row").first).to_be_visible()
    opened.value.close()
    page.close()
