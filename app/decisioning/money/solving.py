"""The root finder under every rate: at which rate are the payments worth exactly what was advanced?

Let r(i) be the present value of the payments over that of the advances, at rate i for one period. The rate sought is
where r = 1. For a loan 1/r is nearly a straight line, so Newton's method is applied to 1/r, whose step is
(r - 1) * r / -r'. Where a step leaves the bracket of the root, or is not half the one before it, the bracket is halved
instead. Only + - * / occur, so that a float and a row of a numpy array give the same bits.
"""

from collections.abc import Callable
from math import inf

from app.errors import RateError

TOLERANCE = 1e-13                              # of a step, relative to 1 + i, at which a rate is found
MOST_STEPS = 200
HIGHEST_UNIT_RATE = 1e6                        # 100,000,000 % a period

Ratio = Callable[[float], tuple[float, float]]     # i -> r, -r'


def solve(ratio: Ratio, *, cautious: bool = False) -> float:
    """The rate for one period, at or above zero, where r = 1; r is at least 1 at zero.

    With `cautious` r need not fall throughout (money advanced after a payment): the search then walks up from zero in
    small strides and takes the first root that it meets. RateError when there is none.
    """
    rate, low, high, before = 0.0, 0.0, inf, inf
    for _ in range(MOST_STEPS):
        worth, fall = ratio(rate)
        if worth > 1.0:
            low = rate
        else:
            high = rate
        following = rate + (worth - 1.0) * worth / fall if fall > 0.0 else inf
        if cautious and high == inf:
            following = min(following, low + 0.25 * low + 0.002)
        slow = abs(following - rate) > 0.5 * before and high < inf
        if slow or not low <= following <= high or following == inf:
            following = 0.5 * (low + high) if high < inf else low + low + 0.01
        before = abs(following - rate)
        if before <= TOLERANCE * (1.0 + rate):
            return following
        if following > HIGHEST_UNIT_RATE:
            break
        rate = following
    raise RateError("no rate at or above zero makes these payments worth what was advanced")
