"""Contracts tested both ways: every example is read by schema and decoder, every counter-example refused by both."""

import json
from pathlib import Path

import msgspec
import pytest

from app.contracts import reasons
from app.contracts.bodies import BODIES
from app.contracts.decode import decoders
from app.contracts.names import CHANGELOGS, DEAD_LETTERS, OUTPUTS, ROLES
from app.contracts.reasons import Refused
from tests.contracts.specimens import (
    KEYS,
    PAN,
    RECORD_TIME,
    counter_examples,
    examples,
    headers_of,
    read,
    schema_accepts,
    validator,
    value_of,
)

DECODERS = decoders(KEYS)


def named(cases: list[tuple[str, Path]]):
    return pytest.mark.parametrize(("role", "path"), cases, ids=[f"{role}/{path.stem}" for role, path in cases])


@named(examples())
def test_every_example_is_read_by_schema_and_decoder(role, path):
    value = path.read_bytes()
    body, unknown_fields = DECODERS[role].decode(value, [], RECORD_TIME)
    assert schema_accepts(validator(role), value)
    assert body.customer_id == "c-100042"
    assert unknown_fields == (path.stem == "fields-of-a-later-version")


@named(examples())
def test_what_was_read_is_written_as_the_schema_says(role, path):
    body, _ = DECODERS[role].decode(path.read_bytes(), [], RECORD_TIME)
    written = msgspec.json.encode(body)
    assert schema_accepts(validator(role), written)
    assert DECODERS[role].decode(written, [], RECORD_TIME) == (body, False)


@named([case for case in examples(OUTPUTS) if case[0] != DEAD_LETTERS])
def test_every_output_example_has_its_schema_and_its_type(role, path):
    value = path.read_bytes()
    assert schema_accepts(validator(role), value)
    body = msgspec.json.decode(value, type=BODIES[role])
    assert msgspec.json.decode(msgspec.json.encode(body)) == json.loads(value)


@named(examples((DEAD_LETTERS, *CHANGELOGS)))
def test_every_internal_example_has_its_schema_and_its_type(role, path):
    value = path.read_bytes()
    assert schema_accepts(validator(role), value)
    msgspec.json.decode(value, type=BODIES[role])


@named(counter_examples())
def test_every_counter_example_is_refused_for_its_reason(role, path):
    counter = read(path)
    with pytest.raises(Refused) as refusal:
        DECODERS[role].decode(value_of(role, counter), headers_of(counter), RECORD_TIME)
    assert refusal.value.code == counter.reason
    assert refusal.value.message
    assert PAN not in refusal.value.message


@named(counter_examples())
def test_the_schema_refuses_what_the_decoder_refuses_unless_it_cannot(role, path):
    counter = read(path)
    assert schema_accepts(validator(role), value_of(role, counter)) <= counter.decoder_only


def test_every_topic_has_an_example():
    assert {role for role, _ in examples(ROLES)} == set(ROLES)


def test_every_reason_that_decoders_give_has_a_counter_example():
    assert {read(path).reason for _, path in counter_examples()} == {
        reasons.EMPTY_VALUE,
        reasons.TOMBSTONE,
        reasons.NOT_JSON,
        reasons.TOO_LARGE,
        reasons.NESTED_TOO_DEEPLY,
        reasons.WRONG_TYPE,
        reasons.MISSING_FIELD,
        reasons.BAD_VALUE,
        reasons.UNKNOWN_VERSION,
        reasons.HEADERS,
        reasons.PAN_IN_CLEAR,
        reasons.PAN_INVALID,
        reasons.PAN_UNREADABLE,
    }
