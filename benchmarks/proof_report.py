"""What benchmarks/proof.py measured, as people and programs read it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct


class Answer(Struct, frozen=True, kw_only=True):
    """Seconds from the start of the process, of its first analysis, and the least of all; what the last one found."""

    process_s: float | None = None
    cold_s: float | None = None
    warm_s: float | None = None
    gaps: int | None = None
    overlaps: int | None = None                # pairs of rows that match a common input
    every_overlap_s: float | None = None       # for all pairs, where the analysis itself stops at the fifth
    masked: tuple[int, ...] = ()
    left_open: tuple[str, ...] = ()
    refused: str | None = None
    stopped: bool = False                      # out of time


class Line(Struct, frozen=True, kw_only=True):
    table: str
    ours: Answer
    kie: Answer | None
    compared: str


class ProofResults(Struct, frozen=True, kw_only=True):
    benchmark: str
    question: str
    command: str
    measured: str
    machine: dict[str, str]
    versions: dict[str, str]
    bar_s: float
    kie_limit_s: float
    large: tuple[Line, ...]                    # of the bar's size, by this prover alone
    compared: tuple[Line, ...]                 # by both
    ladder: tuple[Line, ...]                   # one shape, longer and longer


def write(results: ProofResults, folder: Path) -> Path:
    """As JSON and as Markdown; returns the latter."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "proof.json").write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n")
    path = folder / "proof.md"
    path.write_text(markdown(results))
    return path


def markdown(results: ProofResults) -> str:
    both = (results.machine, results.versions)
    listed = [", ".join(f"{name} {fact}" for name, fact in facts.items()) for facts in both]
    slowest = max((line.ours.warm_s or 0.0) for line in results.large)
    lines = [
        "# proof", "", results.question, "",
        "## At the size of the bar", "",
        "A process is timed from its start to its end, reading of Python's modules and making of the table included; "
        "a proof by itself. It stops at the fifth finding of a kind.", "",
        "| table/rows | process s | proof s | found |", "|---|---|---|---|",
        *(_large(line) for line in results.large), "",
        f"The slowest takes **{slowest:.2f} s**; the bar is {results.bar_s:g} s.", "",
    ]  # fmt: skip
    if results.compared:
        lines += [
            f"## Beside KIE {results.versions.get('KIE')}", "",
            f"KIE was stopped after {results.kie_limit_s:g} s. 'Cold' is the first analysis of a process, 'warm' "
            "the least of several. KIE compiles a model before it analyses it: that is in the process's time only. KIE "
            "lists every gap and every overlap; what all overlaps take here, where there are any, stands in brackets.",
            "",
            *_beside(results.compared), "",
            "## The first shape, longer and longer", "",
            *_beside(results.ladder), "",
        ]  # fmt: skip
    lines += [
        f"Measured {results.measured} with `{results.command}`.",
        f"Machine: {listed[0]}. Versions: {listed[1]}.",
    ]
    return "\n".join(lines) + "\n"


def _large(line: Line) -> str:
    own = line.ours
    return f"| {line.table} | {_s(own.process_s)} | {_s(own.warm_s)} | {_found(own)} |"


def _beside(lines: Sequence[Line]) -> Iterable[str]:
    yield "| table/rows | process s, here; KIE | cold s | warm s | found here | found by KIE | compared |"
    yield "|---|---|---|---|---|---|---|"
    for line in lines:
        if line.kie is not None:
            ours, kie = line.ours, line.kie
            times = " | ".join(
                f"{_s(here)}; {_s(there)}"
                for here, there in ((ours.process_s, kie.process_s), (ours.cold_s, kie.cold_s))
            )
            every = f" ({_s(ours.every_overlap_s)})" if ours.every_overlap_s is not None else ""
            times += f" | {_s(ours.warm_s)}{every}; {_s(kie.warm_s)}"
            yield f"| {line.table} | {times} | {_found(ours)} | {_found(kie)} | {line.compared} |"


def _found(answer: Answer) -> str:
    if answer.stopped:
        return "stopped"
    if answer.refused is not None:
        return "refused: " + answer.refused.replace("|", "/")[:160]
    said = [f"{answer.gaps} gap{'s' * (answer.gaps != 1)}"] if answer.gaps else []
    said += [f"{answer.overlaps:,} overlapping pair{'s' * (answer.overlaps != 1)}"] if answer.overlaps else []
    said += [f"{len(answer.masked)} row{'s' * (len(answer.masked) != 1)} never reached"] if answer.masked else []
    said += [f"{len(answer.left_open)} left open"] if answer.left_open else []
    return ", ".join(said) or "in order"


def _s(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.3f}" if seconds < 1 else f"{seconds:.2f}"
