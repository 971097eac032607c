"""How an offer is repaid, told from the audit record alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.audit.repayment import instalments, repayment, schedule_of
from app.domain.decision import PricedOffer
from tests.demo.decided import decided

OFFERS = [offer for number in range(1, 60) for offer in decided(number).decision.offers]


def text_of(offer: PricedOffer) -> list[tuple[str, ...]]:
    table = repayment([offer])
    assert table is not None
    return list(zip(*(column.cells for column in table.columns), strict=True))


def test_every_offer_of_the_shipped_strategy_is_repaid_to_the_last_cent():
    assert OFFERS
    for offer in OFFERS:
        found = schedule_of(offer)
        assert found is not None
        assert (found.last, found.rows[-1].balance) == (offer.last_instalment_minor, 0)
        assert found.cost == offer.total_cost_minor


def test_the_middle_of_a_schedule_is_left_out():
    rows = text_of(next(offer for offer in OFFERS if offer.term_months == 48))
    assert [row[0] for row in rows] == ["1", "2", "3", "...", "46", "47", "48"]
    assert rows[-1][-1] == "0.00"


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(OFFERS), st.integers(1, 500))
def test_payments_that_do_not_end_at_zero_show_no_schedule(offer, more):
    assert repayment([replace(offer, last_instalment_minor=offer.last_instalment_minor + more)]) is None
    assert repayment([]) is None


@pytest.mark.parametrize(
    ("term", "last", "wanted"),
    [
        (1, 8, "one instalment of 0.08 EUR"),
        (2, 8, "one instalment of 0.09 EUR and a last one of 0.08 EUR"),
        (3, 9, "3 instalments of 0.09 EUR"),
        (3, 8, "2 instalments of 0.09 EUR and a last one of 0.08 EUR"),
    ],
)
def test_instalments_are_told_as_they_are_paid(term, last, wanted):
    offer = replace(OFFERS[0], currency="EUR", term_months=term, instalment_minor=9, last_instalment_minor=last)
    assert instalments(offer) == wanted
