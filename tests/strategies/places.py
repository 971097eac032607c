"""Where test strategies and tables lie."""

from pathlib import Path

DATA = Path(__file__).parent / "data"
TEST_STRATEGIES = DATA / "three-bureaus"
GOLDEN = DATA / "golden"
