"""Spans: a trace is continued or minted, sampled once, and a collector that hangs or refuses costs little."""

import socket
import time
from collections.abc import Iterator

import pytest

from shared.telemetry import Tracing, trace_id, valid

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = f"00-{TRACE}-b7ad6b7169203331-01"


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.getsockname()[1]}")
        yield server


@pytest.mark.parametrize(
    "strange",
    [
        None,
        "",
        "x",
        CALLER.upper(),
        CALLER + "-00",
        CALLER + "\n",
        "ff" + CALLER[2:],
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE[:-2]}_1-b7ad6b7169203331-01",
        f"00-+{TRACE[1:]}-b7ad6b7169203331-01",
    ],
)
def test_what_is_no_traceparent_is_not_continued(strange: str | None) -> None:
    assert valid(strange) is None
    began = Tracing("test").root("accept", strange).traceparent
    assert valid(began) == began
    assert trace_id(began) != TRACE


def test_a_callers_trace_is_continued_and_without_a_collector_nothing_is_sampled() -> None:
    began = Tracing("test").root("accept", CALLER).traceparent
    assert trace_id(began) == TRACE
    assert began.endswith("-00")
    assert began != CALLER
    assert Tracing("test").span("step", began).traceparent == began


@pytest.mark.parametrize(
    ("sampler", "flags"), [("always_on", "01"), ("always_off", "00"), ("parentbased_always_on", "01")]
)
def test_the_sampler_of_the_environment_decides(
    collector: socket.socket, monkeypatch: pytest.MonkeyPatch, sampler: str, flags: str
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", sampler)
    tracing = Tracing("test")
    assert tracing.root("accept").traceparent.endswith(flags)
    tracing.close()


def test_what_follows_lies_under_its_root(collector: socket.socket) -> None:
    tracing = Tracing("test")
    root = tracing.root("accept", CALLER).traceparent
    step = tracing.span("step", root).traceparent
    assert trace_id(root) == trace_id(step) == TRACE
    assert len({CALLER, root, step}) == 3
    unsampled = CALLER[:-2] + "00"
    assert tracing.span("step", unsampled).traceparent == unsampled
    tracing.close()


@pytest.mark.parametrize("word", ["true", "True", "TRUE"])
def test_it_can_be_turned_off(collector: socket.socket, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("OTEL_SDK_DISABLED", word)
    assert Tracing("test").root("accept").traceparent.endswith("-00")


def test_a_collector_that_hangs_does_not_hold_up_a_stop(collector: socket.socket) -> None:
    tracing = Tracing("test")
    for _ in range(5000):
        tracing.root("accept").end()
    began = time.monotonic()
    tracing.close()
    assert time.monotonic() - began < 3


def test_one_that_refuses_does_not_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    tracing = Tracing("test")
    tracing.root("accept").end()
    began = time.monotonic()
    tracing.close()
    assert time.monotonic() - began < 3
