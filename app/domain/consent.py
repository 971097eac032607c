"""A customer's permission to ask bureaus, and its withdrawal."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from app.domain.quantities import Bureau, ConsentId, CustomerId, EventId

Purpose = Literal["CREDIT_BUREAU", "CARD_DATA"]
Instant = Annotated[datetime, Meta(tz=True)]
Bureaus = Annotated[tuple[Bureau, ...], Meta(min_length=1, max_length=32)]


class ConsentGranted(
    Struct, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="GRANTED"
):
    """Valid at t iff granted_at <= t < min(expires_at, earliest withdrawal of the same consent_id)."""

    event_id: EventId
    customer_id: CustomerId
    consent_id: ConsentId
    purpose: Purpose
    bureaus: Bureaus
    granted_at: Instant
    expires_at: Instant | None = None


class ConsentWithdrawn(
    Struct, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="WITHDRAWN"
):
    """Blocks use from `withdrawn_at` on; never undoes what was decided before."""

    event_id: EventId
    customer_id: CustomerId
    consent_id: ConsentId
    withdrawn_at: Instant


ConsentEvent = ConsentGranted | ConsentWithdrawn
