"""Evidences read once into columns: facts by name, liabilities flat with their owners, what each bureau's answer means.

This is the only part of a batch that walks Python objects; whatever is decided from it, once or for many what-ifs,
works on columns.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np

from app.decisioning.batch.columns import Column, Places, Pool, column_of, constant
from app.decisioning.engine import reports
from app.decisioning.engine.model import Over, ReportStep, StrategyModel
from app.decisioning.engine.report_source import compiled_picks
from app.decisioning.engine.standing import Standing, standing_of
from app.decisioning.engine.vocabulary import CASE_FACTS, GIVEN, ITEM_FACTS, Fact
from app.decisioning.language.runtime import utc_date
from app.decisioning.language.types import TEXT, integer
from app.domain.bureau import BureauResponse, Liability
from app.domain.decision import Evidence

Responses = tuple[BureauResponse, ...]

APPLIED_AT = "applied at"                      # a column that no strategy can name
_INSTANT = integer()


class Reading:
    """The evidences of a batch, as one strategy reads them."""

    def __init__(self, model: StrategyModel, evidences: Sequence[Evidence]) -> None:
        self.pool = Pool()
        self.size = len(evidences)
        self._model = model
        self._evidences = evidences
        self._applications = [evidence.application for evidence in evidences]
        self._applicants = [application.applicant for application in self._applications]
        self._columns: dict[str, Column] = {}
        self.standings: list[Standing] = []    # every kind that occurs; `standing_of` says which each row has
        self.standing_of, self._heard = self._settled()
        self._nested: dict[Over, Nested] = {}
        self._scored: dict[str, Places] | None = None

    def column(self, name: str) -> Column:
        """A fact of the case, or of what the bureaus state themselves."""
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = self._read(name)
        return column

    def nested(self, over: Over) -> "Nested":
        """Every row's liabilities, each account once; or every row's data sets."""
        if over not in self._nested:
            own = self._own_accounts() if over == "liabilities" else [reports.summaries(heard) for heard in self._heard]
            self._nested[over] = Nested(own, ITEM_FACTS[over], self.pool)
        return self._nested[over]

    def scored(self) -> dict[str, Places]:
        """Rows that the strategy scores at all, by currency."""
        if self._scored is None:
            scores = np.array([own.responses is not None for own in self.standings], bool)[self.standing_of]
            codes = np.broadcast_to(self.column("currency").values, (self.size,))
            places = {currency: self.pool[currency] for currency in self._model.currencies}
            rows = {currency: np.flatnonzero(scores & (codes == code)) for currency, code in places.items()}
            self._scored = {currency: own for currency, own in rows.items() if len(own)}
        return self._scored

    def _settled(self) -> tuple[Places, list[Responses]]:
        """What standings there are, which each row has, and the answers that count for it."""
        kinds: dict[Any, int] = {}
        places, heard = [], []
        settle = standing_of(self._model)
        for responses, state, reasons in map(settle, self._evidences):
            kind = (responses is None, not responses, state, reasons)
            place = kinds.get(kind)
            if place is None:
                place = kinds[kind] = len(kinds)
                self.standings.append(Standing(responses, state, reasons))
            places.append(place)
            heard.append(responses or ())
        return np.array(places, np.intp), heard

    def _read(self, name: str) -> Column:
        if name in CASE_FACTS:
            root, _, path = CASE_FACTS[name].path.partition(".")
            owners = self._applicants if root == "applicant" else self._applications
            return column_of(values_of(path)(owners), CASE_FACTS[name].type, self.pool)
        if name == "today":
            days = [utc_date(evidence.as_of) for evidence in self._evidences]
            return column_of(days, GIVEN[name], self.pool)
        if name == APPLIED_AT:
            instants = [e.as_of if e.applied_at is None else e.applied_at for e in self._evidences]
            return column_of(instants, _INSTANT, self.pool)
        if name == "basis":
            known = ["INTERNAL_AND_BUREAU" if own.responses else "INTERNAL_ONLY" for own in self.standings]
        elif name == "evidence":
            known = [own.state for own in self.standings]
        else:
            return self._picked(name)
        return column_of(known, TEXT, self.pool).take(self.standing_of) if known else constant(None, self.pool)

    def _picked(self, name: str) -> Column:
        """All picks are read in one pass, by the row evaluator's own source."""
        (report,) = (step for step in self._model.steps if isinstance(step, ReportStep))
        for pick, values in zip(report.picks, compiled_picks(report.picks)(self._heard), strict=True):
            self._columns[pick.name] = column_of(values, pick.type, self.pool)
        return self._columns[name]

    def _own_accounts(self) -> list[tuple[Liability, ...] | None]:
        sources = frozenset(b.name for b in self._model.bureaus if b.purpose == "CREDIT_BUREAU")
        return [reports.liabilities(heard, sources) for heard in self._heard]

@lru_cache(maxsize=256)
def values_of(path: str) -> Callable[[Sequence[Any]], list[Any]]:
    """What lies at this path in each of many: as Python's own loop, for nothing is quicker."""
    read: Callable[[Sequence[Any]], list[Any]] = eval(f"lambda owners: [owner.{path} for owner in owners]")
    return read


class Nested:
    """Items of all rows in one flat order; `owners` are their rows, ascending."""

    def __init__(self, items: Sequence[Sequence[object] | None], facts: Mapping[str, Fact], pool: Pool) -> None:
        self.facts = facts
        self.known = np.array([own is not None for own in items], bool)
        counts = np.fromiter((len(own) if own else 0 for own in items), np.intp, len(items))
        self.owners: Places = np.repeat(np.arange(len(items)), counts)
        self._flat = list(chain.from_iterable(own for own in items if own))
        self._pool = pool
        self._columns: dict[str, Column] = {}

    def column(self, name: str) -> Column:
        """A fact of every item."""
        column = self._columns.get(name)
        if column is None:
            fact = self.facts[name]
            values = values_of(fact.path.removeprefix("item."))(self._flat)
            column = self._columns[name] = column_of(values, fact.type, self._pool)
        return column
