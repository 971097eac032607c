"""Functions that give dates."""

from datetime import date

from app.decisioning.language.core import Apply, Constant, Core
from app.decisioning.language.lexer import ExpressionError
from app.decisioning.language.types import DATE, Unit
from app.decisioning.language.values import need

_UNITS: dict[str, Unit] = {"add_days": "days", "add_months": "months", "add_years": "years"}


def literal(_: str, arguments: list[Core], at: int) -> Core:
    """`date("2026-01-31")`."""
    (text,) = arguments
    if not isinstance(text, Constant) or not isinstance(text.value, str):
        raise ExpressionError('a day is written out, in quotes: date("2026-01-31")', at)
    try:
        return Constant(date.fromisoformat(text.value), DATE)
    except ValueError:
        raise ExpressionError(f'{text.value!r} is not a day: date("2026-01-31")', at) from None


def shifted(function: str, arguments: list[Core], at: int) -> Core:
    """A date so many days, months or years away."""
    day, by = need(arguments[0], "date", at), need(arguments[1], "number", at)
    if by.type.scale or by.type.money:
        raise ExpressionError(f"{function} takes a whole number", at)
    if by.type.unit not in (None, _UNITS[function]):
        raise ExpressionError(f"{function} takes {_UNITS[function]}, these are {by.type.unit}", at)
    return Apply(function, (day, by), DATE)
