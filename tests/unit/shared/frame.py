"""A service's HTTP frame around a few doors of a test, without a database or a broker."""

from typing import Annotated, Any, cast

from fastapi import Request
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from shared.contracts.base import Instant
from shared.errors import SlowDown
from shared.runtime import Runtime
from shared.settings import ServiceSettings
from shared.storage.pool import Pool
from shared.web.app import build_app
from shared.web.body import doors, read_json
from shared.web.paging import Cursor, Limit


class Inner(BaseModel):
    """Something within."""

    model_config = ConfigDict(extra="forbid")
    a_b: Annotated[str, Field(alias="a/b~c", max_length=3)]


class Asked(BaseModel):
    """A body with a field of every kind that matters."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(min_length=1, max_length=5)] = "x"
    amount: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = 0
    count: int = 0
    at: Instant | None = None
    inner: list[Inner] = Field(default_factory=list)
    query: Any = None

    @field_validator("text")
    @classmethod
    def _says(cls, value: str) -> str:
        if value == "nul":
            raise ValueError("nul")
        if value == "int":
            int("words")
        return value


def client(**frame: Any) -> TestClient:
    """Doors: POST /strict and /hot read a body, GET /list a page, GET /fail/{how} fails."""
    routes = doors("test")

    @routes.post("/strict")
    async def strict(body: Asked) -> dict[str, Any]:
        return body.model_dump(mode="json")

    @routes.post("/any")
    async def anything(body: dict[str, Any]) -> dict[str, Any]:
        return body

    @routes.post("/hot")
    async def hot(request: Request) -> dict[str, Any]:
        return (await read_json(request, Asked)).model_dump(mode="json")

    @routes.get("/list")
    async def some(limit: Limit = 50, cursor: str | None = None) -> dict[str, Any]:
        after = Cursor.decode(cursor)
        return {"limit": limit, "after": after.encode() if after else None}

    @routes.get("/fail/{how}")
    async def fail(how: str) -> None:
        raise SlowDown("away") if how == "slow" else RuntimeError("张三 13800138000")

    settings = ServiceSettings(postgres_dsn=SecretStr("postgresql://"), kafka_bootstrap="127.0.0.1:1", http_port=1)
    runtime = Runtime("test", settings, cast("Pool", None))
    return TestClient(build_app(runtime, "psc test", [routes], **frame), raise_server_exceptions=False)
