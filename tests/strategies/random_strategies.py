"""Hypothesis strategies for whole strategies: every kind of step, random expressions, tables, cards and propositions.

They are built as models, without the loader, whose proofs would refuse nearly all that is random: every table ends with
a row, or a default, that takes what the others leave.
"""

import re
from typing import Any

from hypothesis import strategies as st

from app.decisioning.engine.model import (
    Aggregate,
    Change,
    Characteristic,
    FilterStep,
    Named,
    OffersStep,
    OutcomeStep,
    Parameter,
    Pick,
    Proposition,
    RankKey,
    ReportStep,
    Rule,
    RulesStep,
    ScorecardStep,
    StrategyModel,
    TableStep,
    Treatment,
    ValuesStep,
)  # fmt: skip
from app.decisioning.engine.standing import LACKS
from app.decisioning.engine.vocabulary import CASE_FACTS, GIVEN, LIABILITY_FACTS, PROPOSITION_GIVEN, SUMMARY_FACTS
from app.decisioning.language import checker
from app.decisioning.language.core import Core
from app.decisioning.language.lexer import ExpressionError
from app.decisioning.language.types import TEXT, Type, decimal, integer, money, one_of
from app.decisioning.strategy import BureauPolicy
from app.decisioning.tables.cells import parse_cell
from app.decisioning.tables.table import Input, Output, Row, Table
from app.domain.decision import Reason
from tests.decisioning.expressions import bounded
from tests.decisioning.test_table_proof import number_cells

_EXPRESSIONS = bounded(2)
truths, amounts = _EXPRESSIONS["truths"], _EXPRESSIONS["amounts"]
expressions = st.one_of(*_EXPRESSIONS.values())

CURRENCIES = ("EUR", "USD")
BUREAUS = (
    BureauPolicy("EQUIFAX", required=True),
    BureauPolicy("EXPERIAN", required=False),
    BureauPolicy("MASTERCARD", required=False, purpose="CARD_DATA", subject="CARD"),
)
SEGMENTS = one_of("RED", "YELLOW", "GREEN")
OFFER_LEFT = one_of("REQUESTED", "ALTERNATIVE", "NONE")
CHANGED = 1_900_000_000_000                    # when the parameters change: within the instants of the evidences

# The names that random expressions read (see tests.decisioning.expressions), out of facts.
BASICS = {
    "n": "min(coalesce(at57s, 7), 60) - 20",
    "maybe_n": "card_score",
    "d": "0.37 * (coalesce(bureau_score, 500) - 520)",
    "m": "monthly_income - monthly_expenses",
    "b": "has_insurance",
    "s": 'if accommodation = "OWNER" then "GREEN" else "RED"',
    "xs": "preferred_propositions",
    "day": "date_of_birth",
    "other_day": "main_document_expires",
}
ITEMS = ["monthly_payment", "late_30 + late_60 * 2", "past_due - balance", "if closed then 0 else balance", "late_90"]
WHERES = [None, "not closed", "late_30 > 1 or late_60 > 1", 'type in ["MORTGAGE", "OTHER"]', "past_due > balance",
          "opened > date_of_birth and has_insurance"]  # fmt: skip


class Scope(dict[str, Type]):
    """Names known so far, with their types."""

    def core(self, text: str) -> Core:
        return checker.check(text, self)

    def fitting(self, text: str, otherwise: str) -> str:
        """The random text, or the other one where it is too large, or tests twice for what it knows already."""
        try:
            self.core(text)
        except ExpressionError as error:
            if not re.search("decimals|deeper|chain of operators|characters|never missing", str(error)):
                raise
            return otherwise
        return text

    def named(self, name: str, text: str) -> Named:
        core = self.core(text)
        self[name] = core.type
        return Named(name, core, text)


def reason(code: str) -> Reason:
    return Reason(code, f"Because of {code}.", "random")


