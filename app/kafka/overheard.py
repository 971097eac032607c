"""What the client says only to its log: why it could not connect is not in the error that it raises."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.errors: list[Exception] = []

    def emit(self, record: logging.LogRecord) -> None:
        if isinstance(record.args, tuple):
            self.errors += [said for said in record.args if isinstance(said, Exception)]


@contextmanager
def overheard() -> Iterator[list[Exception]]:
    """The errors that aiokafka's log tells of, as they come."""
    ear, log = _Ear(), logging.getLogger("aiokafka")
    log.addHandler(ear)
    try:
        yield ear.errors
    finally:
        log.removeHandler(ear)
