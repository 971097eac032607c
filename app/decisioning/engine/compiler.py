"""The fast evaluator: a strategy's whole flow written out as Python functions, compiled when it is loaded.

There is one function for each currency and each period between changes of parameters, so that every figure is a
literal. Names become locals, tables chains of comparisons; nothing of the strategy is looked up while deciding. It
agrees with engine.interpreter on every evidence: a property test holds the two together.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Any

from app.decisioning.engine import reasons, reports
from app.decisioning.engine.model import (
    OffersStep,
    OutcomeStep,
    ReportStep,
    RulesStep,
    ScorecardStep,
    Step,
    StrategyModel,
    TableStep,
    ValuesStep,
)
from app.decisioning.engine.offers_source import best_first, write_offers, write_values
from app.decisioning.engine.report_source import write_report
from app.decisioning.engine.scorecard_source import write_scorecard
from app.decisioning.engine.standing import Standing, standing_of, unscored
from app.decisioning.engine.table_source import write_table
from app.decisioning.engine.telling import as_it_is, shown_name
from app.decisioning.engine.vocabulary import CASE_FACTS
from app.decisioning.engine.writer import Writer, shown
from app.decisioning.language.core import Constant
from app.decisioning.language.runtime import DAY_MS, DAYS
from app.decisioning.language.source import RUNTIME
from app.decisioning.language.types import TEXT, Type, decimal
from app.decisioning.strategy import Ready
from app.decisioning.tables.table import Row
from app.domain.decision import Evidence, Points, Verdict
from app.domain.quantities import Millis

Decide = Callable[[Evidence], Verdict]


def compile_strategy(model: StrategyModel, ready: Ready = as_it_is) -> Decide:
    """The strategy as a function of the evidence. The rows and points that its verdicts tell, where they are constants,
    are made ready beforehand."""
    cuts = sorted({change.since for parameter in model.parameters for change in parameter.later})
    flows = _Flows(model, cuts, ready)
    flows.make()

    settle = standing_of(model)

    def decide(evidence: Evidence) -> Verdict:
        responses, state, lacks = settle(evidence)
        if responses is None:
            return unscored(Standing(responses, state, lacks))
        application, period = evidence.application, 0
        if cuts:
            applied_at = evidence.applied_at
            period = bisect_right(cuts, evidence.as_of if applied_at is None else applied_at)
        return flows[application.currency, period](application, responses, evidence.as_of, state, lacks)

    return decide


class _Flows(dict[tuple[str, int], Callable[..., Verdict]]):
    """The flow by currency and period: the n-th lies between the n-th change of parameters and the next."""

    def __init__(self, model: StrategyModel, cuts: list[Millis], ready: Ready) -> None:
        super().__init__()
        self._model = model
        self._ready = ready
        self._since = [_BEFORE_ALL, *cuts]

    def make(self) -> None:
        """Have those of the latest period before they are needed; earlier ones are for replays."""
        for currency in self._model.currencies:
            self[currency, len(self._since) - 1]

    def __missing__(self, key: tuple[str, int]) -> Callable[..., Verdict]:
        currency, period = key
        source, namespace = source_of(self._model, currency, self._since[period], self._ready)
        exec(compile(source, f"<strategy {self._model.name} version {self._model.version}>", "exec"), namespace)
        flow: Callable[..., Verdict] = namespace["flow"]
        self[key] = flow
        return flow


def source_of(
    model: StrategyModel, currency: str, at: Millis, ready: Ready = as_it_is
) -> tuple[str, dict[str, Any]]:
    """The source of the function that decides applications in the currency while the parameters are those in force at
    the instant, and the objects that it refers to by name."""
    flow = _Flow(model, currency, at, ready)
    for step in model.steps:
        flow.write(step)
    return flow.source(), flow.writer.namespace


class _Flow:
    def __init__(self, model: StrategyModel, currency: str, at: Millis, ready: Ready) -> None:
        self._model = model
        self._currency = currency
        self._told: list[tuple[str, str]] = []             # what `aggregates` shows: name and source
        self._groups = {"EVIDENCE": "evidence_reasons"}    # group of reasons -> source that gives it
        self._score = "None"
        self._points: list[str] = []                       # what is told of each characteristic
        self._offers = "()"
        self.writer = Writer({**_RUNTIME}, model.currencies[currency], ready)
        self.writer.inline("currency", Constant(currency, TEXT))
        for parameter in model.parameters:
            self.writer.inline(parameter.name, Constant(parameter.in_force(at)[currency], parameter.type))

    def source(self) -> str:
        """The whole function: facts that the steps turned out to need, then the steps."""
        writer = self.writer
        head = [
            "def flow(application, responses, as_of, v_evidence, evidence_reasons):",
            "    applicant = application.applicant",
            *(f"    v_{name} = {CASE_FACTS[name].path}" for name in sorted(writer.facts | {"product"})),
            f"    v_today = DAYS[as_of // {DAY_MS}]",
            '    v_basis = "INTERNAL_AND_BUREAU" if responses else "INTERNAL_ONLY"',
            "    rows = []",
        ]
        return "\n".join([*head, *writer.lines, *self._verdict()]) + "\n"

    def write(self, step: Step) -> None:
        match step:
            case ReportStep():
                write_report(self.writer, step, self._model.bureaus)
                self._tell([(a.name, a.type) for a in step.aggregates] + [(p.name, p.type) for p in step.picks])
            case ValuesStep():
                write_values(self.writer, step)
                self._tell([(named.name, named.expression.type) for named in step.values])
            case ScorecardStep():
                self._scorecard(step)
            case TableStep():
                write_table(self.writer, step.table)
            case RulesStep():
                self._rules(step)
            case OffersStep():
                write_offers(self.writer, step, self._currency)
                self._offers = "best_first(made)"
                self._groups["OFFERS"] = f"of_offers({self.writer.constant(step)}, v_product, dropped)"
            case OutcomeStep():
                self._outcome(step)

    def _tell(self, names: Iterable[tuple[str, Type]]) -> None:
        self._told += [(shown_name(name, type_), shown(self.writer.name(name), type_)) for name, type_ in names]

    def _scorecard(self, step: ScorecardStep) -> None:
        points, told = write_scorecard(self.writer, step)
        write_table(self.writer, step.bands)
        if step is self._model.internal_card:
            self._score = f"{self.writer.name(step.score)} / {10**step.scale}"
        else:
            self._tell([(step.score, decimal(step.scale))])
        self._points += told
        own = f"{self.writer.constant(reasons.CardReasons(step))}[{', '.join(points)},]"
        self._groups[step.name] = own
        self._groups["SCORECARD"] = ", ".join(filter(None, [self._groups.get("SCORECARD"), own]))

    def _rules(self, step: RulesStep) -> None:
        writer = self.writer
        writer.line("hits = []")
        for rule in step.rules:
            with writer.block(f"if {writer.expression(rule.condition)}:"):
                writer.line(f"hits.append({writer.constant(rule.reason)})")
        writer.line(f"{writer.name(step.output)} = not hits")
        self._groups["ELIGIBILITY"] = "hits"

    def _outcome(self, step: OutcomeStep) -> None:
        """The row that decides also says where the reasons come from, and whether the offers are told."""
        outcome, because = (output.name for output in step.table.outputs)

        def after(row: Row) -> list[str]:
            given = dict(zip((outcome, because), row.outputs, strict=True))
            tells = given["outcome"] in step.offers_with
            return [
                f"reasons = {self._reasons(step, str(given['because']))}",
                f"offers = {self._offers if tells else '()'}",
            ]

        write_table(self.writer, step.table, after)

    def _reasons(self, step: OutcomeStep, because: str) -> str:
        """Source for the reasons that one cell names; those of the evidence always follow."""
        found = [
            self.writer.constant((step.reasons[part],)) if part in step.reasons else self._groups.get(part, "")
            for part in reasons.parts(because)
        ]
        given = [source for source in found if source]
        if set(given) <= {self._groups["EVIDENCE"]}:
            return self._groups["EVIDENCE"]
        return f"once({', '.join([*given, self._groups['EVIDENCE']])})"

    def _verdict(self) -> list[str]:
        told = ", ".join(f"{name!r}: {source}" for name, source in self._told)
        return [
            "    return Verdict(",
            f"        v_outcome, reasons, v_segment, v_basis, {self._score}, v_bureau_score, offers,",
            f"        {{{told}}},",
            f"        ({' '.join(f'{own},' for own in self._points)}), {self.writer.rows},",
            "    )",
        ]


_BEFORE_ALL = -(2**63)                          # milliseconds: no record is so old

_RUNTIME: dict[str, Any] = {
    **RUNTIME,
    "DAYS": DAYS, "Points": Points, "Verdict": Verdict,
    "liabilities": reports.liabilities, "summaries": reports.summaries, "pick": reports.pick, "best_first": best_first,
    "of_offers": reasons.of_offers, "once": reasons.once,
}
