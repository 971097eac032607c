"""Bytes into facts. Any bytes give a fact or a refusal, never another exception.

Nearly every event is well-formed and holds what the contract knows, so one fast pass decodes it, and one look at the
ids of a whole batch tells which of its events need more care; where an event holds free text, all its bytes are looked
at. Whatever does not pass takes the careful way (app.contracts.scrutiny), which gives the same facts and the same
refusals, only slower and with reasons. A batch gives what its events would give one by one.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Any, Generic, Protocol, TypeVar

import msgspec
from msgspec import Struct

from app.contracts.headers import Headers, check_headers
from app.contracts.names import BUREAU_RESPONSES, CONSENTS, LOAN_APPLICATIONS
from app.contracts.plausibility import check_application, check_consent, check_response
from app.contracts.reasons import EMPTY_VALUE, TOMBSTONE, TOO_LARGE, Refused
from app.contracts.scrutiny import Scrutiny, needs_care
from app.contracts.sealing import KeyRing
from app.domain.application import LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.consent import ConsentEvent
from app.domain.quantities import Millis

MAX_VALUE_BYTES = 1_048_576

Fact = LoanApplication | BureauResponse | ConsentEvent
Body = TypeVar("Body", LoanApplication, BureauResponse, ConsentEvent)

_ID = "[A-Za-z0-9._:-]{1,64}"
_PLAIN_IDS = re.compile(rf"{_ID}(?:\n{_ID})*").fullmatch
_OF_IDS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-"
_DIGITS_LIKE_A_CARD_NUMBER = re.compile("[0-9-]{13}")
_DIGITS_ALIKE = bytes(ord("0") if chr(byte) in "0123456789-" else byte for byte in range(256))
_RUN = b"0" * 13


class Received(Protocol):
    """What a decoder reads of a record."""

    @property
    def timestamp(self) -> Millis: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


class Extended(Struct, frozen=True):
    """A fact whose event had fields that the contract does not know."""

    body: Any


class Decoder(Generic[Body]):
    """Decodes the values of one input topic."""

    def __init__(
        self,
        role: str,
        body_type: Any,
        ids: Callable[[Body], str],
        check: Callable[[Body, Millis, KeyRing | None], None],
        keys: KeyRing | None,
        *,
        free_text: bool = False,
    ) -> None:
        self.role = role
        self._ce_type = f"creditstream.{role}.v1".encode()
        self._fast: msgspec.json.Decoder[Body] = msgspec.json.Decoder(body_type)
        self._careful = Scrutiny(body_type)
        self._ids: Callable[[Body], str] = ids
        self._free_text = free_text
        self._check: Callable[[Body, Millis, KeyRing | None], None] = check
        self._keys = keys

    def decode(self, value: bytes | None, headers: Headers, timestamp: Millis) -> tuple[Body, bool]:
        """The fact, and whether it came with fields that the contract does not know. Raises only Refused.

        `timestamp` is the record's: what lies in the future is judged by it."""
        if headers:
            check_headers(headers, self._ce_type)
        if not value:
            raise _no_value(value)
        if len(value) > MAX_VALUE_BYTES:
            raise Refused(TOO_LARGE, f"its value takes {len(value)} bytes; at most {MAX_VALUE_BYTES} are read")
        unknown_fields = False
        try:
            body = self._fast.decode(value)
        except (msgspec.DecodeError, UnicodeDecodeError):
            body = self._careful(value)
            unknown_fields = True              # the one thing that the fast way refuses and the careful way does not
        else:
            ids = self._ids(body)
            odd = needs_care(value) if self._free_text else _DIGITS_LIKE_A_CARD_NUMBER.search(ids)
            if odd or not _PLAIN_IDS(ids):
                body = self._careful(value)
        self._check(body, timestamp, self._keys)
        return body, unknown_fields

    def decode_all(self, records: Sequence[Received]) -> list[Body | Extended | Refused]:
        """What `decode` gives or raises for each record, in order."""
        found: list[Any] = []
        plain: list[int] = []                  # places of what the fast way decoded
        ids: list[str] = []
        fast, ids_of, free_text = self._fast.decode, self._ids, self._free_text
        for record in records:
            value = record.value
            if value and not record.headers and len(value) <= MAX_VALUE_BYTES:
                try:
                    body = fast(value)
                except (msgspec.DecodeError, UnicodeDecodeError):
                    pass
                else:
                    if not (free_text and needs_care(value)):
                        plain.append(len(found))
                        ids.append(ids_of(body))
                        found.append(body)
                        continue
            found.append(self._one(record))
        for odd in _odd(ids, digits_matter=not free_text):
            found[plain[odd]] = self._one(records[plain[odd]])
        check, keys = self._check, self._keys
        for place in plain:
            body = found[place]
            if type(body) is not Refused and type(body) is not Extended:
                try:
                    check(body, records[place].timestamp, keys)
                except Refused as refused:
                    found[place] = refused
        return found

    def _one(self, record: Received) -> Body | Extended | Refused:
        try:
            body, unknown_fields = self.decode(record.value, record.headers, record.timestamp)
        except Refused as refused:
            return refused
        return Extended(body) if unknown_fields else body


def _odd(ids: Sequence[str], *, digits_matter: bool) -> Iterator[int]:
    """Places of those that are not spelt as ids are, or (if digits matter) could be card numbers. One look tells that
    there is none of the former, and where to look for the latter."""
    joined = "\n".join(ids).encode(errors="surrogatepass")
    if joined.translate(None, _OF_IDS) != b"\n" * joined.count(b"\n"):
        for place, each in enumerate(ids):
            if not _PLAIN_IDS(each) or (digits_matter and _DIGITS_LIKE_A_CARD_NUMBER.search(each)):
                yield place
    elif digits_matter and _RUN in (alike := joined.translate(_DIGITS_ALIKE)):
        ends = list(accumulate(len(each) + 1 for each in ids))     # plain ids are ASCII: a letter is a byte
        at = alike.find(_RUN)
        while at >= 0:
            place = bisect_right(ends, at)
            yield place
            at = alike.find(_RUN, ends[place])


def decoders(keys: KeyRing | None = None) -> dict[str, Decoder[Any]]:
    """A decoder per input topic, by role. Without keys, sealed card numbers are not opened and so not checked."""
    return {
        LOAN_APPLICATIONS: Decoder(LOAN_APPLICATIONS, LoanApplication, _application_ids, check_application, keys),
        CONSENTS: Decoder(CONSENTS, ConsentEvent, _consent_ids, check_consent, keys),
        BUREAU_RESPONSES: Decoder(
            BUREAU_RESPONSES, BureauResponse, _response_ids, check_response, keys, free_text=True
        ),
    }


def _application_ids(body: LoanApplication) -> str:
    ids = f"{body.event_id}\n{body.customer_id}\n{body.application_id}"
    return ids if body.supersedes is None else f"{ids}\n{body.supersedes}"


def _consent_ids(body: ConsentEvent) -> str:
    return f"{body.event_id}\n{body.customer_id}\n{body.consent_id}"


def _response_ids(body: BureauResponse) -> str:
    return f"{body.event_id}\n{body.customer_id}\n{body.application_id}"


def _no_value(value: bytes | None) -> Refused:
    if value is None:
        return Refused(TOMBSTONE, "the record has no value; this topic is not compacted and knows no deletion")
    return Refused(EMPTY_VALUE, "the value has no bytes; an event is a JSON object")
