"""What bureaus reported, made one: liabilities without repeats, scores and summary attributes combined."""

import re
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from app.decisioning.engine.model import Pick
from app.decisioning.engine.vocabulary import FIGURE_SCALE
from app.decisioning.language.runtime import half_up
from app.domain.bureau import BureauResponse, CreditReport, Liability

_account_id = attrgetter("account_id")
_NUMERAL = re.compile(r"^[0-9]{1,15}(?:\.[0-9]{1,6})?$(?!\n)")
_MOST_KEPT, _LONGEST_KEPT = 4_096, 16        # texts, characters
_SPECIAL = re.compile(r"^-[0-9]{1,3}$(?!\n)")


def liabilities(responses: Sequence[BureauResponse], sources: frozenset[str]) -> tuple[Liability, ...] | None:
    """Every account once, as the first bureau in the strategy's order reports it; None when no source answered.

    An account is (creditor, account_id, opened). When one report names it twice, the graver entry counts, so that the
    order of entries means nothing.
    """
    found = None
    for response in responses:
        if response.report is not None and response.bureau in sources:
            if found is not None:
                return _merged(responses, sources)
            found = response.report.liabilities
    if found is None or len(set(map(_account_id, found))) == len(found):
        return found
    return _merged(responses, sources)


def _merged(responses: Sequence[BureauResponse], sources: frozenset[str]) -> tuple[Liability, ...]:
    found = [r.report.liabilities for r in responses if r.report is not None and r.bureau in sources]
    accounts: dict[tuple[object, ...], Liability] = {}
    for own in found:
        reported: dict[tuple[object, ...], Liability] = {}
        for liability in own:
            key = (liability.creditor, liability.account_id, liability.opened)
            twin = reported.get(key)
            reported[key] = liability if twin is None else max(liability, twin, key=_gravity)
        accounts = reported | accounts if accounts else reported
    return tuple(accounts.values())


class Stated(NamedTuple):
    """A data set of a summary; `figure` in units of 10**-FIGURE_SCALE, None where its text is not a number."""

    attribute: str
    figure: int | None


def summaries(responses: Sequence[BureauResponse]) -> tuple[Stated, ...] | None:
    """Every data set that any bureau states, in the strategy's order of bureaus; None when none answered."""
    found = [response.report for response in responses if response.report is not None]
    if not found:
        return None
    return tuple(
        Stated(data_set.id, number_in(data_set.value, FIGURE_SCALE))
        for report in found
        for summary in report.summaries
        for data_set in summary.data_sets
    )


def _gravity(liability: Liability) -> tuple[object, ...]:
    late = liability.late
    return (
        not liability.closed, liability.past_due_minor, late.days_90, late.days_60, late.days_30,
        liability.monthly_payment_minor, liability.balance_minor, liability.type, liability.ownership,
    )


def pick(spec: Pick, responses: Sequence[BureauResponse]) -> int | None:
    """The attribute's value in its type's units; None when no bureau states a number, nor a special value."""
    found = _number(spec, responses)
    if found is None and spec.special:
        codes = [code for response in responses for code in _special(spec, response.report)]
        return min(codes, default=None)
    return found


def _number(spec: Pick, responses: Sequence[BureauResponse]) -> int | None:
    if spec.combine == "worst":                # of every bureau's worst, hence of all that is stated
        return _worst(spec, [value for response in responses for value in _stated(spec, response.report)])
    by_bureau = [_worst(spec, _stated(spec, response.report)) for response in responses]
    known = [value for value in by_bureau if value is not None]
    if not known or spec.combine == "primary":
        return known[0] if known else None
    return sorted(known, reverse=spec.worst == "highest")[(len(known) - 1) // 2]


def _worst(spec: Pick, values: list[int]) -> int | None:
    if not values:
        return None
    return min(values) if spec.worst == "lowest" else max(values)


def _stated(spec: Pick, report: CreditReport | None) -> list[int]:
    """Every number that one bureau states for the attribute."""
    if report is None:
        return []
    if spec.source == "score":
        return [score.value for score in report.scores if score.score_type == spec.key]
    return [
        units
        for summary in report.summaries
        for data_set in summary.data_sets
        if data_set.id == spec.key and (units := number_in(data_set.value, spec.type.scale)) is not None
    ]


def _special(spec: Pick, report: CreditReport | None) -> list[int]:
    """Codes that one bureau states in the attribute's place, of those that the strategy tells apart."""
    if report is None:
        return []
    stated = [d.value for summary in report.summaries for d in summary.data_sets if d.id == spec.key]
    codes = [int(value) * 10**spec.type.scale for value in stated if _SPECIAL.match(value)]
    return [code for code in codes if code in spec.special]


class Numbers(dict[str, int | None]):
    """`number_in` by the text, worked out when one is first met; only so many are kept, and only short ones."""

    def __init__(self, scale: int) -> None:
        super().__init__()
        self._scale = scale

    def __missing__(self, text: str) -> int | None:
        number = number_in(text, self._scale)
        if len(self) < _MOST_KEPT and len(text) <= _LONGEST_KEPT:
            self[text] = number
        return number


def number_in(text: str, scale: int) -> int | None:
    """The number that a data set's text holds, rounded to `scale` decimals ("02" is 2).

    Special values are not numbers: "N/A", "-3" (no open accounts), "-4" (empty report), "-5" (nothing measured), "".
    """
    if text.isdigit() and text.isascii() and len(text) <= 15:
        return int(text) * 10**scale  # type: ignore[no-any-return]
    if _NUMERAL.match(text) is None:
        return None
    whole, _, fraction = text.partition(".")
    units = int(whole + fraction)
    finer = len(fraction) - scale
    return half_up(units, 10**finer) if finer > 0 else int(units * 10**-finer)
