"""Usury: may a loan at this rate be offered at all?"""

from app.decisioning.money.offer_rate import APR_UNITS
from app.domain.decision import Reason

NO_RATE = "APR_UNKNOWN"
ABOVE_CAP = "APR_ABOVE_CAP"


def refusal(apr: int | None, cap: int, source: str) -> Reason | None:
    """Why an offer at this annual percentage rate is refused under a cap, both in 1/100 of a percent; None if allowed.

    A rate equal to the cap is allowed. The rate compared is the one that is disclosed, rounded to 1/100 of a percent.
    An offer without a rate cannot be shown to keep the cap, so it is refused.
    """
    if apr is None:
        return Reason(NO_RATE, "The loan's annual percentage rate cannot be worked out.", source)
    if apr <= cap:
        return None
    text = f"The loan's annual percentage rate, {percent(apr)}, is above the highest allowed, {percent(cap)}."
    return Reason(ABOVE_CAP, text, source)


def percent(hundredths: int) -> str:
    """969 is '9.69 %'."""
    return f"{hundredths / (APR_UNITS // 100):.2f} %"
