"""Which figures a case belongs to, one bit each: a figure counts the bit, and its rows are listed by the same bit."""

from enum import IntFlag, auto


class Mark(IntFlag):
    """A case's membership in figures. Lists take the lower-case names as `?is=`. Append only: bits are stored."""

    COMPLAINT = auto()
    """Every kind but non-complaints."""
    OPEN = auto()
    """Neither resolved nor closed."""
    CLOSED = auto()
    MERGED = auto()
    ACCEPTED = auto()
    """Dispatched, as the response rate calls it."""
    ANSWERED_IN_TIME = auto()
    """Accepted, and first contacted or answered before that was due."""
    SETTLED = auto()
    """A complaint that has an outcome."""
    LIABLE = auto()
    """A complaint that was upheld, wholly or partly."""
    RESOLVED = auto()
    """Resolved or closed by a resolution, and not reopened since."""
    CALLED_BACK = auto()
    """At least one call-back reached the passenger."""
    TRANSFERRED = auto()
    ESCALATED = auto()
    REOPENED = auto()
    REWORKED = auto()
    """A proposal was refused or the case was reopened."""
    ABNORMAL_PROPOSED = auto()
    """At any time proposed as abnormal conduct."""
    ABNORMAL_CONFIRMED = auto()
    ABNORMAL_OVERTURNED = auto()
    WITHOUT_STATION = auto()
    ACKNOWLEDGE_DECIDED = auto()
    """The clock's first generation was met or missed; merged and cancelled ones are neither."""
    ACKNOWLEDGE_ON_TIME = auto()
    FIRST_RESPONSE_DECIDED = auto()
    FIRST_RESPONSE_ON_TIME = auto()
    RESOLVE_DECIDED = auto()
    RESOLVE_ON_TIME = auto()
    ARRIVAL_DECIDED = auto()
    ARRIVAL_ON_TIME = auto()
    ONCE_RESOLVED = auto()
    """Resolved at some time, reopened since or not."""
    BREACHED = auto()
    """A clock was missed, whichever and in whichever generation."""


NAMES: dict[str, Mark] = {mark.name.lower(): mark for mark in Mark if mark.name}
"""What `?is=` takes."""
