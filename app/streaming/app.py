"""The service as a Faust app: `faust -A app.streaming.app worker`, or `creditstream worker`."""

from collections.abc import Mapping
from typing import Any

from app.contracts.names import TopicNames, transactional_prefix
from app.contracts.registry import load_contracts
from app.contracts.sealing import KeyRing
from app.errors import UsageError
from app.kafka import admin
from app.kafka.cluster import Cluster
from app.kafka.connection import client_arguments
from app.kafka.grants import grants_of_a_worker
from app.lane.assembly import limits_of, new_lane
from app.lane.lane import Lane
from app.settings import Settings
from app.strategies.shelf import load_shelf
from app.streaming.config import DeadLetterLimit, StreamConfig
from app.streaming.faust_app import LaneApp, build_lane_app
from app.streaming.opening import TopicFacts


def stream_config(settings: Settings, names: TopicNames) -> StreamConfig:
    """The part of the settings that is the stream's. UsageError when no cluster is named."""
    ratio = settings.dead_letter_ratio
    return StreamConfig(
        app_id=names.app_id,
        inputs=names.inputs,
        changelogs=names.changelogs,
        client=client_arguments(settings),
        instance=settings.instance,
        session_timeout=settings.session_timeout,
        heartbeat_interval=settings.heartbeat_interval,
        transaction_timeout=settings.transaction_timeout,
        request_timeout=settings.session_timeout + 30.0,            # Faust insists that it exceeds the session
        max_events=settings.max_events,
        deadline_grace=settings.deadline_grace,
        dead_letter_limit=None if ratio is None else DeadLetterLimit(ratio=ratio, window=settings.dead_letter_window),
    )


class Service:
    """Makes the lanes of this installation, and knows whether the cluster is fit for them."""

    def __init__(self, settings: Settings, names: TopicNames) -> None:
        """StrategyError or ContractError when a file cannot be used, UsageError when a setting is missing."""
        if settings.key_file is None:
            raise UsageError(
                "CREDITSTREAM_KEY_FILE is missing: a worker needs the keys that seal dead letters and open card "
                "numbers. Make them with: creditstream seal --new-key"
            )
        self.config = stream_config(settings, names)
        self._names = names
        self._keyring = KeyRing.read(settings.key_file)
        self._shelf = load_shelf(settings.strategies_dir, certified=True)
        self._limits = limits_of(settings)
        self._partitions = 0

    async def verify(self) -> None:
        """AccessError with every right that is lacking, TopicsDisagreeError with every disagreement; BrokerError when
        the cluster cannot be reached."""
        wanted = load_contracts().wanted(self._names)
        prefix = transactional_prefix(self._names.app_id)
        await admin.refuse_lack(self.config.client, grants_of_a_worker(wanted, self._names.app_id, prefix))
        await admin.refuse_disagreement(self.config.client, wanted, marker_ttl_ms=self._limits.marker_ttl_ms)
        async with Cluster.connected(self.config.client) as cluster:
            inputs = await cluster.topics(self.config.inputs)
        self._partitions = inputs[self.config.inputs[0]].partitions

    async def topics(self) -> Mapping[str, TopicFacts]:
        """All of them, as the cluster has them now."""
        async with Cluster.connected(self.config.client) as cluster:
            found = await cluster.topics(self._names.by_role.values())
        return {
            topic.name: TopicFacts(topic.topic_id.bytes, int(topic.config["max.message.bytes"]))
            for topic in found.values()
        }

    def lane(self, partition: int) -> Lane:
        """An empty lane; after `verify`."""
        return new_lane(
            partition,
            self._partitions,
            names=self._names,
            shelf=self._shelf,
            keyring=self._keyring,
            limits=self._limits,
        )


def build_app(settings: Settings, names: TopicNames | None = None) -> LaneApp:
    """The app for one installation, `names` for one whose topics have a prefix. It connects when it starts."""
    service = Service(settings, names or TopicNames(application=settings.app_id))
    return build_lane_app(
        service.config,
        service.lane,
        topics=service.topics,
        verify=service.verify,
        metrics_host=settings.metrics_host,
        metrics_port=settings.metrics_port,
    )


def __getattr__(name: str) -> Any:
    """`app`, made from the environment when `faust -A app.streaming.app` asks for it, and not by an import."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = app = build_app(Settings.from_environment())
    return app
