"""Amortisation schedules: what sums, what rounds where, what fees do, what is refused."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.decisioning.money import annuity
from app.decisioning.money.level import payment
from app.decisioning.money.offer_rate import apr
from app.decisioning.money.rounding import LARGEST_AMOUNT, Conventions, Rounding
from app.decisioning.money.schedule import Fees, Loan, fee, schedule
from app.errors import AmountError, LoanError
from tests.money.test_offer_rate import nominal

UNROUNDED = Conventions()
MONTHLY = Conventions(interest=Rounding("half_even"))

conventions = st.builds(
    Conventions,
    st.builds(Rounding, st.sampled_from(["half_even", "half_up", "down", "up"]), st.sampled_from([1, 5])),
    st.none() | st.builds(Rounding, st.sampled_from(["half_even", "half_up", "down", "up"])),
)


@st.composite
def loans(draw):
    """Large enough for their term that rounding cannot outweigh them."""
    rate, term = draw(nominal), draw(st.integers(1, 120))
    growth = annuity.TABLES[rate][term].growth // 10**annuity.FACTOR_SCALE + 1
    amount = draw(st.integers(100_00 + 10 * term * term * growth, 10**10))
    fees = Fees(
        draw(st.integers(0, amount // 10)), draw(st.integers(0, amount // 10)), draw(st.integers(0, 10_00))
    )
    return Loan(amount, rate, term, fees)


@settings(max_examples=200, deadline=None)
@given(loans(), conventions)
def test_a_schedule_sums_exactly(loan, stated):
    found = schedule(loan, stated)
    rows = found.rows
    assert len(rows) == loan.term
    assert rows[-1].balance == 0
    assert sum(row.principal for row in rows) == loan.amount + loan.fees.financed
    assert found.cost == sum(row.interest + row.fee for row in rows) + loan.fees.financed + loan.fees.deducted
    assert all(row.payment == row.interest + row.principal + row.fee for row in rows)
    assert {row.payment for row in rows[:-1]} <= {found.payment}
    balance = loan.principal
    for row in rows:
        balance -= row.principal
        assert row.balance == balance


@settings(max_examples=150, deadline=None)
@given(loans(), st.sampled_from(["half_even", "half_up"]))
def test_interest_is_the_balances_month_to_the_unit(loan, mode):
    """Rounded every month: each row's interest is its own balance's, rounded once."""
    balance, round_ = loan.principal, Rounding(mode)
    for row in schedule(loan, Conventions(interest=round_)).rows:
        assert row.interest == round_(balance * loan.rate, 12 * 10**6)
        balance = row.balance


@settings(max_examples=100, deadline=None)
@given(loans())
def test_unrounded_interest_stays_within_a_unit_of_the_exact_balance(loan):
    """Against the definition in exact fractions; the factors' twelve decimals leave less than a thousandth."""
    assume(loan.amount < 10**8 and loan.rate < 200_000)
    balance = Fraction(loan.principal)
    found = schedule(loan, UNROUNDED)
    for row in found.rows[:-1]:
        balance = balance * (1 + Fraction(loan.rate, 12 * 10**6)) - (row.payment - row.fee)
        assert abs(row.balance - balance) <= Fraction(51, 100)


@settings(max_examples=150, deadline=None)
@given(loans())
def test_the_exact_instalment_is_the_references_rounded(loan):
    reference = payment(loan.principal, loan.rate / 12e6, loan.term)
    assert loan.instalment(Rounding()) == pytest.approx(reference, abs=0.5 + 1e-12 * loan.principal)


