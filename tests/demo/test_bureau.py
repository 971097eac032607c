"""The stand-in bureau knows the credit-history columns and nothing else, and says the same thing every time."""

import ast
import inspect
from collections import Counter

import msgspec
import pytest

from app.demo import bureau, bureau_accounts
from app.demo.bureau import manner, respond
from app.demo.dataset import Row, rows
from app.demo.german_credit import application_id, customer_id
from app.domain.application import Card
from app.domain.bureau import BureauResponse
from app.domain.decision import BureauRequest

HISTORY_COLUMNS = {"number", "history", "account", "plans", "credits_here", "debtors", "age", "amount_dem"}


def asked(
    number: int, *, bureau_name: str = "EQUIFAX", customer: str | None = None, card: bool = False
) -> BureauRequest:
    return BureauRequest(
        event_id="request",
        customer_id=customer or customer_id(number),
        application_id=application_id(number),
        bureau=bureau_name,
        requested_at=0,
        answer_by=15_000,
        consent_id="consent",
        currency="EUR",
        card=Card(sealed_pan="pan.v1.demo." + "A" * 60, issuer_country="DEU", has_consent=True) if card else None,
    )


def test_asking_again_gives_the_same_answer() -> None:
    for row in rows():
        assert respond(asked(row.number)) == respond(asked(row.number))
        assert manner(asked(row.number)) == manner(asked(row.number))


def test_every_answer_is_valid() -> None:
    decoder = msgspec.json.Decoder(BureauResponse)
    for row in rows():
        for card in (False, True):
            answer = respond(asked(row.number, card=card))
            assert decoder.decode(msgspec.json.encode(answer)) == answer


def test_answers_for_two_bureaus_have_two_ids() -> None:
    assert respond(asked(1)).event_id != respond(asked(1, bureau_name="EXPERIAN")).event_id


def test_ids_fit_the_contract_however_long_the_ids_in_them() -> None:
    long = msgspec.structs.replace(asked(1), application_id="a" * 64)
    assert len(respond(long).event_id) <= 64


def test_all_kinds_of_answer_and_manner_occur() -> None:
    results = Counter(respond(asked(row.number)).result for row in rows())
    manners = Counter(manner(asked(row.number)) for row in rows())
    assert set(results) == {"HIT", "NO_HIT", "ERROR"}
    assert set(manners) == {"prompt", "twice", "late", "never"}
    assert manners["prompt"] > 900


def test_a_stranger_is_no_hit() -> None:
    assert respond(asked(1, customer="somebody-else")).result == "NO_HIT"


def test_special_values_occur_and_are_text() -> None:
    values = set()
    for row in rows():
        report = respond(asked(row.number)).report
        if report is not None:
            values.update(s.value for summary in report.summaries for s in summary.data_sets if s.id == "AT57S")
    assert {"-3", "-4", "-5", "00"} <= values


def test_a_card_gets_a_score_from_1_to_999_and_some_cards_are_unknown() -> None:
    answers = [respond(asked(row.number, bureau_name="MASTERCARD", card=True)) for row in rows()]
    scores = [answer.report.scores[0] for answer in answers if answer.report is not None]
    assert all(1 <= score.value <= 999 and score.decile == min(score.value // 100 + 1, 10) for score in scores)
    assert "PAN_NOT_FOUND" in {answer.error.reason_code for answer in answers if answer.error is not None}


def test_one_account_reported_by_two_bureaus_has_one_name() -> None:
    for row in rows():
        seen = {}
        for bureau_name in ("EQUIFAX", "EXPERIAN"):
            report = respond(asked(row.number, bureau_name=bureau_name)).report
            for account in report.liabilities if report else ():
                assert seen.setdefault((account.creditor, account.account_id, account.opened), account) == account


@pytest.mark.parametrize("module", [bureau, bureau_accounts])
def test_a_page_follows_from_the_credit_history_columns_only(module: object) -> None:
    """Every attribute of the row that the code reads is one of them (age and amount only bound the drawn dates and
    balances), and the outcome column is not even imported."""
    tree = ast.parse(inspect.getsource(module))  # type: ignore[arg-type]
    read = {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        and node.value.id == "row"
    }
    assert read <= HISTORY_COLUMNS <= set(Row.__struct_fields__)
    assert "outcomes" not in inspect.getsource(module)  # type: ignore[arg-type]
