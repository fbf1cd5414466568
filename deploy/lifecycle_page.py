"""docs/case.md: the drawing of a case's states and the table of who may do what, as deploy/lifecycle.py found them."""

from deploy.lifecycle import PEOPLE, Move, Row, moves, rows
from shared.contracts.vocabulary import State

HEAD = """# The life of a case, drawn from the code

Written by `make docs`: every action is tried from every state by every level, on the policy that decides at the doors
(`services/followup/policy/acting.py`, `table.py`, `authority.py`), under the default pack. How to read a case that goes
through it: [architecture.md](architecture.md); what is above one's power: [authority.md](authority.md).

## States

"""
BETWEEN = """
An action that is not named leaves the state as it is. From `awaiting_approval` a decision leads back to where it was
asked. A passenger's withdrawal resolves and closes at once.

## Who may

A case at L3 that a clerk (L1) owns, with an offer to L2, a proposal (A5) and a limit to contact; where it awaits
approval, the owner asked for a refund of CNY 200. `yes`: in force at once. `asks L4`: it becomes a request to L4. `L4`:
forbidden, and the answer names L4. `409`, as from states that are not listed: it does not fit the case as it stands.

"""


def page() -> str:
    """The whole page."""
    return HEAD + _drawing(moves()) + BETWEEN + _table(rows())


def _drawing(found: list[Move]) -> str:
    labels: dict[tuple[State, State], list[str]] = {}
    for move in found:
        labels.setdefault((move.since, move.to), []).append(_short(move.by))
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {State.RECEIVED.value}"]
    for (since, to), by in labels.items():
        lines.append(f"    {since.value} --> {to.value}: {' / '.join(dict.fromkeys(by))}")
    return "\n".join([*lines, f"    {State.CLOSED.value} --> [*]", "```", ""])


def _short(label: str) -> str:
    """Sums do not matter to where a case goes."""
    return label.split(" CNY")[0]


def _table(found: list[Row]) -> str:
    lines = [f"| action | from | {' | '.join(PEOPLE)} |", "|---" * (len(PEOPLE) + 2) + "|"]
    for row in found:
        states = ", ".join(state.value for state in row.states)
        lines.append(f"| {row.label} | {states} | {' | '.join(row.answers)} |")
    return "\n".join(lines) + "\n"
