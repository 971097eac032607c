"""What a cluster says about its topics, and the few things that may be asked of it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self, TypeVar
from uuid import UUID

from aiokafka.client import AIOKafkaClient, CoordinationType
from aiokafka.errors import (
    AuthenticationFailedError,
    GroupAuthorizationFailedError,
    IncompatibleBrokerVersion,
    KafkaError,
    SaslAuthenticationFailed,
    TransactionalIdAuthorizationFailed,
    UnsupportedSaslMechanismError,
    for_code,
)
from aiokafka.protocol.admin import DescribeConfigsRequest
from msgspec import Struct

from app.errors import BrokerError
from app.kafka.grants import WRITE, Grant, operations_in
from app.kafka.overheard import overheard
from app.kafka.protocol import CreateTopics, DescribeGroup, DescribeTopics, SetTopicConfigs

T = TypeVar("T")

_NO_ERROR, _UNKNOWN_TOPIC, _NOT_YOURS, _TOPIC_EXISTS = 0, 3, 29, 36
_TOPIC = 2
_TIMEOUT_MS = 30_000
_SETTLING_SECONDS = 15.0


class ClusterTopic(Struct, frozen=True, kw_only=True):
    """A topic as it is. `config` holds every setting's value in effect, whoever set it."""

    name: str
    topic_id: UUID
    partitions: int
    replication: int                           # the smallest among the partitions
    config: Mapping[str, str]


class Cluster:
    """A connection for administration. Open one with `connected`."""

    def __init__(self, client: Any) -> None:
        self._client = client

    @classmethod
    @asynccontextmanager
    async def connected(cls, arguments: Mapping[str, Any]) -> AsyncIterator[Self]:
        """`arguments` are those of every aiokafka client. BrokerError when the cluster cannot be reached."""
        client = AIOKafkaClient(**arguments, request_timeout_ms=_TIMEOUT_MS)
        said: list[Exception] = []
        try:
            with overheard() as said:
                await client.bootstrap()
            said.clear()
            yield cls(client)
        except (KafkaError, OSError) as error:
            servers = arguments["bootstrap_servers"]
            where = servers if isinstance(servers, str) else ", ".join(servers)
            raise BrokerError(_in_words(said[-1] if said else error, where)) from error
        finally:
            await client.close()

    async def topic_ids(self, names: Iterable[str]) -> dict[str, UUID]:
        """The cluster's own id of each topic that is there: a topic deleted and made anew has another."""
        return {name: topic_id for name, (topic_id, _, _) in (await self._described(names)).items()}

    async def topics(self, names: Iterable[str]) -> dict[str, ClusterTopic]:
        """Those of the topics that are there."""
        described = await self._described(names)
        configs = await self._configs(described)
        return {
            name: ClusterTopic(
                name=name, topic_id=topic_id, partitions=partitions, replication=replication, config=configs[name]
            )
            for name, (topic_id, partitions, replication) in described.items()
        }

    async def allowed(self, grants: Sequence[Grant]) -> dict[Grant, frozenset[str]]:
        """What this client may do with each resource, of the operations that grants name. Topics that are not there are
        left out."""
        by_name = {grant.name: grant for grant in grants if grant.kind == "topic"}
        response = await self._send(DescribeTopics(sorted(by_name)))
        found = {
            by_name[name]: frozenset() if code == _NOT_YOURS else operations_in(bits)
            for code, name, _, _, _, bits, *_ in response.topics
            if code in {_NO_ERROR, _NOT_YOURS}
        }
        others = [grant for grant in grants if grant.kind != "topic"]
        allowed = await asyncio.gather(*map(self._allowed_beside_topics, others))
        return found | dict(zip(others, allowed, strict=True))

    async def _allowed_beside_topics(self, grant: Grant) -> frozenset[str]:
        if grant.kind == "group":
            return await self._allowed_with_group(grant.name)
        return await self._allowed_with_transactions(grant.name + "0")

    async def _allowed_with_group(self, group: str) -> frozenset[str]:
        async def asked() -> frozenset[str]:
            node = await self._client.coordinator_lookup(CoordinationType.GROUP, group)
            ((code, *_, bits),) = (await self._client.send(node, DescribeGroup(group))).groups
            if code != _NO_ERROR:
                raise for_code(code)()
            return operations_in(bits)

        try:
            return await _patiently(asked)
        except GroupAuthorizationFailedError:
            return frozenset()

    async def _allowed_with_transactions(self, transactional_id: str) -> frozenset[str]:
        """No broker tells what is allowed with a transactional id; but who may not write must not ask about it either,
        unless describing was granted by itself."""
        try:
            await _patiently(lambda: self._client.coordinator_lookup(CoordinationType.TRANSACTION, transactional_id))
        except TransactionalIdAuthorizationFailed:
            return frozenset()
        return frozenset([WRITE])

    async def create(self, topics: list[tuple[str, int, int, dict[str, str]]]) -> None:
        """(name, partitions, replication factor or -1, settings); returns when all of them can be used."""
        response = await self._send(CreateTopics(topics, _TIMEOUT_MS))
        for name, code, message in response.topic_errors:
            if code not in {_NO_ERROR, _TOPIC_EXISTS}:
                raise BrokerError(f"the cluster does not create topic {name}: {message or for_code(code).description}")

        async def created() -> bool:
            return len(await self._described(name for name, *_ in topics)) == len(topics)

        await _until(created, "created the topics but does not show them")

    async def configure(self, settings: dict[str, dict[str, str]]) -> None:
        """Changes the named settings of topics, and no others; returns when they hold."""
        response = await self._send(SetTopicConfigs(settings))
        for code, message, _, name in response.responses:
            if code != _NO_ERROR:
                raise BrokerError(f"the cluster does not change topic {name}: {message or for_code(code).description}")

        async def changed() -> bool:
            configs = await self._configs(settings)
            return all(changes.items() <= configs[name].items() for name, changes in settings.items())

        await _until(changed, "took the new settings but does not show them")

    async def _described(self, names: Iterable[str]) -> dict[str, tuple[UUID, int, int]]:
        response = await self._send(DescribeTopics(sorted(names)))
        found = {}
        for code, name, topic_id, _, partitions, *_ in response.topics:
            if code == _UNKNOWN_TOPIC:
                continue
            if code != _NO_ERROR:
                raise BrokerError(f"the cluster does not describe topic {name}: {for_code(code).description}")
            replication = min((len(replicas) for _, _, _, _, replicas, *_ in partitions), default=0)
            found[name] = (topic_id, len(partitions), replication)
        return found

    async def _configs(self, names: Iterable[str]) -> dict[str, dict[str, str]]:
        resources = [(_TOPIC, name, None) for name in names]
        if not resources:
            return {}
        response = await self._send(DescribeConfigsRequest(resources))
        found = {}
        for code, message, _, name, entries in response.resources:
            if code != _NO_ERROR:
                raise BrokerError(f"the cluster does not tell the settings of topic {name}: {message}")
            found[name] = {key: value or "" for key, value, *_ in entries}
        return found

    async def _send(self, request: Any) -> Any:
        node = self._client.get_random_node()
        if node is None:
            raise BrokerError("the cluster names no broker that could be asked")
        return await self._client.send(node, request)


