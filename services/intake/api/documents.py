"""What FastAPI cannot see in raw doors: the models of their bodies and the kinds of credentials."""

from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from services.intake.policy.hotline import HotlineEvent
from services.intake.policy.requests import Batch, ComplaintRequest

SECURITY = {
    "key": {"type": "http", "scheme": "bearer", "description": "A terminal's or an integration's key."},
    "staff": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A staff token."},
}


def describe(app: FastAPI) -> FastAPI:
    """The same app, whose OpenAPI document also holds those."""
    original = app.openapi

    def openapi() -> dict[str, Any]:
        document = original()
        components = document.setdefault("components", {})
        _, bodies = models_json_schema(
            [(model, "validation") for model in (ComplaintRequest, Batch, HotlineEvent)],
            ref_template="#/components/schemas/{model}",
        )
        components["schemas"] = {**bodies["$defs"], **components.get("schemas", {})}
        components["securitySchemes"] = SECURITY
        return document

    app.openapi = openapi  # type: ignore[method-assign]
    return app
