"""Bytes into facts. Any bytes give a fact or a refusal, never another exception.

Nearly every event is well-formed and holds what the contract knows, so one fast pass decodes it, and one look at the
ids of a whole batch tells which of its events need more care; where an event holds free text, all its bytes are looked
at. Whatever does not pass takes the careful way (app.contracts.scrutiny), which gives the same facts and the same
refusals, only slower and with reasons. A batch gives what its events would give one by one.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any, Generic, Protocol, TypeVar

import msgspec
from msgspec import Struct

from app.contracts.headers import Headers, check_headers
from app.contracts.names import BUREAU_RESPONSES, CONSENTS, LOAN_APPLICATIONS
from app.contracts.plausibility import check_application, check_consent, check_response
from app.contracts.reasons import EMPTY_VALUE, TOMBSTONE, TOO_LARGE, Refused
from app.contracts.scrutiny import Scrutiny
from app.contracts.sealing import KeyRing
from app.contracts.suspicion import careful_places, needs_care
from app.domain.application import LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.consent import ConsentEvent, ConsentGranted
from app.domain.quantities import Millis

MAX_VALUE_BYTES = 1_048_576
_WORTH_A_LOOK_AT_ALL = 8                       # fewer events are looked at quicker one by one

Fact = LoanApplication | BureauResponse | ConsentEvent
Body = TypeVar("Body", LoanApplication, BureauResponse, ConsentEvent)

_ID = "[A-Za-z0-9._:-]{1,64}"
_PLAIN_IDS = re.compile(rf"{_ID}(?:\n{_ID})*").fullmatch
_OF_IDS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-"
_DIGITS_LIKE_A_CARD_NUMBER = re.compile("[0-9-]{13}")

# Names are few and come again and again: each is looked at once.
_named = lru_cache(maxsize=4_096)(re.compile("[A-Z][A-Za-z0-9]{1,63}").fullmatch)
_bureau = lru_cache(maxsize=1_024)(re.compile("[A-Z][A-Z0-9_]{1,31}").fullmatch)
_region = lru_cache(maxsize=4_096)(re.compile("[0-9A-Z]{1,8}").fullmatch)

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
        names: Callable[[Body], bool],
        check: Callable[[Body, Millis, KeyRing | None], None],
        *,
        keys: KeyRing | None,
        free_text: bool = False,
    ) -> None:
        """`ids` joins them by line breaks, `names` tells whether they are spelt as names are."""
        self.role = role
        self._ce_type = f"creditstream.{role}.v1".encode()
        self._fast: msgspec.json.Decoder[Body] = msgspec.json.Decoder(body_type)
        self._careful = Scrutiny(body_type)
        self._ids: Callable[[Body], str] = ids
        self._names: Callable[[Body], bool] = names
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
            if odd or not _PLAIN_IDS(ids) or not self._names(body):
                body = self._careful(value)
        self._check(body, timestamp, self._keys)
        return body, unknown_fields

    def decode_all(self, records: Sequence[Received]) -> list[Body | Extended | Refused]:
        """What `decode` gives or raises for each record, in order."""
        found: list[Any] = []
        plain: list[int] = []                  # places of what the fast way decoded
        ids: list[str] = []
        fast, ids_of, names = self._fast.decode, self._ids, self._names
        careful = self._careful_places(records)
        for place, record in enumerate(records):
            value = record.value
            if value and place not in careful and len(value) <= MAX_VALUE_BYTES:
                try:
                    if record.headers:
                        check_headers(record.headers, self._ce_type)
                    body = fast(value)
                except (msgspec.DecodeError, UnicodeDecodeError, Refused):
                    pass
                else:
                    if names(body):
                        plain.append(place)
                        ids.append(ids_of(body))
                        found.append(body)
                        continue
            found.append(self._one(record))
        free_text = self._free_text
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

    def _careful_places(self, records: Sequence[Received]) -> set[int]:
        """Where the free text of an event must be looked at closely."""
        if not self._free_text:
            return set()
        if len(records) < _WORTH_A_LOOK_AT_ALL:
            return {place for place, record in enumerate(records) if record.value and needs_care(record.value)}
        return careful_places([record.value or b"" for record in records])

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
        LOAN_APPLICATIONS: Decoder(
            LOAN_APPLICATIONS, LoanApplication, _application_ids, _application_names, check_application, keys=keys
        ),
        CONSENTS: Decoder(CONSENTS, ConsentEvent, _consent_ids, _consent_names, check_consent, keys=keys),
        BUREAU_RESPONSES: Decoder(
            BUREAU_RESPONSES,
            BureauResponse,
            _response_ids,
            _response_names,
            check_response,
            keys=keys,
            free_text=True,
        ),
    }


def _application_ids(body: LoanApplication) -> str:
    ids = f"{body.event_id}\n{body.customer_id}\n{body.application_id}"
    return ids if body.supersedes is None else f"{ids}\n{body.supersedes}"


def _consent_ids(body: ConsentEvent) -> str:
    return f"{body.event_id}\n{body.customer_id}\n{body.consent_id}"


def _response_ids(body: BureauResponse) -> str:
    return f"{body.event_id}\n{body.customer_id}\n{body.application_id}"


def _application_names(body: LoanApplication) -> bool:
    if not _named(body.product) or not _region(body.applicant.region):
        return False
    for name in body.applicant.preferred_propositions:  # noqa: SIM110  quicker than all()
        if not _named(name):
            return False
    return True


def _consent_names(body: ConsentEvent) -> bool:
    return not isinstance(body, ConsentGranted) or all(map(_bureau, body.bureaus))


def _response_names(body: BureauResponse) -> bool:
    return _bureau(body.bureau) is not None


def _no_value(value: bytes | None) -> Refused:
    if value is None:
        return Refused(TOMBSTONE, "the record has no value; this topic is not compacted and knows no deletion")
    return Refused(EMPTY_VALUE, "the value has no bytes; an event is a JSON object")
