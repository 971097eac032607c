"""A page of figures as people and programs read it: tables, a chart where people would rather look, and everything that
a reader needs to doubt or repeat it."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct, field

from benchmarks.results import machine, today, versions

Cell = str | int | float | None


class Table(Struct, frozen=True, kw_only=True):
    """`rows` hold figures, not text, wherever there is a figure: programs read them too."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()


class Verdict(Struct, frozen=True, kw_only=True):
    """A bar, and whether it is met: `figure` must be at most `bar`."""

    what: str
    figure: float
    bar: float

    @property
    def met(self) -> bool:
        return self.figure <= self.bar

    def __str__(self) -> str:
        met = "met" if self.met else "MISSED"
        return f"{self.what}: **{self.figure:,.3g}**; the bar is at most {self.bar:g}: {met}"


class Sheet(Struct, frozen=True, kw_only=True):
    """One benchmark's results; `command` and `measured` are those of this process unless told otherwise."""

    benchmark: str
    question: str
    tables: tuple[Table, ...]
    verdicts: tuple[Verdict, ...] = ()
    notes: tuple[str, ...] = ()
    chart: str | None = None                   # SVG
    command: str = ""
    measured: str = field(default_factory=today)
    machine: dict[str, str] = field(default_factory=machine)
    versions: dict[str, str] = field(default_factory=versions)


def command(module: str, arguments: Sequence[str] = ()) -> str:
    """What was typed to get here."""
    return shlex.join(["python", "-m", module, *(arguments or sys.argv[1:])])


def write(sheet: Sheet, folder: Path) -> Path:
    """As JSON, as Markdown and, with a chart, as SVG; returns the Markdown's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{sheet.benchmark}.md"
    figures = msgspec.structs.replace(sheet, chart=None)
    path.with_suffix(".json").write_bytes(msgspec.json.format(msgspec.json.encode(figures), indent=2) + b"\n")
    path.write_text(markdown(sheet))
    if sheet.chart is not None:
        path.with_suffix(".svg").write_text(sheet.chart)
    return path


def markdown(sheet: Sheet) -> str:
    lines = [f"# {sheet.benchmark}", "", sheet.question, ""]
    if sheet.chart is not None:
        lines += [f"![{sheet.benchmark}]({sheet.benchmark}.svg)", ""]
    for table in sheet.tables:
        lines += [f"## {table.title}", "", *_table(table), ""]
        lines += [f"- {note}" for note in table.notes] + [""] * bool(table.notes)
    lines += [f"- {remark}" for remark in (*sheet.verdicts, *sheet.notes)]
    lines += [
        "",
        f"Measured {sheet.measured} with `{sheet.command}`.",
        f"Machine: {_listed(sheet.machine)}. Versions: {_listed(sheet.versions)}.",
    ]
    return "\n".join(lines) + "\n"


def _table(table: Table) -> list[str]:
    return [
        f"| {' | '.join(table.columns)} |",
        "|---" * len(table.columns) + "|",
        *(f"| {' | '.join(map(told, row))} |" for row in table.rows),
    ]


def told(cell: Cell) -> str:
    """Three digits that matter, and no more."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    size = abs(cell)
    digits = 0 if isinstance(cell, int) or size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    return f"{cell:,.{digits}f}"


def _listed(facts: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {fact}" for name, fact in facts.items())
