"""`creditstream topics` as a person uses it, on a real broker."""

import pytest
from typer.testing import CliRunner

from app.cli.topics import app
from app.contracts.names import ROLES
from app.errors import TopicsDisagreeError, UsageError


@pytest.fixture
def topics(kafka, run_id):
    def run(command, *arguments, **more):
        where = ["--bootstrap-servers", kafka.bootstrap_servers, "--prefix", f"{run_id}-"]
        return CliRunner().invoke(app, [command, *arguments, *where], **more)

    return run


def test_plan_shows_and_does_nothing(topics):
    first, second = topics("plan"), topics("plan")
    assert first.exit_code == 0
    assert first.output.count("+ create") == len(ROLES)
    assert first.output == second.output


def test_apply_asks_first_and_then_agrees(topics):
    declined = topics("apply", "--partitions", "2", input="n\n")
    assert isinstance(declined.exception, UsageError)
    assert isinstance(topics("verify").exception, TopicsDisagreeError)
    assert "Done." in topics("apply", "--partitions", "2", "--yes").output
    assert topics("verify").exit_code == 0
    assert "Nothing to do." in topics("apply").output


def test_more_partitions_are_refused_with_the_reason(topics):
    topics("apply", "--partitions", "2", "--yes")
    refusal = topics("plan", "--partitions", "3").exception
    assert isinstance(refusal, TopicsDisagreeError)
    assert "keys would move" in str(refusal)


def test_show_needs_no_cluster():
    every, one = CliRunner().invoke(app, ["show"]), CliRunner().invoke(app, ["show", "loan-applications"])
    assert "credit-offers" in every.output
    assert "applicant.date_of_birth" in one.output
    assert "personal" in one.output
    assert isinstance(CliRunner().invoke(app, ["show", "gossip"]).exception, UsageError)
