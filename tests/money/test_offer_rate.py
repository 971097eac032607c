"""The rate of a priced offer: the fast way against the root finder, and what it must always be."""

from datetime import date
from fractions import Fraction
from hashlib import sha256

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from app.decisioning.money import annuity, offer_rate
from app.decisioning.money.appendix_j import apr as dated_apr
from app.decisioning.money.effective import Timed
from app.decisioning.money.effective import effective_rate as dated_effective
from app.decisioning.money.intervals import MONTH, months_earlier
from app.decisioning.money.level import level_rate
from app.decisioning.money.offer_rate import apr, effective_rate, monthly_rate
from app.decisioning.money.rounding import LARGEST_AMOUNT, Rounding

UNIT = 10**annuity.FACTOR_SCALE
LAST_DAY = date(2025, 6, 15)
TO_CENTS = Rounding()

terms = st.integers(1, 120) | st.integers(1, 600)
nominal = st.sampled_from([0, 1, 9_900, 39_000, 59_000, 68_999, 109_000, 199_900, 299_999, 400_000])


@st.composite
def offers(draw, *, least=100_00):
    """Real offers: an instalment and a last one from the annuity tables, fees deducted and with each instalment."""
    amount = draw(st.integers(least, 10**8))
    rate = draw(nominal)
    term = draw(terms)
    assume(amount >= 100 * term)
    payment = TO_CENTS(annuity.instalment(amount, rate, term), UNIT)
    last = TO_CENTS(annuity.last_instalment(amount, payment, rate, term), UNIT)
    assume(last >= 0)
    fee = draw(st.integers(0, amount // 5))
    monthly = draw(st.sampled_from([0, 1_00, 2_50]))
    return amount - fee, payment + monthly, last + monthly, term


def solved(advance, payment, last, term):
    return level_rate(float(advance), float(payment), float(last), term)


@settings(max_examples=400, deadline=None)
@given(offers())
def test_the_fast_rate_is_the_root(offer):
    assert monthly_rate(*offer) == pytest.approx(solved(*offer), abs=1e-10)


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 10**6), st.integers(0, 10**5), st.integers(0, 10**6), st.integers(1, 60))
@example(1, 0, 1, 60)
@example(10**6, 0, 10**6 + 1, 60)
@example(9, 3, 4, 3)
def test_the_fast_rate_is_the_root_of_odd_loans_too(advance, payment, last, term):
    found = monthly_rate(advance, payment, last, term)
    if payment * (term - 1) + last < advance:
        assert found is None
        return
    rate = solved(advance, payment, last, term)
    assert found == (pytest.approx(rate, abs=1e-10) if rate <= offer_rate.HIGHEST_MONTHLY else None)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 600), st.integers(0, 3000))
def test_every_terms_polynomial_gives_the_rate_to_3e_11(term, thousandths):
    """Across both intervals, whatever the term."""
    advance = 10**9
    total = advance + advance * thousandths // 1000 // term * term
    payment = total // term
    advance = payment * term * 10**9 // total
    assert monthly_rate(advance, payment, payment, term) == pytest.approx(
        solved(advance, payment, payment, term), abs=3e-11
    )


@settings(max_examples=200, deadline=None)
@given(st.integers(10_000_00, 10**8), nominal, terms)
def test_without_fees_the_apr_is_the_nominal_rate_but_for_rounding(amount, rate, term):
    """Rounding moves the last instalment by half a cent at most: 0.01 percentage points on a loan of 10,000 or more."""
    payment = TO_CENTS(annuity.instalment(amount, rate, term), UNIT)
    last = TO_CENTS(annuity.last_instalment(amount, payment, rate, term), UNIT)
    assume(last >= 0)
    assert abs(apr(amount, payment, last, term) - rate / 100) <= 1


@settings(max_examples=200, deadline=None)
@given(offers(), st.integers(1, 100_00))
def test_a_fee_raises_the_rate(offer, more):
    advance, payment, last, term = offer
    assume(advance > more)
    rate = monthly_rate(*offer)
    dearer = monthly_rate(advance - more, payment, last, term)
    assert dearer is None or dearer > rate     # None: beyond any rate that is told
    assert monthly_rate(advance, payment + more, last + more, term) > rate
    assert monthly_rate(advance, payment, last + more, term) > rate


