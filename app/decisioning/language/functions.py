"""What each function of the language takes and gives, and which runtime function does it."""

from collections.abc import Callable
from dataclasses import replace

from app.decisioning.language import dates, lists, loans
from app.decisioning.language.core import Apply, Coalesce, Constant, Core
from app.decisioning.language.lexer import ExpressionError
from app.decisioning.language.types import MAX_SCALE, Type, Unit, integer
from app.decisioning.language.values import at_scale, common_unit, joined, need

Arguments = list[Core]
Builder = Callable[[str, Arguments, int], Core]


def apply_function(function: str, arguments: Arguments, at: int) -> Core:
    """The checked call; ExpressionError says what the function takes."""
    takes, build = _FUNCTIONS[function]
    counts, signature = takes
    if len(arguments) not in counts:
        raise ExpressionError(f"{function} takes {signature}", at)
    return build(function, arguments, at)


def _extreme(function: str, arguments: Arguments, at: int) -> Core:
    if len(arguments) == 1:
        return lists.extreme(function, arguments[0], at)
    for argument in arguments:
        need(argument, "number", at)
    alike, type_ = joined(arguments, at)
    bound = min if function == "min" else max
    lows = [a.type.low for a in alike]
    highs = [a.type.high for a in alike]
    low = bound((x for x in lows if x is not None), default=None)
    high = bound((x for x in highs if x is not None), default=None)
    if function == "min" and None in lows:
        low = None
    if function == "max" and None in highs:
        high = None
    return Apply(function, tuple(alike), replace(type_, low=low, high=high))


def _absolute(_: str, arguments: Arguments, at: int) -> Core:
    (operand,) = arguments
    type_ = need(operand, "number", at).type
    high = None if type_.low is None or type_.high is None else max(abs(type_.low), abs(type_.high))
    return Apply("abs", (operand,), replace(type_, low=0, high=high))


