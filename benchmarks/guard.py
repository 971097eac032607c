"""What a decision costs in counts: bytecodes, calls into C, bytes put out. They depend neither on the machine nor on
what else it does, so a budget can be held against every change to the last per cent.

    python -m benchmarks.guard              # against the budget
    python -m benchmarks.guard --record     # a new budget, after a change that was meant
"""

import gc
import platform
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, Self

import msgspec
import typer
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from app.cli.wording import paragraphs
from app.contracts.decode import decoders
from app.contracts.encode import encode_body
from app.contracts.names import BUREAU_RESPONSES, LOAN_APPLICATIONS
from app.domain.decision import Evidence
from app.lane.records import Output
from benchmarks.events import Customer, customers
from benchmarks.offline import AT, IN_ORDER, OfflineLane, Rec, strategy_of
from benchmarks.sampler import short

Gathered = dict[str, list[Output]]              # what one transaction holds, by topic

BUDGET = Path(__file__).parent / "guard_budget.json"
WARM, COUNTED, TIMED = 60, 100, 600            # customers: caches fill, counts are taken, the clock is read
SAME_VERSION, OTHER_VERSION = 1.02, 1.4        # how far over the budget is too far; another Python has other bytecodes
RATIO_SLACK = 1.7                              # times are no counts: only a real regression is that far off
_ROUNDS = 5


class Counts(Struct, frozen=True):
    """Of one decision: the mean over the same customers every time."""

    bytecodes: float
    c_calls: float
    output_bytes: float                        # outputs and changelog records, keys and headers among them


class Budget(Struct, frozen=True, kw_only=True):
    python: str                                # the version that these bytecodes are of
    counts: dict[str, Counts]
    ratio: float                               # of the lane's time to the bare loop's


class Meter:
    """Counts while it is entered: every bytecode of every Python function, and every call into C."""

    def __init__(self) -> None:
        self.bytecodes: Counter[str] = Counter()               # by function
        self.c_calls = 0

    def __enter__(self) -> Self:
        gc.disable()                           # what it calls may be written in Python
        sys.setprofile(self._profiled)
        sys.settrace(self._entered)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)
        sys.setprofile(None)
        gc.enable()

    def _entered(self, frame: FrameType, _event: str, _argument: Any) -> Callable[..., Any]:
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return self._traced

    def _traced(self, frame: FrameType, event: str, _argument: Any) -> Callable[..., Any]:
        if event == "opcode":
            code = frame.f_code
            self.bytecodes[f"{short(code.co_filename)}:{code.co_name}"] += 1
        return self._traced

    def _profiled(self, _frame: FrameType, event: str, _argument: Any) -> None:
        self.c_calls += event == "c_call"


Batches = Iterable[tuple[str, Sequence[Rec]]]  # by role, in the order in which things happen


def one_transaction(lane: OfflineLane, batches: Batches) -> list[Gathered]:
    """A backlog: the case is complete before anything is written."""
    for role, records in batches:
        lane.learn(role, records)
    return [lane.harvest().gathered()]


def three_transactions(lane: OfflineLane, batches: Batches) -> list[Gathered]:
    """As events come one by one: the open case is written, and so are the requests to bureaus."""
    harvests = []
    for role, records in batches:
        lane.learn(role, records)
        harvests.append(lane.harvest().gathered())
    return harvests


WAYS = {"in one transaction": one_transaction, "in three transactions": three_transactions}


def count(way: Callable[[OfflineLane, Batches], list[Gathered]]) -> tuple[Counts, Counter[str]]:
    """The counts of a decision, and its bytecodes by function."""
    lane = OfflineLane()
    way(lane, _batches(lane, customers(WARM)))
    batches = _batches(lane, customers(COUNTED, first=WARM))
    with Meter() as meter:
        harvests = way(lane, batches)
    by_function = Counter({name: number / COUNTED for name, number in meter.bytecodes.items()})
    return Counts(by_function.total(), meter.c_calls / COUNTED, _size(harvests) / COUNTED), by_function


def _size(harvests: Iterable[Gathered]) -> int:
    outputs = [output for harvest in harvests for some in harvest.values() for output in some]
    return sum(
        len(output.key) + len(output.value or b"") + len(output.headers)
        for output in outputs
    )


