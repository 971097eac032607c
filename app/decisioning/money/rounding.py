"""The one place where money is rounded, and where it is seen that an amount is still an amount.

Amounts are integers in minor units of a currency (cents, yen); finer values are integers over a `unit`: 1234 over 100
is 12.34 minor units. Every rounding is symmetric about zero.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from app.errors import AmountError, MoneyError

Mode = Literal["half_even", "half_up", "down", "up"]

LARGEST_AMOUNT = 10**15                        # minor units, as app.domain.quantities.Money; exact in 64-bit floats
LARGEST_STEP = 10**6                           # minor units


def _half_even(units: int, unit: int) -> int:
    whole, rest = divmod(units, unit)
    return whole + (2 * rest > unit or (2 * rest == unit and whole % 2 == 1))


def _half_up(units: int, unit: int) -> int:
    return (2 * units + unit) // (2 * unit) if units >= 0 else -((unit - 2 * units) // (2 * unit))


def _down(units: int, unit: int) -> int:
    return units // unit if units >= 0 else -(-units // unit)


def _up(units: int, unit: int) -> int:
    return -(-units // unit) if units >= 0 else units // unit


_WAYS: dict[Mode, Callable[[int, int], int]] = {
    "half_even": _half_even,
    "half_up": _half_up,
    "down": _down,
    "up": _up,
}


@dataclass(frozen=True, slots=True)
class Rounding:
    """To multiples of `step` minor units: halves to the even multiple or away from zero, or always towards zero (down)
    or away from it (up)."""

    mode: Mode = "half_up"
    step: int = 1

    def __post_init__(self) -> None:
        if self.mode not in _WAYS:
            raise MoneyError(f"{self.mode!r} is no way of rounding: take one of {', '.join(_WAYS)}")
        if not 1 <= self.step <= LARGEST_STEP:
            raise MoneyError(f"amounts are rounded to multiples of 1..{LARGEST_STEP} minor units, not of {self.step}")

    def __call__(self, units: int, unit: int = 1) -> int:
        """The multiple of `step` for units/unit minor units. AmountError beyond LARGEST_AMOUNT."""
        return within_range(self.step * _WAYS[self.mode](units, unit * self.step))


@dataclass(frozen=True, slots=True)
class Conventions:
    """How each step of a loan's calculation is rounded in one currency.

    `interest` None means that interest accrues on the unrounded balance, and only payments are rounded.
    """

    instalment: Rounding = Rounding("half_up")
    interest: Rounding | None = None
    fee: Rounding = Rounding("half_up")


class ConventionsByCurrency(dict[str, Conventions]):
    """Stated once a strategy; a currency for which nothing is stated is an error, not a default."""

    def __missing__(self, currency: str) -> Conventions:
        raise MoneyError(f"no rounding is stated for {currency}; there is {', '.join(sorted(self)) or 'none at all'}")


def within_range(amount: int) -> int:
    """The same amount, known to lie within ±LARGEST_AMOUNT."""
    if -LARGEST_AMOUNT <= amount <= LARGEST_AMOUNT:
        return amount
    raise AmountError(f"{amount} minor units is beyond what an amount may be, {LARGEST_AMOUNT}")


def positive(amount: int, what: str) -> int:
    """The same amount, known to lie in 1..LARGEST_AMOUNT."""
    if amount <= 0:
        raise AmountError(f"{what} is {amount} minor units: it must be above zero")
    return within_range(amount)


def not_negative(amount: int, what: str) -> int:
    """The same amount, known to lie in 0..LARGEST_AMOUNT."""
    if amount < 0:
        raise AmountError(f"{what} is {amount} minor units: it cannot be below zero")
    return within_range(amount)