async def _patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """A new cluster has no coordinators at first, and they need a moment to load what they know."""
    deadline = asyncio.get_running_loop().time() + _SETTLING_SECONDS
    while True:
        try:
            return await ask()
        except KafkaError as error:
            if not error.retriable or asyncio.get_running_loop().time() > deadline:
                raise
        await asyncio.sleep(0.1)


async def _until(holds: Callable[[], Awaitable[bool]], otherwise: str) -> None:
    """A request is answered before what it did has travelled to every broker."""
    deadline = asyncio.get_running_loop().time() + _SETTLING_SECONDS
    while not await holds():
        if asyncio.get_running_loop().time() > deadline:
            raise BrokerError(f"the cluster {otherwise} after {_SETTLING_SECONDS:g} s; look at the brokers' logs")
        await asyncio.sleep(0.05)


def _in_words(error: Exception, where: str) -> str:
    if isinstance(error, IncompatibleBrokerVersion | NotImplementedError):
        return f"Kafka at {where} is too old: topic ids need 2.8 or newer"
    if isinstance(error, AuthenticationFailedError | SaslAuthenticationFailed | UnsupportedSaslMechanismError):
        return (
            f"Kafka at {where} refuses the credentials ({type(error).__name__}): look at CREDITSTREAM_SASL_MECHANISM, "
            "CREDITSTREAM_SASL_USERNAME and CREDITSTREAM_SASL_PASSWORD"
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"Kafka at {where} is not to be trusted ({error.verify_message}): CREDITSTREAM_SSL_CAFILE names the "
            "certificates that may vouch for it"
        )
    why = type(error).__name__
    return f"no Kafka can be reached at {where} ({why}); is it up, and are address and security protocol right?"
