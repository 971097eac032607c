"""What the demo's customers have allowed, as consent events. All of it is synthesised: the data know no consent.

Most grant what they are asked. The others show that the service checks for itself: the flag on the application says
yes, and there is no record, or one that has expired, or one taken back.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from app.decisioning.strategy import BureauPolicy
from app.demo.chance import choose, draw
from app.demo.german_credit import customer_id
from app.domain.application import LoanApplication
from app.domain.consent import ConsentEvent, ConsentGranted, ConsentWithdrawn, Purpose

Record = Literal["granted", "missing", "expired", "withdrawn"]
SHARES: tuple[tuple[Record, float], ...] = (
    ("missing", 0.03),
    ("expired", 0.03),
    ("withdrawn", 0.03),
    ("granted", 0.91),
)


class ConsentEvents(Struct, frozen=True):
    """The events to send before the application, and those to send after it: facts come in any order."""

    before: tuple[ConsentEvent, ...]
    after: tuple[ConsentEvent, ...]


def consent_record(number: int) -> Record:
    """What lies in the records of this row's customer."""
    return choose(SHARES, "consent record", number)


def consents(
    number: int, application: LoanApplication, bureaus: Sequence[BureauPolicy], now: datetime
) -> ConsentEvents:
    """The consent events of one customer; their instants are relative to `now`."""
    record = consent_record(number)
    if not application.bureau_consent or record == "missing":
        return ConsentEvents((), ())
    asked: list[tuple[Purpose, tuple[str, ...]]] = [("CREDIT_BUREAU", _names(bureaus, "CREDIT_BUREAU"))]
    if application.card is not None and application.card.has_consent:
        asked.append(("CARD_DATA", _names(bureaus, "CARD_DATA")))
    events: list[ConsentEvent] = []
    for purpose, names in asked:
        if names:
            events.extend(_record(number, purpose, names, record, now))
    comes_after = record == "granted" and draw("consent comes after", number) < 0.1
    return ConsentEvents((), tuple(events)) if comes_after else ConsentEvents(tuple(events), ())


def _names(bureaus: Sequence[BureauPolicy], purpose: Purpose) -> tuple[str, ...]:
    return tuple(b.name for b in bureaus if b.purpose == purpose)


def _record(
    number: int, purpose: Purpose, bureaus: tuple[str, ...], record: Record, now: datetime
) -> list[ConsentEvent]:
    customer = customer_id(number)
    consent_id = f"consent-{number:04d}-{purpose.lower().replace('_', '-')}"
    granted_at = now - timedelta(days=400 if record == "expired" else 2)
    granted = ConsentGranted(
        event_id=f"{consent_id}-granted",
        customer_id=customer,
        consent_id=consent_id,
        purpose=purpose,
        bureaus=bureaus,
        granted_at=granted_at,
        expires_at=granted_at + timedelta(days=365),
    )
    if record != "withdrawn":
        return [granted]
    withdrawn = ConsentWithdrawn(
        event_id=f"{consent_id}-withdrawn",
        customer_id=customer,
        consent_id=consent_id,
        withdrawn_at=now - timedelta(hours=1),
    )
    return [withdrawn, granted] if number % 2 else [granted, withdrawn]
