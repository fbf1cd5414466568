"""Whether a pack may be published as the next version of those that there are. Pure: what is known and `now` in."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.contracts.pack import Pack


@dataclass(frozen=True, slots=True)
class Version:
    """A version that was published: by whom, when, and what it said (`digest`)."""

    number: int
    digest: str
    effective_from: datetime
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Admitted:
    """It may be published. `replaces`: versions planned for later that will now never decide."""

    replaces: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Repeated:
    """This very version was published before."""

    version: Version


@dataclass(frozen=True, slots=True)
class OutOfTurn:
    """It is not the version after `latest`: somebody else has published meanwhile, or the number was not raised.

    `since`: the versions from its number on.
    """

    latest: Version
    since: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class TooEarly:
    """It would take effect before `now`, on what was decided already."""

    now: datetime


@dataclass(frozen=True, slots=True)
class OtherName:
    """The system decides by packs called `name`."""

    name: str


Verdict = Admitted | Repeated | OutOfTurn | TooEarly | OtherName


def admit(pack: Pack, name: str, published: Sequence[Version], now: datetime) -> Verdict:
    """The verdict on `pack` where packs called `name` decide, of which `published` are all.

    The first of all may take effect at any time: nothing was decided before it.
    """
    if pack.name != name:
        return OtherName(name)
    if not published:
        return Admitted()
    if any(v.number == pack.version and v.digest == digest(pack) for v in published):
        return Repeated(next(v for v in published if v.number == pack.version))
    latest = max(published, key=lambda v: v.number)
    if pack.version != latest.number + 1:
        return OutOfTurn(latest, tuple(v for v in published if v.number >= pack.version))
    if pack.effective_from < now:
        return TooEarly(now)
    return Admitted(tuple(sorted(v.number for v in published if v.effective_from >= pack.effective_from)))


def digest(pack: Pack) -> str:
    """SHA-256 of what the pack says; fields left to their defaults do not count, so that later ones change nothing."""
    return hashlib.sha256(pack.model_dump_json(exclude_defaults=True).encode()).hexdigest()
