"""The plain evaluator of a strategy: walks its steps one by one. It judges the compiled one (see engine.compiler)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

from msgspec import structs

from app.decisioning.engine import reasons, reports
from app.decisioning.engine.model import (
    Aggregate,
    FilterStep,
    OffersStep,
    OutcomeStep,
    Proposition,
    ReportStep,
    RulesStep,
    ScorecardStep,
    StrategyModel,
    TableStep,
    ValuesStep,
)
from app.decisioning.engine.pinned import PinnedValues
from app.decisioning.engine.scoring import combined, told
from app.decisioning.engine.standing import Standing, standing, unscored
from app.decisioning.engine.telling import Told, shown, shown_name
from app.decisioning.engine.vocabulary import CASE_FACTS, ITEM_FACTS
from app.decisioning.language.interpreter import evaluate
from app.decisioning.language.loans import DISCLOSED_SCALE
from app.decisioning.language.runtime import ROUNDING, utc_date
from app.decisioning.language.types import Type, as_float, decimal
from app.decisioning.tables.table import Table, matching, result, worked_out
from app.domain.decision import Evidence, Offer, Points, Reason, RowMatch, Verdict

Values = dict[str, Any]


def interpret(model: StrategyModel, evidence: Evidence) -> Verdict:
    """The verdict of a strategy on this evidence."""
    found = standing(model, evidence)
    return unscored(found) if found.responses is None else _Walk(model, evidence, found).verdict()


@dataclass(frozen=True, slots=True)
class Workings:
    """Every name's value at the end of the flow, and of each proposition its own, with the reason if it was dropped."""

    values: Values
    propositions: list[tuple[str, Values, Reason | None]]
    verdict: Verdict


def workings(model: StrategyModel, evidence: Evidence, pinned: Mapping[str, Any] | None = None) -> Workings | None:
    """How a verdict was worked out; None where the evidence was such that nothing was scored. Names that are `pinned`
    have the given values, whatever the evidence and the steps say."""
    found = standing(model, evidence)
    if found.responses is None:
        return None
    walk = _Walk(model, evidence, found, pinned)
    verdict = walk.verdict()
    return Workings(walk._values, walk._propositions, verdict)


