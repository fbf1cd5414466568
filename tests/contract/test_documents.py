"""The generated documents in docs/ are what the code says now."""

import json

import pytest

from deploy.documents import DOCS, asyncapi, documents, render

DOCUMENTS = dict(documents())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_document_is_current(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == render(DOCUMENTS[name]), "out of date: run `make docs`"


def test_no_document_is_left_over() -> None:
    present = {str(p.relative_to(DOCS)) for folder in ("schemas", "openapi") for p in (DOCS / folder).glob("*.json")}
    assert present == {name for name in DOCUMENTS if name.startswith(("schemas/", "openapi/"))}


def test_asyncapi_refers_only_to_what_it_holds() -> None:
    document = asyncapi()
    channels, messages = document["channels"], document["components"]["messages"]
    for operation in document["operations"].values():
        assert operation["channel"]["$ref"].removeprefix("#/channels/") in channels
    for channel in channels.values():
        assert all(m["$ref"].removeprefix("#/components/messages/") in messages for m in channel["messages"].values())
    assert json.loads(render(document)) == document
