"""Decision tables as DMN 1.3, so that other tools can read them.

KIE takes numbers and dates for continuous: `[10..19]` is written `[10..20)`, or it would find a gap between 19 and 20.
"""

from collections.abc import Iterator
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from app.decisioning.language.core import Reference
from app.decisioning.language.types import Type
from app.decisioning.proof.axes import shown
from app.decisioning.tables.cells import Cell, Interval
from app.decisioning.tables.table import Table

_MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_OPENING = f'<definitions xmlns="{_MODEL}" namespace="https://example.org/big" id="_big" name="big">'
_TYPES = {"number": "number", "date": "date", "boolean": "boolean", "text": "string"}
_POLICIES = {"unique": "UNIQUE", "first": "FIRST", "any": "ANY"}


def dmn(table: Table) -> str:
    """A model of one decision. What inputs are compared with are inputs of the decision, but not of its table."""
    names = {column.label: column.type for column in table.inputs}
    names |= {own.name: own.type for own in _compared(table)}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', _OPENING]
    for name, type_ in names.items():
        lines.append(f'  <inputData id={_id(name)} name={quoteattr(name)}>')
        lines.append(f'    <variable name={quoteattr(name)} typeRef="{_TYPES[type_.kind]}"/>')
        lines.append("  </inputData>")
    lines += ['  <decision id="_decision" name="decision">', '    <variable name="decision" typeRef="number"/>']
    for name in names:
        href = quoteattr(f"#{_id(name)[1:-1]}")
        lines.append(f"    <informationRequirement><requiredInput href={href}/></informationRequirement>")
    lines += [*_table(table), "  </decision>", "</definitions>"]
    return "\n".join(lines) + "\n"


def _id(name: str) -> str:
    return quoteattr(f"_{name.replace(' ', '_')}")


def _compared(table: Table) -> Iterator[Reference]:
    for row in table.rows:
        for cell in row.cells:
            for relation in cell.relations:
                if isinstance(relation.right, Reference):
                    yield relation.right


def _table(table: Table) -> Iterator[str]:
    yield f'    <decisionTable id="_table" hitPolicy="{_POLICIES[table.hit_policy]}">'
    for place, column in enumerate(table.inputs):
        yield f'      <input id="_column{place}"><inputExpression typeRef="{_TYPES[column.type.kind]}">'
        yield f"        <text>{escape(column.label)}</text></inputExpression>"
        domain = _domain(column.type)
        if domain is not None:
            yield f"        <inputValues><text>{escape(domain)}</text></inputValues>"
        yield "      </input>"
    yield '      <output id="_points"/>'
    for row in table.rows:
        yield "      <rule>"
        for cell, column in zip(row.cells, table.inputs, strict=True):
            yield f"        <inputEntry><text>{escape(_test(cell, column.type))}</text></inputEntry>"
        yield f"        <outputEntry><text>{row.outputs[0]}</text></outputEntry>"
        yield "      </rule>"
    yield "    </decisionTable>"


def _domain(type_: Type) -> str | None:
    if type_.kind == "text":
        return ", ".join(f'"{value}"' for value in type_.order or sorted(type_.values or ()))
    if type_.kind == "number" and type_.low is not None and type_.high is not None:
        return f"[{_value(type_.low, type_)}..{_value(type_.high, type_)}]"
    return None


def _test(cell: Cell, type_: Type) -> str:
    tests = [*_parts(cell, type_)]
    if cell.missing and tests != ["-"]:
        tests = ["null", *tests]
    return ", ".join(tests)


def _parts(cell: Cell, type_: Type) -> Iterator[str]:
    if cell.relations:
        yield from (f"{own.operator} {own.right.name}" for own in cell.relations if isinstance(own.right, Reference))
    elif type_.kind in ("number", "date"):
        yield from (_interval(interval, type_) for interval in cell.intervals)
    else:
        values: list[str | bool] = [False, True] if type_.kind == "boolean" else list(type_.order or ())
        admitted = [value for value in values if cell.admits(value)]
        said = [str(value).lower() if isinstance(value, bool) else f'"{value}"' for value in admitted]
        yield from ["-"] if admitted == values else said


def _interval(interval: Interval, type_: Type) -> str:
    low, high = interval
    open_below = low is None or (type_.low is not None and low <= type_.low)
    open_above = high is None or (type_.high is not None and high >= type_.high)
    if open_below and open_above:
        return "-"
    after = None if open_above or high is None else _value(high + 1, type_)
    if open_below or low is None:
        return f"< {after}"
    return f">= {_value(low, type_)}" if after is None else f"[{_value(low, type_)}..{after})"


def _value(units: int, type_: Type) -> str:
    return f'date("{date.fromordinal(units).isoformat()}")' if type_.kind == "date" else shown(units, type_)
