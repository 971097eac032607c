"""Deterministic ids: whoever decides the same case from the same facts gives its events the same ids.

A digest of 128 bits names the case; the ids of its events and offers extend it, so that a person can see what belongs
together and no second hash is needed.
"""

from hashlib import blake2b

import msgspec

from app.contracts.names import BUREAU_REQUESTS, CREDIT_OFFERS, DEAD_LETTERS, DECISIONS, SCORE_SEGMENTS

_digest = blake2b(digest_size=16)
_encode = msgspec.msgpack.Encoder().encode


def decision_id(customer_id: str, application_id: str, version: int = 1) -> str:
    """32 hex digits. "/" cannot occur in either id, so no two cases share a preimage."""
    digest = _digest.copy()                    # dearer to begin than to copy
    digest.update(f"{customer_id}/{application_id}/{version}".encode())
    return digest.hexdigest()


def event_id(decision: str, role: str) -> str:
    """The one event that a decision emits to an output topic."""
    return decision + _SUFFIX[role]


def event_ids(decision: str) -> tuple[str, str, str]:
    """Those of its decision, its segment and its offers."""
    return decision + _DECISION, decision + _SEGMENT, decision + _OFFERS


def offer_id(decision: str, proposition: str) -> str:
    """A decision makes at most one offer of a proposition."""
    return f"{decision}.{proposition}"


def request_id(customer_id: str, application_id: str, bureau: str, consent_id: str) -> str:
    """Asking one bureau twice about one application, under one consent, is asking once."""
    path = f"{customer_id}/{application_id}/{bureau}/{consent_id}"
    return blake2b(path.encode(), digest_size=16).hexdigest() + _SUFFIX[BUREAU_REQUESTS]


def dead_letter_id(topic: str, partition: int, offset: int) -> str:
    """One record gives at most one dead letter."""
    digest = blake2b(f"{topic}/{partition}/{offset}".encode(), digest_size=16).hexdigest()
    return digest + _SUFFIX[DEAD_LETTERS]


def content_digest(body: msgspec.Struct) -> bytes:
    """16 bytes that tell a repeat from a conflict: equal for equal bodies, however their JSON was written."""
    return blake2b(_encode(body), digest_size=16).digest()


_DECISION, _SEGMENT, _OFFERS = ".decision", ".segment", ".offers"
_SUFFIX = {
    DECISIONS: _DECISION,
    SCORE_SEGMENTS: _SEGMENT,
    CREDIT_OFFERS: _OFFERS,
    BUREAU_REQUESTS: ".request",
    DEAD_LETTERS: ".dead",
}
