"""Events of suite A, as many as wanted: the same seed gives the same bytes, and a longer log begins like a shorter one.

Incomes, scores, arrears and wishes vary so that every segment and every number of offers occurs.
"""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

PORTION = 1_000                                # cases that are drawn, and written, together
_EMPLOYMENT = ("EMPLOYED", "EMPLOYED", "EMPLOYED", "SELF-EMPLOYED", "STUDENT", "RETIRED", "UNEMPLOYED")
_MARITAL = ("MARRIED", "SINGLE", "DIVORCED", "WIDOWED")
_ACCOMMODATION = ("OWNER", "MORTGAGE", "TENANT", "WITH_PARENTS")
_CREDITORS = ("Aurora Bank", "Harbour Savings", "Meridian Cards", "Northern Leasing", "Old Town Mutual")
_LIABILITIES = 4

_APPLICATION = (
    '{"event_id":"%032x","application_id":"a%08d","customer_id":"c%08d","product":"CustomerLoan","amount_minor":%d,'
    '"term_months":%d,"currency":"EUR","region":"%03d","channel":"mobile-app","submitted_at":"2026-11-22T07:%02d:%02dZ",'
    '"consent":{"given":true,"purpose":"CREDIT_BUREAU"},"applicant":{"date_of_birth":"%d-%02d-05","marital_status":"%s",'
    '"employment_status":"%s","last_employment_start":"%d-01-01","accommodation":"%s","has_insurance":%s,'
    '"months_on_book":%d,"income_minor":%d,"expenses_minor":%d}}'
)
_ANSWER = (
    '{"event_id":"%032x","application_id":"a%08d","customer_id":"c%08d","bureau":"EQUIFAX","score":%d,'
    '"responded_at":"2026-11-22T07:%02d:%02dZ","summary":{"AT57S":"%d","AT20S":"%d"},"liabilities":[%s]}'
)
_LIABILITY = (
    '{"creditor":"%s","account_id":"AC-%08d","opened":"%d-%02d-11","monthly_payment_minor":%d,"late_30":%d,"late_60":%d,'
    '"late_90":%d,"is_closed":%s,"past_due_minor":%d}'
)


class Pair(Struct, frozen=True, gc=False):
    """The two events of one case, and their key."""

    key: bytes
    application: bytes
    answer: bytes


def key_of(number: int) -> bytes:
    return b"c%08d" % number


def number_of(key: bytes) -> int:
    """Which case a record of any topic belongs to."""
    return int(key[1:])


def portions(cases: int, *, seed: int = 20_261_123) -> Iterator[list[Pair]]:
    """Cases number 0 to `cases` - 1, `PORTION` at a time."""
    for first in range(0, cases, PORTION):
        yield _portion(first, seed)[: cases - first]


def _portion(first: int, seed: int) -> list[Pair]:
    rng = np.random.default_rng((seed, first))
    applications, answers = _applications(rng, first), _answers(rng, first)
    return [
        Pair(key_of(first + place), application.encode(), answer.encode())
        for place, (application, answer) in enumerate(zip(applications, answers, strict=True))
    ]


def _applications(rng: np.random.Generator, first: int) -> list[str]:
    draw = _Draw(rng, PORTION)
    columns = zip(
        draw.wide(), range(first, first + PORTION), range(first, first + PORTION),
        draw.whole(100, 2_500, times=1_000), draw.one_of((12, 24, 36, 48, 60)), draw.whole(1, 41),
        draw.whole(0, 60), draw.whole(0, 60), draw.whole(1955, 2006), draw.whole(1, 13), draw.one_of(_MARITAL),
        draw.one_of(_EMPLOYMENT), draw.whole(2005, 2026), draw.one_of(_ACCOMMODATION), draw.one_of(("true", "false")),
        draw.whole(0, 90), draw.whole(120, 1_400, times=500), draw.whole(60, 500, times=500),
        strict=True,
    )  # fmt: skip
    return [_APPLICATION % row for row in columns]


def _answers(rng: np.random.Generator, first: int) -> list[str]:
    draw, each = _Draw(rng, PORTION), _Draw(rng, PORTION * _LIABILITIES)
    liabilities = [
        _LIABILITY % row
        for row in zip(
            each.one_of(_CREDITORS), each.whole(0, 10**8), each.whole(2008, 2026), each.whole(1, 13),
            each.whole(0, 60_000), each.rarely(4), each.rarely(3), each.rarely(2),
            each.one_of(("true", "false", "false")), each.rarely(50_000),
            strict=True,
        )
    ]  # fmt: skip
    lists = (
        ",".join(liabilities[place : place + _LIABILITIES]) for place in range(0, len(liabilities), _LIABILITIES)
    )
    columns = zip(
        draw.wide(), range(first, first + PORTION), range(first, first + PORTION), draw.whole(430, 821),
        draw.whole(0, 60), draw.whole(0, 60), draw.rarely(900), draw.whole(3, 300), lists,
        strict=True,
    )  # fmt: skip
    return [_ANSWER % row for row in columns]


class _Draw:
    """Columns of one length."""

    def __init__(self, rng: np.random.Generator, size: int) -> None:
        self._rng = rng
        self._size = size

    def whole(self, low: int, high: int, *, times: int = 1) -> list[int]:
        drawn: list[int] = (self._rng.integers(low, high, self._size) * times).tolist()
        return drawn

    def rarely(self, high: int) -> list[int]:
        """Mostly 0, in one of eight cases up to `high`."""
        drawn = self._rng.integers(0, high + 1, self._size)
        kept: list[int] = (drawn * (self._rng.random(self._size) < 0.125)).tolist()
        return kept

    def wide(self) -> list[int]:
        halves = self._rng.integers(0, 1 << 63, (2, self._size)).tolist()
        return [high << 64 | low for high, low in zip(*halves, strict=True)]

    def one_of(self, values: tuple[str | int, ...]) -> list[str | int]:
        return [values[index] for index in self.whole(0, len(values))]
