"""Restored cases rest until somebody asks for them; whether they do, nobody else can tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contracts.names import CASES_CHANGELOG
from app.contracts.state import Place, StoredCase, decode_facts, decode_stored, encode_state, stored
from app.domain.case import Case, Marker
from app.errors import LaneError
from app.lane.case_table import CaseTable
from app.lane.table import Table
from app.lane.tables import Tables
from tests.builders import a_response, an_application
from tests.lane.world import NAMES, PARTITION, Rec, World

PLACE = Place("t", 0, None, b"k")
KEYS = ("c/a", "c/b", "d/a")


def restored(world: World) -> Tables:
    tables = Tables(NAMES, PARTITION)
    name = NAMES.by_role[CASES_CHANGELOG]
    tables.restore(name, [Rec(n, 0, o.key, o.value) for n, o in enumerate(world.log[name])])
    tables.found()
    return tables


@pytest.fixture
def tables() -> Tables:
    """One open case, of an application that waits for its answer."""
    return restored(World().tell(0, an_application()).commit())


def test_a_restored_case_rests_until_it_is_asked_for(tables):
    ((key, resting),) = tables.cases.entries()
    assert isinstance(resting, StoredCase)
    awake = tables.cases[key]
    assert isinstance(awake, Case)
    assert stored(awake) == resting
    assert list(tables.cases.entries()) == [(key, awake)]
    assert tables.open_cases == 1


def test_a_decided_case_does_not_rest():
    world = World().tell(0, an_application()).tell(1, a_response()).wake(100).commit()
    ((_, entry),) = restored(world).cases.entries()
    assert isinstance(entry, Marker)


def test_a_fact_that_does_not_decode_stops_the_lane_when_it_is_asked_for(tables):
    ((key, resting),) = tables.cases.entries()
    assert isinstance(resting, StoredCase)
    broken = encode_state(decode_facts(resting, PLACE)).replace(b'"customer_id":', b'"customer_ID":')
    tables.cases.restore(key, decode_stored(broken, PLACE))
    with pytest.raises(LaneError, match="a fact in it does not decode") as error:
        tables.cases.get(key)
    assert key not in str(error.value)


def a_case(number: int) -> Case:
    return Case("c", "a", number)


OPERATION = st.one_of(
    st.tuples(st.just("restore"), st.sampled_from(KEYS), st.one_of(st.none(), st.integers(0, 9))),
    st.tuples(st.just("mark"), st.sampled_from(KEYS), st.integers(0, 9)),
    st.tuples(st.sampled_from(["get", "set", "delete"]), st.sampled_from(KEYS), st.integers(0, 9)),
)


@given(st.lists(OPERATION, max_size=30))
def test_it_is_a_table_like_any_other(operations):
    """Its plain twin holds every value awake."""
    table: CaseTable = CaseTable(lambda _, resting: decode_facts(resting, PLACE))
    twin: Table[Case | Marker] = Table()
    for what, key, number in operations:
        if what == "restore":
            case = None if number is None else a_case(number)
            table.restore(key, None if case is None else stored(case))
            twin.restore(key, case)
        elif what == "mark":
            for each in (table, twin):
                each.restore(key, Marker("c", "a", "d", number))
        elif what == "set":
            for each in (table, twin):
                each[key] = a_case(number)
        elif what == "delete" and key in twin:
            for each in (table, twin):
                del each[key]
        assert table.get(key) == twin.get(key)
        assert len(table) == len(twin)
        assert set(table) == set(twin)
    assert list(table.take_changes()) == list(twin.take_changes())
    assert dict(table) == dict(twin)
