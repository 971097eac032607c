"""What peers need besides the project: packages of the extra `peers`, Java and Maven. Says plainly what is missing."""

import importlib.util
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path

from app.errors import UsageError
from app.settings import Settings

ROOT = Path(__file__).parents[2]
JAVA_PROJECT = ROOT / "benchmarks" / "peers" / "java"
_BUILD_SECONDS = 900


def python_of_peers(needs: Sequence[str]) -> str:
    """An interpreter that has these modules: this one, or one of a virtual environment that is made for the peers.

    UsageError when it cannot be made."""
    if all(importlib.util.find_spec(module) for module in needs):
        return sys.executable
    return _environment()


@cache
def _environment() -> str:
    """`.[peers]` in a folder of its own beside the caches, so that its pins touch nobody else's packages."""
    wanted = blake2b((ROOT / "pyproject.toml").read_bytes(), digest_size=6).hexdigest()
    folder = Settings.from_environment().cache_dir / f"benchmark-peers-{wanted}"
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    ready = folder / "ready"
    if not ready.exists():
        venv.create(folder, with_pip=True, clear=True)
        _run([str(python), "-m", "pip", "install", "--quiet", "-e", f"{ROOT}[peers]"], "the peers' packages")
        ready.touch()
    return str(python)


def java_command(main: str, options: Sequence[str]) -> list[str]:
    """Runs a class of the Java project, built when its sources are newer. UsageError without Java 17 or Maven."""
    java = shutil.which("java")
    if java is None:
        raise UsageError("the Java peers need a Java runtime, 17 or newer, on the PATH: none was found")
    target = _built()
    classpath = f"{target / 'classes'}:{target / 'lib'}/*"
    return [java, "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError", *options, "-cp", classpath, f"benchmarks.{main}"]


@cache
def _built() -> Path:
    target = JAVA_PROJECT / "target"
    marker = target / "built"
    sources = [JAVA_PROJECT / "pom.xml", *JAVA_PROJECT.glob("src/**/*.java")]
    if not marker.exists() or marker.stat().st_mtime < max(source.stat().st_mtime for source in sources):
        maven = shutil.which("mvn")
        if maven is None or shutil.which("javac") is None:
            raise UsageError("the Java peers are built with Maven and a JDK, 17 or newer: no `mvn` or no `javac`")
        _run([maven, "-q", "-B", "-f", str(JAVA_PROJECT / "pom.xml"), "clean", "package"], "the Java peers")
        marker.touch()
    return target


def _run(command: Sequence[str], what: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_BUILD_SECONDS, check=False)
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise UsageError(f"{what} could not be installed or built:\n{tail}")
