"""What a value can be. Numbers are exact: an integer of units of 10**-scale, the scale known before anything runs.

So 0.059 is 59 at scale 3, money is a number of minor units at scale 0 with `money` set, and every result is the same
on every machine, one value at a time or a column at a time.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

Kind = Literal["boolean", "number", "text", "date", "texts", "numbers"]
Unit = Literal["months", "years", "days", "points", "rate"]

MAX_SCALE = 12


@dataclass(frozen=True, slots=True)
class Type:
    """`optional` values may be missing. Texts with `values` are one of those; numbers lie in low..high (scaled).

    A number with a `unit` meets its own kind and plain numbers only: months are not added to years. Of the lists,
    `numbers` share scale and unit, and `texts` their `values`.
    """

    kind: Kind
    scale: int = 0
    money: bool = False
    optional: bool = False
    values: frozenset[str] | None = None
    order: tuple[str, ...] | None = field(default=None, compare=False)     # the values as their author listed them
    low: int | None = None
    high: int | None = None
    unit: Unit | None = None

    def present(self) -> "Type":
        return replace(self, optional=False)

    def maybe(self) -> "Type":
        return replace(self, optional=True)

    def __str__(self) -> str:
        return describe(self)


def describe(type_: Type) -> str:
    """The type as a person would say it: "money, may be missing"."""
    text: str = _SAID[type_.kind]
    if type_.kind == "number":
        text = "money" if type_.money else type_.unit or "number"
        text += f" with {type_.scale} decimals" if type_.scale else ""
    elif type_.kind == "text" and type_.values is not None:
        text = "one of " + ", ".join(sorted(type_.values))
    return f"{text}, may be missing" if type_.optional else text


_SAID: dict[Kind, str] = {
    "boolean": "true or false", "text": "text", "date": "date", "texts": "list of texts", "numbers": "list of numbers",
    "number": "number",
}

BOOLEAN = Type("boolean")
TEXT = Type("text")
TEXTS = Type("texts")
DATE = Type("date")


def integer(low: int | None = None, high: int | None = None, unit: Unit | None = None) -> Type:
    return Type("number", low=low, high=high, unit=unit)


def decimal(scale: int, low: int | None = None, high: int | None = None) -> Type:
    return Type("number", scale=scale, low=low, high=high)


def money(low: int | None = None, high: int | None = None) -> Type:
    return Type("number", money=True, low=low, high=high)


def one_of(*values: str) -> Type:
    return Type("text", values=frozenset(values), order=values)


def scaled(text: str) -> tuple[int, int] | None:
    """A decimal numeral as (units, scale): "0.0590" is (590, 4); None when it is not a plain numeral."""
    body = text[1:] if text[:1] == "-" else text
    whole, point, fraction = body.partition(".")
    if not (whole.isdigit() and whole.isascii()) or (point and not (fraction.isdigit() and fraction.isascii())):
        return None
    if len(whole) > 18 or len(fraction) > MAX_SCALE:
        return None
    units = int(whole + fraction)
    return (-units if text[:1] == "-" else units), len(fraction)


def rescaled(units: int, scale: int, to: int) -> int:
    """Exact; `to` must not be smaller than `scale`."""
    return int(units * 10 ** (to - scale))


def as_float(units: int, scale: int) -> int | float:
    """The value as a person or an event shows it: an int at scale 0, otherwise the nearest float."""
    return units if scale == 0 else units / 10**scale
