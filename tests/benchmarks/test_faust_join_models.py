"""Faust's models in suite A's documented peer: the kernel says of them what it says of its own types."""

import msgspec
import pytest

from benchmarks.peers.faust_join_models import Answer, Application, Case
from benchmarks.portable.events import portions
from benchmarks.portable.kernel import decide
from benchmarks.portable.model import decode_answer, decode_application

PAIRS = next(portions(20))


def loaded(model, json):
    return model.loads(json, serializer="json")


def restored(kept):
    return loaded(Case, kept.dumps(serializer="json"))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.key.decode())
def test_the_kernel_takes_the_models_for_its_own_types(pair):
    told = decide(decode_application(pair.application), decode_answer(pair.answer))
    application, answer = loaded(Application, pair.application), loaded(Answer, pair.answer)
    assert decide(application, answer) == told
    assert decide(restored(Case(application=application)).application, answer) == told
    assert decide(application, restored(Case(answer=answer)).answer) == told


def test_a_decided_case_is_known_as_decided():
    kept = restored(Case(decided=True))
    assert kept.decided
    assert kept.application is None
    assert kept.answer is None


APPLICATION, ANSWER = (msgspec.json.decode(json) for json in (PAIRS[0].application, PAIRS[0].answer))
WRONG = {
    "no amount": (Application, {key: value for key, value in APPLICATION.items() if key != "amount_minor"}),
    "an amount in words": (Application, {**APPLICATION, "amount_minor": "much"}),
    "a consent without its purpose": (Application, {**APPLICATION, "consent": {"given": True}}),
    "months in words": (Application, {**APPLICATION, "applicant": {**APPLICATION["applicant"], "months_on_book": "x"}}),
    "no score": (Answer, {**ANSWER, "score": None}),
    "a liability in words": (Answer, {**ANSWER, "liabilities": ["large"]}),
    "an amount past due in words": (
        Answer, {**ANSWER, "liabilities": [{**ANSWER["liabilities"][0], "past_due_minor": "much"}]},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("model", "event"), WRONG.values(), ids=WRONG)
def test_what_is_missing_or_of_a_wrong_type_is_refused_however_deep_it_lies(model, event):
    with pytest.raises((TypeError, ValueError)):
        loaded(model, msgspec.json.encode(event))
