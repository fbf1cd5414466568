"""Pages: the reader's language, texts that are escaped, addresses that follow the content, and what is let in."""

from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient

from shared.contracts.vocabulary import Language
from shared.web.docs import add_docs
from shared.web.pages import Pages

TEXTS = {"greeting": {Language.ZH: "你好 {who}", Language.EN: "Hello {who}"}}


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    (tmp_path / "hello.html").write_text("<html lang={{ lang }}>{{ t('greeting', who=who) }}{{ t('state.odd') }}")
    (tmp_path / "own.js").write_text("1")
    pages = Pages(tmp_path, tmp_path, TEXTS)
    app = FastAPI(docs_url=None, redoc_url=None, title="psc test")

    @app.get("/hello")
    async def hello(request: Request) -> HTMLResponse:
        return pages.answer(request, "hello.html", who="<b>")

    @app.get("/address")
    async def address() -> str:
        return pages.own("own.js")

    pages.mount(app)
    add_docs(app)
    return TestClient(app)


@pytest.mark.parametrize(
    ("path", "accept", "greeting"),
    [
        ("/hello", "", "你好"),
        ("/hello", "en-GB,en;q=0.9", "Hello"),
        ("/hello", "fr,zh;q=0.5,en;q=0.4", "你好"),
        ("/hello?lang=en", "zh-CN", "Hello"),
        ("/hello?lang=xx", "zh-CN", "你好"),
    ],
)
def test_the_language(client: TestClient, path: str, accept: str, greeting: str) -> None:
    answer = client.get(path, headers={"Accept-Language": accept})
    assert greeting in answer.text
    assert answer.headers["content-language"] == ("zh" if greeting == "你好" else "en")


def test_the_choice_is_remembered(client: TestClient) -> None:
    client.get("/hello?lang=en")
    assert "Hello" in client.get("/hello", headers={"Accept-Language": "zh"}).text


def test_what_is_put_into_a_page_is_escaped(client: TestClient) -> None:
    assert "<b>" not in client.get("/hello").text


def test_a_code_without_a_text_shows_itself(client: TestClient) -> None:
    assert client.get("/hello").text.endswith("odd")


def test_no_code_within_pages_and_nothing_from_elsewhere(client: TestClient) -> None:
    policy = client.get("/hello").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_assets_are_kept_by_their_digest(client: TestClient, tmp_path: Path) -> None:
    address = client.get("/address").json()
    answer = client.get(address)
    assert answer.text == "1"
    assert "immutable" in answer.headers["cache-control"]
    assert client.get("/assets/own.js").headers["cache-control"] == "no-cache"
    assert client.get("/assets/../hello.html").status_code == 404


def test_docs_need_no_other_host(client: TestClient) -> None:
    page = client.get("/docs").text
    assert "//" not in page.replace("<!doctype html>", "")
    for source in ("vendor/swagger-ui-bundle.js", "vendor/swagger-ui.css", "docs.js"):
        assert f"/static/{source}?v=" in page
        assert client.get(f"/static/{source}").status_code == 200
