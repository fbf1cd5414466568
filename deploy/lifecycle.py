"""The life of a case drawn from the code: every action is tried from every state by every level, and what comes of it
is written down (docs/case.md)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from services import routing
from services.followup.jobs.at_start import shipped_calendars
from services.followup.policy import REQUESTS, Case, Change, Refusal, Rulebook, Staff, act, fire, next_due, passenger
from services.followup.policy import parse as body_of
from services.followup.policy.approving import words_of
from services.followup.policy.case import BeforeMerge
from services.followup.policy.imagining import imagined
from services.followup.rules.working_time import WorkingTime
from services.routing.rules.pack_file import parse_pack
from shared.contracts.case_events import OfferTo
from shared.contracts.passenger import PassengerAnswered, PassengerReopened, PassengerWithdrew
from shared.contracts.vocabulary import Category, Kind, Level, Reason, Role, Severity, State

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PACK = parse_pack((Path(routing.__file__).parent / "packs" / "metro-default.yaml").read_text(encoding="utf-8"))
RULES = Rulebook(PACK, WorkingTime.of(shipped_calendars()))
OTHER = imagined(RULES, reason=Reason.N0, category=Category.TICKET, severity=Severity.S4, received_at=NOW).case
"""The case into which others are merged."""
WITHOUT_CALL_BACK = UUID("ffffffff-ffff-4fff-bfff-ffffffffffff")
"""Not in the sampled share."""

OWNER = Staff(user="owner", level=Level.L1)
PEOPLE = {
    "owner (L1)": OWNER,
    **{f"L{rank}": Staff(user=f"L{rank}", level=Level(f"L{rank}")) for rank in range(1, 6)},
    "admin": Staff(user="root", role=Role.ADMIN),
}
LIMIT: dict[str, object] = {"medium": "letter", "contact": "x", "warned_at": "2026-11-20T00:00:00Z", "reason": "x"}
BODIES: dict[str, dict[str, object]] = {
    "accept": {},
    "contact": {"medium": "phone"},
    "arrive": {},
    "note": {"text": "x"},
    "transfer": {"to": {"level": "L3"}, "reason": "x"},
    "escalate": {"reason": "x"},
    "pause": {"reason": "waiting_for_passenger"},
    "resume": {},
    "extend": {"until": "2026-12-04T09:30:00Z", "reason": "x"},
    "reclassify": {"note": "x"},
    "propose-resolution": {"type": "apology", "note": "x"},
    "propose-resolution CNY 20": {"type": "refund", "amount_cny": 20, "note": "x"},
    "propose-resolution CNY 200": {"type": "refund", "amount_cny": 200, "note": "x"},
    "propose-resolution CNY 5000": {"type": "refund", "amount_cny": 5000, "note": "x"},
    "propose-resolution CNY 5001": {"type": "refund", "amount_cny": 5001, "note": "x"},
    "approve": {},
    "refuse": {"reason": "x"},
    "confirm-abnormal": {"note": "x"},
    "overturn-abnormal": {"note": "x"},
    "limit-contact": LIMIT,
    "lift-limit": {"reason": "x"},
    "reply": {"text": "x"},
    "reply, final": {"text": "x", "final": True},
    "resolve": {"outcome": "goodwill"},
    "call-back": {"result": "solved"},
    "call-back, not solved": {"result": "not_solved"},
    "reopen": {"reason": "x"},
    "merge": {"into": "PS-0"},
    "unmerge": {},
    "split": {"text": "x"},
    "close": {},
}
PATHS: dict[State, tuple[str, ...]] = {
    State.RECEIVED: (),
    State.ACCEPTED: ("accept",),
    State.IN_PROGRESS: ("accept", "contact"),
    State.WAITING: ("accept", "contact", "pause"),
    State.AWAITING_APPROVAL: ("accept", "contact", "propose-resolution CNY 200"),
    State.RESOLVED: ("accept", "contact", "resolve"),
    State.CLOSED: ("accept", "contact", "resolve", "close"),
}
UNFITTING = "409"
WISHES = {"answer": PassengerAnswered, "withdraw": PassengerWithdrew, "reopen": PassengerReopened}


@dataclass(frozen=True, slots=True)
class Row:
    """What an action comes to from some states: by each of PEOPLE `yes`, `asks L4`, the level that may, or `409`."""

    label: str
    states: tuple[State, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """A way from one state to another, and what takes it."""

    since: State
    to: State
    by: str


def rows() -> list[Row]:
    """Every action, its states grouped by who may."""
    found: list[Row] = []
    for label in BODIES:
        groups: dict[tuple[str, ...], list[State]] = {}
        for state in State:
            answers = tuple(_answer(label, _full(state), by) for by in PEOPLE.values())
            if set(answers) != {UNFITTING}:
                groups.setdefault(answers, []).append(state)
        found += [Row(label, tuple(states), answers) for answers, states in groups.items()]
    return found


def moves() -> list[Move]:
    """Every way between two different states, in the order of the states."""
    found = {move: None for state in State for case in (_case(state), _full(state)) for move in _by_staff(case)}
    found |= dict.fromkeys(move for asked in _requests() for move in _by_staff(asked))
    found |= dict.fromkeys(move for state in State for move in _by_others(_case(state)))
    order = list(State)
    return sorted(found, key=lambda move: (order.index(move.since), order.index(move.to)))


def _by_staff(case: Case) -> Iterator[Move]:
    for label in BODIES:
        for by in (OWNER, PEOPLE["L5"]):
            result = _try(label, case, by)
            if isinstance(result, Change) and result.case.state is not case.state:
                yield Move(case.state, result.case.state, label)


def _by_others(case: Case) -> Iterator[Move]:
    for name, event in WISHES.items():
        asked = event(case_id=case.case_id, number=case.number, at=NOW)
        after = passenger(case, asked, RULES, NOW).case
        if after.state is not case.state:
            yield Move(case.state, after.state, f"passenger: {name}")
    if case.pause is not None and case.pause.resumes_at is not None:
        while (due := next_due(case, RULES)) is not None and case.state is State.WAITING:
            change = fire(case, RULES, due)
            assert change is not None  # noqa: S101 - something is due
            case = change.case
        yield Move(State.WAITING, case.state, "the pause ends by itself")


def _requests() -> Iterator[Case]:
    """Cases that await approval, asked for in each state in which it can be."""
    asking = {State.RECEIVED: "limit-contact", State.WAITING: "extend", State.RESOLVED: "reply, final"}
    for state in (*asking, State.ACCEPTED, State.IN_PROGRESS):
        by = PEOPLE["L3"] if state is State.RECEIVED else OWNER
        result = _try(asking.get(state, "propose-resolution CNY 200"), _case(state), by)
        assert isinstance(result, Change)  # noqa: S101 - it is asked for where it may be
        yield result.case


def _case(state: State) -> Case:
    """A case of level L1 that its owner brought to a state."""
    case = imagined(
        RULES, reason=Reason.N0, category=Category.TICKET, severity=Severity.S4, received_at=NOW
    ).case.model_copy(update={"case_id": WITHOUT_CALL_BACK})
    for label in PATHS[state]:
        result = _try(label, case, OWNER)
        assert isinstance(result, Change)  # noqa: S101 - the paths are possible
        case = result.case
    return case


def _full(state: State) -> Case:
    """The same at L3, with an offer, a proposal and a limit to contact, so that every action has what it is about."""
    limited = _try("limit-contact", _case(State.ACCEPTED), PEOPLE["L4"])
    assert isinstance(limited, Change)  # noqa: S101 - L4 may
    abnormal = {"kind": Kind.ABNORMAL, "reason": Reason.A5, "proposed": True}
    given = {"level": Level.L3, "offer": OfferTo(level=Level.L2), "contact_limit": limited.case.contact_limit}
    return _case(state).model_copy(update={**given, **abnormal})


def _try(label: str, case: Case, by: Staff) -> Change | Refusal:
    name = next(name for name in (label, label.split(",")[0], label.split()[0]) if name in REQUESTS)
    said = {"text": "x", "contact": "x", "reason": "x"} | (words_of(case.approval, {}) if case.approval else {})
    if label == "unmerge":
        kept = BeforeMerge(into=OTHER.case_id, state=State.IN_PROGRESS, clocks=())
        case = case.model_copy(update={"merged_into": OTHER.number, "before_merge": kept})
    return act(case, body_of(name, BODIES[label]), by, RULES, NOW, said=said, other=OTHER)


def _answer(label: str, case: Case, by: Staff) -> str:
    result = _try(label, case, by)
    if isinstance(result, Refusal):
        return result.needs_level.value if result.needs_level else UNFITTING
    asked = result.case.approval
    return f"asks {asked.needs.value}" if asked is not None and asked != case.approval else "yes"
