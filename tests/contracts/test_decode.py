"""Decoders: any bytes give a fact or a refusal; what is refused is never repeated; the fast way is the careful way."""

import json
import time

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.contracts import suspicion
from app.contracts.card_numbers import holds_pan
from app.contracts.decode import MAX_VALUE_BYTES, Extended, decoders
from app.contracts.names import INPUTS
from app.contracts.reasons import PAN_IN_CLEAR, REASONS, Refused
from app.contracts.suspicion import careful_places, needs_care
from tests.contracts.specimens import KEYS, PAN, RECORD_TIME, examples, schema_accepts, validator

DECODERS = decoders(KEYS)
EVENTS = [(role, json.loads(path.read_text())) for role, path in examples()]
CROSS_FIELD = {"BAD_VALUE", "PAN_IN_CLEAR", "PAN_INVALID", "PAN_UNREADABLE"}
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30)
    | st.sampled_from(["2020-02-30", "2020-02-29", "EUR", "Y", PAN, "9" * 13, "1" * 20, "\x7f", "\n", "NaN", "é"]),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=8), below, max_size=3),
    max_leaves=6,
)


def outcome(role, value):
    """The fact, or the code of the refusal. Anything else fails the test."""
    try:
        return DECODERS[role].decode(value, [], RECORD_TIME)[0]
    except Refused as refused:
        assert refused.code in REASONS
        return refused.code


def places(tree, path=()):
    """Every place in a JSON document that something could be put."""
    yield path
    below = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for name, value in below:
        yield from places(value, (*path, name))


def put(tree, path, value):
    if not path:
        return value
    copied = dict(tree) if isinstance(tree, dict) else list(tree)
    copied[path[0]] = put(copied[path[0]], path[1:], value)
    return copied


@st.composite
def bent_events(draw):
    """A good event with anything in one of its places, or an extra field in one of its objects."""
    role, event = draw(st.sampled_from(EVENTS))
    path = draw(st.sampled_from(sorted(places(event), key=str)))
    if draw(st.booleans()):
        return role, put(event, path, draw(ANYTHING))
    holder = event
    for step in path:
        holder = holder[step]
    if not isinstance(holder, dict):
        return role, event
    return role, put(event, path, holder | {draw(st.text(max_size=10)): draw(ANYTHING)})


@given(st.sampled_from(INPUTS), st.binary(max_size=400))
@example("consents", b'{"kind": "GRANTED"')
@example("consents", b'{"a": 1' + b"0" * 5_000 + b"}")
@example("consents", b'{"a": 1e999}')
@example("consents", b'"\\ud800"')
@example("bureau-responses", b'{"event_id": "\xff"}')
@example("loan-applications", b"\xef\xbb\xbf{}")
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_a_fact_or_a_refusal(role, value):
    outcome(role, value)


