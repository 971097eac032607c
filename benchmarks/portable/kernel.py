"""The frozen small strategy of suite A: liabilities summed, a scorecard, a segment, three propositions priced.

It never changes, or figures of two days could not be compared. It is written as one reads it, and every peer in Python
calls it as it stands; the service's own lane calls `compiled`, its twin.
"""

from benchmarks.portable.model import Answer, Application, Offer, Offers, Segment

EMPLOYMENT_POINTS = {"STUDENT": 25, "EMPLOYED": 35, "UNEMPLOYED": 20, "SELF-EMPLOYED": 25, "RETIRED": 28}
MARITAL_POINTS = {"MARRIED": 33, "WIDOWED": 29, "DIVORCED": 28, "SINGLE": 25}
RATES = {"GREEN": 0.059, "YELLOW": 0.109, "RED": 0.219}   # a year
PROPOSITIONS = (                               # name, least and most in minor units, months
    ("CustomerLoan", 500_000, 3_000_000, 36),
    ("CustomerLoanSpecialOffer", 1_000_000, 2_000_000, 48),
    ("StudentLoan", 100_000, 800_000, 60),
)


def decide(application: Application, answer: Answer) -> tuple[Segment, Offers]:
    """Both outputs of a case."""
    person = application.applicant
    owed = sum(liability.monthly_payment_minor for liability in answer.liabilities if not liability.is_closed)
    late = sum(liability.late_30 + liability.late_60 + liability.late_90 for liability in answer.liabilities)
    score = (
        44
        + EMPLOYMENT_POINTS.get(person.employment_status, 23)
        + MARITAL_POINTS.get(person.marital_status, 29)
        + months_points(person.months_on_book)
    )
    segment = segment_of(score, answer.score)
    rate = RATES[segment]
    i = rate / 12
    most_a_month = max(0, (person.income_minor - person.expenses_minor - owed) * 0.4)
    offers = []
    for name, least, most, term in PROPOSITIONS:
        affordable = int(most_a_month * (1 - (1 + i) ** -term) / i)
        amount = min(most, application.amount_minor, affordable)
        if amount >= least:
            instalment = round(amount * i / (1 - (1 + i) ** -term))
            offers.append(Offer(name, amount, rate, term, instalment))
    ids = (application.application_id, application.customer_id, f"{application.application_id}-1")
    past_due = int(answer.summary.get("AT57S", "0"))
    return Segment(*ids, segment, score, answer.score, owed, late, past_due), Offers(*ids, segment, offers)


def months_points(months: int) -> int:
    """For how long someone has been a customer."""
    if months <= 3:
        return 0
    if months <= 12:
        return 20
    return 40 if months <= 36 else 50


def segment_of(score: int, bureau_score: int) -> str:
    if score > 140 and bureau_score > 680:
        return "GREEN"
    return "YELLOW" if score > 110 and bureau_score > 600 else "RED"
