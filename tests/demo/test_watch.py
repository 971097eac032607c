"""The demo fails when a valid application did not get exactly one decision, one segment and one list of offers."""

from collections.abc import Iterable

import msgspec
import pytest

from app.contracts.names import CREDIT_OFFERS, DEAD_LETTERS, DECISIONS, SCORE_SEGMENTS, TopicNames
from app.demo.watch import Watch
from app.domain.decision import CreditOffers, DecisionMade, ScoreSegment
from app.simulation.recording import Recorded
from tests.demo.decided import AT, decided

ROLES = (DECISIONS, SCORE_SEGMENTS, CREDIT_OFFERS)


def of_role(role: str, made: DecisionMade) -> DecisionMade | ScoreSegment | CreditOffers:
    shared = {
        "event_id": made.event_id,
        "decision_id": made.decision_id,
        "customer_id": made.customer_id,
        "application_id": made.application_id,
        "as_of": made.as_of,
        "segment": made.segment,
    }
    if role == SCORE_SEGMENTS:
        return ScoreSegment(**shared, basis=made.basis, strategy=made.strategy, strategy_version=made.strategy_version)
    if role == CREDIT_OFFERS:
        return CreditOffers(**shared, outcome=made.outcome, offers=made.offers)
    return made


def record(role: str, event: object) -> Recorded:
    return Recorded(role, 0, 0, AT, b"key", msgspec.json.encode(event))


def letter(reason: str) -> Recorded:
    about = (("dl_topic", b"consents"), ("dl_reason", reason.encode()), ("dl_message", b"why"))
    return Recorded(DEAD_LETTERS, 0, 0, AT, b"", b"sealed", about)


def watching(numbers: Iterable[int], *, without: str = "") -> Watch:
    watch = Watch(TopicNames(), {})
    for number in numbers:
        for role in ROLES:
            if role != without:
                watch.take(role, [record(role, of_role(role, decided(number).decision))], AT / 1000 + 0.5)
    return watch


IDS = ["application-0001", "application-0002"]


def test_one_of_each_is_as_it_must_be() -> None:
    watch = watching([1, 2])
    assert watch.complete(IDS)
    assert watch.discrepancies(IDS, []) == []


def test_the_time_to_read_a_decision_counts_from_when_it_could_be_made() -> None:
    assert watching([1]).decided["application-0001"].seconds == pytest.approx(0.5)


@pytest.mark.parametrize("role", ROLES)
def test_a_missing_event_is_told(role: str) -> None:
    watch = watching([1, 2], without=role)
    assert not watch.complete(IDS)
    assert watch.discrepancies(IDS, []) == [f"{role}: none for 2 applications, such as application-0001"]


@pytest.mark.parametrize("role", ROLES)
def test_a_second_event_is_told(role: str) -> None:
    watch = watching([1, 2])
    watch.take(role, [record(role, of_role(role, decided(2).decision))], AT / 1000)
    assert watch.discrepancies(IDS, []) == [f"{role}: more than one for 1 applications, such as application-0002"]


def test_a_decision_about_nobodys_application_is_told() -> None:
    assert len(watching([1, 2, 3]).discrepancies(IDS, [])) == len(ROLES)


def test_events_of_one_application_share_a_decision_id() -> None:
    watch = watching([1], without=CREDIT_OFFERS)
    strange = msgspec.structs.replace(decided(1).decision, decision_id="another")
    watch.take(CREDIT_OFFERS, [record(CREDIT_OFFERS, of_role(CREDIT_OFFERS, strange))], AT / 1000)
    (told,) = watch.discrepancies(IDS[:1], [])
    assert "do not share a decision_id" in told


@pytest.mark.parametrize(("came", "told"), [(["A"], 1), (["A", "B", "B"], 1), (["A", "C"], 2), (["A", "B"], 0)])
def test_dead_letters_must_be_those_that_were_provoked(came: list[str], told: int) -> None:
    watch = watching([])
    watch.take(DEAD_LETTERS, [letter(reason) for reason in came], AT / 1000)
    assert len(watch.discrepancies([], ["A", "B"])) == told
