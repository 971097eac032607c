"""The short ways of learning say what the long ways say, where nothing is known yet."""

import pytest

from app.decisioning.learning import begin_case, begin_file, learn_application, learn_consent, open_case
from app.domain.case import ConsentFile, Pin
from tests.builders import CUSTOMER, a_grant, a_withdrawal, application_fact, consent_fact


def test_a_case_that_begins_with_its_application():
    fact, pin = application_fact(3), Pin("test", 1, "0" * 64)
    assert begin_case(fact, pin, 15) == learn_application(open_case(fact.received, fact.body), fact, pin, 15)


@pytest.mark.parametrize("body", [a_grant(1, ["EQUIFAX"]), a_withdrawal(2)])
def test_a_file_that_begins_with_its_first_consent(body):
    fact = consent_fact(3, body)
    assert begin_file(fact) == learn_consent(ConsentFile(CUSTOMER), fact)
