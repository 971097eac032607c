"""What the demo's customers allow: most of it, and every way not to."""

from collections import Counter
from datetime import UTC, datetime

import msgspec

from app.decisioning.strategy import BureauPolicy
from app.demo.consents import ConsentEvents, consent_record, consents
from app.demo.dataset import rows
from app.demo.german_credit import application
from app.domain.consent import ConsentEvent, ConsentGranted, ConsentWithdrawn

NOW = datetime(2026, 6, 1, tzinfo=UTC)
BUREAUS = (
    BureauPolicy("EQUIFAX", required=True),
    BureauPolicy("MASTERCARD", required=False, purpose="CARD_DATA", subject="CARD"),
)


def of(number: int) -> ConsentEvents:
    made = application(rows()[number - 1], lambda _: "sealed")
    return consents(number, made, BUREAUS, NOW)


def events(number: int) -> tuple[ConsentEvent, ...]:
    return of(number).before + of(number).after


def test_every_way_to_consent_and_not_to_occurs() -> None:
    counts = Counter(consent_record(row.number) for row in rows())
    assert set(counts) == {"granted", "missing", "expired", "withdrawn"}
    assert counts["granted"] > 850


def test_consents_are_the_same_in_every_run() -> None:
    assert [events(row.number) for row in rows()] == [events(row.number) for row in rows()]


def test_every_consent_event_is_valid() -> None:
    decoder: msgspec.json.Decoder[ConsentEvent] = msgspec.json.Decoder(ConsentEvent)
    for row in rows():
        for event in events(row.number):
            assert decoder.decode(msgspec.json.encode(event)) == event


def test_a_missing_record_has_no_event() -> None:
    for row in rows():
        if consent_record(row.number) == "missing":
            assert events(row.number) == ()


def test_without_the_flag_nothing_is_on_record() -> None:
    refusing = [row.number for row in rows() if not application(row, lambda _: "sealed").bureau_consent]
    assert refusing
    assert all(events(number) == () for number in refusing)


def test_an_expired_record_has_expired() -> None:
    for row in rows():
        if consent_record(row.number) == "expired":
            for event in events(row.number):
                assert isinstance(event, ConsentGranted)
                assert event.expires_at is not None
                assert event.expires_at < NOW


def test_a_withdrawal_comes_with_its_grant_in_either_order() -> None:
    orders = set()
    for row in rows():
        kinds = [type(event) for event in events(row.number)]
        if ConsentWithdrawn in kinds:
            assert Counter(kinds)[ConsentWithdrawn] == Counter(kinds)[ConsentGranted]
            orders.add(kinds[0])
    assert orders == {ConsentGranted, ConsentWithdrawn}


def test_card_data_are_asked_for_only_with_a_card_and_its_consent() -> None:
    for row in rows():
        card = application(row, lambda _: "sealed").card
        purposes = {event.purpose for event in events(row.number) if isinstance(event, ConsentGranted)}
        assert "CARD_DATA" not in purposes or (card is not None and card.has_consent)


def test_some_consents_come_after_the_application() -> None:
    assert any(of(row.number).after for row in rows())
