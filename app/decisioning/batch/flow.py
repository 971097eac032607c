"""A strategy's steps walked once for all rows of one currency."""

from dataclasses import dataclass, field

import numpy as np

from app.decisioning.batch.aggregates import Items
from app.decisioning.batch.columns import Column, Places, Truths, column_of, constant
from app.decisioning.batch.expressions import evaluate
from app.decisioning.batch.frame import Frame
from app.decisioning.batch.offers import Made, OffersIndex
from app.decisioning.batch.reading import APPLIED_AT, Reading
from app.decisioning.batch.scorecards import CardIndex, Scored
from app.decisioning.batch.tables import Matches, TableIndex
from app.decisioning.engine.model import (
    OffersStep,
    OutcomeStep,
    Over,
    Parameter,
    ReportStep,
    RulesStep,
    ScorecardStep,
    StrategyModel,
    TableStep,
    ValuesStep,
)
from app.decisioning.language.types import Type, decimal
from app.domain.decision import Reason


@dataclass(slots=True)
class Part:
    """What was decided of the rows of one currency; every array has their order."""

    rows: Places                               # within the batch
    frame: Frame
    internal_card: ScorecardStep
    told: list[tuple[str, Type]] = field(default_factory=list)
    scored: list[Scored] = field(default_factory=list)
    matched: list[tuple[TableIndex, Matches, Places | None]] = field(default_factory=list)   # None: of every row
    hits: list[tuple[Reason, Truths]] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    offers: OffersStep | None = None
    outcome: OutcomeStep | None = None

    @property
    def rate_scale(self) -> int:
        """Of the offers' annual rates."""
        return 0 if self.offers is None else self.offers.rate_scale

    def tells_offers(self) -> Truths:
        """The rows whose outcome tells the offers."""
        told = [] if self.outcome is None else [self.frame.pool[text] for text in self.outcome.offers_with]
        return np.isin(self.frame.column("outcome").full(self.frame.size), told)


class FlowIndex:
    """A strategy made ready for batches."""

    def __init__(self, model: StrategyModel) -> None:
        self.model = model
        self._tables = {s.name: TableIndex(s.table) for s in model.steps if isinstance(s, TableStep | OutcomeStep)}
        self._cards = {s.name: CardIndex(s) for s in model.steps if isinstance(s, ScorecardStep)}
        self._offers = {s.name: OffersIndex(s) for s in model.steps if isinstance(s, OffersStep)}

    def decide(self, reading: Reading, currency: str, rows: Places) -> Part:
        """Walks the flow for these rows, which are all of this currency and scored."""
        part = Part(rows, self._frame(reading, currency, rows), self.model.internal_card)
        for step in self.model.steps:
            match step:
                case ReportStep():
                    self._report(step, reading, part)
                case ValuesStep():
                    for named in step.values:
                        part.frame.set(named.name, evaluate(named.expression, part.frame))
                        part.told.append((named.name, named.expression.type))
                case ScorecardStep():
                    card = self._cards[step.name]
                    part.scored.append(card.score(part.frame))
                    if step is not part.internal_card:
                        part.told.append((step.score, decimal(step.scale)))
                    self._table(card.bands, part)
                case TableStep():
                    self._table(self._tables[step.name], part)
                case OutcomeStep():
                    self._table(self._tables[step.name], part)
                    part.outcome = step
                case RulesStep():
                    self._rules(step, part)
                case OffersStep():
                    self._make(self._offers[step.name], currency, part)
                    part.offers = step
        return part

    def _frame(self, reading: Reading, currency: str, rows: Places) -> Frame:
        parameters = {parameter.name: parameter for parameter in self.model.parameters}
        whole = len(rows) == reading.size

        def load(name: str) -> Column:
            if name in parameters and not parameters[name].later:
                return constant(parameters[name].values[currency], reading.pool)
            column = _dated(parameters[name], currency, reading) if name in parameters else reading.column(name)
            return column if whole else column.take(rows)

        return Frame(len(rows), reading.pool, self.model.currencies[currency], load)

    def _report(self, step: ReportStep, reading: Reading, part: Part) -> None:
        items: dict[Over, Items] = {}
        for aggregate in step.aggregates:
            if aggregate.over not in items:
                items[aggregate.over] = Items(reading.nested(aggregate.over), part.rows, part.frame)
            part.frame.set(aggregate.name, items[aggregate.over].gathered(aggregate))
            part.told.append((aggregate.name, aggregate.type))
        part.told += [(pick.name, pick.type) for pick in step.picks]

    @staticmethod
    def _table(table: TableIndex, part: Part) -> None:
        matches = table.match(part.frame)
        part.matched.append((table, matches, None))
        table.set_outputs(matches, part.frame)

    @staticmethod
    def _rules(step: RulesStep, part: Part) -> None:
        eligible: Truths = np.ones(1, bool)
        for rule in step.rules:
            hit = evaluate(rule.condition, part.frame).values
            part.hits.append((rule.reason, hit))
            eligible = eligible & ~hit
        part.frame.set(step.output, Column(eligible))

    @staticmethod
    def _make(offers: OffersIndex, currency: str, part: Part) -> None:
        frame, pool = part.frame, part.frame.pool
        part.made = offers.make(frame, currency, lambda t, m, rows: part.matched.append((t, m, rows)))
        left = np.full(frame.size, pool["NONE"])
        for own in part.made:
            left[own.rows] = pool["ALTERNATIVE"]
        product = frame.column("product").full(frame.size)
        for own in part.made:
            left[own.rows[product[own.rows] == pool[own.proposition]]] = pool["REQUESTED"]
        frame.set("offer_left", Column(left))


def _dated(parameter: Parameter, currency: str, reading: Reading) -> Column:
    """The values in force when each application was recorded."""
    values = [parameter.values[currency], *(change.values[currency] for change in parameter.later)]
    since = [change.since for change in parameter.later]
    periods = np.searchsorted(since, reading.column(APPLIED_AT).values, "right")
    return column_of(values, parameter.type, reading.pool).take(periods)
