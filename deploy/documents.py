"""The documents generated from the code: a JSON Schema per event, AsyncAPI of the topics, OpenAPI of the doors, and
the life of a case.

`python -m deploy.documents` writes them under docs/; a test compares, so that they are always current.
"""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from joserfc.jwk import OKPKey
from pydantic import BaseModel

from deploy.lifecycle_page import page
from shared.contracts.registry import EVENTS
from shared.messaging.topics import TOPICS, Declaration
from shared.runtime import Runtime
from shared.storage.pool import Pool

DOCS = Path(__file__).parent.parent / "docs"
SERVICES = ("intake", "routing", "followup", "reporting")
VERSION = "1"


def documents() -> Iterator[tuple[str, dict[str, Any] | str]]:
    """Every document: its path below docs/ and its content, JSON or text."""
    for type_, model in EVENTS.items():
        yield f"schemas/{type_}.json", schema(type_, model)
    yield "asyncapi.json", asyncapi()
    for service in SERVICES:
        yield f"openapi/{service}.json", openapi(service)
    yield "case.md", page()


def schema(type_: str, model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of an event's body."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": type_, **model.model_json_schema()}


def asyncapi() -> dict[str, Any]:
    """AsyncAPI 3: each topic a channel; who sends and who receives are operations."""
    operations: dict[str, Any] = {}
    for declared in TOPICS:
        channel = {"$ref": f"#/channels/{declared.topic.value}"}
        for action, services in (("send", declared.producers), ("receive", declared.consumers)):
            for service in services:
                operations[f"{service}.{action}.{declared.topic.value}"] = {"action": action, "channel": channel}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "psc",
            "version": VERSION,
            "description": "Events of the passenger-service centre: CloudEvents 1.0 in Kafka's binary mode.",
        },
        "channels": {d.topic.value: _channel(d) for d in TOPICS},
        "operations": operations,
        "components": {"messages": {type_: _message(type_, model) for type_, model in EVENTS.items()}},
    }


def _channel(declared: Declaration) -> dict[str, Any]:
    names = [event.model_fields["type"].default for event in declared.events]
    kept = {"cleanup.policy": ["compact"]} if declared.keep_ms is None else {"retention.ms": declared.keep_ms}
    return {
        "address": declared.topic.value,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"kafka": {"partitions": declared.partitions, "topicConfiguration": kept}},
    }


def _message(type_: str, model: type[BaseModel]) -> dict[str, Any]:
    attributes = ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "traceparent")
    properties: dict[str, Any] = {name: {"type": "string"} for name in attributes}
    properties["ce_type"] = {"const": type_}
    return {
        "name": type_,
        "summary": (model.__doc__ or "").strip().splitlines()[0],
        "contentType": "application/json",
        "headers": {"type": "object", "properties": properties, "required": list(attributes[:5])},
        "payload": {"schemaFormat": "application/schema+json;version=draft-2020-12", "schema": _inline(model)},
    }


def _inline(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(ref_template="#/$defs/{model}")


def openapi(service: str) -> dict[str, Any]:
    """OpenAPI of a service's doors, from its app as `build` makes it; nothing is connected."""
    settings = importlib.import_module(f"services.{service}.settings").Settings(**_example_settings(service))
    runtime = Runtime(service, settings, cast("Pool", None))
    app = importlib.import_module(f"services.{service}.app").build(runtime, settings)
    return cast("dict[str, Any]", app.openapi())


def _example_settings(service: str) -> dict[str, Any]:
    key = OKPKey.generate_key("Ed25519", {"kid": "example"}, private=True)
    base = {"postgres_dsn": "postgresql://example", "kafka_bootstrap": "example:9092", "http_port": 8100}
    own: dict[str, dict[str, Any]] = {
        "intake": {"receipt_key": "A" * 43, "pseudonym_key": "A" * 43, "hotline_secrets": "whsec_AAAA"},
        "routing": {"fingerprint_key": "A" * 43},
        "followup": {"signing_key": json.dumps(key.as_dict(private=True))},
    }
    return {**base, **own.get(service, {})}


def render(document: dict[str, Any] | str) -> str:
    """Text as it is; stable JSON, so that a difference shows a change."""
    if isinstance(document, str):
        return document
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Write every document."""
    for name, document in documents():
        path = DOCS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render(document), encoding="utf-8")


if __name__ == "__main__":
    main()
