"""Reading the `notices` section: whom letters come from, what they must say, and what an applicant could change."""

from collections.abc import Iterable, Mapping, Sequence

from app.decisioning.engine.model import OffersStep, OutcomeStep, Pick, ReportStep, Rule, RulesStep, ScorecardStep, Step
from app.decisioning.engine.vocabulary import CASE_FACTS
from app.decisioning.notices.levers import CHOICES, LEVERS, PAYING_OFF, UNCHANGEABLE
from app.decisioning.notices.policy import DisclosedScore, LesserTerms, Lever, NoticePolicy
from app.decisioning.strategy import BureauPolicy
from app.domain.notice import Agency, Correspondent, Right
from app.domain.quantities import Segment
from app.domain.reason import Reason
from app.strategies import fields
from app.strategies.fields import Fields
from app.strategies.jurisdictions import Jurisdiction
from app.strategies.scope import Scope, amounts
from app.strategies.yaml_tree import Mapping as Group
from app.strategies.yaml_tree import Node, Place


def read_notices(
    node: Node, scope: Scope, steps: Sequence[Step], bureaus: Sequence[BureauPolicy], jurisdiction: Jurisdiction
) -> NoticePolicy:
    """The section as a policy. Everything that it names must exist in the strategy, and nothing that the jurisdiction
    prohibits or discourages may be tried otherwise."""
    body = Fields(node, "notices")
    picks = {pick.name: pick for step in steps if isinstance(step, ReportStep) for pick in step.picks}
    scores = _scores(body.take("scores"), picks)
    rights = _rights(body.take("rights"), "rights")
    policy = NoticePolicy(
        creditor=_correspondent(body.take("creditor"), "creditor"),
        supervisor=_correspondent(body.take("supervisor"), "supervisor"),
        agencies=_agencies(body.take("agencies"), bureaus),
        rights=rights,
        rights_with_report=rights + _rights(body.take("rights_about_reports"), "rights_about_reports"),
        top_tier=_top_tier(body.take("top_tier"), scope),
        scores=scores,
        told_by_factors=_told_by_factors(body.take("told_by_factors"), steps, scores),
        not_reasons=_codes(body.take("not_reasons"), steps),
        inquiries=frozenset(
            fields.text(item, "a factor's code")
            for item in fields.items(body.take("inquiry_factors"), "inquiry_factors", at_least=0)
        ),
        lesser=_lesser(body.take("lesser_terms"), steps),
        send_within_ms=fields.duration(body.take("send_within"), "send_within"),
        counter_offer_ms=fields.duration(body.take("counter_offer_stands"), "counter_offer_stands"),
        keep_ms=fields.duration(body.take("keep"), "keep"),
        levers=_levers(body.take("changeable"), scope, picks, jurisdiction),
    )
    body.done()
    return policy


def _correspondent(node: Node, what: str) -> Correspondent:
    body = Fields(node, what)
    telephone = body.get("telephone")
    found = Correspondent(
        fields.sentence(body.take("name"), "name"),
        fields.sentence(body.take("address"), "address"),
        None if telephone is None else fields.sentence(telephone, "telephone"),
    )
    body.done()
    return found


def _agencies(node: Node, bureaus: Sequence[BureauPolicy]) -> dict[str, Agency]:
    """Every bureau of the strategy: an applicant must be able to ask whoever was asked."""
    body = Fields(node, "agencies")
    found = {b.name: Agency(b.name, _correspondent(body.take(b.name), b.name)) for b in bureaus}
    body.done()
    return found


def _rights(node: Node, what: str) -> tuple[Right, ...]:
    return tuple(
        Right(fields.code(key, "right"), fields.sentence(value, key.text)) for key, value in fields.entries(node, what)
    )


def _top_tier(node: Node, scope: Scope) -> Segment:
    return fields.choice(node, "top_tier", sorted(scope.types["segment"].values or ()))  # type: ignore[return-value]


def _scores(node: Node, picks: dict[str, Pick]) -> tuple[DisclosedScore, ...]:
    found = []
    for key, value in fields.entries(node, "scores"):
        pick = picks.get(key.text)
        if pick is None or pick.source != "score":
            raise key.place.error(f"{key.text!r} is no pick of a bureau's score: name one of the report step")
        low, high = (
            fields.whole(end, f"range of {key.text}", 0, 9_999) for end in _pair(value, f"range of {key.text}")
        )
        found.append(DisclosedScore(pick.name, pick.key, low, high))
    return tuple(found)


def _pair(node: Node, what: str) -> tuple[Node, Node]:
    ends = fields.items(node, what)
    if len(ends) != 2:
        raise node.place.error(f"{what}: the lowest and the highest that the model gives: [300, 850]")
    return ends[0], ends[1]


