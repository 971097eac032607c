"""Results as people and programs read them: medians with their spread, where and when they were measured."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

import msgspec
import psutil
from msgspec import Struct

from app.broker.lockfile import ENDPOINT
from app.contracts.names import BUREAU_REQUESTS
from benchmarks.peers.peer import Peer
from benchmarks.runner import Cost

_COLUMNS = (
    "peer",
    "delivery",
    "CPU µs a decision",
    "decisions/s",
    "broker CPU µs a decision",
    "peak RSS MiB",
    "bureau requests a decision",
    "decisions a run",
)
PACKAGES = ("faust-streaming", "aiokafka", "msgspec", "numpy")


class Spread(Struct, frozen=True):
    """Of one figure over several runs."""

    median: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> "Spread":
        return cls(median(figures), min(figures), max(figures))


class PeerResult(Struct, frozen=True, kw_only=True):
    title: str
    delivery: str
    cpu_us: Spread
    rate: Spread                               # decisions a second
    broker_cpu_us: Spread
    peak_rss_mib: Spread
    requests: Spread                           # bureau requests a decision
    runs: tuple[Cost, ...]

    @classmethod
    def of(cls, peer: Peer, runs: Sequence[Cost]) -> "PeerResult":
        return cls(
            title=peer.title,
            delivery=peer.delivery,
            cpu_us=Spread.of([run.cpu_us for run in runs]),
            rate=Spread.of([run.rate for run in runs]),
            broker_cpu_us=Spread.of([run.broker_cpu_us for run in runs]),
            peak_rss_mib=Spread.of([run.peak_rss_mib for run in runs]),
            requests=Spread.of([run.outputs[BUREAU_REQUESTS] for run in runs]),
            runs=tuple(runs),
        )


class Results(Struct, frozen=True, kw_only=True):
    benchmark: str
    question: str
    command: str
    measured: str                              # date, UTC
    machine: dict[str, str]
    versions: dict[str, str]
    peers: dict[str, PeerResult]
    ratios: dict[str, Spread]                  # peer -> its processor time a decision to the service's, round by round
    bar: float                                 # for the first of the peers
    outputs: str                               # what the comparison found


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


def ratio(peer: Sequence[Cost], service: Sequence[Cost]) -> Spread:
    """How many times the service's processor time the peer takes for a decision: each round by itself."""
    return Spread.of([theirs.cpu_us / ours.cpu_us for theirs, ours in zip(peer, service, strict=True)])


def write(results: Results, folder: Path) -> tuple[Path, Path]:
    """As JSON and as Markdown; returns where."""
    folder.mkdir(parents=True, exist_ok=True)
    as_json, as_markdown = folder / f"{results.benchmark}.json", folder / f"{results.benchmark}.md"
    as_json.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n")
    as_markdown.write_text(markdown(results))
    return as_json, as_markdown


def markdown(results: Results) -> str:
    runs = len(next(iter(results.peers.values())).runs)
    lines = [
        f"# {results.benchmark}",
        "",
        results.question,
        "",
        f"Median of {runs} (lowest to highest):",
        "",
        f"| {' | '.join(_COLUMNS)} |",
        "|---" * len(_COLUMNS) + "|",
        *(_row(peer) for peer in results.peers.values()),
        "",
        *(
            f"- CPU a decision, {results.peers[name].title} to the service: **{told(ratio, 1)}** times"
            for name, ratio in results.ratios.items()
        ),
        f"- The bar for the first of them: {results.bar:g} times",
        f"- Outputs: {results.outputs}",
        "",
        f"Measured {results.measured} with `{results.command}`.",
        f"Machine: {listed(results.machine)}. Versions: {listed(results.versions)}.",
    ]
    return "\n".join(lines) + "\n"


def _row(peer: PeerResult) -> str:
    cells = (
        peer.title,
        peer.delivery,
        told(peer.cpu_us),
        told(peer.rate),
        told(peer.broker_cpu_us),
        told(peer.peak_rss_mib),
        told(peer.requests, 2),
        f"{peer.runs[0].decisions:,}",
    )
    return f"| {' | '.join(cells)} |"


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
