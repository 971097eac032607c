"""What one decision costs: a row at a time, many at once as columns, and beside the ZEN engine.

    python -m benchmarks.decision
"""

import json
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from msgspec import Struct
from rich.console import Console
from rich.markdown import Markdown

from app.contracts.names import BUREAU_RESPONSES, LOAN_APPLICATIONS
from app.decisioning.batch.evaluator import BatchEvaluator
from app.decisioning.engine.compiler import compile_strategy
from app.decisioning.engine.interpreter import workings
from app.decisioning.engine.model import StrategyModel
from app.decisioning.engine.strategy import ReadyStrategy
from app.decisioning.money.offer_rate import rates
from app.domain.application import LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.decision import Evidence, Missing, Verdict
from app.strategies.shelf import load_shelf
from benchmarks.events import customers
from benchmarks.kernel import kernel
from benchmarks.results import machine, today, versions

QUESTION = (
    "What does one decision of the cash-loan strategy cost (four liabilities aggregated, six characteristics scored, "
    "tables, three propositions priced with their APR, filtered and ranked, reasons): a row at a time, and in batches "
    "of columns?"
)
ROW_BAR = 12.0 / 1_000.0                       # of the kernel, which takes a millisecond where the bar's 12 us were set
BATCH_BAR = 0.1                                # of a row
RESULTS = Path(__file__).parent / "results"
AS_OF = 1_780_000_000_000
_SLICE = 100                                   # decisions
ZEN_FACTS = (
    "months_employed", "marital_status", "months_on_book", "employment_status", "accommodation", "has_insurance",
    "bureau_score", "card_score",
)


class Figure(Struct, frozen=True, kw_only=True):
    what: str
    us: float                                  # a decision, the least of the rounds
    kernels: float                             # the same as a share of the calibration kernel


class DecisionResults(Struct, frozen=True, kw_only=True):
    benchmark: str
    question: str
    command: str
    measured: str
    machine: dict[str, str]
    versions: dict[str, str]
    kernel_ms: float
    sum_ms: float                              # sum(range(1_000_000)), for comparison with figures of old
    decisions: int
    figures: tuple[Figure, ...]
    row_ratio: float                           # a row's decision by the kernel
    row_bar: float
    batch_ratio: float                         # a decision from columns by a row's
    batch_bar: float
    agreement: str


def evidence_of(count: int) -> list[Evidence]:
    """Applications with a credit bureau's answer of four liabilities, and no card."""
    application, response = msgspec.json.Decoder(LoanApplication), msgspec.json.Decoder(BureauResponse)
    missing = (Missing("MASTERCARD", "CARD_NOT_GIVEN"),)
    return [
        Evidence(
            application.decode(customer.events[LOAN_APPLICATIONS]),
            (response.decode(customer.events[BUREAU_RESPONSES]),),
            missing, AS_OF,
        )
        for customer in customers(count)
    ]  # fmt: skip


Work = Callable[[], Any]
Tasks = dict[str, tuple[Sequence[Work], int]]  # what is timed -> the work in slices, and the units in all of it


