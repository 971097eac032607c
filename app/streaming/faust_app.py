"""The Faust app: agents that carry record batches to the lanes, and nothing else of Faust that could lose one."""

import asyncio
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

import faust
from faust.app.base import BootStrategy
from mode import Service

from app.errors import CreditstreamError
from app.streaming.config import StreamConfig
from app.streaming.driven import LaneFactory
from app.streaming.lanes import Lanes
from app.streaming.log_ends import LogEnds
from app.streaming.metrics import Metrics
from app.streaming.positions import Positions
from app.streaming.runner import LaneTools, Topics
from app.streaming.station import Station, Verify
from app.streaming.transport import BatchTopic, BatchTransport


class StationService(Service):  # type: ignore[misc]   # mode is untyped here
    """The station among Faust's services."""

    mundane_level = "debug"

    def __init__(self, station: Station, app: "LaneApp") -> None:
        super().__init__(loop=app.loop, beacon=app.beacon)
        self.station = station
        self._app = app

    async def on_start(self) -> None:
        with self._app.refusing():
            await self.station.start()

    async def on_stop(self) -> None:
        await self.station.stop()


class LaneBoot(BootStrategy):  # type: ignore[misc]   # Faust is untyped here
    """No web server of Faust's (it would bind port 6066), no producer of Faust's; the station first."""

    enable_web = False
    enable_kafka_producer = False

    def server(self) -> Iterable[Any]:
        return chain([self.app.station_service], super().server())


class LaneApp(faust.App):  # type: ignore[misc]   # Faust is untyped here
    """A Faust app whose work is done by lanes."""

    BootStrategy = LaneBoot
    logger = logging.getLogger("faust.app")
    mundane_level = "debug"
    station_service: StationService
    refusal: CreditstreamError | None = None   # why the worker would not start, or go on

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Remembers a refusal on its way up: Faust makes of every error a crash without a reason."""
        try:
            yield
        except CreditstreamError as refusal:
            self.refusal = refusal
            raise

    def _create_directories(self) -> None:
        """Nothing is kept on disk."""


def build_lane_app(
    config: StreamConfig,
    lane_factory: LaneFactory,
    *,
    topics: Topics,
    verify: Verify,
    metrics_host: str = "127.0.0.1",
    metrics_port: int = 0,
) -> LaneApp:
    """Builds the app; nothing is connected before it starts."""
    app = LaneApp(
        config.app_id,
        broker=[f"kafka://{server}" for server in config.servers],
        Worker="app.streaming.worker:LaneWorker",
        topic_disable_leader=True,
        topic_allow_declare=False,
        web_enabled=False,
        store="memory://",
        stream_wait_empty=False,
        stream_buffer_maxsize=64,
        broker_session_timeout=config.session_timeout,
        broker_request_timeout=config.request_timeout,
        broker_heartbeat_interval=config.heartbeat_interval,
        table_standby_replicas=1,                  # otherwise Faust may hand the parts of a lane to different workers
    )

    async def still_member() -> bool:
        return bool(await app.consumer.still_member())

    positions, log_ends, metrics = Positions(), LogEnds(config), Metrics()
    lanes = Lanes(
        LaneTools(
            config=config,
            factory=lane_factory,
            topics=topics,
            still_member=still_member,
            positions=positions,
            log_ends=log_ends,
            metrics=metrics,
            turn=asyncio.Lock(),
        )
    )
    app.transport = BatchTransport(app, config, positions, lanes.fetch_failed)
    app.conf.Topic = BatchTopic
    station = Station(
        lanes=lanes,
        log_ends=log_ends,
        metrics=metrics,
        verify=verify,
        metrics_host=metrics_host,
        metrics_port=metrics_port,
    )
    app.station_service = StationService(station, app)
    _connect(app, lanes)
    for topic in config.inputs:
        _carry(app, topic, lanes)
    return app


def _connect(app: LaneApp, lanes: Lanes) -> None:
    async def revoked(_app: Any, _revoked: Any, **_: Any) -> None:
        await lanes.revoke()

    async def assigned(_app: Any, owned: Any, **_: Any) -> None:
        with app.refusing():
            await lanes.assign(owned)

    async def shutdown(_app: Any, **_: Any) -> None:
        await lanes.close()

    app.on_partitions_revoked.connect(revoked, weak=False)
    app.on_partitions_assigned.connect(assigned, weak=False)
    app.on_before_shutdown.connect(shutdown, weak=False)


def _carry(app: LaneApp, topic: str, lanes: Lanes) -> None:
    """An agent for one input. `acks=False`: Faust must neither acknowledge nor commit anything.

    A stream that runs dry leaves its last message in a reference cycle (exception, traceback, frame), which the garbage
    collector finds when it comes by: the batch is taken out of the message, or megabytes would wait there with it."""

    async def carry(parcels: Any) -> None:
        async for parcel in parcels:
            lanes.put(parcel.pop())

    app.agent(app.topic(topic, acks=False), name=f"carry-{topic}")(carry)
