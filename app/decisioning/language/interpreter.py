"""The plain evaluator: walks the tree. Slow, obvious, and the judge of the compiled one."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from app.decisioning.language import runtime
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
from app.decisioning.money import annuity, offer_rate

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
    "==": operator.eq, "!=": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "half_up": runtime.half_up,
    "half_even": runtime.half_even,
    "floor": runtime.floor,
    "ceiling": runtime.ceiling,
    "round_down": runtime.round_down,
    "ratio": runtime.ratio,
    "years_between": runtime.years_between,
    "months_between": runtime.months_between,
    "days_between": runtime.days_between,
    "add_days": runtime.add_days,
    "add_months": runtime.add_months,
    "add_years": runtime.add_years,
    "position": runtime.position,
    "sum": sum,
    "count": len,
    "first": runtime.first,
    "least": runtime.least,
    "greatest": runtime.greatest,
    "annuity_instalment": annuity.instalment,
    "annuity_amount": annuity.amount,
    "annuity_last": annuity.last_instalment,
    "apr": offer_rate.apr,
    "effective_rate": offer_rate.effective_rate,
}


def evaluate(tree: Core, values: Mapping[str, Any]) -> Any:  # noqa: PLR0911 - one return a node is the clearest
    """The value of a checked expression. `values` holds every name it reads, and `round_money` when it rounds money."""
    match tree:
        case Constant(value):
            return value
        case Reference(name):
            return values[name]
        case Arithmetic(symbol, left, right) | Comparison(symbol, left, right):
            return OPERATORS[symbol](evaluate(left, values), evaluate(right, values))
        case Logic("and", left, right):
            return evaluate(left, values) and evaluate(right, values)
        case Logic(_, left, right):
            return evaluate(left, values) or evaluate(right, values)
        case Not(operand):
            return not evaluate(operand, values)
        case Contains(item, members):
            return evaluate(item, values) in evaluate(members, values)
        case Missing(operand):
            return evaluate(operand, values) is None
        case Choice(condition, then, otherwise):
            return evaluate(then if evaluate(condition, values) else otherwise, values)
        case Coalesce(operands):
            return next((v for v in (evaluate(o, values) for o in operands) if v is not None), None)
        case Apply(function, arguments):
            call = values["round_money"] if function == "round_money" else FUNCTIONS[function]
            return call(*(evaluate(argument, values) for argument in arguments))
