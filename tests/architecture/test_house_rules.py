"""The rules of the house, kept by tools: lint, strict types, one direction of imports, small files."""

import subprocess

import pytest

from tests.architecture.tools import ROOT, TOOLS

LARGEST = 400                                  # lines of one Python file


@pytest.mark.parametrize("tool", TOOLS)
def test_tools_find_nothing(tool, running):
    done = running[tool].result()
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_python_file_is_two_things():
    files = [p for folder in ("app", "tests", "benchmarks") for p in (ROOT / folder).rglob("*.py")]
    large = {str(p.relative_to(ROOT)): lines for p in files if (lines := len(p.read_text().splitlines())) > LARGEST}
    assert large == {}


def test_every_package_says_what_it_is():
    silent = [str(p.relative_to(ROOT)) for p in (ROOT / "app").rglob("__init__.py") if not p.read_text().strip()]
    assert silent == []


def test_top_level_holds_what_the_card_names():
    known = {"pyproject.toml", "README.md", "app", "topics", "deploy", "tests", "benchmarks"}
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    top = {name.split("/")[0] for name in tracked.stdout.splitlines() if not name.startswith(".")}
    assert top <= known
