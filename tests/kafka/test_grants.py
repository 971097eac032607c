"""What a worker must be allowed, and how it is told."""

from typer.testing import CliRunner

from app.cli.topics import app
from app.contracts.names import ROLES, TopicNames
from app.contracts.registry import load_contracts
from app.kafka.grants import DESCRIBE_CONFIGS, READ, WRITE, Grant, grants_of_a_worker, lacking, operations_in

GRANTS = grants_of_a_worker(load_contracts().wanted(TopicNames()), "creditstream", "creditstream-lane-")
OF = {grant.name: set(grant.operations) for grant in GRANTS}


def test_a_worker_only_reads_inputs_and_only_writes_outputs():
    assert WRITE not in OF["loan-applications"]
    assert READ not in OF["decisions"]
    assert {READ, WRITE} <= OF["creditstream-cases-changelog"]


def test_what_is_allowed_is_not_told_to_be_lacking():
    (decisions,) = [grant for grant in GRANTS if grant.name == "decisions"]
    everything = {grant: frozenset(grant.operations) for grant in GRANTS}
    assert not list(lacking(GRANTS, everything))
    (left,) = lacking(GRANTS, {**everything, decisions: frozenset([READ])})
    assert str(left) == "topic decisions: Write, DescribeConfigs"


def test_what_a_broker_does_not_tell_is_not_refused():
    assert operations_in(1 << 3 | 1 << 8) == {READ}
    assert operations_in(-(1 << 31)) == {READ, WRITE, DESCRIBE_CONFIGS}


def test_a_topic_that_is_not_there_lacks_no_right():
    assert not list(lacking(GRANTS, {}))


def test_a_grant_is_told_as_words_for_kafkas_own_tool():
    own = Grant(kind="transactional-id", name="creditstream-lane-", operations=(WRITE,), prefixed=True)
    assert own.command("User:worker") == (
        "--add --allow-principal User:worker --operation Write --transactional-id creditstream-lane- "
        "--resource-pattern-type prefixed"
    )
    assert "--allow-principal 'User:CN=worker, O=A Bank' " in own.command("User:CN=worker, O=A Bank")


def test_grants_needs_no_cluster_and_prints_a_line_a_resource():
    said = CliRunner().invoke(app, ["grants", "--principal", "User:worker", "--prefix", "here-"])
    lines = said.output.splitlines()
    assert said.exit_code == 0
    assert len(lines) == len(ROLES) + 2
    assert all(line.startswith("kafka-acls.sh --bootstrap-server HOST:PORT ") for line in lines)
    assert any("--topic here-decisions" in line for line in lines)
    assert any("--group here-creditstream" in line for line in lines)
