"""Output events as bytes: JSON bodies and CloudEvents headers (binary mode). The same event gives the same bytes."""

from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from app.contracts.names import OUTPUTS
from app.domain.quantities import Millis

Headers = list[tuple[str, bytes]]

SOURCE = b"/creditstream"
_CONTENT_TYPE = ("content-type", b"application/json")
_SPEC_VERSION = ("ce_specversion", b"1.0")
_SOURCE = ("ce_source", SOURCE)
_TYPES = {role: ("ce_type", f"creditstream.{role}.v1".encode()) for role in OUTPUTS}

_FRACTIONS = tuple(b".%03dZ" % millis for millis in range(1_000))

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


def ce_headers(role: str, event_id: str, shared: Headers) -> Headers:
    """CloudEvents headers of one event. `shared` are those that it has in common with the others of its case."""
    return [("ce_id", event_id.encode()), _TYPES[role], *shared]


def shared_headers(time: bytes, trace: bytes) -> Headers:
    """What all events of one case at one instant say. `time` as of `ce_time`, `trace` as of `traceparent`."""
    return [_SOURCE, _SPEC_VERSION, ("ce_time", time), ("traceparent", trace), _CONTENT_TYPE]
