"""Propositions written out as Python source: one after another, each with its own figures as literals."""

from operator import itemgetter
from typing import Any

from app.decisioning.engine.model import FilterStep, OfferPart, OffersStep, Proposition, TableStep, ValuesStep
from app.decisioning.engine.priced import Priced, priced
from app.decisioning.engine.table_source import write_table
from app.decisioning.engine.writer import Writer
from app.decisioning.language import source
from app.decisioning.language.core import Constant
from app.decisioning.language.loans import DISCLOSED_SCALE
from app.decisioning.language.types import TEXT
from app.decisioning.money.nominal import LARGEST
from app.domain.decision import Offer


def write_values(writer: Writer, step: ValuesStep, loan: Priced | None = None) -> None:
    """Sets the values. Annuity factors and rates that several of them share are looked up once; the rates of a `loan`
    in a table, wherever that has them."""
    solved = "" if loan is None else source.rates([writer.expression(part) for part in loan.loan])
    shared: dict[str, str] = {}
    for named in step.values:
        text = writer.expression(named.expression)
        for looked_up in source.looked_up(named.expression, writer.name):
            if looked_up not in shared and ":=" not in looked_up:
                shared[looked_up] = writer.local()
                quoted = _quoted(writer, loan, solved) if loan and looked_up == solved else looked_up
                writer.line(f"{shared[looked_up]} = {quoted}")
        for looked_up, local in shared.items():
            text = text.replace(looked_up, local)
        writer.line(f"{writer.name(named.name)} = {text}")


def _quoted(writer: Writer, loan: Priced, solved: str) -> str:
    """Source for the rates of a loan priced by table (money.nominal), `solved` where no quote holds."""
    advance, _, _, term = (writer.expression(part) for part in loan.loan)
    quotes = f"(_q := QUOTES[{writer.expression(loan.rate)}])"
    return f"_q[1] if {quotes}[0][{term}] <= {advance} <= {LARGEST} else {solved}"


def write_offers(writer: Writer, step: OffersStep, currency: str) -> None:
    """Sets `made` (what `best_first` takes), `dropped` with the reasons, and `offer_left`."""
    writer.line("made, dropped, requested = [], [], False")
    with writer.repeated():
        for proposition in step.propositions:
            _write_proposition(writer, step, proposition, currency, priced(step))
    writer.line('v_offer_left = "REQUESTED" if requested else "ALTERNATIVE" if made else "NONE"')


def _write_proposition(
    writer: Writer, step: OffersStep, proposition: Proposition, currency: str, loan: Priced | None
) -> None:
    writer.inline("proposition", Constant(proposition.name, TEXT))
    types = step.column_types or (TEXT,) * len(step.columns)
    for name, value, type_ in zip(step.columns, proposition.columns[currency], types, strict=True):
        writer.inline(name, Constant(value, type_))
    own = writer.name("proposition")
    writer.line(f'v_ranking = "REQUESTED" if v_product == {own} else "ALTERNATIVE"')
    with writer.block("while True:"):          # once: `break` drops the proposition
        for part in step.parts:
            _write_part(writer, part, own, loan)
        keys = [f"{'-' if key.descending else ''}{writer.expression(key.expression)}" for key in step.rank]
        advance = writer.name(step.advance)
        writer.line(
            f"made.append((({', '.join(keys)},), {own}, v_ranking, v_amount, {advance}, v_term, "
            f"v_annual_rate / {10**step.rate_scale}, v_apr / {10**DISCLOSED_SCALE}, "
            f"v_effective_rate / {10**DISCLOSED_SCALE}, v_instalment, v_last_instalment, "
            f"v_instalment * (v_term - 1) + v_last_instalment - {advance}, v_maximum_payment))"
        )
        with writer.block(f"if v_product == {own}:"):
            writer.line("requested = True")
        writer.line("break")


def _write_part(writer: Writer, part: OfferPart, proposition: str, loan: Priced | None) -> None:
    match part:
        case ValuesStep():
            write_values(writer, part, loan)
        case TableStep():
            write_table(writer, part.table)
        case FilterStep():
            for rule in part.rules:
                with writer.block(f"if not {writer.expression(rule.condition)}:"):
                    writer.line(f"dropped.append(({proposition}, {writer.constant(rule.reason)}))")
                    writer.line("break")


def best_first(made: list[tuple[Any, ...]]) -> tuple[Offer, ...]:
    """Offers ranked by their keys, which stand first; equal ones keep their order."""
    if len(made) > 1:
        made.sort(key=itemgetter(0))
    return tuple(
        [
            Offer(name, ranking, rank, amount, paid_out, term, rate, apr, effective, instalment, last, cost, payment)
            for rank, (
                _, name, ranking, amount, paid_out, term, rate, apr, effective, instalment, last, cost, payment,
            ) in enumerate(made, 1)
        ]
    )
