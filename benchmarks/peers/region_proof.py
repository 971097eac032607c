"""One table proved again and again, a line of JSON each time: what it takes and what is found.

    python -m benchmarks.peers.region_proof "numbers/500" 5 10 [every]

proves at most five times and begins none after ten seconds. The table is made before the time starts. With `every`, all
pairs of rows in conflict are looked for, too, as others do; a proof itself stops at the fifth.
"""

import json
import sys
from collections.abc import Iterator
from itertools import combinations
from time import perf_counter
from typing import Any

from app.decisioning.proof.axes import Plain
from app.decisioning.proof.findings import Finding
from app.decisioning.proof.tables import MOST_OF_A_KIND, examine
from app.decisioning.tables.table import Table
from benchmarks.proof_tables import table_named

_ALL = 1_000_000


def main(name: str, most: int, enough: float, *, every: bool) -> None:
    spent = 0.0
    for _ in range(most):
        table = table_named(name)              # anew, so that nothing is known from the round before
        started = perf_counter()
        findings = list(examine(table))
        seconds = perf_counter() - started
        sys.stdout.write(json.dumps({"seconds": seconds, **_told(table, findings, every=every)}) + "\n")
        sys.stdout.flush()
        spent += seconds
        if spent >= enough:
            break


def _told(table: Table, findings: list[Finding], *, every: bool) -> dict[str, Any]:
    kinds = [finding.kind for finding in findings]
    started = perf_counter()
    pairs = sorted(set(_conflicts(table, _ALL if every else MOST_OF_A_KIND))) if "overlap" in kinds else []
    return {
        "gaps": sum(kind in ("gap", "missing") for kind in kinds),
        "overlaps": [list(pair) for pair in pairs],
        "seconds_for_every_overlap": perf_counter() - started if pairs and every else None,
        "masked": [finding.row for finding in findings if finding.kind == "shadowed"],
        "unproved": [finding.message for finding in findings if finding.kind == "unproved"],
    }


def _conflicts(table: Table, most: int) -> Iterator[tuple[int, int]]:
    for finding in examine(table, most=most):
        if finding.kind == "overlap" and finding.point is not None:
            yield from combinations(_matching(table, finding.point), 2)
        elif finding.kind != "never":
            return                             # gaps come after the overlaps


def _matching(table: Table, point: tuple[Plain, ...]) -> list[int]:
    return [
        row.number
        for row in table.rows
        if all(cell.admits(value) for cell, value in zip(row.cells, point, strict=False))
    ]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), every=sys.argv[4:] == ["every"])
