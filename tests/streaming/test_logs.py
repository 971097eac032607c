"""What reaches the log."""

import json
import logging

from aiokafka.errors import ProducerFenced

from app.errors import TopicsDisagreeError
from app.streaming.logs import Json, Sparse, ToldAlready


def record(message: str, *args: object, error: Exception | None = None) -> logging.LogRecord:
    raised = (type(error), error, None) if error else None
    return logging.LogRecord("aiokafka", logging.WARNING, "", 1, message, args, raised)


def test_a_client_that_retries_for_ever_says_so_once_in_a_while() -> None:
    sparse = Sparse(again_after=1e9)
    assert [sparse.filter(record("cannot connect to %s", host)) for host in "abc"] == [True, False, False]
    assert sparse.filter(record("another matter"))


def test_what_was_swallowed_is_counted() -> None:
    sparse = Sparse(again_after=0.0)
    sparse._said["aiokafka", "again"] = (float("-inf"), 41)
    again = record("again")
    assert sparse.filter(again)
    assert again.getMessage() == "again (and 41 times more since)"


def test_a_line_is_one_json_object() -> None:
    line = json.loads(Json().format(record("lane %d\nopen", 3)))
    assert line["message"] == "lane 3\nopen"
    assert line["level"] == "WARNING"


def test_what_is_told_elsewhere_is_not_told_with_a_traceback() -> None:
    assert not ToldAlready().filter(record("Error", error=TopicsDisagreeError("no")))
    assert not ToldAlready().filter(record("Future exception was never retrieved", error=ProducerFenced()))
    assert ToldAlready().filter(record("Error", error=KeyError("bug")))
