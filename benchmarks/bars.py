"""Ratios that are to be reached: another's processor time or memory to ours, judged by the median of the rounds."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal, Protocol

from msgspec import Struct

from benchmarks.results import Spread

Figure = Literal["cpu_us", "warm_cpu_us", "peak_rss_mib"]


class Measured(Protocol):
    """What one run of a peer cost; some benchmarks have more figures."""

    @property
    def cpu_us(self) -> float: ...
    @property
    def peak_rss_mib(self) -> float: ...


class Reached(Struct, frozen=True, kw_only=True):
    """How a bar was met."""

    against: str
    wanted: str
    ratio: Spread
    met: bool
    verdict: str


class Bar(Struct, frozen=True, kw_only=True):
    """Either the peer's figure is at least so many times ours, or ours at most so many times the peer's."""

    OURS: ClassVar[str] = "creditstream"

    peer: str
    against: str
    times: float
    more: bool = True                          # the peer's to ours, at least; False: ours to the peer's, at most
    figure: Figure = "cpu_us"                  # the peer's; ours is always that of the whole run

    def reached(self, runs: Mapping[str, Sequence[Measured]]) -> Reached:
        """Round by round, as far as both have run."""
        ours = [run.peak_rss_mib if self.figure == "peak_rss_mib" else run.cpu_us for run in runs[self.OURS]]
        theirs: list[float] = [getattr(run, self.figure) for run in runs[self.peer]]
        pairs = zip(ours, theirs, strict=False)
        ratio = Spread.of([b / a if self.more else a / b for a, b in pairs])
        met = ratio.median >= self.times if self.more else ratio.median <= self.times
        short = abs(ratio.median / self.times - 1)
        what = "CPU" if self.figure != "peak_rss_mib" else "memory"
        wanted = f"at least {self.times:g} times less" if self.more else f"at most {self.times:g} times as much"
        return Reached(
            against=self.against,
            wanted=f"{wanted} {what}",
            ratio=ratio,
            met=met,
            verdict="met" if met else f"missed by {short:.0%}",
        )
