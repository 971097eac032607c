"""The accounts on a stand-in credit page: which ones a row implies, and what each bureau has of them."""

from datetime import date, timedelta
from enum import Enum

from app.demo.chance import between, draw
from app.demo.dataset import Row
from app.demo.german_credit import REFERENCE_DATE, amount_minor
from app.domain.bureau import LateCounts, Liability, LiabilityType, Ownership


class Standing(Enum):
    """How the credits of a row have been paid."""

    CLEAN = LateCounts()
    DELAYED = LateCounts(days_30=2, days_60=1)
    CRITICAL = LateCounts(days_30=3, days_60=2, days_90=1)


def standing(row: Row) -> Standing:
    if row.history == "CRITICAL":
        return Standing.CRITICAL
    return Standing.DELAYED if row.history == "DELAYED" else Standing.CLEAN


def liabilities(row: Row, bureau: str) -> tuple[Liability, ...]:
    """The accounts that this bureau reports. Bureaus overlap: most accounts are with all of them, under the same
    (creditor, account_id, opened), and now and then one has not heard of an account."""
    return tuple(
        account
        for index, account in enumerate(_accounts(row))
        if draw("reported", bureau, row.number, index) < 0.95
    )


def _accounts(row: Row) -> list[Liability]:
    accounts = [_credit_here(row, index) for index in range(1, row.credits_here)]
    if row.history in {"ALL_PAID_HERE", "PAID_SO_FAR", "CRITICAL", "DELAYED"} and row.credits_here == 1:
        accounts.append(_credit_here(row, 1))
    if row.plans != "NONE":
        accounts.append(_other_plan(row))
    if row.account == "OVERDRAWN":
        accounts.append(_overdraft(row))
    return accounts


def _credit_here(row: Row, index: int) -> Liability:
    """A credit with this bank. The latest one carries what the history says; all are closed when all is paid back."""
    late = standing(row) if index == 1 else Standing.CLEAN
    closed = row.history == "ALL_PAID_HERE" or (late is Standing.CLEAN and index > 1)
    payment = between(20_00, 60_00, "payment", row.number, index)
    return _account(
        row,
        index,
        creditor="Hausbank",
        kind="INSTALMENT",
        ownership="JOINT" if row.debtors == "CO_APPLICANT" else "INDIVIDUAL",
        payment_minor=0 if closed else payment,
        balance_minor=0 if closed else payment * between(3, 18, "payments left", row.number, index),
        past_due_minor=0 if closed else payment * (late.value.days_60 + late.value.days_90),
        late=late,
        closed=closed,
    )


def _other_plan(row: Row) -> Liability:
    payment = between(15_00, 50_00, "other plan", row.number)
    return _account(
        row,
        9,
        creditor="Kaufhaus Nord" if row.plans == "STORES" else "Stadtbank",
        kind="INSTALMENT",
        ownership="INDIVIDUAL",
        payment_minor=payment,
        balance_minor=payment * between(2, 24, "other payments left", row.number),
        past_due_minor=0,
        late=Standing.CLEAN,
        closed=False,
    )


def _overdraft(row: Row) -> Liability:
    return _account(
        row,
        8,
        creditor="Hausbank",
        kind="REVOLVING",
        ownership="INDIVIDUAL",
        payment_minor=10_00,
        balance_minor=min(amount_minor(row) // 4, 500_00),
        past_due_minor=0,
        late=Standing.CLEAN,
        closed=False,
    )


def _account(
    row: Row,
    index: int,
    *,
    creditor: str,
    kind: LiabilityType,
    ownership: Ownership,
    payment_minor: int,
    balance_minor: int,
    past_due_minor: int,
    late: Standing,
    closed: bool,
) -> Liability:
    return Liability(
        creditor=creditor,
        account_id=f"A{row.number:04d}-{index}",
        opened=_opened(row, index),
        monthly_payment_minor=payment_minor,
        closed=closed,
        late=late.value,
        past_due_minor=past_due_minor,
        balance_minor=balance_minor,
        type=kind,
        ownership=ownership,
    )


def _opened(row: Row, index: int) -> date:
    youngest, eldest = 120, max(400, min((row.age - 18) * 365, 4_000))
    return REFERENCE_DATE - timedelta(days=between(youngest, eldest, "opened", row.number, index))
