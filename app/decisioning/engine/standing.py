"""How complete the evidence is, and what the strategy makes of it: the first thing that every decision settles."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from app.decisioning.engine.model import StrategyModel, Treatment, Use
from app.domain.bureau import BureauResponse
from app.domain.decision import Evidence, Reason, Verdict

_STRICTNESS: dict[Use, int] = {"rest": 0, "internal_only": 1, "nothing": 2}
OTHER_CURRENCY = "BUREAU_CURRENCY"
NOT_HEARD = "BUREAU_TIMEOUT"
LACKS = frozenset(
    [
        "CONSENT_NOT_GIVEN", "CONSENT_MISSING", "CONSENT_EXPIRED", "CONSENT_NOT_YET_VALID", "CONSENT_WITHDRAWN",
        "BUREAU_TIMEOUT", "BUREAU_ERROR", "BUREAU_NO_HIT", "CARD_NOT_GIVEN", OTHER_CURRENCY,
    ]
)

EvidenceState = Literal["COMPLETE", "REFER", "DECLINE"]


class Standing(NamedTuple):
    """`responses` is None when the strategy scores nothing at all on such evidence."""

    responses: tuple[BureauResponse, ...] | None
    state: EvidenceState
    reasons: tuple[Reason, ...]


def standing(model: StrategyModel, evidence: Evidence) -> Standing:
    """The strictest of what the strategy says of each lack: least data used, gravest outcome, reasons in bureau order.

    A bureau of which the evidence says nothing counts as not heard in time; a lack of a kind that strategies do not
    know counts as an error of the bureau.
    """
    currency = evidence.application.currency
    if currency not in model.currencies:
        return _under([model.other_currency], ())
    treatments: list[Treatment] = []
    heard: list[BureauResponse] = []
    for bureau in model.bureaus:
        name = bureau.name
        for response in evidence.responses:
            if response.bureau == name and response.report is not None:
                if response.currency == currency or response.currency is None or not _has_amounts(response):
                    heard.append(response)
                else:
                    treatments.append(model.treatments[bureau.required, OTHER_CURRENCY])
                break
        else:
            treatments.append(model.treatments[bureau.required, _lack(name, evidence)])
    if treatments:
        return _under(treatments, tuple(heard))
    return Standing(tuple(heard), "COMPLETE", ())


def _lack(bureau: str, evidence: Evidence) -> str:
    for missing in evidence.missing:
        if missing.bureau == bureau:
            return missing.reason_code if missing.reason_code in LACKS else "BUREAU_ERROR"
    return NOT_HEARD


def _has_amounts(response: BureauResponse) -> bool:
    """Scores have no currency; liabilities and summaries have that of the response."""
    return response.report is not None and bool(response.report.liabilities or response.report.summaries)


def _under(treatments: list[Treatment], heard: tuple[BureauResponse, ...]) -> Standing:
    use: Use = "rest"
    state: EvidenceState = "COMPLETE"
    reasons: dict[str, Reason] = {}
    for treatment in treatments:
        if treatment.use != use and _STRICTNESS[treatment.use] > _STRICTNESS[use]:
            use = treatment.use
        if treatment.outcome is not None and state != "DECLINE":
            state = treatment.outcome
        if treatment.reason is not None:
            reasons.setdefault(treatment.reason.code, treatment.reason)
    responses = heard if use == "rest" else () if use == "internal_only" else None
    return Standing(responses, state, tuple(reasons.values()) if reasons else ())


class _ByLack(dict[str, Treatment]):
    """What one bureau's lacks mean; of a kind that strategies do not know, as an error of the bureau."""

    def __missing__(self, _: str) -> Treatment:
        return self["BUREAU_ERROR"]


def standing_of(model: StrategyModel) -> Callable[[Evidence], tuple[Any, ...]]:
    """`standing` of one strategy, its treatments at hand: the same as plain tuples, and quicker."""
    currencies, alone, bureaus = model.currencies, {}, []
    for policy in model.bureaus:
        by_lack = _ByLack({lack: model.treatments[policy.required, lack] for lack in LACKS})
        bureaus.append((policy.name, by_lack))
        for own in by_lack.values():
            _, state, reasons = _under([own], ())
            alone[id(own)] = own.use, state, reasons

    def settle(evidence: Evidence) -> tuple[Any, ...]:
        currency = evidence.application.currency
        if currency not in currencies:
            return _under([model.other_currency], ())
        responses, treatments, heard = evidence.responses, [], []
        for name, by_lack in bureaus:
            for response in responses:
                if response.bureau == name and response.report is not None:
                    if response.currency == currency or response.currency is None or not _has_amounts(response):
                        heard.append(response)
                    else:
                        treatments.append(by_lack[OTHER_CURRENCY])
                    break
            else:
                for missing in evidence.missing:
                    if missing.bureau == name:
                        treatments.append(by_lack[missing.reason_code])
                        break
                else:
                    treatments.append(by_lack[NOT_HEARD])
        if not treatments:
            return tuple(heard), "COMPLETE", ()
        if len(treatments) > 1:
            return _under(treatments, tuple(heard))
        use, state, reasons = alone[id(treatments[0])]
        return tuple(heard) if use == "rest" else () if use == "internal_only" else None, state, reasons

    return settle


def unscored(found: Standing) -> Verdict:
    """Nothing was scored; the evidence alone decides."""
    return Verdict(
        outcome="DECLINE" if found.state == "DECLINE" else "REFER",
        reasons=found.reasons,
        segment="UNSCORED",
        basis="NONE",
        internal_score=None,
        bureau_score=None,
        offers=(),
        aggregates={},
        points=(),
        rows=(),
    )
