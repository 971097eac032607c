"""Topics planned, applied and verified on a cluster. Nothing is ever deleted, shrunk or moved."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.errors import AccessError, TopicsDisagreeError
from app.kafka.agreement import Disagreement, Plan, Wanted, disagreements, plan_topics
from app.kafka.cluster import Cluster
from app.kafka.grants import Grant, lacking


async def plan(
    client: Mapping[str, Any], wanted: Sequence[Wanted], *, partitions: int | None = None, replication: int = -1
) -> Plan:
    """What `apply` would do. `client` holds the arguments of every aiokafka client."""
    async with Cluster.connected(client) as cluster:
        found = await cluster.topics(topic.name for topic in wanted)
    return plan_topics(wanted, found, partitions=partitions, replication=replication)


async def apply(client: Mapping[str, Any], agreed: Plan) -> None:
    """Does what the plan says: creates what is missing, changes settings. Doing it again changes nothing.

    TopicsDisagreeError, before anything is done, when the plan holds something that is refused."""
    if agreed.refused:
        raise TopicsDisagreeError(_told("these topics cannot be made to agree", agreed.refused))
    async with Cluster.connected(client) as cluster:
        if agreed.create:
            await cluster.create(
                [(step.topic, step.partitions, step.replication, dict(step.config)) for step in agreed.create]
            )
        changes: dict[str, dict[str, str]] = {}
        for step in agreed.change:
            changes.setdefault(step.topic, {})[step.setting] = step.new
        if changes:
            await cluster.configure(changes)


async def verify(
    client: Mapping[str, Any], wanted: Sequence[Wanted], *, marker_ttl_ms: int | None = None
) -> list[Disagreement]:
    """Everything on the cluster that is not as the contracts say; empty when a worker may start.

    `marker_ttl_ms`: how long decided cases are remembered; every input must be kept for less long."""
    async with Cluster.connected(client) as cluster:
        found = await cluster.topics(topic.name for topic in wanted)
    return disagreements(wanted, found, marker_ttl_ms=marker_ttl_ms)


async def refuse_disagreement(client: Mapping[str, Any], wanted: Sequence[Wanted], *, marker_ttl_ms: int) -> None:
    """TopicsDisagreeError with every disagreement, what is, what should be and what to run: before a worker starts."""
    if found := await verify(client, wanted, marker_ttl_ms=marker_ttl_ms):
        raise TopicsDisagreeError(_told("the cluster's topics are not what topics/ says", found))


async def refuse_lack(client: Mapping[str, Any], grants: Sequence[Grant]) -> None:
    """AccessError with everything that the cluster does not let this client do, and what to run: before a worker
    starts, because a client that may not join its group waits for ever and says nothing."""
    async with Cluster.connected(client) as cluster:
        allowed = await cluster.allowed(grants)
    if left := list(lacking(grants, allowed)):
        principal = f"User:{client.get('sasl_plain_username', 'NAME')}"
        raise AccessError(
            _told("the cluster does not let this worker do what it must", left)
            + f"\nGrant it what this prints: creditstream topics grants --principal {principal}"
        )


async def topic_ids(client: Mapping[str, Any], names: Iterable[str]) -> dict[str, UUID]:
    """The cluster's id of each topic that is there: a topic deleted and made anew has another id."""
    async with Cluster.connected(client) as cluster:
        return await cluster.topic_ids(names)


def _told(headline: str, problems: Iterable[Disagreement | Grant]) -> str:
    return headline + ":\n" + "\n".join(f"  - {problem}" for problem in problems)