def _told_by_factors(
    node: Node, steps: Sequence[Step], scores: Iterable[DisclosedScore]
) -> dict[str, str]:
    known = [score.pick for score in scores]
    codes = _reason_codes(steps)
    found = {}
    for key, value in fields.entries(node, "told_by_factors"):
        _known_code(key.text, codes, key.place)
        found[key.text] = fields.choice(value, key.text, known)
    return found


def _codes(node: Node, steps: Sequence[Step]) -> frozenset[str]:
    codes = _reason_codes(steps)
    found = set()
    for item in fields.items(node, "not_reasons", at_least=0):
        code = fields.code(item, "a reason")
        _known_code(code, codes, item.place)
        found.add(code)
    return frozenset(found)


def _known_code(code: str, codes: set[str], place: Place) -> None:
    if code not in codes:
        raise place.error(f"no step gives the reason {code!r}: there is {', '.join(sorted(codes))}")


def _reason_codes(steps: Sequence[Step]) -> set[str]:
    """Every code that steps can give, those about lacking evidence aside."""
    found: set[str] = set()
    for step in steps:
        match step:
            case ScorecardStep():
                found |= {c.reason.code for c in step.characteristics}
            case RulesStep():
                found |= _of_rules(step.rules)
            case OutcomeStep():
                found |= set(step.reasons)
            case OffersStep():
                for part in step.parts:
                    found |= _of_rules(getattr(part, "rules", ()))
    return found


def _of_rules(rules: Iterable[Rule]) -> set[str]:
    return {rule.reason.code for rule in rules}


def _lesser(node: Node, steps: Sequence[Step]) -> LesserTerms:
    body = Fields(node, "lesser_terms")
    column_node = body.take("ceiling")
    column = fields.text(column_node, "ceiling")
    ceiling: dict[tuple[str, str], int] = {}
    for step in steps:
        if not isinstance(step, OffersStep):
            continue
        if column not in step.columns:
            raise column_node.place.error(f"the propositions have no column {column!r}: {', '.join(step.columns)}")
        place = step.columns.index(column)
        for proposition in step.propositions:
            for currency, cells in proposition.columns.items():
                value = cells[place]
                if not isinstance(value, int):
                    raise column_node.place.error(f"{column!r} is no amount: name the column of the largest loan")
                ceiling[currency, proposition.name] = value
    found = LesserTerms(
        ceiling,
        at_ceiling=_reason(body.take("at_ceiling")),
        affordable=_reason(body.take("affordable")),
        other_term=_reason(body.take("other_term")),
    )
    body.done()
    return found


def _reason(node: Node) -> Reason:
    body = Fields(node, "a reason")
    found = Reason(fields.code(body.take("code"), "code"), fields.sentence(body.take("text"), "text"), "offers")
    body.done()
    return found


def _levers(
    node: Node, scope: Scope, picks: Mapping[str, Pick], jurisdiction: Jurisdiction
) -> tuple[Lever, ...]:
    """By name of a fact or a pick: `{step: ...}`, an amount a currency or a number, or `{steps: n}` without order."""
    found = []
    for key, value in fields.entries(node, "changeable"):
        if key.text in UNCHANGEABLE:
            raise key.place.error(f"{key.text} is {UNCHANGEABLE[key.text]}: nobody is to be told to change it")
        for characteristic in jurisdiction.characteristics:
            if key.text in characteristic.facts:
                law = f"{characteristic.law} in {jurisdiction.name} ({characteristic.reference})"
                raise key.place.error(f"{key.text} is {law}: nobody is to be told to change it")
        pick = picks.get(key.text)
        if pick is None and key.text not in LEVERS:
            known = ", ".join([*LEVERS, *picks])
            raise key.place.error(f"{key.text!r} cannot be changed for a trial; there is {known}")
        body = Fields(value, key.text)
        if key.text in CHOICES:
            found.append(Lever(key.text, None, fields.whole(body.take("steps"), "steps", 1, 1_000)))
        elif pick is None:
            found.append(Lever(key.text, _step(body.take("step"), scope, key.text)))
        else:
            found.append(_of_pick(pick, _step(body.take("step"), scope, key.text)))
        body.done()
    return tuple(found)


def _of_pick(pick: Pick, step: Mapping[str, int]) -> Lever:
    of_score = pick.source == "score"
    scaled = {currency: units * 10**pick.type.scale for currency, units in step.items()}
    return Lever(
        pick.name,
        scaled,
        score_type=pick.key if of_score else None,
        data_set=None if of_score else pick.key,
        scale=pick.type.scale,
    )


def _step(node: Node, scope: Scope, name: str) -> dict[str, int]:
    """What one step is, by currency; days for dates."""
    fact = CASE_FACTS.get(name)
    if name == PAYING_OFF or (fact is not None and fact.type.money) or isinstance(node, Group):
        found = amounts(node, scope.currencies, "step")
        for value in found.values():
            if value <= 0:
                raise node.place.error("step: an amount above zero is needed")
        return found
    return dict.fromkeys(scope.currencies, fields.whole(node, "step", 1, 100_000))
