"""Log lines: one JSON object each, with a fixed `action` and ids; never a passenger's words, name or phone.

An error is logged by its type and where it arose, not by its message: PostgreSQL's messages quote rows.
"""

import logging
import sys
import time
import traceback
from collections.abc import Mapping
from typing import cast

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

from shared.errors import PscError


class AtMost:
    """Lets the same logger say the same level at most `burst` times in `seconds`.

    While a broker is down its client logs up to 240 lines a second.
    """

    def __init__(self, burst: int, seconds: float) -> None:
        self._burst = burst
        self._seconds = seconds
        self._seen: dict[tuple[str, int], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """logging.Filter's protocol."""
        key = (record.name, record.levelno)
        since, count = self._seen.get(key, (0.0, 0))
        if time.monotonic() - since > self._seconds:
            since, count = time.monotonic(), 0
        self._seen[key] = (since, count + 1)
        return count < self._burst


def describe(error: BaseException) -> dict[str, object]:
    """An error without its message, which may quote a passenger: type, innermost places, and psc's own words."""
    frames = traceback.extract_tb(error.__traceback__)
    said: dict[str, object] = {"type": type(error).__name__, "at": [f"{f.filename}:{f.lineno}" for f in frames[-5:]]}
    if isinstance(error, PscError):
        said["message"] = str(error)
    if code := getattr(error, "sqlstate", None):
        said["sqlstate"] = code
    return said


def _said(record: logging.LogRecord) -> str:
    """What a library says without what it says it of: its arguments, and further lines, may quote anything."""
    template = str(record.msg).partition("\n")[0][:200]
    if not record.args or isinstance(record.args, Mapping):
        return template
    try:
        return template % tuple(a if isinstance(a, int | float) else f"<{type(a).__name__}>" for a in record.args)
    except (TypeError, ValueError):
        return template


class _Lines(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        """logging.Formatter's protocol."""
        plain = logging.makeLogRecord(record.__dict__ | {"msg": _said(record), "args": None, "stack_info": None})
        return super().format(plain)


def _describe_error(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    info = event.pop("exc_info", None)
    if isinstance(info, tuple):
        info = info[1]
    error = info if isinstance(info, BaseException) else (sys.exc_info()[1] if info else None)
    if error is not None:
        event["error"] = describe(error)
    return event


def configure(service: str, level: str = "INFO") -> None:
    """Send everything, libraries included, to standard output as JSON lines that carry the service's name."""
    common: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.EventRenamer("action"),
        _describe_error,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    structlog.configure(
        processors=common,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
    )
    structlog.contextvars.bind_contextvars(service=service)
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(AtMost(burst=5, seconds=10))
    handler.setFormatter(_Lines(processors=common, keep_exc_info=False))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def get_logger() -> FilteringBoundLogger:
    """The logger: `log.info("case_opened", case_id=…)`."""
    return cast("FilteringBoundLogger", structlog.get_logger())
