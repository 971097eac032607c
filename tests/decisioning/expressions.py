"""Hypothesis strategies for expressions: random text, well typed, over a few names; and random values of the names."""

from datetime import date

from hypothesis import strategies as st

from app.decisioning.language.types import BOOLEAN, DATE, TEXTS, Type, decimal, integer, money, one_of

SCOPE = {
    "n": integer(-50, 50),
    "maybe_n": integer(-50, 50).maybe(),
    "d": decimal(2, -500, 500),
    "m": money(-1_000, 1_000),
    "b": BOOLEAN,
    "s": one_of("RED", "GREEN"),
    "xs": TEXTS,
    "ns": Type("numbers", low=-9, high=9),
    "day": DATE,
    "other_day": DATE,
}

values = st.fixed_dictionaries(
    {
        "n": st.integers(-50, 50),
        "maybe_n": st.none() | st.integers(-50, 50),
        "d": st.integers(-500, 500),
        "m": st.integers(-1_000, 1_000),
        "b": st.booleans(),
        "s": st.sampled_from(["RED", "GREEN"]),
        "xs": st.sampled_from([(), ("RED",), ("GREEN", "RED")]),
        "ns": st.lists(st.integers(-9, 9), max_size=3).map(tuple),
        "day": st.dates(date(2019, 1, 1), date(2021, 12, 31)),
        "other_day": st.dates(date(2019, 1, 1), date(2021, 12, 31)),
    }
)

_number_leaf = st.sampled_from(
    [
        "n", "d", "3", "0.5", "7.25", "coalesce(maybe_n, 4)", "number(days_between(day, other_day))",
        "number(months_between(day, other_day))", "coalesce(position(s, xs), 9)", "sum(ns)", "count(xs)",
        "coalesce(min(ns), 7)", "coalesce(first(ns), 7)", "round_half_even(d * 0.5, 1)",
        "number(years_between(add_months(day, n), add_days(other_day, 3 * n)))",
        "number(round(coalesce(apr(abs(n) + 40, 3, abs(n), abs(n) + 1), 0), 2))",
        "number(round(coalesce(effective_rate(abs(n), 3, n + 2, abs(n) + 1), 9), 2))",
    ]
)
_money_leaf = st.sampled_from(["m", "round(m * 0.333)", "floor(m * 0.5)", "max(m, 0)"])
_truth_leaf = st.sampled_from(
    [
        "b", "true", "false", 's = "RED"', "s in xs", 's not in ["GREEN"]', "maybe_n is missing",
        "maybe_n is present and maybe_n > 3", "day < other_day", 'add_years(day, n) < date("2020-02-29")',
        "n in [1, 2, 3]",
    ]
)


def _text(template: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda found: template.format(*found))


_sign = st.sampled_from("+-")
_order = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])

_number: st.SearchStrategy[str] = st.deferred(
    lambda: st.one_of(
        _number_leaf,
        _text("({} {} {})", _number, _sign, _number),
        _text("min({}, {})", _number, _number),
        _text("abs({})", _number),
        _text("ceiling(0.001 * {})", _number),
        _text("(if {} then {} else {})", _truth, _number, _number),
        _text("coalesce(ratio({}, {}, 1), 0)", _money, _money),
        _text("-({})", _number),
    )
)
_money: st.SearchStrategy[str] = st.deferred(
    lambda: st.one_of(
        _money_leaf,
        _text("({} {} {})", _money, _sign, _money),
        _text("(if {} then {} else {})", _truth, _money, _money),
        _text("max({}, {})", _money, _money),
    )
)
_truth: st.SearchStrategy[str] = st.deferred(
    lambda: st.one_of(
        _truth_leaf,
        _text("({} {} {})", _number, _order, _number),
        _text("({} between {} and {})", _number, _number, _number),
        _text("({} {} {})", _money, _order, _money),
        _text("({} and {})", _truth, _truth),
        _text("({} or {})", _truth, _truth),
        _text("not ({})", _truth),
    )
)

expressions = st.one_of(_number, _money, _truth)


def bounded(depth: int) -> dict[str, st.SearchStrategy[str]]:
    """`numbers`, `amounts` and `truths` of so many operators above each other at most: quick to draw."""
    if depth == 0:
        return {"numbers": _number_leaf, "amounts": _money_leaf, "truths": _truth_leaf}
    inner = bounded(depth - 1)
    number, amount, truth = inner["numbers"], inner["amounts"], inner["truths"]
    return {
        "numbers": st.one_of(
            number, _text("({} {} {})", number, _sign, number), _text("min({}, {})", number, number),
            _text("(if {} then {} else {})", truth, number, number), _text("ceiling(0.001 * {})", number),
        ),
        "amounts": st.one_of(
            amount, _text("({} {} {})", amount, _sign, amount), _text("(if {} then {} else {})", truth, amount, amount),
        ),
        "truths": st.one_of(
            truth, _text("({} {} {})", number, _order, number), _text("({} and {})", truth, truth),
            _text("({} or {})", truth, truth), _text("not ({})", truth), _text("({} {} {})", amount, _order, amount),
        ),
    }