def measure(count: int, rounds: int, *, with_zen: bool) -> DecisionResults:
    """Every figure is taken once a round, so that whatever the machine does meanwhile is done to all of them."""
    where = machine()
    strategy = load_shelf().in_force("CustomerLoan", AS_OF)
    assert isinstance(strategy, ReadyStrategy)
    model, evidences = strategy.model, evidence_of(count)
    decide, batch = compile_strategy(model), BatchEvaluator(model)
    reading = batch.read(evidences)
    verdicts = [decide(evidence) for evidence in evidences]
    if batch.decide(reading).verdicts() != verdicts:
        raise SystemExit("the batch contradicts the row evaluator")
    three = [evidence for evidence, verdict in zip(evidences, verdicts, strict=True) if len(verdict.offers) == 3]
    agreement = f"{count:,} verdicts of rows and columns are equal"
    tasks: Tasks = {
        "a row at a time": (_slices(decide, evidences), count),
        f"a row, all three propositions offered ({len(three)} such)": (_slices(decide, three), len(three)),
        "the same, no rate of an offer remembered": (_slices(decide, three, before=rates.cache_clear), len(three)),
        "columns, once read": ([partial(batch.decide, reading)], count),
        "columns, reading included": ([lambda: batch.decide(batch.read(evidences))], count),
        "columns once read, verdicts made of them": ([lambda: batch.decide(reading).verdicts()], count),
    }
    if with_zen:
        evaluate, facts, compared = _zen(model, evidences[: count // 20], verdicts)
        tasks["ZEN engine: scorecard, segmentation and pricing only"] = (_slices(evaluate, facts), len(facts))
        agreement += f"; {compared:,} scorecards and tables of ZEN too"
    yardsticks: Tasks = {"kernel": ([kernel] * 20, 20), "sum": ([partial(sum, range(1_000_000))], 1)}
    least = _least(yardsticks | tasks, rounds)
    row, columns = least["a row at a time"], least["columns, once read"]
    return DecisionResults(
        benchmark="decision",
        question=QUESTION,
        command=shlex.join(["python", "-m", "benchmarks.decision", *sys.argv[1:]]),
        measured=today(),
        machine=where,
        versions=versions() | ({"zen-engine": version("zen-engine")} if with_zen else {}),
        kernel_ms=least["kernel"] / 1e3,
        sum_ms=least["sum"] / 1e3,
        decisions=count,
        figures=tuple(Figure(what=name, us=least[name], kernels=least[name] / least["kernel"]) for name in tasks),
        row_ratio=row / least["kernel"],
        row_bar=ROW_BAR,
        batch_ratio=columns / row,
        batch_bar=BATCH_BAR,
        agreement=agreement,
    )


def _slices(function: Callable[[Any], Any], values: Sequence[Any], before: Work | None = None) -> list[Work]:
    """Pieces of work so short that most of them run undisturbed; `before` is done, and timed, at the start of each."""
    slices = [values[start : start + _SLICE] for start in range(0, len(values), _SLICE)]
    return [partial(_each, function, own, before) for own in slices]


def _each(function: Callable[[Any], Any], values: Sequence[Any], before: Work | None) -> None:
    if before is not None:
        before()
    for value in values:
        function(value)


def _least(tasks: Tasks, rounds: int) -> dict[str, float]:
    """Microseconds a unit of each task's work: the sum of what each slice took when it went best."""
    found = {name: [float("inf")] * len(works) for name, (works, _) in tasks.items()}
    for _ in range(rounds):
        for name, (works, _) in tasks.items():
            for place, work in enumerate(works):
                started = time.perf_counter()
                work()
                found[name][place] = min(found[name][place], time.perf_counter() - started)
    return {name: sum(found[name]) / max(units, 1) * 1e6 for name, (_, units) in tasks.items()}


def _zen(
    model: StrategyModel, evidences: Sequence[Evidence], verdicts: Sequence[Verdict]
) -> tuple[Callable[[dict[str, Any]], dict[str, Any]], list[dict[str, Any]], int]:
    """The peer, what it is asked, and how many of its answers were compared; SystemExit when one differs."""
    from benchmarks.peers.zen import ZenPeer  # noqa: PLC0415 - of the extra `peers`, which not everybody installs

    peer = ZenPeer(model)
    asked = []
    for evidence, verdict in zip(evidences, verdicts, strict=False):
        found = workings(model, evidence)
        assert found is not None
        facts = {name: found.values[name] for name in ZEN_FACTS} | {"proposition": "CustomerLoan"}
        answer = peer.evaluate(facts)
        ours: dict[str, Any] = {f"points_{own.characteristic}": own.points for own in verdict.points}
        ours |= {"internal_score": verdict.internal_score, "segment": verdict.segment}
        for proposition, values, _ in found.propositions:
            if proposition == "CustomerLoan" and "annual_rate" in values:      # else dropped before it was priced
                ours["annual_rate"] = values["annual_rate"]
        if any(answer.get(name) != value for name, value in ours.items()):
            raise SystemExit(f"ZEN says {json.dumps(answer)} where the strategy says {ours}")
        asked.append(facts)
    return peer.evaluate, asked, len(asked)


def write(results: DecisionResults, folder: Path) -> Path:
    """As JSON and as Markdown; returns the latter."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "decision.json").write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n")
    path = folder / "decision.md"
    path.write_text(markdown(results))
    return path


def markdown(results: DecisionResults) -> str:
    both = (results.machine, results.versions)
    listed = [", ".join(f"{name} {fact}" for name, fact in facts.items()) for facts in both]
    lines = [
        "# decision", "", results.question, "",
        f"Batches of {results.decisions:,}. Least of all rounds, slice by slice; the kernel "
        f"({results.kernel_ms:.3f} ms, beside `sum(range(1_000_000))` in {results.sum_ms:.1f} ms) makes machines "
        "comparable.", "",
        "| | µs a decision | kernels |", "|---|---|---|",
        *(f"| {figure.what} | {figure.us:,.2f} | {figure.kernels:.5f} |" for figure in results.figures), "",
        f"A row: **{results.row_ratio:.4f}** kernels; the bar is {results.row_bar:g}. "
        f"A decision from columns: **{results.batch_ratio:.3f}** of a row; the bar is {results.batch_bar:g}.",
        f"Agreement: {results.agreement}.", "",
        f"Measured {results.measured} with `{results.command}`.",
        f"Machine: {listed[0]}. Versions: {listed[1]}.",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def main(
    decisions: Annotated[int, typer.Option(min=1_000, help="Decisions in a batch.")] = 10_000,
    rounds: Annotated[int, typer.Option(min=1, help="Each figure is the least of so many.")] = 7,
    zen: Annotated[bool, typer.Option(help="Beside the ZEN engine (the extra `peers`).")] = True,
    results: Annotated[Path, typer.Option(help="Folder that the results are written to.")] = RESULTS,
) -> None:
    """Measures a decision a row at a time and over columns, and checks that all say the same."""
    path = write(measure(decisions, rounds, with_zen=zen), results)
    Console().print(Markdown(path.read_text()))


if __name__ == "__main__":
    typer.run(main)
