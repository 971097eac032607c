"""Dates and amounts that contradict each other or the record's time stamp: what no type and no schema can say.

For each topic there are a check, which says what is wrong with an event, and its twin for a batch, which only tells
that nothing is wrong with any of it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from app.contracts.reasons import BAD_VALUE, Refused
from app.contracts.sealing import KeyRing
from app.domain.application import Applicant, Card, LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.consent import ConsentEvent, ConsentGranted
from app.domain.quantities import Millis

_DAY_MS = 86_400_000
_EPOCH = date(1970, 1, 1).toordinal()
_MAX_AGE_YEARS = 130
_MAX_DOCUMENT_YEARS = 100
_FIRST_YEAR, _LAST_YEAR = 1900, 2199           # of instants: beyond, calendars and time zones overflow


def check_application(body: LoanApplication, timestamp: Millis, keys: KeyRing | None) -> None:
    """Refused for impossible dates, and for a card whose envelope does not open to a card number.

    Without keys the envelope stays closed and unchecked."""
    _check_applicant(body.applicant, _latest_date(timestamp // _DAY_MS))
    if body.supersedes == body.application_id:
        raise Refused(BAD_VALUE, "supersedes: an application cannot supersede itself; name the earlier one")
    if body.card is not None and keys is not None:
        keys.open_pan(body.card.sealed_pan)


def check_response(body: BureauResponse, timestamp: Millis, _: KeyRing | None) -> None:
    """Refused for accounts opened in the future, and for amounts without a currency."""
    if body.report is None or not body.report.liabilities:
        return
    if body.currency is None:
        raise Refused(BAD_VALUE, "currency: a report with liabilities must say in which currency their amounts are")
    latest = _latest_date(timestamp // _DAY_MS)
    for liability in body.report.liabilities:
        if liability.opened > latest:
            raise _in_the_future(f"report.liabilities[{body.report.liabilities.index(liability)}].opened")


def check_consent(body: ConsentEvent, _: Millis, __: KeyRing | None) -> None:
    """Refused for a consent that ends before it begins. One that begins in the future is allowed: it waits."""
    if isinstance(body, ConsentGranted):
        _check_instant("granted_at", body.granted_at)
        if body.expires_at is not None:
            _check_instant("expires_at", body.expires_at)
            if body.expires_at <= body.granted_at:
                raise Refused(BAD_VALUE, "expires_at: must be later than granted_at")
    else:
        _check_instant("withdrawn_at", body.withdrawn_at)


def are_applications_plausible(
    bodies: Sequence[LoanApplication], timestamps: Sequence[Millis], keys: KeyRing | None
) -> bool:
    """Whether `check_application` would refuse none of them; False, too, where a closer look is needed."""
    earliest, latest = _latest_date(min(timestamps) // _DAY_MS), _latest_date(max(timestamps) // _DAY_MS)
    first_birth = date(max(latest.year - _MAX_AGE_YEARS, 1), 1, 1)
    last_expiry = date(min(earliest.year + _MAX_DOCUMENT_YEARS, date.max.year), 12, 31)
    for body in bodies:
        applicant = body.applicant
        born, employed = applicant.date_of_birth, applicant.last_employment_start
        if not first_birth <= born <= earliest or not born <= applicant.main_document_expires <= last_expiry:
            return False
        if employed is not None and not born <= employed <= earliest:
            return False
        if body.supersedes == body.application_id:
            return False
        if body.card is not None and keys is not None and not _opens(body.card, keys):
            return False
    return True


def are_responses_plausible(
    bodies: Sequence[BureauResponse], timestamps: Sequence[Millis], _: KeyRing | None
) -> bool:
    """Whether `check_response` would refuse none of them; False, too, where a closer look is needed."""
    earliest = _latest_date(min(timestamps) // _DAY_MS)
    reporting = [body for body in bodies if body.report is not None and body.report.liabilities]
    opened = [liability.opened for body in reporting for liability in body.report.liabilities]  # type: ignore[union-attr]
    return max(opened, default=earliest) <= earliest and None not in [body.currency for body in reporting]


def are_consents_plausible(bodies: Sequence[ConsentEvent], _: Sequence[Millis], __: KeyRing | None) -> bool:
    """Whether `check_consent` would refuse none of them."""
    for body in bodies:
        begins = body.granted_at if isinstance(body, ConsentGranted) else body.withdrawn_at
        if not _FIRST_YEAR <= begins.year <= _LAST_YEAR:
            return False
        ends = body.expires_at if isinstance(body, ConsentGranted) else None
        if ends is not None and (not _FIRST_YEAR <= ends.year <= _LAST_YEAR or ends <= begins):
            return False
    return True


def _opens(card: Card, keys: KeyRing) -> bool:
    try:
        keys.open_pan(card.sealed_pan)
    except Refused:
        return False
    return True


def _check_applicant(applicant: Applicant, latest: date) -> None:
    born = applicant.date_of_birth
    if born > latest:
        raise _in_the_future("applicant.date_of_birth")
    if latest.year - born.year > _MAX_AGE_YEARS:
        raise Refused(BAD_VALUE, f"applicant.date_of_birth: more than {_MAX_AGE_YEARS} years before the record's date")
    employed = applicant.last_employment_start
    if employed is not None:
        if employed > latest:
            raise _in_the_future("applicant.last_employment_start")
        if employed < born:
            raise Refused(BAD_VALUE, "applicant.last_employment_start: lies before applicant.date_of_birth")
    expires = applicant.main_document_expires
    if expires < born:
        raise Refused(BAD_VALUE, "applicant.main_document_expires: lies before applicant.date_of_birth")
    if expires.year - latest.year > _MAX_DOCUMENT_YEARS:
        raise Refused(
            BAD_VALUE, f"applicant.main_document_expires: more than {_MAX_DOCUMENT_YEARS} years after the record's date"
        )


def _check_instant(field: str, instant: datetime) -> None:
    if not _FIRST_YEAR <= instant.year <= _LAST_YEAR:
        raise Refused(BAD_VALUE, f"{field}: must lie in the years {_FIRST_YEAR} to {_LAST_YEAR}")


@lru_cache(maxsize=64)
def _latest_date(day: int) -> date:
    """The latest date that any time zone can have on that UTC day (counted from 1970-01-01)."""
    return date.fromordinal(min(max(_EPOCH + day + 1, 1), date.max.toordinal()))


def _in_the_future(field: str) -> Refused:
    return Refused(BAD_VALUE, f"{field}: lies after the record's date")
