"""How complete the evidence is, and what the strategy makes of it: the first thing that every decision settles."""

from dataclasses import dataclass
from typing import Literal

from app.decisioning.engine.model import StrategyModel, Treatment, Use
from app.domain.bureau import BureauResponse
from app.domain.decision import Evidence, Reason, Verdict

_LESS_FIRST: tuple[Use, ...] = ("nothing", "internal_only", "rest")
OTHER_CURRENCY = "BUREAU_CURRENCY"
NOT_HEARD = "BUREAU_TIMEOUT"
LACKS = frozenset(
    [
        "CONSENT_NOT_GIVEN", "CONSENT_MISSING", "CONSENT_EXPIRED", "CONSENT_NOT_YET_VALID", "CONSENT_WITHDRAWN",
        "BUREAU_TIMEOUT", "BUREAU_ERROR", "BUREAU_NO_HIT", "CARD_NOT_GIVEN", OTHER_CURRENCY,
    ]
)

EvidenceState = Literal["COMPLETE", "REFER", "DECLINE"]


@dataclass(frozen=True, slots=True)
class Standing:
    """`responses` is None when the strategy scores nothing at all on such evidence."""

    responses: tuple[BureauResponse, ...] | None
    state: EvidenceState
    reasons: tuple[Reason, ...]


def standing(model: StrategyModel, evidence: Evidence) -> Standing:
    """The strictest of what the strategy says of each lack: least data used, gravest outcome, reasons in bureau order.

    A bureau of which the evidence says nothing counts as not heard in time; a lack of a kind that strategies do not
    know counts as an error of the bureau.
    """
    if evidence.application.currency not in model.currencies:
        return _under([model.other_currency], ())
    usable = {r.bureau: r for r in evidence.responses if r.report is not None}
    lacks = {m.bureau: m.reason_code for m in evidence.missing}
    treatments: list[Treatment] = []
    heard: list[BureauResponse] = []
    for bureau in model.bureaus:
        response = usable.get(bureau.name)
        if response is None:
            code = lacks.get(bureau.name, NOT_HEARD)
            treatments.append(model.treatments[bureau.required, code if code in LACKS else "BUREAU_ERROR"])
        elif not _same_money(response, evidence.application.currency):
            treatments.append(model.treatments[bureau.required, OTHER_CURRENCY])
        else:
            heard.append(response)
    return _under(treatments, tuple(heard))


def _same_money(response: BureauResponse, currency: str) -> bool:
    """Scores have no currency; amounts do, that of the response, or the application's when it names none."""
    report = response.report
    return (
        response.currency in (None, currency) or report is None or not (report.liabilities or report.summaries)
    )


def _under(treatments: list[Treatment], heard: tuple[BureauResponse, ...]) -> Standing:
    if not treatments:
        return Standing(heard, "COMPLETE", ())
    use = min((t.use for t in treatments), key=_LESS_FIRST.index)
    outcomes = {t.outcome for t in treatments}
    state: EvidenceState = "DECLINE" if "DECLINE" in outcomes else "REFER" if "REFER" in outcomes else "COMPLETE"
    reasons = {t.reason.code: t.reason for t in treatments if t.reason is not None}
    responses = None if use == "nothing" else () if use == "internal_only" else heard
    return Standing(responses, state, tuple(reasons.values()))


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
