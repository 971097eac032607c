"""Four requests of the Kafka protocol that aiokafka 0.14 does not speak, in versions that brokers since 2.8 (2021) do.

Metadata 12 tells topic ids and never creates topics; CreateTopics 4 lets the broker choose the replication factor;
IncrementalAlterConfigs changes some settings of a topic, where AlterConfigs would reset all others to their defaults;
of DescribeGroups 3 aiokafka reads no more than of version 2, and so not what is allowed.
Source of the layouts: the message definitions of Apache Kafka (clients/src/main/resources/common/message).
"""

from io import BytesIO
from uuid import UUID

from aiokafka.protocol.abstract import AbstractType
from aiokafka.protocol.admin import (
    CreateTopicsRequest_v3,
    CreateTopicsResponse_v3,
    DescribeGroupsRequest_v3,
    DescribeGroupsResponse_v3,
)
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    Array,
    Boolean,
    CompactArray,
    CompactString,
    Int8,
    Int16,
    Int32,
    Schema,
    String,
    TaggedFields,
)

_NO_ID = UUID(int=0)
_SET = 0
_TOPIC = 2


class Uuid(AbstractType[UUID]):  # type: ignore[misc]
    """Sixteen bytes."""

    @classmethod
    def encode(cls, value: UUID) -> bytes:
        return value.bytes

    @classmethod
    def decode(cls, data: BytesIO) -> UUID:
        return UUID(bytes=data.read(16))


class MetadataResponse12(Response):  # type: ignore[misc]
    API_KEY = 3
    API_VERSION = 12
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(
                ("node_id", Int32),
                ("host", CompactString()),
                ("port", Int32),
                ("rack", CompactString()),
                ("tags", TaggedFields),
            ),
        ),
        ("cluster_id", CompactString()),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("name", CompactString()),
                ("topic_id", Uuid),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16),
                        ("partition_index", Int32),
                        ("leader_id", Int32),
                        ("leader_epoch", Int32),
                        ("replica_nodes", CompactArray(Int32)),
                        ("isr_nodes", CompactArray(Int32)),
                        ("offline_replicas", CompactArray(Int32)),
                        ("tags", TaggedFields),
                    ),
                ),
                ("authorized_operations", Int32),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class MetadataRequest12(RequestStruct):  # type: ignore[misc]
    API_KEY = 3
    API_VERSION = 12
    RESPONSE_TYPE = MetadataResponse12
    FLEXIBLE_VERSION = True
    SCHEMA = Schema(
        ("topics", CompactArray(("topic_id", Uuid), ("name", CompactString()), ("tags", TaggedFields))),
        ("allow_auto_topic_creation", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class DescribeTopics(Request[MetadataRequest12]):  # type: ignore[misc]
    """Metadata of the topics with these names, and what the asking client may do with them."""

    API_KEY = 3

    def __init__(self, names: list[str]) -> None:
        self._names = names

    def build(self, request_struct_class: type[MetadataRequest12]) -> MetadataRequest12:
        return request_struct_class([(_NO_ID, name, {}) for name in self._names], False, True, {})


class DescribeGroupsRequest3(RequestStruct):  # type: ignore[misc]
    API_KEY = 15
    API_VERSION = 3
    RESPONSE_TYPE = DescribeGroupsResponse_v3
    SCHEMA = DescribeGroupsRequest_v3.SCHEMA


class DescribeGroup(Request[DescribeGroupsRequest3]):  # type: ignore[misc]
    """A consumer group, and what the asking client may do with it; to be asked of the group's coordinator."""

    API_KEY = 15

    def __init__(self, group: str) -> None:
        self._group = group

    def build(self, request_struct_class: type[DescribeGroupsRequest3]) -> DescribeGroupsRequest3:
        return request_struct_class([self._group], True)


class CreateTopicsRequest4(RequestStruct):  # type: ignore[misc]
    API_KEY = 19
    API_VERSION = 4
    RESPONSE_TYPE = CreateTopicsResponse_v3
    SCHEMA = CreateTopicsRequest_v3.SCHEMA


class CreateTopics(Request[CreateTopicsRequest4]):  # type: ignore[misc]
    """Topics as (name, partitions, replication factor or -1 for the broker's default, settings)."""

    API_KEY = 19

    def __init__(self, topics: list[tuple[str, int, int, dict[str, str]]], timeout_ms: int) -> None:
        self._topics = topics
        self._timeout_ms = timeout_ms

    def build(self, request_struct_class: type[CreateTopicsRequest4]) -> CreateTopicsRequest4:
        return request_struct_class(
            [
                (name, partitions, replication, [], list(settings.items()))
                for name, partitions, replication, settings in self._topics
            ],
            self._timeout_ms,
            False,
        )


class IncrementalAlterConfigsResponse0(Response):  # type: ignore[misc]
    API_KEY = 44
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "responses",
            Array(
                ("error_code", Int16),
                ("error_message", String()),
                ("resource_type", Int8),
                ("resource_name", String()),
            ),
        ),
    )


class IncrementalAlterConfigsRequest0(RequestStruct):  # type: ignore[misc]
    API_KEY = 44
    API_VERSION = 0
    RESPONSE_TYPE = IncrementalAlterConfigsResponse0
    SCHEMA = Schema(
        (
            "resources",
            Array(
                ("resource_type", Int8),
                ("resource_name", String()),
                ("configs", Array(("name", String()), ("operation", Int8), ("value", String()))),
            ),
        ),
        ("validate_only", Boolean),
    )


class SetTopicConfigs(Request[IncrementalAlterConfigsRequest0]):  # type: ignore[misc]
    """Settings of topics, by name; what is not named stays as it is."""

    API_KEY = 44

    def __init__(self, settings: dict[str, dict[str, str]]) -> None:
        self._settings = settings

    def build(self, request_struct_class: type[IncrementalAlterConfigsRequest0]) -> IncrementalAlterConfigsRequest0:
        resources = [
            (_TOPIC, topic, [(name, _SET, value) for name, value in changes.items()])
            for topic, changes in self._settings.items()
        ]
        return request_struct_class(resources, False)
