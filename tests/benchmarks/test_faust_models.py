"""Faust's models in the documented peer: they read what the service reads, and a restored table says the same."""

from types import SimpleNamespace

import pytest
from msgspec import structs

from app.contracts.decode import decoders
from app.contracts.names import BUREAU_RESPONSES, CONSENTS, LOAN_APPLICATIONS
from app.decisioning.learning import learn_consent, learn_response, open_case
from app.domain.case import Asked, ConsentFact, Marker, ResponseFact, Seen
from benchmarks.events import customers
from benchmarks.peers import documented_faust as peer
from benchmarks.peers import faust_models as models
from benchmarks.peers import flow
from tests.contracts.specimens import examples

NOW = 1_800_000_000_000
MODELS = {CONSENTS: models.Consent, LOAN_APPLICATIONS: models.LoanApplication, BUREAU_RESPONSES: models.BureauResponse}
DECODERS = decoders()


def restored(kept):
    return type(kept).loads(kept.dumps(serializer="json"), serializer="json")


@pytest.mark.parametrize(("role", "path"), examples(), ids=lambda part: getattr(part, "stem", part))
def test_a_model_reads_what_the_service_reads(role, path):
    json = path.read_bytes()
    model = MODELS[role].loads(json, serializer="json")
    body, _ = DECODERS[role].decode(json, (), NOW)
    assert peer.copied(model, peer.RULES_TYPES[role]) == body
    assert peer.copied(restored(model), peer.RULES_TYPES[role]) == body


class Told:
    """One customer's events as Faust hands them over, and the fact in each."""

    def __init__(self, customer):
        self.events, self.facts = {}, {}
        for offset, (role, json) in enumerate(customer.events.items()):
            message = SimpleNamespace(value=json, key=customer.key, offset=offset)
            self.events[role] = SimpleNamespace(value=MODELS[role].loads(json, serializer="json"), message=message)
            self.facts[role] = peer.decode(role, self.events[role], NOW)


@pytest.fixture
def told(monkeypatch):
    monkeypatch.setattr(peer, "consents_by_customer", {})
    monkeypatch.setattr(peer, "cases_by_customer", {})
    return Told(next(customers(1)))


def test_the_tables_keep_all_that_the_rules_know(told):
    answer, application = told.facts[BUREAU_RESPONSES], told.facts[LOAN_APPLICATIONS]
    customer = peer.customer_of(answer)
    file = learn_consent(customer.file, ConsentFact(*told.facts[CONSENTS]))
    customer = customer.with_consents(file, told.events[CONSENTS])
    event = told.events[BUREAU_RESPONSES]
    waiting = learn_response(open_case(*answer), ResponseFact(*answer, event.message.value))
    customer = customer.with_case(waiting, event)
    assert list(customer.open_cases()) == [waiting]
    event = told.events[LOAN_APPLICATIONS]
    case = flow.learn_pinned(waiting, *application, event.message.value)
    asked, spent = Asked("EQUIFAX", NOW, "k-1"), Seen(BUREAU_RESPONSES, "e-1", 7)
    case = structs.replace(case, asked=(asked,), spent=(spent,))
    customer.with_case(case, event)

    kept = peer.customer_of(application)
    again = peer.Customer(kept.customer_id, restored(kept.consents), restored(kept.cases))
    for known in (kept, again):
        assert known.file == file
        assert known.case(case.application_id) == case
        assert not known.decided(case.application_id)


def test_a_decided_case_is_known_as_decided(told):
    customer_id, application_id = told.facts[BUREAU_RESPONSES][1].customer_id, "a-1"
    customer = peer.customer_of(told.facts[BUREAU_RESPONSES])
    customer.with_case(Marker(customer_id, application_id, "d-1", NOW), told.events[BUREAU_RESPONSES])
    kept = restored(peer.cases_by_customer[customer_id])
    assert peer.Customer(customer_id, models.Consents(), kept).decided(application_id)
