"""What the pipeline benchmark found, as JSON for programs and as Markdown for people."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from app.contracts.names import BUREAU_REQUESTS
from benchmarks.bars import Reached
from benchmarks.peers.peer import Peer
from benchmarks.results import Spread, listed, told
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
    bars: tuple[Reached, ...]                  # the benchmark fails when one of them is missed
    goals: tuple[Reached, ...]                 # what is aimed at beyond them
    remark: str                                # how the peers differ, and whom that favours
    outputs: str                               # what the comparison found

    @property
    def met(self) -> bool:
        return all(bar.met for bar in self.bars)


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
        f"- Outputs: {results.outputs}",
        "",
        results.remark,
        "",
        "The bars, held against the median of the rounds:",
        "",
        "| against | bar | reached | |",
        "|---" * 4 + "|",
        *(_reached(bar) for bar in (*results.bars, *results.goals)),
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


def _reached(bar: Reached) -> str:
    return f"| {bar.against} | {bar.wanted} | {told(bar.ratio, 2)} | {bar.verdict} |"
