"""Evidences read once into columns: facts by name, liabilities flat with their owners, what each bureau's answer means.

This is the only part of a batch that walks Python objects; whatever is decided from it, once or for many what-ifs,
works on columns.
"""

from collections.abc import Sequence
from itertools import chain
from operator import attrgetter
from typing import Any

import numpy as np

from app.decisioning.batch.columns import Array, Column, Places, Pool, column_of, constant
from app.decisioning.engine import reports
from app.decisioning.engine.model import Pick, ReportStep, StrategyModel
from app.decisioning.engine.standing import Standing, standing
from app.decisioning.engine.vocabulary import CASE_FACTS, GIVEN, LIABILITY_FACTS
from app.decisioning.language.runtime import utc_date
from app.decisioning.language.types import TEXT, integer
from app.domain.bureau import BureauResponse, Liability
from app.domain.decision import Evidence

Responses = tuple[BureauResponse, ...]

APPLIED_AT = "applied at"                      # a column that no strategy can name
_INSTANT = integer()
_DAY = 86_400_000                              # milliseconds


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
        self._accounts: Accounts | None = None
        self._scored: dict[str, Places] | None = None

    def column(self, name: str) -> Column:
        """A fact of the case, or of what the bureaus state themselves."""
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = self._read(name)
        return column

    def accounts(self) -> "Accounts":
        """Every row's liabilities, each account once."""
        if self._accounts is None:
            self._accounts = Accounts(self._own_accounts(), self.pool)
        return self._accounts

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
        """Evidences of one shape stand alike, so each shape is judged once."""
        kinds: dict[Any, tuple[int, tuple[int, ...]]] = {}
        places, heard = [], []
        for evidence in self._evidences:
            shape = _shape(evidence)
            known = kinds.get(shape)
            if known is None:
                found = standing(self._model, evidence)
                ids = [id(response) for response in evidence.responses]
                known = kinds[shape] = len(kinds), tuple(ids.index(id(r)) for r in found.responses or ())
                self.standings.append(found)
            places.append(known[0])
            heard.append(tuple([evidence.responses[place] for place in known[1]]))
        return np.array(places, np.intp), heard

    def _read(self, name: str) -> Column:
        if name in CASE_FACTS:
            root, _, path = CASE_FACTS[name].path.partition(".")
            owners = self._applicants if root == "applicant" else self._applications
            return column_of(list(map(attrgetter(path), owners)), CASE_FACTS[name].type, self.pool)
        if name == "today":
            known_days = {day: utc_date(day * _DAY) for day in {e.as_of // _DAY for e in self._evidences}}
            return column_of([known_days[e.as_of // _DAY] for e in self._evidences], GIVEN[name], self.pool)
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
        (report,) = (step for step in self._model.steps if isinstance(step, ReportStep))
        (pick,) = (pick for pick in report.picks if pick.name == name)
        return column_of(_picks(pick, self._heard), pick.type, self.pool)

    def _own_accounts(self) -> list[tuple[Liability, ...] | None]:
        sources = frozenset(b.name for b in self._model.bureaus if b.purpose == "CREDIT_BUREAU")
        own: list[tuple[Liability, ...] | None] = []
        whole: list[int] = []                  # rows with one report, whose accounts are most likely told once each
        for row, heard in enumerate(self._heard):
            if len(heard) == 1 and heard[0].bureau in sources and heard[0].report is not None:
                own.append(heard[0].report.liabilities)
                whole.append(row)
                continue
            told = [r for r in heard if r.bureau in sources and r.report is not None]
            if len(told) == 1 and (report := told[0].report) is not None:
                own.append(report.liabilities)
                whole.append(row)
            else:
                own.append(reports.liabilities(told, sources))
        for row in _perhaps_repeated(own, whole):
            own[row] = reports.liabilities(self._heard[row], sources)
        return own


class Accounts:
    """Liabilities of all rows in one flat order; `owners` are their rows, ascending."""

    def __init__(self, accounts: Sequence[tuple[Liability, ...] | None], pool: Pool) -> None:
        self.known = np.array([own is not None for own in accounts], bool)
        counts = np.fromiter((len(own) if own else 0 for own in accounts), np.intp, len(accounts))
        self.owners: Places = np.repeat(np.arange(len(accounts)), counts)
        self._flat = list(chain.from_iterable(own for own in accounts if own))
        self._pool = pool
        self._columns: dict[str, Column] = {}

    def column(self, name: str) -> Column:
        """A fact of every liability."""
        column = self._columns.get(name)
        if column is None:
            fact = LIABILITY_FACTS[name]
            values = list(map(attrgetter(fact.path.removeprefix("item.")), self._flat))
            column = self._columns[name] = column_of(values, fact.type, self._pool)
        return column


def _shape(evidence: Evidence) -> tuple[Any, ...]:
    """All that `standing` looks at."""
    return (
        evidence.application.currency,
        evidence.missing,
        *[
            (r.bureau, r.currency, report and bool(report.liabilities or report.summaries))
            for r in evidence.responses
            for report in (r.report,)
        ],
    )


def _picks(pick: Pick, heard: Sequence[Responses]) -> list[int | None]:
    """reports.pick of every row, without the detour where one score or one data set is all that is stated."""
    if pick.source == "score":
        return [
            stated[0] if len(stated) == 1 else reports.pick(pick, responses) if stated else None
            for responses in heard
            for scores in [[score for r in responses if r.report for score in r.report.scores]]
            for stated in [[score.value for score in scores if score.score_type == pick.key]]
        ]
    known: dict[str, int | None] = {}
    found: list[int | None] = []
    for responses in heard:
        texts = [
            data_set.value
            for response in responses if response.report
            for summary in response.report.summaries
            for data_set in summary.data_sets if data_set.id == pick.key
        ]
        if len(texts) == 1:
            if texts[0] not in known:
                known[texts[0]] = reports.pick(pick, responses)
            found.append(known[texts[0]])
        else:
            found.append(reports.pick(pick, responses) if texts else None)
    return found



_account = attrgetter("account_id", "opened")


def _perhaps_repeated(accounts: Sequence[tuple[Liability, ...] | None], rows: Sequence[int]) -> list[int]:
    """The rows among these that may tell an account twice: equal hashes say perhaps, unequal ones surely not."""
    counts = [len(accounts[row] or ()) for row in rows]
    flat = chain.from_iterable(accounts[row] or () for row in rows)
    hashes: Array = np.fromiter(map(hash, map(_account, flat)), np.int64, sum(counts))
    owners = np.repeat(np.array(rows, np.int64), counts)
    mixed = np.sort(hashes ^ (owners * np.int64(0x9E3779B97F4A7C1)))
    if not (mixed[1:] == mixed[:-1]).any():
        return []
    order = np.lexsort((hashes, owners))
    same = (owners[order][1:] == owners[order][:-1]) & (hashes[order][1:] == hashes[order][:-1])
    return sorted({int(row) for row in owners[order][1:][same]})
