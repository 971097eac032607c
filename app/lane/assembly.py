"""A lane put together from its parts."""

from app.contracts.dead_letters import DeadLetters
from app.contracts.decode import decoders
from app.contracts.keys import OwnPartition
from app.contracts.names import TopicNames
from app.contracts.sealing import KeyRing
from app.decisioning.strategy import Shelf
from app.lane.intake import Intake
from app.lane.lane import Lane
from app.lane.outbox import Outbox
from app.lane.records import LaneLimits
from app.lane.tables import Tables
from app.settings import Settings


def new_lane(
    partition: int, partitions: int, *, names: TopicNames, shelf: Shelf, keyring: KeyRing | None, limits: LaneLimits
) -> Lane:
    """An empty lane of `partitions`; restore it before it learns. Without keys card numbers stay sealed and unchecked,
    and nobody will open its dead letters: enough for a simulation."""
    own = OwnPartition(partition, partitions)
    return Lane(
        partition=partition,
        intakes={
            names.by_role[role]: Intake(role, decoder, own) for role, decoder in decoders(keyring).items()
        },
        shelf=shelf,
        tables=Tables(names, partition),
        outbox=Outbox(names, partition, DeadLetters(keyring or KeyRing.generate())),
        limits=limits,
    )


def limits_of(settings: Settings) -> LaneLimits:
    """The bounds that a deployment has set."""
    return LaneLimits(
        orphan_ttl_ms=int(settings.orphan_ttl_hours * 3_600_000),
        marker_ttl_ms=int(settings.marker_ttl_hours * 3_600_000),
    )
