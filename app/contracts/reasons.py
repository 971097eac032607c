"""Every reason for which a record becomes a dead letter: a stable code, what it means, and what its sender can do."""

from typing import final

from msgspec import Struct


class Reason(Struct, frozen=True):
    """`meaning` completes "The record was refused: ..."; `hint` is advice to whoever produced it."""

    code: str
    meaning: str
    hint: str


@final
class Refused(Exception):  # noqa: N818 - bad input is a result, not an error of the service
    """A record that becomes a dead letter. `message` is for its sender: it names fields and expectations, never values
    that could be personal."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


# What the decoders find.
EMPTY_VALUE = "EMPTY_VALUE"
TOMBSTONE = "TOMBSTONE"
NOT_JSON = "NOT_JSON"
TOO_LARGE = "TOO_LARGE"
NESTED_TOO_DEEPLY = "NESTED_TOO_DEEPLY"
WRONG_TYPE = "WRONG_TYPE"
MISSING_FIELD = "MISSING_FIELD"
BAD_VALUE = "BAD_VALUE"
UNKNOWN_VERSION = "UNKNOWN_VERSION"
HEADERS = "HEADERS"
PAN_IN_CLEAR = "PAN_IN_CLEAR"
PAN_INVALID = "PAN_INVALID"
PAN_UNREADABLE = "PAN_UNREADABLE"

# What only the lane can see.
KEY_MISSING = "KEY_MISSING"
KEY_MISMATCH = "KEY_MISMATCH"
WRONG_PARTITION = "WRONG_PARTITION"
CONFLICT = "CONFLICT"
DUPLICATE_ANSWER = "DUPLICATE_ANSWER"
ORPHAN = "ORPHAN"
UNKNOWN_PRODUCT = "UNKNOWN_PRODUCT"
UNKNOWN_BUREAU = "UNKNOWN_BUREAU"
CASE_TOO_LARGE = "CASE_TOO_LARGE"

REASONS: dict[str, Reason] = {
    reason.code: reason
    for reason in (
        Reason(
            EMPTY_VALUE,
            "its value has no bytes",
            "Send the event's JSON as the value.",
        ),
        Reason(
            TOMBSTONE,
            "it has a key and no value (a tombstone), and this topic is not compacted",
            "Nothing is deleted by a tombstone here: to withdraw a consent send a WITHDRAWN event.",
        ),
        Reason(
            NOT_JSON,
            "its value is not one JSON document in UTF-8",
            "Check the serialiser: no schema-registry prefix, no byte-order mark, no null bytes, UTF-8 only.",
        ),
        Reason(
            TOO_LARGE,
            "its value is larger than an event may be",
            "Send less: no attachments, and no more liabilities or data sets than the contract allows.",
        ),
        Reason(
            NESTED_TOO_DEEPLY,
            "its JSON nests deeper than any event does",
            "Check the producer for a value that was wrapped over and over.",
        ),
        Reason(
            WRONG_TYPE,
            "a field holds another JSON type than the contract says",
            "Compare with the topic's JSON Schema: amounts are integers in minor units, never text or decimals.",
        ),
        Reason(
            MISSING_FIELD,
            "a required field is not there",
            "Compare with the topic's JSON Schema and its examples.",
        ),
        Reason(
            BAD_VALUE,
            "a field's value is outside what the contract allows",
            "Compare with the topic's JSON Schema: ranges, code lists, formats, dates that contradict each other.",
        ),
        Reason(
            UNKNOWN_VERSION,
            "its headers announce a kind or major version of event that this service does not read",
            "Send the version that the topic's contract lists, or leave the header out.",
        ),
        Reason(
            HEADERS,
            "its headers are more, or larger, than a record may carry",
            "Send the CloudEvents headers and traceparent only.",
        ),
        Reason(
            PAN_IN_CLEAR,
            "it holds what looks like a card number in clear",
            "Seal card numbers with `creditstream seal` (or the recipe in the contract); never use one as an id.",
        ),
        Reason(
            PAN_INVALID,
            "the sealed card number opens to something that is no card number",
            "Seal the digits only, 16 to 19 of them, with a valid check digit.",
        ),
        Reason(
            PAN_UNREADABLE,
            "the sealed card number cannot be opened",
            "Seal with a key that the service holds, and send the envelope unchanged.",
        ),
        Reason(
            KEY_MISSING,
            "it has no key",
            "Set the record's key to the UTF-8 customer_id.",
        ),
        Reason(
            KEY_MISMATCH,
            "its key is not the customer_id of its body",
            "Set the record's key to the UTF-8 customer_id, with no quotes and no prefix.",
        ),
        Reason(
            WRONG_PARTITION,
            "it lies in a partition that its key does not hash to",
            "Partition by murmur2, as Java clients and aiokafka do. librdkafka clients (confluent-kafka, kcat, "
            "node-rdkafka) default to CRC32: set partitioner=murmur2_random.",
        ),
        Reason(
            CONFLICT,
            "an event with the same event_id and other content came before",
            "The first stands. Give every new event a new event_id; amend an application by one that supersedes it.",
        ),
        Reason(
            DUPLICATE_ANSWER,
            "the bureau has already answered for this application, under another event_id",
            "The first answer stands. Send an answer again with the event_id that it had.",
        ),
        Reason(
            ORPHAN,
            "it answers an application that never came",
            "Check application_id and customer_id against the request that was answered.",
        ),
        Reason(
            UNKNOWN_PRODUCT,
            "no strategy in force serves the product that it asks for",
            "Ask for a product that a loaded strategy serves, or load a strategy for it.",
        ),
        Reason(
            UNKNOWN_BUREAU,
            "it answers for a bureau that the application's strategy does not ask",
            "Check the bureau's name against the request that was answered.",
        ),
        Reason(
            CASE_TOO_LARGE,
            "with it the case would outgrow its changelog",
            "Send fewer or smaller facts about one application.",
        ),
    )
}
