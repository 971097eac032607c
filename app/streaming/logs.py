"""What is logged and how: one line an event, JSON when nobody watches, and no more than once what repeats."""

import logging
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from aiokafka.errors import KafkaError

from app.errors import CreditstreamError

QUIET = ("faust", "mode", "asyncio")           # their news is not the operator's
REPEAT_AFTER = 30.0                            # seconds


class Sparse(logging.Filter):
    """Lets a message pass once in a while: aiokafka retries thousands of times while a broker restarts."""

    def __init__(self, again_after: float = REPEAT_AFTER) -> None:
        super().__init__()
        self._again_after = again_after
        self._said: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        key = (record.name, str(record.msg))
        last, swallowed = self._said.get(key, (-self._again_after, 0))
        now = time.monotonic()
        if now - last < self._again_after:
            self._said[key] = (last, swallowed + 1)
            return False
        self._said[key] = (now, 0)
        if swallowed:
            record.msg = f"{record.msg} (and {swallowed} times more since)"
        return True


class ToldAlready(logging.Filter):
    """Drops errors that reach the operator in another way: a refusal to start, which is told in one sentence where
    Faust would add a traceback; and the futures that aiokafka leaves behind when a producer is fenced."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, CreditstreamError | KafkaError)


class OneLine(logging.Formatter):
    """`time level logger message` for a terminal."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s  %(message)s")


class Json(logging.Formatter):
    """One JSON object a line, for whatever collects logs."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


def logging_config(level: str | int) -> dict[str, Any]:
    """For logging.config.dictConfig; also what Faust's worker takes."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": OneLine if sys.stderr.isatty() else Json}},
        "filters": {"sparse": {"()": Sparse}, "told": {"()": ToldAlready}},
        "handlers": {
            "all": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["told"]},
            "sparse": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["sparse"]},
        },
        "root": {"level": level, "handlers": ["all"]},
        "loggers": {
            **{name: {"level": "ERROR"} for name in QUIET},
            "aiokafka": {"level": "WARNING", "handlers": ["sparse"], "propagate": False},
        },
    }


def where(error: BaseException | None) -> str:
    """The frames that an error passed through, innermost first, without its text, which may quote an event."""
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
