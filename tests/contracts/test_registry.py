"""topics/ as data: strict, complete, and equal to the types."""

import json
import shutil

import pytest
import yaml

from app.contracts.bodies import BODIES, field_paths
from app.contracts.names import INPUTS, ROLES, TopicNames
from app.contracts.registry import check_fields, load_contracts, topics_folder
from app.contracts.schemas import schema_of, topic_file_schema
from app.errors import ContractError
from tests.contracts.specimens import validator

META = validator("", topic_file_schema())


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(topics_folder(), tmp_path / "topics")


def rewritten(folder, role, change):
    path = folder / role / "topic.yaml"
    topic = yaml.safe_load(path.read_text())
    change(topic)
    path.write_text(yaml.safe_dump(topic))
    return topic


@pytest.mark.parametrize("role", ROLES)
def test_the_committed_schema_is_that_of_the_type(role):
    committed = json.loads((topics_folder() / role / "v1.schema.json").read_text())
    assert committed == json.loads(json.dumps(schema_of(role))), "run: python -m app.contracts.schemas"


def test_the_committed_meta_schema_is_that_of_the_type():
    committed = json.loads((topics_folder() / "topic.schema.json").read_text())
    assert committed == json.loads(json.dumps(topic_file_schema())), "run: python -m app.contracts.schemas"


@pytest.mark.parametrize("role", ROLES)
def test_every_field_is_classified(role):
    contracts = load_contracts()
    check_fields(contracts, role)
    assert all(contracts.class_of(role, path) for path in field_paths(BODIES[role]))


@pytest.mark.parametrize("role", ["score-segments", "credit-offers"])
def test_segments_and_offers_hold_nothing_personal(role):
    contracts = load_contracts()
    classes = {contracts.class_of(role, path) for path in field_paths(BODIES[role])}
    assert classes <= {"public", "internal", "pseudonym"}


def test_a_classification_is_inherited_where_it_says_so():
    contracts = load_contracts()
    assert contracts.class_of("decisions", "application.card.sealed_pan") == "secret"
    assert contracts.class_of("decisions", "offers[].currency") == "public"
    assert contracts.class_of("decisions", "responses[].report.scores[].value") == "personal"


@pytest.mark.parametrize("role", ROLES)
def test_every_contract_is_as_the_meta_schema_says(role):
    META.validate(yaml.safe_load((topics_folder() / role / "topic.yaml").read_text()))


BROKEN = {
    "an unknown key": (lambda topic: topic.update(retention="30 days"), "unknown field `retention`"),
    "a misspelt key": (lambda topic: topic.update(produsers=topic.pop("producers")), "produsers|producers"),
    "an unknown setting": (lambda topic: topic["config"].update({"retention": 1}), "config"),
    "an unknown class": (lambda topic: topic["fields"].update(event_id="harmless"), "fields"),
    "no owner": (lambda topic: topic.pop("owner"), "owner"),
    "an empty owner": (lambda topic: topic.update(owner=""), "owner"),
    "nobody who writes": (lambda topic: topic.update(producers=[]), "producers"),
    "no partitions": (lambda topic: topic.update(partitions=0), "partitions"),
    "partitions as text": (lambda topic: topic.update(partitions="4"), "partitions"),
    "another kind": (lambda topic: topic.update(kind="queue"), "kind"),
    "an unknown key of a version": (lambda topic: topic["versions"][0].update(files="x"), "files"),
    "no version": (lambda topic: topic.update(versions=[]), "versions"),
}


@pytest.mark.parametrize(("change", "complaint"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_contract_is_refused_by_loader_and_meta_schema(folder, change, complaint):
    topic = rewritten(folder, "consents", change)
    with pytest.raises(ContractError, match=complaint) as error:
        load_contracts(folder)
    assert "consents/topic.yaml" in str(error.value)
    assert not META.is_valid(topic)


CONTRADICTORY = {
    "the name of another": (lambda topic: topic.update(name="decisions"), "both must be the same"),
    "an output for an input": (lambda topic: topic.update(kind="output"), "not how the service uses it"),
    "a producer's clock": (lambda topic: topic["config"].update({"message.timestamp.type": "CreateTime"}), "LogAppend"),
    "a compacted input": (lambda topic: topic["config"].update({"cleanup.policy": "compact"}), "cleanup.policy"),
    "a schema that is not there": (lambda topic: topic["versions"][0].update(schema="v2.schema.json"), "no file v2"),
    "no current version": (lambda topic: topic["versions"][0].update(status="deprecated"), "must be current"),
}


@pytest.mark.parametrize(("change", "complaint"), CONTRADICTORY.values(), ids=CONTRADICTORY.keys())
def test_a_contradictory_contract_is_refused(folder, change, complaint):
    rewritten(folder, "consents", change)
    with pytest.raises(ContractError, match=complaint):
        load_contracts(folder)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda topic: topic["fields"].pop("purpose"), "purpose is not classified"),
        (lambda topic: topic["fields"].update({"mood": "personal"}), "no event has the field mood"),
    ],
)
def test_a_field_forgotten_or_invented_is_noticed(folder, change, complaint):
    rewritten(folder, "consents", change)
    with pytest.raises(ContractError, match=complaint):
        check_fields(load_contracts(folder), "consents")


def test_a_missing_or_unreadable_contract_is_named(folder):
    (folder / "consents" / "topic.yaml").write_text("a: [")
    with pytest.raises(ContractError, match=r"consents/topic\.yaml is not YAML"):
        load_contracts(folder)
    (folder / "consents" / "topic.yaml").unlink()
    with pytest.raises(ContractError, match="cannot be read"):
        load_contracts(folder / ".")


def test_all_topics_have_as_many_partitions():
    assert len({topic.partitions for topic in load_contracts().wanted(TopicNames())}) == 1
    assert {topic.partitions for topic in load_contracts().wanted(TopicNames(), 12)} == {12}


def test_a_prefix_and_an_application_name_every_topic():
    names = TopicNames("west-", "scoring")
    assert names.inputs == tuple(f"west-{role}" for role in INPUTS)
    assert names.cases_changelog == "west-scoring-cases-changelog"
    assert names.app_id == "west-scoring"
    assert {names.roles[name] for name in names.by_role.values()} == set(ROLES)
    assert TopicNames().by_role == {role: role for role in ROLES}
