"""Functions of loans: annuities, and the rates that must be disclosed."""

from app.decisioning.language.core import Apply, Core
from app.decisioning.language.lexer import ExpressionError
from app.decisioning.language.types import Type
from app.decisioning.language.values import at_scale, need
from app.decisioning.money.annuity import FACTOR_SCALE, HIGHEST_RATE, LONGEST_TERM, RATE_SCALE
from app.decisioning.money.offer_rate import HIGHEST_APR, HIGHEST_EFFECTIVE_RATE

DISCLOSED_SCALE = 4                            # as money.offer_rate gives them: 0.0969 is 969
_HIGHEST = {"apr": HIGHEST_APR, "effective_rate": HIGHEST_EFFECTIVE_RATE}
DISCLOSED = frozenset(_HIGHEST)


def annuity(function: str, arguments: list[Core], at: int) -> Core:
    """Amounts, an annual rate and a term; in units of 10**-FACTOR_SCALE."""
    *amounts, rate, term = (need(a, "number", at) for a in arguments)
    _whole(function, amounts, at)
    if rate.type.money or rate.type.scale > RATE_SCALE or rate.type.unit not in (None, "rate"):
        raise ExpressionError(f"the rate is a plain number with at most {RATE_SCALE} decimals", at)
    rate = at_scale(rate, RATE_SCALE)
    _within(rate, 0, HIGHEST_RATE, "the annual rate must be known to lie in 0..10", at)
    _months(term, at)
    money = any(amount.type.money for amount in amounts)
    low = 0 if all(a.type.low is not None and a.type.low >= 0 for a in amounts) and len(amounts) == 1 else None
    return Apply(function, (*amounts, rate, term), Type("number", scale=FACTOR_SCALE, money=money, low=low))


def disclosed(function: str, arguments: list[Core], at: int) -> Core:
    """The rate of a level loan, to 1/100 of a percent; missing where there is no such loan."""
    *amounts, term = (need(a, "number", at) for a in arguments)
    _whole(function, amounts, at)
    if len({amount.type.money for amount in amounts}) > 1:
        raise ExpressionError(f"{function} takes three amounts of money, or three plain numbers", at)
    _months(term, at)
    type_ = Type("number", scale=DISCLOSED_SCALE, unit="rate", optional=True, low=0, high=_HIGHEST[function])
    return Apply(function, (*amounts, term), type_)


def _whole(function: str, amounts: list[Core], at: int) -> None:
    if any(amount.type.scale for amount in amounts):
        raise ExpressionError(f"{function} takes whole amounts: round it first", at)


def _months(term: Core, at: int) -> None:
    if term.type.scale or term.type.money or term.type.unit not in (None, "months"):
        raise ExpressionError("the term is a whole number of months", at)
    _within(term, 1, LONGEST_TERM, f"the term must be known to lie in 1..{LONGEST_TERM} months", at)


def _within(tree: Core, low: int, high: int, message: str, at: int) -> None:
    if tree.type.low is None or tree.type.high is None or tree.type.low < low or tree.type.high > high:
        raise ExpressionError(message, at)
