"""Large decision tables from seeds, in the shapes that large tables have: of each it is known what is amiss with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import product
from random import Random

from app.decisioning.language.core import Comparison, Reference
from app.decisioning.language.types import BOOLEAN, DATE, Type, decimal, integer, money, one_of
from app.decisioning.tables.cells import Cell, Interval, anything
from app.decisioning.tables.table import HitPolicy, Input, Output, Row, Table

ROWS, COLUMNS, TOP = 500, 8, 999
NUMBER = integer(0, TOP)
POINTS = integer(0, 10_000)

Box = list[Interval]                           # an interval of whole units an input

_FIRST, _LAST = date(1940, 1, 1).toordinal(), date(2010, 12, 31).toordinal()
_REGIONS = tuple(f"R{number:02}" for number in range(24))


def numbers_table(policy: HitPolicy, boxes: Sequence[Sequence[Interval]], *, alike: bool = False) -> Table:
    """Eight whole numbers; every row gives points of its own, or all the same."""
    rows = tuple(
        Row(number, tuple(_range(interval) for interval in box), (1 if alike else number,))
        for number, box in enumerate(boxes, 1)
    )
    inputs = tuple(Input(f"input {k}", Reference(f"input_{k}", NUMBER)) for k in range(COLUMNS))
    return Table("big", policy, inputs, (Output("points", POINTS),), rows)


def _range(interval: Interval) -> Cell:
    return Cell(f"[{interval[0]}..{interval[1]}]", (interval,))


def partition(rng: Random, rows: int, top: Sequence[int] = (TOP,) * COLUMNS) -> list[Box]:
    """The whole domain cut into boxes at random places: complete, and free of overlaps."""
    boxes: list[Box] = [[(0, last) for last in top]]
    while len(boxes) < rows:
        box = boxes.pop(rng.randrange(len(boxes)))
        place = rng.randrange(len(top))
        low, high = box[place]
        if low is None or high is None or low == high:
            boxes.append(box)
            continue
        cut = rng.randint(low, high - 1)
        boxes += [[*box[:place], part, *box[place + 1 :]] for part in ((low, cut), (cut + 1, high))]
    rng.shuffle(boxes)
    return boxes


def smallest_left_out(boxes: Sequence[Box]) -> list[Box]:
    """Without the smallest of the boxes: a hole that nobody would meet by trying."""
    least = min(boxes, key=_size)
    return [box for box in boxes if box is not least]


def _size(box: Box) -> int:
    points = 1
    for low, high in box:
        points *= (high or 0) - (low or 0) + 1
    return points


def grown(rng: Random, rows: int, by: int) -> list[Box]:
    """Such a partition with every box made larger: complete, and overlapping everywhere."""
    return [[_wider(rng, interval, by) for interval in box] for box in partition(rng, rows)]


def a_few_grown(rng: Random, rows: int, count: int, by: int = 30) -> list[Box]:
    """Such a partition with a few boxes made larger."""
    chosen = set(rng.sample(range(rows), count))
    boxes = partition(rng, rows)
    return [[_wider(rng, i, by) for i in box] if place in chosen else box for place, box in enumerate(boxes)]


def _wider(rng: Random, interval: Interval, by: int) -> Interval:
    low, high = interval
    return max(0, (low or 0) - rng.randrange(by)), min(TOP, (high or 0) + rng.randrange(by))


def scattered(rng: Random, rows: int) -> list[Box]:
    """Boxes anywhere: they overlap, and leave most of the domain out."""
    return [[_two(rng) for _ in range(COLUMNS)] for _ in range(rows)]


def _two(rng: Random) -> Interval:
    low, high = sorted((rng.randint(0, TOP), rng.randint(0, TOP)))
    return low, high


def cascade(rng: Random, rows: int) -> list[Box]:
    """Each row bounds five of the inputs on one side, and the last takes the rest."""
    found: list[Box] = []
    for _ in range(rows - 1):
        bounded = set(rng.sample(range(COLUMNS), 5))
        sides = [(0, rng.randint(0, TOP - 1)) if rng.random() < 0.5 else (rng.randint(1, TOP), TOP) for _ in range(8)]
        found.append([side if k in bounded else (0, TOP) for k, side in enumerate(sides)])
    return [*found, [(0, TOP)] * COLUMNS]


def half_sets(rng: Random, rows: int) -> Table:
    """Half of the 30 values of four inputs in every row: no geometry helps, only search."""
    values = tuple(f"V{k}" for k in range(30))
    found = []
    for number in range(1, rows + 1):
        chosen = set(rng.sample(range(COLUMNS), 4))
        cells = (_members(rng.sample(values, 15)) if k in chosen else Cell("any", complement=True) for k in range(8))
        found.append(Row(number, tuple(cells), (1,)))
    inputs = tuple(Input(f"input {k}", Reference(f"input_{k}", one_of(*values))) for k in range(COLUMNS))
    return Table("big", "any", inputs, (Output("points", POINTS),), tuple(found))


def _members(values: Sequence[str]) -> Cell:
    return Cell(", ".join(values), members=frozenset(values))


# What a table of an application really has: enums, dates, decimals, truths, and values that may be missing.
_KINDS: tuple[tuple[str, Type, int], ...] = (
    ("born", DATE, _LAST - _FIRST),
    ("income", integer(0, 20_000), 20_000),
    ("burden", decimal(2, 0, 10_000), 10_000),
    ("region", one_of(*_REGIONS), len(_REGIONS) - 1),
    ("owner", BOOLEAN, 1),
    ("score", integer(0, TOP), TOP),
    ("product", one_of("CASH", "CARD", "CAR", "STUDENT"), 3),
    ("months", integer(0, 600), 600),
)


def mixed(boxes: Sequence[Box], *, nullable: bool) -> Table:
    """Boxes over `mixed_domain` as rows. If a score may be missing, who has none falls where the lowest does."""
    types = [type_.maybe() if nullable and name == "score" else type_ for name, type_, _ in _KINDS]
    inputs = tuple(Input(name, Reference(name, type_)) for (name, *_), type_ in zip(_KINDS, types, strict=True))
    rows = tuple(
        Row(number, tuple(_cell(type_, *interval) for type_, interval in zip(types, box, strict=True)), (number,))
        for number, box in enumerate(boxes, 1)
    )
    return Table("big", "unique", inputs, (Output("points", POINTS),), rows)


def mixed_domain() -> tuple[int, ...]:
    return tuple(top for *_, top in _KINDS)


def _cell(type_: Type, low: int | None, high: int | None) -> Cell:
    """The interval of whole numbers as what it stands for: days from the first, the values of an enum in order."""
    first, last = low or 0, high or 0
    if type_.kind == "date":
        span = (None if first == 0 else _FIRST + first, None if last == _LAST - _FIRST else _FIRST + last)
        return Cell("days", (span,))
    if type_.kind == "boolean":
        return Cell("truths", members=frozenset(value for value in (False, True) if first <= value <= last))
    if type_.order is not None:
        return _members(type_.order[first : last + 1])
    return Cell("numbers", ((first, last),), missing=type_.optional and first == 0)


def compared(rng: Random, rows: int, *, complete: bool) -> Table:
    """Six numbers, and two amounts that are compared with others: income with expenses, the request with the limit.

    Incomplete, one row says `<` where it should say `<=`.
    """
    pairs = [(_amount(a), _amount(b)) for a, b in (("income", "expenses"), ("asked", "most"))]
    boxes = partition(rng, rows // 4, (TOP,) * (COLUMNS - len(pairs)))
    found: list[Row] = []
    for box in boxes:
        for signs in product(("<=", ">"), repeat=len(pairs)):
            cells = [_range(interval) for interval in box]
            cells += [_relation(sign, *pair) for sign, pair in zip(signs, pairs, strict=True)]
            found.append(Row(len(found) + 1, tuple(cells), (len(found),)))
    if not complete:
        place = rng.randrange(len(boxes)) * 4
        *kept, _ = found[place].cells
        found[place] = replace(found[place], cells=(*kept, _relation("<", *pairs[-1])))
    inputs = [Input(f"input {k}", Reference(f"input_{k}", NUMBER)) for k in range(COLUMNS - len(pairs))]
    inputs += [Input(first.name, first) for first, _ in pairs]
    return Table("big", "unique", tuple(inputs), (Output("points", POINTS),), tuple(found))


def _amount(name: str) -> Reference:
    return Reference(name, money(0, 10_000_000))


def _relation(sign: str, left: Reference, right: Reference) -> Cell:
    relation = Comparison(sign, left, right, BOOLEAN)
    return replace(anything(left.type, f"{sign} {right.name}", missing=False), relations=(relation,))


@dataclass(frozen=True, slots=True)
class Shape:
    """`amiss`: every kind of finding that there is, as far as it is known by construction; None where it is not."""

    name: str
    make: Callable[[Random, int], Table]       # from a source of chance, and the number of rows
    amiss: frozenset[str] | None


def _shape(name: str, make: Callable[[Random, int], Table], *amiss: str) -> Shape:
    return Shape(name, make, frozenset(amiss))


def _mixed(rng: Random, rows: int, *, nullable: bool = False) -> Table:
    return mixed(partition(rng, rows, mixed_domain()), nullable=nullable)


SHAPES: tuple[Shape, ...] = (
    _shape("numbers", lambda r, n: numbers_table("unique", partition(r, n))),
    _shape("numbers, a hole in a corner",
           lambda r, n: numbers_table("unique", smallest_left_out(partition(r, n))), "gap"),
    _shape("numbers, a few rows too wide",
           lambda r, n: numbers_table("unique", a_few_grown(r, n, max(1, n // 50))), "overlap"),
    _shape("numbers, every row too wide", lambda r, n: numbers_table("unique", grown(r, n, 20)), "overlap"),
    Shape("the same under `first`", lambda r, n: numbers_table("first", grown(r, n, 20)), None),
    _shape("numbers, rows anywhere", lambda r, n: numbers_table("unique", scattered(r, n)), "gap", "overlap"),
    Shape("a cascade under `first`", lambda r, n: numbers_table("first", cascade(r, n)), None),
    _shape("mixed kinds", _mixed),
    _shape("mixed kinds, a hole in a corner",
           lambda r, n: mixed(smallest_left_out(partition(r, n, mixed_domain())), nullable=False), "gap"),
    _shape("mixed kinds, one may be missing", partial(_mixed, nullable=True)),
    _shape("inputs compared", partial(compared, complete=True)),
    _shape("inputs compared, one `<` for `<=`", partial(compared, complete=False), "gap"),
    Shape("sets without order", half_sets, None),
)  # fmt: skip


def shape_named(name: str) -> Shape:
    return next(shape for shape in SHAPES if shape.name == name)
