"""The fairness report in a browser: tables with words and shapes, filters in the address, figures that lead to rows."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer
from playwright.async_api import Browser, expect

from shared.clock import utc_now
from shared.contracts.reference import NetworkPublished
from shared.ids import new_id
from shared.messaging.envelope import headers
from shared.messaging.topics import Topic
from tests.browser.day import PLACES, Site
from tests.browser.windows import SIZES, Window, photograph, signed_in, signing_in, violations
from tests.connected.desk import NETWORK
from tests.connected.reporting import free_port, staff, until_versions
from tests.unit.reporting.story import Story

REASONS = ("A2", "A3", "A4", "A9", "A10", "A3", "A12", "A3")
CHANNELS = ("hotline", "web", "terminal", "city_hotline")


def month_of_proposals() -> list[Story]:
    now = datetime.now(UTC).replace(microsecond=0)
    told = []
    for n in range(60):
        line, station = PLACES[n % 5]
        opening: dict[str, Any] = {"channel": CHANNELS[n % 4], "line": line, "station": station}
        if n % 3 == 0:
            opening |= {"kind": "abnormal", "reason": REASONS[n // 3 % 8], "proposed": True}
        story = Story(f"PS-FAIR-{n:06}", now - timedelta(hours=9 * n + 20), **opening)
        if n % 3 == 0 and n % 4 != 3:
            story.confirmed(1) if n % 2 else story.overturned(1)
        told.append(story)
    return told


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(service_settings: dict[str, dict[str, str]], kafka_bootstrap: str) -> AsyncIterator[Site]:
    producer = AIOKafkaProducer(bootstrap_servers=kafka_bootstrap)
    await producer.start()
    event = NetworkPublished(network=NETWORK)
    told = headers("intake", new_id(), event.type, utc_now(), None, again=False)
    body = event.model_dump_json().encode()
    await producer.send_and_wait(Topic.REFERENCE.value, body, key=b"network/metro", headers=list(told))
    await producer.stop()
    async with signing_in(service_settings["followup"]) as more:
        address = f"http://127.0.0.1:{free_port()}"
        found = Site(address, service_settings["reporting"], more, kafka_bootstrap)
        await found.start()
        stories = month_of_proposals()
        await found.put(*stories)
        async with staff(address) as client:
            await until_versions(client, {story.number: len(story.events) for story in stories})
        yield found
        await found.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(chromium: Browser, site: Site) -> AsyncIterator[Window]:
    opened = await signed_in(chromium, site.address)
    await opened.page.goto("/dashboard/fairness")
    yield opened
    await opened.page.context.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("locale", "title"), [("zh-CN", "公平性报告"), ("en-GB", "Fairness report")])
async def test_both_languages_at_both_sizes_without_a_barrier(
    chromium: Browser, site: Site, size: str, locale: str, title: str
) -> None:
    opened = await signed_in(chromium, site.address, size, locale)
    page = opened.page
    await page.get_by_role("link", name=title).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert await violations(page) == []
    await photograph(page, "fairness", locale, size)
    await page.goto("/dashboard/fairness?from=2026-11-09&to=2026-11-01")
    await expect(page.get_by_role("alert")).to_contain_text("▲")
    assert await violations(page) == []
    assert [one for one in opened.complaints if "422" not in one] == []
    await page.context.close()


async def test_the_tables_say_what_the_door_says_and_lead_to_rows(desk: Window, site: Site) -> None:
    page = desk.page
    async with staff(site.address) as client:
        report = (await client.get("/v1/fairness")).json()
    shown = {line["reason"]: line for line in report["by_reason"]}
    row = page.locator("#by-reason tbody tr", has=page.get_by_role("rowheader", name="A3 索赔过高"))
    await expect(row.locator("td").nth(1)).to_have_text(str(shown["A3"]["proposed"]["value"]))
    share = shown["A3"]["overturned_rate"]
    await expect(row.locator("td").last).to_contain_text(f"{share['value']:.1%}")
    await expect(row.locator("td").last).to_contain_text(f"{share['numerator']} / {share['denominator']}")
    await row.locator("td").nth(1).get_by_role("link").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("案件列表")
    assert await page.locator("tbody tr").count() == shown["A3"]["proposed"]["value"]


async def test_small_numbers_and_much_overturned_are_said_in_words_and_shape(desk: Window) -> None:
    few = desk.page.locator("#by-reason td .few").first
    await expect(few).to_have_text("◇ 样本少,不足 5 件")
    await expect(desk.page.locator("#total td.attention")).to_contain_text("▲")
    await expect(desk.page.locator("#total td.attention")).to_contain_text("过半被推翻")
    await expect(desk.page.locator("#by-reason")).to_contain_text("尚无定论")


async def test_filters_are_in_the_address(desk: Window) -> None:
    page = desk.page
    await page.get_by_label("来源", exact=True).select_option("web")
    await page.get_by_label("车站", exact=True).select_option("人民广场")
    await page.get_by_role("button", name="筛选").click()
    await expect(page).to_have_url(re.compile(r"from=[\d-]{10}&to=[\d-]{10}&line=&station=[^&]+&channel=web$"))
    await expect(page.get_by_label("来源", exact=True)).to_have_value("web")
    await expect(page.locator("#by-channel tbody tr")).to_have_count(1)
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_label("Channel", exact=True)).to_have_value("web")
    await expect(page.locator("#by-channel tbody tr")).to_have_count(1)
