"""Values of a strategy as a person would write them."""

from collections.abc import Mapping
from datetime import date

from app.decisioning.language.core import Value
from app.decisioning.language.types import Type
from app.domain.iso import minor_unit_decimals


def figure(type_: Type, values: Mapping[str, Value]) -> str:
    """A value that may differ by currency: `EUR 400, USD 450`, or `18 years`."""
    if type_.money:
        return ", ".join(f"{c} {decimal(int(str(v)), minor_unit_decimals(c))}" for c, v in values.items())
    value = next(iter(values.values()))
    if isinstance(value, int) and not isinstance(value, bool):
        unit = f" {type_.unit}" if type_.unit not in (None, "rate") else ""
        return decimal(value, type_.scale) + unit
    return plain(value)


def plain(value: Value) -> str:
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return value.isoformat() if isinstance(value, date) else str(value)


def decimal(units: int, scale: int) -> str:
    """Exact, without trailing zeros: 4900 at scale 5 is 0.049."""
    if not scale:
        return f"{units:,}"
    whole, fraction = divmod(abs(units), 10**scale)
    digits = str(fraction).rjust(scale, "0").rstrip("0")
    return f"{'-' * (units < 0)}{whole:,}{'.' * bool(digits)}{digits}"
