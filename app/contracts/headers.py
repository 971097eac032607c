"""The headers of an input record: few, small, and announcing nothing that this service does not read."""

from collections.abc import Sequence

from app.contracts.reasons import HEADERS, UNKNOWN_VERSION, Refused

MAX_HEADERS = 32
MAX_HEADER_BYTES = 8_192

Headers = Sequence[tuple[str, bytes | None]]


def check_headers(headers: Headers, ce_type: bytes) -> None:
    """Refused when there are too many or too large ones, or when a CloudEvents header names another kind or version."""
    if len(headers) > MAX_HEADERS:
        raise Refused(HEADERS, f"it carries {len(headers)} headers; at most {MAX_HEADERS} are read")
    size = 0
    for name, content in headers:
        size += len(name) + len(content or b"")
        if name == "ce_type" and content != ce_type:
            raise Refused(UNKNOWN_VERSION, f"header ce_type must be {ce_type.decode()} here, or be left out")
        if name == "ce_specversion" and content != b"1.0":
            raise Refused(UNKNOWN_VERSION, "header ce_specversion must be 1.0, or be left out")
    if size > MAX_HEADER_BYTES:
        raise Refused(HEADERS, f"its headers take {size} bytes; at most {MAX_HEADER_BYTES} are read")
