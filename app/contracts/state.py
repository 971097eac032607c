"""What a lane's changelogs hold: cases, consents, and how far the lane has read its inputs.

A value is one byte of format version and MessagePack. A value of another format stops the lane loudly: a worker that
does not understand its state must not decide from the rest of it.
"""

from hashlib import blake2b
from typing import TypeVar

import msgspec
from msgspec import Struct

from app.domain.application import LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.case import ApplicationFact, Asked, Case, ConsentFile, Marker, Pin, Received, ResponseFact, Seen
from app.domain.quantities import Millis
from app.errors import LaneError

T = TypeVar("T")

FORMAT = 1

# "/" occurs in no id, so no customer and no case can have this key.
OFFSETS_KEY = b"/offsets"

_PREFIX = bytes([FORMAT])
_encoder = msgspec.msgpack.Encoder()


class LaneOffsets(Struct, frozen=True, array_like=True):
    """Where the lane stands: its next offset per input topic, and which topics these were (made anew is another)."""

    next: dict[str, int]
    topic_ids: dict[str, bytes]


class StoredFact(Struct, frozen=True, gc=False, array_like=True):
    """A fact without its decoded body: that is in the JSON."""

    received: Received
    json: bytes
    original: bytes | None = None


class StoredCase(Struct, frozen=True, gc=False, array_like=True, tag="open"):
    """A case as the changelog holds it."""

    customer_id: str
    application_id: str
    opened: Millis
    application: StoredFact | None = None
    pin: Pin | None = None
    deadline: Millis | None = None
    asked: tuple[Asked, ...] = ()
    responses: tuple[StoredFact, ...] = ()
    spent: tuple[Seen, ...] = ()


def stored(case: Case) -> StoredCase:
    fact = case.application
    return StoredCase(
        case.customer_id,
        case.application_id,
        case.opened,
        None if fact is None else StoredFact(fact.received, fact.json),
        case.pin,
        case.deadline,
        case.asked,
        tuple([StoredFact(r.received, r.json, r.original) for r in case.responses]),
        case.spent,
    )


def unstored(entry: StoredCase) -> Case:
    """The case, its facts decoded. msgspec.DecodeError when one of them is not what it should be."""
    fact = entry.application
    return Case(
        entry.customer_id,
        entry.application_id,
        entry.opened,
        None if fact is None else ApplicationFact(fact.received, _application.decode(fact.json), fact.json),
        entry.pin,
        entry.deadline,
        entry.asked,
        tuple([ResponseFact(r.received, _response.decode(r.json), r.json, r.original) for r in entry.responses]),
        entry.spent,
    )


class Place(Struct, frozen=True):
    """Where in the log a changelog record lies, for the error that may have to name it. `offset` is None for a row that
    was restored earlier and is read only now."""

    topic: str
    partition: int
    offset: int | None
    key: bytes


_cases: msgspec.msgpack.Decoder[StoredCase | Marker] = msgspec.msgpack.Decoder(StoredCase | Marker)
_application = msgspec.json.Decoder(LoanApplication)
_response = msgspec.json.Decoder(BureauResponse)
_consents = msgspec.msgpack.Decoder(ConsentFile)
_offsets = msgspec.msgpack.Decoder(LaneOffsets)


def case_key(customer_id: str, application_id: str) -> bytes:
    return f"{customer_id}/{application_id}".encode()


def consents_key(customer_id: str) -> bytes:
    return customer_id.encode()


def encode_state(state: Case | Marker | ConsentFile | LaneOffsets) -> bytes:
    """Equal states give equal bytes."""
    return _PREFIX + _encoder.encode(stored(state) if isinstance(state, Case) else state)


def check_format(row: bytes, place: Place) -> None:
    """LaneError when a row of a changelog is of another format. Whether it decodes shows when it is looked at."""
    if row[:1] != _PREFIX:
        raise _unreadable(place, _format_of(row))


def decode_stored(row: bytes, place: Place) -> StoredCase | Marker:
    """A case as the changelog holds it, its facts not decoded. LaneError when the row is none of this format."""
    return _decode(_cases, row, place)


def decode_case(row: bytes, place: Place) -> Case | Marker:
    """A case with its facts. LaneError when the row is none of this format."""
    entry = decode_stored(row, place)
    if isinstance(entry, Marker):
        return entry
    try:
        return unstored(entry)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unreadable(place, f"a fact in it does not decode ({type(error).__name__})") from error


def decode_consents(row: bytes, place: Place) -> ConsentFile:
    """LaneError when the row is not a consent file of this format."""
    return _decode(_consents, row, place)


def decode_offsets(row: bytes, place: Place) -> LaneOffsets:
    """LaneError when the row is not a lane's offsets of this format."""
    return _decode(_offsets, row, place)


def _decode(decoder: msgspec.msgpack.Decoder[T], row: bytes, place: Place) -> T:
    check_format(row, place)
    try:
        state: T = decoder.decode(memoryview(row)[1:])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable(place, f"it does not decode ({type(error).__name__})") from error
    return state


def _format_of(row: bytes) -> str:
    found = f"format {row[0]}" if row else "an empty value"
    return f"{found}, and this version reads format {FORMAT}"


def _unreadable(place: Place, what: str) -> LaneError:
    key = blake2b(place.key, digest_size=8).hexdigest()
    offset = "" if place.offset is None else f" offset {place.offset}"
    return LaneError(
        f"state at {place.topic}-{place.partition}{offset} (key hash {key}) cannot be read: {what}. "
        "Run the version that wrote it, or a newer one; never delete the changelog to get past this."
    )