@settings(max_examples=100, deadline=None)
@given(loans(), st.integers(1, 100_00))
def test_each_kind_of_fee_raises_the_apr(loan, charge):
    """A fee on top raises it because what is received stays the same while more is repaid."""
    assume(loan.fees.deducted + charge < loan.amount // 2)
    without = apr(*schedule(loan, UNROUNDED).level)
    fees = loan.fees
    for dearer in (
        Fees(fees.deducted + charge, fees.financed, fees.per_instalment),
        Fees(fees.deducted, fees.financed + charge, fees.per_instalment),
        Fees(fees.deducted, fees.financed, fees.per_instalment + charge),
    ):
        assert apr(*schedule(Loan(loan.amount, loan.rate, loan.term, dearer), UNROUNDED).level) >= without


def test_the_three_fees_worked_by_hand():
    """1,200 over 12 months at no interest."""
    deducted = schedule(Loan(1200_00, 0, 12, Fees(deducted=60_00)), MONTHLY)
    assert (deducted.advance, deducted.payment, deducted.total, deducted.cost) == (1140_00, 100_00, 1200_00, 60_00)
    financed = schedule(Loan(1200_00, 0, 12, Fees(financed=60_00)), MONTHLY)
    assert (financed.advance, financed.payment, financed.total, financed.cost) == (1200_00, 105_00, 1260_00, 60_00)
    monthly = schedule(Loan(1200_00, 0, 12, Fees(per_instalment=5_00)), MONTHLY)
    assert (monthly.advance, monthly.payment, monthly.total, monthly.cost) == (1200_00, 105_00, 1260_00, 60_00)
    assert apr(*financed.level) == apr(*monthly.level)


def test_the_last_instalment_absorbs_the_rounding():
    """100.00 in three at no interest: 33.33, 33.33, 33.34."""
    assert [row.payment for row in schedule(Loan(100_00, 0, 3), MONTHLY).rows] == [33_33, 33_33, 33_34]


def test_half_even_and_half_up_part_at_a_half():
    """A month's interest of 12.5 cents: 2.50 at 60 % a year."""
    for mode, interest in (("half_even", 12), ("half_up", 13)):
        loan = Loan(2_50, 600_000, 2, level=1_40)
        assert schedule(loan, Conventions(interest=Rounding(mode))).rows[0].interest == interest


def test_an_instalment_may_be_given():
    found = schedule(Loan(1000_00, 120_000, 3, level=300_00), MONTHLY)
    assert [row.payment for row in found.rows] == [300_00, 300_00, 421_27]


def test_a_share_as_fee_is_rounded_and_kept_within_its_bounds():
    cents = Rounding("half_even")
    assert fee(1234_50, 10_000, cents) == 12_34
    assert fee(1235_50, 10_000, cents) == 12_36
    assert fee(100_00, 10_000, cents, least=5_00) == 5_00
    assert fee(10**9, 10_000, cents, most=250_00) == 250_00


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: Loan(0, 1, 12), AmountError, "the amount is 0 minor units"),
        (lambda: Loan(100, 1, 12, Fees(deducted=100)), AmountError, "what is paid out, after fees"),
        (lambda: Loan(LARGEST_AMOUNT, 1, 12, Fees(financed=1)), AmountError, "beyond what an amount may be"),
        (lambda: Loan(100, -1, 12), LoanError, "annual rate"),
        (lambda: Loan(100, 10**8, 12), LoanError, "annual rate"),
        (lambda: Loan(100, 1, 0), LoanError, "a term of 0 months"),
        (lambda: Loan(100, 1, 601), LoanError, "a term of 601 months"),
        (lambda: Fees(financed=-1), AmountError, "the fee financed is -1"),
        (lambda: schedule(Loan(100_00, 1, 12, level=0), MONTHLY), AmountError, "the instalment"),
        (lambda: schedule(Loan(100_00, 240_000, 12, level=1_99), MONTHLY), LoanError, "never repaid"),
        (lambda: schedule(Loan(100_00, 240_000, 12, level=50_00), MONTHLY), LoanError, "shorten the term"),
        (lambda: schedule(Loan(60, 0, 84), UNROUNDED), LoanError, "shorten the term"),
        (lambda: schedule(Loan(LARGEST_AMOUNT, 240_000, 12), MONTHLY), AmountError, "beyond what an amount may be"),
    ],
)
def test_impossible_terms_are_refused_in_a_sentence(make, error, says):
    with pytest.raises(error, match=says) as refusal:
        make()
    assert isinstance(refusal.value, ValueError)
