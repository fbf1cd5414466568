"""The field's terms as closed sets. Values travel in events and APIs and never change meaning."""

from enum import StrEnum


class Channel(StrEnum):
    """How a complaint reached us."""

    TERMINAL = "terminal"
    HOTLINE = "hotline"
    WEB = "web"
    LETTER = "letter"
    EMAIL = "email"
    CITY_HOTLINE = "city_hotline"
    OPEN311 = "open311"


class Kind(StrEnum):
    """The first question of routing; abnormal is a handling protocol, never a refusal."""

    NORMAL = "normal"
    ABNORMAL = "abnormal"
    NON_COMPLAINT = "non_complaint"


class Category(StrEnum):
    """What a complaint is about."""

    SAFETY = "SAFETY"
    TRAIN = "TRAIN"
    TICKET = "TICKET"
    FACILITY = "FACILITY"
    ACCESS = "ACCESS"
    STAFF = "STAFF"
    ENV = "ENV"
    INFO = "INFO"
    ORDER = "ORDER"
    LOST = "LOST"
    COMM = "COMM"
    POLICY = "POLICY"
    HANDLING = "HANDLING"
    PRAISE = "PRAISE"
    INQUIRY = "INQUIRY"
    SUGGEST = "SUGGEST"
    OTHER = "OTHER"


class Reason(StrEnum):
    """Why a complaint is of its kind: N normal, A abnormal, Z not a complaint."""

    N0 = "N0"
    N1 = "N1"
    N2 = "N2"
    N3 = "N3"
    N4 = "N4"
    A1 = "A1"
    A2 = "A2"
    A3 = "A3"
    A4 = "A4"
    A5 = "A5"
    A6 = "A6"
    A7 = "A7"
    A8 = "A8"
    A9 = "A9"
    A10 = "A10"
    A11 = "A11"
    A12 = "A12"
    Z1 = "Z1"
    Z2 = "Z2"
    Z3 = "Z3"
    Z4 = "Z4"

    @property
    def kind(self) -> Kind:
        """The kind that this reason belongs to."""
        return _KINDS[self[0]]


class Severity(StrEnum):
    """S1 is the gravest; INFO carries no complaint."""

    S1 = "S1"
    S2 = "S2"
    S3 = "S3"
    S4 = "S4"
    INFO = "INFO"

    @property
    def gravity(self) -> int:
        """5 for S1 down to 1 for INFO."""
        return _GRAVITY[self]


class Level(StrEnum):
    """Authority, from L1 (clerk) over L2 (duty station master), L3 (station manager) to L6 (outside)."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"
    L5 = "L5"
    L6 = "L6"

    @property
    def rank(self) -> int:
        """1 to 6."""
        return int(self[1])

    def up(self) -> "Level":
        """One level up, at most L5: L6 is outside the company and is never escalated to."""
        return Level(f"L{self.rank + 1}") if self.rank < 5 else self


class State(StrEnum):
    """Where a case stands; open is all but resolved and closed."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    AWAITING_APPROVAL = "awaiting_approval"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def is_open(self) -> bool:
        """Neither resolved nor closed."""
        return self not in (State.RESOLVED, State.CLOSED)


class Clock(StrEnum):
    """The six clocks of a case."""

    ACKNOWLEDGE = "acknowledge"
    FIRST_RESPONSE = "first_response"
    RESOLVE = "resolve"
    CALL_BACK = "call_back"
    APPROVAL = "approval"
    ARRIVAL = "arrival"


class ClockState(StrEnum):
    """A breached clock runs on until met and stays breached."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"


class PauseReason(StrEnum):
    """Why a case waits."""

    WAITING_FOR_PASSENGER = "waiting_for_passenger"
    IN_COURT = "in_court"


class Medium(StrEnum):
    """How a passenger was contacted."""

    PHONE = "phone"
    IN_PERSON = "in_person"
    EMAIL = "email"
    LETTER = "letter"
    MESSAGE = "message"


class Outcome(StrEnum):
    """How a case was settled; upheld ones close only with the four no-let-go fields."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"
    GOODWILL = "goodwill"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"


class Resolution(StrEnum):
    """What a passenger is granted; a medical advance is summed apart from the rest."""

    REFUND = "refund"
    REPAIR = "repair"
    REPLACE = "replace"
    APOLOGY = "apology"
    CARE = "care"
    EXPLANATION = "explanation"
    MEDICAL_ADVANCE = "medical_advance"


class CallBackResult(StrEnum):
    """What a call-back found."""

    SOLVED = "solved"
    NOT_SOLVED = "not_solved"
    UNREACHABLE = "unreachable"


class EscalationCause(StrEnum):
    """Why a case's level rose."""

    ASKED = "asked"
    BREACH = "breach"
    REOPENED = "reopened"
    THIRD_TRANSFER = "third_transfer"
    RECLASSIFIED = "reclassified"


class Role(StrEnum):
    """admin manages packs, keys and staff, reads cases, and takes no case action."""

    STAFF = "staff"
    ADMIN = "admin"


class Language(StrEnum):
    """The languages we answer in."""

    ZH = "zh"
    EN = "en"


_KINDS = {"N": Kind.NORMAL, "A": Kind.ABNORMAL, "Z": Kind.NON_COMPLAINT}
_GRAVITY = {"S1": 5, "S2": 4, "S3": 3, "S4": 2, "INFO": 1}
