"""One thing that is wrong with a pack: where, what, and the names and numbers that its sentence needs."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """`path` leads to the field, `code` names a sentence in `texts`, which `params` complete."""

    path: Path
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


def likely(given: object, known: Iterable[str]) -> str:
    """The one of `known` that `given` is most like, empty when none is."""
    names = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(str(given).casefold(), list(names), n=1, cutoff=0.6)
    return names[found[0]] if found else ""
