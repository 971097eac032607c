"""Deterministic ids: whoever decides the same case from the same facts gives its events the same ids."""

from hashlib import blake2b

import msgspec

_encode = msgspec.msgpack.Encoder().encode


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()


def decision_id(customer_id: str, application_id: str, version: int = 1) -> str:
    """32 hex digits. "/" cannot occur in either id, so no two decisions share a preimage."""
    return _digest(f"{customer_id}/{application_id}/{version}")


def event_id(role: str, seed: str) -> str:
    """The one event of an output topic about `seed`: a decision's id, or the path of what is asked. 32 hex digits."""
    return _digest(f"{role}/{seed}")


def offer_id(decision: str, proposition: str) -> str:
    """A decision makes at most one offer of a proposition, so the two name it."""
    return f"{decision}.{proposition}"


def dead_letter_id(role: str, partition: int, offset: int) -> str:
    """One record gives at most one dead letter."""
    return event_id("dead-letters", f"{role}/{partition}/{offset}")


def content_digest(body: msgspec.Struct) -> bytes:
    """16 bytes that tell a repeat from a conflict: equal for equal bodies, however their JSON was written."""
    return blake2b(_encode(body), digest_size=16).digest()
