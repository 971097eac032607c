"""Bytes into facts. Any bytes give a fact or a refusal, never another exception.

Nearly every event is well-formed and holds what the contract knows, so one fast pass decodes it, and one look tells
whether anything in it needs more care: at its ids alone where they are the only free text, else at all its bytes.
Whatever does not pass takes the careful way (app.contracts.scrutiny), which gives the same facts and the same refusals,
only slower and with reasons.
"""

import re
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec

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
_DIGITS_LIKE_A_CARD_NUMBER = re.compile("[0-9-]{13}").search


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
            odd = needs_care(value) if self._free_text else _DIGITS_LIKE_A_CARD_NUMBER(ids)
            if odd or not _PLAIN_IDS(ids):
                body = self._careful(value)
        self._check(body, timestamp, self._keys)
        return body, unknown_fields


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
