"""The notice that a verdict calls for, if it calls for one: a part of the decision, made with it."""

from collections.abc import Iterable, Mapping, Sequence

from app.decisioning.notices.policy import DisclosedScore, LesserTerms, NoticePolicy
from app.domain.bureau import BureauResponse, CreditScore, ScoreFactor
from app.domain.case import Received
from app.domain.decision import Evidence, Offer, Verdict
from app.domain.notice import Agency, Notice, NoticeKind, ScoreDisclosure
from app.domain.quantities import Millis
from app.domain.reason import Reason

MOST_REASONS = 4                               # comment 9(b)(2)-1 of Regulation B
MOST_FACTORS = 4                               # Fair Credit Reporting Act, section 609(f)(1)(C); inquiries come on top


def notice_of(
    policy: NoticePolicy, evidence: Evidence, verdict: Verdict, facts: Iterable[Received]
) -> Notice | None:
    """A refusal is an adverse action; an approval on other terms than were asked for is a counter-offer; an approval
    outside the best tier is risk-based pricing. A referral is no decision yet: whoever takes it sends the notice.
    `facts` say when each answer came."""
    kinds: tuple[NoticeKind, ...]
    match verdict.outcome:
        case "DECLINE":
            kinds = ("ADVERSE_ACTION",)
        case "APPROVE":
            kinds = _of_approval(policy, evidence, verdict)
        case "REFER":
            return None
    if not kinds:
        return None
    scores = _scores(policy, evidence, verdict, facts)
    used: list[Agency] = []
    if verdict.basis == "INTERNAL_AND_BUREAU":
        used = [policy.agencies[r.bureau] for r in evidence.responses if r.bureau in policy.agencies]
    as_of = evidence.as_of
    return Notice(
        kinds=kinds,
        reasons=_reasons(policy, evidence, verdict, scores) if kinds != ("RISK_BASED_PRICING",) else (),
        scores=tuple(scores.values()),
        creditor=policy.creditor,
        supervisor=policy.supervisor,
        agencies=tuple(used),
        rights=policy.rights_with_report if used else policy.rights,
        send_by=as_of + policy.send_within_ms,
        counter_offer_until=as_of + policy.counter_offer_ms if "COUNTER_OFFER" in kinds else None,
        keep_until=as_of + policy.keep_ms,
    )


def _of_approval(policy: NoticePolicy, evidence: Evidence, verdict: Verdict) -> tuple[NoticeKind, ...]:
    dearer = verdict.segment != policy.top_tier
    wanted = evidence.application
    for offer in verdict.offers:
        if (
            offer.ranking == "REQUESTED"
            and offer.amount_minor >= wanted.amount_minor
            and offer.term_months == wanted.term_months
        ):
            return ("RISK_BASED_PRICING",) if dearer else ()
    return ("COUNTER_OFFER", "RISK_BASED_PRICING") if dearer else ("COUNTER_OFFER",)


def _reasons(
    policy: NoticePolicy, evidence: Evidence, verdict: Verdict, scores: Mapping[str, ScoreDisclosure]
) -> tuple[Reason, ...]:
    """Specific ones only. Where a bureau's score was too low its key factors are the reasons; where the applicant's own
    score was too low as well, the two take turns, so that neither crowds the other out."""
    own: list[Reason] = []
    factors: list[Reason] = []
    factors_first = False
    for reason in verdict.reasons:
        pick = policy.told_by_factors.get(reason.code)
        score = None if pick is None else scores.get(pick)
        if score is not None and score.key_factors:
            factors_first = factors_first or not own
            factors += [Reason(factor.code, factor.text, score.source) for factor in score.key_factors]
        elif reason.code not in policy.not_reasons:
            own.append(reason)
    if verdict.outcome == "APPROVE":
        own += _of_lesser_terms(policy.lesser, evidence, verdict.offers)
    return tuple((_in_turn(factors, own) if factors_first else _in_turn(own, factors))[:MOST_REASONS])


def _in_turn(first: Sequence[Reason], second: Sequence[Reason]) -> list[Reason]:
    """One of each alternately, then what is left of the longer; each code once."""
    if len(first) + len(second) < 2:           # as most often
        return [*first, *second]
    found: dict[tuple[str, str], Reason] = {}
    for place in range(max(len(first), len(second))):
        for reason in (*first[place : place + 1], *second[place : place + 1]):
            found.setdefault((reason.code, reason.source), reason)
    return list(found.values())


def _of_lesser_terms(lesser: LesserTerms, evidence: Evidence, offers: Iterable[Offer]) -> list[Reason]:
    """Why the requested proposition, if it is among the offers, is not what was asked for."""
    wanted = evidence.application
    found: list[Reason] = []
    for offer in offers:
        if offer.ranking != "REQUESTED":
            continue
        if offer.amount_minor < wanted.amount_minor:
            ceiling = lesser.ceiling[wanted.currency, offer.proposition]
            found.append(lesser.at_ceiling if offer.amount_minor >= ceiling else lesser.affordable)
        if offer.term_months != wanted.term_months:
            found.append(lesser.other_term)
    return found


def _scores(
    policy: NoticePolicy, evidence: Evidence, verdict: Verdict, facts: Iterable[Received]
) -> dict[str, ScoreDisclosure]:
    """By the name of its pick, the score that each pick took from the bureaus' answers."""
    found: dict[str, ScoreDisclosure] = {}
    for disclosed in policy.scores:
        value = verdict.aggregates.get(disclosed.pick)
        if value is None:
            continue
        stated = _stated(disclosed, value, evidence.responses)
        if stated is not None:
            response, score = stated
            found[disclosed.pick] = ScoreDisclosure(
                source=response.bureau,
                model=score.model,
                value=score.value,
                lowest=disclosed.lowest,
                highest=disclosed.highest,
                created=_came(response, facts, evidence.as_of),
                key_factors=key_factors(score.factors, policy.inquiries),
            )
    return found


def _stated(
    disclosed: DisclosedScore, value: object, responses: Iterable[BureauResponse]
) -> tuple[BureauResponse, CreditScore] | None:
    """The first bureau, in the strategy's order, that states this very value."""
    for response in responses:
        if response.report is not None:
            for score in response.report.scores:
                if score.score_type == disclosed.score_type and score.value == value:
                    return response, score
    return None


def _came(response: BureauResponse, facts: Iterable[Received], otherwise: Millis) -> Millis:
    for fact in facts:
        if fact.event_id == response.event_id:
            return fact.timestamp
    return otherwise


def key_factors(factors: Sequence[ScoreFactor], inquiries: frozenset[str]) -> tuple[ScoreFactor, ...]:
    """The bureau's first four, in its order; one about inquiries does not count against the four."""
    if len(factors) <= MOST_FACTORS:
        return tuple(factors)
    kept: list[ScoreFactor] = []
    others = about_inquiries = 0
    for factor in factors:
        if factor.code in inquiries:
            about_inquiries += 1
            if about_inquiries == 1:
                kept.append(factor)
        elif others < MOST_FACTORS:
            others += 1
            kept.append(factor)
    return tuple(kept)
