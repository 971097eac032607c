"""Tools that take a minute, started with the tests and asked when these are through: most tests leave a core idle."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOLS = {
    "lint": ["-m", "ruff", "check", "app", "tests", "benchmarks"],
    "strict types": ["-m", "mypy"],
    "import contracts": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
}


class Running:
    """One of them at work."""

    def __init__(self, arguments: list[str]) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `end`)
        self._process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, stdout=self._said, stderr=subprocess.STDOUT
        )

    def found(self) -> tuple[int, str]:
        """Its exit code, and what it has said."""
        code = self._process.wait()
        self._said.seek(0)
        return code, self._said.read().decode()

    def end(self) -> None:
        """Whether or not it is through."""
        self._process.kill()
        self._process.wait()
        self._said.close()