@given(st.sampled_from(EVENTS), st.data())
@settings(max_examples=200, deadline=None)
def test_any_damage_gives_a_fact_or_a_refusal(case, data):
    role, event = case
    value = bytearray(json.dumps(event, ensure_ascii=data.draw(st.booleans())).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(value) - 1))
        value[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    outcome(role, bytes(value))


class Rec(msgspec.Struct):
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp: int = RECORD_TIME


ODD_IDS = st.sampled_from(["4111111111111111", "1234-5678-9012-3456", "12345678-1234-4", "é", "a b", "x" * 64, "a\nb"])
ODD_DATES = st.sampled_from(
    ["0001-01-01", "1900-01-01", "1990-05-05", "2026-11-02", "2026-11-03", "2126-12-31", "9999-12-31"]
)
DATED = {"date_of_birth", "last_employment_start", "main_document_expires", "opened"} | {
    f"{what}_at" for what in ("granted", "expires", "withdrawn")
}
ODD_INSTANTS = ODD_DATES.map(lambda day: f"{day}T12:00:00+14:00")
ODD_TIMES = st.sampled_from([RECORD_TIME] * 3 + [RECORD_TIME + 43_200_000, 0, -(2**63), 2**63 - 1])


@st.composite
def odd_records(draw):
    """A record as it should be, or with another id, a repeated name, an odd date, a bent body, no JSON, no value, or
    headers."""
    role, event = draw(st.sampled_from(EVENTS))
    ids = [name for name in event if name.endswith("_id")]
    dated = [path for path in places(event) if path and path[-1] in DATED]
    value, headers, timestamp = json.dumps(event).encode(), (), RECORD_TIME
    match draw(st.integers(0, 9)):
        case 0:
            value = json.dumps(event | {draw(st.sampled_from(ids)): draw(ODD_IDS)}).encode()
        case 1:
            role, event = draw(bent_events())
            value = json.dumps(event).encode()
        case 2:
            value = draw(st.none() | st.binary(max_size=20))
        case 3:
            version = draw(st.sampled_from(["v1", "v1", "v9"]))
            headers = (("ce_specversion", b"1.0"), ("ce_type", f"creditstream.{role}.{version}".encode()))
        case 4:
            first = json.dumps({draw(st.sampled_from(ids)): draw(ODD_IDS)})
            then = json.dumps(event | {draw(st.sampled_from(ids)): draw(ODD_IDS)})
            value = f"{first[:-1]}, {then[1:]}".encode()
        case 5 if dated:
            path = draw(st.sampled_from(dated))
            value = json.dumps(put(event, path, draw(ODD_INSTANTS if path[-1].endswith("_at") else ODD_DATES))).encode()
            timestamp = draw(ODD_TIMES)
    return role, Rec(value, headers, timestamp)


@given(st.lists(odd_records(), max_size=30))
@settings(max_examples=300, deadline=None)
def test_a_batch_gives_what_its_records_give_one_by_one(told):
    for role in INPUTS:
        records = [record for its, record in told if its == role]
        together = [_said(one) for one in DECODERS[role].decode_all(records)]
        assert together == [_alone(role, record) for record in records]


@given(odd_records(), st.integers(0, 20))
@settings(max_examples=300, deadline=None)
def test_an_odd_record_among_good_ones_is_what_it_is_alone(told, place):
    role, odd = told
    good = [Rec(json.dumps(event).encode()) for its, event in EVENTS if its == role]
    records = (good * 20)[:20]
    records.insert(place, odd)
    together = [_said(one) for one in DECODERS[role].decode_all(records)]
    assert together == [_alone(role, record) for record in records]


TEXTS = st.lists(
    st.text(st.sampled_from('0123456789 -"x\\n'), max_size=40)
    | st.sampled_from(["4111 1111 1111 1111", '"4111111111111111"', "3782-822463-10005", "12", "1-2-3-4-5-6-7-8-9"]),
    max_size=20,
)


@given(TEXTS, st.sampled_from([16, 50, 80_000]))
@settings(max_examples=400)
def test_a_look_at_all_values_finds_those_that_need_care(texts, block):
    values = [text.encode() for text in texts]
    one_by_one = {place for place, value in enumerate(values) if needs_care(value)}
    assert careful_places(values) == one_by_one
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(suspicion, "_MUCH", 1)
        patched.setattr(suspicion, "_BLOCK", block)
        assert careful_places(values) == one_by_one


@given(TEXTS)
@settings(max_examples=400)
def test_what_looks_like_a_card_number_needs_care(texts):
    """However little of an event is looked at for it."""
    for text in texts:
        if suspicion._SUSPECT.search(text.encode()):
            assert needs_care(text.encode())


@pytest.mark.parametrize(("role", "event"), EVENTS)
def test_an_id_is_one_line(role, event):
    for name in event:
        if name.endswith("_id"):
            assert outcome(role, json.dumps(event | {name: "a\nb"}).encode()) == "BAD_VALUE"


def _alone(role, record):
    try:
        body, unknown_fields = DECODERS[role].decode(record.value, record.headers, record.timestamp)
    except Refused as refused:
        return _said(refused)
    return _said(Extended(body) if unknown_fields else body)


def _said(found):
    return (found.code, found.message) if isinstance(found, Refused) else found


@given(bent_events())
@settings(max_examples=400, deadline=None)
def test_schema_and_decoder_agree(case):
    """What the schema refuses is refused; what only the decoder refuses is one of the things that no schema can say."""
    role, event = case
    value = json.dumps(event).encode()
    result = outcome(role, value)
    if schema_accepts(validator(role), value):
        assert not isinstance(result, str) or result in CROSS_FIELD or holds_an_integral_float(event)
    else:
        assert isinstance(result, str)


def holds_an_integral_float(tree):
    """1.0 is an integer to JSON Schema and not to the decoder."""
    if isinstance(tree, dict | list):
        return any(map(holds_an_integral_float, tree.values() if isinstance(tree, dict) else tree))
    return isinstance(tree, float) and tree.is_integer()


@given(bent_events())
@settings(max_examples=400, deadline=None)
def test_the_fast_way_and_the_careful_way_agree(case):
    role, event = case
    value = json.dumps(event, ensure_ascii=False).encode()
    careful = DECODERS[role]._careful
    try:
        examined = msgspec.convert(careful._examined(value), type(_fast(role, value)), from_attributes=True)
    except (Refused, msgspec.DecodeError, UnicodeEncodeError):
        return
    if not needs_care(value):
        assert examined == _fast(role, value)


def _fast(role, value):
    return DECODERS[role]._fast.decode(value)


@given(st.sampled_from(EVENTS), st.integers(-(2**63), 2**63 - 1))
@settings(max_examples=100, deadline=None)
def test_any_time_stamp_gives_a_fact_or_a_refusal(case, timestamp):
    role, event = case
    try:
        DECODERS[role].decode(json.dumps(event).encode(), [], timestamp)
    except Refused as refused:
        assert refused.code == "BAD_VALUE"


@pytest.mark.parametrize(("role", "event"), EVENTS)
def test_unknown_fields_change_nothing_but_the_count(role, event):
    plain, _ = DECODERS[role].decode(json.dumps(event).encode(), [], RECORD_TIME)
    more = event | {"zz": {"deep": [1, {"x": "y"}]}, "": None}
    decorated, unknown_fields = DECODERS[role].decode(json.dumps(more).encode(), [], RECORD_TIME)
    assert unknown_fields
    assert decorated == plain
    assert type(decorated) is type(plain)
    assert msgspec.json.encode(decorated) == msgspec.json.encode(plain)


@given(bent_events(), st.text("abcdefghij", min_size=12, max_size=20))
@settings(max_examples=200, deadline=None)
def test_a_refusal_never_repeats_a_value(case, secret):
    role, event = case
    for path in list(places(event)):
        if not path:
            continue
        with_secret = json.dumps(put(event, path, secret)).encode()
        try:
            DECODERS[role].decode(with_secret, [], RECORD_TIME)
        except Refused as refused:
            assert secret not in refused.message


@pytest.mark.parametrize(
    "text",
    [
        PAN,
        "card 4000 0000 0000 0002.",
        "4000-0000-0000-0002",
        "3782 822463 10005",
        "a:378282246310005",
        "(30569309025904)",
    ],
)
def test_what_looks_like_a_card_number(text):
    assert holds_pan(text)


@pytest.mark.parametrize(
    "text",
    [
        "4000000000000003",                                    # wrong check digit
        "a4000000000000002",                                   # part of a hexadecimal id
        "550e8400-e29b-41d4-a716-446655440000",
        "evt-1700000000000",                                   # a time stamp
        "DE89 3704 0044 0532 0130 00",                         # an IBAN
        "00000000-4000-0000-0000-000200000000",
        "2020-02-29T12:00:00.000Z",
    ],
)
def test_what_does_not(text):
    assert not holds_pan(text)


@pytest.mark.parametrize(("role", "event"), EVENTS)
def test_a_card_number_is_refused_wherever_text_stands(role, event):
    for path in places(event):
        holder = event
        for step in path:
            holder = holder[step]
        if isinstance(holder, str):
            assert outcome(role, json.dumps(put(event, path, f"see {PAN}")).encode()) == PAN_IN_CLEAR


def test_a_megabyte_is_refused_in_bounded_time():
    shapes = [
        b"[" * 500_000 + b"]" * 500_000,
        b'{"a":' * 170_000,
        b'"' * 1_000_000,
        b"4" * 1_000_000,
        b'{"a":"' + b"4000 " * 200_000 + b'"}',
        b'{"a":"' + b"\\u0034" * 170_000 + b'"}',
        b"[" + b"4000000000000002," * 60_000 + b"0]",
    ]
    for value in shapes:
        assert len(value) <= MAX_VALUE_BYTES
        started = time.process_time()
        assert isinstance(outcome("loan-applications", value), str)
        assert time.process_time() - started < 2.0
