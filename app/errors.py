"""Every error that a person may meet, in one tree, each with the exit code that scripts can trust.

    CreditstreamError                 1
    ├── UsageError                    2   the call's words are off
    ├── BrokerError                   3   the embedded Kafka cannot be brought up, or has gone
    ├── TopicsDisagreeError                4   the cluster's topics are not what topics/ says
    ├── StrategyError                 5   a strategy file is refused
    ├── ContractError                 6   a contract file (topics/) or a key file is refused
    ├── LaneError                     7   a lane cannot go on without losing or doubling something
    ├── AccessError                   9   the cluster does not let us do what we must
    └── MoneyError                    8   no such loan; a ValueError too
        ├── AmountError                   an amount that is negative, or beyond the largest
        ├── LoanError                     terms under which nothing is repaid
        └── RateError                     no rate at or above zero makes the payments worth the advances
"""


class CreditstreamError(Exception):
    """Base of all; `str()` of it is a sentence for a person: what was wrong, where, what to do."""

    exit_code = 1


class UsageError(CreditstreamError):
    exit_code = 2


class BrokerError(CreditstreamError):
    exit_code = 3


class TopicsDisagreeError(CreditstreamError):
    exit_code = 4


class StrategyError(CreditstreamError):
    exit_code = 5


class ContractError(CreditstreamError):
    exit_code = 6


class LaneError(CreditstreamError):
    exit_code = 7


class AccessError(CreditstreamError):
    exit_code = 9


class MoneyError(CreditstreamError, ValueError):
    exit_code = 8


class AmountError(MoneyError):
    pass


class LoanError(MoneyError):
    pass


class RateError(MoneyError):
    pass
