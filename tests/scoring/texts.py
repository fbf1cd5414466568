"""The labelled texts of the tree: those to develop by, and the locked fifth."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Row = dict[str, Any]
"""A labelled text: {id, channel, scenario, text, context, expected {kind, reason, category, severity, level?}}."""

_HERE = Path(__file__).parents[1] / "data" / "routing"
FIRST = ("develop", "harder", "wider", "fourth", "harmless")


def development() -> list[Path]:
    """The files to develop by."""
    first = [_HERE / f"{name}.jsonl" for name in FIRST]
    return [*first, *sorted((_HERE / "dev").glob("*.jsonl")), *sorted((_HERE / "texts").glob("*.jsonl"))]


def locked() -> list[Path]:
    """The files that are scored once."""
    return sorted((_HERE / "locked").glob("*.jsonl"))


def rows(path: Path) -> Iterator[Row]:
    """The labelled texts of a file."""
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def all_rows(paths: Iterable[Path]) -> list[Row]:
    """The labelled texts of all files."""
    return [row for path in paths for row in rows(path)]


def scenario(row: Row) -> str:
    """What near-copies share."""
    return str(row.get("scenario", row["id"]))
