"""Consent: which bureaus may be asked, and whose data may be used, at an instant.

A consent may be used from the moment that it both is granted and lies in the log, until it expires or is withdrawn:
`start <= t < end`. Grants and withdrawals merge in any order of arrival.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from msgspec import Struct

from app.domain.case import ConsentFact, ConsentFile
from app.domain.consent import ConsentGranted, ConsentWithdrawn, Purpose
from app.domain.quantities import Millis

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FOREVER: Millis = 2**62


class Permission(Struct, frozen=True, gc=False):
    """One consent with its withdrawals merged in. `withdrawn` is when a withdrawal both holds and lies in the log."""

    consent_id: str
    purpose: Purpose
    bureaus: tuple[str, ...]
    start: Millis
    end: Millis
    withdrawn: Millis | None
    facts: tuple[ConsentFact, ...]             # the grant, then the withdrawals by record timestamp

    def usable(self, at: Millis) -> bool:
        return self.start <= at < self.end


def millis(instant: datetime) -> Millis:
    """Rounded down. By the parts, which is quicker than to divide one timedelta by another."""
    since = instant - _EPOCH
    return since.days * 86_400_000 + since.seconds * 1_000 + since.microseconds // 1_000


def permissions(file: ConsentFile | None) -> tuple[Permission, ...]:
    """Every consent of a customer, in an order that does not depend on the order of arrival."""
    if file is None:
        return ()
    if len(file.facts) == 1:
        fact = file.facts[0]
        return (_merge(fact, fact.body, ()),) if isinstance(fact.body, ConsentGranted) else ()
    grants: dict[str, tuple[ConsentFact, ConsentGranted]] = {}
    withdrawals: dict[str, list[ConsentFact]] = {}
    for fact in file.facts:
        if isinstance(fact.body, ConsentGranted):
            grants[fact.body.consent_id] = fact, fact.body
        else:
            withdrawals.setdefault(fact.body.consent_id, []).append(fact)
    merged = [_merge(*grant, withdrawals.get(consent_id, ())) for consent_id, grant in grants.items()]
    merged.sort(key=lambda p: (p.start, p.consent_id))
    return tuple(merged)


def _merge(grant: ConsentFact, body: ConsentGranted, withdrawals: Collection[ConsentFact]) -> Permission:
    end = FOREVER if body.expires_at is None else millis(body.expires_at)
    known: Millis | None = None
    facts = [grant]
    for fact in sorted(withdrawals, key=lambda f: (f.received.timestamp, f.received.event_id)) if withdrawals else ():
        if isinstance(fact.body, ConsentWithdrawn):
            holds = millis(fact.body.withdrawn_at)
            end = min(end, holds)
            effective = max(holds, fact.received.timestamp)
            known = effective if known is None else min(known, effective)
            facts.append(fact)
    start = max(grant.received.timestamp, millis(body.granted_at))
    return Permission(body.consent_id, body.purpose, body.bureaus, start, end, known, tuple(facts))


def covering(all_: Iterable[Permission], bureau: str, purpose: Purpose) -> tuple[Permission, ...]:
    """Those that speak of this bureau for this purpose."""
    return tuple([p for p in all_ if p.purpose == purpose and bureau in p.bureaus])


def why_not(of_bureau: tuple[Permission, ...], at: Millis) -> str:
    """The reason code for a bureau none of whose consents is usable at `at`: the gravest that holds."""
    if not of_bureau:
        return "CONSENT_MISSING"
    if any(p.withdrawn is not None and p.end <= at for p in of_bureau):
        return "CONSENT_WITHDRAWN"
    if all(p.start > at for p in of_bureau):
        return "CONSENT_NOT_YET_VALID"
    return "CONSENT_EXPIRED"


def instants_to_come(file: ConsentFile) -> tuple[Millis, ...]:
    """When consents begin, or withdrawals take effect, later than they lay in the log: no record will say so."""
    if len(file.facts) == 1 and isinstance(body := file.facts[0].body, ConsentGranted):    # as nearly always
        granted = millis(body.granted_at)
        return (granted,) if granted > file.facts[0].received.timestamp else ()
    return tuple(
        instant
        for p in permissions(file)
        for instant in (p.start, p.withdrawn)
        if instant is not None and instant > max(f.received.timestamp for f in p.facts)
    )
