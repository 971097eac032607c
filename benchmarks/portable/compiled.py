"""`kernel.decide` with what does not depend on the case worked out beforehand, as the service does with its strategies.

Bit for bit the same results: the annuity's factor is the same float, only computed once.
"""

from benchmarks.portable.kernel import (
    EMPLOYMENT_POINTS,
    MARITAL_POINTS,
    PROPOSITIONS,
    RATES,
    months_points,
    segment_of,
)
from benchmarks.portable.model import Answer, Application, Offer, Offers, Segment

_MONTHS = 61                                   # longer makes no difference
_MONTHS_POINTS = tuple(months_points(months) for months in range(_MONTHS))
_EMPLOYMENT, _MARITAL = EMPLOYMENT_POINTS.get, MARITAL_POINTS.get
_PRICED = {                                    # segment -> name, least, most, months, rate, rate a month, annuity
    segment: tuple(
        (*proposition, rate, rate / 12, 1 - (1 + rate / 12) ** -proposition[3]) for proposition in PROPOSITIONS
    )
    for segment, rate in RATES.items()
}


def decide(application: Application, answer: Answer) -> tuple[Segment, Offers]:
    """Both outputs of a case."""
    person = application.applicant
    owed = late = 0
    for liability in answer.liabilities:
        if not liability.is_closed:
            owed += liability.monthly_payment_minor
        late += liability.late_30 + liability.late_60 + liability.late_90
    months = person.months_on_book
    score = (
        44
        + _EMPLOYMENT(person.employment_status, 23)
        + _MARITAL(person.marital_status, 29)
        + (_MONTHS_POINTS[months] if 0 <= months < _MONTHS else months_points(months))
    )
    segment = segment_of(score, answer.score)
    left = (person.income_minor - person.expenses_minor - owed) * 0.4
    wanted = application.amount_minor
    offers = []
    if left > 0:
        for name, least, most, term, rate, i, annuity in _PRICED[segment]:
            amount = int(left * annuity / i)
            if amount > wanted:                # noqa: PLR1730  quicker than min()
                amount = wanted
            if amount > most:                  # noqa: PLR1730
                amount = most
            if amount >= least:
                offers.append(Offer(name, amount, rate, term, round(amount * i / annuity)))
    application_id, customer_id = application.application_id, application.customer_id
    decision_id = application_id + "-1"
    past_due = int(answer.summary.get("AT57S", "0"))
    return (
        Segment(application_id, customer_id, decision_id, segment, score, answer.score, owed, late, past_due),
        Offers(application_id, customer_id, decision_id, segment, offers),
    )
