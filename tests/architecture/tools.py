"""Tools that take a minute, started with the tests and asked when these are through: most tests leave a core idle."""

import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOLS = {
    "lint": ["-m", "ruff", "check", "app", "tests", "benchmarks"],
    "strict types": ["-m", "mypy"],
    "import contracts": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
}

Done = subprocess.CompletedProcess[str]


def started(names: Iterable[str]) -> dict[str, Future[Done]]:
    """These, one after another."""
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tools")
    return {name: pool.submit(_run, TOOLS[name]) for name in names}


def _run(arguments: list[str]) -> Done:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
