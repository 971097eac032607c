"""Annual rates and terms of many rows as places in tables: annuity factors and quotes are looked up by one index."""

from functools import lru_cache

import numpy as np

from app.decisioning.batch.columns import Array, Column, Places, Truths, either, fits
from app.decisioning.money.annuity import FACTOR_SCALE, LONGEST_TERM, TABLES
from app.decisioning.money.nominal import QUOTES

UNIT = 10**FACTOR_SCALE
_QUOTES = 4                                    # beside the fields of annuity.Factors, which are 0..3
_TERMS = LONGEST_TERM + 1
_FEW = 6                                       # rates whose tables are kept side by side

Rates = tuple[int, ...]


class Pricing:
    """One annual rate and one term a row, or single ones that stand for every row."""

    def __init__(self, rate: Column, term: Column) -> None:
        self.missing: Truths | None = either(rate.missing, term.missing)
        months = term.values
        if term.missing is not None or term.low < 1 or term.high > LONGEST_TERM:
            months = np.clip(term.where_missing(1), 1, LONGEST_TERM)
        self._rates, begins = _placed(rate)
        self._places: Places = months if len(self._rates) == 1 else begins + months
        self._found: dict[int, tuple[Array, ...]] = {}

    def factor(self, field: int) -> tuple[Array, Array]:
        """That field of annuity.Factors, as whole and fraction (in 1 / UNIT); means nothing where one is missing."""
        whole, fraction = self._looked_up(field)
        return whole, fraction

    def most(self, field: int) -> int:
        """No factor, rounded down, is above it."""
        return max([_most(rate, field) for rate in self._rates])

    def quoted(self) -> tuple[Array, Array, Array]:
        """Of money.nominal's quotes: least amount, apr, effective rate."""
        least, apr, effective = self._looked_up(_QUOTES)
        return least, apr, effective

    def _looked_up(self, field: int) -> tuple[Array, ...]:
        found = self._found.get(field)
        if found is None:
            found = self._found[field] = tuple(table.take(self._places) for table in _tables(self._rates, field))
        return found


def _placed(rate: Column) -> tuple[Rates, Places]:
    """The rates, and where the table of each row's begins. Rows without a rate have any of them."""
    present = rate.values
    if rate.missing is not None:
        present = np.broadcast_to(present, rate.missing.shape)[~rate.missing]
    rates = _met(present)
    if len(rates) > _FEW:
        return rates, np.minimum(np.searchsorted(rates, rate.values), len(rates) - 1) * _TERMS
    places: Places = np.zeros(len(rate.values), np.intp)
    for place, own in enumerate(rates[1:], 1):
        places += (rate.values == own) * (place * _TERMS)
    return rates, places


def _met(values: Array) -> Rates:
    """Every value once; few are found one by one, which is quicker than to sort."""
    found: list[int] = []
    rest = values
    while len(rest):
        if len(found) == _FEW:
            return tuple(np.unique(values).tolist())
        found.append(int(rest[0]))
        rest = rest[rest != rest[0]]
    return tuple(found) or (0,)


def _tables(rates: Rates, field: int) -> tuple[Array, ...]:
    """Those of all rates, one after another."""
    if len(rates) == 1:
        return _table(rates[0], field)
    return _side_by_side(rates, field) if len(rates) <= _FEW else _joined(rates, field)


def _joined(rates: Rates, field: int) -> tuple[Array, ...]:
    return tuple(np.concatenate(own) for own in zip(*(_table(rate, field) for rate in rates), strict=True))


_side_by_side = lru_cache(maxsize=256)(_joined)


@lru_cache(maxsize=1024)
def _table(rate: int, field: int) -> tuple[Array, ...]:
    """By term."""
    if field == _QUOTES:
        least, told = QUOTES[rate]
        return np.array(least, np.int64), *(np.full(_TERMS, own or 0, np.int64) for own in told)
    whole, fraction = zip(*(divmod(factors[field], UNIT) for factors in TABLES.whole(rate)), strict=True)
    return np.array(whole, np.int64 if fits(0, max(whole)) else object), np.array(fraction, np.int64)


@lru_cache(maxsize=1024)
def _most(rate: int, field: int) -> int:
    return int(_table(rate, field)[0].max())
