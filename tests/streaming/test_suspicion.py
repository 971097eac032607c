"""How the record on which a lane fails is found: simulated lanes, no Kafka."""

from hypothesis import given
from hypothesis import strategies as st

from app.streaming.suspicion import Suspicion

MOST = 50


def culprit_of(events: list[bool], *, names_it: bool) -> tuple[int, int]:
    """Runs a lane over events of which some are poison, from the first on. Returns where it halts, and in how many
    attempts. `names_it`: whether learning raises, or only the harvest of the whole transaction."""
    suspicion, position = Suspicion(), 0
    for attempt in range(1, 200):
        taken = events[position : position + min(suspicion.limit or MOST, MOST)]
        bad = next((index for index, poison in enumerate(taken) if poison), None)
        if bad is None:
            if not taken:
                return len(events), attempt
            position += len(taken)
            suspicion.passed(len(taken))
        elif suspicion.failed("KeyError", len(taken), bad if names_it and suspicion.one_by_one else None):
            return position, attempt
    raise AssertionError("it never ends")


@given(st.lists(st.booleans(), max_size=200), st.booleans())
def test_the_lane_halts_at_the_first_record_that_it_cannot_process(events: list[bool], names_it: bool) -> None:
    position, _ = culprit_of(events, names_it=names_it)
    assert position == (events.index(True) if True in events else len(events))


def test_a_record_that_raises_is_found_in_four_attempts() -> None:
    assert culprit_of([False] * 40 + [True] + [False] * 9, names_it=True) == (40, 4)


def test_a_failure_of_no_single_record_is_halved_down_to_it() -> None:
    position, attempts = culprit_of([False] * 40 + [True] + [False] * 9, names_it=False)
    assert (position, attempts < 16) == (40, True)


def test_what_was_chance_passes_and_is_forgotten() -> None:
    suspicion = Suspicion()
    for _ in range(3):
        assert not suspicion.failed("MemoryError", 50, None)
        assert suspicion.limit == 50
        suspicion.passed(50)
        assert suspicion.limit is None


def test_another_kind_of_failure_begins_anew() -> None:
    suspicion = Suspicion()
    suspicion.failed("KeyError", 50, None)
    suspicion.failed("KeyError", 50, 12)
    assert suspicion.limit == 12
    assert not suspicion.failed("ValueError", 12, 0)
    assert suspicion.limit == 12


def test_a_deadline_that_fails_again_halts_the_lane() -> None:
    suspicion = Suspicion()
    assert [suspicion.failed("KeyError", 0, None) for _ in range(2)] == [False, True]
