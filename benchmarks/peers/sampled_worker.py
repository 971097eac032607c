"""`creditstream worker`, unchanged, with a sampler beside it; writes its stacks to PEER_STACKS when it ends."""

import atexit
import logging
import os
from pathlib import Path

from app.cli.main import main
from benchmarks.sampler import Sampler

sampler = Sampler()


class FirstLane(logging.Filter):
    """Forgets everything before the first lane is open: that is where the meter begins, too."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = False

    def filter(self, record: logging.LogRecord) -> bool:
        if not self.seen and "open after" in str(record.msg):
            self.seen = True
            sampler.restart()
        return True


def write() -> None:
    sampler.stop()
    sampler.write(Path(os.environ["PEER_STACKS"]))


if __name__ == "__main__":
    logging.getLogger("app.streaming.runner").addFilter(FirstLane())
    atexit.register(write)
    sampler.start()
    main()
