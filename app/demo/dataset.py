"""The German credit data, read with the corrected code table (see german_credit.LICENCE.md).

The published labels are attached to the wrong codes in several columns; the tables below lead from the label in the
file to what its code means. As published, the holders of a "critical account" would be by far the best payers.

`Row` leaves out on purpose: sex and foreign worker (never to be a basis of credit), and the outcome, which only
`outcomes` reads, for the report after everything is decided.
"""

import csv
from functools import cache
from importlib import resources
from typing import Literal

from msgspec import Struct

History = Literal["DELAYED", "CRITICAL", "NO_CREDITS_OR_ALL_PAID", "PAID_SO_FAR", "ALL_PAID_HERE"]
Account = Literal["NONE", "OVERDRAWN", "UP_TO_200_DEM", "OVER_200_DEM_OR_SALARY"]
Employed = Literal["UNEMPLOYED", "UNDER_1_YEAR", "1_TO_4_YEARS", "4_TO_7_YEARS", "OVER_7_YEARS"]
Housing = Literal["FOR_FREE", "RENT", "OWN"]
Property = Literal["NONE", "CAR_OR_OTHER", "SAVINGS_AGREEMENT_OR_LIFE_INSURANCE", "REAL_ESTATE"]
Plans = Literal["BANK", "STORES", "NONE"]
Debtors = Literal["NONE", "CO_APPLICANT", "GUARANTOR"]
Job = Literal["UNSKILLED_NON_RESIDENT", "UNSKILLED", "SKILLED", "MANAGER_OR_SELF_EMPLOYED"]

_HISTORY: dict[str, History] = {
    "no credits taken/ all credits paid back duly": "DELAYED",
    "all credits at this bank paid back duly": "CRITICAL",
    "existing credits paid back duly till now": "NO_CREDITS_OR_ALL_PAID",
    "delay in paying off in the past": "PAID_SO_FAR",
    "critical account/ other credits existing (not at this bank)": "ALL_PAID_HERE",
}
_ACCOUNT: dict[str, Account] = {
    "... < 0 DM": "NONE",
    "0 <= ... < 200 DM": "OVERDRAWN",
    "... >= 200 DM / salary assignments for at least 1 year": "UP_TO_200_DEM",
    "no checking account": "OVER_200_DEM_OR_SALARY",
}
_EMPLOYED: dict[str, Employed] = {
    "unemployed": "UNEMPLOYED",
    "... < 1 year": "UNDER_1_YEAR",
    "1 <= ... < 4 years": "1_TO_4_YEARS",
    "4 <= ... < 7 years": "4_TO_7_YEARS",
    "... >= 7 years": "OVER_7_YEARS",
}
_HOUSING: dict[str, Housing] = {"rent": "FOR_FREE", "own": "RENT", "for free": "OWN"}
_PROPERTY: dict[str, Property] = {
    "real estate": "NONE",
    "building society savings agreement/ life insurance": "CAR_OR_OTHER",
    "car or other, not in attribute Savings account/bonds": "SAVINGS_AGREEMENT_OR_LIFE_INSURANCE",
    "unknown / no property": "REAL_ESTATE",
}
_PLANS: dict[str, Plans] = {"bank": "BANK", "stores": "STORES", "none": "NONE"}
_DEBTORS: dict[str, Debtors] = {"none": "NONE", "co-applicant": "CO_APPLICANT", "guarantor": "GUARANTOR"}
_JOB: dict[str, Job] = {
    "unemployed/ unskilled - non-resident": "UNSKILLED_NON_RESIDENT",
    "unskilled - resident": "UNSKILLED",
    "skilled employee / official": "SKILLED",
    "management/ self-employed/ highly qualified employee/ officer": "MANAGER_OR_SELF_EMPLOYED",
}
# Instalment in per cent of disposable income: the code stands for a band, here its middle.
_INSTALMENT_RATE = {"1": 40.0, "2": 30.0, "3": 22.5, "4": 17.5}
# Credits at this bank, the one applied for included: 1, 2 to 3, 4 to 5, 6 or more; here the least of each.
_CREDITS_HERE = {"1": 1, "2": 2, "3": 4, "4": 6}
# People entitled to maintenance: 1 stands for 0 to 2, 2 for 3 or more.
_DEPENDANTS = {"1": 1, "2": 3}


class Row(Struct, frozen=True, kw_only=True):
    """One application of 1973 to 1975. `number` counts from 1, as in the file."""

    number: int
    age: int
    term_months: int
    amount_dem: int
    instalment_rate: float                     # per cent of disposable income
    employed: Employed
    job: Job
    housing: Housing
    property: Property
    dependants: int
    history: History
    account: Account
    plans: Plans
    credits_here: int
    debtors: Debtors


@cache
def rows() -> tuple[Row, ...]:
    """All 1,000 applications, in the order of the file."""
    return tuple(_row(number, line) for number, line in enumerate(_lines(), start=1))


@cache
def outcomes() -> tuple[bool, ...]:
    """Who did not pay back: True is bad, in the order of `rows`. For figures after the decisions, never for one."""
    return tuple(line["creditability"] == "bad" for line in _lines())


def _lines() -> list[dict[str, str]]:
    with resources.files(__package__).joinpath("german_credit.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _row(number: int, line: dict[str, str]) -> Row:
    return Row(
        number=number,
        age=int(line["age_in_years"]),
        term_months=int(line["duration_in_month"]),
        amount_dem=int(line["credit_amount"]),
        instalment_rate=_INSTALMENT_RATE[line["installment_rate_in_percentage_of_disposable_income"]],
        employed=_EMPLOYED[line["present_employment_since"]],
        job=_JOB[line["job"]],
        housing=_HOUSING[line["housing"]],
        property=_PROPERTY[line["property"]],
        dependants=_DEPENDANTS[line["number_of_people_being_liable_to_provide_maintenance_for"]],
        history=_HISTORY[line["credit_history"]],
        account=_ACCOUNT[line["status_of_existing_checking_account"]],
        plans=_PLANS[line["other_installment_plans"]],
        credits_here=_CREDITS_HERE[line["number_of_existing_credits_at_this_bank"]],
        debtors=_DEBTORS[line["other_debtors_or_guarantors"]],
    )
