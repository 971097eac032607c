"""Output events as bytes: JSON bodies and CloudEvents headers (binary mode). The same event gives the same bytes."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b

import msgspec

from app.contracts.names import OUTPUTS
from app.domain.quantities import Millis

Headers = list[tuple[str, bytes]]

SOURCE = b"/creditstream"
_CONTENT_TYPE = ("content-type", b"application/json")
_SPEC_VERSION = ("ce_specversion", b"1.0")
_SOURCE = ("ce_source", SOURCE)
_TYPES = {role: ("ce_type", f"creditstream.{role}.v1".encode()) for role in OUTPUTS}
_TRACEPARENT = re.compile(rb"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

# Fields in the order of the type; nothing sorted at run time, because struct fields have one order only.
encode_body = msgspec.json.Encoder().encode


def ce_time(as_of: Millis) -> bytes:
    """RFC 3339 in UTC with milliseconds. The events of one decision share it: make it once."""
    seconds, millis = divmod(as_of, 1000)
    return b"%b.%03dZ" % (_to_the_second(seconds), millis)


@lru_cache(maxsize=1024)                       # decisions come in the order of time, many in one second
def _to_the_second(seconds: int) -> bytes:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S").encode()


def traceparent(seed: str, parent: bytes | None = None) -> bytes:
    """W3C trace context: a span derived from `seed`, in the parent's trace when there is a well-formed one."""
    digest = blake2b(seed.encode(), digest_size=24).hexdigest()
    trace = digest[:32]
    flags = "01"
    if parent is not None and _TRACEPARENT.fullmatch(parent):
        trace, flags = parent[3:35].decode(), parent[53:55].decode()
    return f"00-{trace}-{digest[32:]}-{flags}".encode()


def ce_headers(role: str, event_id: str, time: bytes, trace: bytes) -> Headers:
    """A new list each time: the producer may keep it."""
    return [
        ("ce_id", event_id.encode()),
        _TYPES[role],
        _SOURCE,
        _SPEC_VERSION,
        ("ce_time", time),
        ("traceparent", trace),
        _CONTENT_TYPE,
    ]
