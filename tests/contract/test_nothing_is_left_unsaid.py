"""Events travel without their empty fields, so a field that may be empty must be readable when it is left out."""

from typing import Any

import pytest

from shared.contracts.registry import EVENTS


def may_be_null(field: dict[str, Any]) -> bool:
    return any(choice.get("type") == "null" for choice in field.get("anyOf", ()))


@pytest.mark.parametrize("type_", EVENTS)
def test_no_required_field_may_be_null(type_: str) -> None:
    schema = EVENTS[type_].model_json_schema()
    models = {type_: schema, **schema.get("$defs", {})}
    required = [(name, field) for name, model in models.items() for field in model.get("required", ())]
    assert [(name, field) for name, field in required if may_be_null(models[name]["properties"][field])] == []
