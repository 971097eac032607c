"""What benchmarks/proof.py measured, as tables of a sheet."""

from collections.abc import Sequence

from msgspec import Struct

from benchmarks.sheet import Cell, Table, Verdict

_LONGEST = 150                                 # letters of a refusal


class Answer(Struct, frozen=True, kw_only=True):
    """Seconds from the start of the process to its end, of its first analysis, and the least of all; what was found."""

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

    def __str__(self) -> str:
        if self.stopped:
            return "stopped"
        if self.refused is not None:
            reason = self.refused.rpartition(" because: ")[2].partition(" (DMN id")[0]
            return f"refused: {reason.replace('|', '/')[:_LONGEST]}"
        said = [
            f"{count:,} {what}{'s' * (count != 1)}"
            for count, what in ((self.gaps or 0, "gap"), (self.overlaps or 0, "overlapping pair"))
            if count
        ]
        said += [f"{len(self.masked)} row{'s' * (len(self.masked) != 1)} never reached"] if self.masked else []
        said += [f"{len(self.left_open)} left open"] if self.left_open else []
        return ", ".join(said) or "in order"


class Line(Struct, frozen=True, kw_only=True):
    table: str
    ours: Answer
    kie: Answer | None
    compared: str


def large(lines: Sequence[Line]) -> Table:
    return Table(
        title="At the size of the bar",
        columns=("table/rows", "process s", "proof s", "found"),
        rows=tuple((line.table, line.ours.process_s, line.ours.warm_s, str(line.ours)) for line in lines),
        notes=(
            "A process is timed from start to end, reading of Python's modules and making of the table included.",
            "A proof stops at the fifth finding of a kind.",
        ),
    )


def slowest(lines: Sequence[Line], bar: float) -> Verdict:
    return Verdict(what="Seconds of the slowest proof", figure=max(line.ours.warm_s or 0.0 for line in lines), bar=bar)


def beside(title: str, lines: Sequence[Line], limit: float) -> Table:
    """`limit`: seconds after which an analysis was stopped."""
    return Table(
        title=title,
        columns=(
            "table/rows", "process s", "KIE's", "cold s", "KIE's", "warm s", "every overlap s", "KIE's",
            "found", "found by KIE", "compared",
        ),
        rows=tuple(_row(line.table, line.ours, line.kie, line.compared) for line in lines if line.kie is not None),
        notes=(
            f"An analysis is stopped after {limit:g} s. 'Cold' is the first of a process, 'warm' the least of several.",
            "KIE compiles a model before it analyses it: that is in its process's time only.",
            "KIE lists every gap, cutting one hole into many, and every overlap; a proof stops at the fifth, so that "
            "what every overlap takes here stands by itself.",
        ),
    )  # fmt: skip


def _row(table: str, ours: Answer, kie: Answer, compared: str) -> tuple[Cell, ...]:
    return (
        table, ours.process_s, kie.process_s, ours.cold_s, kie.cold_s, ours.warm_s, ours.every_overlap_s, kie.warm_s,
        str(ours), str(kie), compared,
    )  # fmt: skip
