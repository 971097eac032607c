"""The calibration kernel: a fixed piece of pure Python, so that figures of different machines can be compared.

It does what a decision does, in the small: looks fields up, compares, adds whole numbers, calls functions, makes tuples
and sorts. It takes about a millisecond where `sum(range(1_000_000))` takes 14 ms. It never changes: a figure given as a
ratio to it holds wherever both were measured in the same run.
"""

_ROUNDS = 4_500
_POINTS = {"OWNER": 20, "MORTGAGE": 16, "TENANT": 8, "OTHER": 6}
_PLACES = tuple(_POINTS)


def kernel() -> int:
    """The same work every time; gives 40_240_292 every time."""
    total = 0
    ranked: list[tuple[int, str]] = []
    for number in range(_ROUNDS):
        place = _PLACES[number % 4]
        points = _POINTS[place] + (22 if number % 37 <= 12 else 37 if number % 37 <= 24 else 44)
        total += _rounded(points * (number + 59), 12)
        if points < 40:
            ranked.append((-points, place))
    ranked.sort()
    return total + len(ranked)


def _rounded(units: int, unit: int) -> int:
    return (2 * units + unit) // (2 * unit)
