"""What would have changed the outcome: true of the strategy itself, nearest, and never what nobody may be asked for."""

from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from app.decisioning.notices import levers
from app.decisioning.notices.breakpoints import breakpoints
from app.decisioning.notices.nearest import edge, nearest
from app.demo.judged import evidences as evidences_of_the_demo
from app.strategies.shelf import load_shelf
from tests.strategies.evidence import evidences

AT = 1_790_000_000_000                         # 2026-09-21T14:13:20Z


@cache
def cash_loan():
    strategy = load_shelf().in_force("CustomerLoan", AT)
    assert strategy is not None
    return strategy


@cache
def customers():
    """What the demo's customers are judged on, and the verdicts."""
    return [(e, cash_loan().decide(e)) for e in evidences_of_the_demo(cash_loan().bureaus, AT)]


def replayed(evidence, change):
    """The verdict on evidence in which the change holds, built by the levers alone."""
    lever = next(lever for lever in cash_loan().notices.levers if lever.name == change.fact)
    if lever.name == levers.PAYING_OFF:
        return [cash_loan().decide(changed) for _, changed in levers.paid_off(evidence)]
    if lever.step is None:
        others = levers.alternatives(lever, evidence, cash_loan().products)
        return [cash_loan().decide(changed) for value, changed in others if value == change.after]
    value = date.fromisoformat(change.after).toordinal() if levers.is_date(lever) else change.after
    return [cash_loan().decide(levers.with_number(lever, evidence, value))]


@settings(max_examples=25, deadline=None)
@given(evidences(cash_loan().bureaus, ("EUR", "USD")))
def test_every_change_that_is_told_really_leads_to_an_approval(evidence):
    for change in nearest(cash_loan(), evidence):
        assert change.verdict.outcome == "APPROVE"
        assert change.verdict in replayed(evidence, change)


@settings(max_examples=25, deadline=None)
@given(evidences(cash_loan().bureaus, ("EUR", "USD")))
def test_the_nearest_comes_first_and_no_fact_twice(evidence):
    changes = nearest(cash_loan(), evidence, limit=99)
    assert [c.distance for c in changes] == sorted(c.distance for c in changes)
    assert len({c.fact for c in changes}) == len(changes)
    assert not {c.fact for c in changes} & levers.UNCHANGEABLE.keys()


def test_an_approval_needs_no_change():
    approved = [evidence for evidence, verdict in customers() if verdict.outcome == "APPROVE"]
    assert approved
    assert all(nearest(cash_loan(), evidence) == [] for evidence in approved[:50])


def test_an_expired_document_is_to_be_renewed_until_the_day_of_judgement():
    found = [
        change
        for evidence, verdict in customers()[:200]
        if [reason.code for reason in verdict.reasons] == ["MAIN_DOCUMENT_EXPIRED"]
        for change in nearest(cash_loan(), evidence)[:1]
    ]
    assert {(change.fact, change.after) for change in found} == {("main_document_expires", "2026-09-21")}


def test_of_age_nothing_is_said_even_where_only_age_would_help():
    evidence = next(evidence for evidence, verdict in customers() if verdict.outcome == "APPROVE")
    born = evidence.application.applicant.date_of_birth.replace(year=1930, day=1)
    applicant = structs.replace(evidence.application.applicant, date_of_birth=born)
    too_old = structs.replace(evidence, application=structs.replace(evidence.application, applicant=applicant))
    assert [reason.code for reason in cash_loan().decide(too_old).reasons] == ["AGE"]
    assert nearest(cash_loan(), too_old) == []


@given(st.integers(-1000, 1000), st.integers(0, 2000), st.integers(-2500, 2500), st.lists(st.integers(-3000, 3000)))
def test_of_a_monotone_approval_the_very_edge_is_found(own, threshold_after, end, points):
    threshold = own + threshold_after
    found = edge(lambda value: value >= threshold, own - 1, end, points)
    assert found == (max(threshold, own) if end >= threshold and end != own - 1 and threshold >= own else None)


def test_islands_of_approval_are_found_by_the_strategys_own_figures():
    assert edge(lambda value: value == 777, 0, 10_000, []) is None
    assert edge(lambda value: value == 777, 0, 10_000, [777]) == 777


def test_the_figures_of_tables_expressions_and_parameters_are_breakpoints():
    figures = breakpoints(cash_loan().model, "EUR")
    assert {660, 540, 450, 449, 40_000, 1_500_000} <= set(figures)


@pytest.mark.parametrize("fact", sorted(levers.UNCHANGEABLE))
def test_what_nobody_can_change_is_no_lever(fact):
    assert fact not in levers.LEVERS
