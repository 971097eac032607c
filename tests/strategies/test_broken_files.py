"""Whatever is done to a strategy's files, reading them ends soon, in a strategy or in a message with file and line.

    python -m tests.strategies.test_broken_files 10000

breaks that many and more, and says which were not refused as they should be.
"""

import re
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from app.errors import StrategyError
from app.strategies.cases import read_cases
from app.strategies.expectations import read_expectations
from app.strategies.shelf import SHIPPED
from app.strategies.strategy import CASES, EXPECTATIONS, read_strategy
from tests.strategies.breakages import BREAKAGES, broken

CASH_LOAN = SHIPPED / "cash-loan" / "v1"
FILES = sorted(path.name for path in CASH_LOAN.glob("*.yaml"))
SECONDS = 5.0                                  # for one folder, of which an unbroken one takes a fiftieth

REFUSAL = re.compile(r"v1/\S+\.yaml:\d+: \S")


def read(folder: Path) -> None:
    """All that there is to read, statement by statement and case by case."""
    model = read_strategy(folder, "v1")
    read_expectations(folder / EXPECTATIONS, f"v1/{EXPECTATIONS}", model)
    read_cases(folder / CASES, f"v1/{CASES}", model)


def outcome(folder: Path, seed: int) -> tuple[str, str]:
    """How the file was broken, and what came of it: `read`, `refused`, or what is wrong with the refusal."""
    rng = Random(seed)
    file = rng.choice(FILES)
    original = (folder / file).read_bytes()
    breakage, content = broken(rng, original.decode())
    (folder / file).write_bytes(content)
    started = time.perf_counter()
    try:
        read(folder)
        found = "read"
    except StrategyError as refusal:
        found = "refused" if REFUSAL.match(str(refusal)) else f"no file and line: {refusal}"
    except Exception:                          # any other is what is looked for
        found = f"crashed: {traceback.format_exc(limit=-3)}"
    finally:
        (folder / file).write_bytes(original)
    seconds = time.perf_counter() - started
    return f"{breakage} in {file}", found if seconds < SECONDS else f"took {seconds:.1f} s"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return shutil.copytree(CASH_LOAN, tmp_path_factory.mktemp("broken") / "v1")


@pytest.mark.parametrize("seed", range(150))
def test_a_broken_file_is_refused_with_file_and_line(folder, seed):
    how, found = outcome(folder, seed)
    assert found in ("read", "refused"), how


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda own: own.__name__)
@pytest.mark.parametrize("file", ["strategy.yaml", "segmentation.yaml", CASES, EXPECTATIONS])
def test_every_way_of_breaking_a_file_is_tried(folder, breakage, file):
    content = breakage(Random(1), (folder / file).read_text())
    original = (folder / file).read_bytes()
    (folder / file).write_bytes(content)
    try:
        read(folder)
    except StrategyError as refusal:
        assert REFUSAL.match(str(refusal)), refusal
    finally:
        (folder / file).write_bytes(original)


def main(count: int) -> int:
    """Seeds 0 to count; the exit code is 1 when one of them is not refused as it should be."""
    told = Counter[str]()
    wrong: list[str] = []
    slowest = 0.0
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(shutil.copytree(CASH_LOAN, Path(parent) / "v1"))
        for seed in range(count):
            started = time.perf_counter()
            how, found = outcome(folder, seed)
            slowest = max(slowest, time.perf_counter() - started)
            told[found if found in ("read", "refused") else "wrong"] += 1
            if found not in ("read", "refused"):
                wrong.append(f"seed {seed}, {how}: {found}")
                sys.stderr.write(f"\n{wrong[-1]}\n")
            if seed % 50 == 0:
                sys.stderr.write(f"\r{seed:,} of {count:,}: {dict(told)}")
    sys.stderr.write("\n")
    sys.stdout.write(
        f"{count:,} broken files: {told['refused']:,} refused with file and line, {told['read']:,} still in order, "
        f"{told['wrong']:,} otherwise; the slowest took {slowest:.2f} s\n"
    )
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
