"""The trial page in a browser: a decision with its reasons, by mouse, by keys and without scripts; no text is lost."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio
import yaml
from playwright.async_api import Browser, Page, expect

from shared.contracts.reference import Network, NetworkPublished
from shared.ids import new_id
from shared.messaging.topics import Topic
from tests.backends.databases import ROOT
from tests.browser.windows import PASSWORD, SIZES, Window, photograph, signed_in, signing_in, violations
from tests.connected.reporting import free_port, running
from tests.connected.wire import Wire

ORDINARY = "今天早上二号线人民广场站闸机多扣了我两块钱,请打13800138000退款"
THREAT = "昨天早上8号线晚点18分钟,我票价4元。现要求赔偿误工费、精神损失费共计5万元,三日内打到我账户,否则后果自负。"
LONG = THREAT + "安检员还推了我一下。站台上有个孩子被门夹住了书包带,差点摔倒。" * 6


@dataclass(frozen=True)
class Site:
    """Where routing's pages are."""

    address: str


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(service_settings: dict[str, dict[str, str]], kafka_bootstrap: str) -> AsyncIterator[Site]:
    default = yaml.safe_load((ROOT / "services/intake/network/default.yaml").read_text(encoding="utf-8"))
    wire = Wire(kafka_bootstrap)
    network = Network.model_validate({"version": 1, **default})
    await wire.say(Topic.REFERENCE, NetworkPublished(network=network), "network/metro", new_id())
    await wire.close()
    async with signing_in(service_settings["followup"]) as more:
        urls = json.dumps({**json.loads(more["public_urls"]), "reporting": f"http://127.0.0.1:{free_port()}"})
        async with running(
            service_settings["routing"], service="routing", public_urls=urls, fingerprint_key="A" * 43
        ) as address:
            yield Site(address)


@pytest_asyncio.fixture(loop_scope="session")
async def desk(chromium: Browser, site: Site) -> AsyncIterator[Window]:
    opened = await signed_in(chromium, site.address)
    yield opened
    await opened.page.context.close()


async def tried(page: Page, text: str) -> None:
    await page.locator("#text").fill(text)
    await page.locator("#text").press("Control+Enter")
    await expect(page.locator("#result-title")).to_be_focused()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("locale", "title"), [("zh-CN", "试算"), ("en-GB", "Trial")])
async def test_both_languages_at_both_sizes_without_a_barrier(
    chromium: Browser, site: Site, size: str, locale: str, title: str
) -> None:
    opened = await signed_in(chromium, site.address, size, locale)
    page = opened.page
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert await violations(page) == []
    await photograph(page, "trial-empty", locale, size)
    for name, text in (("trial-normal", ORDINARY), ("trial-abnormal", LONG)):
        await page.goto("/trial")
        await tried(page, text)
        assert await violations(page) == [], name
        await photograph(page, name, locale, size)
    await page.locator("#text").fill("   ")
    await page.locator("#station").fill("没有这一站")
    await page.locator("summary").click()
    await page.locator("#claim").fill("很多")
    await page.get_by_role("button", name=re.compile("试算|Decide")).click()
    await expect(page.locator("#text")).to_be_focused()
    assert await violations(page) == []
    await photograph(page, "trial-wrong", locale, size)
    assert [one for one in opened.complaints if "422" not in one] == []
    assert {httpx.URL(url).port for url in opened.asked} == {httpx.URL(site.address).port}
    await page.context.close()


async def test_the_words_a_decision_rests_on_are_numbered_like_the_rules(desk: Window) -> None:
    page = desk.page
    await tried(page, THREAT)
    await expect(page.locator("#result-title")).to_have_text("▲ 非正常 A3 索赔过高")
    await expect(page.locator("#result")).to_contain_text("须由 L3 站长 或以上确认")
    await expect(page.locator("#recourse")).to_contain_text("损失凭证")
    await expect(page.locator("mark.decides")).to_have_text("5万元")
    number = await page.locator("mark.decides + sup").inner_text()
    row = page.locator(".rules tr", has=page.get_by_role("cell", name=number, exact=True))
    await expect(row).to_contain_text("起决定作用")
    await expect(row.locator("q")).to_have_text("5万元")
    await expect(page.locator(".facts")).to_contain_text("8 号线")
    await expect(page.locator(".facts")).to_contain_text("metro-default@")


async def test_phones_are_masked_and_the_place_is_read(desk: Window) -> None:
    await tried(desk.page, ORDINARY)
    await expect(desk.page.locator("#words")).not_to_contain_text("13800138000")
    await expect(desk.page.locator(".facts")).to_contain_text("2 号线 人民广场")
    await expect(desk.page.locator("#result-title")).to_contain_text("● 正常")


