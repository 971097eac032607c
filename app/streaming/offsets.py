"""Where a lane begins to read, and when it must not begin at all."""

from collections.abc import Mapping

from msgspec import Struct

from app.errors import LaneError
from app.lane.records import Restored


class Log(Struct, frozen=True, kw_only=True):
    """One input partition as it lies in the cluster."""

    begin: int
    end: int                                   # last stable offset
    committed: int | None                      # the group's


def first_offsets(
    partition: int, logs: Mapping[str, Log], found: Restored, topic_ids: Mapping[str, bytes]
) -> dict[str, int]:
    """The larger of the group's and the lane's own next offset, per input; the log's begin for a lane that is new.

    Raises LaneError rather than lose or double anything: state without offsets, offsets without state, an offset that
    the log no longer (or not yet) holds, a topic that was deleted and made anew."""
    _same_topics(partition, found.topic_ids, topic_ids)
    recorded, state = found.offsets or {}, found.cases + found.consents
    offsets = {}
    for topic, log in logs.items():
        known = [offset for offset in (log.committed, recorded.get(topic)) if offset is not None]
        if log.committed is not None and found.offsets is None and state == 0:
            raise LaneError(
                f"lane {partition}: the group has read {topic} to {log.committed}, but the changelogs are empty: what "
                "was open is lost to it. Restore the changelogs; or, to start over, delete the group's offsets."
            )
        if not known and state > 0:
            raise LaneError(
                f"lane {partition}: there is state ({found.cases} cases, {found.consents} consents), but no offset for "
                f"{topic}: reading it from its begin would repeat what is decided. Set the group's offset for it."
            )
        offset = max(known, default=log.begin)
        if not log.begin <= offset <= log.end:
            missing = f"{offset} to {log.begin}" if offset < log.begin else f"{log.end} to {offset}"
            raise LaneError(
                f"lane {partition}: the next offset of {topic} is {offset}, but the log holds {log.begin} to "
                f"{log.end}. The records {missing} are gone, and the lane does not skip them by itself. If they are "
                "accounted for, set the group's offset and start the worker again."
            )
        offsets[topic] = offset
    return offsets


def _same_topics(partition: int, before: Mapping[str, bytes], now: Mapping[str, bytes]) -> None:
    for topic, known in before.items():
        if topic in now and now[topic] != known:
            raise LaneError(
                f"lane {partition}: topic {topic} was deleted and made anew (id {known.hex()} before, now "
                f"{now[topic].hex()}): the offsets and the state belong to the former one. To start over, delete the "
                "changelogs and the group's offsets."
            )
