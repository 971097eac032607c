"""Suite A's results: kept from run to run, told as JSON and Markdown."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct, field

from benchmarks.bars import Bar, Reached
from benchmarks.portable.bars import BARS
from benchmarks.portable.peers import FAUST, FAUST_MSGSPEC
from benchmarks.portable.running import Cost
from benchmarks.results import Spread, listed, told

_COLUMNS = (
    "peer",
    "delivery",
    "CPU µs a decision",
    "second half alone",
    "broker CPU µs",
    "decisions/s",
    "transactions/s",
    "peak RSS MiB",
    "decisions a run",
)
_ON_FAUST = (
    f"{FAUST.title}: its own models, validated, a table of models and its JSON codec; the bar is held against it. "
    f"{FAUST_MSGSPEC.title}: the same, but msgspec reads the events and keeps the table's values; that favours Faust, "
    "whose documentation does not show it. With its producer tuned, messages wait 50 ms and travel together: that "
    "favours it more, at the price of latency."
)


class PeerRuns(Struct, kw_only=True):
    """All that is known of one peer."""

    title: str
    delivery: str
    measured: str                              # date, UTC
    runs: list[Cost]
    failure: str = ""                          # why the last run came to nothing

    def spread(self, figure: str) -> Spread:
        return Spread.of([getattr(run, figure) for run in self.runs])

    @property
    def transactions(self) -> Spread:
        """A second."""
        return Spread.of([run.transactions / run.seconds for run in self.runs])


class Results(Struct, kw_only=True):
    """The file that a later run of other peers adds to."""

    command: str = ""
    machine: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    peers: dict[str, PeerRuns] = field(default_factory=dict)
    bars: list[Reached] = field(default_factory=list)

    def judge(self) -> None:
        """Holds the ratios against the bars, as far as both sides have been measured."""
        runs = {name: peer.runs for name, peer in self.peers.items() if peer.runs}
        self.bars = [bar.reached(runs) for bar in BARS if bar.peer in runs and Bar.OURS in runs]


def load(path: Path) -> Results:
    return msgspec.json.decode(path.read_bytes(), type=Results) if path.exists() else Results()


def save(results: Results, path: Path) -> None:
    """The JSON, and the Markdown beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n")
    path.with_suffix(".md").write_text(markdown(results))


def markdown(results: Results) -> str:
    measured = {name: peer for name, peer in results.peers.items() if peer.runs}
    dates = sorted({peer.measured for peer in measured.values()})
    lines = [
        "# portable: suite A",
        "",
        "What does one decision of the portable kernel cost in each stream processor?",
        "",
        "Median (lowest to highest) of the runs; all peers did the same work, and their outputs were equal to the "
        "kernel's, id by id and value by value.",
        "",
        *_table(_COLUMNS, [_row(peer) for peer in sorted(measured.values(), key=_cpu)]),
        "",
        *([_ON_FAUST, ""] if FAUST.name in measured else []),
        "The bars: processor time a decision, Creditstream and the peer in the same rounds.",
        "",
        *_table(("against", "bar", "reached", ""), [_bar(reached) for reached in results.bars]),
        "",
        *(f"- {peer.title} failed: {peer.failure.splitlines()[0]}" for peer in results.peers.values() if peer.failure),
        f"Measured {', '.join(dates)} with `{results.command}`.",
        f"Machine: {listed(results.machine)}. Versions: {listed(results.versions)}.",
    ]
    return "\n".join(lines) + "\n"


def _cpu(peer: PeerRuns) -> float:
    return peer.spread("cpu_us").median


def _row(peer: PeerRuns) -> Sequence[str]:
    return (
        peer.title,
        peer.delivery,
        told(peer.spread("cpu_us"), 1),
        told(peer.spread("warm_cpu_us"), 1),
        told(peer.spread("broker_cpu_us"), 1),
        told(peer.spread("rate")),
        told(peer.transactions, 1),
        told(peer.spread("peak_rss_mib")),
        f"{peer.runs[0].decisions:,}",
    )


def _bar(reached: Reached) -> Sequence[str]:
    return reached.against, reached.wanted, f"{reached.ratio.median:.2f}", reached.verdict


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|", *(f"| {' | '.join(row)} |" for row in rows)]
