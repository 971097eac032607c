"""Decisions replayed against decisions recorded: byte-equal, or what differs."""

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct

from app.contracts.encode import encode_body
from app.contracts.names import CREDIT_OFFERS, DECISIONS, INPUTS, SCORE_SEGMENTS
from app.domain.decision import DecisionMade
from app.errors import CreditstreamError
from app.simulation.replay import Cut

COMPARED = (DECISIONS, SCORE_SEGMENTS, CREDIT_OFFERS)

_decision = msgspec.json.Decoder(DecisionMade)


class Comparison(Struct, frozen=True):
    """Event ids, in order: an id names its decision and its topic."""

    equal: int
    differing: tuple[str, ...]
    only_replayed: tuple[str, ...]
    only_recorded: tuple[str, ...]

    @property
    def same(self) -> bool:
        return not (self.differing or self.only_replayed or self.only_recorded)


Events = Iterable[tuple[str, Mapping[str, bytes], bytes]]     # topic, headers, value


def compare(replayed: Events, recorded: Events) -> Comparison:
    """Every event of the three output topics by its id; one that is there twice counts as differing. How a case came to
    be decided (`trigger`, `cut`, `woken`) is left out: that depends on how the inputs were interleaved."""
    ours, twice = _by_id(replayed)
    theirs, doubled = _by_id(recorded)
    both = ours.keys() & theirs.keys()
    differing = {key for key in both if ours[key] != theirs[key]} | twice | doubled
    return Comparison(
        equal=len(both - differing),
        differing=tuple(sorted(differing)),
        only_replayed=tuple(sorted(ours.keys() - theirs.keys())),
        only_recorded=tuple(sorted(theirs.keys() - ours.keys())),
    )


def _by_id(events: Events) -> tuple[dict[str, bytes], set[str]]:
    found: dict[str, bytes] = {}
    twice: set[str] = set()
    for topic, headers, value in events:
        if topic in COMPARED:
            event_id = headers["ce_id"].decode()
            if event_id in found:
                twice.add(event_id)
            found[event_id] = comparable(value) if topic == DECISIONS else value
    return found, twice


def comparable(decision: bytes) -> bytes:
    """A decision's bytes without what the order of reading decides."""
    return encode_body(msgspec.structs.replace(read_decision(decision), trigger="COMPLETE", cut={}, woken=False))


def read_decision(value: bytes) -> DecisionMade:
    """CreditstreamError when the bytes are no decision of this version."""
    try:
        return _decision.decode(value)
    except msgspec.DecodeError as error:
        raise CreditstreamError(f"a recorded decision cannot be read ({error}); another version made it") from error


def cuts_of(decisions: Iterable[tuple[int, bytes]]) -> dict[int, list[Cut]]:
    """How far each lane had read for each of its decisions, from (partition, decision) in log order."""
    cuts: dict[int, list[Cut]] = {}
    for partition, value in decisions:
        made = read_decision(value)
        read = {role: made.cut.get(role, 0) for role in INPUTS}
        cut = Cut(read, made.customer_id, made.application_id, made.as_of, made.woken)
        cuts.setdefault(partition, []).append(cut)
    return cuts
