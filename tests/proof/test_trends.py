"""A trend of a table is proved exactly when trying every pair of inputs finds nothing against it."""

import re
from dataclasses import replace
from itertools import combinations, product
from random import Random

import pytest

from app.decisioning.engine.model import OutcomeStep, TableStep
from app.decisioning.language.core import Reference
from app.decisioning.language.types import one_of
from app.decisioning.proof.expectations import judge_bound
from app.decisioning.proof.flow import follow
from app.decisioning.proof.names import names_of, names_of_offers
from app.decisioning.proof.smt import Solver
from app.decisioning.proof.statements import Bound, parse_statement
from app.decisioning.proof.trends import judge_trend
from app.decisioning.tables.cells import parse_cell
from app.decisioning.tables.table import Input, Output, Row, Table, matching, result
from app.strategies.shelf import SHIPPED
from app.strategies.strategy import read_strategy

MODEL = read_strategy(SHIPPED / "cash-loan" / "v1", "v1")
ORDER = ("RED", "YELLOW", "GREEN")
CUTS = ("< 500", "[500..600)", "[600..700)", ">= 700")
SCORES = (499, 500, 599, 600, 699, 700, None)
CARDS = (0, 599, 600, None)
NO_SOLVER = Solver("no_such_solver")


def judge(model, text, flow=None):
    """By regions alone."""
    orders = {"segment": ORDER, "internal_band": ORDER, "outcome": ("DECLINE", "REFER", "APPROVE")}
    statement = parse_statement(text, names_of(model), names_of_offers(model), orders)
    judged = judge_bound if isinstance(statement, Bound) else judge_trend
    return judged(flow or follow(model), statement, NO_SOLVER)


@pytest.fixture(scope="module")
def cash_loan():
    return follow(MODEL)


def segmentation(rng):
    """A segment that hardly ever falls as the bureau score rises, and a strategy that ends with it."""
    segments = one_of(*ORDER)
    types = names_of(MODEL)
    inputs = tuple(Input(n, Reference(n, types[n])) for n in ("internal_band", "bureau_score", "card_score"))
    rows = []
    for band, card in product(ORDER, ("< 600", ">= 600", "missing")):
        levels = sorted(rng.choices(range(3), k=len(CUTS)))
        if rng.random() < 0.1:
            levels = levels[::-1]
        rows += [(band, cut, card, ORDER[level]) for cut, level in zip(CUTS, levels, strict=True)]
        rows.append((band, "missing", card, rng.choice(ORDER)))
    built = tuple(
        Row(n, tuple(parse_cell(text, column.type) for text, column in zip(row, inputs, strict=False)), (row[-1],))
        for n, row in enumerate(rows, 1)
    )
    table = Table("segmentation", "unique", inputs, (Output("segment", segments),), built)
    outcome = Table(
        "outcome", "first", (Input("segment", Reference("segment", segments)),),
        (Output("outcome", one_of("REFER")), Output("because", one_of("NONE"))),
        (Row(1, (parse_cell("any", segments),), ("REFER", "NONE")),),
    )
    report, applicant, scorecard, *_ = MODEL.steps
    steps = (
        report, applicant, scorecard, TableStep("segmentation", table), OutcomeStep("outcome", outcome, {}, frozenset())
    )
    return table, replace(MODEL, steps=steps)


def segment(table, *point):
    return ORDER.index(result(table, matching(table, point))[0])


@pytest.mark.parametrize("seed", range(25))
def test_a_trend_of_a_random_table_is_what_brute_force_finds(seed):
    table, model = segmentation(Random(seed))
    falls = any(
        segment(table, band, low, card) > segment(table, band, high, card)
        for band, card in product(ORDER, CARDS)
        for low, high in combinations(SCORES[:-1], 2)
    )
    judged = judge(model, "segment does not worsen when bureau_score rises")
    assert judged.state == ("refuted" if falls else "proved")


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("segment does not worsen when bureau_score rises", "proved"),
        ("segment never improves when bureau_score falls", "proved"),
        ("segment does not improve when bureau_score rises", "refuted"),
        ("segment does not change when bureau_score changes", "refuted"),
        ("segment does not change when marital_status changes", "refuted"),
        ("segment does not change when marital_status changes while bureau_score is present and bureau_score < 500",
         "proved"),
        ("segment does not worsen when internal_score rises", "proved"),
        ("internal_score does not fall when months_on_book rises", "proved"),
        ("internal_score does not rise when months_on_book rises", "refuted"),
        ("internal_band does not worsen when months_on_book rises", "proved"),
        ("internal_score does not change when region changes", "proved"),
        ("segment does not change when monthly_income changes", "proved"),
        ("annual_rate does not rise when segment improves", "proved"),
        ('annual_rate does not rise when bureau_score rises while product = "StudentLoan"', "proved"),
        ("annual_rate does not fall when bureau_score rises", "refuted"),
        ("eligible never improves when total_liabilities rises", "proved"),
        ("eligible never worsens when has_insurance rises", "proved"),
        ("always amount <= requested_amount", "proved"),
        ("always amount < requested_amount", "refuted"),
        ('never outcome = "APPROVE" while age < 18', "proved"),
        ('never outcome = "APPROVE" while age < 19', "refuted"),
        ('never outcome = "APPROVE" while monthly_income < minimal_income', "proved"),
        ('never outcome = "DECLINE" for AGE while age between 18 and 75', "proved"),
        ('never outcome = "DECLINE" for INCOME_TOO_LOW', "refuted"),
    ],
)
def test_statements_of_cash_loan_are_settled_by_regions(cash_loan, text, state):
    assert judge(MODEL, text, cash_loan).state == state


def test_a_counter_example_is_what_the_strategy_does(cash_loan):
    judged = judge(MODEL, "annual_rate does not fall when bureau_score rises", cash_loan)
    pattern = r"bureau_score = \d+ gives annual_rate = 0.109, bureau_score = \d+ gives annual_rate = 0.069"
    assert re.match(pattern, judged.how)
    assert " for CustomerLoan, both with accommodation = " in judged.how
