"""A broker's last words, in a person's language."""

from pathlib import Path

import pytest

from app.broker.failures import PortTakenError, explain

FOLDER = Path("/data/broker")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("java.io.IOException: No space left on device", "no space left for /data/broker. Make room"),
        ("KafkaException: Failed to acquire lock on file .lock in /data/broker/data", "another broker is using"),
        ("Error: Could not reserve enough space for 262144KB object heap", "too little memory for Java"),
    ],
)
def test_known_last_words_are_explained(tmp_path: Path, said: str, meant: str) -> None:
    log = tmp_path / "kafka.log"
    log.write_text(f"INFO all is well\n{said}\n\tat java.base/Thread.run\n")
    assert meant in str(explain("Kafka ended", log, folder=FOLDER, port=9092))


def test_a_port_that_was_taken_in_between_can_be_told_apart(tmp_path: Path) -> None:
    log = tmp_path / "kafka.log"
    log.write_text("Caused by: java.net.BindException: Address already in use\n")
    error = explain("Kafka ended", log, folder=FOLDER, port=9092)
    assert isinstance(error, PortTakenError)
    assert "port 9092 is taken" in str(error)


def test_unknown_last_words_are_shown_and_only_the_last(tmp_path: Path) -> None:
    log = tmp_path / "kafka.log"
    log.write_text("".join(f"line {number}\n" for number in range(100)))
    message = str(explain("Kafka ended", log, folder=FOLDER, port=9092))
    assert "line 99" in message
    assert "line 50" not in message
    assert str(log) in message


def test_a_broker_that_said_nothing_is_told_so(tmp_path: Path) -> None:
    assert "(it is empty)" in str(explain("Kafka ended", tmp_path / "kafka.log", folder=FOLDER, port=9092))
