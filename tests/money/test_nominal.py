"""Rates looked up are the rates solved, to the last digit."""

from hypothesis import assume, given
from hypothesis import strategies as st

from app.decisioning.language.runtime import half_even, half_up
from app.decisioning.money.annuity import FACTOR_SCALE, HIGHEST_RATE, LONGEST_TERM, instalment, last_instalment
from app.decisioning.money.nominal import LARGEST, MOST_KEPT, QuoteTables, quotes_of
from app.decisioning.money.offer_rate import rates

UNIT = 10**FACTOR_SCALE
TABLES = {rate: quotes_of(rate) for rate in (1, 35, 12_345, 49_000, 59_900, 109_000, 999_990, 3_000_000, HIGHEST_RATE)}
terms = st.one_of(st.integers(1, 24), st.integers(1, LONGEST_TERM))


@given(st.sampled_from(sorted(TABLES)), terms, st.floats(1.0, 4.0), st.sampled_from([half_up, half_even]))
def test_whatever_is_quoted_is_what_would_be_solved(rate, term, times, rounded):
    least = TABLES[rate].least[term]
    assume(least <= LARGEST)
    amount = min(int(least * times), LARGEST)
    level = rounded(instalment(amount, rate, term), UNIT)
    last = rounded(last_instalment(amount, level, rate, term), UNIT)
    assert rates(amount, level, last, term) == TABLES[rate].disclosed


def test_ordinary_loans_are_quoted():
    assert quotes_of(69_000).disclosed == (690, 712)
    assert quotes_of(69_000).least[36] < 20_000


def test_nothing_is_quoted_where_rounding_decides():
    assert set(quotes_of(59_950).least) == {LARGEST + 1}           # 5.995 % is told as 5.99 or as 6.00
    assert set(quotes_of(0).least) == {LARGEST + 1}


def test_only_so_many_rates_have_a_table():
    tables = QuoteTables()
    for rate in range(40_000, 40_000 + 20 * (MOST_KEPT + 5), 20):
        tables[rate]
    assert len(tables) == MOST_KEPT
    assert tables[1_000_000].least[12] == LARGEST + 1
