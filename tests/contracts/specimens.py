"""Examples and counter-examples of topics/, as records."""

import base64
import copy
import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from msgspec import Meta, Struct

from app.contracts.names import INPUTS
from app.contracts.registry import topics_folder
from app.contracts.sealing import KeyRing

KEYS = KeyRing({"example": bytes(range(32))}, "example")       # published in topics/README.md
PAN = "4000000000000002"
RECORD_TIME = 1_793_534_400_000                                # 2026-11-01T12:00:00Z


class Repeated(Struct, forbid_unknown_fields=True):
    text: str
    times: int
    then: str


class Value(Struct, forbid_unknown_fields=True):
    """Exactly one of like, text, base64, repeated, tombstone."""

    like: str | None = None
    text: str | None = None
    base64: str | None = None
    repeated: Repeated | None = None
    tombstone: bool = False
    set: dict[str, Any] = {}
    remove: list[str] = []
    seal: dict[str, str] = {}


class ManyHeaders(Struct, forbid_unknown_fields=True):
    times: int
    text: str
    repeat: int = 1


class CounterExample(Struct, forbid_unknown_fields=True):
    reason: str
    why: Annotated[str, Meta(min_length=10)]
    value: Value
    decoder_only: bool = False
    headers: dict[str, str] = {}
    many_headers: ManyHeaders | None = None


def examples(roles=INPUTS) -> list[tuple[str, Path]]:
    return [(role, path) for role in roles for path in sorted((topics_folder() / role / "examples").glob("*"))]


def counter_examples() -> list[tuple[str, Path]]:
    return [(role, path) for role in INPUTS for path in sorted((topics_folder() / role / "counter-examples").glob("*"))]


def read(path: Path) -> CounterExample:
    return msgspec.convert(yaml.safe_load(path.read_text()), CounterExample)


def value_of(role: str, counter: CounterExample) -> bytes | None:
    """The record's value."""
    value = counter.value
    if value.tombstone:
        return None
    if value.text is not None:
        return value.text.encode()
    if value.base64 is not None:
        return base64.b64decode(value.base64)
    if value.repeated is not None:
        return (value.repeated.text * value.repeated.times + value.repeated.then * value.repeated.times).encode()
    event = json.loads((topics_folder() / role / "examples" / f"{value.like}.json").read_text())
    sealed = {path: KEYS.seal_text(text) for path, text in value.seal.items()}
    for path, below in (value.set | sealed).items():
        holder, name = _holder(event, path)
        holder[name] = copy.deepcopy(below)
    for path in value.remove:
        holder, name = _holder(event, path)
        del holder[name]
    return json.dumps(event, ensure_ascii=False).encode()


def headers_of(counter: CounterExample) -> list[tuple[str, bytes]]:
    many = counter.many_headers
    bomb = [(f"x-{n}", many.text.encode() * many.repeat) for n in range(many.times)] if many else []
    return [(name, text.encode()) for name, text in counter.headers.items()] + bomb


def _holder(event: Any, path: str) -> tuple[Any, Any]:
    *parents, name = path.split(".")
    for parent in parents:
        event = event[int(parent)] if parent.isdigit() else event[parent]
    return event, name


def validator(role: str, schema: dict[str, Any] | None = None) -> Draft202012Validator:
    """The published schema, formats included."""
    document = schema or json.loads((topics_folder() / role / "v1.schema.json").read_text())
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document, format_checker=_FORMATS)


def schema_accepts(check: Draft202012Validator, value: bytes | None) -> bool:
    try:
        return check.is_valid(json.loads((value or b"").decode(), parse_constant=_refuse))
    except (ValueError, RecursionError):
        return False


def _refuse(constant: str) -> Literal[False]:
    raise ValueError(constant)


_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date")
def _is_date(text: Any) -> bool:
    return not isinstance(text, str) or _decodes(text, date)


@_FORMATS.checks("date-time")
def _is_instant(text: Any) -> bool:
    return not isinstance(text, str) or _decodes(text, Annotated[datetime, Meta(tz=True)])


def _decodes(text: str, kind: Any) -> bool:
    try:
        msgspec.convert(text, kind)
    except msgspec.ValidationError:
        return False
    return True
