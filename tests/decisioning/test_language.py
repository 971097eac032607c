"""Expressions: what they mean, and what is refused before it can run."""

from datetime import date

import pytest

from app.decisioning.language.checker import check
from app.decisioning.language.interpreter import evaluate
from app.decisioning.language.lexer import ExpressionError
from app.decisioning.language.runtime import half_up
from app.decisioning.language.types import BOOLEAN, DATE, TEXT, TEXTS, as_float, decimal, integer, money, one_of

SCOPE = {
    "age": integer(0, 150),
    "score": integer(0, 999).maybe(),
    "rate": decimal(4, 0, 10_000),
    "income": money(0, 10**9),
    "expenses": money(0, 10**9),
    "insured": BOOLEAN,
    "known": BOOLEAN.maybe(),
    "status": one_of("MARRIED", "SINGLE"),
    "region": TEXT,
    "excluded": TEXTS,
    "born": DATE,
    "started": DATE.maybe(),
}
VALUES = {
    "age": 40, "score": None, "rate": 490, "income": 250_000, "expenses": 100_000, "insured": True, "known": None,
    "status": "MARRIED", "region": "001", "excluded": ("001", "003"), "born": date(1986, 3, 2), "started": None,
    "round_money": half_up,
}


def value(text: str, **changes):
    core = check(text, SCOPE)
    found = evaluate(core, {**VALUES, **changes})
    if core.type.kind == "number" and found is not None:
        return as_float(found, core.type.scale)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("1 - 2 - 3", -4),
        ("-age + 1", -39),
        ("0.1 + 0.2", 0.3),
        ("0.1 + 0.2 = 0.3", True),
        ("rate * 100", 4.9),
        ("age < 41 and not age < 40", True),
        ("true or 1 = 2 and false", True),
        ("not insured or insured", True),
        ("age between 40 and 50", True),
        ("age between 41 and 50 or age = 40", True),
        ("age in [39, 40]", True),
        ("age not in [39, 40]", False),
        ('status in ["SINGLE"]', False),
        ("region in excluded", True),
        ("region not in excluded", False),
        ("score is missing", True),
        ("score is present and score > 5", False),
        ("score is missing or score > 5", True),
        ("if score is present then score else 0 - 1", -1),
        ("if score is missing then missing else score + 1", None),
        ("coalesce(score, 7)", 7),
        ("coalesce(score, missing)", None),
        ("min(age, 30, 50)", 30),
        ("max(0.5, age)", 40),
        ("abs(age - 50)", 10),
        ("round(12.345, 2)", 12.35),
        ("round(2.5)", 3),
        ("floor(2.9)", 2),
        ("ceiling(2.1)", 3),
        ("round(income * 0.333)", 83_250),
        ("floor((income - expenses) * 0.401)", 60_150),
        ("round_down(age, 15)", 30),
        ("ratio(expenses, income, 2)", 0.4),
        ("ratio(age, age - age, 2)", None),
        ("years_between(born, born)", 0),
        ("if started is present then months_between(born, started) else 0", 0),
        ('status = "MARRIED"', True),
        ("income > 0", True),
        ("position(region, excluded)", 0),
        ('coalesce(position("002", excluded), 99)', 99),
        ("round(annuity_instalment(income, 0.12, 12))", 22_212),
        ("floor(annuity_amount(22213, 0.12, 12))", 250_009),
        ("round(annuity_last(income, 22212, 0.12, 12))", 22_215),
    ],
)
def test_an_expression_means_what_it_says(text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("", 0, "a value expected, but the expression ends"),
        ("age +", 5, "a value expected, but the expression ends"),
        ("age 5", 4, "an operator or the end expected, but there is '5'"),
        ("(age", 4, "')' expected, but the expression ends"),
        ("age is old", 7, "'missing' or 'present' expected"),
        ("age & 1", 4, "'&' has no meaning"),
        ("age.real", 3, "'.' has no meaning"),
        ("__import__(\"os\")", 0, "there is no function '__import__'"),
        ("agee > 1", 0, "'agee' is not known here; did you mean 'age'?"),
        ("medien(age, 1)", 0, "there is no function 'medien'"),
        ("age > \"x\"", 4, "number is needed here, this is one of x"),
        ("insured + 1", 8, "number is needed here, this is true or false"),
        ("age and insured", 4, "true or false is needed here, this is number"),
        ("score > 5", 6, "this may be missing: test it first"),
        ("score is present or score > 5", 26, "this may be missing"),
        ("known", None, None),
        ("age is missing", 4, "this is never missing"),
        ("coalesce(age, 1)", 0, "this is never missing"),
        ("income > 5", 7, "money meets a plain number"),
        ("income + age", 7, "money meets a plain number"),
        ("income * income", 7, "money times money"),
        ("min(income, 5)", 0, "money and a plain number"),
        ('status = "MARIED"', 7, "'MARIED' is not a value of what it meets; did you mean 'MARRIED'?"),
        ('status in ["SINGEL"]', 11, "did you mean 'SINGLE'?"),
        ('if insured then 1 else "x"', 0, "these differ in type"),
        ("if insured then missing else missing", 0, "`missing` alone has no type"),
        ('region < "002"', 7, "does not compare values of type text"),
        ("age in [1, age]", 11, "literals only"),
        ("age in [1.5]", None, "more decimals"),
        ("region in region", 10, "list of texts is needed"),
        ("round(age)", 0, "nothing to round"),
        ("round(income * 0.5, 1)", 0, "money is rounded to its minor unit"),
        ("round(rate, age)", 0, "must be a whole number written out"),
        ("round_down(age, age)", 0, "known to be above zero"),
        ("ratio(age, income, 2)", 0, "a ratio is money by money"),
        ("min(age)", 0, "min takes two or more numbers"),
        ("years_between(born, started)", 0, "this may be missing"),
        ("annuity_instalment(income, rate, age)", 0, "the term must be known to lie in 1..600"),
        ("annuity_instalment(income, age, 12)", 0, "the annual rate must be known to lie in 0..10"),
        ("annuity_instalment(income * 0.5, rate, 12)", 0, "takes whole amounts"),
        ("rate * rate * rate * rate", 19, "more than 12 decimals"),
        ("1" * 19, 0, "too many digits"),
    ],
)
def test_what_cannot_mean_anything_is_refused_where_it_stands(text, at, message):
    if message is None:
        assert check(text, SCOPE).type == BOOLEAN.maybe()
        return
    with pytest.raises(ExpressionError) as refusal:
        check(text, SCOPE)
    assert message in str(refusal.value)
    if at is not None:
        assert refusal.value.at == at


@pytest.mark.parametrize(
    "text",
    [
        "(" * 500 + "1" + ")" * 500,
        "not " * 400 + "true",
        "+".join(["1"] * 900),
        "if true then " * 100 + "1",
        "a" * 3000,
        "min(" * 100 + "1" + ")" * 100,
        "-" * 500 + "1",
    ],
    ids=["parentheses", "not", "chain", "if", "length", "calls", "minus"],
)
def test_monsters_are_refused_not_run(text):
    with pytest.raises(ExpressionError):
        check(text, SCOPE)


def test_what_was_tested_present_can_be_used_from_then_on():
    assert value("score is missing or score > 5 and score < 9", score=7) is True
    assert value("not (score is missing) and score > 5", score=7) is True
    assert value("if not (score is missing or score < 5) then score else 0", score=7) == 7


def test_ranges_are_known_before_anything_runs():
    def bounds(text):
        type_ = check(text, SCOPE).type
        return type_.low, type_.high

    assert bounds("min(max(age, 3), 84)") == (3, 84)
    assert bounds("age * 2 - 10") == (-10, 290)
    assert bounds("-age") == (-150, 0)
    assert bounds("coalesce(score, 5)") == (0, 999)
    assert bounds("floor(rate * age)") == (0, 150)
