"""What a cluster's topics are, compared with what they should be. Pure: the cluster is asked elsewhere.

Settings that only say how much is kept or let through may exceed the contract; nothing is ever lowered to it, because
that would delete data.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from app.kafka.cluster import ClusterTopic

_AT_LEAST = frozenset({"retention.ms", "max.message.bytes", "delete.retention.ms"})
_FOR_EVER = -1


class Wanted(Protocol):
    """A topic as it should be."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...                 # input, output, changelog
    @property
    def partitions(self) -> int: ...
    @property
    def config(self) -> Mapping[str, str]: ...


class Disagreement(Struct, frozen=True, kw_only=True):
    """One thing that is not as it should be, and what to do about it."""

    topic: str
    what: str
    found: str
    should_be: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.topic}: {self.what} is {self.found} and should be {self.should_be}. {self.remedy}"


class Creation(Struct, frozen=True, kw_only=True):
    topic: str
    partitions: int
    replication: int                           # -1: as the brokers say
    config: Mapping[str, str]


class Change(Struct, frozen=True, kw_only=True):
    topic: str
    setting: str
    old: str
    new: str


class Plan(Struct, frozen=True, kw_only=True):
    """What apply would do, and what it will never do by itself."""

    create: tuple[Creation, ...]
    change: tuple[Change, ...]
    refused: tuple[Disagreement, ...]
    in_order: tuple[str, ...]                  # topics that nothing needs to be done about

    @property
    def empty(self) -> bool:
        return not (self.create or self.change)


_APPLY = "Run: creditstream topics apply"


def plan_topics(
    wanted: Sequence[Wanted],
    found: Mapping[str, ClusterTopic],
    *,
    partitions: int | None = None,
    replication: int = -1,
) -> Plan:
    """Without `partitions`, new topics get as many as those that are there already, or else as the contracts say."""
    settled = partitions or next((found[topic.name].partitions for topic in wanted if topic.name in found), None)
    create = tuple(
        Creation(
            topic=topic.name,
            partitions=settled or topic.partitions,
            replication=replication,
            config=dict(topic.config) | _durability(replication),
        )
        for topic in wanted
        if topic.name not in found
    )
    there = [(topic, found[topic.name]) for topic in wanted if topic.name in found]
    change: list[Change] = []
    refused: list[Disagreement] = []
    for topic, actual in there:
        refused += _partition_problems(actual, settled)
        for setting, old, new in _differing(topic, actual):
            if setting == "cleanup.policy" and "compact" in old:
                refused.append(_would_delete(topic.name, old, new))
            else:
                change.append(Change(topic=topic.name, setting=setting, old=old, new=new))
    touched = {step.topic for step in change} | {problem.topic for problem in refused}
    in_order = tuple(actual.name for _, actual in there if actual.name not in touched)
    return Plan(create=create, change=tuple(change), refused=tuple(refused), in_order=in_order)


def disagreements(
    wanted: Sequence[Wanted], found: Mapping[str, ClusterTopic], *, marker_ttl_ms: int | None = None
) -> list[Disagreement]:
    """Everything for which a worker must not start. How many partitions there are is free, if all have as many."""
    there = [found[topic.name] for topic in wanted if topic.name in found]
    partitions = there[0].partitions if there else None
    problems: list[Disagreement] = []
    for topic in wanted:
        actual = found.get(topic.name)
        if actual is None:
            problems.append(
                Disagreement(topic=topic.name, what="the topic", found="missing", should_be="there", remedy=_APPLY)
            )
            continue
        problems += _partition_problems(actual, partitions)
        problems += [
            Disagreement(topic=topic.name, what=setting, found=old or "not set", should_be=new, remedy=_APPLY)
            for setting, old, new in _differing(topic, actual)
        ]
        problems += _durability_problems(actual)
        if topic.kind == "input" and marker_ttl_ms is not None:
            problems += _retention_problems(actual, marker_ttl_ms)
    return problems


def _differing(topic: Wanted, actual: ClusterTopic) -> Iterator[tuple[str, str, str]]:
    for setting, new in topic.config.items():
        old = actual.config.get(setting, "")
        if not _satisfies(setting, old, new):
            yield setting, old, new


def _satisfies(setting: str, old: str, new: str) -> bool:
    if setting == "cleanup.policy":
        return set(old.split(",")) == set(new.split(","))
    try:
        is_, should_be = float(old), float(new)
    except ValueError:
        return old == new
    if setting in _AT_LEAST:
        return is_ == _FOR_EVER or is_ >= should_be
    return is_ == should_be


def _partition_problems(actual: ClusterTopic, partitions: int | None) -> Iterable[Disagreement]:
    if partitions is not None and actual.partitions != partitions:
        yield Disagreement(
            topic=actual.name,
            what="the number of partitions",
            found=str(actual.partitions),
            should_be=f"{partitions}, as many as all others",
            remedy="It is never changed in place, because keys would move away from their state: make topics under "
            "another prefix with the number you want, and move over",
        )


def _durability_problems(actual: ClusterTopic) -> Iterable[Disagreement]:
    in_sync = int(actual.config.get("min.insync.replicas", "1"))
    if in_sync > actual.replication:
        yield Disagreement(
            topic=actual.name,
            what="min.insync.replicas",
            found=str(in_sync),
            should_be=f"at most the {actual.replication} replicas that there are",
            remedy="Nothing can be written with acks=all: add replicas, or lower the setting",
        )
    if actual.replication >= 3 and in_sync < 2:
        yield Disagreement(
            topic=actual.name,
            what="min.insync.replicas",
            found=str(in_sync),
            should_be=f"at least 2 of {actual.replication} replicas",
            remedy="What one replica alone has acknowledged is lost with it. Run: kafka-configs.sh --alter "
            f"--entity-type topics --entity-name {actual.name} --add-config min.insync.replicas=2",
        )


def _retention_problems(actual: ClusterTopic, marker_ttl_ms: int) -> Iterable[Disagreement]:
    """A repeat must meet the marker of the case that it belongs to, for as long as it can be read again."""
    retention = int(actual.config.get("retention.ms", "-1"))
    if retention == _FOR_EVER or retention >= marker_ttl_ms:
        days = "for ever" if retention == _FOR_EVER else f"{retention / 86_400_000:g} days"
        yield Disagreement(
            topic=actual.name,
            what="retention.ms",
            found=f"{retention} ({days})",
            should_be=f"less than the {marker_ttl_ms / 86_400_000:g} days that decided cases are remembered",
            remedy="Set CREDITSTREAM_MARKER_TTL_HOURS higher, or keep the input for less long",
        )


def _would_delete(topic: str, old: str, new: str) -> Disagreement:
    return Disagreement(
        topic=topic,
        what="cleanup.policy",
        found=old,
        should_be=new,
        remedy="The change would delete records, so it is left to you: look at what the topic holds first",
    )


def _durability(replication: int) -> dict[str, str]:
    """With a replication factor of one's own choosing, all replicas but one must have a write."""
    return {} if replication < 1 else {"min.insync.replicas": str(max(1, replication - 1))}
