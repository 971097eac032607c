"""Nothing that is guarded outlives its parent, whatever kills whom. The command here is a sleeping Python."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from app.broker.guarded import GuardedProcess
from app.errors import BrokerError
from tests.broker.processes import happens, is_gone

SLEEP = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(300)"]

# Starts the command, tells its process id, and waits to be killed. {after} may do something in between.
PARENT = """
import os, sys, time
from pathlib import Path
from app.broker.guarded import GuardedProcess
process = GuardedProcess({command!r}, log_file=Path({log!r}), remove_folder=Path({folder!r}))
{after}
print(process.pid, flush=True)
time.sleep(300)
"""
FORK_THAT_KEEPS_THE_PIPE = "if os.fork() == 0: time.sleep(8); os._exit(0)"


@pytest.mark.parametrize("after", ["", FORK_THAT_KEEPS_THE_PIPE], ids=["alone", "fork"])
def test_a_command_dies_with_a_parent_that_is_killed(tmp_path: Path, after: str) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    parent, pid = parent_of_a_command(tmp_path, folder, after)
    parent.kill()
    parent.wait()
    assert happens(lambda: is_gone(pid))
    assert happens(lambda: not folder.exists())


def test_a_command_dies_with_its_guard(tmp_path: Path) -> None:
    process = GuardedProcess(SLEEP, log_file=tmp_path / "log", remove_folder=None)
    os.kill(psutil.Process(process.pid).ppid(), signal.SIGKILL)
    assert happens(lambda: is_gone(process.pid))
    process.kill()


def test_a_command_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    started: list[GuardedProcess] = []
    thread = threading.Thread(
        target=lambda: started.append(GuardedProcess(SLEEP, log_file=tmp_path / "log", remove_folder=None))
    )
    thread.start()
    thread.join()
    time.sleep(1.2)                                    # the guard has looked after its parent twice
    assert started[0].is_alive
    started[0].kill()
    assert not started[0].is_alive


def test_a_killed_command_leaves_its_folder(tmp_path: Path) -> None:
    process = GuardedProcess(SLEEP, log_file=tmp_path / "log", remove_folder=tmp_path)
    process.kill()
    assert is_gone(process.pid)
    assert tmp_path.exists()


def test_a_command_that_cannot_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match="cannot run /no/such/java: No such file"):
        GuardedProcess(["/no/such/java"], log_file=tmp_path / "log", remove_folder=None)


def parent_of_a_command(tmp_path: Path, folder: Path, after: str) -> tuple["subprocess.Popen[str]", int]:
    code = PARENT.format(command=SLEEP, log=str(tmp_path / "log"), folder=str(folder), after=after)
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    with parent.stdout as output:
        return parent, int(output.readline())
