"""Propositions priced, filtered and ranked: each for all rows at once."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.decisioning.batch.columns import Array, Column, Places, Truths, constant
from app.decisioning.batch.expressions import evaluate
from app.decisioning.batch.frame import Frame
from app.decisioning.batch.functions import arithmetic
from app.decisioning.batch.tables import Matches, TableIndex
from app.decisioning.engine.model import FilterStep, OffersStep, Proposition, TableStep, ValuesStep
from app.decisioning.engine.priced import priced
from app.decisioning.engine.vocabulary import OFFER_NAMES
from app.domain.decision import Reason

Matched = Callable[[TableIndex, Matches, Places], None]

TOLD = (
    "amount", "advance", "term", "annual_rate", "apr", "effective_rate", "instalment", "last_instalment", "total_cost",
    "maximum_payment",
)


class Made(NamedTuple):
    """One proposition: the rows to which it is offered, and what of it; the rows from which it was dropped, and why."""

    proposition: str
    rows: Places
    columns: dict[str, Column]                 # TOLD, of `rows`
    keys: list[Column]                         # to rank by, of `rows`
    dropped: list[tuple[Places, Reason]]
    rank: Array                                # of `rows`, 1 is the best


class OffersIndex:
    """The offers step made ready; holds for every batch."""

    def __init__(self, step: OffersStep) -> None:
        self.step = step
        self._loan = priced(step)
        self._tables = {part.name: TableIndex(part.table) for part in step.parts if isinstance(part, TableStep)}

    def make(self, frame: Frame, currency: str, matched: Matched) -> list[Made]:
        """Every proposition, in the strategy's order. `matched` is told which rows of tables decided."""
        made = [self._one(proposition, currency, frame, matched) for proposition in self.step.propositions]
        ranks = _ranks(made, [key.descending for key in self.step.rank], frame.size)
        return [own._replace(rank=rank[own.rows]) for own, rank in zip(made, ranks, strict=True)]

    def _one(self, proposition: Proposition, currency: str, outer: Frame, matched: Matched) -> Made:
        frame, rows = outer.beside(), outer.every_row()
        frame.loan = self._loan
        for name, value in zip(self.step.columns, proposition.columns[currency], strict=True):
            frame.set(name, constant(value, frame.pool))
        frame.set("proposition", constant(proposition.name, frame.pool))
        frame.set("ranking", _ranking(proposition.name, frame))
        dropped: list[tuple[Places, Reason]] = []
        for part in self.step.parts:
            match part:
                case ValuesStep():
                    for named in part.values:
                        frame.set(named.name, evaluate(named.expression, frame))
                case TableStep():
                    table = self._tables[part.name]
                    matches = table.match(frame)
                    matched(table, matches, rows)
                    table.set_outputs(matches, frame)
                case FilterStep():
                    kept = _kept(part, frame, rows, dropped)
                    if kept is not None:
                        frame, rows = frame.subset(kept), rows.take(kept)
        told = _columns(frame, self.step.advance)
        return Made(proposition.name, rows, told, self._keys(frame), dropped, np.zeros(0, np.int64))

    def _keys(self, frame: Frame) -> list[Column]:
        return [evaluate(key.expression, frame) for key in self.step.rank]


def _kept(step: FilterStep, frame: Frame, rows: Places, dropped: list[tuple[Places, Reason]]) -> Places | None:
    """Where every rule holds, None for everywhere; `dropped` is told of the others by the first that does not."""
    left: Truths | None = None
    for rule in step.rules:
        holds = evaluate(rule.condition, frame).full(frame.size)
        if holds.all():
            continue
        lost = np.flatnonzero(~holds if left is None else left > holds)
        if len(lost):
            dropped.append((rows.take(lost), rule.reason))
            left = holds if left is None else left & holds
    return None if left is None else np.flatnonzero(left)


def _ranking(proposition: str, frame: Frame) -> Column:
    requested, alternative = frame.pool["REQUESTED"], frame.pool["ALTERNATIVE"]
    is_requested = frame.column("product").values == frame.pool[proposition]
    return Column(np.where(is_requested, requested, alternative))


def _columns(frame: Frame, advance: str) -> dict[str, Column]:
    found = {name: frame.column(name) for name in OFFER_NAMES}
    found["advance"] = frame.column(advance)
    months_before = arithmetic("-", found["term"], constant(1, frame.pool))
    repaid = arithmetic("+", arithmetic("*", found["instalment"], months_before), found["last_instalment"])
    return {**found, "total_cost": arithmetic("-", repaid, found["advance"])}


def _ranks(made: list[Made], descending: list[bool], size: int) -> list[Array]:
    """Of every row: one more than the number of its offers that come before. Equal ones keep the strategy's order."""
    offered = [_spread(np.ones(1, bool), own.rows, size) for own in made]
    keys = [[_spread(key.values, own.rows, size) for key in own.keys] for own in made]
    ranks: list[Array] = [np.ones(size, np.int64) for _ in made]
    for later in range(len(made)):
        for earlier in range(later):
            both = offered[later] & offered[earlier]
            overtakes = _comes_before(keys[later], keys[earlier], descending)
            ranks[later] += both & ~overtakes
            ranks[earlier] += both & overtakes
    return ranks


def _comes_before(left: list[Array], right: list[Array], descending: list[bool]) -> Truths:
    found: Truths = np.zeros(1, bool)
    for first, second, down in reversed(list(zip(left, right, descending, strict=True))):
        less = first > second if down else first < second
        found = less | ((first == second) & found)
    return found


def _spread(values: Array, rows: Places, size: int) -> Array:
    """The values at their rows among all."""
    if len(rows) == size:
        return values
    found = np.zeros(size, values.dtype)
    found[rows] = values
    return found
