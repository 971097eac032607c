"""The lanes that the group has given to this worker, through every rebalance."""

import asyncio
import logging
from collections.abc import Collection

from aiokafka.errors import KafkaError
from faust.types import TP

from app.errors import LaneError
from app.streaming.positions import Batch
from app.streaming.runner import LaneRunner, LaneState, LaneTools

log = logging.getLogger(__name__)


class Lanes:
    """A rebalance takes all partitions away and gives some back. A lane that comes back keeps its state once a
    transaction has proved that nobody else had it; one that does not is closed; a new one is opened from the log."""

    def __init__(self, tools: LaneTools) -> None:
        self._tools = tools
        self._runners: dict[int, LaneRunner] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self.assigned = False                  # False until the group has spoken, and while it rebalances

    def put(self, batch: Batch) -> None:
        """A batch that no lane waits for is dropped: its lane asks for it when it is opened."""
        if runner := self._runners.get(batch.partition):
            runner.put(batch)

    def fetch_failed(self, tp: TP, error: KafkaError) -> None:
        if runner := self._runners.get(tp.partition):
            runner.lose(error)

    async def revoke(self) -> None:
        """Returns when no transaction runs any more, or `close_timeout` has passed."""
        self.assigned = False
        await asyncio.gather(*(runner.suspend() for runner in self._runners.values()))

    async def assign(self, owned: Collection[TP]) -> None:
        """Opens, keeps or closes lanes until this worker has just these."""
        self.assigned = False
        partitions = self._whole(owned)
        for partition in self._runners.keys() - partitions:
            self._leave(self._runners.pop(partition))
        halted = [p for p, runner in self._runners.items() if runner.state is LaneState.HALTED]
        await asyncio.gather(*(self._runners.pop(p).close() for p in halted))
        for partition in sorted(partitions):
            if kept := self._runners.get(partition):
                kept.resume()
            else:
                self._runners[partition] = LaneRunner(partition, self._tools)
        self.assigned = True
        log.info("lanes of this worker: %s", ", ".join(map(str, sorted(partitions))) or "none (standing by)")

    def _leave(self, runner: LaneRunner) -> None:
        """Closes it by and by: the worker sends no heartbeat before `assign` returns, and the new owner fences the lane
        anyway."""
        closing = asyncio.create_task(runner.close())
        self._leaving.add(closing)
        closing.add_done_callback(lambda closed: self._left(closed, runner.partition))

    def _left(self, closed: "asyncio.Task[None]", partition: int) -> None:
        self._leaving.discard(closed)
        if partition not in self._runners:
            self._tools.metrics.forget(partition, self._tools.config.inputs, LaneState)

    def _whole(self, owned: Collection[TP]) -> set[int]:
        """The partition numbers. LaneError when an assignor has torn a lane apart."""
        inputs = self._tools.config.inputs
        of_topic = [{tp.partition for tp in owned if tp.topic == topic} for topic in inputs]
        if any(partitions != of_topic[0] for partitions in of_topic):
            raise LaneError(
                f"the group gave this worker different partitions of {', '.join(inputs)}. The topics must have equally "
                "many partitions, and every worker of the group the same assignor."
            )
        return of_topic[0]

    async def close(self) -> None:
        """Ends the running transactions; bounded."""
        self.assigned = False
        runners = list(self._runners.values())
        self._runners.clear()
        await asyncio.gather(*(runner.close() for runner in runners), *self._leaving)

    def snapshot(self) -> dict[int, tuple[LaneState, str]]:
        """State and reason of every lane, for the probes."""
        return {p: (r.state, r.reason) for p, r in sorted(self._runners.items())}
