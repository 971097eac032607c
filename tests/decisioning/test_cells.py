"""What a cell admits, and what cannot stand in one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.decisioning.engine.table_source import cell_test
from app.decisioning.engine.writer import Writer
from app.decisioning.language.types import BOOLEAN, DATE, TEXT, decimal, integer, money, one_of
from app.decisioning.tables.cells import CellError, parse_cell

COLOUR = one_of("RED", "YELLOW", "GREEN")
TYPES = {
    "whole": integer(0, 20),
    "maybe": integer(0, 20).maybe(),
    "decimal": decimal(1),
    "colour": COLOUR,
    "maybe colour": COLOUR.maybe(),
    "text": TEXT,
    "boolean": BOOLEAN,
    "maybe boolean": BOOLEAN.maybe(),
    "date": DATE,
}


@pytest.mark.parametrize(
    ("kind", "text", "admitted", "refused"),
    [
        ("whole", "5", [5], [4, 6]),
        ("whole", "< 5", [4, 0], [5]),
        ("whole", "<= 5", [5], [6]),
        ("whole", "> 5", [6], [5]),
        ("whole", ">=5", [5], [4]),
        ("whole", "< 5.5", [5], [6]),
        ("whole", "> 5.5", [6], [5]),
        ("whole", "[3..5)", [3, 4], [2, 5]),
        ("whole", "(3..5]", [4, 5], [3, 6]),
        ("whole", "3, 7, 5", [3, 5, 7], [4]),
        ("whole", "not(3)", [2, 4], [3]),
        ("whole", "not(3, 5)", [2, 4, 6], [3, 5]),
        ("whole", "not(< 5)", [5], [4]),
        ("whole", "not([3..5])", [2, 6], [3, 5]),
        ("whole", "any", [0, 20], []),
        ("whole", "-", [0, 20], []),
        ("maybe", "any", [0, None], []),
        ("maybe", "missing", [None], [0]),
        ("maybe", "< 5", [4], [None, 5]),
        ("maybe", "not(3)", [4], [3, None]),
        ("decimal", "< 5", [49], [50]),
        ("decimal", "[0.5..1.0)", [5, 9], [4, 10]),
        ("colour", "RED", ["RED"], ["GREEN"]),
        ("colour", "RED, GREEN", ["RED", "GREEN"], ["YELLOW"]),
        ("colour", "not(RED, GREEN)", ["YELLOW"], ["RED"]),
        ("maybe colour", "not(RED)", ["GREEN"], ["RED", None]),
        ("maybe colour", "any", ["RED", None], []),
        ("text", "001, 002", ["001", "002"], ["1"]),
        ("text", "not(001)", ["002", "anything"], ["001"]),
        ("boolean", "true", [True], [False]),
        ("boolean", "not(true)", [False], [True]),
        ("maybe boolean", "false", [False], [True, None]),
        ("date", "< 2020-02-29", [date(2020, 2, 28)], [date(2020, 2, 29)]),
        ("date", "[2020-01-01..2020-12-31]", [date(2020, 12, 31)], [date(2021, 1, 1)]),
    ],
)
def test_a_cell_admits_what_it_says(kind, text, admitted, refused):
    type_ = TYPES[kind]
    cell = parse_cell(text, type_)
    source = cell_test(Writer({}), cell, type_, "x") or "True"

    def compiled(value):
        return bool(eval(source, {"x": value.toordinal() if isinstance(value, date) else value}))

    for value in admitted:
        assert cell.admits(value) and compiled(value), value
    for value in refused:
        assert not cell.admits(value) and not compiled(value), value


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("whole", "missing", "nothing can be missing"),
        ("whole", "five", "no condition on a number"),
        ("whole", "< five", "no condition on a number"),
        ("whole", "", "no condition on a number"),
        ("whole", "[5..3]", "holds no value"),
        ("whole", "(3..4)", "holds no value"),
        ("whole", "5.5", "more decimals"),
        ("whole", "3, [2..4]", "no condition on a number"),
        ("whole", "3, 3", "overlap"),
        ("whole", "= 5", "no condition on a number"),
        ("whole", "=> 5", "no condition on a number"),
        ("maybe", "not(missing)", "not\\(...\\) speaks of values only"),
        ("colour", "GREN", "did you mean 'GREEN'"),
        ("colour", "RED, RED", "names a value twice"),
        ("colour", "< RED", "does not fit a column of texts"),
        ("colour", "RED,", "does not fit a column of texts"),
        ("boolean", "yes", "neither true nor false"),
        ("date", "2020-13-01", "is not a date"),
        ("date", "soon", "is not a date"),
    ],
)
def test_what_cannot_stand_in_a_cell_is_refused(kind, text, message):
    with pytest.raises(CellError, match=message):
        parse_cell(text, TYPES[kind])


def test_an_amount_of_money_needs_a_currency_so_a_cell_cannot_hold_one():
    with pytest.raises(CellError, match="has no currency"):
        parse_cell("< 500", money())
    assert parse_cell("> 0", money()).admits(1)


@given(st.text(alphabet="<>=[]().,-0123456789notmisgay ", max_size=12))
def test_any_text_is_a_cell_or_is_refused(text):
    for type_ in TYPES.values():
        try:
            parse_cell(text, type_)
        except CellError:
            continue
