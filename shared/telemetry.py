"""Spans, few and by hand, on OpenTelemetry's SDK. Without a collector nothing is exported, and ids are still minted.

A place in a trace travels as its W3C `traceparent` string: in headers, in the outbox, on the case.
"""

import os
import re
import secrets
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, TraceFlags

Attributes = Mapping[str, str | int | float | bool]

SAMPLED_ENDINGS = frozenset("13579bdf")
"""The last digit of a traceparent whose sampled flag is set."""

TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
CLOSE_SECONDS = 2.0

COLLECTOR = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


class Span(Protocol):
    """One piece of work; `traceparent` is where what it causes belongs."""

    traceparent: str

    def end(self, at: datetime | None = None) -> None:
        """The work is done, now or `at`."""
        ...


class _Passed:
    """A span that nobody records: what follows belongs to where this one belongs."""

    __slots__ = ("traceparent",)

    def __init__(self, traceparent: str) -> None:
        self.traceparent = traceparent

    def end(self, at: datetime | None = None) -> None:
        pass


class _Recorded:
    __slots__ = ("_span", "traceparent")

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        self.traceparent = _format(span.get_span_context())

    def end(self, at: datetime | None = None) -> None:
        self._span.end(_nanoseconds(at) if at else None)


class Tracing:
    """A service's spans."""

    def __init__(self, service: str) -> None:
        self._tracer: trace.Tracer | None = None
        self._provider: TracerProvider | None = None
        if (
            any(os.environ.get(name) for name in COLLECTOR)
            and os.environ.get("OTEL_SDK_DISABLED", "").lower() != "true"
        ):
            self._provider = TracerProvider(
                resource=Resource.create({"service.name": f"psc-{service}"}), shutdown_on_exit=False
            )
            self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
            self._tracer = self._provider.get_tracer("psc")

    def root(
        self,
        name: str,
        caller: str | None = None,
        attributes: Attributes | None = None,
        *,
        links: Sequence[str] = (),
    ) -> Span:
        """The first span of a case: continues an authenticated caller's trace, else mints one. Samples here, once."""
        parent = _parse(caller)
        if self._tracer is None:
            trace_id = f"{parent.trace_id:032x}" if parent else secrets.token_hex(16)
            return _Passed(f"00-{trace_id}-{secrets.token_hex(8)}-00")
        context = trace.set_span_in_context(NonRecordingSpan(parent), Context()) if parent else Context()
        return _Recorded(self._tracer.start_span(name, context, SpanKind.SERVER, attributes, _links(links)))

    def records(self, within: str | None) -> bool:
        """Whether a span under `within` would be recorded: to ask before gathering what it would say."""
        return self._tracer is not None and bool(within) and (within or "")[-1] in SAMPLED_ENDINGS

    def span(
        self,
        name: str,
        within: str | None,
        *,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Attributes | None = None,
        start: datetime | None = None,
        links: Sequence[str] = (),
    ) -> Span:
        """A span under `within`, begun now or at `start`. Costs nothing where the root was not sampled."""
        parent = _parse(within) if self.records(within) else None
        if self._tracer is None or parent is None:
            return _Passed(within or "")
        context = trace.set_span_in_context(NonRecordingSpan(parent), Context())
        began = _nanoseconds(start) if start else None
        return _Recorded(self._tracer.start_span(name, context, kind, attributes, _links(links), began))

    def close(self) -> None:
        """Send what is left; gives up after two seconds, because a stop must not wait for a collector."""
        if self._provider is not None:
            # The SDK takes a time to wait and does not keep to it: a collector that hangs costs 10 s a batch.
            closing = threading.Thread(target=self._provider.shutdown, daemon=True)
            closing.start()
            closing.join(CLOSE_SECONDS)


def trace_id(traceparent: str | None) -> str | None:
    """The 32 hex digits of the trace."""
    parts = (traceparent or "").split("-")
    return parts[1] if len(parts) == 4 else None


def valid(traceparent: str | None) -> str | None:
    """The traceparent if it is one, else None."""
    return traceparent if _parse(traceparent) else None


def _parse(traceparent: str | None) -> SpanContext | None:
    match = TRACEPARENT.fullmatch(traceparent or "")
    if match is None:
        return None
    trace_, span, flags = (int(digits, 16) for digits in match.groups())
    context = SpanContext(trace_, span, True, TraceFlags(flags & 1))
    return context if context.is_valid else None


def _links(others: Sequence[str]) -> list[trace.Link]:
    return [trace.Link(other) for other in map(_parse, others) if other]


def _format(context: SpanContext) -> str:
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags & 1:02x}"


def _nanoseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000) * 1000
