"""The demo itself, as a person runs it: real Kafka, a worker in a process of its own, and all its promises."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

APPLICATIONS = 60
INTERRUPTED = 130
CREDITSTREAM = [sys.executable, "-m", "app.cli.main"]
PATIENCE = 120.0                               # seconds


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """Where the demo puts what it must not leave."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def demo(temporary: Path) -> Iterator[subprocess.Popen[str]]:
    """`creditstream demo --keep-running`, piped."""
    command = [*CREDITSTREAM, "demo", "--keep-running", "--applications", str(APPLICATIONS)]
    environment = os.environ | {"TMPDIR": str(temporary)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as it:
        watchdog = threading.Timer(PATIENCE, it.kill)
        watchdog.start()
        yield it
        watchdog.cancel()
        it.kill()


def read_until(demo: subprocess.Popen[str], sign: str) -> str:
    assert demo.stdout is not None
    shown = ""
    for line in demo.stdout:
        shown += line
        if sign in line:
            return shown
    raise AssertionError(f"the demo ended before it said {sign!r}:\n{shown}")


def test_the_demo_keeps_its_promises(demo: subprocess.Popen[str], temporary: Path, tmp_path: Path) -> None:
    """It decides everything once, stays up on demand, decides an event of ours, explains it, and leaves nothing."""
    shown = read_until(demo, "Ctrl-C ends it")
    assert "\x1b" not in shown
    assert f"{APPLICATIONS} applications: exactly one decision, one segment and one list of offers each" in shown
    assert re.search(rf"^all(?: +\d+){{4}} +{APPLICATIONS} ", shown, re.MULTILINE)
    for part in ("APPROVE", "Gini", "Two customers", "until committed (/metrics)", "WRONG_PARTITION"):
        assert part in shown

    environment = os.environ | dict(re.findall(r"^export (\w+)=(.+?) *$", shown, re.MULTILINE))
    event = creditstream(environment, "send", "loan-applications", "--example")
    mine = tmp_path / "mine.json"
    mine.write_text(event)
    asked = json.loads(event)
    assert "partition" in creditstream(environment, "send", "loan-applications", str(mine))
    assert asked["application_id"] in read_until(demo, asked["application_id"])
    told = creditstream(environment, "explain", asked["application_id"], "--customer", asked["customer_id"])
    for part in ("internal score", "segmentation", "version 1"):
        assert part in told

    demo.terminate()
    assert demo.wait(PATIENCE) == INTERRUPTED
    assert list(temporary.iterdir()) == []


def creditstream(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run([*CREDITSTREAM, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
