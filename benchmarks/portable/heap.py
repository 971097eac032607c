"""The smallest heap with which Kafka Streams keeps its pace: what its memory should be held against."""

from collections.abc import Awaitable, Callable
from math import inf

from msgspec import structs

from benchmarks.meter import PeerFailedError
from benchmarks.portable.peers import HEAP, STREAMS, STREAMS_SMALL, Peer, java
from benchmarks.portable.running import Cost

HEAPS = (64, 96, 128, 192, 256, 384, 512, 768, 1_024, 1_536, 2_048, HEAP)   # MiB
SUSTAINS = 1.25                                # times the seconds of a large heap; in doubt the smaller one

RunOnce = Callable[[Peer, float], Awaitable[Cost]]      # in so many seconds at most


def streams_at(heap: int) -> Peer:
    return structs.replace(
        STREAMS,
        name=STREAMS_SMALL.name,
        title=f"Kafka Streams, in memory, {heap} MiB heap",
        command=java("StreamsPeer", "-Dstore=memory", heap=heap),
    )


async def smallest_sustaining(run: RunOnce) -> Peer:
    """By bisection over `HEAPS`; the largest of them sets the pace. PeerFailedError when even that one fails."""
    pace = (await run(streams_at(HEAPS[-1]), inf)).seconds
    low, high = 0, len(HEAPS) - 1              # HEAPS[high] is known to keep it
    while low < high:
        middle = (low + high) // 2
        try:
            await run(streams_at(HEAPS[middle]), pace * SUSTAINS)
            high = middle
        except PeerFailedError:                # too small: it ends, or is brought nearly to a stand
            low = middle + 1
    return streams_at(HEAPS[high])
