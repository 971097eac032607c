"""Runs a command that must not outlive the process which asked for it, not even when that one is killed with -9.

Run as a script by a bare interpreter, so only the standard library is used:

    guard.py PARENT_PID LOG_FILE REMOVE_FOLDER COMMAND...

The guard's standard input is a pipe of which only the parent holds the other end: when the parent is gone, by whatever
death, the pipe ends and the command is killed. A fork of the parent may keep the pipe open, and the guard itself may be
killed first, so there are two more nets: the guard looks now and then who its parent is, and on Linux the kernel kills
the command when the guard dies. To standard output goes one line: the command's process id, or what kept it from
starting. LOG_FILE gets the command's output. REMOVE_FOLDER, unless empty, is deleted when the parent is gone.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

_LOOK_EVERY_SECONDS = 0.5


class Ward:
    """The command, and how it is put to death with all that it started."""

    def __init__(self, command: list[str], log_file: str) -> None:
        with open(log_file, "ab") as log:  # noqa: PTH123 - a bare interpreter starts twice as fast without pathlib
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                process_group=None if sys.platform == "win32" else 0,
                preexec_fn=_dying_with_the_guard(),  # noqa: PLW1509 - no thread runs yet
            )
        self.orphaned = False

    def orphan(self) -> None:
        self.orphaned = True
        if sys.platform == "win32":
            self.process.kill()
        elif self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)

    def orphan_at_end_of_input(self) -> None:
        while os.read(0, 1):
            pass
        self.orphan()


def main(parent: int, log_file: str, remove_folder: str, command: list[str]) -> int:
    try:
        ward = Ward(command, log_file)
    except OSError as error:
        tell(f"cannot run {command[0]}: {error.strerror}")
        return 1
    tell(str(ward.process.pid))
    threading.Thread(target=ward.orphan_at_end_of_input, daemon=True).start()
    code: int | None = None
    while code is None:
        try:
            code = ward.process.wait(_LOOK_EVERY_SECONDS)
        except subprocess.TimeoutExpired:
            if sys.platform != "win32" and os.getppid() != parent:
                ward.orphan()
    if ward.orphaned and remove_folder:
        shutil.rmtree(remove_folder, ignore_errors=True)
    return code


def tell(line: str) -> None:
    with contextlib.suppress(OSError):                 # the parent may be gone already
        os.write(1, line.encode() + b"\n")


def _dying_with_the_guard() -> Callable[[], object] | None:
    """On Linux, what the child calls before it becomes the command. The kernel ties it to the thread that forks: here
    the main one, which lives as long as the guard."""
    if sys.platform != "linux":
        return None
    import ctypes  # noqa: PLC0415 - Linux only

    prctl = ctypes.CDLL(None).prctl
    set_parent_death_signal = 1
    return lambda: prctl(set_parent_death_signal, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]))
