"""Where a lane begins to read, and the loud stops."""

import pytest

from app.errors import LaneError
from app.lane.records import Restored
from app.streaming.offsets import Log, first_offsets


def log(committed: int | None = None, *, begin: int = 0, end: int = 100) -> dict[str, Log]:
    return {"in": Log(begin=begin, end=end, committed=committed)}


def found(offset: int | None = None, *, cases: int = 0, topic_id: bytes = b"\x01") -> Restored:
    offsets = None if offset is None else {"in": offset}
    return Restored(offsets=offsets, topic_ids={"in": topic_id} if offsets else {}, cases=cases, consents=0)


IDS = {"in": b"\x01"}


@pytest.mark.parametrize(
    ("logs", "restored", "offset"),
    [
        (log(), found(), 0),
        (log(begin=12), found(), 12),
        (log(40), found(40, cases=3), 40),
        (log(40), found(55, cases=3), 55),
        (log(60), found(55, cases=3), 60),
        (log(), found(55, cases=3), 55),
        (log(100), found(100), 100),
    ],
    ids=["new", "new, log trimmed", "equal", "changelog ahead", "group ahead", "group forgotten", "read to the end"],
)
def test_a_lane_begins_at_the_larger_offset(logs: dict[str, Log], restored: Restored, offset: int) -> None:
    assert first_offsets(0, logs, restored, IDS) == {"in": offset}


@pytest.mark.parametrize(
    ("logs", "restored", "message"),
    [
        (log(), found(cases=3), "there is state"),
        (log(40), found(), "changelogs are empty"),
        (log(40, begin=50), found(40), "records 40 to 50 are gone"),
        (log(40, end=30), found(40), "records 30 to 40 are gone"),
        (log(40), found(40, topic_id=b"\x02"), "deleted and made anew"),
    ],
    ids=["state, no offset", "offset, no state", "trimmed", "truncated", "another topic"],
)
def test_a_lane_that_would_lose_or_double_stops_loudly(logs: dict[str, Log], restored: Restored, message: str) -> None:
    with pytest.raises(LaneError, match=message):
        first_offsets(0, logs, restored, IDS)


def test_state_without_an_offset_is_overcome_by_setting_the_groups() -> None:
    assert first_offsets(0, log(40), found(cases=3), IDS) == {"in": 40}
