"""The body of an action for the OpenAPI document: the door reads it by itself, after the checks that come first."""

from typing import Any

from pydantic import BaseModel

REFERENCE = "#/$defs/"


def inlined(model: type[BaseModel]) -> dict[str, Any]:
    """The operation's header and body, with every definition in its place."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})
    return {
        "parameters": [
            {
                "name": "If-Match",
                "in": "header",
                "required": True,
                "schema": {"type": "string"},
                "description": "The ETag of the version that the action rests on.",
            }
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _without_references(schema, definitions)}},
        },
    }


def _without_references(part: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_without_references(one, definitions) for one in part]
    if not isinstance(part, dict):
        return part
    target = part.get("$ref", "")
    if target.startswith(REFERENCE):
        rest = {key: value for key, value in part.items() if key != "$ref"}
        return {**_without_references(definitions[target.removeprefix(REFERENCE)], definitions), **rest}
    return {key: _without_references(value, definitions) for key, value in part.items()}
