"""The amortisation schedule: equal monthly instalments, the last of which absorbs all rounding.

Interest of a month is balance x annual rate / 12. It is either rounded to minor units every month, or accrues on the
unrounded balance, as the Conventions of the currency say; then only payments are rounded, and a row shows the rounded
balance and what that leaves for interest. In both cases principal and payments sum exactly.
"""

from dataclasses import dataclass
from typing import NamedTuple

from app.decisioning.money import annuity
from app.decisioning.money.rounding import Conventions, Rounding, not_negative, positive, within_range
from app.errors import LoanError

_UNIT = 10**annuity.FACTOR_SCALE
_YEAR = 12 * 10**annuity.RATE_SCALE
_NEAREST = Rounding("half_up")


@dataclass(frozen=True, slots=True)
class Fees:
    """Charges in minor units. `deducted` is kept back from what is paid out, `financed` is lent on top of it,
    `per_instalment` is paid with each instalment."""

    deducted: int = 0
    financed: int = 0
    per_instalment: int = 0

    def __post_init__(self) -> None:
        not_negative(self.deducted, "the fee deducted")
        not_negative(self.financed, "the fee financed")
        not_negative(self.per_instalment, "the fee per instalment")


NO_FEES = Fees()


def fee(amount: int, rate: int, rounding: Rounding, *, least: int = 0, most: int | None = None) -> int:
    """A share of an amount, the rate in units of 10**-6 (1 % is 10_000), rounded and then kept within least..most."""
    share = max(rounding(amount * rate, 10**annuity.RATE_SCALE), least)
    return share if most is None else min(share, most)


@dataclass(frozen=True, slots=True)
class Loan:
    """`amount` in minor units before fees, annual `rate` in units of 10**-6 (5.9 % is 59_000), `term` in months.

    `level` is the instalment without its fee, where it is not to be worked out.
    """

    amount: int
    rate: int
    term: int
    fees: Fees = NO_FEES
    level: int | None = None

    def __post_init__(self) -> None:
        positive(self.amount, "the amount")
        positive(self.advance, "what is paid out, after fees,")
        within_range(self.principal)
        if not 0 <= self.rate <= annuity.HIGHEST_RATE:
            raise LoanError(f"an annual rate of {self.rate} millionths: it must lie in 0..{annuity.HIGHEST_RATE}")
        if not 1 <= self.term <= annuity.LONGEST_TERM:
            raise LoanError(f"a term of {self.term} months: it must lie in 1..{annuity.LONGEST_TERM}")

    @property
    def advance(self) -> int:
        """What the borrower receives: the amount financed of Regulation Z."""
        return self.amount - self.fees.deducted

    @property
    def principal(self) -> int:
        """What bears interest."""
        return self.amount + self.fees.financed

    def instalment(self, rounding: Rounding) -> int:
        """The factor of app.decisioning.money.annuity, which has 12 decimals, times the principal, rounded once."""
        if self.level is not None:
            return positive(self.level, "the instalment")
        return rounding(annuity.instalment(self.principal, self.rate, self.term), _UNIT)


class Row(NamedTuple):
    """One month: payment = interest + principal + fee; balance is what is still due after it. Minor units."""

    number: int
    payment: int
    interest: int
    principal: int
    fee: int
    balance: int


@dataclass(frozen=True, slots=True)
class Schedule:
    advance: int                               # what the borrower receives
    rows: tuple[Row, ...]

    @property
    def payment(self) -> int:
        """Each month but the last, with its fee."""
        return self.rows[0].payment

    @property
    def last(self) -> int:
        return self.rows[-1].payment

    @property
    def total(self) -> int:
        return sum(row.payment for row in self.rows)

    @property
    def cost(self) -> int:
        """Everything paid, less what was received."""
        return self.total - self.advance

    @property
    def level(self) -> tuple[int, int, int, int]:
        """advance, payment, last, term: what `offer_rate.apr` takes."""
        return self.advance, self.payment, self.last, len(self.rows)


def schedule(loan: Loan, conventions: Conventions) -> Schedule:
    """The last instalment is whatever is due then, to the nearest minor unit.

    LoanError when the instalment does not cover the first month's interest, or repays the loan before its last month: a
    loan so small that rounding outweighs it, or too high an instalment.
    """
    paid = loan.instalment(conventions.instalment)
    if loan.term > 1 and paid * _YEAR < loan.principal * loan.rate:
        raise LoanError(f"instalments of {paid} do not cover the interest on {loan.principal}: it is never repaid")
    rows: list[Row] = []
    balance = loan.principal
    for number in range(1, loan.term + 1):
        due = _due(loan, paid, number, balance, conventions.interest)
        own = due if number == loan.term else paid
        if due < own or due < 0:
            raise LoanError(f"instalments of {paid} repay {loan.principal} before month {loan.term}: shorten the term")
        repaid = balance - (due - own)
        charge = loan.fees.per_instalment
        rows.append(Row(number, own + charge, own - repaid, repaid, charge, due - own))
        balance = due - own
    result = Schedule(loan.advance, tuple(rows))
    within_range(result.total)
    return result


def _due(loan: Loan, paid: int, number: int, balance: int, interest: Rounding | None) -> int:
    """The balance and its interest in month `number`, before anything is paid."""
    if interest is None:
        return _NEAREST(annuity.last_instalment(loan.principal, paid, loan.rate, number), _UNIT)
    return balance + interest(balance * loan.rate, _YEAR)
