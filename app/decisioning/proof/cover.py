"""Do these boxes cover that region? If not, a point that they leave out.

A box is a set of pieces an axis, as bit masks; a region is one too. Whether a union of boxes covers everything is hard
in general, so the work is bounded and running out of it is an answer of its own. What keeps it small on real tables:

- a box that reaches across the region in all axes but one cuts its part of that axis off;
- if the boxes' volumes, overlaps counted twice, do not add up to the region's, something is left out, and a descent
  that always takes the piece least covered finds a point of it;
- otherwise the region is split where the largest boxes end. Of a part that turns out to be covered, the largest box is
  kept that is known to be covered for the same reasons: if it reaches across the split, the other part needs no look,
  and elsewhere it counts as one box more.
"""

from collections.abc import Iterator, Sequence
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
    splits: list[_Split] = []
    learned: Sequence[Box] = []
    while True:
        look = _Look(region, boxes, learned, work)
        covered = look.covered
        if covered is None:
            if sum(map(volume, look.clipped)) < volume(look.region):
                return _descent(look.region, look.clipped, work)
            split = _Split(look)
            splits.append(split)
            region, boxes, learned = split.first, look.boxes, look.learned
            continue
        while splits and (covered := splits[-1].taught(covered)) is not None:
            splits.pop()
        if not splits:
            return None
        last = splits[-1]
        region, boxes, learned = last.second, last.look.boxes, last.known


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


class _Look:
    """A region without what single boxes cut off, and the boxes that remain in it.

    `covered` is a box around the region as given that is covered, None while that is open. `learned` boxes are covered
    by the others together; they cut as these do, but count for nothing where volumes are compared.
    """

    def __init__(self, region: Box, boxes: Sequence[Box], learned: Sequence[Box], work: Work) -> None:
        self.region = region
        self._cuts: list[tuple[int, int, Box]] = []            # place, what the region had there, by which box
        self.boxes: Sequence[Box] = boxes
        self.learned: Sequence[Box] = learned
        self.covered: Box | None = None
        found = True
        while found and self.covered is None:
            before = len(self._cuts)
            work.spend(len(self.boxes) + len(self.learned) + 1)
            self.boxes, self.learned = self._inside(self.boxes), self._inside(self.learned)
            found = len(self._cuts) > before
        if self.covered is None:
            self.clipped = [tuple(map(and_, box, self.region)) for box in self.boxes]

    def _inside(self, boxes: Sequence[Box]) -> list[Box]:
        """The boxes that reach into the region; those that reach across it in all axes but one cut it."""
        inside: list[Box] = []
        region = self.region
        for box in boxes:
            short, last = 0, 0
            for place, (own, wanted) in enumerate(zip(box, region, strict=True)):
                common = own & wanted
                if not common:
                    break
                if common != wanted:
                    short += 1
                    last = place
            else:
                if not short:
                    self.covered = self.around(box)
                    return inside
                if short == 1:
                    self._cuts.append((last, region[last], box))
                    self.region = region = with_axis(region, last, region[last] & ~box[last])
                else:
                    inside.append(box)
        return inside

    def around(self, box: Box) -> Box:
        """Of a covered box around what is left of the region: one around all of it."""
        for place, whole, by in reversed(self._cuts):
            if whole & ~box[place]:
                box = joined(box, by, place)
        return box


class _Split:
    """A region in two parts along one axis, and what is known of them so far."""

    def __init__(self, look: _Look) -> None:
        self.look = look
        self.known: Sequence[Box] = look.learned
        self._place, pieces = _best_split(look.region, look.clipped)
        self._whole = look.region[self._place]
        self.first = with_axis(look.region, self._place, self._whole & ~pieces)
        self.second = with_axis(look.region, self._place, pieces)
        self._of_first: Box | None = None

    def taught(self, covered: Box) -> Box | None:
        """What a covered box around the part last looked at says of the whole; None: the second part is to be seen."""
        if self._whole & ~covered[self._place]:
            if self._of_first is None:
                self._of_first = covered
                self.known = [*self.known, covered]
                return None
            covered = joined(self._of_first, covered, self._place)
        return self.look.around(covered)


def joined(first: Box, second: Box, place: int) -> Box:
    """What both cover together: along one axis what either has, along the others what both have."""
    return tuple(a | b if k == place else a & b for k, (a, b) in enumerate(zip(first, second, strict=True)))


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


def _best_split(region: Box, boxes: Sequence[Box]) -> tuple[int, int]:
    """The axis and the set of pieces along which the heaviest boxes end."""
    score: dict[tuple[int, int], float] = {}
    for box in boxes:
        short = [place for place, mask in enumerate(box) if mask != region[place]]
        weight = 0.5 ** len(short)
        for place in short:
            key = place, box[place]
            score[key] = score.get(key, 0.0) + weight
    return max(score, key=score.__getitem__)
