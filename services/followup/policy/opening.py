"""A case opens: routing's decision becomes work with clocks that run from the taking of the complaint."""

from datetime import datetime

from services.followup.policy.case import Case, Pause
from services.followup.policy.change import Change
from services.followup.policy.children import found_in
from services.followup.policy.clockwork import OF_SEVERITY, needs_arrival, severity_term, start, start_arrival
from services.followup.policy.draft import ROUTING, Draft
from services.followup.policy.powers import higher
from services.followup.policy.rulebook import Rulebook
from shared.contracts.case_events import CaseEvent, CaseOpened, RuleFired
from shared.contracts.complaint import Complaint, ComplaintRouted
from shared.contracts.decision import Decision
from shared.contracts.vocabulary import Category, Clock, Level, PauseReason, Reason, State

PLACE = {"line", "station"}
OF_COMPLAINT = Complaint.model_fields.keys() & Case.model_fields.keys() - {"category", *PLACE}
"""What the case keeps of the complaint under the same name; the category is routing's."""
OF_DECISION = Decision.model_fields.keys() & Case.model_fields.keys() - {"level", "uncertain", "children", *PLACE}
SNAPSHOT = CaseOpened.model_fields.keys() & Case.model_fields.keys() - CaseEvent.model_fields.keys()
"""What `case.opened` tells of the case beside state, level and clocks."""


def open_case(
    routed: ComplaintRouted, rulebook: Rulebook, now: datetime, traceparent: str | None, parent: str | None = None
) -> Change:
    """The received case with its clocks; those whose instants have passed are true to them, and `fire` comes next.

    In court (A11) the resolve clock stands still from the start. A repetition (A1) whose earlier case is not known is
    worked as a case of its own, and a person is asked to look. The children that routing found come with it; those of
    a proposal when it is confirmed.
    """
    draft = Draft(_received(routed, rulebook, traceparent, parent), rulebook, now, ROUTING)
    case = draft.case
    for clock in OF_SEVERITY:
        paused = case.pause.reason if case.pause and clock is Clock.RESOLVE else None
        start(draft, clock, severity_term(rulebook.pack, case.severity, clock), case.taken, paused=paused)
    if needs_arrival(case):
        start_arrival(draft, case.taken)
    if not case.proposed:
        found_in(draft, routed.decision.children)
    facts = {name: getattr(case, name) for name in SNAPSHOT}
    draft.record(CaseOpened, **facts, rules=_rules(routed.decision))
    return draft.change()


def _received(routed: ComplaintRouted, rulebook: Rulebook, traceparent: str | None, parent: str | None) -> Case:
    complaint, decision = routed.complaint, routed.decision
    level = _starting_level(decision, rulebook)
    taken = complaint.taken_at or complaint.received_at
    in_court = decision.reason is Reason.A11
    return Case(
        version=0,
        state=State.RECEIVED,
        level=level,
        highest=level,
        uncertain=decision.uncertain or (decision.reason is Reason.A1 and routed.earlier_case is None),
        pause=Pause(reason=PauseReason.IN_COURT, since=taken) if in_court else None,
        traceparent=traceparent,
        parent=parent,
        **{name: getattr(complaint, name) for name in OF_COMPLAINT},
        **{name: getattr(decision, name) for name in OF_DECISION},
        # What the sender says goes before what the words tell.
        **{name: getattr(complaint, name) or getattr(decision, name) for name in PLACE},
    )


def _starting_level(decision: Decision, rulebook: Rulebook) -> Level:
    """Routing's level, within the company, and never below L3 for a case about a person."""
    level = Level.L5 if decision.level is Level.L6 else decision.level
    about_a_person = decision.category is Category.STAFF or decision.about_staff
    return higher(level, rulebook.pack.handling.person_level if about_a_person else None)


def _rules(decision: Decision) -> tuple[RuleFired, ...]:
    """The rules without their evidence, which quotes words."""
    return tuple(
        RuleFired(rule=because.rule, instead_of=because.instead_of, start=because.start, end=because.end)
        for because in decision.explanation
    )


__all__ = ["open_case"]
