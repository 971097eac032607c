"""How long the broker may keep a fetch waiting.

A fetch that returns with the first event that comes costs as much as one that brings a hundred, and a trickle into many
partitions asks for hundreds of fetches a second. So while events flow, the broker gathers them for a moment; after a
pause the first one comes at once.
"""

from collections.abc import Iterable
from typing import Any

from faust.types import TP

from app.streaming.fetched import Fetched, fetched

IDLE_WAIT = 0.2                                # seconds: a fetch or a wait ends at least so often

_GATHERED = 65_536                             # bytes that need no more gathering
_GATHER_MS = 10
_PAUSE = 0.02                                  # seconds without an event


async def gathered(fetcher: Any, wanted: Iterable[TP]) -> list[Fetched]:
    """What has come for these partitions; nothing, when nothing comes for a while. Sets how the next fetch is made."""
    flowing = fetcher._fetch_min_bytes == _GATHERED
    found = await fetched(fetcher, wanted, _PAUSE if flowing else IDLE_WAIT)
    if found:
        fetcher._fetch_min_bytes, fetcher._fetch_max_wait_ms = _GATHERED, _GATHER_MS
    else:
        fetcher._fetch_min_bytes, fetcher._fetch_max_wait_ms = 1, int(IDLE_WAIT * 1000)
    return found