@st.composite
def models(draw: st.DrawFn) -> StrategyModel:
    """A whole strategy, as the loader would hand it on."""
    scope = Scope({name: fact.type for name, fact in CASE_FACTS.items()} | GIVEN)
    scope |= {"evidence": one_of("COMPLETE", "REFER", "DECLINE"), "p": integer(0, 60), "q": money(0, 10**6)}
    steps: list[Any] = [draw(_reports(scope))]
    steps.append(ValuesStep("basics", tuple(scope.named(name, text) for name, text in BASICS.items())))
    listed = draw(_tables(scope, "listed", Output("ns", integer()), ("collect list",)))
    steps.append(TableStep("listed", listed))
    scope["ns"] = listed.result_types[0].type
    texts = draw(st.lists(expressions, min_size=1, max_size=3))
    values = [scope.named(f"v{i}", scope.fitting(text, "n")) for i, text in enumerate(texts)]
    steps.append(ValuesStep("values", tuple(values)))
    steps.append(draw(_scorecards(scope, "scorecard", "score", "internal_band")))
    if draw(st.booleans()):
        steps.append(draw(_scorecards(scope, "behaviour", "behaviour_score", "behaviour_band")))
    steps.append(TableStep("gathered", draw(_tables(scope, "gathered", Output("t0", integer()), GATHERING))))
    segmentation = draw(_tables(scope, "segmentation", Output("segment", SEGMENTS), DECIDING))
    steps.append(TableStep("segmentation", segmentation))
    scope["segment"] = SEGMENTS
    conditions = [scope.fitting(text, "b") for text in draw(st.lists(truths, max_size=3))]
    rules = [Rule(reason(f"RULE_{i}"), scope.core(text)) for i, text in enumerate(conditions)]
    steps.append(RulesStep("eligibility", tuple(rules), "eligible"))
    scope["eligible"] = scope["has_insurance"]
    steps.append(draw(_offers(scope)))
    scope["offer_left"] = OFFER_LEFT
    steps.append(draw(_outcomes(scope)))
    treatments = draw(st.lists(_treatments, min_size=3, max_size=3))
    return StrategyModel(
        name="random", version=1, content_hash="0", products=frozenset(["CustomerLoan"]), effective_from=0,
        bureaus=BUREAUS, deadline_ms=1, offer_validity_ms=1, currencies={"EUR": "half_up", "USD": "half_even"},
        other_currency=Treatment("nothing", "DECLINE", reason("CURRENCY")),
        treatments={
            (required, lack): treatments[(i + required) % 3]
            for required in (True, False)
            for i, lack in enumerate(sorted(LACKS))
        },
        parameters=(
            Parameter("p", integer(0, 60), dict.fromkeys(CURRENCIES, 18), later=(
                Change(CHANGED, dict.fromkeys(CURRENCIES, 21), ""),
            )),
            Parameter("q", money(0, 10**6), {"EUR": 40_000, "USD": 45_000}),
        ),
        steps=tuple(steps),
    )  # fmt: skip


_treatments = st.builds(
    Treatment,
    use=st.sampled_from(["rest", "rest", "internal_only", "nothing"]),
    outcome=st.sampled_from([None, "REFER", "DECLINE"]),
    reason=st.sampled_from([None, reason("LACK"), reason("OTHER_LACK")]),
)


@st.composite
def _reports(draw: st.DrawFn, scope: Scope) -> ReportStep:
    inner = Scope(scope | {name: fact.type for name, fact in LIABILITY_FACTS.items()})
    stated = Scope(scope | {name: fact.type for name, fact in SUMMARY_FACTS.items()})
    present = Scope(stated | {"figure": stated["figure"].present()})
    aggregates = []
    for i in range(draw(st.integers(0, 4))):
        operation = draw(st.sampled_from(["sum", "count", "min", "max", "any", "all"]))
        where = draw(st.sampled_from(WHERES))
        item = None
        if operation in ("any", "all"):
            item = inner.core(draw(st.sampled_from(["closed", "past_due > 0", "late_30 > late_60"])))
        elif operation != "count":
            item = inner.core(draw(st.sampled_from(ITEMS)))
        type_ = integer(0).maybe() if item is None else Type(item.type.kind, money=item.type.money, optional=True)
        scope[f"a{i}"] = type_
        aggregates.append(Aggregate(f"a{i}", operation, item, None if where is None else inner.core(where), type_))
    for i, operation in enumerate(draw(st.lists(st.sampled_from(["sum", "count", "min", "max", "any"]), max_size=2))):
        where = stated.core(draw(st.sampled_from(['figure is present and attribute = "AT57S"', "figure is present"])))
        texts = {"count": None, "any": "figure > 20"}
        text = texts.get(operation, "figure * 2")
        item = None if text is None else present.core(text)
        type_ = integer(0).maybe() if item is None else Type(item.type.kind, scale=item.type.scale, optional=True)
        scope[f"s{i}"] = type_
        aggregates.append(Aggregate(f"s{i}", operation, item, where, type_, over="summaries"))  # type: ignore[arg-type]
    picks = []
    for name, source, key in (
        ("bureau_score", "score", "CREDIT"), ("card_score", "score", "DELINQUENCY"), ("at57s", "summary", "AT57S")
    ):
        combine = draw(st.sampled_from(["worst", "median", "primary"]))
        special = frozenset(draw(st.sets(st.sampled_from([-3, -4])))) if source == "summary" else frozenset()
        scope[name] = integer(-4, 10**16).maybe()
        worst = draw(st.sampled_from(["lowest", "highest"]))
        picks.append(Pick(name, source, key, combine, worst, scope[name], special))  # type: ignore[arg-type]
    return ReportStep("report", tuple(aggregates), tuple(picks))


