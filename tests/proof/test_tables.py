"""What the proof says of a table is what trying every input says: random tables from seeds, brute force."""

from datetime import date
from itertools import combinations
from random import Random

import pytest

from app.decisioning.proof.tables import examine
from tests.proof.tables import table

TABLES = 2_000
BATCH = 250


def plain(point):
    return tuple(v.toordinal() if isinstance(v, date) else v for v in point)


def admitting(found, point):
    return [i for i, row in enumerate(found.rows) if all(c.admits(v) for c, v in zip(row.cells, point, strict=True))]


def brute_force(found, grid):
    """Whether there is a gap, the pairs in conflict, and the rows that never decide."""
    hits = [admitting(found, plain(point)) for point in grid]
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


@pytest.mark.parametrize("batch", range(TABLES // BATCH))
def test_the_proof_of_a_random_table_is_what_brute_force_finds(batch):
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        found, grid = table(Random(seed))
        findings = list(examine(found, most=1_000))
        gap, pairs, idle = brute_force(found, grid)
        assert not [f for f in findings if f.kind == "unproved"], seed
        gaps = [f for f in findings if f.kind in ("gap", "missing")]
        assert bool(gaps) == gap, (seed, findings)
        for finding in gaps:
            assert not admitting(found, finding.point), (seed, finding)
        overlaps = [f for f in findings if f.kind == "overlap"]
        assert len(overlaps) == len(pairs), (seed, findings)
        for finding in overlaps:
            assert set(combinations(admitting(found, finding.point), 2)) & pairs, (seed, finding)
        numbers = {found.rows[i].number for i in idle}
        assert {f.row for f in findings if f.kind in ("never", "shadowed")} == numbers, (seed, findings)
