"""Everything that is proved of a strategy before it may decide: its tables, its flow, what its author states.

The proofs themselves are app.decisioning.proof's; here they are asked for, and what they find gets its file and line.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.decisioning.engine.model import ScorecardStep, StrategyModel
from app.decisioning.proof.cover import UndecidedError
from app.decisioning.proof.expectations import judge_bound
from app.decisioning.proof.findings import Finding
from app.decisioning.proof.flow import Flow, follow
from app.decisioning.proof.judging import Judgement
from app.decisioning.proof.reach import unreached
from app.decisioning.proof.smt import Solver
from app.decisioning.proof.statements import Bound
from app.decisioning.proof.tables import FULL_WORK, examine
from app.decisioning.proof.trends import judge_trend
from app.decisioning.tables.table import Table
from app.strategies.expectations import Expectation
from app.strategies.scope import TablePlace

_DEEPEST = 20_000
PROVER = 1                                     # raised when the same strategy may come to be judged otherwise


@dataclass(frozen=True, slots=True)
class Proved:
    """One thing that holds, and by what means it is known."""

    what: str
    by: str


@dataclass(frozen=True, slots=True)
class Open:
    """One thing that could be neither proved nor refuted, and why the author accepts that."""

    what: str
    why: str
    accepted: str


@dataclass(slots=True)
class Proof:
    """`problems` are sentences with file and line: defects, refuted statements, and what stays open unaccepted."""

    proved: list[Proved] = field(default_factory=list)
    statements: list[Proved] = field(default_factory=list)     # those of `proved` that the author states
    stated: int = 0
    open: list[Open] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


Watch = Callable[[str], None]


def unwatched(said: str) -> None:
    """Nobody is told."""


def prove_strategy(
    model: StrategyModel,
    places: Mapping[str, TablePlace],
    expectations: Sequence[Expectation],
    solver: Solver | None = None,
    watch: Watch = unwatched,
) -> Proof:
    """Tables first; the flow and the statements are looked at when each table by itself is in order. `watch` is told
    what comes next."""
    with _deep_recursion():
        return _proof(model, places, expectations, Solver() if solver is None else solver, watch)


def _proof(
    model: StrategyModel, places: Mapping[str, TablePlace], expectations: Sequence[Expectation], solver: Solver,
    watch: Watch,
) -> Proof:
    proof = Proof(stated=len(expectations))
    for table in every_table(model):
        watch(f"proving table {table.name} ({len(table.rows)} rows)")
        found = [*_placed(examine(table, FULL_WORK), places, table.name)]
        proof.problems += found
        if not found:
            proof.proved.append(Proved(_sound(table), "regions"))
    if proof.problems:
        return proof
    watch("following the flow, so that rows and outputs that no input reaches are found")
    try:
        flow = follow(model)
        for finding in unreached(flow):
            proof.problems += _placed([finding], places, finding.table or "")
    except UndecidedError as error:
        proof.problems.append(f"{model.name} version {model.version}: the flow as a whole is not proved: {error}")
        return proof
    if not proof.problems:
        proof.proved.append(Proved("every row of every table is reached, and every output given", "regions"))
    for number, expectation in enumerate(expectations, 1):
        watch(f"proving {number} of {len(expectations)}: {expectation.statement.text}")
        _judge(proof, flow, expectation, solver)
    return proof


@contextmanager
def _deep_recursion() -> Iterator[None]:
    """A diagram is as deep as the facts that it asks, four calls each: more than Python lets one nest by itself."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEEPEST))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def every_table(model: StrategyModel) -> Iterator[Table]:
    """Characteristics too."""
    yield from model.tables()
    for step in model.steps:
        if isinstance(step, ScorecardStep):
            yield from (characteristic.table for characteristic in step.characteristics)


def _placed(findings: Iterable[Finding], places: Mapping[str, TablePlace], table: str) -> Iterator[str]:
    for finding in findings:
        yield str(places[table].of(finding.row, finding.column).error(finding.message))


def _sound(table: Table) -> str:
    rows = f"{len(table.rows)} row{'s' * (len(table.rows) != 1)}"
    if table.collects:
        return f"table {table.name} ({rows}): every row matches some input"
    free = "no input matches two" if table.hit_policy == "unique" else "every row decides for some input"
    return f"table {table.name} ({rows}): every input matches a row, {free}"


def _judge(proof: Proof, flow: Flow, expectation: Expectation, solver: Solver) -> None:
    statement, place = expectation.statement, expectation.place
    try:
        if isinstance(statement, Bound):
            judged = judge_bound(flow, statement, solver)
        else:
            judged = judge_trend(flow, statement, solver)
    except UndecidedError as error:
        judged = Judgement("open", str(error))
    if judged.state == "proved":
        proof.statements.append(Proved(statement.text, judged.how))
        proof.proved.append(proof.statements[-1])
    elif judged.state == "open" and expectation.unproved is not None:
        proof.open.append(Open(statement.text, judged.how, expectation.unproved))
    elif judged.state == "open":
        advice = "state something narrower, or say under `unproved` why it may stay open"
        proof.problems.append(str(place.error(f"`{statement.text}` is not proved: {judged.how}; {advice}")))
    else:
        advice = "correct the strategy or the statement"
        proof.problems.append(str(place.error(f"`{statement.text}` does not hold: {judged.how}; {advice}")))
