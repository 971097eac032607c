"""Tables that were published with a defect, as they were: small, and known to everybody who compares such tools."""

from collections.abc import Sequence

from app.decisioning.language.core import Reference
from app.decisioning.language.types import BOOLEAN, Type, integer
from app.decisioning.tables.cells import parse_cell
from app.decisioning.tables.table import Input, Output, Row, Table

_PRE_BUREAU_RISK = (
    ("false", "< 100"), ("false", "[100..120)"), ("false", "[120..130)"), ("false", "> 130"),
    ("true", "< 80"), ("true", "[80..90)"), ("true", "[90..110]"), ("true", "> 110"),
)
_INCOME = (("<= 1000",), ("(1000..2500]",), ("> 1500",))


def pre_bureau_risk() -> Table:
    """Of DMN's lending example: new customers with a score of exactly 130 are nobody's."""
    return _table({"existing": BOOLEAN, "score": integer()}, _PRE_BUREAU_RISK)


def income(*, nullable: bool) -> Table:
    """Of PMML's scorecard sample: incomes from 1501 to 2500 are scored twice. With its row for a missing income, or
    without."""
    type_ = integer()
    return _table({"income": type_.maybe() if nullable else type_}, ((("missing",),) if nullable else ()) + _INCOME)


def _table(types: dict[str, Type], cells: Sequence[Sequence[str]]) -> Table:
    rows = (
        Row(number, tuple(parse_cell(text, type_) for text, type_ in zip(own, types.values(), strict=True)), (number,))
        for number, own in enumerate(cells, 1)
    )
    inputs = tuple(Input(name, Reference(name, type_)) for name, type_ in types.items())
    return Table("published", "unique", inputs, (Output("points", integer()),), tuple(rows))
