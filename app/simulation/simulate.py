"""A whole simulation: a recording replayed under some strategies, and compared with what was decided then."""

from app.contracts.names import DECISIONS, INPUTS, TopicNames
from app.contracts.sealing import KeyRing
from app.contracts.wire import headers_in
from app.decisioning.strategy import Shelf
from app.lane.assembly import new_lane
from app.lane.lane import Lane
from app.lane.records import LaneLimits
from app.simulation.compare import COMPARED, Comparison, compare, cuts_of
from app.simulation.recording import Recording
from app.simulation.replay import Replayed, replay

RECORDED = (*INPUTS, *COMPARED)                # what a recording holds to be replayed and compared


def simulate(recording: Recording, shelf: Shelf, limits: LaneLimits, keyring: KeyRing | None) -> list[Replayed]:
    """Every output record, changelogs aside, that the recorded inputs give. Where the recording holds decisions, the
    replay reads its inputs exactly as far before each as the stream had."""
    names = TopicNames()

    def lane(partition: int) -> Lane:
        return new_lane(
            partition, recording.partitions, names=names, shelf=shelf, keyring=keyring, limits=limits
        )

    decisions = [(r.partition, r.value) for r in recording.records if r.topic == DECISIONS and r.value is not None]
    return list(replay(recording.records, lane, names, cuts_of(decisions)))


def against_the_record(replayed: list[Replayed], recording: Recording) -> Comparison:
    """How the replayed decisions, segments and offers compare with the recorded ones."""
    return compare(
        ((r.topic, _told(r.output.headers), r.output.value or b"") for r in replayed),
        ((r.topic, dict(r.headers), r.value or b"") for r in recording.records),
    )


def _told(headers: bytes) -> dict[str, bytes]:
    return {name: content for name, content in headers_in(headers) if content is not None}
