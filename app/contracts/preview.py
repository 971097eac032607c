"""What may be shown of a record that was refused: its shape, and none of its values."""

from typing import Any

from app.contracts.reasons import Refused
from app.contracts.scrutiny import Fields, Number, parsed

MAX_PREVIEW = 600
_MAX_ITEMS = 3


def masked_preview(value: bytes | None, known: frozenset[str]) -> str:
    """Names of fields that the contract knows, and what kind of value each holds: `{"amount_minor": number(7)}`."""
    if value is None:
        return "no value"
    try:
        shape = _shape(parsed(value), known)
    except Refused:
        return f"{len(value)} bytes that are not an event's JSON"
    return shape if len(shape) <= MAX_PREVIEW else shape[: MAX_PREVIEW - 3] + "..."


def _shape(tree: Any, known: frozenset[str]) -> str:
    if isinstance(tree, Fields):
        fields = [f'"{name if name in known else "?"}": {_shape(below, known)}' for name, below in tree[:64]]
        return "{" + ", ".join(fields) + "}"
    if isinstance(tree, list):
        shown = ", ".join(_shape(item, known) for item in tree[:_MAX_ITEMS])
        return f"[{shown}, {len(tree)} in all]" if len(tree) > _MAX_ITEMS else f"[{shown}]"
    if isinstance(tree, Number):
        return f"number({len(tree)})"
    if isinstance(tree, str):
        return f"text({len(tree)})"
    return "null" if tree is None else "boolean"
