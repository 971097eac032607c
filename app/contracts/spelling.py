"""How ids and names are spelt, which the types leave to the decoder: of one event, and of many at once.

The ids of a batch are looked at as one text. Names are few and come again and again: each is looked at once, and for a
batch once only, however many of its events hold it.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Generic, TypeVar

from msgspec import Struct

from app.domain.application import LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.consent import ConsentEvent, ConsentGranted

Body = TypeVar("Body", LoanApplication, BureauResponse, ConsentEvent)

_ID = "[A-Za-z0-9._:-]{1,64}"
_OF_IDS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-"
_THREE_IDS = re.compile(rf"{_ID}\n{_ID}\n{_ID}").fullmatch
_FOUR_IDS = re.compile(rf"{_ID}\n{_ID}\n{_ID}\n{_ID}").fullmatch
_DIGITS_LIKE_A_CARD_NUMBER = re.compile("[0-9-]{13}").search
_DIGITS_ALIKE = bytes(ord("0") if chr(byte) in "0123456789-" else byte for byte in range(256))
_RUN = b"0" * 13

_named = lru_cache(maxsize=4_096)(re.compile("[A-Z][A-Za-z0-9]{1,63}").fullmatch)
_bureau = lru_cache(maxsize=1_024)(re.compile("[A-Z][A-Z0-9_]{1,31}").fullmatch)
_region = lru_cache(maxsize=4_096)(re.compile("[0-9A-Z]{1,8}").fullmatch)


class Spelling(Struct, Generic[Body], frozen=True):
    """Where ids and names stand in the events of one topic. Of every event the same number of ids."""

    ids: Callable[[Body], str]                                 # joined by line breaks
    are_plain: Callable[[str], object]                         # whether those are spelt as ids are
    named: Callable[[Body], bool]                              # whether its names are spelt as names are
    all_ids: Callable[[Sequence[Body]], list[str]]             # the first of every event, then the second of every ...
    all_named: Callable[[Sequence[Body]], bool]


def are_suspicious(ids: str) -> bool:
    """Whether one of them could be a card number: enough digits and dashes in a row."""
    return _DIGITS_LIKE_A_CARD_NUMBER(ids) is not None


def as_text(ids: Sequence[str]) -> bytes:
    """Ids as one text, a line each."""
    return "\n".join(ids).encode(errors="surrogatepass")


def all_plain(text: bytes, count: int) -> bool:
    """Whether so many lines are spelt as ids are, provided that none is empty or too long."""
    return text.translate(None, _OF_IDS) == b"\n" * (count - 1)


def suspicious_places(text: bytes) -> set[int]:
    """Places of the lines that `are_suspicious`; all are plain."""
    alike = text.translate(_DIGITS_ALIKE)
    found: set[int] = set()
    place, end = 0, 0
    at = alike.find(_RUN)
    while at >= 0:
        place += alike.count(b"\n", end, at)
        found.add(place)
        end = alike.find(b"\n", at)
        at = alike.find(_RUN, end) if end >= 0 else -1
    return found


def _application_ids(body: LoanApplication) -> str:
    return f"{body.event_id}\n{body.customer_id}\n{body.application_id}\n{body.supersedes or body.application_id}"


def _application_named(body: LoanApplication) -> bool:
    if not _named(body.product) or not _region(body.applicant.region):
        return False
    for name in body.applicant.preferred_propositions:  # noqa: SIM110  quicker than all()
        if not _named(name):
            return False
    return True


def _ids_of_applications(bodies: Sequence[LoanApplication]) -> list[str]:
    ids = [body.event_id for body in bodies]
    ids += [body.customer_id for body in bodies]
    ids += [body.application_id for body in bodies]
    ids += [body.supersedes or body.application_id for body in bodies]
    return ids


def _applications_named(bodies: Sequence[LoanApplication]) -> bool:
    applicants = [body.applicant for body in bodies]
    names = chain({body.product for body in bodies}, *{applicant.preferred_propositions for applicant in applicants})
    return all(map(_named, names)) and all(map(_region, {applicant.region for applicant in applicants}))


def _consent_ids(body: ConsentEvent) -> str:
    return f"{body.event_id}\n{body.customer_id}\n{body.consent_id}"


def _consent_named(body: ConsentEvent) -> bool:
    return not isinstance(body, ConsentGranted) or all(map(_bureau, body.bureaus))


def _ids_of_consents(bodies: Sequence[ConsentEvent]) -> list[str]:
    ids = [body.event_id for body in bodies]
    ids += [body.customer_id for body in bodies]
    ids += [body.consent_id for body in bodies]
    return ids


def _consents_named(bodies: Sequence[ConsentEvent]) -> bool:
    return all(map(_bureau, chain(*{body.bureaus for body in bodies if isinstance(body, ConsentGranted)})))


def _response_ids(body: BureauResponse) -> str:
    return f"{body.event_id}\n{body.customer_id}\n{body.application_id}"


def _response_named(body: BureauResponse) -> bool:
    return _bureau(body.bureau) is not None


def _ids_of_responses(bodies: Sequence[BureauResponse]) -> list[str]:
    ids = [body.event_id for body in bodies]
    ids += [body.customer_id for body in bodies]
    ids += [body.application_id for body in bodies]
    return ids


def _responses_named(bodies: Sequence[BureauResponse]) -> bool:
    return all(map(_bureau, {body.bureau for body in bodies}))


OF_APPLICATIONS = Spelling(
    _application_ids, _FOUR_IDS, _application_named, _ids_of_applications, _applications_named
)
OF_CONSENTS = Spelling(_consent_ids, _THREE_IDS, _consent_named, _ids_of_consents, _consents_named)
OF_RESPONSES = Spelling(_response_ids, _THREE_IDS, _response_named, _ids_of_responses, _responses_named)
