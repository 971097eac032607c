"""The service's worker of suite A with a sampler beside it; writes its stacks to PEER_STACKS when it ends."""

import atexit
import logging

from app.streaming.worker import LaneWorker
from benchmarks.peers.sampled_worker import FirstLane, sampler, write
from benchmarks.portable.job import Job
from benchmarks.portable.worker import build

if __name__ == "__main__":
    logging.getLogger("app.streaming.runner").addFilter(FirstLane())
    atexit.register(write)
    sampler.start()
    LaneWorker(build(Job.from_environment()), loglevel="INFO").execute_from_commandline()
