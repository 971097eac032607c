"""Generated Python means what the tree means: random expressions, random tables, random values."""

import re

import pytest
from hypothesis import assume, given, settings

from app.decisioning.language import checker, runtime, source
from app.decisioning.language.interpreter import evaluate
from app.decisioning.language.lexer import ExpressionError
from tests.decisioning.expressions import SCOPE, expressions, values


def compiled(core):
    code = f"lambda {', '.join(SCOPE)}, round_money: {source.python(core, lambda name: name)}"
    return eval(code, {**source.RUNTIME})


def checked(text):
    """The text is well typed; it may only be too large, or test twice for what it knows already."""
    try:
        return checker.check(text, SCOPE)
    except ExpressionError as error:
        assume(not re.search("decimals|deeper|chain of operators|characters|never missing", str(error)))
        raise


@settings(max_examples=200, deadline=None)
@given(expressions, values)
def test_a_random_expression_has_one_value_on_both_evaluators(text, given_values):
    core = checked(text)
    function = compiled(core)
    for rounding in runtime.ROUNDING.values():
        whole = {**given_values, "round_money": rounding}
        assert function(**whole) == evaluate(core, whole)


@settings(max_examples=100, deadline=None)
@given(expressions, values)
def test_a_value_lies_in_the_range_that_its_type_states(text, given_values):
    core = checked(text)
    assume(core.type.kind == "number")
    found = evaluate(core, {**given_values, "round_money": runtime.half_even})
    assert core.type.low is None or core.type.low <= found
    assert core.type.high is None or found <= core.type.high


@pytest.mark.parametrize(
    "deepest",
    [
        lambda n: "not " * n + "b",
        lambda n: " or ".join(["b"] * n),
        lambda n: "coalesce(maybe_n, " * n + "1" + ")" * n,
        lambda n: "if b then 1 else " * n + "0",
        lambda n: "abs(" * n + "n" + ")" * n,
        lambda n: "(" * n + "n" + " + 1)" * n,
    ],
    ids=["not", "or", "coalesce", "if", "calls", "parentheses"],
)
def test_the_deepest_expression_that_is_allowed_compiles(deepest):
    accepted = 0
    for depth in range(1, 80):
        try:
            core = checker.check(deepest(depth), SCOPE)
        except ExpressionError:
            break
        compiled(core)
        accepted = depth
    assert 20 <= accepted < 79