_CELLS = {
    "n": number_cells.filter(lambda cell: cell != "missing") | st.sampled_from(["< d", ">= p", "[0..p]"]),
    "maybe_n": number_cells | st.sampled_from(["> n", "<= p"]),
    "s": st.sampled_from(["any", "RED", "GREEN", "not(RED)"]),
    "b": st.sampled_from(["any", "true", "false"]),
    "marital_status": st.sampled_from(["any", "SINGLE", "not(MARRIED, WIDOWED)", "MARRIED, SEPARATED"]),
    "region": st.sampled_from(["any", "001, 002", "not(003)"]),
    "day": st.sampled_from(["any", "< 1980-01-01", "[1980-01-01..2000-01-01)", "> other_day"]),
    "m": st.sampled_from(["any", "> 0", "<= 0", "< q", "not(0)"]),
}
DECIDING = ("first", "unique")
GATHERING = ("first", "output order", "rule order", "collect list", "collect sum", "collect count", "collect min",
             "collect max")  # fmt: skip


def _cell(text: str, name: str, scope: Scope) -> Any:
    present = Scope(scope | {name: scope[name].present()})
    return parse_cell(text, scope[name], lambda sign, other: present.core(f"{name} {sign} {other}"))


@st.composite
def _tables(draw: st.DrawFn, scope: Scope, name: str, output: Output, policies: tuple[str, ...]) -> Table:
    """Random cells; numbers may be expressions where `n` gives their type."""
    policy = draw(st.sampled_from(policies))
    columns = draw(st.lists(st.sampled_from(sorted(_CELLS)), min_size=1, max_size=4, unique=True))
    values = st.sampled_from(sorted(output.type.values)) if output.type.values else st.integers(-5, 40)
    rows = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        cells = tuple(_cell(draw(_CELLS[column]), column, scope) for column in columns)
        given = draw(values)
        if isinstance(given, int) and draw(st.integers(0, 4)) == 0:
            given = scope.core(draw(st.sampled_from(["n + p", "n * 3 - 1", "max(n, 4)"])))
        rows.append(Row(number, cells, (given,)))
    last = Row(len(rows) + 1, tuple(parse_cell("any", scope[column]) for column in columns), (draw(values),))
    default = None
    if policy in DECIDING and draw(st.booleans()):
        default = last
    else:
        rows.append(last)
    inputs = tuple(Input(column, scope.core(column), column) for column in columns)
    return Table(name, policy, inputs, (output,), tuple(rows), default)


@st.composite
def _scorecards(draw: st.DrawFn, scope: Scope, step: str, score: str, band: str) -> ScorecardStep:
    cards = []
    for i, name in enumerate(draw(st.lists(st.sampled_from(sorted(_CELLS)), min_size=1, max_size=5, unique=True))):
        rows = [
            Row(number, (_cell(draw(_CELLS[name]), name, scope),), (draw(st.integers(-10, 50)),))
            for number in range(1, draw(st.integers(1, 4)) + 1)
        ]  # fmt: skip
        rows.append(Row(len(rows) + 1, (parse_cell("any", scope[name]),), (draw(st.integers(-10, 50)),)))
        column = Input(name, scope.core(name), name)
        table = Table(name, "first", (column,), (Output("points", integer()),), tuple(rows))
        cards.append(Characteristic(f"{step}{i}", table, reason(f"{step.upper()}_{i % 3}"), draw(st.integers(0, 50))))
    scope[score] = integer()
    bands = Table(
        band, "first", (Input(score, scope.core(score), score),), (Output(band, SEGMENTS),),
        tuple(
            Row(number, (parse_cell(text, scope[score]),), (color,))
            for number, (text, color) in enumerate([("< 20", "RED"), ("[20..60)", "YELLOW"), ("any", "GREEN")], 1)
        ),
    )
    scope[band] = SEGMENTS
    return ScorecardStep(
        step, tuple(cards), draw(st.integers(-5, 5)), draw(st.integers(0, 2)), score, bands,
        draw(st.integers(1, 4)),
        draw(st.sampled_from(["sum", "min", "max", "average", "weighted"])), draw(st.sampled_from(["below", "above"])),
    )  # fmt: skip


