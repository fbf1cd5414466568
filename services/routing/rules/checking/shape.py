"""Each field by itself: is it there, is it known, has it the right form? One wrong field hides no other."""

from collections.abc import Iterator, Mapping
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError, create_model

from services.routing.rules.checking.fault import Fault, Path, likely

CODES: Mapping[str, str] = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "enum": "not_allowed",
    "literal_error": "not_allowed",
    "int_type": "whole_number",
    "int_parsing": "whole_number",
    "int_from_float": "whole_number",
    "float_type": "number",
    "float_parsing": "number",
    "decimal_type": "number",
    "decimal_parsing": "number",
    "finite_number": "number",
    "bool_type": "yes_no",
    "bool_parsing": "yes_no",
    "string_type": "text",
    "model_type": "mapping",
    "model_attributes_type": "mapping",
    "dict_type": "mapping",
    "tuple_type": "list",
    "list_type": "list",
    "timezone_aware": "no_zone",
    "greater_than": "more_than",
    "greater_than_equal": "at_least",
    "less_than": "less_than",
    "less_than_equal": "at_most",
    "decimal_max_places": "decimals",
}
SENTENCES: Mapping[str, str] = {
    "working_days, and nothing else, run in office_hours": "running_time",
    "days run always": "days_always",
}
"""What the contract's own checks say of several fields at once."""

LIMITS = ("gt", "ge", "lt", "le", "decimal_places")


def fields_of(model: type[BaseModel], content: Mapping[str, Any], at: Path = ()) -> tuple[dict[str, Any], list[Fault]]:
    """The fields of `model` that `content` gives rightly, by name, and what is wrong with the others."""
    good: dict[str, Any] = {}
    faults: list[Fault] = []
    for name in model.model_fields:
        given = {name: content[name]} if name in content else {}
        try:
            good[name] = getattr(_alone(model, name).model_validate(given), name)
        except ValidationError as error:
            faults += (_fault(detail, at) for detail in error.errors(include_url=False))
    faults += _unknown(model, content, at)
    return good, _once(faults)


@cache
def _alone(model: type[BaseModel], name: str) -> type[BaseModel]:
    """A model of one field."""
    field = model.model_fields[name]
    fields: dict[str, Any] = {name: (field.annotation, field)}
    return create_model(f"{model.__name__}.{name}", **fields)


def _fault(detail: Any, at: Path) -> Fault:
    kind, context = detail["type"], detail.get("ctx") or {}
    path = (*at, *(step for step in detail["loc"] if step != "[key]"))
    if kind == "value_error":
        said = str(context.get("error"))
        return Fault(path, SENTENCES.get(said, "other"), {"message": said})
    if kind.startswith(("datetime", "date_")):
        return Fault(path, "instant")
    given, expected = _short(detail["input"]), str(context.get("expected", "")).replace(" or ", ", ").replace("'", "")
    limit = next((context[name] for name in LIMITS if name in context), "")
    params = {"given": given, "expected": expected, "limit": limit, "maybe": likely(given, expected.split(", "))}
    return Fault(path, CODES.get(kind, "other"), {**params, "message": detail["msg"]})


def _short(given: object) -> str:
    text = str(given)
    return text if len(text) <= 40 else text[:39] + "…"


def _unknown(type_: Any, content: Any, at: Path) -> Iterator[Fault]:
    """Fields that no model knows: a contract passes them over, so that later versions may bring more; a person who
    writes one has mistyped it.
    """
    origin, inner = get_origin(type_), get_args(type_)
    if origin is Annotated:
        yield from _unknown(inner[0], content, at)
    elif origin in (Union, UnionType):
        for one in inner:
            yield from _unknown(one, content, at)
    elif origin in (tuple, dict):
        for key, item in _parts(content):
            yield from _unknown(inner[-1] if origin is dict else inner[0], item, (*at, key))
    elif isinstance(type_, type) and issubclass(type_, BaseModel) and isinstance(content, dict):
        yield from _unknown_of(type_, content, at)


def _parts(content: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(content, dict):
        yield from ((str(key), item) for key, item in content.items())
    elif isinstance(content, list):
        yield from enumerate(content)


def _unknown_of(model: type[BaseModel], content: Mapping[Any, Any], at: Path) -> Iterator[Fault]:
    for key, item in content.items():
        field = model.model_fields.get(str(key))
        if field is None:
            yield Fault((*at, str(key)), "unknown_field", {"maybe": likely(key, model.model_fields)})
        else:
            yield from _unknown(field.annotation, item, (*at, str(key)))


def _once(faults: list[Fault]) -> list[Fault]:
    return list({(fault.path, fault.code): fault for fault in faults}.values())
