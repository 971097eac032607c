"""The tables that provers are compared on, by name: `SHAPE/ROWS` from a fixed seed, or one that was published."""

from collections.abc import Callable
from functools import partial
from random import Random

from app.decisioning.tables.table import Table
from benchmarks.published_tables import income, pre_bureau_risk
from benchmarks.table_shapes import shape_named

SEED = 1
PUBLISHED: dict[str, Callable[[], Table]] = {
    "pre-bureau risk, as published": pre_bureau_risk,
    "income, as published": partial(income, nullable=False),
    "income with its row for missing": partial(income, nullable=True),
}


def table_named(name: str) -> Table:
    if name in PUBLISHED:
        return PUBLISHED[name]()
    shape, _, rows = name.rpartition("/")
    return shape_named(shape).make(Random(SEED), int(rows))
