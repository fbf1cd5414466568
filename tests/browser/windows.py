"""Windows before the services' pages: sizes, signing in, what axe finds."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.connected.reporting import KEY, running

SCREENS = Path(__file__).parent.parent.parent / "var" / "screens"
SIZES = {"desk": (1366, 768), "phone": (390, 844)}
PASSWORD = "a long password"


@asynccontextmanager
async def signing_in(settings: Mapping[str, str]) -> AsyncIterator[dict[str, str]]:
    """followup with an account for zhang; gives the settings by which other services find it."""
    seed = [{"user": "zhang", "password": PASSWORD, "role": "staff", "level": "L4"}]
    async with running(
        settings,
        service="followup",
        # It is ready once routing has published a pack; signing in needs none.
        until="/livez",
        signing_key=json.dumps(KEY.as_dict(private=True)),
        seed_staff=json.dumps(seed),
    ) as followup:
        yield {"public_urls": json.dumps({"followup": followup})}


@dataclass
class Window:
    """A page, with what it asked for and complained about."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


async def window(browser: Browser, address: str, size: str = "desk", locale: str = "zh-CN") -> Window:
    """A fresh browser window before the service at `address`."""
    width, height = SIZES[size]
    context = await browser.new_context(viewport={"width": width, "height": height}, locale=locale, base_url=address)
    context.set_default_timeout(15_000)
    opened = Window(await context.new_page())
    opened.page.on("request", lambda request: opened.asked.append(request.url))
    opened.page.on("console", lambda said: opened.complaints.append(said.text) if said.type == "error" else None)
    opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    return opened


async def sign_in(page: Page, password: str = PASSWORD) -> None:
    """Fill the form and send it."""
    await page.goto("/login")
    await page.locator("#user").fill("zhang")
    await page.locator("#password").fill(password)
    await page.locator("#password").press("Enter")


async def signed_in(browser: Browser, address: str, size: str = "desk", locale: str = "zh-CN") -> Window:
    """A window in which zhang is signed in."""
    opened = await window(browser, address, size, locale)
    await sign_in(opened.page)
    await expect(opened.page).not_to_have_url(re.compile("/login"))
    return opened


async def violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds."""
    found: list[dict[str, Any]] = (await Axe().run(page)).response["violations"]
    return [{"id": one["id"], "nodes": [node["html"] for node in one["nodes"]]} for one in found]


async def photograph(page: Page, name: str, locale: str, size: str) -> None:
    """A picture to look at; and a page is never wider than its window."""
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"
    SCREENS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENS / f"{name}-{locale[:2]}-{size}.png", full_page=size == "phone")
