"""What the stream needs to know, in one frozen object: which topics, which cluster, how long to wait for what."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from app.contracts.names import transactional_prefix


class DeadLetterLimit(Struct, frozen=True, kw_only=True):
    """When so many of the last events of a lane were dead letters, something upstream is wrong and the lane pauses."""

    ratio: float                               # of the events in the window, 0 < ratio <= 1
    window: int = 1_000                        # events


class StreamConfig(Struct, frozen=True, kw_only=True):
    """Times are seconds. The defaults suit a cluster; tests shorten them."""

    app_id: str                                # consumer group, and prefix of every lane's transactional id
    inputs: tuple[str, ...]                    # names in the cluster, as many partitions each
    changelogs: tuple[str, ...]
    client: Mapping[str, Any]                  # bootstrap_servers and security, as every aiokafka client takes them
    instance: str | None = None                # static membership: this worker's fixed name in the group

    session_timeout: float = 20.0              # a worker silent for so long loses its lanes
    heartbeat_interval: float = 3.0
    transaction_timeout: float = 10.0          # an abandoned transaction blocks read_committed readers for so long
    request_timeout: float = 40.0
    close_timeout: float = 3.0                 # a lane's last transaction may take so long during a rebalance
    reopen_after: float = 0.5                  # how long a lane stays closed after an error, at least

    max_events: int = 4_000                    # in one transaction; see session.EXTRA
    max_seconds: float = 0.25                  # learning for one transaction
    transaction_interval: float = 0.03         # from the beginning of one to the next, at least, unless much waits
    queued_events: int = 12_000                # waiting in a lane before it asks for no more
    queued_batches: int = 24                   # and so many fetches, whatever the size of their events
    fetch_bytes: int = 1 << 20                 # of one partition in one fetch
    batch_bytes: int = 1 << 20                 # of one record batch that is produced, if its topic allows as much

    log_ends_interval: float = 0.5             # how often the ends of the inputs are observed
    deadline_grace: float = 1.0                # the clocks' skew, and how long an append may stay unreadable
    reachable_within: float = 5.0              # the broker counts as gone when nothing was heard for so long
    dead_letter_limit: DeadLetterLimit | None = None

    @property
    def servers(self) -> list[str]:
        """host:port of each."""
        given = self.client["bootstrap_servers"]
        return given.split(",") if isinstance(given, str) else list(given)

    def transactional_id(self, partition: int) -> str:
        """One per lane, whoever owns it: opening a lane fences its former owner."""
        return f"{transactional_prefix(self.app_id)}{partition}"
