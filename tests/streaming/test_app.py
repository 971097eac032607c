"""The worker as it is started in production: what it refuses, with which exit code, and that it stops when told to."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.broker.embedded import EmbeddedKafka
from app.contracts.names import TopicNames
from app.contracts.registry import load_contracts
from app.contracts.sealing import KeyRing
from app.kafka import admin

FAUST = ["faust", "-A", "app.streaming.app", "worker"]
CREDITSTREAM = ["app.cli.main", "worker"]


@pytest.fixture
def environment(kafka: EmbeddedKafka, run_id: str, tmp_path: Path) -> dict[str, str]:
    KeyRing.generate().write(tmp_path / "keys.json")
    return {
        **os.environ,
        "CREDITSTREAM_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "CREDITSTREAM_APP_ID": run_id,
        "CREDITSTREAM_KEY_FILE": str(tmp_path / "keys.json"),
        "CREDITSTREAM_METRICS_PORT": "0",
        "PYTHONWARNINGS": "error::ResourceWarning",
    }


def started(command: list[str], environment: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", *command], env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    said, _ = process.communicate(timeout=30)
    return process.returncode, said


def test_importing_the_app_reads_no_environment_and_connects_to_nothing() -> None:
    process = started(["app.streaming.app"], {"PATH": os.environ["PATH"]})
    assert ended(process) == (0, "")


@pytest.mark.parametrize("command", [CREDITSTREAM, FAUST], ids=["creditstream", "faust"])
def test_a_cluster_without_the_topics_is_refused_with_exit_code_4(
    command: list[str], environment: dict[str, str], run_id: str
) -> None:
    code, said = ended(started(command, environment))
    assert code == 4
    assert "error: the cluster's topics are not what topics/ says:" in said
    assert f"  - {run_id}-cases-changelog: the topic is missing" in said
    assert "Traceback" not in said


def test_no_broker_is_exit_code_3_and_no_keys_exit_code_2(environment: dict[str, str]) -> None:
    nowhere = started(CREDITSTREAM, environment | {"CREDITSTREAM_BOOTSTRAP_SERVERS": "127.0.0.1:1"})
    without_keys = started(CREDITSTREAM, environment | {"CREDITSTREAM_KEY_FILE": ""})
    assert ended(nowhere)[0] == 3
    code, said = ended(without_keys)
    assert code == 2
    assert "creditstream seal --new-key" in said


async def test_a_worker_runs_until_it_is_told_to_stop(
    environment: dict[str, str], run_id: str, kafka: EmbeddedKafka
) -> None:
    client, names = {"bootstrap_servers": kafka.bootstrap_servers}, TopicNames(f"{run_id}-", run_id)
    await admin.apply(client, await admin.plan(client, load_contracts().wanted(names), partitions=2))
    process = started([*CREDITSTREAM, "--prefix", names.prefix], environment)
    assert process.stdout is not None
    said = ""
    while said.count(" open after ") < 2:
        line = await asyncio.wait_for(asyncio.to_thread(process.stdout.readline), 30)
        assert line, said
        said += line
    process.send_signal(signal.SIGTERM)
    code, rest = await asyncio.to_thread(ended, process)
    assert code == 0, said + rest
    assert "Traceback" not in said + rest
