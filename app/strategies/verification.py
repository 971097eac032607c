"""What is known of a strategy before it may decide: it loads, its cases hold, and they hit every row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.decisioning.engine.interpreter import interpret
from app.decisioning.engine.model import RulesStep, ScorecardStep, StrategyModel
from app.decisioning.engine.strategy import ReadyStrategy
from app.decisioning.proof.smt import Solver
from app.domain.decision import Verdict
from app.errors import StrategyError
from app.strategies.cases import StrategyCase, read_cases
from app.strategies.certificates import certificate, write_certificate
from app.strategies.expectations import read_expectations
from app.strategies.jurisdictions import findings, jurisdictions
from app.strategies.lint import unused
from app.strategies.proving import Proof, Watch, prove_strategy, unwatched
from app.strategies.scope import Places
from app.strategies.shelf import label_of, strategy_folders
from app.strategies.strategy import CASES, EXPECTATIONS, read_with_places

Hit = tuple[str, str]                          # of what, which: ("pricing", "row 3"), ("marital_status", "SINGLE")


@dataclass(frozen=True, slots=True)
class Verification:
    """`problems` empty means that the strategy may decide."""

    label: str
    strategy: ReadyStrategy | None
    cases: int = 0
    rows: int = 0                              # rows, attributes and rules there are
    rows_hit: int = 0
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)  # what a person should look at; nothing is refused for it
    folder: Path | None = None
    proof: Proof = field(default_factory=Proof)

    def certify(self) -> bool:
        """Write the certificate of a strategy without problems; whether it was new."""
        if self.problems or self.strategy is None or self.folder is None:
            return False
        solver = Solver().version
        return write_certificate(
            self.folder, certificate(self.strategy.model, self.folder, self.label, self.proof, solver)
        )


def verify_all(
    directory: Path | None = None, jurisdiction: str | None = None, watch: Watch = unwatched
) -> Iterator[Verification]:
    """Each strategy folder in turn; a refused one does not keep the others from being looked at."""
    root, folders = strategy_folders(directory)
    for folder in folders:
        yield verify(folder, label_of(folder, root), jurisdiction, watch)


def verify(folder: Path, label: str, jurisdiction: str | None = None, watch: Watch = unwatched) -> Verification:
    """Load and prove the strategy, run its cases on both evaluators, and see which rows they hit.

    Under another `jurisdiction` than its own, what that one prohibits is a problem too. `watch` is told what is being
    looked at.
    """
    watch(f"{label}: reading")
    try:
        model, places = read_with_places(folder, label)
        strategy = ReadyStrategy(model)
    except StrategyError as error:
        return Verification(label, None, problems=[str(error)])
    if not (folder / CASES).exists():
        return Verification(label, strategy, problems=[f"{label}: no {CASES}: a strategy carries its cases"])
    try:
        cases = read_cases(folder / CASES, f"{label}/{CASES}", strategy.model)
    except StrategyError as error:
        return Verification(label, strategy, problems=[str(error)])
    verdicts = [strategy.decide(case.evidence) for case in cases]
    problems = [
        problem
        for case, verdict in zip(cases, verdicts, strict=True)
        for problem in _failures(strategy, case, verdict)
    ]
    proof = Proof()
    try:
        expectations = folder / EXPECTATIONS
        stated = read_expectations(expectations, f"{label}/{EXPECTATIONS}", model) if expectations.exists() else ()
        proof = prove_strategy(model, places.tables, stated, watch=lambda said: watch(f"{label}: {said}"))
    except StrategyError as error:
        problems.append(str(error))
    problems += proof.problems
    everything = coverable(strategy.model)
    hit = {hit for verdict in verdicts for hit in covered(verdict)}
    problems += [_missed(label, places, strategy.model, row) for row in everything if row not in hit]
    warnings = [str(places.names[own.name].error(own.message)) for own in unused(strategy.model)]
    law = jurisdictions()[jurisdiction or strategy.model.jurisdiction]
    for found in findings(strategy.model, law):
        (problems if found.refused else warnings).append(f"{label}: {law.key}: {found}")
    hits = sum(row in hit for row in everything)
    return Verification(label, strategy, len(cases), len(everything), hits, problems, warnings, folder, proof)


def _missed(label: str, places: Places, model: StrategyModel, row: Hit) -> str:
    """A row, attribute or rule that no case hits, with the line where it stands as far as that is known."""
    of, which = row
    said = f"no case hits {of}, {which}: add one to {CASES}"
    place = places.tables.get(of)
    numbers = {f"row {n}": n for n in range(1, 1 + len(place.rows))} if place is not None else {}
    for step in model.steps:
        if isinstance(step, ScorecardStep):
            numbers |= {r.cells[0].text: r.number for c in step.characteristics if c.name == of for r in c.table.rows}
    return f"{label}: {said}" if place is None else str(place.of(numbers.get(which)).error(said))


def _failures(strategy: ReadyStrategy, case: StrategyCase, verdict: Verdict) -> Iterable[str]:
    where = f"{case.place.file}:{case.place.line}: case {case.name!r}"
    for failure in case.failures(verdict):
        yield f"{where}: {failure}"
    if interpret(strategy.model, case.evidence) != verdict:
        yield f"{where}: the two evaluators disagree; this is a defect of the engine, not of the strategy"


def coverable(model: StrategyModel) -> list[Hit]:
    """Every table row, scorecard attribute and eligibility rule."""
    found = [(table.name, f"row {row.number}") for table in model.tables() for row in table.every_row]
    for step in model.steps:
        if isinstance(step, ScorecardStep):
            found += [(c.name, row.cells[0].text) for c in step.characteristics for row in c.table.rows]
        elif isinstance(step, RulesStep):
            found += [(step.name, rule.reason.code) for rule in step.rules]
    return found


def covered(verdict: Verdict) -> Iterator[Hit]:
    """What this verdict hit."""
    yield from ((match.table, f"row {match.row}") for match in verdict.rows)
    yield from ((points.characteristic, points.attribute) for points in verdict.points)
    yield from ((reason.source, reason.code) for reason in verdict.reasons)
