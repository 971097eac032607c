"""`creditstream explain`: expressions with their values, what would have changed it, and the letter."""

import asyncio

import msgspec
import pytest
from typer.testing import CliRunner

from app.audit.working import evidence_of, worked_out
from app.broker.embedded import EmbeddedKafka
from app.cli.main import app
from app.contracts.names import TopicNames
from app.contracts.registry import load_contracts
from app.errors import CreditstreamError
from app.kafka import admin
from app.strategies.shelf import load_shelf
from tests.audit.test_find import publish
from tests.demo.decided import AT, decided


def a_decision(outcome: str, number: int = 1):
    return next(d for n in range(number, 300) if (d := decided(n).decision).outcome == outcome)


def test_the_audit_record_holds_all_that_the_decision_was_judged_on():
    strategy = load_shelf().in_force("CustomerLoan", AT)
    for number in range(1, 60):
        decision = decided(number).decision
        evidence, verdict = evidence_of(decision), strategy.decide(evidence_of(decision))
        assert evidence.applied_at == AT - 200
        assert (verdict.outcome, verdict.reasons, verdict.rows) == (decision.outcome, decision.reasons, decision.rows)


def test_every_value_that_the_audit_record_tells_is_worked_out_the_same():
    strategy = load_shelf().in_force("CustomerLoan", AT)
    decision = a_decision("APPROVE")
    lines = {line.name: line for line in worked_out(strategy.model, evidence_of(decision))}
    assert lines["age"].value == str(decision.aggregates["age"])
    assert lines["age"].text == "years_between(date_of_birth, today)"
    assert lines["AGE"].value == "does not hold"
    assert lines["bureau_score"].value == str(decision.bureau_score)


def test_a_dropped_proposition_is_followed_to_the_condition_that_dropped_it():
    strategy = load_shelf().in_force("CustomerLoan", AT)
    decision = next(
        d for n in range(1, 300)
        if (d := decided(n).decision).reasons and d.reasons[-1].code == "REGION_NOT_SERVED"
    )
    steps = [line for line in worked_out(strategy.model, evidence_of(decision))
             if line.step == f"offers, {decision.application.product}"]
    assert [(line.name, line.value) for line in steps] == [("REGION_NOT_SERVED", "dropped")]


@pytest.fixture
async def explain(kafka: EmbeddedKafka, run_id: str):
    """Publishes decisions and explains one of them, as the command line does."""
    names, client = TopicNames(prefix=f"{run_id}-"), {"bootstrap_servers": kafka.bootstrap_servers}
    wanted = [topic for topic in load_contracts().wanted(names) if topic.name == names.decisions]
    await admin.apply(client, await admin.plan(client, wanted))

    async def run(decision, *options: str):
        await publish(client, names.decisions, decision)
        words = ["explain", decision.application_id, "--customer", decision.customer_id, "--prefix", names.prefix,
                 "--bootstrap-servers", kafka.bootstrap_servers, *options]
        return await asyncio.to_thread(CliRunner().invoke, app, words)

    return run


async def test_a_refusal_is_explained_with_its_workings_and_the_nearest_change(explain):
    told = (await explain(a_decision("DECLINE"))).output
    assert "How it was worked out" in told and "years_between" in told
    assert "What would have changed it" in told


async def test_a_strategy_that_is_not_here_is_named_and_the_rest_is_told(explain):
    elsewhere = msgspec.structs.replace(a_decision("DECLINE"), strategy_version=7)
    told = (await explain(elsewhere)).output
    assert "cash-loan version 7" in " ".join(told.split())
    assert "Rows matched" in told and "years_between" not in told


async def test_the_letter_stands_alone(explain):
    result = await explain(a_decision("DECLINE"), "--notice")
    assert result.exit_code == 0
    assert result.output.startswith("Example Lender")
    assert "Rows matched" not in result.output


async def test_who_is_owed_no_letter_is_told_why(explain):
    result = await explain(a_decision("REFER"), "--notice")
    assert isinstance(result.exception, CreditstreamError)
    assert "whoever decides it sends the notice" in str(result.exception)
