"""Gaps, overlaps and unreachable rows are found exactly: random tables against brute force over their whole domain."""

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from app.decisioning.language.core import Reference
from app.decisioning.language.types import BOOLEAN, integer, one_of
from app.decisioning.tables import proof
from app.decisioning.tables.cells import parse_cell
from app.decisioning.tables.table import Input, Output, Row, Table, matching, result
from tests.strategies.golden import compiled_table

COLUMNS = {
    "number": (integer(0, 6).maybe(), [*range(7), None]),
    "colour": (one_of("RED", "GREEN"), ["RED", "GREEN"]),
    "truth": (BOOLEAN.maybe(), [True, False, None]),
}
GRID = list(product(*(values for _, values in COLUMNS.values())))

number_cells = st.one_of(
    st.sampled_from(["any", "missing"]),
    st.tuples(st.sampled_from(["<", "<=", ">", ">=", ""]), st.integers(0, 6)).map(lambda p: f"{p[0]} {p[1]}".strip()),
    st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda p: f"[{min(p)}..{max(p)}]"),
    st.integers(0, 6).map(lambda n: f"not({n})"),
)
cells = {
    "number": number_cells,
    "colour": st.sampled_from(["any", "RED", "GREEN", "not(RED)"]),
    "truth": st.sampled_from(["any", "true", "false", "missing", "not(true)"]),
}
rows = st.lists(st.tuples(*cells.values(), st.integers(0, 2)), min_size=1, max_size=7)


def table(policy, written) -> Table:
    return Table(
        "random",
        policy,
        tuple(Input(name, Reference(name, type_)) for name, (type_, _) in COLUMNS.items()),
        (Output("points", integer()),),
        tuple(
            Row(number, tuple(parse_cell(c, t) for c, (t, _) in zip(row, COLUMNS.values(), strict=False)), (row[-1],))
            for number, row in enumerate(written, 1)
        ),
    )


def written_as(value) -> str:
    if value is None:
        return "missing"
    return str(value).lower() if isinstance(value, bool) else str(value)


def admitting(found: Table, point) -> list[int]:
    return [row.number for row in found.rows if all(c.admits(v) for c, v in zip(row.cells, point, strict=True))]


@settings(max_examples=400, deadline=None)
@given(rows)
def test_a_gap_is_found_exactly_when_there_is_one(written):
    found = table("unique", written)
    gap = proof.find_gap(found)
    holes = [point for point in GRID if not admitting(found, point)]
    assert (gap is None) == (not holes)
    if gap is not None:
        assert gap in {tuple(map(written_as, point)) for point in holes}


@settings(max_examples=300, deadline=None)
@given(rows)
def test_overlaps_are_those_of_brute_force(written):
    found = table("unique", written)
    seen = {(first.number, second.number) for first, second, _ in proof.find_overlaps(found)}
    assert seen == {pair for point in GRID for pair in combinations(admitting(found, point), 2)}


@settings(max_examples=300, deadline=None)
@given(rows)
def test_unreachable_rows_are_those_that_never_come_first(written):
    found = table("first", written)
    first = {numbers[0] for point in GRID if (numbers := admitting(found, point))}
    assert {row.number for row in proof.find_unreachable(found)} == {row.number for row in found.rows} - first


@settings(max_examples=150, deadline=None)
@given(rows, st.sampled_from(["first", "collect sum", "collect count", "collect min", "collect max"]))
def test_a_compiled_table_is_the_plain_one(written, policy):
    found = table(policy, [*written, ("any", "any", "any", 0)])
    function = compiled_table(found, list(COLUMNS))
    for point in GRID:
        matched = matching(found, point)
        wanted = result(found, matched)[0], [row.number for row in matched]
        assert function(dict(zip(COLUMNS, point, strict=True))) == wanted