@settings(max_examples=50, deadline=None)
@given(offers())
def test_both_rates_are_those_of_the_definitions(offer):
    """Regulation Z by unit-periods from dates, and the European equation by twelfths of years."""
    advance, payment, last, term = offer
    assume(monthly_rate(*offer) > 1e-9)
    amounts = [payment] * (term - 1) + [last]
    start = months_earlier(LAST_DAY, term, 15)
    dates = [months_earlier(LAST_DAY, term - k, 15) for k in range(1, term + 1)]
    payments = [(d, a) for d, a in zip(dates, amounts, strict=True) if a > 0]
    dated = dated_apr([(start, advance)], payments, unit=MONTH)
    assert dated.rate == pytest.approx(12 * monthly_rate(*offer), abs=2e-9)
    timed = [Timed(amount, k / 12) for k, amount in enumerate(amounts, 1)]
    assert dated_effective([Timed(advance, 0)], timed) * 10_000 == pytest.approx(effective_rate(*offer), abs=0.501)


@pytest.mark.parametrize(
    ("offer", "expected"),
    [((5000_00, 230_00, 230_00, 24), 969), ((5000_00, 230_00, 280_00, 24), 1050)],
)
def test_published_regular_loans(offer, expected):
    """Appendix J (c)(1)(i) and (c)(3)(i)."""
    assert apr(*offer) == expected


def test_the_polynomials_have_the_same_bits_on_every_machine():
    """Decisions made elsewhere, or replayed later, rest on them."""
    bits = " ".join(c.hex() for term in (1, 2, 12, 84, 360, 600) for piece in offer_rate.RATES[term] for c in piece)
    assert sha256(bits.encode()).hexdigest() == "5e9bd5db4c1411f2e659b8ca1ad4867574970bc1e8eeae2fc744c4b53a4081fd"
    assert monthly_rate(4950_00, 230_00, 229_37, 24).hex() == "0x1.23a97e7944ecap-7"


def test_a_loan_that_costs_nothing_has_rate_zero_whenever_it_is_paid():
    assert (apr(1000, 100, 100, 10), apr(1000, 0, 1000, 10), effective_rate(1000, 100, 100, 10)) == (0, 0, 0)


def test_twelve_months_at_one_percent_a_month_are_12_68_percent_effective():
    assert (apr(10**9, 0, 10**9 * 101 // 100, 1), effective_rate(10**9, 0, 10**9 * 101 // 100, 1)) == (1200, 1268)


@pytest.mark.parametrize(
    ("offer", "why"),
    [
        ((0, 10, 10, 12), "nothing received"),
        ((-5, 10, 10, 12), "less than nothing received"),
        ((1000, 10, 10, 12), "payments below the advance"),
        ((1000, -10, 5000, 12), "a negative payment"),
        ((1000, 500, -10, 12), "a negative last payment"),
        ((1000, 10, 2000, 0), "no term"),
        ((1000, 10, 2000, 601), "too long a term"),
        ((1, 0, LARGEST_AMOUNT + 1, 1), "beyond what an amount may be"),
        ((1, 12, 12, 1), "more than 1,000 % a month"),
    ],
)
def test_where_there_is_no_rate_there_is_none(offer, why):
    assert apr(*offer) is None, why
    assert effective_rate(*offer) is None, why


@settings(max_examples=100, deadline=None)
@given(offers(least=1_000_00))
def test_the_rounded_rate_is_the_true_roots_rounding(offer):
    """By exact fractions: the present value is above the advance half a unit below the APR, and below it half above."""
    found = apr(*offer)
    advance, payment, last, term = offer
    assume(term <= 48)
    for edge, above in ((Fraction(2 * found - 1, 240_000), True), (Fraction(2 * found + 1, 240_000), False)):
        discount = 1 / (1 + edge)
        value = sum((payment if k < term else last) * discount**k for k in range(1, term + 1))
        assert (value >= advance) if above else (value <= advance)
