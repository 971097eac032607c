"""A decision's notice as the letter that the applicant reads: every word follows from the audit record."""

from collections.abc import Iterator
from datetime import UTC, datetime
from textwrap import fill

from app.audit.explanation import money
from app.audit.repayment import instalments
from app.domain.decision import DecisionMade, PricedOffer
from app.domain.notice import Correspondent, Notice, ScoreDisclosure
from app.domain.quantities import Millis

WIDTH = 78                                     # columns

_SUBJECTS = {
    ("ADVERSE_ACTION",): "Your application for credit: we cannot grant it",
    ("COUNTER_OFFER",): "Your application for credit: another offer",
    ("COUNTER_OFFER", "RISK_BASED_PRICING"): "Your application for credit: another offer, and how it was priced",
    ("RISK_BASED_PRICING",): "Your application for credit: how it was priced",
}


def letter(decision: DecisionMade, notice: Notice) -> str:
    """Plain text, wrapped. The recipient is named by ids only: whoever sends it knows name and address."""
    blocks = [
        _sender(notice.creditor),
        f"To customer {decision.customer_id}",
        f"{_day(decision.as_of)}\nApplication {decision.application_id}, decision {decision.decision_id}",
        _SUBJECTS[notice.kinds].upper(),
        _wrapped(_what_was_decided(decision, notice)),
        *_why(notice),
        *_instead(decision, notice),
        *_pricing(notice),
        *_scores(notice),
        *_bureaus(notice),
        *(_wrapped(right.text) for right in notice.rights),
        _wrapped(
            f"The authority that watches over our compliance with the law is {_in_line(notice.supervisor)}. You can "
            f"write to us at {_in_line(notice.creditor)}."
        ),
        f"To be sent by {_day(notice.send_by)}; the record is kept until {_day(notice.keep_until)}.",
    ]
    return "\n\n".join(blocks)


def _what_was_decided(decision: DecisionMade, notice: Notice) -> str:
    asked = decision.application
    wish = f"{asked.product}, {money(asked.amount_minor, asked.currency)} over {asked.term_months} months"
    if "ADVERSE_ACTION" in notice.kinds:
        return f"You applied for {wish}. We are unable to grant this credit."
    if "COUNTER_OFFER" in notice.kinds:
        return f"You applied for {wish}. We are unable to grant it on these terms, and make you another offer."
    return f"You applied for {wish}. We approved it."


def _why(notice: Notice) -> Iterator[str]:
    if notice.reasons:
        head = "Our principal reasons:" if len(notice.reasons) > 1 else "Our principal reason:"
        yield head + "\n" + "\n".join(_item(f"{n}. {r.text}") for n, r in enumerate(notice.reasons, 1))


def _instead(decision: DecisionMade, notice: Notice) -> Iterator[str]:
    if notice.counter_offer_until is None:
        return
    offers = "\n".join(_item(_terms(offer)) for offer in decision.offers)
    yield f"We can offer you instead:\n{offers}"
    until = min((offer.valid_until for offer in decision.offers), default=notice.counter_offer_until)
    yield _wrapped(
        f"The rates are held until {_day(until)}. Unless you accept an offer by "
        f"{_day(notice.counter_offer_until)}, this letter is our notice that the credit you applied for is refused, "
        "for the reasons above."
    )


def _terms(offer: PricedOffer) -> str:
    return (
        f"{offer.rank}. {offer.proposition}: {money(offer.amount_minor, offer.currency)} at {offer.annual_rate:.2%} a "
        f"year, annual percentage rate {offer.apr:.2%} (effective {offer.effective_rate:.2%}), repaid in "
        f"{instalments(offer)}; it costs {money(offer.total_cost_minor, offer.currency)} in all"
    )


def _pricing(notice: Notice) -> Iterator[str]:
    if "RISK_BASED_PRICING" in notice.kinds:
        yield _wrapped(
            "The terms that we offer, such as the annual rate, were set using information about you. They are less "
            "favourable than those that customers with a better credit standing get from us."
        )


def _scores(notice: Notice) -> Iterator[str]:
    for score in notice.scores:
        yield _wrapped(
            f"We used your credit score {score.value} ({score.model}), made by {score.source} and obtained on "
            f"{_day(score.created)}. This score ranges from {score.lowest} to {score.highest}; it reflects the "
            "information in your report and can change as that changes."
        )
        if score.key_factors:
            yield _factors(score)


def _factors(score: ScoreDisclosure) -> str:
    return "Key factors that lowered this score:\n" + "\n".join(_item(f"- {f.text}") for f in score.key_factors)


def _bureaus(notice: Notice) -> Iterator[str]:
    if notice.agencies:
        lines = "\n".join(_item(f"- {a.bureau}: {_in_line(a.contact)}") for a in notice.agencies)
        yield f"Reports were obtained from:\n{lines}"


def _sender(creditor: Correspondent) -> str:
    return "\n".join(part for part in (creditor.name, creditor.address, creditor.telephone) if part)


def _in_line(whom: Correspondent) -> str:
    return ", ".join(part for part in (whom.name, whom.address, whom.telephone) if part)


def _day(at: Millis) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%d %B %Y}".lstrip("0")


def _item(text: str) -> str:
    return fill(text, WIDTH, initial_indent="  ", subsequent_indent="     ")


def _wrapped(text: str) -> str:
    return fill(text, WIDTH)
