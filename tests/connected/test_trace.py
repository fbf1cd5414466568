"""One case is one trace: spans of all four services and of the clocks under the caller's trace id."""

import gzip
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import pytest_asyncio
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.backends.databases import Database
from tests.backends.system import INTEGRATION_KEY, System, until

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = "b7ad6b7169203331"


@dataclass(frozen=True)
class Seen:
    service: str
    name: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, str]
    start: datetime
    end: datetime


def _instant(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=nanoseconds // 1000)


class Collector:
    """An OTLP/HTTP receiver that keeps every span."""

    def __init__(self) -> None:
        self.spans: list[Seen] = []
        collector = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.headers.get("Content-Encoding") == "gzip":
                    data = gzip.decompress(data)
                collector.take(data)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def take(self, data: bytes) -> None:
        request = ExportTraceServiceRequest()
        request.ParseFromString(data)
        for resource in request.resource_spans:
            service = {a.key: a.value.string_value for a in resource.resource.attributes}["service.name"]
            for scope in resource.scope_spans:
                for span in scope.spans:
                    attributes = {a.key: a.value.string_value for a in span.attributes}
                    ids = (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
                    times = [_instant(ns) for ns in (span.start_time_unix_nano, span.end_time_unix_nano)]
                    self.spans.append(Seen(service, span.name, *ids, attributes, *times))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    receiver = Collector()
    yield receiver
    receiver.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def traced(
    database: Database, kafka_bootstrap: str, collector: Collector, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[System]:
    extra = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "200"}
    running = System(database, kafka_bootstrap, tmp_path_factory.mktemp("logs"), extra)
    try:
        await running.start()
        yield running
    finally:
        await running.stop()


async def test_the_case_is_one_trace_through_four_services_and_its_clocks(traced: System, collector: Collector) -> None:
    async with traced.client("intake", INTEGRATION_KEY) as client:
        headers = {"Idempotency-Key": "trace", "traceparent": f"00-{TRACE}-{CALLER}-01"}
        body = {"channel": "web", "text": "扶梯停了三天没人修"}
        number = (await client.post("/v1/complaints", json=body, headers=headers)).json()["number"]
    assert (await traced.case(number))["trace_id"] == TRACE
    await traced.act(number, "accept")
    await traced.act(number, "contact", {"medium": "phone"})

    def ours() -> list[Seen]:
        return [s for s in collector.spans if s.trace == TRACE]

    async def complete() -> bool:
        services = {s.service for s in ours()}
        clocks = {s.attributes.get("psc.sla.clock") for s in ours()} - {None}
        return len(services) == 4 and clocks == {"acknowledge", "first_response"}

    assert await until(complete, 20), {(s.service, s.name) for s in ours()}
    known = {s.id for s in ours()} | {CALLER}
    assert [s for s in ours() if s.parent not in known] == []
    clocks = [s for s in ours() if "psc.sla.clock" in s.attributes]
    assert {s.attributes["psc.case.number"] for s in clocks} == {number}


async def test_an_unsampled_caller_is_continued_and_exports_nothing(traced: System, collector: Collector) -> None:
    trace = "1" * 32
    async with traced.client("intake", INTEGRATION_KEY) as client:
        headers = {"Idempotency-Key": "unsampled", "traceparent": f"00-{trace}-{CALLER}-00"}
        number = (await client.post("/v1/complaints", json={"channel": "web", "text": "x"}, headers=headers)).json()[
            "number"
        ]
    assert (await traced.case(number))["trace_id"] == trace
    assert [s for s in collector.spans if s.trace == trace] == []


async def test_a_stranger_without_a_key_cannot_choose_the_trace(traced: System, collector: Collector) -> None:
    trace = "2" * 32
    async with traced.client("intake") as client:
        headers = {"Idempotency-Key": "stranger", "traceparent": f"00-{trace}-{CALLER}-01"}
        answer = await client.post("/v1/complaints", json={"channel": "web", "text": "x"}, headers=headers)
    assert answer.status_code == 401
    assert [s for s in collector.spans if s.trace == trace] == []


async def test_without_a_collector_nothing_is_exported(
    database: Database, kafka_bootstrap: str, tmp_path: Path, traced: System
) -> None:
    await traced.stop()
    silent = System(database, kafka_bootstrap, tmp_path)
    try:
        await silent.start()
        async with silent.client("intake", INTEGRATION_KEY) as client:
            made = (await silent.complain(client, text="没有收集器")).json()
        assert len((await silent.case(made["number"]))["trace_id"]) == 32
        assert "otlp" not in silent.log("intake").lower()
    finally:
        await silent.stop()
