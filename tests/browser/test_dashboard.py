"""The dashboard in a browser: signing in, live figures, a lost connection, both languages, two sizes, no barrier."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.day import Site, day_of_cases
from tests.browser.windows import (
    PASSWORD,
    SCREENS,
    SIZES,
    Window,
    photograph,
    sign_in,
    signed_in,
    signing_in,
    violations,
    window,
)
from tests.connected.reporting import free_port, listed, staff, until_versions
from tests.unit.reporting.story import Story


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(service_settings: dict[str, dict[str, str]], kafka_bootstrap: str) -> AsyncIterator[Site]:
    async with signing_in(service_settings["followup"]) as more:
        address = f"http://127.0.0.1:{free_port()}"
        found = Site(address, service_settings["reporting"], more, kafka_bootstrap)
        await found.start()
        stories = day_of_cases()
        await found.put(*stories)
        async with staff(address) as client:
            await until_versions(client, {story.number: len(story.events) for story in stories})
        yield found
        await found.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(chromium: Browser, site: Site) -> AsyncIterator[Window]:
    opened = await signed_in(chromium, site.address)
    yield opened
    await opened.page.context.close()


async def value_of(page: Page, tile: str) -> int:
    return int((await page.locator(f"#tile-{tile} strong").inner_text()).replace(",", ""))


async def test_who_is_not_signed_in_is_led_to_the_form_and_back(chromium: Browser, site: Site) -> None:
    opened = await window(chromium, site.address)
    await opened.page.goto("/dashboard?days=7")
    await expect(opened.page).to_have_url(re.compile("/login"))
    await opened.page.locator("#user").fill("zhang")
    await opened.page.locator("#password").fill(PASSWORD)
    await opened.page.get_by_role("button", name="登录").click()
    await expect(opened.page).to_have_url(re.compile(r"/dashboard\?days=7$"))
    cookie = next(c for c in await opened.page.context.cookies() if c["name"] == "psc_session")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    await opened.page.get_by_role("button", name="退出").click()
    await expect(opened.page).to_have_url(re.compile("/login$"))
    await opened.page.goto("/dashboard")
    await expect(opened.page).to_have_url(re.compile("/login"))
    await opened.page.context.close()


async def test_a_wrong_password_is_said_in_words(chromium: Browser, site: Site) -> None:
    opened = await window(chromium, site.address)
    await sign_in(opened.page, "not it")
    await expect(opened.page.get_by_role("alert")).to_contain_text("账号或密码不正确")
    await expect(opened.page.locator("#user")).to_have_value("zhang")
    assert await violations(opened.page) == []
    await opened.page.context.close()


async def test_a_form_of_another_site_is_refused(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.address) as client:
        given = {"user": "zhang", "password": PASSWORD, "form": "guessed"}
        answer = await client.post("/login", data=given)
        assert answer.status_code == 403
        assert "psc_session" not in answer.cookies
        await client.get("/login")
        assert (await client.post("/login", data=given)).status_code == 403


async def test_one_is_not_led_elsewhere_after_signing_in(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.address) as client:
        form = re.findall(r'name="form" value="([^"]+)"', (await client.get("/login")).text)[0]
        for target in ("//evil.example", "https://evil.example/dashboard", "/dashboardevil", "/\\evil.example"):
            given = {"user": "zhang", "password": PASSWORD, "form": form, "next": target}
            assert (await client.post("/login", data=given)).headers["location"] == "/dashboard"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("locale", "title"), [("zh-CN", "运行看板"), ("en-GB", "Operations dashboard")])
async def test_both_languages_at_both_sizes_without_a_barrier(
    chromium: Browser, site: Site, size: str, locale: str, title: str
) -> None:
    opened = await signed_in(chromium, site.address, size, locale)
    page = opened.page
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    await expect(page.locator("#status")).to_contain_text("●")
    await expect(page.locator("#flow canvas")).to_be_visible()
    await expect(page.locator("#flow")).to_have_attribute("aria-label", re.compile(r"\d"))
    for name, path in (("board", "/dashboard"), ("rows", "/dashboard/cases?is=open&limit=20"), ("login", "/login")):
        if name == "login":
            await page.context.clear_cookies()
        await page.goto(path)
        if name == "board":
            await expect(page.locator("#status")).to_contain_text("●")
        assert await violations(page) == [], name
        await photograph(page, name, locale, size)
    assert opened.complaints == []
    assert {httpx.URL(url).port for url in opened.asked} == {httpx.URL(site.address).port}
    await page.context.close()


async def test_the_tiles_show_the_figures(desk: Window, site: Site) -> None:
    async with staff(site.address) as client:
        figures = {f["name"]: f for f in (await client.get("/v1/kpis?from=" + _today())).json()["figures"]}
    for name in ("received", "open", "escalations", "sla_breaches"):
        assert await value_of(desk.page, name) == figures[name]["value"], name
    rate = figures["ack_on_time_rate"]
    await expect(desk.page.locator("#tile-ack_on_time_rate")).to_contain_text(f"{rate['value']:.1%}")
    await expect(desk.page.locator("#tile-ack_on_time_rate")).to_contain_text(
        f"{rate['numerator']} / {rate['denominator']}"
    )


async def test_a_tile_leads_to_its_rows(desk: Window, site: Site) -> None:
    await desk.page.goto("/dashboard?days=30")
    count = await value_of(desk.page, "open")
    address = await desk.page.locator("#tile-open").get_attribute("href") or ""
    async with staff(site.address) as client:
        assert len(await listed(client, address.replace("/dashboard/cases", "/v1/cases"))) == count
    await desk.page.locator("#tile-open").click()
    await expect(desk.page.get_by_role("heading", level=1)).to_have_text("案件列表")
    assert await desk.page.locator("tbody tr").count() == min(count, 50)


async def test_what_asks_for_attention_has_shape_and_word_too(desk: Window) -> None:
    # Shortly after midnight nothing of today is late yet.
    await desk.page.goto("/dashboard?days=7")
    tile = desk.page.locator("#tile-sla_breaches")
    await expect(tile).to_have_class(re.compile("attention"))
    await expect(tile).to_contain_text("▲ 需要关注")
    late = desk.page.locator("#urgent td.attention").first
    await expect(late).to_contain_text("▲ 已超时")


async def test_it_follows_what_happens(desk: Window, site: Site, tag: str) -> None:
    await expect(desk.page.locator("#status")).to_contain_text("实时更新")
    before = await value_of(desk.page, "received")
    await desk.page.locator("#tile-received").focus()
    await site.put(Story(f"PS-{tag}", datetime.now(UTC)))
    await expect(desk.page.locator("#tile-received strong")).to_have_text(str(before + 1))
    assert await desk.page.evaluate("document.activeElement.id") == "tile-received"


async def test_a_lost_connection_is_said_and_made_up_for(desk: Window, site: Site, tag: str) -> None:
    await expect(desk.page.locator("#status")).to_contain_text("● 实时更新")
    before = await value_of(desk.page, "received")
    await site.stop()
    await expect(desk.page.locator("#status")).to_contain_text("▲ 连接中断")
    assert await violations(desk.page) == []
    await desk.page.screenshot(path=SCREENS / "board-zh-lost.png")
    await site.put(Story(f"PS-{tag}", datetime.now(UTC)))
    await site.start()
    await expect(desk.page.locator("#status")).to_contain_text("● 实时更新", timeout=30_000)
    await expect(desk.page.locator("#tile-received strong")).to_have_text(str(before + 1), timeout=30_000)


async def test_the_language_is_switched_and_kept(desk: Window) -> None:
    await desk.page.get_by_role("link", name="English").click()
    await expect(desk.page.get_by_role("heading", level=1)).to_have_text("Operations dashboard")
    await desk.page.goto("/dashboard?days=7")
    await expect(desk.page.get_by_role("heading", level=1)).to_have_text("Operations dashboard")


async def test_the_keyboard_reaches_everything(desk: Window) -> None:
    await desk.page.goto("/dashboard")
    await desk.page.keyboard.press("Tab")
    assert await desk.page.evaluate("document.activeElement.className") == "skip"
    await desk.page.keyboard.press("Enter")
    await desk.page.keyboard.press("Tab")
    assert await desk.page.evaluate("document.activeElement.textContent") == "今天"
    reached = set()
    for _ in range(12):
        await desk.page.keyboard.press("Tab")
        reached.add(await desk.page.evaluate("document.activeElement.id"))
    assert {"tile-received", "tile-arrival_within_5_min_rate"} <= reached


async def test_rows_are_found_and_turned_over(desk: Window) -> None:
    await desk.page.goto("/dashboard/cases?limit=10")
    first = await desk.page.locator("tbody th").first.inner_text()
    await desk.page.get_by_role("link", name="下一页").click()
    await expect(desk.page.locator("tbody th").first).not_to_have_text(first)
    await desk.page.get_by_label("编号、车站或类别").fill(first)
    await desk.page.keyboard.press("Enter")
    await expect(desk.page.locator("tbody tr")).to_have_count(1)
    await desk.page.goto("/dashboard/cases?is=handsome")
    await expect(desk.page.get_by_role("alert")).to_contain_text("无法识别")


async def test_the_documents_need_no_other_host(chromium: Browser, site: Site) -> None:
    opened = await window(chromium, site.address)
    await opened.page.goto("/docs")
    await expect(opened.page.get_by_text("/v1/kpis")).to_be_visible()
    assert opened.complaints == []
    assert {httpx.URL(url).port for url in opened.asked if url.startswith("http")} == {httpx.URL(site.address).port}
    await opened.page.context.close()


def _today() -> str:
    return (datetime.now(UTC) + timedelta(hours=8)).date().isoformat()
