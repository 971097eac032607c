"""Whatever is told, in whatever batches, and wherever it crashes: what is published is the same.

Withdrawals, which may race an answer, are in tests/simulation."""

from hypothesis import given
from hypothesis import strategies as st

from app.contracts.names import DEAD_LETTERS, DECISIONS
from tests.builders import CUSTOMER, a_grant, a_response, an_application, encoded, ms
from tests.lane.world import Rec, World, comparable

BODIES = (
    ("consents", a_grant(1, ["EQUIFAX"])),
    ("loan-applications", an_application()),
    ("bureau-responses", a_response()),
    ("loan-applications", an_application(application_id="a-2", event_id="e-app-2")),
    ("bureau-responses", a_response(application_id="a-2", event_id="e-2")),
    ("consents", a_grant(2, ["EQUIFAX"], consent_id="k-2")),
    ("loan-applications", an_application(amount_minor=9)),
    ("bureau-responses", a_response(event_id="e-other")),
    ("loan-applications", an_application(application_id="a-3", event_id="e-app-3", bureau_consent=False)),
)
TOLD = st.lists(st.tuples(st.sampled_from(BODIES), st.integers(0, 3)), max_size=25)


def run(told, crash_after: set[int], commit_after: set[int], look_after: set[int] = frozenset()) -> World:
    """Tells events one by one; a crash falls back to the last commit and reads on from there, as the stream does."""
    world = World()
    log, at = [], 0.0
    for number, ((role, body), pause) in enumerate(told):
        at += pause
        log.append((role, encoded(body), at, number))
    position = committed = 0
    crashes = set(crash_after)
    while position < len(log):
        role, value, at, number = log[position]
        from_log(world, role, value, at, number)
        position += 1
        if number in look_after:
            world.look()
        if number in crashes:
            crashes.discard(number)
            world.crash()
            position = committed
        elif number in commit_after:
            world.commit()
            committed = position
    return world.wake(10_000).commit()


def from_log(world: World, role: str, value: bytes, at: float, number: int) -> None:
    world.learn(role, Rec(number, ms(at), CUSTOMER.encode(), value))


@given(TOLD, st.sets(st.integers(0, 24), max_size=6), st.sets(st.integers(0, 24)), st.sets(st.integers(0, 24)))
def test_a_crash_anywhere_loses_nothing_and_doubles_nothing(told, crash_after, commit_after, look_after):
    undisturbed, disturbed = run(told, set(), set()), run(told, crash_after, commit_after, look_after)
    assert sorted(comparable(disturbed.outputs(DECISIONS))) == sorted(comparable(undisturbed.outputs(DECISIONS)))
    assert sorted(o.value for o in disturbed.outputs(DEAD_LETTERS)) == sorted(
        o.value for o in undisturbed.outputs(DEAD_LETTERS)
    )


@given(TOLD)
def test_every_application_is_decided_exactly_once(told):
    world = run(told, set(), set())
    decided = [d.application_id for d in world.decisions()]
    asked = {body.application_id for (role, body), _ in told if role == "loan-applications"}
    assert sorted(decided) == sorted(asked)
