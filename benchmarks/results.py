"""Figures as people read them: medians with their spread; where and when they were measured."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

import psutil
from msgspec import Struct

from app.broker.lockfile import ENDPOINT

PACKAGES = ("faust-streaming", "aiokafka", "msgspec", "numpy")


class Spread(Struct, frozen=True):
    """Of one figure over several runs."""

    median: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> "Spread":
        return cls(median(figures), min(figures), max(figures))


def machine() -> dict[str, str]:
    load = ", ".join(f"{figure:.1f}" for figure in os.getloadavg())
    return {
        "processor": _processor(),
        "cores": str(psutil.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "load before (1, 5, 15 min)": load,
    }


def versions() -> dict[str, str]:
    kafka = ENDPOINT.partition("+")[0].rpartition(":")[2]
    return {"Python": platform.python_version(), "Kafka": kafka} | {name: version(name) for name in PACKAGES}


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def told(spread: Spread, digits: int = 0) -> str:
    """The median, and how far the runs lay apart."""
    return f"{spread.median:,.{digits}f} ({spread.lowest:,.{digits}f} to {spread.highest:,.{digits}f})"


def listed(facts: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {fact}" for name, fact in facts.items())


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()
