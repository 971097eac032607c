"""The letter says what the notice holds, all of it, and nothing about the person beyond it."""

import re

import pytest

from app.audit.letter import WIDTH, letter
from tests.demo.decided import decided

KINDS = [
    ("ADVERSE_ACTION",),
    ("COUNTER_OFFER",),
    ("COUNTER_OFFER", "RISK_BASED_PRICING"),
    ("RISK_BASED_PRICING",),
]


def first_of(kinds):
    made = (decided(number).decision for number in range(1, 300))
    return next(d for d in made if d.notice is not None and d.notice.kinds == kinds)


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("kinds", KINDS, ids="+".join)
def test_the_letter_tells_reasons_scores_rights_and_whom_to_write_to(kinds):
    decision = first_of(kinds)
    notice = decision.notice
    text = flat(letter(decision, notice))
    for told in [*notice.reasons, *notice.rights, *(f for score in notice.scores for f in score.key_factors)]:
        assert flat(told.text) in text
    for score in notice.scores:
        assert f"credit score {score.value}" in text
        assert f"from {score.lowest} to {score.highest}" in text
    assert notice.creditor.name in text and notice.supervisor.address in text
    assert all(agency.contact.name in text for agency in notice.agencies)


@pytest.mark.parametrize("kinds", KINDS, ids="+".join)
def test_only_a_counter_offer_lists_offers(kinds):
    decision = first_of(kinds)
    assert ("We can offer you instead" in letter(decision, decision.notice)) == ("COUNTER_OFFER" in kinds)


@pytest.mark.parametrize("kinds", KINDS, ids="+".join)
def test_the_letter_holds_no_fact_about_the_person_but_the_wish_and_the_scores(kinds):
    decision = first_of(kinds)
    text = letter(decision, decision.notice)
    applicant = decision.application.applicant
    assert str(applicant.date_of_birth) not in text
    assert applicant.marital_status not in text
    assert max(map(len, text.splitlines())) <= WIDTH
