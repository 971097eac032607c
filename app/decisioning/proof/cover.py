"""Do these boxes cover that region? If not, a point that they leave out.

A box is a set of pieces an axis, as bit masks; a region is one too. Whether a union of boxes covers everything is hard
in general, so the work is bounded and running out of it is an answer of its own. What keeps it small on real tables:

- a box that reaches across the region in all axes but one cuts its part of that axis off;
- if the boxes' volumes, overlaps counted twice, do not add up to the region's, something is left out, and a descent
  that always takes the piece least covered finds a point of it. For boxes without overlaps, as those of a unique
  table, this alone decides, in time that grows with the table and not with the region;
- otherwise the region is split where the largest boxes end.
"""

from collections.abc import Iterable, Iterator, Sequence
from operator import and_

from app.errors import StrategyError

Box = tuple[int, ...]


class UndecidedError(StrategyError):
    """The bounded work was done and the question is still open."""


class Work:
    """What a proof may cost: one unit for each box that is looked at in a region (about a microsecond and a half)."""

    def __init__(self, units: int) -> None:
        self.left = units

    def spend(self, units: int) -> None:
        self.left -= units
        if self.left < 0:
            raise UndecidedError("the bounded work ran out")


def uncovered(region: Box, boxes: Sequence[Box], work: Work) -> Box | None:
    """A point of the region that is in no box, one piece an axis; None when there is none. UndecidedError."""
    waiting: list[tuple[Box, Sequence[Box]]] = [(region, boxes)]
    while waiting:
        rest = _trimmed(*waiting.pop(), work)
        if rest is None:
            continue
        region, boxes = rest
        if sum(map(volume, boxes)) < volume(region):
            return _descent(region, boxes, work)
        place, pieces = _split(region, boxes)
        waiting += [(with_axis(region, place, part), boxes) for part in (region[place] & ~pieces, pieces)]
    return None


def volume(box: Box) -> int:
    """Of how many points it consists."""
    points = 1
    for mask in box:
        points *= mask.bit_count()
    return points


def meet(first: Box, second: Box) -> Box | None:
    """What two boxes have in common; None when nothing."""
    common = tuple(map(and_, first, second))
    return common if all(common) else None


def with_axis(box: Box, place: int, mask: int) -> Box:
    return (*box[:place], mask, *box[place + 1 :])


def pieces_of(mask: int) -> Iterator[int]:
    """The single pieces of a set, as masks."""
    while mask:
        lowest = mask & -mask
        yield lowest
        mask ^= lowest


def _trimmed(region: Box, boxes: Iterable[Box], work: Work) -> tuple[Box, list[Box]] | None:
    """The region without what single boxes cut off, and the boxes that remain in it; None when it is covered."""
    while True:
        inside: list[Box] = []
        cut = [0] * len(region)
        looked = 0
        for box in boxes:
            looked += 1
            short = 0
            for place, (own, wanted) in enumerate(zip(box, region, strict=True)):
                common = own & wanted
                if not common:
                    break
                if common != wanted:
                    short += 1
                    last = place
            else:
                if not short:
                    return None
                if short == 1:
                    cut[last] |= box[last]
                else:
                    inside.append(box)
        work.spend(looked + 1)
        if not any(cut):
            return region, [tuple(map(and_, box, region)) for box in inside]
        region = tuple(mask & ~off for mask, off in zip(region, cut, strict=True))
        if not all(region):
            return None
        boxes = inside


def _descent(region: Box, boxes: Sequence[Box], work: Work) -> Box:
    """The boxes' volumes add up to less than the region's; cut in two, they do so in one half at least."""
    volumes = [volume(box) for box in boxes]
    for place in range(len(region)):
        own = region[place]
        cross = [(box[place], v // box[place].bit_count(), box) for box, v in zip(boxes, volumes, strict=True)]
        while (count := own.bit_count()) > 1:
            work.spend(len(cross) + 1)
            lower = _least_pieces(own, count // 2)
            upper = own & ~lower
            below = sum((mask & lower).bit_count() * section for mask, section, _ in cross)
            above = sum((mask & upper).bit_count() * section for mask, section, _ in cross)
            own = lower if below * upper.bit_count() <= above * lower.bit_count() else upper
            cross = [(mask & own, section, box) for mask, section, box in cross if mask & own]
        region = with_axis(region, place, own)
        boxes = [box for _, _, box in cross]
        volumes = [section for _, section, _ in cross]
    return region


def _least_pieces(mask: int, count: int) -> int:
    """The lowest `count` pieces of a set."""
    kept = 0
    for _ in range(count):
        lowest = mask & -mask
        kept |= lowest
        mask ^= lowest
    return kept


def _split(region: Box, boxes: Sequence[Box]) -> tuple[int, int]:
    """The axis and the set of pieces along which the heaviest boxes end."""
    score: dict[tuple[int, int], float] = {}
    for box in boxes:
        short = [place for place, mask in enumerate(box) if mask != region[place]]
        weight = 0.5 ** len(short)
        for place in short:
            key = place, box[place]
            score[key] = score.get(key, 0.0) + weight
    return max(score, key=score.__getitem__)
