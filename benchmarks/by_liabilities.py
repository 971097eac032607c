"""What a decision costs by the liabilities that the bureau reports, and what a case takes in memory. No Kafka: a lane
by itself, from bytes to bytes.
"""

import gc
import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from app.contracts.names import BUREAU_RESPONSES, CONSENTS, LOAN_APPLICATIONS
from benchmarks.events import customers
from benchmarks.guard import one_transaction
from benchmarks.offline import IN_ORDER, OfflineLane
from benchmarks.sheet import Cell, Table

LIABILITIES = (2, 4, 10, 25, 50, 100)
_CASES, _ROUNDS = 400, 5
_HELD = 4_000                                  # cases whose memory is taken


def by_liabilities() -> Table:
    """Microseconds a decision, and of them a liability."""
    found = {count: _microseconds(count) for count in LIABILITIES}
    slope, base = np.polyfit(list(found), list(found.values()), 1)
    furthest = max(abs(us - (base + slope * count)) / us for count, us in found.items())
    return Table(
        title="A decision by its liabilities",
        columns=("liabilities", "CPU µs a decision", "on the line, µs"),
        rows=tuple((count, us, float(base + slope * count)) for count, us in found.items()),
        notes=(
            f"{slope:.2f} µs a liability, on top of {base:.0f} µs; no figure is further than {furthest:.0%} from that "
            "line",
            "Decoding and validating the report, keeping it, aggregating it and writing it into the audit record",
        ),
    )


def _microseconds(liabilities: int) -> float:
    """The least of several rounds."""
    known = list(customers(_CASES, liabilities=liabilities))
    least = float("inf")
    for _ in range(_ROUNDS):
        lane = OfflineLane()
        batches = [(role, lane.records(role, known)) for role in IN_ORDER]
        gc.collect()
        began = time.process_time()
        one_transaction(lane, batches)
        least = min(least, time.process_time() - began)
    return least / _CASES * 1e6


def memory() -> Table:
    """Bytes that one case takes in a worker, by what it waits for."""
    return Table(
        title="Memory a case",
        columns=("a case", "bytes"),
        rows=(
            ("a customer's consent", _bytes(CONSENTS)),
            ("open: applied, the bureau has not answered", _bytes(LOAN_APPLICATIONS)),
            ("orphaned: answered, the application has not come", _bytes(BUREAU_RESPONSES)),
            ("decided: remembered until the marker expires", _bytes(LOAN_APPLICATIONS, BUREAU_RESPONSES)),
        ),
        notes=("As the events have left it; a case that a restore has brought back takes less (see recovery).",),
    )


def _bytes(*roles: str) -> Cell:
    """What stays of these events after they are committed; consents, where not asked for, are there before."""
    lane = OfflineLane()
    known = list(customers(_HELD))
    if CONSENTS not in roles and LOAN_APPLICATIONS in roles:
        lane.tell(CONSENTS, known)
        lane.harvest().gathered()

    def learn() -> None:
        for role in roles:
            lane.tell(role, known)
        lane.harvest().gathered()

    return int(_held(learn) / _HELD)


def _held(work: Callable[[], None]) -> int:
    """Bytes allocated by it and not given back."""
    gc.collect()
    tracemalloc.start()
    try:
        work()
        gc.collect()
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
