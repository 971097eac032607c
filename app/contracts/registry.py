"""The contracts of topics/, loaded and checked: what each topic is for, how it is configured, what its fields are."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, cast, get_args

import msgspec
import yaml
from msgspec import Meta, Struct

from app.contracts.bodies import BODIES, field_paths
from app.contracts.names import CHANGELOGS, INPUTS, OUTPUTS, ROLES, TopicNames
from app.errors import ContractError

Kind = Literal["input", "output", "changelog"]
Line = Annotated[str, Meta(min_length=1, max_length=600)]
Class = Literal["public", "internal", "pseudonym", "personal", "secret"]
Classification = Annotated[
    str, Meta(pattern=r"^(public|internal|pseudonym|personal|secret|as [a-z-]+( [a-z_.\[\]]+)?)$(?!\n)")
]
KafkaConfig = Literal[
    "cleanup.policy",
    "delete.retention.ms",
    "max.compaction.lag.ms",
    "max.message.bytes",
    "message.timestamp.type",
    "min.cleanable.dirty.ratio",
    "min.compaction.lag.ms",
    "retention.ms",
    "segment.ms",
    "unclean.leader.election.enable",
]


class Version(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A major version of a topic's events, and the file that is its JSON Schema."""

    version: Annotated[int, Meta(ge=1)]
    schema: Annotated[str, Meta(pattern=r"^v[0-9]+\.schema\.json$")]
    ce_type: str | None = None
    status: Literal["current", "deprecated"]


class Topic(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One topic.yaml. `name` is the role; what a cluster calls the topic is settled by TopicNames."""

    name: Annotated[str, Meta(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=100)]
    kind: Kind
    purpose: Line
    owner: Line                                # a role, never a person
    access: Literal["normal", "restricted"]
    key: Line
    encoding: Literal["json", "messagepack", "sealed"]
    partitions: Annotated[int, Meta(ge=1, le=10_000)]
    config: Annotated[
        dict[KafkaConfig, str | int | float | bool],
        Meta(extra_json_schema={"propertyNames": {"enum": list(get_args(KafkaConfig))}}),
    ]
    producers: Annotated[tuple[Line, ...], Meta(min_length=1)]
    consumers: Annotated[tuple[Line, ...], Meta(min_length=1)]
    versions: Annotated[tuple[Version, ...], Meta(min_length=1)]
    fields: dict[str, Classification]

    @property
    def kafka_config(self) -> dict[str, str]:
        """The configuration as Kafka spells it."""
        return {
            name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in self.config.items()
        }


class WantedTopic(Struct, frozen=True, kw_only=True):
    """A topic as it should be on a cluster."""

    name: str
    kind: Kind
    partitions: int
    config: Mapping[str, str]


class Contracts(Struct, frozen=True, kw_only=True):
    """All topics, by role, in the order inputs, outputs, changelogs."""

    topics: dict[str, Topic]
    folder: Path

    def wanted(self, names: TopicNames, partitions: int | None = None) -> tuple[WantedTopic, ...]:
        """What a cluster should have. `partitions`, when given, holds for all topics alike."""
        return tuple(
            WantedTopic(
                name=names.by_role[role],
                kind=topic.kind,
                partitions=partitions or topic.partitions,
                config=topic.kafka_config,
            )
            for role, topic in self.topics.items()
        )

    def class_of(self, role: str, path: str) -> Class:
        """The classification of one field. KeyError when it has none."""
        fields = self.topics[role].fields
        for prefix in _prefixes(path):
            if (found := fields.get(prefix)) is None:
                continue
            if found.startswith("as "):
                _, other, *start = found.split(" ")
                return self.class_of(other, ".".join([*start, path.removeprefix(prefix).lstrip(".")]))
            if prefix == path:
                return cast(Class, found)      # holds for its own field, not for what is below
        raise KeyError(path)


def topics_folder() -> Path:
    """Where the contracts are: inside the package when it was installed, beside it in a checkout."""
    inside = Path(__file__).with_name("topics")
    return inside if inside.is_dir() else Path(__file__).parents[2] / "topics"


@cache
def load_contracts(folder: Path | None = None) -> Contracts:
    """All of topics/. ContractError names the file and what is wrong with it."""
    root = folder or topics_folder()
    return Contracts(topics={role: _read(root / role / "topic.yaml", role) for role in ROLES}, folder=root)


def check_fields(contracts: Contracts, role: str) -> None:
    """ContractError unless every field of the topic's type is classified, and nothing else is."""
    path = contracts.folder / role / "topic.yaml"
    used: set[str] = set()
    for field in field_paths(BODIES[role]):
        try:
            contracts.class_of(role, field)
        except KeyError:
            raise ContractError(f"{path}: field {field} is not classified; add it under fields") from None
        used.add(next(prefix for prefix in _prefixes(field) if prefix in contracts.topics[role].fields))
    if stray := set(contracts.topics[role].fields) - used:
        raise ContractError(f"{path}: no event has the field {min(stray)}; remove or rename it under fields")


def _read(path: Path, role: str) -> Topic:
    try:
        topic = msgspec.convert(yaml.safe_load(path.read_text("utf-8")), Topic)
    except OSError as error:
        raise ContractError(f"{path} cannot be read: {error.strerror}; every topic needs its contract") from error
    except yaml.YAMLError as error:
        raise ContractError(f"{path} is not YAML: {error}") from error
    except msgspec.ValidationError as error:
        raise ContractError(f"{path}: {error}") from error
    for problem in _problems(topic, role, path.parent):
        raise ContractError(f"{path}: {problem}")
    return topic


def _problems(topic: Topic, role: str, folder: Path) -> Iterator[str]:
    """What the types cannot say."""
    if topic.name != role:
        yield f"name is {topic.name!r}, and the folder is {role!r}; both must be the same"
    if role not in {"input": INPUTS, "output": OUTPUTS, "changelog": CHANGELOGS}[topic.kind]:
        yield f"kind is {topic.kind!r}, and that is not how the service uses it"
    if topic.kind == "input" and topic.config.get("message.timestamp.type") != "LogAppendTime":
        yield "an input needs message.timestamp.type LogAppendTime: no producer's clock may reach a decision"
    compacted = topic.config.get("cleanup.policy") == "compact"
    if compacted != (topic.kind == "changelog"):
        yield "changelogs are compacted, and nothing else is: set cleanup.policy"
    for version in topic.versions:
        if not (folder / version.schema).is_file():
            yield f"version {version.version}: there is no file {version.schema} beside it"
    if [version.status for version in topic.versions].count("current") != 1:
        yield "exactly one version must be current"


def _prefixes(path: str) -> Iterator[str]:
    """The path itself, then each of its parents."""
    yield path
    while "." in path:
        path = path.rpartition(".")[0]
        yield path
