"""`creditstream worker`, except that it may forget decided cases sooner than its inputs are deleted: a soak cannot wait
for a month until the first of them is forgotten.
"""

import os

from app.contracts.names import TopicNames
from app.kafka.cluster import Cluster
from app.settings import Settings
from app.streaming.app import Service
from app.streaming.faust_app import LaneApp, build_lane_app
from app.streaming.worker import LaneWorker


class ShortMemory(Service):
    """Takes the topics as they are."""

    async def verify(self) -> None:
        async with Cluster.connected(self.config.client) as cluster:
            inputs = await cluster.topics(self.config.inputs)
        self._partitions = inputs[self.config.inputs[0]].partitions


def build(settings: Settings, names: TopicNames) -> LaneApp:
    service = ShortMemory(settings, names)
    return build_lane_app(service.config, service.lane, topics=service.topics, verify=service.verify)


if __name__ == "__main__":
    found = Settings.from_environment()
    LaneWorker(build(found, TopicNames(os.environ["PEER_PREFIX"], found.app_id))).execute_from_commandline()
