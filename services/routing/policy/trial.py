"""What a pack would change: past complaints decided again under it, each with what was known when it came."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.routing.policy.replay import Known, replay
from services.routing.policy.rulebook import Rulebook
from services.routing.policy.words import with_words
from shared.contracts.complaint import Complaint
from shared.contracts.decision import Decision
from shared.contracts.pack import Pack

LABELS = ("kind", "reason", "category", "severity", "level", "proposed", "uncertain")
RULES = {"category": "category.", "severity": "severity.", "level": "level."}
"""Which of the rules that fired settles a label; the first of all settles the others."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A complaint, the decision as it is kept, and what it was made with besides the complaint."""

    complaint: Complaint
    decision: Decision
    known: Known


@dataclass(frozen=True, slots=True)
class Change:
    """A label of one complaint that would be another, and the rule that would settle it."""

    number: str
    label: str
    old: str
    new: str
    rule: str


@dataclass(slots=True)
class Trial:
    """`looked` complaints were decided again. `unlike`: the numbers of those that, decided again under their own
    version, no longer come out as they did, because the release decides otherwise than it did then.
    """

    looked: int = 0
    changes: list[Change] = field(default_factory=list)
    unlike: list[str] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many complaints would come out otherwise in some label."""
        return len({change.number for change in self.changes})

    def by_label(self) -> dict[str, int]:
        """How many complaints would come out otherwise, by label."""
        counts = Counter(change.label for change in self.changes)
        return {label: counts[label] for label in LABELS}

    def moves(self, label: str) -> dict[tuple[str, str], int]:
        """From which value to which, and how often, the most frequent first."""
        return dict(Counter((c.old, c.new) for c in self.changes if c.label == label).most_common())


def try_out(cases: Iterable[Decided], rulebook: Rulebook, published: Mapping[str, Rulebook]) -> Trial:
    """Decide on `cases` under `rulebook`. `published`: the versions under which they were decided, as far as known."""
    trial = Trial()
    for case in cases:
        complaint = case.complaint
        old, new = case.decision, replay(complaint, case.known, rulebook)
        own = published.get(old.policy_version)
        if own is not None and replay(complaint, case.known, own) != with_words(old, complaint.text):
            trial.unlike.append(complaint.number)
        trial.looked += 1
        trial.changes += (
            Change(complaint.number, label, str(before), str(after), _rule(new, label))
            for label in LABELS
            if (before := getattr(old, label)) != (after := getattr(new, label))
        )
    return trial


def _rule(decision: Decision, label: str) -> str:
    rules = [because.rule for because in decision.explanation]
    first = rules[0] if rules else ""
    return next((rule for rule in rules if rule.startswith(RULES[label])), first) if label in RULES else first


def differences(old: Pack, new: Pack) -> dict[str, tuple[str, str]]:
    """The fields that say something else, by path, `-` where one says nothing; of signals which phrases came and went.

    `version` and `effective_from` always differ and are left out.
    """
    before, after = (_flat(pack.model_dump(mode="json", exclude={"version", "effective_from"})) for pack in (old, new))
    return {
        path: (before.get(path, "-"), after.get(path, "-"))
        for path in dict.fromkeys((*before, *after))
        if before.get(path) != after.get(path)
    }


def _flat(value: object, path: str = "") -> dict[str, str]:
    if isinstance(value, dict):
        return _joined((_flat(item, f"{path}.{key}" if path else str(key)) for key, item in value.items()))
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        named = ((_name(item, place), item) for place, item in enumerate(value))
        return _joined(_flat(item, f"{path}.{name}") for name, item in named)
    if isinstance(value, list) and path.startswith("signals."):
        return {f"{path}.{item}": "+" for item in value}
    return {path: ", ".join(map(str, value)) if isinstance(value, list) else str(value)}


def _joined(parts: Iterable[dict[str, str]]) -> dict[str, str]:
    return {path: said for part in parts for path, said in part.items()}


def _name(row: object, place: int) -> str:
    """Rows are told by what they are about, so that a new one in between changes no other."""
    given = row if isinstance(row, dict) else {}
    return str(given.get("id") or given.get("reason") or given.get("level") or place)
