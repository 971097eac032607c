"""A worker process with counter lanes, to be killed and revived: `python -m tests.streaming.counter_worker JSON`."""

import sys
from collections.abc import Mapping

import msgspec

from app.streaming.config import DeadLetterLimit, StreamConfig
from app.streaming.faust_app import LaneApp, build_lane_app
from app.streaming.opening import TopicFacts
from app.streaming.worker import LaneWorker
from tests.streaming.counter_lane import CounterLane


class Orders(msgspec.Struct, kw_only=True):
    """What a worker process is told."""

    bootstrap_servers: str
    run: str                                   # keeps the topics and the group of one test apart
    instance: str | None = None
    metrics_port: int = 0
    log_level: str = "INFO"
    max_events: int = 500
    dead_letter_ratio: float | None = None
    topic_ids: dict[str, bytes] = {}

    @property
    def inputs(self) -> tuple[str, ...]:
        return tuple(f"{self.run}-in-{name}" for name in "abc")

    @property
    def out(self) -> str:
        return f"{self.run}-out"

    @property
    def changelogs(self) -> tuple[str, ...]:
        return (f"{self.run}-counts-changelog", f"{self.run}-notes-changelog")

    @property
    def config(self) -> StreamConfig:
        ratio = self.dead_letter_ratio
        return StreamConfig(
            app_id=self.run,
            inputs=self.inputs,
            changelogs=self.changelogs,
            client={"bootstrap_servers": self.bootstrap_servers},
            instance=self.instance,
            session_timeout=6.0,
            heartbeat_interval=0.5,
            request_timeout=10.0,
            close_timeout=1.5,
            max_events=self.max_events,
            log_ends_interval=0.2,
            deadline_grace=0.3,
            reachable_within=2.0,
            dead_letter_limit=None if ratio is None else DeadLetterLimit(ratio=ratio, window=20),
        )


def counter_app(orders: Orders) -> LaneApp:
    async def topics() -> Mapping[str, TopicFacts]:
        return {name: TopicFacts(topic_id, 1 << 20) for name, topic_id in orders.topic_ids.items()}

    async def verify() -> None:
        """Tests make their topics themselves."""

    return build_lane_app(
        orders.config,
        lambda partition: CounterLane(partition, orders.out, orders.changelogs),
        topics=topics,
        verify=verify,
        metrics_port=orders.metrics_port,
    )


if __name__ == "__main__":
    orders = msgspec.json.decode(sys.argv[1], type=Orders)
    LaneWorker(counter_app(orders), loglevel=orders.log_level).execute_from_commandline()
