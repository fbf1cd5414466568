"""Log lines: JSON, an action and ids; no error's message reaches them, whoever logs it."""

import asyncio
import json
import logging
from typing import Any

import pytest
import structlog

from shared.errors import Park
from shared.logging import AtMost, configure, get_logger

WORDS = "李四 13800138000"


@pytest.fixture(autouse=True)
def _restored() -> Any:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()  # else whoever logs later in this process writes to the output captured here


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    out = capsys.readouterr()
    assert WORDS not in out.out + out.err
    assert "13800138000" not in out.out + out.err
    return [json.loads(line) for line in out.out.splitlines()]


def failure() -> ValueError:
    try:
        raise ValueError(WORDS)
    except ValueError as error:
        return error


def test_our_own_lines(capsys: pytest.CaptureFixture[str]) -> None:
    configure("intake")
    get_logger().warning("job_failed", exc_info=failure(), job="x")
    get_logger().error("parked", exc_info=Park("bad-body", "/text: missing"))
    first, second = lines(capsys)
    assert (first["action"], first["service"], first["level"], first["job"]) == ("job_failed", "intake", "warning", "x")
    assert first["error"]["type"] == "ValueError"
    assert "test_logging.py" in first["error"]["at"][0]
    assert second["error"]["message"] == "bad-body: /text: missing"


@pytest.mark.parametrize("name", ["uvicorn.error", "aiokafka.consumer", "asyncio", "opentelemetry"])
def test_a_librarys_lines(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure("intake")
    logger = logging.getLogger(name)
    error = failure()
    logger.error("Exception in application\n", exc_info=(ValueError, error, error.__traceback__))
    logger.error("node %d: %s of %s", 7, error, WORDS)
    logger.error("%(who)s", {"who": WORDS})
    logger.error("first line\n" + WORDS)
    said = lines(capsys)
    assert [line["action"] for line in said] == [
        "Exception in application",
        "node 7: <ValueError> of <str>",
        "%(who)s",
        "first line",
    ]
    assert said[0]["error"]["type"] == "ValueError"


async def test_a_task_that_nobody_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    configure("intake")
    asyncio.get_running_loop().default_exception_handler(
        {"message": "Task exception was never retrieved", "exception": failure(), "task": WORDS}
    )
    assert [line["action"] for line in lines(capsys)] == ["Task exception was never retrieved"]


def test_a_library_in_distress_is_held_back(capsys: pytest.CaptureFixture[str]) -> None:
    configure("intake")
    for _ in range(100):
        logging.getLogger("aiokafka").error("down")
    assert len(lines(capsys)) == 5


def test_after_a_rest_it_may_speak_again() -> None:
    record = logging.makeLogRecord({"name": "a", "levelno": 40})
    at_most = AtMost(burst=1, seconds=-1)
    assert [at_most.filter(record) for _ in range(3)] == [True] * 3
    at_most = AtMost(burst=1, seconds=60)
    assert [at_most.filter(record) for _ in range(3)] == [True, False, False]
