"""What a single node on the loopback interface needs to be told: Kafka's settings and the JVM's."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

Profile = Literal["small", "benchmark"]

# small: a broker that shares the machine with people and tests. benchmark: one that is not the bottleneck.
JVM: dict[Profile, list[str]] = {
    "small": ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"],
    "benchmark": ["-Xms1g", "-Xmx1g"],
}

ALWAYS = [
    "-XX:-UsePerfData",                                # else a file in the temporary folder for each Java
    "--sun-misc-unsafe-memory-access=allow",           # Kafka's own affair; else four lines of warning at each start
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
]

_SINGLE_NODE = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    "group.initial.rebalance.delay.ms": "0",
    "auto.create.topics.enable": "false",
    "broker.heartbeat.interval.ms": "500",
    "broker.session.timeout.ms": "3000",               # a killed node may register again after this
    "log.cleaner.dedupe.buffer.size": "16777216",      # bytes; the default is half of the small heap
}


def properties(data: Path, port: int, controller_port: int, extra: Mapping[str, str]) -> str:
    """The text of server.properties: loopback only. `extra` wins over what stands here.

    The quorum is a static one, because its single voter may then come back on another controller port.
    """
    lines = {
        **_SINGLE_NODE,
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "log.dirs": data.as_posix(),
        **extra,
    }
    return "".join(f"{key}={value}\n" for key, value in lines.items())
