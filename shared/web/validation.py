"""pydantic's findings in the API's terms: stable codes, JSON pointers, never the input itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.web.problem_texts import FIELD_TEXTS
from shared.web.problems import FieldError, Problem

CODES: Mapping[str, str] = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "greater_than_equal": "too_small",
    "greater_than": "too_small",
    "less_than_equal": "too_large",
    "less_than": "too_large",
    "finite_number": "not_finite",
    "decimal_max_places": "too_many_decimals",
    "decimal_max_digits": "too_large",
    "decimal_whole_digits": "too_large",
    "enum": "not_allowed",
    "literal_error": "not_allowed",
    "timezone_aware": "no_zone",
    "string_unicode": "surrogate",
}
LIMITS = ("max_length", "min_length", "ge", "gt", "le", "lt", "decimal_places", "max_digits")
PLACES = {"query": "?"}
EXPECTED = {
    "string_type": "string",
    "int_type": "integer",
    "int_parsing": "integer",
    "float_type": "number",
    "float_parsing": "number",
    "decimal_type": "number",
    "decimal_parsing": "number",
    "bool_type": "boolean",
    "bool_parsing": "boolean",
    "model_type": "object",
    "model_attributes_type": "object",
    "dict_type": "object",
    "list_type": "array",
    "tuple_type": "array",
    "uuid_parsing": "UUID",
}


def problem_of(errors: Sequence[Any], *, placed: bool = False) -> Problem:
    """The problem that tells of pydantic's `errors`: 400 for a body that is no JSON, else 422.

    `placed`: their locations begin with the part of the request, as FastAPI's do; else they lie within the body.
    """
    for error in errors:
        if error["type"] in ("json_invalid", "json_type"):
            why = str(error.get("ctx", {}).get("error", "JSON"))
            return Problem(400, "malformed-json", params={"why": why})
    return Problem(422, "invalid", errors=tuple(_field_error(e, placed) for e in errors[:20]))


def _field_error(error: Any, placed: bool) -> FieldError:
    """One of pydantic's error dicts as ours. A ValueError whose text is one of our codes keeps it."""
    kind, context = error["type"], error.get("ctx") or {}
    pointer = _pointer(error["loc"], placed)
    if kind == "value_error":
        # Any other text is Python's, and may quote what was sent.
        said = str(context.get("error"))
        return FieldError(pointer, said if said in FIELD_TEXTS else "invalid")
    if kind in EXPECTED:
        return FieldError(pointer, "wrong_type", {"expected": EXPECTED[kind]})
    if kind.startswith(("datetime", "date_", "timezone")) and kind != "timezone_aware":
        return FieldError(pointer, "bad_time")
    limit = next((context[name] for name in LIMITS if name in context), "…")
    # A model's own error type may be one of our codes.
    code = CODES.get(kind) or (kind if kind in FIELD_TEXTS else "invalid")
    return FieldError(pointer, code, {"limit": limit, "expected": context.get("expected", "…")})


def _pointer(loc: Sequence[str | int], placed: bool) -> str:
    if placed and loc[0] != "body":
        return PLACES.get(str(loc[0]), f"{loc[0]}:") + "/".join(map(str, loc[1:]))
    within = loc[1:] if placed else loc
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in within)