class _Walk:
    def __init__(
        self, model: StrategyModel, evidence: Evidence, found: Standing, pinned: Mapping[str, Any] | None = None
    ) -> None:
        application = evidence.application
        self._model = model
        self._found = found
        self._responses = found.responses or ()
        self._rows: list[RowMatch] = []
        self._points: list[Points] = []
        self._offers: list[Offer] = []
        self._aggregates: dict[str, Told] = {}
        self._groups: dict[str, list[Reason]] = {group: [] for group in reasons.GROUPS}
        self._groups["EVIDENCE"] = list(found.reasons)
        self._propositions: list[tuple[str, Values, Reason | None]] = []
        root = SimpleNamespace(application=application, applicant=application.applicant)
        self._values: Values = {name: attrgetter(fact.path)(root) for name, fact in CASE_FACTS.items()}
        self._values |= {
            "today": utc_date(evidence.as_of),
            "basis": "INTERNAL_AND_BUREAU" if self._responses else "INTERNAL_ONLY",
            "evidence": found.state,
            "round_money": ROUNDING[model.currencies[application.currency]],
        }
        applied_at = evidence.as_of if evidence.applied_at is None else evidence.applied_at
        self._values |= {p.name: p.in_force(applied_at)[application.currency] for p in model.parameters}
        self._pinned = pinned
        self._values = self._with_pinned(self._values)

    def verdict(self) -> Verdict:
        final: tuple[Reason, ...] = ()
        score: float | None = None
        for step in self._model.steps:
            match step:
                case ReportStep():
                    self._report(step)
                case ValuesStep():
                    self._set(step, self._values)
                    for named in step.values:
                        self._tell(named.name, named.expression.type)
                case ScorecardStep():
                    own = self._scorecard(step)
                    if step is self._model.internal_card:
                        score = own
                    else:
                        self._tell(step.score, decimal(step.scale))
                case TableStep():
                    self._table(step.table, self._values)
                case RulesStep():
                    hits = [r.reason for r in step.rules if evaluate(r.condition, self._values)]
                    self._values[step.output] = not hits
                    self._groups["ELIGIBILITY"] += hits
                case OffersStep():
                    self._make_offers(step)
                case OutcomeStep():
                    self._table(step.table, self._values)
                    final = reasons.chosen(step, self._values["because"], self._groups)
                    if self._values["outcome"] not in step.offers_with:
                        self._offers = []
        return Verdict(
            outcome=self._values["outcome"],
            reasons=final,
            segment=self._values["segment"],
            basis=self._values["basis"],
            internal_score=score,
            bureau_score=self._values["bureau_score"],
            offers=tuple(self._offers),
            aggregates=self._aggregates,
            points=tuple(self._points),
            rows=tuple(self._rows),
        )

    def _tell(self, name: str, type_: Type) -> None:
        self._aggregates[shown_name(name, type_)] = shown(self._values[name], type_)

    def _set(self, step: ValuesStep, values: Values) -> None:
        for named in step.values:
            values[named.name] = evaluate(named.expression, values)

    def _table(self, table: Table, values: Values) -> None:
        rows = matching(table, [evaluate(column.expression, values) for column in table.inputs], values)
        self._rows += (RowMatch(table.name, row.number) for row in rows)
        values.update(zip((output.name for output in table.outputs), result(table, rows, values), strict=True))

    def _report(self, step: ReportStep) -> None:
        sources = frozenset(b.name for b in self._model.bureaus if b.purpose == "CREDIT_BUREAU")
        items = {
            "liabilities": reports.liabilities(self._responses, sources),
            "summaries": reports.summaries(self._responses),
        }
        for aggregate in step.aggregates:
            own = items[aggregate.over]
            self._values[aggregate.name] = None if own is None else _aggregated(aggregate, own, self._values)
            self._tell(aggregate.name, aggregate.type)
        for pick in step.picks:
            self._values[pick.name] = reports.pick(pick, self._responses)
            self._tell(pick.name, pick.type)

    def _scorecard(self, step: ScorecardStep) -> float:
        given = []
        for characteristic in step.characteristics:
            (column,) = characteristic.table.inputs
            value = evaluate(column.expression, self._values)
            (row,) = matching(characteristic.table, [value], self._values)
            points = worked_out(row.outputs[0], self._values)
            given.append(points)
            self._points.append(told(characteristic, row, value, points, step.scale))
        self._values[step.score] = total = combined(step, given)
        self._groups[step.name] = reasons.of_scorecard(step, given)
        self._groups["SCORECARD"] += self._groups[step.name]
        self._table(step.bands, self._values)
        return float(as_float(total, step.scale))

    def _make_offers(self, step: OffersStep) -> None:
        made: list[tuple[tuple[Any, ...], Offer]] = []
        dropped: list[tuple[str, Reason]] = []
        for proposition in step.propositions:
            values = self._proposition(step, proposition)
            reason = self._offer_parts(step, values)
            self._propositions.append((proposition.name, values, reason))
            if reason is not None:
                dropped.append((proposition.name, reason))
                continue
            keys = [(evaluate(key.expression, values), key.descending) for key in step.rank]
            made.append((tuple(-value if down else value for value, down in keys), _offer(step, values)))
        made.sort(key=lambda pair: pair[0])
        self._offers = [structs.replace(offer, rank=rank) for rank, (_, offer) in enumerate(made, 1)]
        self._groups["OFFERS"] += reasons.of_offers(step, self._values["product"], dropped)
        self._values["offer_left"] = reasons.offer_left(self._offers)

    def _proposition(self, step: OffersStep, proposition: Proposition) -> Values:
        requested = proposition.name == self._values["product"]
        return self._with_pinned({
            **self._values,
            **dict(zip(step.columns, proposition.columns[self._values["currency"]], strict=True)),
            "proposition": proposition.name,
            "ranking": "REQUESTED" if requested else "ALTERNATIVE",
        })

    def _with_pinned(self, values: Values) -> Values:
        return values if self._pinned is None else PinnedValues(values, self._pinned)

    def _offer_parts(self, step: OffersStep, values: Values) -> Reason | None:
        """Work out one proposition; the reason if it is dropped."""
        for part in step.parts:
            match part:
                case ValuesStep():
                    self._set(part, values)
                case TableStep():
                    self._table(part.table, values)
                case FilterStep():
                    for rule in part.rules:
                        if not evaluate(rule.condition, values):
                            return rule.reason
        return None


def _aggregated(aggregate: Aggregate, everything: Sequence[object], values: Mapping[str, Any]) -> Any:
    items = []
    for item in everything:
        root = SimpleNamespace(item=item)
        facts = ITEM_FACTS[aggregate.over]
        inner = {**values, **{name: attrgetter(fact.path)(root) for name, fact in facts.items()}}
        if aggregate.where is None or evaluate(aggregate.where, inner):
            items.append(1 if aggregate.item is None else evaluate(aggregate.item, inner))
    match aggregate.operation:
        case "sum" | "count":
            return sum(items)
        case "min":
            return min(items, default=None)
        case "max":
            return max(items, default=None)
        case "any":
            return any(items)
        case "all":
            return all(items)


def _offer(step: OffersStep, values: Values) -> Offer:
    repaid = values["instalment"] * (values["term"] - 1) + values["last_instalment"]
    return Offer(
        proposition=values["proposition"],
        ranking=values["ranking"],
        rank=0,
        amount_minor=values["amount"],
        advance_minor=values[step.advance],
        term_months=values["term"],
        annual_rate=float(as_float(values["annual_rate"], step.rate_scale)),
        apr=float(as_float(values["apr"], DISCLOSED_SCALE)),
        effective_rate=float(as_float(values["effective_rate"], DISCLOSED_SCALE)),
        instalment_minor=values["instalment"],
        last_instalment_minor=values["last_instalment"],
        total_cost_minor=repaid - values[step.advance],
        maximum_payment_minor=values["maximum_payment"],
    )
