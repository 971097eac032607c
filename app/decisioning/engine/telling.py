"""What the audit record is told: values as events carry them, and their names."""

from typing import Any, TypeVar

from app.decisioning.language.types import Type, as_float

T = TypeVar("T")
Told = int | float | str | bool | None


def as_it_is(value: T) -> T:
    return value


def shown(value: Any, type_: Type) -> Told:
    """A value as the audit record shows it: dates and lists as text, scaled numbers as floats."""
    if value is None or isinstance(value, bool | str):
        return value
    if type_.kind == "date":
        return str(value.isoformat())
    if type_.kind == "texts":
        return ", ".join(value)
    if type_.kind == "numbers":
        return ", ".join(str(as_float(units, type_.scale)) for units in value)
    return as_float(value, type_.scale)


def shown_name(name: str, type_: Type) -> str:
    """Money says its unit: `total_liabilities` is told as `total_liabilities_minor`."""
    return f"{name}_minor" if type_.money else name