async def test_history_and_flags_are_taken_and_stay_in_the_form(desk: Window) -> None:
    page = desk.page
    await page.locator("summary").click()
    await page.get_by_label("同一事件的未结案件").fill("PS-20261101-000001")
    await tried(page, "闸机又坏了,和上次说的是同一件事,没有新的情况。")
    await expect(page.locator("#result-title")).to_contain_text("A1 重复投诉")
    await expect(page.locator("#recourse")).to_contain_text("案件 PS-20261101-000001,")
    await expect(page.locator("#earlier")).to_have_value("PS-20261101-000001")
    await page.locator("#earlier").fill("")
    await page.get_by_label("已进入诉讼或仲裁").check()
    await tried(page, ORDINARY)
    await expect(page.locator("#result-title")).to_contain_text("A11")


async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(desk: Window) -> None:
    page = desk.page
    await page.locator("#text").fill(ORDINARY)
    await page.locator("#station").fill("没有这一站")
    await page.locator("summary").click()
    await page.locator("#loss").fill("很多")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#station")).to_be_focused()
    await expect(page.locator("#station-wrong")).to_have_text("▲ 线网中没有这个车站")
    await expect(page.locator("#loss")).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#text")).to_have_value(ORDINARY)
    await expect(page.locator("#result")).to_contain_text("结果会显示在这里")


async def test_a_lost_connection_keeps_the_text(desk: Window) -> None:
    page = desk.page
    await page.locator("#text").fill(ORDINARY)
    await page.context.set_offline(True)
    await page.locator("#text").press("Control+Enter")
    await expect(page.get_by_role("alert")).to_contain_text("▲ 连接不上")
    await expect(page.locator("#text")).to_have_value(ORDINARY)
    await page.context.set_offline(False)
    await page.get_by_role("button", name="试算").click()
    await expect(page.locator("#result-title")).to_contain_text("正常")


async def test_who_is_signed_out_meanwhile_keeps_the_text(desk: Window) -> None:
    page = desk.page
    await page.locator("#text").fill(ORDINARY)
    await page.context.clear_cookies(name="psc_session")
    await page.locator("#text").press("Control+Enter")
    await expect(page.get_by_role("alert")).to_contain_text("登录已过期")
    await expect(page.locator("#text")).to_have_value(ORDINARY)
    async with page.context.expect_page() as opening:
        await page.get_by_role("link", name="请在新窗口登录").click()
    form = await opening.value
    await form.locator("#user").fill("zhang")
    await form.locator("#password").fill(PASSWORD)
    await form.locator("#password").press("Enter")
    await expect(form).to_have_url(re.compile("/trial$"))
    await page.locator("#text").press("Control+Enter")
    await expect(page.locator("#result-title")).to_contain_text("正常")


async def test_enter_alone_only_breaks_the_line_and_keys_reach_everything(desk: Window) -> None:
    page = desk.page
    await expect(page.locator("#text")).to_be_focused()
    await page.keyboard.type("a")
    await page.keyboard.press("Enter")
    await page.keyboard.type("b")
    await expect(page.locator("#text")).to_have_value("a\nb")
    reached = []
    for _ in range(7):
        await page.keyboard.press("Tab")
        reached.append(await page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert reached[:6] == ["channel", "category", "line", "station", "SUMMARY", "BUTTON"]


async def test_it_works_without_scripts(chromium: Browser, site: Site) -> None:
    context = await chromium.new_context(java_script_enabled=False, locale="zh-CN", base_url=site.address)
    page = await context.new_page()
    await page.goto("/trial")
    await page.locator("#user").fill("zhang")
    await page.locator("#password").fill(PASSWORD)
    await page.get_by_role("button", name="登录").click()
    await page.locator("#text").fill(THREAT + "\n第二行")
    await page.get_by_role("button", name="试算").click()
    await expect(page.locator("#result-title")).to_contain_text("A3")
    await expect(page.locator("#text")).to_have_value(THREAT + "\n第二行")
    await page.locator("#station").fill("没有这一站")
    await page.get_by_role("button", name="试算").click()
    await expect(page.get_by_role("alert")).to_contain_text("线网中没有这个车站")
    await expect(page.locator("#text")).to_have_value(THREAT + "\n第二行")
    await context.close()


async def test_a_form_of_another_site_decides_nothing(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.address) as client:
        await client.get("/login")
        answer = await client.post("/trial", data={"text": ORDINARY, "channel": "web", "form": "guessed"})
        assert (answer.status_code, 'result-title" tabindex' in answer.text) == (401, False)
        assert ORDINARY in answer.text
        too_many = "&".join(f"x{n}=1" for n in range(100))
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        assert (await client.post("/trial", content=too_many, headers=headers)).status_code == 401
