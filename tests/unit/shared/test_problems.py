"""Problems: in the reader's language, each slug and code with its text in both, and nothing of what failed."""

from string import Formatter

import pytest

from shared.contracts.vocabulary import Language
from shared.web.problem_texts import FIELD_TEXTS, PROBLEM_TEXTS
from shared.web.problems import FieldError, Problem, invalid, preferred_language, unavailable
from tests.unit.shared.frame import client


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", Language.ZH),
        ("en", Language.EN),
        ("EN-gb", Language.EN),
        ("zh-CN,en;q=0.9", Language.ZH),
        ("en;q=0.4, zh;q=0.5", Language.ZH),
        ("en,zh", Language.EN),
        ("fr, *;q=0.5", Language.ZH),
        ("en;q=0", Language.ZH),
        ("zh;q=0, en;q=0.1", Language.EN),
        ("en;q=nonsense", Language.ZH),
        (",;,=;q", Language.ZH),
        ("english", Language.ZH),
    ],
)
def test_the_language_that_ranks_highest_among_ours(accept: str, language: Language) -> None:
    assert preferred_language(accept) is language


def test_every_text_is_there_in_both_languages_and_names_the_same() -> None:
    texts = [text for three in PROBLEM_TEXTS.values() for text in three] + list(FIELD_TEXTS.values())
    for text in texts:
        assert set(text) == set(Language)
        named = [{name for _, name, _, _ in Formatter().parse(said) if name} for said in text.values()]
        assert named[0] == named[1], text


def test_a_problem_says_what_the_door_promises() -> None:
    error = FieldError("/text", "too_long", {"limit": 5})
    problem = Problem(422, "invalid", errors=(error,), extra={"current": 3}, data_safe=True)
    body = problem.body(Language.EN, "/v1/x")
    assert body == {
        "type": "https://psc.invalid/problems/invalid",
        "title": "Something needs correcting",
        "status": 422,
        "detail": "The fields below do not fit; nothing was stored.",
        "instance": "/v1/x",
        "data_safe": True,
        "what_to_do": "Correct them and submit again.",
        "errors": [{"pointer": "/text", "code": "too_long", "detail": "is too long, at most 5"}],
        "current": 3,
    }


def test_a_text_without_its_value_is_still_a_sentence() -> None:
    assert FieldError("/a", "too_long").detail(Language.EN) == "is too long, at most …"
    assert FieldError("/a", "a code of tomorrow").detail(Language.EN) == "is not valid"
    assert "{" not in str(Problem(413, "too-large").body(Language.ZH, "/")["detail"])


def test_values_are_no_templates() -> None:
    assert FieldError("/a", "not_allowed", {"expected": "{limit}"}).detail(Language.EN) == "must be one of {limit}"


def test_shorthands() -> None:
    one = invalid("/a", "too_long", limit=3)
    assert (one.status, one.errors) == (422, (FieldError("/a", "too_long", {"limit": 3}),))
    assert (unavailable().status, unavailable().headers["Retry-After"]) == (503, "2")


@pytest.mark.parametrize(
    ("path", "status", "slug"),
    [("/nowhere", 404, "not-found"), ("/strict", 405, "method-not-allowed"), ("/fail/slow", 503, "unavailable")],
)
def test_every_failure_is_a_problem_document(path: str, status: int, slug: str) -> None:
    answer = client().get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "en"
    assert answer.json()["type"].endswith("/" + slug)
    assert answer.json()["instance"] == path
    assert ("retry-after" in answer.headers) == (status == 503)


def test_a_bug_shows_nothing_of_itself() -> None:
    answer = client().get("/fail/bug")
    assert answer.status_code == 500
    assert answer.json()["type"].endswith("/internal")
    for word in ("张三", "13800138000", "RuntimeError", "Traceback"):
        assert word not in answer.text
