"""Every event has a golden message that the code still reads and writes to the letter, and that its schema accepts."""

import json
from pathlib import Path

import jsonschema
import pytest

from deploy.documents import schema
from shared.contracts.registry import EVENTS
from shared.messaging.topics import TOPICS

GOLDEN = Path(__file__).parent / "golden"


def test_every_event_has_a_golden_message_and_no_golden_message_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(EVENTS)


@pytest.mark.parametrize("type_", EVENTS)
def test_the_golden_message_is_read_and_written_unchanged(type_: str) -> None:
    golden = json.loads((GOLDEN / f"{type_}.json").read_text(encoding="utf-8"))
    event = EVENTS[type_].model_validate_json(json.dumps(golden))
    assert json.loads(event.model_dump_json(exclude_none=True)) == golden


@pytest.mark.parametrize("type_", EVENTS)
def test_the_schema_accepts_the_golden_message_and_refuses_one_without_its_first_field(type_: str) -> None:
    golden = json.loads((GOLDEN / f"{type_}.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema(type_, EVENTS[type_]))
    validator.validate(golden)
    required = next(name for name in golden if name in EVENTS[type_].model_json_schema()["required"])
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({name: value for name, value in golden.items() if name != required})


@pytest.mark.parametrize("type_", EVENTS)
def test_a_field_of_a_later_time_is_ignored_and_another_type_is_refused(type_: str) -> None:
    golden = json.loads((GOLDEN / f"{type_}.json").read_text(encoding="utf-8"))
    model = EVENTS[type_]
    assert model.model_validate_json(json.dumps({**golden, "later": 1})) == model.model_validate_json(
        json.dumps(golden)
    )
    with pytest.raises(ValueError, match="type"):
        model.model_validate_json(json.dumps({**golden, "type": "psc.other.thing.v1"}))


def test_every_event_travels_on_a_topic() -> None:
    assert {event for declared in TOPICS for event in declared.events} == set(EVENTS.values())
