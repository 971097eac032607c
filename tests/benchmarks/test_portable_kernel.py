"""The portable kernel: its fast twin says the same, its events are what they promise to be."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.portable import compiled, kernel
from benchmarks.portable.events import PORTION, key_of, number_of, portions
from benchmarks.portable.model import (
    Answer,
    Applicant,
    Application,
    Consent,
    Liability,
    decode_answer,
    decode_application,
)

MONEY = st.integers(min_value=0, max_value=10**10)
LATE = st.integers(min_value=0, max_value=20)
TEXT = st.text(max_size=5)

applicants = st.builds(
    Applicant,
    date_of_birth=TEXT,
    marital_status=st.sampled_from([*kernel.MARITAL_POINTS, "PARTNERED"]),
    employment_status=st.sampled_from([*kernel.EMPLOYMENT_POINTS, "SOLDIER"]),
    last_employment_start=TEXT,
    accommodation=TEXT,
    has_insurance=st.booleans(),
    months_on_book=st.integers(min_value=-5, max_value=200),
    income_minor=MONEY,
    expenses_minor=MONEY,
)
applications = st.builds(
    Application, **dict.fromkeys(Application.__struct_fields__, TEXT) | {
        "amount_minor": MONEY,
        "term_months": st.integers(min_value=0, max_value=100),
        "consent": st.builds(Consent, given=st.booleans(), purpose=TEXT),
        "applicant": applicants,
    },
)  # fmt: skip
liabilities = st.builds(
    Liability,
    creditor=TEXT,
    account_id=TEXT,
    opened=TEXT,
    monthly_payment_minor=st.integers(min_value=0, max_value=10**6),
    late_30=LATE,
    late_60=LATE,
    late_90=LATE,
    is_closed=st.booleans(),
    past_due_minor=MONEY,
)
answers = st.builds(
    Answer, **dict.fromkeys(Answer.__struct_fields__, TEXT) | {
        "score": st.integers(min_value=300, max_value=850),
        "summary": st.dictionaries(st.sampled_from(["AT57S", "AT20S"]), MONEY.map(str)),
        "liabilities": st.lists(liabilities, max_size=6),
    },
)  # fmt: skip


@given(applications, answers)
def test_the_compiled_kernel_says_what_the_plain_one_says(application, answer):
    assert compiled.decide(application, answer) == kernel.decide(application, answer)


@pytest.mark.parametrize(
    ("score", "bureau_score", "segment"),
    [(141, 681, "GREEN"), (140, 681, "YELLOW"), (141, 680, "YELLOW"), (111, 601, "YELLOW"), (110, 850, "RED")],
)
def test_a_segment_is_better_only_above_both_limits(score, bureau_score, segment):
    assert kernel.segment_of(score, bureau_score) == segment


def test_the_twins_agree_on_the_benchmarks_own_events_and_every_outcome_occurs():
    pairs = [pair for portion in portions(2 * PORTION) for pair in portion]
    facts = [(decode_application(pair.application), decode_answer(pair.answer)) for pair in pairs]
    decided = [kernel.decide(*fact) for fact in facts]
    assert [compiled.decide(*fact) for fact in facts] == decided
    assert {segment.segment for segment, _ in decided} == {"GREEN", "YELLOW", "RED"}
    assert {len(offers.offers) for _, offers in decided} == {0, 1, 2, 3}


def test_a_longer_log_begins_like_a_shorter_one():
    shorter = [pair for portion in portions(PORTION + 7) for pair in portion]
    longer = [pair for portion in portions(2 * PORTION) for pair in portion]
    assert len(shorter) == PORTION + 7
    assert longer[: PORTION + 7] == shorter


def test_an_event_takes_about_770_bytes():
    portion = next(portions(PORTION))
    size = sum(len(pair.application) + len(pair.answer) for pair in portion) / (2 * PORTION)
    assert 740 <= size <= 800


def test_a_key_tells_its_case():
    assert number_of(key_of(4_711)) == 4_711


@pytest.mark.parametrize("decode", [decode_application, decode_answer])
def test_an_event_that_lacks_a_field_is_refused(decode):
    pair = next(portions(1))[0]
    whole = pair.application if decode is decode_application else pair.answer
    for field in msgspec.json.decode(whole):
        lacking = {name: value for name, value in msgspec.json.decode(whole).items() if name != field}
        with pytest.raises(msgspec.ValidationError, match=field):
            decode(msgspec.json.encode(lacking))
