"""Each row of the data becomes an application by a documented mapping."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
import pytest

from app.contracts.sealing import check_pan
from app.demo import dataset
from app.demo.dataset import outcomes, rows
from app.demo.german_credit import REFERENCE_DATE, amount_minor, application, card_number, customer_id, row_number
from app.demo.mapping import SOURCES
from app.domain.application import Applicant, LoanApplication

SEALED = "pan.v1.demo." + "A" * 60


def everything() -> list[LoanApplication]:
    return [application(row, lambda _: SEALED) for row in rows()]


def test_the_data_are_the_thousand_of_which_three_hundred_were_bad() -> None:
    assert len(rows()) == 1_000
    assert sum(outcomes()) == 300


def test_every_row_is_a_valid_application() -> None:
    decoder = msgspec.json.Decoder(LoanApplication)
    for made in everything():
        assert decoder.decode(msgspec.json.encode(made)) == made


def test_a_second_reading_gives_the_same_applications() -> None:
    before = everything()
    dataset.rows.cache_clear()
    assert everything() == before


def test_the_first_row_is_mapped_as_the_file_has_it() -> None:
    """Row 1: 67 years, 1,169 DEM over 6 months, employed for 7 years or more, real estate as published is none."""
    made = application(rows()[0], lambda _: SEALED)
    assert made.amount_minor == 59_770         # 1169 / 1.95583 = 597.70...
    assert made.term_months == 6
    assert made.applicant.employment_status == "RETIRED"
    assert made.applicant.accommodation == "TENANT"
    assert not made.applicant.has_insurance


def test_everybody_has_the_age_of_the_file_on_the_reference_date() -> None:
    for row, made in zip(rows(), everything(), strict=True):
        born = made.applicant.date_of_birth
        had_birthday = (REFERENCE_DATE.month, REFERENCE_DATE.day) >= (born.month, born.day)
        assert REFERENCE_DATE.year - born.year - (not had_birthday) == row.age


def test_employment_starts_within_the_band_of_the_file() -> None:
    longest = {"UNDER_1_YEAR": 1, "1_TO_4_YEARS": 4, "4_TO_7_YEARS": 7, "OVER_7_YEARS": 21}
    for row, made in zip(rows(), everything(), strict=True):
        start = made.applicant.last_employment_start
        assert (start is None) == (row.employed == "UNEMPLOYED")
        if start is not None:
            assert start <= REFERENCE_DATE
            assert (REFERENCE_DATE - start).days <= longest[row.employed] * 366


def test_the_disposable_income_carries_the_instalment_at_the_rate_of_the_file() -> None:
    for row, made in zip(rows(), everything(), strict=True):
        disposable = made.applicant.monthly_income_minor - made.applicant.monthly_expenses_minor
        assert disposable * row.instalment_rate / 100 == pytest.approx(amount_minor(row) / row.term_months, abs=1)


def test_every_field_of_an_application_has_a_stated_source() -> None:
    stated = [name for source in SOURCES for name in source.field.split(", ")]
    fields = {*LoanApplication.__struct_fields__, *Applicant.__struct_fields__} - {"applicant"}
    assert Counter(stated) == Counter(fields)


def test_products_mix() -> None:
    assert set(Counter(made.product for made in everything())) == {
        "CustomerLoan",
        "CustomerLoanSpecialOffer",
        "StudentLoan",
    }


def test_card_numbers_have_the_right_form_and_no_issuer() -> None:
    for number in range(1, 1_001):
        assert check_pan(card_number(number)).startswith("9")


@dataclass
class Watched:
    """A line of the file that remembers which columns were asked for."""

    line: dict[str, str]
    asked: set[str]

    def __getitem__(self, column: str) -> str:
        self.asked.add(column)
        return self.line[column]


def test_an_application_reads_neither_the_outcome_nor_sex_nor_origin() -> None:
    asked: set[str] = set()
    reread: Any = [dataset._row(1, Watched(line, asked)) for line in dataset._lines()]
    assert [made.age for made in reread] == [row.age for row in rows()]
    assert not asked & {"creditability", "personal_status_and_sex", "foreign_worker"}


@pytest.mark.parametrize("customer", ["customer-1", "customer-abcd", "somebody-0001", "customer-00012", ""])
def test_only_customers_of_the_demo_have_a_row(customer: str) -> None:
    assert row_number(customer) is None
    assert row_number(customer_id(17)) == 17


def test_documents_of_nearly_everybody_are_valid() -> None:
    expired = sum(made.applicant.main_document_expires < date(2026, 1, 1) for made in everything())
    assert 0 < expired < 50