def _to_whole(function: str, arguments: Arguments, at: int) -> Core:
    """round, floor, ceiling to `decimals` (0 when not given); money is rounded to its minor unit.

    `round` of money follows its currency's rule, of other numbers halves go away from zero; the others say their rule.
    """
    operand = need(arguments[0], "number", at)
    decimals = _literal(arguments[1], at, "decimals") if len(arguments) > 1 else 0
    if operand.type.money and decimals:
        raise ExpressionError("money is rounded to its minor unit: leave the decimals out", at)
    if decimals >= operand.type.scale:
        raise ExpressionError(f"nothing to round: this has {operand.type.scale} decimals", at)
    unit = 10 ** (operand.type.scale - decimals)
    name = {"round": "half_up", "round_half_up": "half_up", "round_half_even": "half_even"}.get(function, function)
    if function == "round" and operand.type.money:
        name = "round_money"
    type_ = Type(
        "number",
        scale=decimals,
        money=operand.type.money,
        unit=operand.type.unit,
        low=None if operand.type.low is None else operand.type.low // unit,
        high=None if operand.type.high is None else -(-operand.type.high // unit),
    )
    return Apply(name, (operand, Constant(unit, integer(unit, unit))), type_)


def _plain(_: str, arguments: Arguments, at: int) -> Core:
    """The number without what it counts, so that it can meet others."""
    operand = need(arguments[0], "number", at)
    if operand.type.money:
        raise ExpressionError("money stays money: compare it with an amount", at)
    return replace(operand, type=replace(operand.type, unit=None))


def _round_down(_: str, arguments: Arguments, at: int) -> Core:
    (operand, step), type_ = joined([need(a, "number", at) for a in arguments], at)
    if step.type.low is None or step.type.low <= 0:
        raise ExpressionError("the step of round_down must be known to be above zero", at)
    low = 0 if operand.type.low is not None and operand.type.low >= 0 else None
    return Apply("round_down", (operand, step), replace(type_, low=low, high=operand.type.high))


def _ratio(_: str, arguments: Arguments, at: int) -> Core:
    numerator, denominator = (need(a, "number", at) for a in arguments[:2])
    if numerator.type.money != denominator.type.money:
        raise ExpressionError("a ratio is money by money, or number by number", at)
    common_unit([numerator.type, denominator.type], at)
    scale = max(numerator.type.scale, denominator.type.scale)
    decimals = _literal(arguments[2], at, "decimals")
    unit = Constant(10**decimals, integer(10**decimals, 10**decimals))
    sides = (at_scale(numerator, scale), at_scale(denominator, scale))
    certain = denominator.type.low is not None and denominator.type.low > 0
    return Apply("ratio", (*sides, unit), Type("number", scale=decimals, optional=not certain))


def _coalesce(_: str, arguments: Arguments, at: int) -> Core:
    for argument in arguments[:-1]:
        if not argument.type.optional:
            raise ExpressionError("this is never missing, so what follows it in coalesce is never used", at)
    alike, type_ = joined(arguments, at)
    return Coalesce(tuple(alike), replace(type_, optional=arguments[-1].type.optional))


def _between_dates(function: str, arguments: Arguments, at: int) -> Core:
    both = tuple(need(a, "date", at) for a in arguments)
    unit: Unit = function.removesuffix("_between")  # type: ignore[assignment]
    return Apply(function, both, integer(unit=unit))


def _position(_: str, arguments: Arguments, at: int) -> Core:
    item, items = need(arguments[0], "text", at), need(arguments[1], "texts", at)
    return Apply("position", (item, items), replace(integer(0), optional=True))


def _literal(tree: Core, at: int, what: str) -> int:
    if isinstance(tree, Constant) and isinstance(tree.value, int) and tree.type.scale == 0:
        if 0 <= tree.value <= MAX_SCALE:
            return tree.value
        raise ExpressionError(f"{what}: 0..{MAX_SCALE}", at)
    raise ExpressionError(f"{what} must be a whole number written out", at)


_MANY = range(2, 17)
_SOME = range(1, 17)
_TO_WHOLE = "a number and, if it is not money, its decimals"
_LEVEL_LOAN = "what is paid out, instalment, last instalment, term in months"
_FUNCTIONS: dict[str, tuple[tuple[range | tuple[int, ...], str], Builder]] = {
    "min": ((_SOME, "two or more numbers, or a list of them"), _extreme),
    "max": ((_SOME, "two or more numbers, or a list of them"), _extreme),
    "sum": (((1,), "a list of numbers"), lists.total),
    "count": (((1,), "a list"), lists.count),
    "first": (((1,), "a list"), lists.first),
    "abs": (((1,), "a number"), _absolute),
    "round": (((1, 2), _TO_WHOLE), _to_whole),
    "round_half_up": (((1, 2), _TO_WHOLE), _to_whole),
    "round_half_even": (((1, 2), _TO_WHOLE), _to_whole),
    "floor": (((1, 2), _TO_WHOLE), _to_whole),
    "ceiling": (((1, 2), _TO_WHOLE), _to_whole),
    "number": (((1,), "months, years, days, points or a rate"), _plain),
    "round_down": (((2,), "a number and a step"), _round_down),
    "ratio": (((3,), "a numerator, a denominator and the decimals of the result"), _ratio),
    "coalesce": ((_MANY, "two or more values, the last for when all others are missing"), _coalesce),
    "years_between": (((2,), "two dates"), _between_dates),
    "months_between": (((2,), "two dates"), _between_dates),
    "days_between": (((2,), "two dates"), _between_dates),
    "date": (((1,), "a day in quotes: date(\"2026-01-31\")"), dates.literal),
    "add_days": (((2,), "a date and a whole number"), dates.shifted),
    "add_months": (((2,), "a date and a whole number"), dates.shifted),
    "add_years": (((2,), "a date and a whole number"), dates.shifted),
    "position": (((2,), "a text and a list of texts"), _position),
    "annuity_instalment": (((3,), "amount, annual rate, term in months"), loans.annuity),
    "annuity_amount": (((3,), "instalment, annual rate, term in months"), loans.annuity),
    "annuity_last": (((4,), "amount, instalment, annual rate, term in months"), loans.annuity),
    "apr": (((4,), _LEVEL_LOAN), loans.disclosed),
    "effective_rate": (((4,), _LEVEL_LOAN), loans.disclosed),
}

FUNCTION_NAMES = frozenset(_FUNCTIONS)
