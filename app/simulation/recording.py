"""Recorded topics as a file: one JSON object a line. The first says what it is, each other is a Kafka record.

    {"recording": 1, "partitions": 4}
    {"topic": "consents", "partition": 2, "offset": 17, "timestamp": 1760000000000,
     "key": "c-1", "value": "{...}", "headers": [["ce_type", "..."]]}

`topic` is the contract's name (no prefix). Bytes that are not UTF-8 are kept in Base64 as {"base64": "..."}.
"""

from base64 import b64decode, b64encode
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from app.domain.quantities import Millis
from app.errors import UsageError


class Base64(Struct, frozen=True):
    base64: str


Bytes = str | Base64


class Recorded(Struct, frozen=True):
    """One record of one topic; fits lane.records.Record."""

    topic: str
    partition: int
    offset: int
    timestamp: Millis
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


class Recording(Struct, frozen=True):
    """Records of topics that all have the same number of partitions."""

    partitions: int
    records: list[Recorded]


class _Head(Struct, frozen=True, forbid_unknown_fields=True):
    recording: Literal[1]
    partitions: Annotated[int, Meta(ge=1, le=10_000)]


class _Line(Struct, frozen=True, forbid_unknown_fields=True):
    topic: str
    partition: int
    offset: int
    timestamp: Millis
    key: Bytes | None = None
    value: Bytes | None = None
    headers: tuple[tuple[str, Bytes], ...] = ()


_head = msgspec.json.Decoder(_Head)
_line = msgspec.json.Decoder(_Line)


def read_recording(path: Path) -> Recording:
    """Records in file order. UsageError names the file and line that cannot be read."""
    try:
        with path.open("rb") as lines:
            try:
                head = _head.decode(next(lines, b""))
            except msgspec.DecodeError as error:
                raise UsageError(f"{path}, line 1: not the head of a recording: {error}") from error
            records = [_parse(path, number, line) for number, line in enumerate(lines, 2) if line.strip()]
            return Recording(head.partitions, records)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); give a recording made by --record") from error


def _parse(path: Path, number: int, line: bytes) -> Recorded:
    try:
        parsed = _line.decode(line)
        return Recorded(
            parsed.topic,
            parsed.partition,
            parsed.offset,
            parsed.timestamp,
            _from_text(parsed.key),
            _from_text(parsed.value),
            tuple((name, _from_text(value) or b"") for name, value in parsed.headers),
        )
    except (msgspec.DecodeError, ValueError) as error:
        raise UsageError(f"{path}, line {number}: not a recorded event: {error}") from error


def write_recording(path: Path, recording: Recording) -> None:
    """Writes (over) the file. It holds personal data: readable by its owner only."""
    path.touch(mode=0o600)
    with path.open("wb") as out:
        out.write(msgspec.json.encode(_Head(1, recording.partitions)) + b"\n")
        for record in recording.records:
            line = _Line(
                record.topic,
                record.partition,
                record.offset,
                record.timestamp,
                _to_text(record.key),
                _to_text(record.value),
                tuple((name, _to_text(value) or "") for name, value in record.headers),
            )
            out.write(msgspec.json.encode(line) + b"\n")


def _to_text(raw: bytes | None) -> Bytes | None:
    if raw is None:
        return None
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return Base64(b64encode(raw).decode())


def _from_text(text: Bytes | None) -> bytes | None:
    if text is None:
        return None
    return text.encode() if isinstance(text, str) else b64decode(text.base64, validate=True)
