"""Compiled tables are the plain ones: random tables over their whole domain."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from app.decisioning.language.core import Reference
from app.decisioning.language.types import BOOLEAN, integer, one_of
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


@settings(max_examples=150, deadline=None)
@given(rows, st.sampled_from(["first", "collect sum", "collect count", "collect min", "collect max"]))
def test_a_compiled_table_is_the_plain_one(written, policy):
    found = table(policy, [*written, ("any", "any", "any", 0)])
    function = compiled_table(found, list(COLUMNS))
    for point in GRID:
        matched = matching(found, point)
        wanted = result(found, matched)[0], [row.number for row in matched]
        assert function(dict(zip(COLUMNS, point, strict=True))) == wanted