def _batches(lane: OfflineLane, some: Iterable[Customer]) -> list[tuple[str, list[Rec]]]:
    known = list(some)
    return [(role, lane.records(role, known)) for role in IN_ORDER]


def bare_loop(some: Sequence[Customer]) -> Callable[[], None]:
    """The least that anybody would have to do: decode, decide, encode. No state, no consent, no repeats, no audit."""
    read, strategy = decoders(), strategy_of()

    def loop() -> None:
        for customer in some:
            facts = {role: read[role].decode(customer.events[role], (), AT)[0] for role in IN_ORDER}
            evidence = Evidence(facts[LOAN_APPLICATIONS], (facts[BUREAU_RESPONSES],), (), AT)
            encode_body(strategy.decide(evidence))

    return loop


def ratio() -> float:
    """The lane's processor time to the bare loop's, from the least of several rounds of each."""
    some = list(customers(TIMED))
    bare = bare_loop(some)
    times: dict[str, list[float]] = {"lane": [], "bare": []}
    for _ in range(_ROUNDS):
        lane = OfflineLane()
        times["lane"].append(_timed(partial(one_transaction, lane, _batches(lane, some))))
        times["bare"].append(_timed(bare))
    return min(times["lane"]) / min(times["bare"])


def _timed(work: Callable[[], Any]) -> float:
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def measure() -> Budget:
    return Budget(
        python=_python(), counts={name: count(way)[0] for name, way in WAYS.items()}, ratio=round(ratio(), 2)
    )


def _python() -> str:
    return ".".join(platform.python_version_tuple()[:2])


def budget() -> Budget:
    return msgspec.json.decode(BUDGET.read_bytes(), type=Budget)


def exceeded(found: Budget, allowed: Budget) -> list[str]:
    """What costs more than it may, in words; empty when all is well."""
    slack = SAME_VERSION if found.python == allowed.python else OTHER_VERSION
    wrong = [
        f"{way}: {what.replace('_', ' ')} {number:,.0f} a decision, and the budget is {most:,.0f}"
        for way, most_of in allowed.counts.items()
        for what, most in msgspec.structs.asdict(most_of).items()
        if (number := getattr(found.counts[way], what)) > most * slack
    ]
    if found.ratio > allowed.ratio * RATIO_SLACK:
        wrong.append(
            f"the lane takes {found.ratio:.2f} times the bare loop's time, and when the budget was recorded it took "
            f"{allowed.ratio:.2f}"
        )
    return wrong


def main(
    record: Annotated[bool, typer.Option("--record", help="Make what is found the budget.")] = False,
    functions: Annotated[int, typer.Option(min=0, help="How many functions to show.")] = 12,
) -> None:
    """Counts what a decision costs and holds it against the budget. Takes some ten seconds; no Kafka.

    A hundred customers, the same every time, go through a lane: from the events' bytes to the records' bytes. Bytecodes
    and calls into C are counted, not timed, so the result is the same on every machine with the same Python. Beside
    them stands one ratio of times, to a bare loop that only decodes, decides and encodes; its limit is wide.

    Exit code 1 when something exceeds the budget.

    Example:  python -m benchmarks.guard --record
    """
    console = Console()
    found = measure()
    allowed = budget() if BUDGET.exists() else found
    table = Table("", "found", "budget")
    for way, counts in found.counts.items():
        for what, number in msgspec.structs.asdict(counts).items():
            most = getattr(allowed.counts[way], what)
            table.add_row(f"{way}: {what.replace('_', ' ')} a decision", f"{number:,.1f}", f"{most:,.1f}")
    table.add_row("time to the bare loop's", f"{found.ratio:.2f}", f"{allowed.ratio:.2f} x {RATIO_SLACK}")
    console.print(table)
    for name, number in count(one_transaction)[1].most_common(functions):
        console.print(f"{number:8,.0f}  {name}", highlight=False)
    if record:
        BUDGET.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
        console.print(f"recorded in {BUDGET.name}")
        return
    wrong = exceeded(found, allowed)
    for one in wrong:
        console.print(f"error: {one}", style="red", markup=False)
    if wrong:
        raise typer.Exit(1)


if __name__ == "__main__":
    main.__doc__ = paragraphs(main.__doc__ or "")
    typer.run(main)
