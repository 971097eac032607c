"""Bytes into facts. Any bytes give a fact or a refusal, never another exception.

Nearly every event is well-formed and holds what the contract knows, so one fast pass decodes it, and one look at the
ids and names of a whole batch tells which of its events need more care; where an event holds free text, all its bytes
are looked at. Whatever does not pass takes the careful way (app.contracts.scrutiny), which gives the same facts and the
same refusals, only slower and with reasons. A batch gives what its events would give one by one.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Generic, Protocol, final

import msgspec
from msgspec import Struct

from app.contracts.headers import Headers, check_headers
from app.contracts.names import BUREAU_RESPONSES, CONSENTS, LOAN_APPLICATIONS
from app.contracts.plausibility import (
    are_applications_plausible,
    are_consents_plausible,
    are_responses_plausible,
    check_application,
    check_consent,
    check_response,
)
from app.contracts.reasons import EMPTY_VALUE, TOMBSTONE, TOO_LARGE, Refused
from app.contracts.scrutiny import Scrutiny
from app.contracts.sealing import KeyRing
from app.contracts.spelling import (
    OF_APPLICATIONS,
    OF_CONSENTS,
    OF_RESPONSES,
    Body,
    Spelling,
    all_plain,
    are_suspicious,
    as_text,
    suspicious_places,
)
from app.contracts.suspicion import careful_places, needs_care
from app.domain.application import LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.consent import ConsentEvent
from app.domain.quantities import Millis

MAX_VALUE_BYTES = 1_048_576
_WORTH_COLUMNS = 4                             # fewer events are read quicker one by one
_headers = attrgetter("headers")

Fact = LoanApplication | BureauResponse | ConsentEvent


class Received(Protocol):
    """What a decoder reads of a record."""

    @property
    def timestamp(self) -> Millis: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


@final
class Extended(Struct, frozen=True):
    """A fact whose event had fields that the contract does not know."""

    body: Any


class Decoder(Generic[Body]):
    """Decodes the values of one input topic."""

    def __init__(
        self,
        role: str,
        body_type: Any,
        spelling: Spelling[Body],
        check: Callable[[Body, Millis, KeyRing | None], None],
        are_plausible: Callable[[Sequence[Body], Sequence[Millis], KeyRing | None], bool],
        *,
        keys: KeyRing | None,
        free_text: bool = False,
    ) -> None:
        """`are_plausible` says of many what `check` says of each."""
        self.role = role
        self._ce_type = f"creditstream.{role}.v1".encode()
        self._fast: msgspec.json.Decoder[Body] = msgspec.json.Decoder(body_type)
        self._careful = Scrutiny(body_type)
        self._spelling: Spelling[Body] = spelling
        self._free_text = free_text
        self._check: Callable[[Body, Millis, KeyRing | None], None] = check
        self._are_plausible: Callable[[Sequence[Body], Sequence[Millis], KeyRing | None], bool] = are_plausible
        self._keys = keys

    def decode(self, value: bytes | None, headers: Headers, timestamp: Millis) -> tuple[Body, bool]:
        """The fact, and whether it came with fields that the contract does not know. Raises only Refused.

        `timestamp` is the record's: what lies in the future is judged by it."""
        json = self._json(value, headers)
        unknown_fields = False
        try:
            body = self._fast.decode(json)
        except (msgspec.DecodeError, UnicodeDecodeError):
            body = self._careful(json)
            unknown_fields = True              # the one thing that the fast way refuses and the careful way does not
        else:
            if self._is_odd(json, body):
                body = self._careful(json)
        self._check(body, timestamp, self._keys)
        return body, unknown_fields

    def decode_all(self, records: Sequence[Received]) -> list[Body | Extended | Refused]:
        """What `decode` gives or raises for each record, in order."""
        if len(records) < _WORTH_COLUMNS:
            return [self._one(record) for record in records]
        bodies, odd = self._together(records)
        if not odd:
            return bodies
        rest = iter(self.decode_all([record for place, record in enumerate(records) if place not in odd]))
        return [self._one(record) if place in odd else next(rest) for place, record in enumerate(records)]

    def _one(self, record: Received) -> Body | Extended | Refused:
        try:
            body, unknown_fields = self.decode(record.value, record.headers, record.timestamp)
        except Refused as refused:
            return refused
        return Extended(body) if unknown_fields else body

    def _together(self, records: Sequence[Received]) -> tuple[list[Any], set[int]]:
        """The facts of all records. Or else places of some that are to be read one by one: what is odd about the others
        shows when they are out of the way."""
        values = [record.value or b"" for record in records]
        odd = careful_places(values) if self._free_text else set()
        if not all(values) or max(map(len, values)) > MAX_VALUE_BYTES or any(map(_headers, records)):
            odd |= {place for place, record in enumerate(records) if _fails(self._json, record.value, record.headers)}
        if odd:
            return [], odd
        try:
            bodies = list(map(self._fast.decode, values))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return [], {place for place, value in enumerate(values) if _fails(self._fast.decode, value)}
        odd = self._odd_places(values, bodies)
        times = [record.timestamp for record in records]
        if not odd and not self._are_plausible(bodies, times, self._keys):
            odd = {place for place, body in enumerate(bodies) if _fails(self._check, body, times[place], self._keys)}
        return bodies, odd

    def _json(self, value: bytes | None, headers: Headers) -> bytes:
        """The value of a record whose headers are good. Raises Refused, without having read it."""
        if headers:
            check_headers(headers, self._ce_type)
        if not value:
            raise _no_value(value)
        if len(value) > MAX_VALUE_BYTES:
            raise Refused(TOO_LARGE, f"its value takes {len(value)} bytes; at most {MAX_VALUE_BYTES} are read")
        return value

    def _is_odd(self, value: bytes, body: Body) -> bool:
        """Whether the careful way must look at what the fast way has decoded."""
        spelling = self._spelling
        ids = spelling.ids(body)
        if not spelling.are_plain(ids) or not spelling.named(body):
            return True
        if self._free_text:
            return needs_care(value)
        return are_suspicious(ids) and not self._careful.surely_agrees(value)

    def _odd_places(self, values: Sequence[bytes], bodies: Sequence[Body]) -> set[int]:
        """Places of those that `_is_odd`; free text has been looked at."""
        ids = self._spelling.all_ids(bodies)
        text = as_text(ids)
        if not all_plain(text, len(ids)) or not self._spelling.all_named(bodies):
            return {place for place, body in enumerate(bodies) if self._is_odd(values[place], body)}
        if self._free_text:
            return set()
        suspicious = {place % len(bodies) for place in suspicious_places(text)}
        return {place for place in suspicious if not self._careful.surely_agrees(values[place])}


def _fails(step: Callable[..., Any], *arguments: Any) -> bool:
    try:
        step(*arguments)
    except (Refused, msgspec.DecodeError, UnicodeDecodeError):
        return True
    return False


def decoders(keys: KeyRing | None = None) -> dict[str, Decoder[Any]]:
    """A decoder per input topic, by role. Without keys, sealed card numbers are not opened and so not checked."""
    return {
        LOAN_APPLICATIONS: Decoder(
            LOAN_APPLICATIONS,
            LoanApplication,
            OF_APPLICATIONS,
            check_application,
            are_applications_plausible,
            keys=keys,
        ),
        CONSENTS: Decoder(CONSENTS, ConsentEvent, OF_CONSENTS, check_consent, are_consents_plausible, keys=keys),
        BUREAU_RESPONSES: Decoder(
            BUREAU_RESPONSES,
            BureauResponse,
            OF_RESPONSES,
            check_response,
            are_responses_plausible,
            keys=keys,
            free_text=True,
        ),
    }


def _no_value(value: bytes | None) -> Refused:
    if value is None:
        return Refused(TOMBSTONE, "the record has no value; this topic is not compacted and knows no deletion")
    return Refused(EMPTY_VALUE, "the value has no bytes; an event is a JSON object")
