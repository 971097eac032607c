"""What tables can say: lists, defaults, comparisons between inputs, expressions as outputs; on both evaluators."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import StrategyError
from tests.strategies.golden import Golden

NAMES = """
names: {amount: number, limit: number, tier: [A, B, C]}
"""


def table(policy, rows, outputs="{result: [X, Y, Z]}", default=""):
    text = f"""{NAMES}
table:
  hit_policy: {policy}
  inputs: {{amount: amount, tier: tier}}
  outputs: {outputs}
  rows:
{rows}
{default}"""
    return Golden(text, "wrong.yaml")


def both(golden, amount, limit, tier):
    values = {"amount": amount, "limit": limit, "tier": tier}
    found = golden.interpreted(values)
    assert golden.compiled()(values) == found
    return found


OVERLAPPING = """
    - ["> 10", any, Y]
    - [any, "A, B", X]
    - ["> 20", any, Z]
"""


@pytest.mark.parametrize(
    ("policy", "amount", "result", "rows"),
    [
        ("rule order", 30, ("Y", "X", "Z"), [1, 2, 3]),
        ("output order", 30, ("X", "Y", "Z"), [2, 1, 3]),
        ("collect list", 15, ("Y", "X"), [1, 2]),
        ("collect list", 5, ("X",), [2]),
    ],
)
def test_policies_that_gather_give_lists_in_their_order(policy, amount, result, rows):
    assert both(table(policy, OVERLAPPING), amount, 0, "A") == (result, rows)


def test_nothing_matched_gathers_an_empty_list():
    assert both(table("rule order", OVERLAPPING), 5, 0, "C") == ((), [])


def test_the_default_decides_only_where_no_row_matches():
    golden = table("unique", '    - ["> 10", A, X]\n    - ["> 10", B, Y]', default="  default: [Z]")
    assert both(golden, 11, 0, "A") == ("X", [1])
    assert both(golden, 10, 0, "A") == ("Z", [3])
    assert both(golden, 11, 0, "C") == ("Z", [3])


def test_without_a_default_the_same_table_has_a_gap():
    with pytest.raises(StrategyError, match=r"no row matches amount = .*, tier = "):
        table("unique", '    - ["> 10", A, X]\n    - ["> 10", B, Y]')


def test_a_default_of_a_table_that_gathers_is_gathered_alone():
    golden = table("collect sum", '    - ["> 10", A, 5]\n    - ["> 20", any, 7]', "{result: number}", "  default: [1]")
    assert both(golden, 21, 0, "A") == (12, [1, 2])
    assert both(golden, 1, 0, "A") == (1, [3])


COMPARED = """
    - ["< limit", any, X]
    - ["= limit", any, Y]
    - ["> limit", any, Z]
"""


@given(st.integers(-5, 5), st.integers(-5, 5))
def test_a_cell_compares_its_column_with_another_name(amount, limit):
    expected = "X" if amount < limit else "Y" if amount == limit else "Z"
    assert both(table("unique", COMPARED), amount, limit, "A")[0] == expected


def test_comparisons_that_leave_equality_out_have_a_gap():
    with pytest.raises(StrategyError, match="no row matches"):
        table("unique", COMPARED.replace('    - ["= limit", any, Y]\n', ""))


def test_comparisons_that_meet_overlap():
    with pytest.raises(StrategyError, match="rows 1 and 2 both match"):
        table("unique", COMPARED.replace("< limit", "<= limit"))


RANGED = """
    - ["[0..limit + 2)", any, X]
    - ["not(>= limit + 2)", C, Y]
    - [any, any, Z]
"""


@given(st.integers(-5, 5), st.integers(-5, 5))
def test_a_range_may_end_in_an_expression_and_be_negated(amount, limit):
    below = amount < limit + 2
    expected = "X" if below and amount >= 0 else "Y" if below else "Z"
    assert both(table("first", RANGED), amount, limit, "C")[0] == expected


COMPUTED = """
    - ["> 10", any, "= 0.5 * amount"]
    - ["<= 10", A, 2.25]
    - ["<= 10", "B, C", "= max(limit, 0)"]
"""


@given(st.integers(-50, 50), st.integers(-5, 5), st.sampled_from("ABC"))
def test_an_output_may_be_an_expression_at_the_columns_scale(amount, limit, tier):
    golden = table("unique", COMPUTED, "{result: number}")
    expected = 50 * amount if amount > 10 else 225 if tier == "A" else 100 * max(limit, 0)
    assert both(golden, amount, limit, tier)[0] == expected


@pytest.mark.parametrize(
    ("rows", "outputs", "message"),
    [
        ("    - [any, any, = amount]", "{result: months}", None),
        ("    - [any, any, = tier]", "{result: number}", "number is declared, this is one of A, B, C"),
        ("    - [any, any, = tier]", "{result: [A, B]}", "one of A, B is declared, this may be something else"),
        ("    - [any, any, = amont]", "{result: number}", "did you mean 'amount'"),
        ("    - ['< lmit', any, X]", "{result: [X]}", "'lmit' in '< lmit': 'lmit' is not known here; did"),
        ("    - ['< tier', any, X]", "{result: [X]}", "is needed here"),
        ("    - [any, '< amount', X]", "{result: [X]}", "is needed here"),
        ("    - [any, any, X, Y]", "{result: [X]}", "row 1 has 4 cells; 3 are needed"),
    ],
)
def test_a_wrong_cell_is_refused_with_its_line(rows, outputs, message):
    if message is None:
        table("unique", rows, outputs)
        return
    with pytest.raises(StrategyError) as refusal:
        table("unique", rows, outputs)
    assert str(refusal.value).startswith("wrong.yaml:9: "), refusal.value
    assert message in str(refusal.value)
