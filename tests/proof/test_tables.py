"""What the proof says of a table is what trying every input says: random tables from seeds, brute force.

    python -m tests.proof.test_tables 2000

tries that many; the suite tries the first few hundred.
"""

import sys
from itertools import combinations
from random import Random

import pytest

from app.decisioning.language.interpreter import evaluate
from app.decisioning.proof.tables import examine
from app.decisioning.tables.comparisons import comparisons_as_columns
from tests.proof.tables import table

TABLES = 400
BATCH = 100


def admits(cell, value, names):
    return cell.admits(value) and (value is None or all(evaluate(relation, names) for relation in cell.relations))


def admitting(found, names):
    """Places of the rows that match where the names have these values."""
    point = [evaluate(column.expression, names) for column in found.inputs]
    return [
        place for place, row in enumerate(found.rows)
        if all(admits(cell, value, names) for cell, value in zip(row.cells, point, strict=True))
    ]  # fmt: skip


def admitting_the_point(found, point):
    """The same of the point that a finding tells, comparisons in columns of their own."""
    rows = comparisons_as_columns(found).rows
    return [k for k, row in enumerate(rows) if all(c.admits(v) for c, v in zip(row.cells, point, strict=True))]


def brute_force(found, grid):
    """Whether there is a gap, the pairs in conflict, and the rows that never decide."""
    hits = [admitting(found, {name.replace(" ", "_"): value for name, value in names.items()}) for names in grid]
    one = not found.collects
    gap = one and any(not rows for rows in hits)
    pairs = set()
    if found.hit_policy in ("unique", "any"):
        pairs = {
            pair
            for rows in hits
            for pair in combinations(rows, 2)
            if found.hit_policy == "unique" or found.rows[pair[0]].outputs != found.rows[pair[1]].outputs
        }
    everywhere = {row for rows in hits for row in rows}
    first = {rows[0] for rows in hits if rows}
    idle = set(range(len(found.rows))) - (first if one and found.hit_policy != "unique" else everywhere)
    return gap, pairs, idle


def compare(seed):
    """AssertionError where the proof and brute force differ."""
    found, grid = table(Random(seed))
    findings = list(examine(found, most=1_000))
    gap, pairs, idle = brute_force(found, grid)
    assert not [f for f in findings if f.kind == "unproved"], seed
    gaps = [f for f in findings if f.kind in ("gap", "missing")]
    assert bool(gaps) == gap, (seed, findings)
    for finding in gaps:
        assert not admitting_the_point(found, finding.point), (seed, finding)
    overlaps = [f for f in findings if f.kind == "overlap"]
    assert len(overlaps) == len(pairs), (seed, findings)
    for finding in overlaps:
        assert set(combinations(admitting_the_point(found, finding.point), 2)) & pairs, (seed, finding)
    numbers = {found.rows[i].number for i in idle}
    assert {f.row for f in findings if f.kind in ("never", "shadowed")} == numbers, (seed, findings)


@pytest.mark.parametrize("batch", range(TABLES // BATCH))
def test_the_proof_of_a_random_table_is_what_brute_force_finds(batch):
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        compare(seed)


def main(tables: int) -> int:
    """The exit code is 1 when proof and brute force differ on one of the tables."""
    wrong, points, compared = 0, 0, 0
    for seed in range(tables):
        found, grid = table(Random(seed))
        points += len(grid)
        compared += any(cell.relations for row in found.rows for cell in row.cells)
        try:
            compare(seed)
        except Exception as difference:        # the others are tried, too
            wrong += 1
            sys.stderr.write(f"{difference!r}\n")
        if seed % 100 == 0:
            sys.stderr.write(f"\r{seed:,} of {tables:,}")
    sys.stderr.write("\n")
    sys.stdout.write(
        f"{tables:,} random tables ({compared:,} that compare inputs), {points:,} inputs tried: "
        f"{wrong:,} proofs say other than brute force\n"
    )
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
