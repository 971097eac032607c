"""Dead letters: a refused record, sealed as it came, under headers that say why without saying anything personal."""

import hashlib
import re
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from app.contracts.card_numbers import holds_pan, is_bare_digits
from app.contracts.encode import ce_headers, ce_time, shared_headers, traceparent
from app.contracts.ids import dead_letter_id
from app.contracts.names import BUREAU_RESPONSES, CONSENTS, DEAD_LETTERS, LOAN_APPLICATIONS
from app.contracts.preview import masked_preview
from app.contracts.reasons import REASONS, Refused
from app.contracts.sealing import KeyRing
from app.contracts.twins import known_fields
from app.domain.application import LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.consent import ConsentEvent
from app.domain.quantities import Millis
from app.errors import ContractError

# Beyond this the original is cut, and its SHA-256 kept: the topic allows 2 MiB, for seal, headers and record around it.
MAX_ORIGINAL_BYTES = 2_000_000

_MAX_HEADER_BYTES = 16_384
_ID = re.compile(rb"[A-Za-z0-9._:-]{1,64}").fullmatch
_KNOWN = {
    LOAN_APPLICATIONS: known_fields(LoanApplication),
    CONSENTS: known_fields(ConsentEvent),
    BUREAU_RESPONSES: known_fields(BureauResponse),
}

RawHeaders = Sequence[tuple[str, bytes | None]]


class Original(Struct, frozen=True, array_like=True):
    """The record as it came: what is sealed, and what a replay sends again. Cut ones cannot be sent again."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()


class DeadLetter(Struct, frozen=True, kw_only=True):
    """A dead letter, opened."""

    topic: str                                 # role of the input
    partition: int
    offset: int
    timestamp: Millis
    reason: str
    message: str
    preview: str
    original: Original
    size: int                                  # of the original's value, before it was cut
    sha256: str | None                         # of the original's value, when it was cut


class DeadLetters:
    """Makes dead letters with the service's keys. The same record and reason give the same bytes."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def letter(
        self,
        *,
        topic: str,
        partition: int,
        offset: int,
        timestamp: Millis,
        key: bytes | None,
        value: bytes | None,
        headers: RawHeaders = (),
        refused: Refused,
    ) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
        """Key, value and headers of the record to publish. `topic` is the input's role; the key is kept only when it is
        a well-formed id."""
        event_id = dead_letter_id(topic, partition, offset)
        original = Original(key, value and value[:MAX_ORIGINAL_BYTES], _kept(headers))
        sealed = self._keys.seal_bytes(msgspec.msgpack.encode(original), _purpose(topic, partition, offset))
        about = {
            "dl_topic": topic,
            "dl_partition": str(partition),
            "dl_offset": str(offset),
            "dl_timestamp": str(timestamp),
            "dl_reason": refused.code,
            "dl_message": refused.message,
            "dl_hint": REASONS[refused.code].hint,
            "dl_preview": masked_preview(value, _KNOWN[topic]),
            "dl_size": str(len(value or b"")),
        }
        if value is not None and len(value) > MAX_ORIGINAL_BYTES:
            about["dl_sha256"] = hashlib.sha256(value).hexdigest()
        return (
            key if key is not None and _may_show(key) else b"",
            sealed,
            ce_headers(DEAD_LETTERS, event_id, shared_headers(ce_time(timestamp), traceparent(event_id[:32])))
            + [(name, text.encode()) for name, text in about.items()],
        )


def open_dead_letter(keys: KeyRing, value: bytes, headers: RawHeaders) -> DeadLetter:
    """ContractError when it is no dead letter, or was sealed with a key that is not held."""
    about = {name: (content or b"").decode("utf-8", "replace") for name, content in headers}
    try:
        role, partition, offset = about["dl_topic"], int(about["dl_partition"]), int(about["dl_offset"])
        opened = keys.open_bytes(value, _purpose(role, partition, offset))
        return DeadLetter(
            topic=role,
            partition=partition,
            offset=offset,
            timestamp=int(about["dl_timestamp"]),
            reason=about["dl_reason"],
            message=about["dl_message"],
            preview=about["dl_preview"],
            original=msgspec.msgpack.decode(opened, type=Original),
            size=int(about["dl_size"]),
            sha256=about.get("dl_sha256"),
        )
    except (KeyError, ValueError, msgspec.DecodeError) as error:
        raise ContractError("this record is no dead letter: its headers are not those of one") from error


def _may_show(key: bytes) -> bool:
    """A key that could be a customer's, and no card number."""
    return _ID(key) is not None and not is_bare_digits(key.decode()) and not holds_pan(key.decode())


def _kept(headers: RawHeaders) -> tuple[tuple[str, bytes | None], ...]:
    """The headers, until they exceed what a dead letter carries along."""
    kept: list[tuple[str, bytes | None]] = []
    size = 0
    for name, content in headers:
        size += len(name) + len(content or b"")
        if size > _MAX_HEADER_BYTES:
            break
        kept.append((name, content))
    return tuple(kept)


def _purpose(role: str, partition: int, offset: int) -> bytes:
    return f"creditstream/dead-letter/v1/{role}/{partition}/{offset}".encode()
