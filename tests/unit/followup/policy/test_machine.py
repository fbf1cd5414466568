"""Any sequence of actions, wishes and time: what holds for every case, always."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.followup.policy import (
    Action,
    Case,
    Change,
    Refusal,
    Staff,
    act,
    allowed_actions,
    fire,
    next_due,
    open_case,
    passenger,
    sees,
)
from services.followup.policy import parse as body
from services.followup.policy.approving import words_of
from shared.contracts.case_authority import CaseAbnormalOverturned
from shared.contracts.case_events import CaseBreached, CaseEvent, CaseReminded, CaseWarned
from shared.contracts.passenger import (
    PassengerAnswered,
    PassengerEvent,
    PassengerReopened,
    PassengerSurveyed,
    PassengerWithdrew,
)
from shared.contracts.registry import EVENTS
from shared.contracts.vocabulary import Category, Clock, Kind, Level, Reason, Resolution, Severity, State
from tests.unit.followup.policy.builders import NOW, PACK, RULES, routed, staff

FIELDS = {"cause": "a", "responsible": "b", "measure": "c", "education": "d"}
ACTIONS: list[Action] = [
    body("accept", {}),
    body("contact", {"medium": "phone"}),
    body("contact", {"medium": "letter", "reached": False}),
    body("arrive", {}),
    body("note", {"text": "x"}),
    body("transfer", {"to": {"unit": "机电"}, "reason": "x"}),
    body("transfer", {"to": {"level": "L2"}, "reason": "x"}),
    body("transfer", {"to": {"user": "L3"}, "reason": "x"}),
    body("escalate", {"reason": "x"}),
    body("pause", {"reason": "waiting_for_passenger"}),
    body("pause", {"reason": "in_court"}),
    body("resume", {}),
    body("reclassify", {"note": "x", "severity": "S1"}),
    body("reclassify", {"note": "x", "severity": "S3"}),
    body("reclassify", {"note": "x", "reason": "A11"}),
    body("reclassify", {"note": "x", "reason": "A4"}),
    body("reclassify", {"note": "x", "kind": "normal", "about_staff": True}),
    body("extend", {"until": "2026-12-10T09:30:00Z", "reason": "x"}),
    body("propose-resolution", {"type": "refund", "amount_cny": 15, "note": "x"}),
    body("propose-resolution", {"type": "medical_advance", "amount_cny": 400, "note": "x"}),
    body("approve", {}),
    body("refuse", {"reason": "x"}),
    body("confirm-abnormal", {"note": "x"}),
    body("overturn-abnormal", {"note": "x"}),
    body("overturn-abnormal", {"note": "x", "reason": "N3"}),
    body("limit-contact", {"medium": "letter", "contact": "x", "warned_at": "2026-11-20T09:30:00Z", "reason": "x"}),
    body("lift-limit", {"reason": "x"}),
    body("reply", {"text": "x"}),
    body("reply", {"text": "x", "final": True}),
    body("resolve", {"outcome": "upheld", **FIELDS}),
    body("resolve", {"outcome": "upheld"}),
    body("call-back", {"result": "solved"}),
    body("call-back", {"result": "not_solved"}),
    body("call-back", {"result": "unreachable"}),
    body("reopen", {"reason": "x"}),
    body("close", {}),
]
WISHES: list[tuple[type[PassengerEvent], dict[str, object]]] = [
    (PassengerAnswered, {}),
    (PassengerReopened, {}),
    (PassengerWithdrew, {}),
    (PassengerSurveyed, {"satisfaction": 3}),
]
STEPS = [
    timedelta(0),
    timedelta(minutes=2),
    timedelta(hours=1),
    timedelta(hours=9),
    timedelta(days=2),
    timedelta(days=8),
]


class LifeOfACase(RuleBasedStateMachine):
    """A case, its facts so far and the instant."""

    case: Case
    events: list[CaseEvent]
    now: datetime
    written: dict[int, str]

    @initialize(
        severity=st.sampled_from(list(Severity)),
        reason=st.sampled_from([Reason.N0, Reason.A4, Reason.A11, Reason.A7, Reason.Z2]),
        category=st.sampled_from([Category.TICKET, Category.STAFF]),
        on_scene=st.booleans(),
        ago=st.sampled_from([timedelta(0), timedelta(days=4)]),
    )
    def opens(self, severity: Severity, reason: Reason, category: Category, on_scene: bool, ago: timedelta) -> None:
        self.now, self.events, self.written = NOW, [], {}
        facts = {"severity": severity, "reason": reason, "kind": reason.kind, "category": category}
        complaint = routed(
            **facts, proposed=reason is Reason.A4, flags={"on_scene": on_scene}, taken_at=NOW - ago, level=Level.L1
        )
        self._keep(open_case(complaint, RULES, self.now, None))

    @rule(action=st.sampled_from(ACTIONS), level=st.integers(1, 5))
    def someone_acts(self, action: Action, level: int) -> None:
        listed = {one.action: one for one in allowed_actions(self.case, staff(level), RULES, self.now)}
        if not sees(self.case, staff(level)):  # the door answers that there is no such case
            assert not any(one.allowed for one in listed.values())
            return
        said = words_of(self.case.approval, self.written) if self.case.approval else None
        result = act(self.case, action, staff(level), RULES, self.now, said=said)
        if isinstance(result, Refusal):
            assert (result.slug == "forbidden") == (result.needs_level is not None)
            return
        assert listed[action.action].allowed
        self._keep(result)

    @rule(wish=st.sampled_from(WISHES))
    def the_passenger_asks(self, wish: tuple[type[PassengerEvent], dict[str, object]]) -> None:
        kind, data = wish
        event = kind.model_validate({"case_id": self.case.case_id, "number": self.case.number, "at": self.now, **data})
        self._keep(passenger(self.case, event, RULES, self.now))

    @rule(step=st.sampled_from(STEPS), punctual=st.booleans())
    def time_passes(self, step: timedelta, punctual: bool) -> None:
        end = self.now + step
        while punctual and (due := next_due(self.case, RULES)) is not None and due <= end:
            self.now = max(self.now, due)
            self._keep(fire(self.case, RULES, self.now))
        self.now = end
        change = fire(self.case, RULES, self.now)
        if change is not None:
            self._keep(change)
        assert fire(self.case, RULES, self.now) is None

    def _keep(self, change: Change | None) -> None:
        assert change is not None
        first = self.events[-1].version + 1 if self.events else 1
        assert [event.version for event in change.events] == list(range(first, first + len(change.events)))
        assert set(change.words) <= {event.version for event in change.events}
        for event in change.events:
            assert EVENTS[event.type].model_validate_json(event.model_dump_json()) == event
        self.events += change.events
        self.written |= change.words
        self.case = change.case

    @invariant()
    def the_version_counts_the_facts(self) -> None:
        last = self.events[-1]
        assert self.case.version == len(self.events) == last.version
        assert (last.state, last.level) == (self.case.state, self.case.level)

    @invariant()
    def the_level_falls_by_a_verdict_only_and_is_never_below_the_person_level(self) -> None:
        ranks = [event.level.rank for event in self.events]
        for before, event in pairwise(self.events):
            assert event.level.rank >= before.level.rank or isinstance(event, CaseAbnormalOverturned)
        assert ranks[-1] <= self.case.highest.rank <= Level.L5.rank
        assert not self.case.about_a_person or ranks[-1] >= Level.L3.rank

    @invariant()
    def facts_are_told_in_the_order_of_their_instants(self) -> None:
        instants = [event.at for event in self.events]
        assert instants == sorted(instants)

    @invariant()
    def a_closed_case_has_no_clock_that_runs(self) -> None:
        if self.case.state is State.CLOSED:
            assert all(run.stopped_at is not None for run in self.case.clocks)
            assert next_due(self.case, RULES) is None
            assert (self.case.pause, self.case.offer) == (None, None)

    @invariant()
    def no_threshold_fires_twice(self) -> None:
        once = Counter(
            (event.type, event.clock, event.generation, event.target_level)
            for event in self.events
            if isinstance(event, CaseReminded | CaseWarned | CaseBreached)
        )
        assert all(count == 1 for count in once.values()), once

    @invariant()
    def only_a_waiting_or_a_received_case_stands_still(self) -> None:
        assert (self.case.state is State.WAITING) <= (self.case.pause is not None)
        if self.case.pause is not None:
            assert self.case.underlying in (State.WAITING, State.RECEIVED)
            assert self.case.underlying is State.WAITING or self.case.kind is Kind.ABNORMAL

    @invariant()
    def a_case_awaits_approval_exactly_while_something_is_asked_for_and_its_clock_runs(self) -> None:
        awaits = self.case.state is State.AWAITING_APPROVAL
        run = self.case.clock(Clock.APPROVAL)
        assert awaits == (self.case.approval is not None)
        assert awaits == (run is not None and run.stopped_at is None)

    @invariant()
    def nobody_grants_more_than_they_may(self) -> None:
        for one in self.case.resolutions:
            granter = one.approved_by or one.by
            ceiling = PACK.ceiling(granter.level or Level.L1)
            advance = one.type is Resolution.MEDICAL_ADVANCE
            most = ceiling.medical_advance_cny if advance else ceiling.cash_cny
            assert most is None or (one.amount_cny or 0) <= most

    @invariant()
    def the_case_can_always_be_taken_over_or_settled(self) -> None:
        leader = {one.action for one in allowed_actions(self.case, staff(5), RULES, self.now) if one.allowed}
        boss = Staff(user="boss", level=Level.L5)  # who has asked for nothing
        leader |= {one.action for one in allowed_actions(self.case, boss, RULES, self.now) if one.allowed}
        assert leader & {"accept", "resolve", "resume", "call-back", "close", "reopen", "approve"}
        assert self.case.clock(Clock.RESOLVE) is not None

    @invariant()
    def it_survives_storing(self) -> None:
        assert Case.model_validate_json(self.case.model_dump_json()) == self.case


LifeOfACase.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestLifeOfACase = LifeOfACase.TestCase