@st.composite
def _offers(draw: st.DrawFn, outer: Scope) -> OffersStep:
    scope = Scope(outer | PROPOSITION_GIVEN | {"least": money(0, 10**6), "longest": integer(3, 84)})
    names = draw(st.lists(st.sampled_from(["CustomerLoan", "StudentLoan", "TripleLoan", "X"]), min_size=1, unique=True))
    propositions = tuple(
        Proposition(name, {c: (draw(st.integers(0, 10**5)), longest) for c in CURRENCIES})
        for name in names
        for longest in [draw(st.integers(3, 84))]
    )
    rates = [None, 0, 39_000, 59_000, 109_000]
    pricing = Table(
        "pricing", "first", (Input("segment", scope.core("segment")), Input("ranking", scope.core("ranking"))),
        (Output("annual_rate", decimal(6, 0, 109_000).maybe()),),
        tuple(
            Row(number, (parse_cell(segment, SEGMENTS), parse_cell(ranking, PROPOSITION_GIVEN["ranking"])),
                (draw(st.sampled_from(rates)),))
            for number, (segment, ranking) in enumerate([("RED", "any"), ("any", "REQUESTED"), ("any", "any")], 1)
        ),
    )  # fmt: skip
    scope["annual_rate"] = pricing.outputs[0].type
    first = FilterStep("available", (Rule(reason("UNAVAILABLE"), scope.core(scope.fitting(draw(truths), "b"))),))
    priced = FilterStep("priced", (Rule(reason("UNPRICED"), scope.core("annual_rate is present")),))
    scope["annual_rate"] = scope["annual_rate"].present()
    texts = {
        "maximum_payment": f"max(0, floor(({scope.fitting(draw(amounts), 'm')}) * 0.4))",
        "term": "min(max(requested_term, 3), longest)",
        "affordable": "floor(annuity_amount(maximum_payment, annual_rate, term))",
        "amount": "min(requested_amount, affordable)",
        "instalment": "round(annuity_instalment(amount, annual_rate, term))",
        "last_instalment": "round(annuity_last(amount, instalment, annual_rate, term))",
        "advance": draw(st.sampled_from(["amount", "max(amount - q, 0)", "amount - floor(amount * 0.03)"])),
        "apr": "apr(advance, instalment, last_instalment, term)",
        "effective_rate": "effective_rate(advance, instalment, last_instalment, term)",
        "liking": f"coalesce(position(proposition, preferred_propositions), {draw(st.integers(0, 2))})",
    }
    advance = draw(st.sampled_from(["advance", "amount"]))
    values = ValuesStep("calculation", tuple(scope.named(name, text) for name, text in texts.items()))
    told = FilterStep("cap", (Rule(reason("USURY"), scope.core(
        draw(st.sampled_from(["apr is present", "apr is present and apr <= 0.07", "not (apr is missing)"]))
    )), Rule(reason("UNKNOWN"), scope.core("effective_rate is present"))))  # fmt: skip
    scope["apr"], scope["effective_rate"] = scope["apr"].present(), scope["effective_rate"].present()
    liked = scope.core(scope.fitting(draw(truths), "b"))
    last = FilterStep(
        "minimum", (Rule(reason("TOO_LITTLE"), scope.core("amount >= least")), Rule(reason("UNLIKED"), liked))
    )
    names = st.sampled_from(["amount", "liking", "annual_rate", "b", "term", "apr"])
    keys = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    rank = tuple(RankKey(scope.core(key), draw(st.booleans())) for key in keys)
    parts = (first, TableStep("pricing", pricing), priced, values, told, last)
    types = (scope["least"], scope["longest"])
    return OffersStep("offers", ("least", "longest"), propositions, parts, rank, 6, types, advance)


@st.composite
def _outcomes(draw: st.DrawFn, scope: Scope) -> OutcomeStep:
    because = st.sampled_from(
        ["NONE", "ELIGIBILITY", "SCORECARD", "OFFERS", "EVIDENCE", "OWN", "OWN, SCORECARD, OFFERS", "scorecard",
         "behaviour, OWN"]
    )
    names = ["eligible", "evidence", "segment", "offer_left"]
    cells = [st.sampled_from(["any", *sorted(scope[name].values or ["true", "false"])]) for name in names]
    written = [[draw(cell) for cell in cells] for _ in range(draw(st.integers(0, 6)))] + [["any"] * 4]
    rows = tuple(
        Row(number, tuple(parse_cell(cell, scope[name]) for cell, name in zip(row, names, strict=True)),
            (draw(st.sampled_from(["APPROVE", "DECLINE", "REFER"])), draw(because)))
        for number, row in enumerate(written, 1)
    )  # fmt: skip
    table = Table(
        "outcome", "first", tuple(Input(name, scope.core(name), name) for name in names),
        (Output("outcome", one_of("APPROVE", "DECLINE", "REFER")), Output("because", TEXT)), rows,
    )
    told = frozenset(draw(st.sets(st.sampled_from(["APPROVE", "REFER", "DECLINE"]))))
    return OutcomeStep("outcome", table, {"OWN": reason("OWN")}, told)


