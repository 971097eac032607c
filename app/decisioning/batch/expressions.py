"""Expressions over columns: the third evaluator of the core trees, beside language.interpreter and language.source.

Both branches of a choice are worked out for every row. Where a row evaluator would not have looked, for something is
missing there, the value means nothing; what is missing marks it until the choice, the test or the filter drops it.

Functions without a columnar form (dates moved by days, months or years, figures of lists, numbers looked for in lists)
are called a row at a time: as right, and no faster than the row evaluators.
"""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from app.decisioning.batch.annuities import ANNUITIES, annuity, rounded_annuity
from app.decisioning.batch.columns import Column, column_of, constant, plain
from app.decisioning.batch.disclosed import disclosed
from app.decisioning.batch.frame import Frame
from app.decisioning.batch.functions import COLUMNAR, ROUNDINGS, arithmetic, contains, rounded
from app.decisioning.batch.pricing import UNIT, Pricing
from app.decisioning.language.core import (
    Apply,
    Arithmetic,
    Choice,
    Coalesce,
    Comparison,
    Constant,
    Contains,
    Core,
    Logic,
    Missing,
    Not,
    Reference,
)
from app.decisioning.language.interpreter import FUNCTIONS
from app.decisioning.language.loans import DISCLOSED
from app.decisioning.language.types import BOOLEAN, Type

_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}


def evaluate(tree: Core, frame: Frame) -> Column:  # noqa: PLR0911, PLR0912 - one return a node is the clearest
    """The expression's value in every row of the frame."""
    match tree:
        case Constant(value):
            return constant(value, frame.pool)
        case Reference(name):
            return frame.column(name)
        case Arithmetic(symbol, left, right):
            return arithmetic(symbol, evaluate(left, frame), evaluate(right, frame))
        case Comparison(symbol, left, right):
            return Column(_COMPARISONS[symbol](evaluate(left, frame).values, evaluate(right, frame).values))
        case Logic("and", left, right):
            return Column(evaluate(left, frame).values & evaluate(right, frame).values)
        case Logic(_, left, right):
            return Column(evaluate(left, frame).values | evaluate(right, frame).values)
        case Not(operand):
            return Column(~evaluate(operand, frame).values)
        case Contains(item, members) if item.type.kind == "text":
            return contains(frame, evaluate(item, frame), evaluate(members, frame))
        case Contains(item, members):
            return _row_by_row(lambda one, several: one in several, (item, members), BOOLEAN, frame)
        case Missing(operand):
            missing = evaluate(operand, frame).missing
            return Column(np.zeros(1, bool) if missing is None else missing)
        case Choice(condition, then, otherwise):
            return _chosen(evaluate(condition, frame).values, evaluate(then, frame), evaluate(otherwise, frame))
        case Coalesce(operands):
            return _first_present([evaluate(operand, frame) for operand in operands])
        case Apply():
            return _applied(tree, frame)


def _chosen(condition: Any, then: Column, otherwise: Column) -> Column:
    missing = None
    if then.missing is not None or otherwise.missing is not None:
        missing = np.where(condition, _mask(then), _mask(otherwise))
    low, high = min(then.low, otherwise.low), max(then.high, otherwise.high)
    return Column(np.where(condition, then.values, otherwise.values), missing, low, high)


def _first_present(columns: list[Column]) -> Column:
    found = columns[-1]
    for column in reversed(columns[:-1]):
        found = _chosen(~_mask(column), column, found)
    return found


def _mask(column: Column) -> Any:
    return np.zeros(1, bool) if column.missing is None else column.missing


def _applied(tree: Apply, frame: Frame) -> Column:
    name, arguments = tree.function, tree.arguments
    if name in ROUNDINGS or name == "round_money":
        inner, unit = arguments
        whole = isinstance(unit, Constant) and unit.value == UNIT
        if whole and isinstance(inner, Apply) and inner.function in ANNUITIES:
            return rounded_annuity(name, inner.function, frame, *_priced(inner, frame))
        return rounded(name, frame, evaluate(inner, frame), evaluate(unit, frame))
    if name not in COLUMNAR and name not in ANNUITIES and name not in DISCLOSED:
        return _row_by_row(FUNCTIONS[name], arguments, tree.type, frame)
    if name in DISCLOSED:
        return _disclosed(tree, frame)
    if name in ANNUITIES:
        return annuity(name, *_priced(tree, frame))
    return COLUMNAR[name](frame, *(evaluate(argument, frame) for argument in arguments))


def _disclosed(tree: Apply, frame: Frame) -> Column:
    """Both rates are worked out at once, or looked up where the loan is priced by tables."""
    if tree.arguments not in frame.rates:
        columns = [evaluate(argument, frame) for argument in tree.arguments]
        if any(column.values.dtype == object for column in columns):
            return _row_by_row(FUNCTIONS[tree.function], tree.arguments, tree.type, frame)
        loan = frame.loan
        pricing = _pricing(loan.rate, loan.loan[-1], frame) if loan and loan.loan == tree.arguments else None
        frame.rates[tree.arguments] = disclosed(pricing, *columns)
    return frame.rates[tree.arguments][tree.function]


def _priced(tree: Apply, frame: Frame) -> tuple[Pricing, *tuple[Column, ...]]:
    """What an annuity is worked out from: its factors, and the amounts."""
    *amounts, rate, term = tree.arguments
    return _pricing(rate, term, frame), *(evaluate(amount, frame) for amount in amounts)


def _pricing(rate: Core, term: Core, frame: Frame) -> Pricing:
    found = frame.pricings.get((rate, term))
    if found is None:
        found = frame.pricings[rate, term] = Pricing(evaluate(rate, frame), evaluate(term, frame))
    return found


def _row_by_row(function: Callable[..., Any], arguments: tuple[Core, ...], type_: Type, frame: Frame) -> Column:
    """What has no columnar form: the row evaluators' own function, a row at a time."""
    columns = [evaluate(argument, frame) for argument in arguments]
    size = 1 if all(len(column.values) == 1 and column.missing is None for column in columns) else frame.size
    values = [plain(c, a.type, size, frame.pool) for c, a in zip(columns, arguments, strict=True)]
    found = [None if None in row else function(*row) for row in zip(*values, strict=True)]
    return column_of(found, type_.maybe(), frame.pool)
