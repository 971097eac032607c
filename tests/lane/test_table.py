"""A table holds rows and gives values; whether anything has been looked at before, nobody can tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contracts.names import CASES_CHANGELOG
from app.domain.case import ApplicationFact, Case, Marker
from app.errors import LaneError
from app.lane.table import Table
from app.lane.tables import Tables
from tests.builders import a_response, an_application, application_fact, response_fact
from tests.lane.world import NAMES, PARTITION, Rec, World

KEYS = ("a", "b", "c")
OPERATION = st.tuples(
    st.sampled_from(["restore", "get", "set", "write", "keep", "delete", "take"]),
    st.sampled_from(KEYS),
    st.integers(0, 9),
)


def numbers() -> Table[int]:
    return Table(lambda value: b"%d" % value, lambda _, row: int(row))


@given(st.lists(OPERATION, max_size=40))
def test_a_table_is_a_mapping_whose_changes_are_taken_once(operations):
    table, model = numbers(), {}
    changed: dict[str, None] = {}
    for what, key, number in operations:
        if what == "restore" and not changed:
            table.restore(key, b"%d" % number)
            model[key] = number
        elif what == "set":
            table[key] = model[key] = number
            changed[key] = None
        elif what in ("write", "keep"):
            table.write(key, number, keep=what == "keep")
            model[key] = number
            changed[key] = None
        elif what == "delete" and key in model:
            del table[key], model[key]
            changed[key] = None
        elif what == "take":
            rows = [(k, b"%d" % model[k] if k in model else None) for k in changed]
            assert list(table.take_changes()) == rows
            changed = {}
        assert table.get(key) == table.peek(key) == model.get(key)
        assert len(table) == len(model)
        assert set(table) == set(model)
    list(table.take_changes())
    assert dict(table) == model
    assert dict(table.rows()) == {key: b"%d" % value for key, value in model.items()}


def test_what_is_not_there_is_a_key_error():
    table = numbers()
    with pytest.raises(KeyError):
        table["a"]
    with pytest.raises(KeyError):
        del table["a"]


def test_what_is_not_looked_at_is_not_decoded():
    table: Table[int] = Table(lambda value: b"%d" % value, lambda _, row: int(row))
    table.restore("a", b"no number")
    table.restore("b", b"7")
    assert table["b"] == 7
    assert len(table) == 2


def restored(world: World) -> Tables:
    tables = Tables(NAMES, PARTITION)
    name = NAMES.by_role[CASES_CHANGELOG]
    tables.restore(name, [Rec(n, 0, o.key, o.value) for n, o in enumerate(world.log[name])])
    return tables


def test_a_restored_case_is_the_case_that_was_stored():
    world = World().tell(0, an_application()).commit()
    kept = next(entry for entry in world.lane._tables.cases.values())
    tables = restored(world)
    tables.found()
    assert list(tables.cases.values()) == [kept]
    assert isinstance(kept, Case)
    assert tables.open_cases == 1


def test_a_decided_case_is_restored_as_a_marker():
    tables = restored(World().tell(0, an_application()).tell(1, a_response()).wake(100).commit())
    tables.found()
    assert [type(entry) for entry in tables.cases.values()] == [Marker]
    assert tables.open_cases == 0


EMPTY = Case("c", "a", 0)
ORPHAN = Case("c", "a", 0, responses=(response_fact(1),))
WHOLE = Case("c", "a", 0, application_fact(1))
DECIDED = Marker("c", "a", "d", 0)


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from((EMPTY, ORPHAN, WHOLE, DECIDED, None))), max_size=20))
def test_tables_count_open_cases_and_orphans(steps):
    tables = Tables(NAMES, PARTITION)
    for key, entry in steps:
        match tables.cases.get(key), entry:
            case (None, Case() as first):
                tables.begin(key, first)
            case (Case() as before, Case() as case) if case.application or not before.application:
                tables.move_on(key, case, before)
            case (Case(application=ApplicationFact()), Marker() as marker):
                tables.close(key, marker)
            case (Case() | Marker(), None):
                tables.remove(key)
        waiting = [each for each in tables.cases.values() if isinstance(each, Case)]
        assert tables.open_cases == len(waiting)
        assert tables.orphans == sum(each.application is None for each in waiting)
        assert set(tables.keys_of("c")) == set(tables.cases)


def test_a_fact_that_does_not_decode_stops_the_lane_when_it_is_asked_for():
    tables = restored(World().tell(0, an_application()).commit())
    ((key, row),) = list(tables.cases.rows())
    tables.cases.restore(key, row.replace(b'"customer_id":', b'"customer_ID":'))
    tables.found()
    with pytest.raises(LaneError, match="a fact in it does not decode") as error:
        tables.cases.get(key)
    assert key not in str(error.value)
