"""`creditstream broker`: one broker a data folder, which stays when the command has ended."""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest
from aiokafka.admin import NewTopic
from typer.testing import CliRunner, Result

from app.broker.background import BackgroundKafka, Running
from app.broker.probe import free_ports
from app.cli.broker import app
from app.cli.cluster import with_cluster
from app.errors import BrokerError
from app.settings import Settings
from tests.broker.records import create, read, send


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("CREDITSTREAM_DATA_DIR", str(tmp_path))
    yield tmp_path
    BackgroundKafka(Settings.from_environment()).stop()


async def test_a_broker_from_start_to_status_to_stop_and_back_with_its_data(data_dir: Path, run_id: str) -> None:
    run("start")
    running = BackgroundKafka(Settings.from_environment()).find()
    assert running
    client = {"bootstrap_servers": running.bootstrap_servers}
    assert running.bootstrap_servers in run("status").output
    assert with_cluster(None).bootstrap_servers == running.bootstrap_servers

    assert f"process {running.pid}" in run("start").output              # the same one
    assert isinstance(refused("start", "--port", str(free_ports(1)[0])), BrokerError)
    await create(NewTopic(run_id, 1, 1), **client)
    await send(run_id, b"kept", **client)

    assert "has stopped" in run("stop").output
    assert "was not running" in run("stop").output
    assert refused("status").exit_code == 3
    assert with_cluster(None).bootstrap_servers is None

    run("start")                                                        # on the port of last time
    assert await read(run_id, **client) == [b"kept"]


def test_a_frozen_broker_is_no_running_broker_and_can_be_stopped(data_dir: Path) -> None:
    broker = BackgroundKafka(Settings.from_environment())
    process = psutil.Process(broker.start().pid)
    process.suspend()
    assert "does not answer" in str(refused("status"))
    assert broker.stop()
    assert not psutil.pid_exists(process.pid) or process.status() == psutil.STATUS_ZOMBIE


def test_a_process_that_was_given_the_id_of_a_dead_broker_is_left_alone(data_dir: Path) -> None:
    broker = BackgroundKafka(Settings.from_environment())
    broker.folder.mkdir()
    stale = Running(os.getpid(), 9092, str(broker.folder / "server.properties"))
    (broker.folder / "state.json").write_bytes(msgspec.json.encode(stale))
    assert broker.find() is None
    assert not broker.stop()


def test_a_state_file_that_cannot_be_read_is_no_running_broker(data_dir: Path) -> None:
    broker = BackgroundKafka(Settings.from_environment())
    broker.folder.mkdir()
    (broker.folder / "state.json").write_text("{half")
    assert broker.find() is None


def test_a_named_kafka_wins_over_the_background_one(data_dir: Path) -> None:
    assert with_cluster("kafka.example:9092").bootstrap_servers == "kafka.example:9092"


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(BrokerError, match=f"cannot use {tmp_path}/data/broker"):
        BackgroundKafka(Settings.from_environment(data_dir=tmp_path / "data")).start()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, catch_exceptions=False)


def refused(*arguments: str) -> BrokerError:
    with pytest.raises(BrokerError) as caught:
        run(*arguments)
    return caught.value
