"""What bureaus reported, made one: liabilities without repeats, scores and summary attributes combined."""

import re
from collections.abc import Iterable, Sequence

from app.decisioning.engine.model import Pick
from app.decisioning.language.runtime import half_up
from app.decisioning.language.types import scaled
from app.domain.bureau import BureauResponse, CreditReport, Liability

_NUMERAL = re.compile(r"^\d{1,15}(?:\.\d{1,6})?$(?!\n)")


def liabilities(responses: Sequence[BureauResponse], sources: frozenset[str]) -> tuple[Liability, ...] | None:
    """Every account once, as the first bureau in the strategy's order reports it; None when no source answered.

    An account is (creditor, account_id, opened). When one report names it twice, the graver entry counts, so that the
    order of entries means nothing.
    """
    found = [r.report.liabilities for r in responses if r.report is not None and r.bureau in sources]
    if not found:
        return None
    accounts: dict[tuple[object, ...], Liability] = {}
    for own in found:
        reported: dict[tuple[object, ...], Liability] = {}
        for liability in own:
            key = (liability.creditor, liability.account_id, liability.opened)
            twin = reported.get(key)
            reported[key] = liability if twin is None else max(liability, twin, key=_gravity)
        accounts = reported | accounts if accounts else reported
    return tuple(accounts.values())


def _gravity(liability: Liability) -> tuple[object, ...]:
    late = liability.late
    return (
        not liability.closed, liability.past_due_minor, late.days_90, late.days_60, late.days_30,
        liability.monthly_payment_minor, liability.balance_minor, liability.type, liability.ownership,
    )


def pick(spec: Pick, responses: Sequence[BureauResponse]) -> int | None:
    """The attribute's value in its type's units; None when no bureau states a number."""
    stated = [
        value
        for response in responses
        if response.report is not None and (value := _stated(spec, response.report)) is not None
    ]
    if not stated:
        return None
    if spec.combine == "primary":
        return stated[0]
    worst_first = sorted(stated, reverse=spec.worst == "highest")
    return worst_first[0 if spec.combine == "worst" else (len(stated) - 1) // 2]


def _stated(spec: Pick, report: CreditReport) -> int | None:
    """What one bureau states: of several values the worst."""
    values: Iterable[int]
    if spec.source == "score":
        values = (score.value for score in report.scores if score.score_type == spec.key)
    else:
        values = (
            units
            for summary in report.summaries
            for data_set in summary.data_sets
            if data_set.id == spec.key and (units := number_in(data_set.value, spec.type.scale)) is not None
        )
    return min(values, default=None) if spec.worst == "lowest" else max(values, default=None)


def number_in(text: str, scale: int) -> int | None:
    """The number that a data set's text holds, rounded to `scale` decimals ("02" is 2).

    Special values are not numbers: "N/A", "-3" (no open accounts), "-4" (empty report), "-5" (nothing measured), "".
    """
    if _NUMERAL.match(text) is None:
        return None
    value = scaled(text)
    if value is None:
        return None
    units, decimals = value
    return units * 10 ** (scale - decimals) if decimals <= scale else half_up(units, 10 ** (decimals - scale))
