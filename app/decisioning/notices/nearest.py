"""What would have changed the outcome: the nearest other value of one fact with which the strategy approves.

The strategy itself is asked, with evidence in which that one fact is changed, so whatever is found is true of it. For a
number the search goes outward from the present value through the strategy's breakpoints and ever longer strides, and
halves the last stride down to the edge: exact wherever approval, once reached in a stride, is not lost again within it.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from msgspec import Struct

from app.decisioning.engine.strategy import ReadyStrategy
from app.decisioning.language.runtime import utc_date
from app.decisioning.notices import levers
from app.decisioning.notices.breakpoints import breakpoints
from app.decisioning.notices.policy import Lever, NoticePolicy
from app.domain.decision import Evidence, Verdict

Shown = int | str | bool | float | None
Approves = Callable[[int], bool]


class WouldApprove(Struct, frozen=True):
    """With this fact otherwise, and everything else as it was, the application is approved. `before` and `after` are
    the fact's values (minor units, dates as text); `detail` names the account that `liabilities` speaks of."""

    fact: str
    before: Shown
    after: Shown
    distance: float                            # in steps, as the strategy weighs facts against each other
    verdict: Verdict
    detail: str = ""


def nearest(strategy: ReadyStrategy, evidence: Evidence, limit: int = 5) -> list[WouldApprove]:
    """The nearest change of each fact that the strategy lists as changeable, nearest first; none of an approval, or
    where no single change is enough. Never of a fact that nobody can change or that credit must not depend on."""
    policy = strategy.notices
    currency = evidence.application.currency
    verdict = strategy.decide(evidence)
    if policy is None or verdict.outcome == "APPROVE" or currency not in strategy.model.currencies:
        return []
    trial = _Trial(strategy, policy, evidence, verdict)
    found = [change for lever in policy.levers if (change := trial.of(lever)) is not None]
    return sorted(found, key=lambda change: change.distance)[:limit]


class _Trial:
    def __init__(self, strategy: ReadyStrategy, policy: NoticePolicy, evidence: Evidence, verdict: Verdict) -> None:
        self._strategy = strategy
        self._policy = policy
        self._evidence = evidence
        self._stated = verdict.aggregates
        self._currency = evidence.application.currency
        self._today = utc_date(evidence.as_of)
        self._breakpoints = breakpoints(strategy.model, self._currency)

    def of(self, lever: Lever) -> WouldApprove | None:
        """The nearest approval by this fact alone."""
        if lever.name == levers.PAYING_OFF:
            candidates = list(self._payments(lever))
        elif lever.step is None:
            candidates = list(self._choices(lever))
        else:
            candidates = self._number(lever, lever.step[self._currency])
        return min(candidates, key=self._rank, default=None)

    def _rank(self, change: WouldApprove) -> tuple[object, ...]:
        """Nearest first; of equally near ones the better segment, then the larger loan."""
        most = max((offer.amount_minor for offer in change.verdict.offers), default=0)
        return change.distance, change.verdict.segment != self._policy.top_tier, -most

    def _payments(self, lever: Lever) -> Iterator[WouldApprove]:
        step = 1 if lever.step is None else lever.step[self._currency]
        for account, changed in levers.paid_off(self._evidence):
            verdict = self._strategy.decide(changed)
            if verdict.outcome == "APPROVE":
                distance = max(account.balance_minor, 1) / step
                yield WouldApprove(lever.name, account.balance_minor, 0, distance, verdict, account.creditor)

    def _choices(self, lever: Lever) -> Iterator[WouldApprove]:
        own = levers.choice_of(lever, self._evidence)
        for value, changed in levers.alternatives(lever, self._evidence, self._strategy.products):
            verdict = self._strategy.decide(changed)
            if verdict.outcome == "APPROVE":
                yield WouldApprove(lever.name, own, value, float(lever.steps), verdict)

    def _number(self, lever: Lever, step: int) -> list[WouldApprove]:
        own = levers.number_of(lever, self._evidence, self._stated)
        if own is None:
            return []
        low, high = levers.bounds(lever, self._policy, self._evidence, self._today.toordinal())
        points = self._days() if levers.is_date(lever) else self._breakpoints

        def approves(value: int) -> bool:
            return self._strategy.decide(levers.with_number(lever, self._evidence, value)).outcome == "APPROVE"

        return [
            WouldApprove(
                lever.name,
                _shown(lever, own),
                _shown(lever, value),
                abs(value - own) / step,
                self._strategy.decide(levers.with_number(lever, self._evidence, value)),
            )
            for end in (low, high)
            if (value := edge(approves, own, end, points)) is not None
        ]

    def _days(self) -> list[int]:
        """The breakpoints as days: so many months before today; or that day itself, where it is a day number."""
        months = [point for point in self._breakpoints if 0 <= point <= 1_200]
        return sorted({_months_before(self._today, count) for count in months} | set(self._breakpoints))


def edge(approves: Approves, own: int, end: int, points: Sequence[int]) -> int | None:
    """The first value on the way from `own` to `end` (included) that is approved; None when none is found."""
    if end == own:
        return None
    way = 1 if end > own else -1
    span = abs(end - own)
    tried = {abs(p - own) for p in points if 0 < (p - own) * way <= span} | {span}
    stride = 1
    while stride < span:
        tried.add(stride)
        stride *= 2
    refused = 0
    for distance in sorted(tried):
        if approves(own + way * distance):
            return own + way * _first(approves, own, way, refused, distance)
        refused = distance
    return None


def _first(approves: Approves, own: int, way: int, refused: int, approved: int) -> int:
    """Halves the stride between a refused and an approved distance."""
    while approved - refused > 1:
        middle = (refused + approved) // 2
        if approves(own + way * middle):
            approved = middle
        else:
            refused = middle
    return approved


def _months_before(day: date, months: int) -> int:
    """The latest day from which so many whole months have passed by `day`."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, 28)).toordinal()


def _shown(lever: Lever, value: int) -> Shown:
    if levers.is_date(lever):
        return date.fromordinal(value).isoformat()
    return value if not lever.scale else value / 10**lever.scale
