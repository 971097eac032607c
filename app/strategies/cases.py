"""A strategy's own test cases: evidence and what must come of it, in `cases.yaml` beside the strategy.

`application` and `bureaus` at the top are what every case starts from; a case states only what differs. Under `bureaus`
a bureau has either a response or the code of the reason for which its data is missing.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import msgspec

from app.decisioning.engine.model import StrategyModel
from app.decisioning.engine.standing import LACKS
from app.domain.application import LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.decision import Evidence, Missing, Verdict
from app.strategies import fields
from app.strategies.fields import Fields
from app.strategies.yaml_tree import Mapping, Node, Place, Scalar, Sequence, plain, read_yaml

_IDS = {"event_id": "case", "customer_id": "case", "application_id": "case"}
_EXPECTED = (
    "outcome", "segment", "basis", "reasons", "internal_score", "bureau_score", "offers", "aggregates", "points",
)


@dataclass(frozen=True, slots=True)
class StrategyCase:
    name: str
    place: Place
    evidence: Evidence
    expected: Mapping

    def failures(self, verdict: Verdict) -> list[str]:
        """What the verdict has that the case does not expect, one sentence each."""
        seen: dict[str, Any] = {
            **msgspec.to_builtins(verdict),
            "reasons": [reason.code for reason in verdict.reasons],
            "points": {points.characteristic: points.points for points in verdict.points},
        }
        return [
            failure
            for key, wanted in self.expected.items
            for failure in _differences(key.text, wanted, seen.get(key.text))
        ]


def read_cases(path: Path, name: str, model: StrategyModel) -> tuple[StrategyCase, ...]:
    """The cases of a file, in order. StrategyError with file and line when one cannot be read."""
    body = Fields(read_yaml(path, name), "the cases")
    application, bureaus = plain(body.take("application")), plain(body.take("bureaus"))
    as_of = fields.instant(body.take("as_of"), "as_of")
    found = []
    for node in fields.items(body.take("cases"), "cases"):
        case = Fields(node, "a case")
        title = fields.sentence(case.take("case"), "case")
        own_as_of, own_application, own_bureaus = (case.get(key) for key in ("as_of", "application", "bureaus"))
        instant = as_of if own_as_of is None else fields.instant(own_as_of, "as_of")
        own_applied_at = case.get("applied_at")
        applied_at = None if own_applied_at is None else fields.instant(own_applied_at, "applied_at")
        evidence = _evidence(
            model,
            _merged(application, {} if own_application is None else plain(own_application)),
            _merged(bureaus, {} if own_bureaus is None else plain(own_bureaus)),
            (instant, applied_at),
            node.place,
        )
        found.append(StrategyCase(title, node.place, evidence, _expected(case.take("expect"))))
        case.done()
    body.done()
    fields.unique(((case.name, case.place) for case in found), "the case")
    return tuple(found)


def _merged(base: Any, changes: Any) -> Any:
    """Groups are merged key by key; anything else is replaced."""
    if isinstance(base, dict) and isinstance(changes, dict):
        return {**base, **{key: _merged(base.get(key), value) for key, value in changes.items()}}
    return changes


def _evidence(
    model: StrategyModel, application: Any, bureaus: Any, at: tuple[int, int | None], place: Place
) -> Evidence:
    unknown = sorted(set(bureaus) - {policy.name for policy in model.bureaus})
    if unknown:
        raise place.error(f"the strategy asks no bureau {unknown[0]!r}")
    responses: list[BureauResponse] = []
    missing: list[Missing] = []
    for policy in model.bureaus:
        given = bureaus.get(policy.name)
        if isinstance(given, str):
            if given not in LACKS:
                known = ", ".join(sorted(LACKS))
                raise place.error(f"{policy.name}: {given!r} is no reason to lack data; there is {known}")
            missing.append(Missing(policy.name, given))
        elif isinstance(given, dict):
            body = {**_IDS, "bureau": policy.name, "result": "HIT", **given}
            responses.append(_converted(body, BureauResponse, place))
        else:
            raise place.error(f"say what {policy.name} answers, or why it does not")
    body = {**_IDS, **application}
    return Evidence(_converted(body, LoanApplication, place), tuple(responses), tuple(missing), *at)


def _converted(body: Any, into: Any, place: Place) -> Any:
    try:
        return msgspec.convert(body, into, strict=False)
    except msgspec.ValidationError as error:
        raise place.error(f"this makes no {into.__name__}: {error}") from None


def _expected(node: Node) -> Mapping:
    for key, _ in fields.entries(node, "expect"):
        if key.text not in _EXPECTED:
            raise key.place.error(f"nothing can be expected of `{key.text}`; there is {', '.join(_EXPECTED)}")
    if not isinstance(node, Mapping) or not node.items:
        raise node.place.error("expect: say at least one thing")
    return node


def _differences(what: str, wanted: Node, seen: Any) -> list[str]:
    """Groups are compared by the keys that are written, lists item by item, values by what they mean."""
    match wanted:
        case Scalar(text):
            return [] if _same(text, seen) else [f"{what}: {text} expected, got {_said(seen)}"]
        case Sequence(items):
            if not isinstance(seen, list | tuple) or len(seen) != len(items):
                return [f"{what}: {len(items)} expected ({_said(plain(wanted))}), got {_said(seen)}"]
            return [f for i, item in enumerate(items) for f in _differences(f"{what}[{i + 1}]", item, seen[i])]
        case Mapping(entries):
            if not isinstance(seen, dict):
                return [f"{what}: got {_said(seen)}"]
            return [f for key, item in entries for f in _differences(f"{what}.{key.text}", item, seen.get(key.text))]


def _same(text: str, seen: Any) -> bool:
    if seen is None or isinstance(seen, bool):
        return text == _said(seen)
    if isinstance(seen, int | float):
        try:
            return Decimal(text) == Decimal(str(seen))
        except InvalidOperation:
            return False
    return bool(text == seen)


def _said(seen: Any) -> str:
    if isinstance(seen, list | tuple):
        return f"[{', '.join(_said(item) for item in seen)}]"
    if seen is None:
        return "missing"
    return str(seen).lower() if isinstance(seen, bool) else str(seen)
