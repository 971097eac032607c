"""Every broken message is refused, for its own reason."""

from collections.abc import Iterator

import pytest

from app.contracts import reasons
from app.contracts.decode import decoders
from app.contracts.keys import OwnPartition, partition_of
from app.contracts.reasons import Refused
from app.contracts.sealing import KeyRing
from app.demo.broken import BrokenMessage, broken_messages
from app.demo.dataset import rows
from app.demo.german_credit import application
from app.lane.intake import Intake
from app.simulation.recording import Recorded

PARTITIONS = 4
KEYRING = KeyRing.generate()
ALL = broken_messages(application(rows()[0], KEYRING.seal_pan), KEYRING.seal_text, PARTITIONS)


def of_reason(*codes: str) -> Iterator[BrokenMessage]:
    return (message for message in ALL if message.reason in codes)


def read(message: BrokenMessage) -> None:
    """As the lane in whose partition the message lies reads it."""
    partition = message.partition
    if partition is None:
        partition = partition_of(message.key or b"", PARTITIONS)
    intake = Intake(message.topic, decoders(KEYRING)[message.topic], OwnPartition(partition, PARTITIONS))
    record = Recorded(message.topic, partition, 0, 1_790_000_000_000, message.key, message.value, message.headers)
    (found,) = intake.read([record])
    if isinstance(found, Refused):
        raise found


@pytest.mark.parametrize("message", [m for m in ALL if m.reason != reasons.UNKNOWN_PRODUCT], ids=lambda m: m.what)
def test_a_broken_message_is_refused_for_its_reason(message: BrokenMessage) -> None:
    with pytest.raises(Refused) as refused:
        read(message)
    assert refused.value.code == message.reason


def test_an_unknown_product_is_only_for_the_strategies_to_refuse() -> None:
    for message in of_reason(reasons.UNKNOWN_PRODUCT):
        read(message)


def test_every_kind_of_bad_input_is_among_them() -> None:
    kinds = {
        reasons.NOT_JSON,
        reasons.WRONG_TYPE,
        reasons.MISSING_FIELD,
        reasons.KEY_MISSING,
        reasons.KEY_MISMATCH,
        reasons.WRONG_PARTITION,
        reasons.BAD_VALUE,
        reasons.PAN_IN_CLEAR,
        reasons.PAN_INVALID,
        reasons.NESTED_TOO_DEEPLY,
        reasons.EMPTY_VALUE,
        reasons.TOMBSTONE,
        reasons.UNKNOWN_VERSION,
        reasons.HEADERS,
    }
    assert kinds <= {message.reason for message in ALL}


def test_the_stray_lies_where_librdkafka_would_have_put_it_and_the_hint_says_so() -> None:
    (stray,) = of_reason(reasons.WRONG_PARTITION)
    with pytest.raises(Refused, match="murmur2_random"):
        read(stray)


def test_with_one_partition_nobody_strays() -> None:
    messages = broken_messages(application(rows()[0], KEYRING.seal_pan), KEYRING.seal_text, 1)
    assert reasons.WRONG_PARTITION not in {message.reason for message in messages}


def test_broken_messages_fit_the_topics() -> None:
    assert all(len(message.value or b"") <= 1_000_000 for message in ALL)
