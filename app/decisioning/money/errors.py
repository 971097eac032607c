"""What can be wrong with an amount, a loan or a rate. Each is a ValueError, and a sentence for a person."""

from app.errors import CreditstreamError


class MoneyError(CreditstreamError, ValueError):
    """Base of the others."""


class AmountError(MoneyError):
    """An amount that is negative, or beyond LARGEST_AMOUNT."""


class LoanError(MoneyError):
    """Terms under which no schedule repays the loan."""


class RateError(MoneyError):
    """No rate at or above zero makes the payments worth the advances."""
