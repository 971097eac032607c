"""The published JSON Schemas, made from the types: `python -m app.contracts.schemas` writes them into topics/."""

import json
from pathlib import Path
from typing import Any

import msgspec

from app.contracts.bodies import BODIES
from app.contracts.registry import Topic, topics_folder

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_ID = "https://creditstream.example/topics"


def schema_of(role: str, version: int = 1) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a topic's events. Unknown fields are allowed: readers ignore them."""
    title = f"{role}, version {version}"
    return _dressed(BODIES[role], f"{role}/v{version}.schema.json", title, unknown_allowed=True)


def topic_file_schema() -> dict[str, Any]:
    """JSON Schema of topic.yaml itself. Unknown keys are refused."""
    return _dressed(Topic, "topic.schema.json", "a topic's contract", unknown_allowed=False)


def write_schemas(folder: Path) -> None:
    """Writes all of them; a test holds the committed files against the types."""
    for role in BODIES:
        _write(folder / role / "v1.schema.json", schema_of(role))
    _write(folder / "topic.schema.json", topic_file_schema())


def _dressed(body_type: Any, file: str, title: str, *, unknown_allowed: bool) -> dict[str, Any]:
    schema = msgspec.json.schema(body_type)
    if unknown_allowed:
        for definition in schema.get("$defs", {}).values():
            definition.pop("additionalProperties", None)
    return {"$schema": _DRAFT, "$id": f"{_ID}/{file}", "title": title} | schema


def _write(path: Path, schema: dict[str, Any]) -> None:
    path.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    write_schemas(topics_folder())
