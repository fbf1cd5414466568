"""The whole pack: its name, its sources, and everything that belongs together, as far as the fields are right."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from services.routing.rules.checking import authority, reasons, signals, times
from services.routing.rules.checking.fault import Fault, Path
from services.routing.rules.checking.shape import fields_of
from shared.contracts.pack import Pack

MOST_VERSIONS = 1_000_000
NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")


def check(content: Mapping[str, Any], read: AbstractSet[str], models: AbstractSet[str] | None) -> list[Fault]:
    """Everything that is wrong with a pack. `read` and `models`: see `signals`."""
    good, faults = fields_of(Pack, content)
    for needed, rule in TOGETHER:
        if all(name in good for name in needed):
            faults += rule(*(good[name] for name in needed))
    if isinstance(content.get("signals"), dict):
        faults += signals.signals(content["signals"], read, models)
    elif "signals" not in content:
        faults.append(Fault(("signals",), "missing"))
    faults += _blank(content, ())
    return faults


def _name(name: str) -> Iterator[Fault]:
    if not NAME.fullmatch(name):
        yield Fault(("name",), "name")


def _version(version: int) -> Iterator[Fault]:
    if version > MOST_VERSIONS:
        yield Fault(("version",), "at_most", {"limit": MOST_VERSIONS})


def _units(units: Sequence[str]) -> Iterator[Fault]:
    if not units:
        yield Fault(("units",), "empty_list")
    for place, unit in enumerate(units):
        if unit in units[:place]:
            yield Fault(("units", place), "repeated", {"given": unit})


def _blank(content: Any, at: Path) -> Iterator[Fault]:
    """Sources, titles and names that say nothing."""
    if isinstance(content, dict):
        for key, item in content.items():
            if isinstance(item, str) and not item.strip():
                yield Fault((*at, str(key)), "no_source" if key == "source" else "blank")
            else:
                yield from _blank(item, (*at, str(key)))
    elif isinstance(content, list):
        for place, item in enumerate(content):
            if isinstance(item, str) and not item.strip():
                yield Fault((*at, place), "blank")
            else:
                yield from _blank(item, (*at, place))


Rule = Callable[..., Iterable[Fault]]

TOGETHER: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("name",), _name),
    (("version",), _version),
    (("severities",), times.severities),
    (("approval",), times.approval),
    (("pauses",), times.pauses),
    (("arrival",), times.arrival),
    (("ladder",), times.ladder),
    (("thresholds", "records"), times.thresholds),
    (("levels",), authority.levels),
    (("ceilings",), authority.ceilings),
    (("handling",), authority.handling),
    (("pauses",), authority.pauses),
    (("reasons",), reasons.rows),
    (("abnormal_order",), reasons.order),
    (("units",), _units),
)
