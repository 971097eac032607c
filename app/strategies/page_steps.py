"""The steps of a strategy as sections of its page."""

from collections.abc import Iterator, Sequence
from html import escape

from app.decisioning.engine.model import (
    Aggregate,
    Characteristic,
    FilterStep,
    OfferPart,
    OffersStep,
    OutcomeStep,
    Pick,
    ReportStep,
    RulesStep,
    ScorecardStep,
    Step,
    TableStep,
    ValuesStep,
)
from app.decisioning.language.types import describe
from app.decisioning.tables.table import Table
from app.strategies.drawing import kind_of
from app.strategies.wording import decimal, figure


def section(step: Step | OfferPart) -> Iterator[str]:
    """Heading and tables of one step, and of the steps inside it."""
    yield f'<h2 id="{escape(step.name)}">{escape(step.name)}<small>{escape(kind_of(step))}</small></h2>'
    match step:
        case ReportStep():
            yield table_of(["name", "of all", "figure", "where"], [_aggregate(a) for a in step.aggregates])
            yield table_of(["name", "stated by the bureau", "of several"], [_pick(p) for p in step.picks])
        case ValuesStep():
            rows = [[_code(v.name), _code(v.text), escape(describe(v.expression.type))] for v in step.values]
            yield table_of(["name", "expression", "type"], [cells(row) for row in rows])
        case ScorecardStep():
            yield from _scorecard(step)
        case TableStep() | OutcomeStep():
            yield _decision_table(step.table)
            if isinstance(step, OutcomeStep):
                texts = [cells([_code(code), escape(reason.text)]) for code, reason in step.reasons.items()]
                yield table_of(["reason", "text"], texts)
        case RulesStep() | FilterStep():
            heading = "declines when" if isinstance(step, RulesStep) else "keeps when"
            rules = [cells([_code(r.reason.code), _code(r.text), escape(r.reason.text)]) for r in step.rules]
            yield table_of(["code", heading, "told"], rows=rules)
        case OffersStep():
            yield from _offers(step)


def _aggregate(aggregate: Aggregate) -> str:
    figure_ = aggregate.operation if aggregate.item is None else f"{aggregate.operation} {aggregate.text}"
    return cells([_code(aggregate.name), aggregate.over, _code(figure_), _code(aggregate.where_text)])


def _pick(pick: Pick) -> str:
    several = f"worst ({pick.worst})" if pick.combine == "worst" else pick.combine
    return cells([_code(pick.name), _code(f"{pick.source} {pick.key}"), escape(several)])


def _scorecard(step: ScorecardStep) -> Iterator[str]:
    about = (
        f"{step.combine} of the points, from {decimal(step.initial, step.scale)}; "
        f"reasons: at most {step.reason_limit}, furthest {step.reason_method} the reference first"
    )
    yield f'<p class="about">{escape(about)}</p>'
    rows = [row for card in step.characteristics for row in _characteristic(card, step.scale)]
    heads = ["characteristic", "attribute", "points", "reference", "reason"]
    yield table_of(heads, rows, figures=("points", "reference"))
    yield f"<h3>{escape(step.score)}<small>cut-offs</small></h3>"
    yield _decision_table(step.bands)


def _characteristic(card: Characteristic, scale: int) -> Iterator[str]:
    """A row an attribute; what holds for the whole characteristic stands beside all of them."""
    (column,) = card.table.inputs
    span = f' rowspan="{len(card.table.rows)}"'
    for place, row in enumerate(card.table.rows):
        attribute = f'<td>{escape(row.cells[0].text)}</td><td class="figure">{escape(row.texts[0])}</td>'
        if place:
            yield f"<tr>{attribute}</tr>"
        else:
            name = f"<td{span}><b>{escape(card.name)}</b><br>{_code(column.text)}</td>"
            reference = f'<td class="figure"{span}>{decimal(card.reference, scale)}</td>'
            yield f'<tr class="group">{name}{attribute}{reference}<td{span}>{escape(card.reason.text)}</td></tr>'


def _offers(step: OffersStep) -> Iterator[str]:
    currencies = list(step.propositions[0].columns)
    rows = []
    for place, (column, type_) in enumerate(zip(step.columns, step.column_types, strict=True)):
        values = [figure(type_, {c: own.columns[c][place] for c in currencies}) for own in step.propositions]
        rows.append(cells([_code(column), *map(escape, values)]))
    yield table_of(["", *(proposition.name for proposition in step.propositions)], rows)
    order = ", then ".join(f"{key.text} {'descending' if key.descending else 'ascending'}" for key in step.rank)
    yield f'<p class="about">Ranked by {escape(order)}.</p>'
    for part in step.parts:
        yield from section(part)


def _decision_table(table: Table) -> str:
    heads = [("number", "#"), *(("", i.label) for i in table.inputs), *(("output", o.name) for o in table.outputs)]
    rows = []
    for row in sorted(table.rows, key=lambda r: r.number):
        inputs = "".join(_condition(cell.text) for cell in row.cells)
        rows.append(f'<tr><td class="number">{row.number}</td>{inputs}{_outputs(row.texts)}</tr>')
    if table.default is not None:
        span = f'<td class="any" colspan="{len(table.inputs)}">otherwise</td>'
        rows.append(f'<tr><td class="number">{table.default.number}</td>{span}{_outputs(table.default.texts)}</tr>')
    head = "".join(f'<th class="{kind}">{escape(label)}</th>' for kind, label in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _condition(text: str) -> str:
    """What lets everything pass stands back."""
    return f'<td class="any">{text}</td>' if text in ("any", "-") else f"<td>{escape(text)}</td>"


def _outputs(texts: Sequence[str]) -> str:
    return "".join(f'<td class="output">{escape(text)}</td>' for text in texts)


def table_of(headings: Sequence[str], rows: Sequence[str], figures: Sequence[str] = ()) -> str:
    """A table; `rows` are made by `cells`. Headings of `figures` stand to the right, as those do."""
    if not rows:
        return ""
    head = "".join(
        f'<th class="{"figure" if heading in figures else ""}">{escape(heading)}</th>' for heading in headings
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def cells(contents: Sequence[str]) -> str:
    """A row of cells whose contents are HTML already."""
    return f"<tr>{''.join(f'<td>{content}</td>' for content in contents)}</tr>"


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>" if text else ""
