"""Whether two peers said the same: every event by its id, and by the digest of what it says."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b

import msgspec
from msgspec import Struct, field

from app.contracts.names import BUREAU_REQUESTS, CREDIT_OFFERS, DECISIONS, SCORE_SEGMENTS
from app.simulation.compare import comparable
from benchmarks.log import Ends, Log

# One of each a decided case. A bureau is asked only by whom its answer has not reached yet: how many requests there
# are depends on the order in which a peer reads its inputs, what they say does not.
PER_DECISION = (DECISIONS, SCORE_SEGMENTS, CREDIT_OFFERS)
COMPARED = (*PER_DECISION, BUREAU_REQUESTS)


class Identified(Struct):
    event_id: str


_identified = msgspec.json.Decoder(Identified)


class Outputs(Struct):
    """What one run put out: digests by event id, by role; and how many events came again."""

    digests: dict[str, dict[str, bytes]] = field(default_factory=lambda: {role: {} for role in COMPARED})
    repeats: int = 0

    def add(self, role: str, key: bytes, value: bytes) -> None:
        event_id = _identified.decode(value).event_id
        digest = blake2b(key + b"\n" + _said(role, value), digest_size=16).digest()
        self.repeats += event_id in self.digests[role]
        self.digests[role][event_id] = digest

    def counts(self) -> dict[str, int]:
        return {role: len(events) for role, events in self.digests.items()}


def _said(role: str, value: bytes) -> bytes:
    """The event's bytes, without how far each input had been read: that differs between any two runs."""
    return comparable(value) if role == DECISIONS else value


async def read_outputs(log: Log, since: Ends, until: Ends) -> Outputs:
    outputs = Outputs()
    async for records in log.read(since, until):
        for record in records:
            outputs.add(log.names.roles[record.topic], record.key, record.value)
    return outputs


def incomplete(outputs: Outputs, decisions: int, *, may_repeat: bool) -> list[str]:
    """What is wrong with the outputs of so many decided cases, in words; empty when nothing is."""
    counts = outputs.counts()
    wrong = [f"{counts[role]} {role}, not {decisions}" for role in PER_DECISION if counts[role] != decisions]
    if outputs.repeats and not may_repeat:
        wrong.append(f"{outputs.repeats} events came twice")
    return wrong


def differences(part: Outputs, whole: Outputs) -> list[str]:
    """Where a run contradicts one that decided the same cases and more: events of the same id that say something else,
    and events of decided cases that the larger run lacks."""
    wrong = []
    for role in COMPARED:
        said, known = part.digests[role], whole.digests[role]
        other = [event_id for event_id in said if event_id in known and known[event_id] != said[event_id]]
        lacking = [event_id for event_id in said if event_id not in known] if role in PER_DECISION else []
        wrong += _told(role, "say something else", other) + _told(role, "are said by one only", lacking)
    return wrong


def _told(role: str, what: str, event_ids: Iterable[str]) -> list[str]:
    ids = list(event_ids)
    return [f"{len(ids)} {role} {what}, {ids[0]} among them"] if ids else []


def per_decision(outputs: Outputs, decisions: int) -> Mapping[str, float]:
    """How many events of each kind a decision had."""
    return {role: count / decisions for role, count in outputs.counts().items()}
