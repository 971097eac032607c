"""Output events as bytes: JSON bodies and CloudEvents headers (binary mode). The same event gives the same bytes."""

from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from app.contracts.names import OUTPUTS
from app.contracts.wire import VARINTS, header
from app.domain.quantities import Millis

Headers = list[tuple[str, bytes]]

SOURCE = b"/creditstream"
_CONTENT_TYPE = ("content-type", b"application/json")
_SPEC_VERSION = ("ce_specversion", b"1.0")
_SOURCE = ("ce_source", SOURCE)
_TYPES = {role: ("ce_type", f"creditstream.{role}.v1".encode()) for role in OUTPUTS}

# The same, as they are spelt on the wire: every event of the service carries them.
_COUNT_AND_ID = VARINTS[7] + VARINTS[len("ce_id")] + b"ce_id"
_SPELT_TYPES = {role: header(*type_) for role, type_ in _TYPES.items()}
_SOURCE_AND_VERSION = header(*_SOURCE) + header(*_SPEC_VERSION) + VARINTS[len("ce_time")] + b"ce_time"
_TRACEPARENT = VARINTS[len("traceparent")] + b"traceparent"
_SPELT_CONTENT_TYPE = header(*_CONTENT_TYPE)

_FRACTIONS = tuple(b".%03dZ" % millis for millis in range(1_000))     # of a second

# Fields in the order of the type; nothing sorted at run time, because struct fields have one order only.
encode_body = msgspec.json.Encoder().encode
encode_into = msgspec.json.Encoder().encode_into


def ce_time(as_of: Millis) -> bytes:
    """RFC 3339 in UTC with milliseconds. The events of one decision share it: make it once."""
    seconds, millis = divmod(as_of, 1000)
    return _to_the_second(seconds) + _FRACTIONS[millis]


@lru_cache(maxsize=1024)                       # decisions come in the order of time, many in one second
def _to_the_second(seconds: int) -> bytes:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S").encode()


def traceparent(trace: str) -> bytes:
    """W3C trace context of everything about one case: `trace` is 32 hex digits, the span their last 16."""
    return f"00-{trace}-{trace[16:]}-01".encode()


def spelt_headers(role: str, event_id: str, shared: bytes) -> bytes:
    """`ce_headers` as they are spelt on the wire. `shared` as of `spelt_shared`."""
    own = event_id.encode()
    return b"".join((_COUNT_AND_ID, VARINTS[len(own)], own, _SPELT_TYPES[role], shared))


def spelt_shared(time: bytes, trace: bytes) -> bytes:
    """`shared_headers` as they are spelt on the wire."""
    return b"".join(
        (_SOURCE_AND_VERSION, VARINTS[len(time)], time, _TRACEPARENT, VARINTS[len(trace)], trace, _SPELT_CONTENT_TYPE)
    )


def ce_headers(role: str, event_id: str, shared: Headers) -> Headers:
    """CloudEvents headers of one event. `shared` are those that it has in common with the others of its case."""
    return [("ce_id", event_id.encode()), _TYPES[role], *shared]


def shared_headers(time: bytes, trace: bytes) -> Headers:
    """What all events of one case at one instant say. `time` as of `ce_time`, `trace` as of `traceparent`."""
    return [_SOURCE, _SPEC_VERSION, ("ce_time", time), ("traceparent", trace), _CONTENT_TYPE]
