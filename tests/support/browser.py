"""Headless Chromium, and the edge's pages in it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, async_playwright, expect

from tests.support.edge import EdgeProcess
from tests.support.needs import needs

__all__ = ["CHROMIUM", "SWITCHES", "chromium", "edge_page"]

CHROMIUM = "/usr/bin/chromium"
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
SOON_MS = 20_000  # a hang guard


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    if shutil.which(CHROMIUM) is None:
        needs("Chromium", "apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=list(SWITCHES)
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def edge_page(browser: Browser, edge: EdgeProcess, path: str) -> AsyncIterator[Page]:
    """A page of the edge on a tablet, signed out. An error of its script fails the test, and so
    does a request to any other place than the edge."""
    page = await browser.new_page(viewport={"width": 1024, "height": 768})
    page.set_default_timeout(SOON_MS)
    expect.set_options(timeout=SOON_MS)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda r: None if r.url.startswith((edge.url, "blob:", "data:")) else wrong.append(r.url),
    )
    await page.goto(f"{edge.url}{path}")
    yield page
    await page.close()
    assert wrong == []
