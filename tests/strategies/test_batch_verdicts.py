"""The batch evaluator decides as the row evaluators do: verdicts, reasons, points and rows, to the last cent."""

from math import isnan

from hypothesis import given, settings
from hypothesis import strategies as st

from app.decisioning.batch.evaluator import BatchEvaluator, decide_batch
from app.decisioning.batch.result import BASES, NO_BUREAU_SCORE, OUTCOMES, SEGMENTS
from tests.strategies.test_verdicts import CASH_LOAN, THREE_BUREAUS, cash_loan, three_bureaus

EVALUATOR = BatchEvaluator(CASH_LOAN.model)


@settings(max_examples=40, deadline=None)
@given(st.lists(cash_loan, max_size=12))
def test_a_batch_of_cash_loans_is_decided_as_its_rows_are(evidences):
    assert decide_batch(CASH_LOAN.model, evidences) == [CASH_LOAN.decide(evidence) for evidence in evidences]


@settings(max_examples=30, deadline=None)
@given(st.lists(three_bureaus, max_size=12))
def test_a_batch_of_three_bureaus_is_decided_as_its_rows_are(evidences):
    assert decide_batch(THREE_BUREAUS.model, evidences) == [THREE_BUREAUS.decide(evidence) for evidence in evidences]


@settings(max_examples=30, deadline=None)
@given(st.lists(cash_loan, min_size=1, max_size=12))
def test_columns_say_what_verdicts_say(evidences):
    found = EVALUATOR.decide(EVALUATOR.read(evidences))
    verdicts = found.verdicts()
    assert [OUTCOMES[code] for code in found.outcome] == [verdict.outcome for verdict in verdicts]
    assert [SEGMENTS[code] for code in found.segment] == [verdict.segment for verdict in verdicts]
    assert [BASES[code] for code in found.basis] == [verdict.basis for verdict in verdicts]
    scores = [None if isnan(score) else score for score in found.score.tolist()]
    assert scores == [verdict.internal_score for verdict in verdicts]
    bureau_scores = [None if score == NO_BUREAU_SCORE else score for score in found.bureau_score.tolist()]
    assert bureau_scores == [verdict.bureau_score for verdict in verdicts]
    for row, verdict in enumerate(verdicts):
        offered = {name: own for name, own in found.offers.items() if own.rank[row]}
        assert set(offered) == {offer.proposition for offer in verdict.offers}
        for offer in verdict.offers:
            own = offered[offer.proposition]
            assert (own.rank[row], own.amount[row]) == (offer.rank, offer.amount_minor)
            assert own.term[row] == offer.term_months
            assert (own.annual_rate[row], own.instalment[row]) == (offer.annual_rate, offer.instalment_minor)
            assert (own.last_instalment[row], own.total_cost[row], own.maximum_payment[row]) == (
                offer.last_instalment_minor, offer.total_cost_minor, offer.maximum_payment_minor
            )


@settings(max_examples=20, deadline=None)
@given(st.lists(cash_loan, min_size=2, max_size=12), st.data())
def test_no_row_knows_its_neighbours(evidences, data):
    chosen = data.draw(st.permutations(evidences).map(lambda every: every[: len(every) // 2]))
    whole = dict(zip(map(id, evidences), decide_batch(CASH_LOAN.model, evidences), strict=True))
    assert decide_batch(CASH_LOAN.model, chosen) == [whole[id(evidence)] for evidence in chosen]
