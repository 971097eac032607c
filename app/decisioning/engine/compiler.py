"""The fast evaluator: a strategy's whole flow written out as one Python function, compiled once when it is loaded.

Names become locals, tables chains of comparisons, parameters literals; nothing of the strategy is looked up while
deciding. It agrees with engine.interpreter on every evidence: a property test holds the two together.
"""

from bisect import bisect_right
from collections.abc import Callable
from operator import itemgetter
from typing import Any

from app.decisioning.engine import reasons, reports
from app.decisioning.engine.model import (
    Aggregate,
    FilterStep,
    OfferPart,
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
from app.decisioning.engine.report_source import write_picks
from app.decisioning.engine.scorecard_source import write_scorecard
from app.decisioning.engine.standing import standing, unscored
from app.decisioning.engine.table_source import head, write_table
from app.decisioning.engine.telling import shown_name
from app.decisioning.engine.vocabulary import CASE_FACTS
from app.decisioning.engine.writer import Writer, shown
from app.decisioning.language import source
from app.decisioning.language.core import Constant, Core
from app.decisioning.language.runtime import ROUNDING, utc_date
from app.decisioning.language.source import RUNTIME
from app.decisioning.language.types import Type
from app.domain.decision import Evidence, Offer, Points, Verdict

Decide = Callable[[Evidence], Verdict]


def compile_strategy(model: StrategyModel) -> Decide:
    """The strategy as a function of the evidence."""
    source, namespace = source_of(model)
    exec(compile(source, f"<strategy {model.name} version {model.version}>", "exec"), namespace)
    flow: Callable[..., Verdict] = namespace["flow"]

    def decide(evidence: Evidence) -> Verdict:
        found = standing(model, evidence)
        if found.responses is None:
            return unscored(found)
        applied_at = evidence.as_of if evidence.applied_at is None else evidence.applied_at
        return flow(evidence.application, found.responses, evidence.as_of, applied_at, found.state, found.reasons)

    return decide


def source_of(model: StrategyModel) -> tuple[str, dict[str, Any]]:
    """The function's source, and the objects that it refers to by name."""
    flow = _Flow(model)
    for step in model.steps:
        flow.write(step)
    return flow.source(), flow.writer.namespace


class _Flow:
    def __init__(self, model: StrategyModel) -> None:
        self._model = model
        self._told: list[tuple[str, Type]] = []            # what `aggregates` shows
        self._groups = {"EVIDENCE": "evidence_reasons"}    # group of reasons -> source that gives it
        self._score, self._points = "None", "()"
        self.writer = Writer({**_RUNTIME})
        self._looked_up = [p for p in model.parameters if p.later or len(set(p.values.values())) > 1]
        for parameter in model.parameters:
            if parameter not in self._looked_up:
                value = next(iter(parameter.values.values()))
                self.writer.inline(parameter.name, Constant(value, parameter.type))

    def source(self) -> str:
        """The whole function: facts that the steps turned out to need, then the steps."""
        writer = self.writer
        names = ", ".join(["round_money", *(writer.name(p.name) for p in self._looked_up)])
        head = [
            "def flow(application, responses, as_of, applied_at, v_evidence, evidence_reasons):",
            "    applicant = application.applicant",
            *(f"    v_{name} = {CASE_FACTS[name].path}" for name in sorted(writer.facts | {"currency", "product"})),
            f"    {names}, = {self._parameters()}[v_currency]",
            "    v_today = utc_date(as_of)",
            '    v_basis = "INTERNAL_AND_BUREAU" if responses else "INTERNAL_ONLY"',
            "    rows = []",
            "    offers = ()",
        ]
        return "\n".join([*head, *writer.lines, *self._verdict()]) + "\n"

    def _parameters(self) -> str:
        """Source for what depends on the currency, and on the instant where a parameter has changed."""
        cuts = sorted({change.since for parameter in self._looked_up for change in parameter.later})
        periods = [
            {
                currency: (ROUNDING[rounding], *(p.in_force(since)[currency] for p in self._looked_up))
                for currency, rounding in self._model.currencies.items()
            }
            for since in (_BEFORE_ALL, *cuts)
        ]
        if not cuts:
            return self.writer.constant(periods[0])
        return f"{self.writer.constant(periods)}[bisect_right({self.writer.constant(cuts)}, applied_at)]"

    def write(self, step: Step) -> None:
        match step:
            case ReportStep():
                self._report(step)
            case ValuesStep():
                self._values(step)
                self._told += [(named.name, named.expression.type) for named in step.values]
            case ScorecardStep():
                self._scorecard(step)
            case TableStep():
                write_table(self.writer, step.table)
            case RulesStep():
                self._rules(step)
            case OffersStep():
                self._offers(step)
            case OutcomeStep():
                self._outcome(step)

    def _values(self, step: ValuesStep) -> None:
        """Annuity factors that several of the values share are looked up once."""
        shared: dict[str, str] = {}
        for named in step.values:
            text = self.writer.expression(named.expression)
            for rate, term in source.annuities_always_met(named.expression):
                factors = source.factors(self.writer.expression(rate), self.writer.expression(term))
                if factors not in shared and ":=" not in factors:
                    shared[factors] = self.writer.local()
                    self.writer.line(f"{shared[factors]} = {factors}")
            for factors, local in shared.items():
                text = text.replace(factors, local)
            self.writer.line(f"{self.writer.name(named.name)} = {text}")

    def _report(self, step: ReportStep) -> None:
        writer = self.writer
        sources = frozenset(b.name for b in self._model.bureaus if b.purpose == "CREDIT_BUREAU")
        writer.line(f"accounts = liabilities(responses, {writer.constant(sources)})")
        names = [writer.name(a.name) for a in step.aggregates]
        if names:
            with writer.block("if accounts is None:"):
                writer.line(f"{' = '.join(names)} = None")
            with writer.block("else:"):
                for aggregate, name in zip(step.aggregates, names, strict=True):
                    writer.line(f"{name} = {_STARTS[aggregate.operation]}")
                together: dict[Core | None, list[Aggregate]] = {}
                for aggregate in step.aggregates:
                    together.setdefault(aggregate.where, []).append(aggregate)
                with writer.block("for item in accounts:"):
                    for where, aggregates in together.items():
                        test = "True" if where is None else writer.item_expression(where)
                        with writer.block(f"if {test}:"):
                            for aggregate in aggregates:
                                self._gather(aggregate, writer.name(aggregate.name))
        write_picks(writer, step.picks)
        self._told += [(a.name, a.type) for a in step.aggregates] + [(p.name, p.type) for p in step.picks]

    def _gather(self, aggregate: Aggregate, name: str) -> None:
        writer = self.writer
        item = "1" if aggregate.item is None else writer.item_expression(aggregate.item)
        match aggregate.operation:
            case "sum" | "count":
                statement = f"{name} += {item}"
            case "min" | "max":
                statement = f"{name} = {item} if {name} is None else {aggregate.operation}({name}, {item})"
            case "any":
                statement = f"{name} = {name} or {item}"
            case "all":
                statement = f"{name} = {name} and {item}"
        writer.line(statement)

    def _scorecard(self, step: ScorecardStep) -> None:
        points, told = write_scorecard(self.writer, step)
        write_table(self.writer, step.bands)
        self._score = f"{self.writer.name(step.score)} / {10**step.scale}"
        self._points = f"({', '.join(told)},)"
        self._groups["SCORECARD"] = f"of_scorecard({self.writer.constant(step)}, ({', '.join(points)},))"

    def _rules(self, step: RulesStep) -> None:
        writer = self.writer
        writer.line("hits = []")
        for rule in step.rules:
            with writer.block(f"if {writer.expression(rule.condition)}:"):
                writer.line(f"hits.append({writer.constant(rule.reason)})")
        writer.line(f"{writer.name(step.output)} = not hits")
        self._groups["ELIGIBILITY"] = "hits"

    def _offers(self, step: OffersStep) -> None:
        writer = self.writer
        propositions = {
            currency: [(p.name, *p.columns[currency]) for p in step.propositions] for currency in self._model.currencies
        }
        columns = ", ".join(writer.name(column) for column in ("proposition", *step.columns))
        writer.line("made, dropped, requested = [], [], False")
        with writer.loop(f"for {columns} in {writer.constant(propositions)}[v_currency]:"):
            writer.line('v_ranking = "REQUESTED" if v_proposition == v_product else "ALTERNATIVE"')
            for part in step.parts:
                self._offer_part(part)
            keys = [f"{'-' if key.descending else ''}{writer.expression(key.expression)}" for key in step.rank]
            rank = ", ".join(keys)
            writer.line(
                f"made.append((({rank},), v_proposition, v_ranking, v_amount, v_term, "
                f"v_annual_rate / {10**step.rate_scale}, v_instalment, v_last_instalment, "
                "v_instalment * (v_term - 1) + v_last_instalment - v_amount, v_maximum_payment))"
            )
            with writer.block('if v_ranking == "REQUESTED":'):
                writer.line("requested = True")
        writer.line("offers = best_first(made)")
        writer.line('v_offer_left = "REQUESTED" if requested else "ALTERNATIVE" if made else "NONE"')
        self._groups["OFFERS"] = f"of_offers({writer.constant(step)}, v_product, dropped)"

    def _offer_part(self, part: OfferPart) -> None:
        writer = self.writer
        match part:
            case ValuesStep():
                self._values(part)
            case TableStep():
                write_table(writer, part.table)
            case FilterStep():
                for rule in part.rules:
                    with writer.block(f"if not {writer.expression(rule.condition)}:"):
                        writer.line(f"dropped.append((v_proposition, {writer.constant(rule.reason)}))")
                        writer.line("continue")

    def _outcome(self, step: OutcomeStep) -> None:
        writer = self.writer
        write_table(writer, step.table)
        causes = list(dict.fromkeys(str(row.outputs[1]) for row in step.table.every_row))
        for place, because in enumerate(causes):
            with writer.block(head(place, len(causes), f"v_because == {because!r}")):
                writer.line(f"reasons = {self._reasons(step, because)}")
        with writer.block(f"if v_outcome not in {tuple(sorted(step.offers_with))!r}:"):
            writer.line("offers = ()")

    def _reasons(self, step: OutcomeStep, because: str) -> str:
        """Source for the reasons that one cell names; those of the evidence always follow."""
        found = [
            self._groups.get(part, "") if part in reasons.GROUPS else self.writer.constant((step.reasons[part],))
            for part in reasons.parts(because)
        ]
        given = [source for source in found if source]
        if set(given) <= {self._groups["EVIDENCE"]}:
            return self._groups["EVIDENCE"]
        return f"once({', '.join([*given, self._groups['EVIDENCE']])})"

    def _verdict(self) -> list[str]:
        told = ", ".join(
            f"{shown_name(name, type_)!r}: {shown(self.writer.name(name), type_)}" for name, type_ in self._told
        )
        return [
            "    return Verdict(",
            f"        v_outcome, reasons, v_segment, v_basis, {self._score}, v_bureau_score, offers,",
            f"        {{{told}}},",
            f"        {self._points}, {self.writer.rows},",
            "    )",
        ]


def _best_first(made: list[tuple[Any, ...]]) -> tuple[Offer, ...]:
    """Offers ranked by their keys, which stand first; equal ones keep their order."""
    if len(made) > 1:
        made.sort(key=itemgetter(0))
    return tuple(
        [
            Offer(name, ranking, rank, amount, term, rate, instalment, last, cost, payment)
            for rank, (_, name, ranking, amount, term, rate, instalment, last, cost, payment) in enumerate(made, 1)
        ]
    )


_BEFORE_ALL = -(2**63)                          # milliseconds: no record is so old
_STARTS = {"sum": "0", "count": "0", "min": "None", "max": "None", "any": "False", "all": "True"}

_RUNTIME: dict[str, Any] = {
    **RUNTIME,
    "Offer": Offer, "Points": Points, "Verdict": Verdict,
    "bisect_right": bisect_right, "utc_date": utc_date,
    "liabilities": reports.liabilities, "pick": reports.pick, "best_first": _best_first,
    "of_scorecard": reasons.of_scorecard, "of_offers": reasons.of_offers,
    "once": reasons.once, "number_in": reports.number_in,
}
