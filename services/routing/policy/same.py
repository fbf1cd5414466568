"""Whether two complaints are about one event, one matter, or make the same kind of claim. Pure and symmetrical.

A missed repetition costs a person a click, a false one makes a second matter vanish: what is unclear is not the same.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from services.routing.policy.past import Past
from services.routing.rules.sketch import UNLIKE, Likeness
from shared.contracts.pack import SameEvent
from shared.contracts.vocabulary import Category

TELLING = 5
"""Parts of a text that must be compared before it is known again by its words; fewer are like one another by chance."""
TELLING_ALONE = 8
"""…where nothing is known of the place."""
BY_CHANCE = 1
"""Parts that any two texts may have in common; one more if they are not about the same."""


class Place(Enum):
    """How two places stand to one another; an unknown place is no same place."""

    SAME = "same"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Compared:
    """Two complaints side by side: what the policy's rules ask."""

    place: Place
    apart: bool
    likeness: Likeness
    same_subject: bool
    gap: timedelta
    limits: SameEvent

    @property
    def same_event(self) -> bool:
        """The same words, perhaps with more; the same words edited at once; or the same told in other words."""
        if self.apart or self.place is Place.OTHER:
            return False
        if self.place is Place.UNKNOWN:
            return self._same_words()
        return self._repeated() or self._edited() or self._retold()

    @property
    def may_be_named(self) -> bool:
        """Whether a complaint that names the other's case may be about the same event: nothing speaks against it."""
        if self.apart or self.place is Place.OTHER:
            return False
        return self.same_subject or self.likeness.compared < TELLING_ALONE or self._alike()

    @property
    def same_matter(self) -> bool:
        """Whether one goes on about what the other was about, at whatever time; what happened since is another."""
        if self.apart or self.place is Place.OTHER or not self.same_subject:
            return False
        return self.likeness.compared < TELLING or self._alike()

    @property
    def same_kind_of_claim(self) -> bool:
        """Whether the words of one claim stand in the other, wherever and whenever."""
        like = self.likeness
        return self.same_subject and like.common >= TELLING and like.contained >= self.limits.claim

    def _repeated(self) -> bool:
        """Every word of the shorter stands in the longer."""
        like, limits = self.likeness, self.limits
        soon = self.gap <= timedelta(hours=limits.edited_hours)
        telling = like.compared >= TELLING or (self.same_subject and (soon or like.shared >= limits.words))
        verbatim = like.contained >= limits.words and like.numbers is not False
        return telling and verbatim and self.gap <= timedelta(days=limits.words_days)

    def _same_words(self) -> bool:
        """No word more or less, soon after: the only sign that suffices where no place is known."""
        like, limits = self.likeness, self.limits
        verbatim = like.shared >= limits.words and like.numbers is not False
        return like.compared >= TELLING_ALONE and verbatim and self.gap <= timedelta(hours=limits.alone_hours)

    def _edited(self) -> bool:
        """Much in common and parts replaced: an edited text at once, or while its numbers stay; else a form."""
        like, limits = self.likeness, self.limits
        much = like.compared >= TELLING and like.shared >= limits.form and self.same_subject
        hours = {True: limits.retold_hours, None: limits.edited_hours, False: 0}[like.numbers]
        return much and hours > 0 and self.gap <= timedelta(hours=hours)

    def _retold(self) -> bool:
        """Some words in common at the same place, within days; too much in common is a form filled in anew."""
        like, limits = self.likeness, self.limits
        telling = like.compared >= TELLING and like.shared < limits.form
        return telling and self._alike() and self.gap <= timedelta(hours=limits.retold_hours)

    def _alike(self) -> bool:
        """More in common than any two complaints of one subject, or of two."""
        like, limits = self.likeness, self.limits
        if self.same_subject:
            return like.contained >= limits.retold and like.common > BY_CHANCE
        return like.contained >= limits.retold_otherwise and like.common > BY_CHANCE + 1


def compare(one: Past, other: Past, limits: SameEvent, named: Collection[int] = ()) -> Compared:
    """Both side by side; `named` are the parts that name the place, which say nothing of the event."""
    where = place(one, other)
    same_subject = one.category is other.category or Category.HANDLING in (one.category, other.category)
    ours, theirs = one.fingerprint, other.fingerprint
    apart, likeness = False, UNLIKE
    if ours is not None and theirs is not None and (same_subject or where is not Place.OTHER):
        apart, likeness = ours.apart(theirs), ours.likeness(theirs, named)
    return Compared(where, apart, likeness, same_subject, abs(one.at - other.at), limits)


def place(one: Past, other: Past) -> Place:
    """By the station where both have one, else by the line."""
    if one.station and other.station:
        return Place.SAME if one.station == other.station else Place.OTHER
    if one.line and other.line:
        return Place.SAME if one.line == other.line else Place.OTHER
    return Place.UNKNOWN
