"""Dead letters: sealed originals under headers that say why, and nothing about anybody."""

import hashlib
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.contracts.dead_letters import MAX_ORIGINAL_BYTES, DeadLetters, open_dead_letter
from app.contracts.decode import decoders
from app.contracts.names import DEAD_LETTERS, INPUTS, LOAN_APPLICATIONS
from app.contracts.reasons import BAD_VALUE, REASONS, Refused
from app.contracts.registry import load_contracts
from app.contracts.sealing import KeyRing
from app.errors import ContractError
from tests.contracts.specimens import (
    KEYS,
    PAN,
    RECORD_TIME,
    counter_examples,
    examples,
    headers_of,
    read,
    validator,
    value_of,
)
from tests.contracts.specimens import schema_accepts as accepts

LETTERS = DeadLetters(KEYS)
BAD = Refused(BAD_VALUE, "amount_minor: must be an integer > 0")


def letter(value, *, key=b"c-1", headers=(), refused=BAD, topic=LOAN_APPLICATIONS, offset=7):
    return LETTERS.letter(
        topic=topic,
        partition=3,
        offset=offset,
        timestamp=RECORD_TIME,
        key=key,
        value=value,
        headers=headers,
        refused=refused,
    )


def test_opened_it_is_the_record_that_was_refused():
    key, sealed, headers = letter(b'{"x": 1}', headers=[("ce_id", b"7"), ("empty", None)])
    opened = open_dead_letter(KEYS, sealed, headers)
    assert (opened.topic, opened.partition, opened.offset, opened.timestamp) == ("loan-applications", 3, 7, RECORD_TIME)
    assert (opened.reason, opened.message) == (BAD.code, BAD.message)
    assert (opened.original.key, opened.original.value) == (b"c-1", b'{"x": 1}')
    assert opened.original.headers == (("ce_id", b"7"), ("empty", None))
    assert key == b"c-1"
    assert b'{"x": 1}' not in sealed


@pytest.mark.parametrize("value", [None, b""])
def test_a_tombstone_and_nothing_at_all_stay_apart(value):
    _, sealed, headers = letter(value)
    assert open_dead_letter(KEYS, sealed, headers).original.value == value


def test_the_same_record_gives_the_same_bytes():
    assert letter(b"x") == letter(b"x")
    assert letter(b"x") != letter(b"x", offset=8)


def test_a_letter_moved_to_another_place_does_not_open():
    _, sealed, headers = letter(b"x")
    moved = [(name, b"8" if name == "dl_offset" else content) for name, content in headers]
    with pytest.raises(ContractError, match="altered, or belong to another record"):
        open_dead_letter(KEYS, sealed, moved)


def test_a_letter_sealed_with_an_unknown_key_says_so():
    _, sealed, headers = letter(b"x")
    with pytest.raises(ContractError, match="key that is not in the key file"):
        open_dead_letter(KeyRing.generate("other"), sealed, headers)


def test_any_other_record_is_no_dead_letter():
    with pytest.raises(ContractError, match="is no dead letter"):
        open_dead_letter(KEYS, b"x", [("ce_id", b"1")])


def test_a_giant_is_cut_and_its_hash_kept():
    giant = b"x" * (MAX_ORIGINAL_BYTES + 1)
    _, sealed, headers = letter(giant, headers=[(f"h{n}", b"y" * 1_000) for n in range(200)])
    opened = open_dead_letter(KEYS, sealed, headers)
    assert opened.original.value == giant[:-1]
    assert opened.size == len(giant)
    assert opened.sha256 == hashlib.sha256(giant).hexdigest()
    weight = len(sealed) + sum(len(name) + len(content) for name, content in headers)
    limit = int(load_contracts().topics[DEAD_LETTERS].kafka_config["max.message.bytes"])
    assert weight + 1_000 < limit


def test_inputs_may_be_smaller_than_dead_letters_only():
    topics = load_contracts().topics
    limit = int(topics[DEAD_LETTERS].kafka_config["max.message.bytes"])
    assert all(int(topics[role].kafka_config["max.message.bytes"]) < limit for role in INPUTS)


@pytest.mark.parametrize(
    "key", [None, b"", PAN.encode(), b"c-" + PAN.encode(), b"9" * 13, b"two words", b"\xff\x00", b"k" * 65]
)
def test_a_key_that_is_no_id_does_not_show(key):
    shown, sealed, headers = letter(b"x", key=key)
    assert shown == b""
    assert open_dead_letter(KEYS, sealed, headers).original.key == key


@pytest.mark.parametrize(("role", "path"), counter_examples(), ids=lambda case: getattr(case, "stem", case))
def test_headers_say_nothing_about_anybody(role, path):
    """Every text value of the event is looked for in the headers of its dead letter."""
    counter = read(path)
    value = value_of(role, counter)
    with pytest.raises(Refused) as refusal:
        decoders(KEYS)[role].decode(value, headers_of(counter), RECORD_TIME)
    _, _, headers = letter(value, key=PAN.encode(), refused=refusal.value, topic=role)
    said = {name: content.decode() for name, content in headers}
    spoken = said["dl_message"] + said["dl_preview"]
    assert not re.search(r"[0-9]{9}", said["dl_preview"])
    for text in personal_texts(value):
        assert text not in spoken
    about = {name: text for name, text in said.items() if name.startswith("dl_")}
    assert accepts(validator(DEAD_LETTERS), json.dumps(about).encode())
    assert about["dl_hint"] == REASONS[counter.reason].hint


def personal_texts(value):
    """Dates, amounts, creditors, ...: what stands in the values of an event, where it is longer than a word of ours."""
    try:
        event = json.loads(value or b"")
    except (ValueError, RecursionError):
        return
    stack = [event]
    while stack:
        below = stack.pop()
        if isinstance(below, dict):
            stack += below.values()
        elif isinstance(below, list):
            stack += below
        elif isinstance(below, str) and len(below) > 5 and not re.fullmatch(r"[A-Z_]+", below):
            yield below


def test_the_preview_shows_the_shape_of_an_event():
    role, path = examples()[1]
    _, _, headers = letter(path.read_bytes(), topic=role)
    preview = dict(headers)["dl_preview"].decode()
    assert '"amount_minor": number(7)' in preview
    assert '"date_of_birth": text(10)' in preview


def test_a_field_that_the_contract_does_not_know_is_not_named():
    _, _, headers = letter(b'{"jane doe": "x", "event_id": "e"}')
    assert dict(headers)["dl_preview"] == b'{"?": text(1), "event_id": text(1)}'


@given(st.binary(max_size=300) | st.none(), st.binary(max_size=80) | st.none())
@settings(max_examples=200, deadline=None)
def test_any_record_can_be_a_dead_letter(value, key):
    _, sealed, headers = letter(value, key=key)
    original = open_dead_letter(KEYS, sealed, headers).original
    assert (original.value, original.key) == (value, key)
