"""Linear conditions on whole numbers: "none" is never said of some, and what is given as a solution is one."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from app.decisioning.proof.feasibility import Within, solve
from app.decisioning.proof.linear import linear, single

ATOMS = ("a", "b", "c")
DOMAIN = [Within(single(atom), 0, 4) for atom in ATOMS]


def conditions(coefficients):
    form = st.builds(
        lambda c, k: linear(dict(zip(ATOMS, c, strict=True)), k),
        st.tuples(*(coefficients for _ in ATOMS)), st.integers(-3, 3),
    )
    bound = st.none() | st.integers(-6, 6)
    return st.lists(st.builds(Within, form, bound, bound), min_size=1, max_size=5)


def value(condition, point):
    return sum(c * point[atom] for atom, c in condition.form.terms) + condition.form.constant


def met(condition, point):
    own = value(condition, point)
    return (condition.low is None or condition.low <= own) and (condition.high is None or own <= condition.high)


def solutions(given_):
    points = (dict(zip(ATOMS, values, strict=True)) for values in product(range(5), repeat=3))
    return [point for point in points if all(met(c, point) for c in given_)]


@settings(max_examples=400, deadline=None)
@given(conditions(st.sampled_from([-1, 0, 1])))
def test_with_unit_coefficients_every_question_is_settled(given_):
    found = solve([*DOMAIN, *given_], {})
    assert (found is False) == (not solutions(given_))
    assert found is False or all(met(c, found) for c in given_)


@settings(max_examples=400, deadline=None)
@given(conditions(st.integers(-4, 4)))
def test_with_any_coefficients_an_answer_is_right(given_):
    found = solve([*DOMAIN, *given_], {})
    if found is False:
        assert not solutions(given_)
    elif found is not None:
        assert all(met(c, {**dict.fromkeys(ATOMS, 0), **found}) for c in given_)


def test_a_solution_stays_near_what_is_preferred():
    assert solve([Within(single("a"), 0, 100), Within(single("a") - single("b"), 1, None)], {"a": 40, "b": 70}) == {
        "a": 40, "b": 39,
    }
