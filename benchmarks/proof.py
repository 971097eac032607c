"""What it costs to prove a decision table: no gap, no overlap; beside KIE's own analysis of the same tables.

    python -m benchmarks.proof
"""

import json
import platform
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markdown import Markdown

from benchmarks.peers.kie import peer as kie
from benchmarks.peers.kie.dmn import dmn
from benchmarks.proof_report import Answer, Line, beside, large, slowest
from benchmarks.proof_tables import PUBLISHED, table_named
from benchmarks.results import machine
from benchmarks.sheet import Sheet, command, write
from benchmarks.table_shapes import COLUMNS, ROWS, SHAPES

QUESTION = (
    f"What does it cost to prove that a table of {ROWS} rows by {COLUMNS} inputs has no gap, no overlap and no row "
    "that is never reached, or to show the inputs for which it has; and what does KIE's own analysis say of the like?"
)
BAR = 5.0                                      # seconds
LADDER = (50, 100, 200, 300, 400, 500)         # rows: as far as KIE comes within its time
RESULTS = Path(__file__).parent / "results"


def measure(console: Console, *, with_kie: bool, rows: int, limit: float) -> Sheet:
    where = machine()
    if with_kie:
        console.print("building KIE's peer")
        kie.build()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(console, Path(folder), limit, with_kie=with_kie)
        alone = [bench.line(f"{shape.name}/{ROWS}", alone=True) for shape in SHAPES]
        tables = [large(alone)]
        if with_kie:
            names = [*PUBLISHED, *(f"{shape.name}/{rows}" for shape in SHAPES)]
            tables.append(beside("Beside KIE's own analysis", [bench.line(name) for name in names], limit))
            tables.append(beside("The first shape, longer and longer", list(bench.ladder()), limit))
    return Sheet(
        benchmark="proof",
        question=QUESTION,
        tables=tuple(tables),
        verdicts=(slowest(alone, BAR),),
        command=command("benchmarks.proof"),
        machine=where,
        versions={"Python": platform.python_version()} | (kie.versions() if with_kie else {}),
    )


class Bench:
    def __init__(self, console: Console, folder: Path, limit: float, *, with_kie: bool) -> None:
        self._console = console
        self._folder = folder
        self._limit = limit
        self._with_kie = with_kie

    def ladder(self) -> Iterator[Line]:
        for rows in LADDER:
            line = self.line(f"{SHAPES[0].name}/{rows}")
            yield line
            if line.kie is None or line.kie.stopped:
                return

    def line(self, name: str, *, alone: bool = False) -> Line:
        own = [sys.executable, "-m", "benchmarks.peers.region_proof", name]
        ours, pairs = self._asked([*own, "5", "10", *([] if alone else ["every"])], once=[*own, "1", "0"])
        theirs, their_pairs = None, set[tuple[int, int]]()
        if self._with_kie and not alone:
            file = self._folder / "table.dmn"
            file.write_text(dmn(table_named(name)))
            theirs, their_pairs = self._asked(kie.command(file, 7, 10), once=kie.command(file, 1, 0))
        compared = "" if theirs is None else _compared(ours, pairs, theirs, their_pairs)
        self._console.print(f"{name}: {_seconds(ours)}" + (f", KIE {_seconds(theirs)}: {compared}" if theirs else ""))
        return Line(table=name, ours=ours, kie=theirs, compared=compared)

    def _asked(self, words: list[str], once: list[str]) -> tuple[Answer, set[tuple[int, int]]]:
        """Once in a process of its own from start to end, then again and again in another."""
        started = perf_counter()
        first = self._lines(once)
        if not first:
            return Answer(stopped=True), set()
        process = perf_counter() - started
        lines = self._lines(words) or first
        last, seconds = lines[-1], [line["seconds"] for line in lines]
        times = {"process_s": process, "cold_s": seconds[0], "warm_s": min(seconds)}
        if "refused" in last:
            return Answer(refused=last["refused"], **times), set()
        pairs = {pair for rows in last["overlaps"] for pair in combinations(sorted(set(rows)), 2)}
        found = Answer(
            gaps=last["gaps"], overlaps=len(pairs), every_overlap_s=last.get("seconds_for_every_overlap"),
            masked=tuple(sorted(set(last["masked"]))), left_open=tuple(last.get("unproved", ())), **times,
        )  # fmt: skip
        return found, pairs

    def _lines(self, words: list[str]) -> list[dict[str, Any]]:
        """What it says within the limit; SystemExit when it fails. Whole lines only: it may be stopped in one."""
        try:
            said = subprocess.run(words, capture_output=True, text=True, timeout=self._limit, check=True).stdout
        except subprocess.TimeoutExpired as late:
            said = (late.stdout or b"").decode()
        except subprocess.CalledProcessError as failed:
            raise SystemExit(f"{shlex.join(words[-4:])} failed: {failed.stderr[-2_000:]}") from None
        return [json.loads(line) for line in said.splitlines() if line.endswith("}")]


def _compared(ours: Answer, pairs: set[tuple[int, int]], theirs: Answer, their_pairs: set[tuple[int, int]]) -> str:
    """What both found, in words; what one found and the other did not."""
    if theirs.stopped:
        return "KIE did not finish"
    if theirs.refused is not None:
        return "KIE refuses to analyse it"
    if ours.left_open:
        return "left open here"
    said = []
    if bool(ours.gaps) != bool(theirs.gaps):
        said.append("a gap only here" if ours.gaps else "a gap only in KIE")
    for own, other, who in ((pairs, their_pairs, "here"), (their_pairs, pairs, "in KIE")):
        if own - other:
            said.append(f"{len(own - other):,} overlapping pairs only {who}")
    for mine, other_rows, who in ((ours.masked, theirs.masked, "here"), (theirs.masked, ours.masked, "in KIE")):
        if set(mine) - set(other_rows):
            said.append(f"{len(set(mine) - set(other_rows))} rows never reached only {who}")
    return "; ".join(said) or "the same"


def _seconds(answer: Answer) -> str:
    return "stopped" if answer.stopped or answer.warm_s is None else f"{answer.warm_s:.3f} s"


def main(
    with_kie: Annotated[bool, typer.Option("--kie/--no-kie", help="Beside KIE (Java 17 and Maven).")] = True,
    rows: Annotated[int, typer.Option(min=8, help="Rows of the tables that both are asked about.")] = 30,
    limit: Annotated[float, typer.Option(min=1, help="Seconds after which an analysis is stopped.")] = 60,
    results: Annotated[Path, typer.Option(help="Folder that the results are written to.")] = RESULTS,
) -> None:
    """Proves tables of several shapes, large ones by itself and smaller ones beside KIE, and compares what is found."""
    console = Console(stderr=True)
    path = write(measure(console, with_kie=with_kie, rows=rows, limit=limit), results)
    Console().print(Markdown(path.read_text()))


if __name__ == "__main__":
    typer.run(main)
