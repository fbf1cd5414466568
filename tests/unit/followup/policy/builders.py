"""Cases, staff and the rules that these tests decide with."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from uuid import UUID

from services import routing
from services.followup.policy import Action, Case, Change, Refusal, Rulebook, Staff, act, open_case
from services.followup.policy import requests as ask
from services.followup.rules.working_time import WorkingTime
from services.routing.rules.pack_file import parse_pack
from shared.contracts.case_events import Person
from shared.contracts.complaint import Complaint, ComplaintRouted
from shared.contracts.decision import Decision
from shared.contracts.reference import CalendarYear, Line, Network, Station, Window
from shared.contracts.vocabulary import (
    Category,
    Channel,
    Kind,
    Level,
    Medium,
    Outcome,
    PauseReason,
    Reason,
    Resolution,
    Severity,
    State,
)
from shared.places import Places

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 10:00 in the metro's town."""
SAMPLED = UUID("0199a3c2-7b1e-7c4d-9f10-2a6b8c1d3e5f")
PACK = parse_pack((Path(routing.__file__).parent / "packs" / "metro-default.yaml").read_text(encoding="utf-8"))

OF_COMPLAINT = frozenset(Complaint.model_fields)


def calendar(year: int) -> CalendarYear:
    """A year of plain weeks in the default hours."""
    return CalendarYear(
        year=year,
        version=1,
        zone="Asia/Shanghai",
        source="test",
        service_hours=(Window(opens=time(6), closes=time(23, 30)),),
        office_hours=(Window(opens=time(8, 30), closes=time(12)), Window(opens=time(13, 30), closes=time(17, 30))),
        holidays=frozenset(),
        make_up_days=frozenset(),
    )


NETWORK = Network(
    version=1,
    lines=tuple(Line(id=id_, name_zh=f"{id_}号线", name_en=f"Line {id_}") for id_ in ("1", "2")),
    stations=(
        Station(name="人民广场", name_en="People's Square", aliases=("人广",), lines=("1", "2")),
        Station(name="西湖路", name_en="Xihu Road", lines=("2",)),
    ),
)
RULES = Rulebook(PACK, WorkingTime.of(calendar(year) for year in (2026, 2027)), places=Places(NETWORK))


def routed(**given: object) -> ComplaintRouted:
    """A complaint as routing decided it: an ordinary S4 at L1 unless said otherwise."""
    complaint: dict[str, object] = {
        "case_id": SAMPLED,
        "number": "PS-20261123-000001",
        "channel": Channel.TERMINAL,
        "text": "闸机多扣了两块钱",
        "received_at": NOW,
    }
    decision: dict[str, object] = {
        "kind": Kind.NORMAL,
        "reason": Reason.N0,
        "category": Category.TICKET,
        "severity": Severity.S4,
        "level": Level.L1,
        "policy_version": PACK.id,
    }
    for name, value in given.items():
        if name != "earlier_case":
            (decision if name in Decision.model_fields and name != "category" else complaint)[name] = value
    decision["category"] = given.get("category", decision["category"])
    earlier = given.get("earlier_case")
    return ComplaintRouted.model_validate(
        {"complaint": Complaint.model_validate(complaint), "decision": decision, "earlier_case": earlier}
    )


def opened(now: datetime = NOW, **given: object) -> Case:
    """A received case."""
    return open_case(routed(**given), RULES, now, traceparent=None).case


def staff(level: int) -> Staff:
    """A member of staff of a level, named after it."""
    return Staff(user=f"L{level}", level=Level(f"L{level}"))


OWNER = Staff(user="owner", level=Level.L1)
CALL = ask.Contact(medium=Medium.PHONE)
WAIT = ask.PauseRequest(reason=PauseReason.WAITING_FOR_PASSENGER)
REFUND = ask.ProposeResolution(type=Resolution.REFUND, amount_cny=50, note="多扣")
"""Above the owner's ceiling: L2's matter."""
SETTLE = ask.Resolve(outcome=Outcome.NOT_UPHELD)

PATHS: dict[State, tuple[Action, ...]] = {
    State.RECEIVED: (),
    State.ACCEPTED: (ask.Accept(),),
    State.IN_PROGRESS: (ask.Accept(), CALL),
    State.WAITING: (ask.Accept(), CALL, WAIT),
    State.AWAITING_APPROVAL: (ask.Accept(), CALL, REFUND),
    State.RESOLVED: (ask.Accept(), CALL, SETTLE),
    State.CLOSED: (ask.Accept(), CALL, SETTLE, ask.CallBack(result="solved"), ask.Close()),
}


def case_in(state: State, **fields: object) -> Case:
    """A case that came to `state` by actions of its owner (L1), all at NOW, then `fields` as given."""
    case = opened()
    for action in PATHS[state]:
        case = done(case, action, OWNER).case
    owner = None if state is State.RECEIVED else Person(user="owner", level=Level.L1)
    return case.model_copy(update={"state": state, "owner": owner, **fields})


def done(
    case: Case,
    action: Action,
    by: Staff,
    now: datetime = NOW,
    offered: Level | None = None,
    said: Mapping[str, str] | None = None,
) -> Change:
    """The change, which must not be refused."""
    result = act(case, action, by, RULES, now, offered=offered, said=said)
    assert isinstance(result, Change), result
    return result


def refusal_of(case: Case, action: Action, by: Staff, now: datetime = NOW, offered: Level | None = None) -> Refusal:
    """The refusal, which there must be."""
    result = act(case, action, by, RULES, now, offered=offered)
    assert isinstance(result, Refusal), result
    return result


def facts(change: Change | None) -> list[str]:
    """The facts of a change in short: `accepted`, `offered` …"""
    return [event.type.split(".")[2] for event in change.events] if change else []
