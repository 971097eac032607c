"""The service as a peer of suite A: `python -m benchmarks.portable.worker worker`."""

from collections.abc import Mapping

from app.kafka.cluster import Cluster
from app.streaming.config import StreamConfig
from app.streaming.faust_app import LaneApp, build_lane_app
from app.streaming.opening import TopicFacts
from app.streaming.worker import LaneWorker
from benchmarks.portable.job import Job
from benchmarks.portable.lane import JoinLane


def build(job: Job) -> LaneApp:
    """The service's app with lanes that join; all settings are the service's defaults."""
    config = StreamConfig(
        app_id=job.group,
        inputs=(job.applications, job.answers),
        changelogs=(job.changelog,),
        client={"bootstrap_servers": job.bootstrap_servers},
    )

    async def topics() -> Mapping[str, TopicFacts]:
        async with Cluster.connected(config.client) as cluster:
            found = await cluster.topics((*config.inputs, *config.changelogs, job.segments, job.offers))
        return {
            topic.name: TopicFacts(topic.topic_id.bytes, int(topic.config["max.message.bytes"]))
            for topic in found.values()
        }

    async def verify() -> None:
        """The runner has made the topics."""

    return build_lane_app(config, lambda partition: JoinLane(partition, job), topics=topics, verify=verify)


if __name__ == "__main__":
    LaneWorker(build(Job.from_environment()), loglevel="INFO").execute_from_commandline()
