"""What an option spends, by hand and in sum."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatcast.planning.options import Extension
from seatcast.planning.spending import spending

YEARS = range(2027, 2033)
WING = Extension(
    option="E1", name="Wing", stage="primary", school="elm", seats=90, cost=60, running_cost=5, end_cost=8,
    lead_years=2, life_years=2, teachers=4, salvage=0.5,
)  # fmt: skip


def test_cost_is_spread_over_the_lead_years_and_the_end_is_paid_after_the_last_of_service():
    spent = spending(WING, 2028, YEARS)

    assert spent.building.tolist() == [0, 30, 30, 0, 0, 0]
    assert spent.running.tolist() == [0, 0, 0, 5, 5, 8]
    assert spent.teachers.tolist() == [0, 0, 0, 4, 4, 0]
    assert spent.salvage == 0


def test_a_row_may_say_how_its_cost_falls_due():
    spent = spending(replace(WING, spread=(0.2, 0.5, 0.3)), 2027, YEARS)

    assert spent.building.tolist() == pytest.approx([12, 30, 18, 0, 0, 0])


def test_without_a_lead_all_is_paid_at_once():
    assert spending(replace(WING, lead_years=0), 2027, YEARS).building.tolist() == [60, 0, 0, 0, 0, 0]


def test_a_late_option_serves_as_long_but_later_and_its_works_are_paid_as_planned():
    spent = spending(WING, 2027, YEARS, late=1)

    assert spent.building.tolist() == [30, 30, 0, 0, 0, 0]
    assert spent.running.tolist() == [0, 0, 0, 5, 5, 8]
    assert list(WING.works(2027, late=1)) == [2027, 2028, 2029]
    assert list(WING.service(2027, late=1)) == [2030, 2031]


@given(st.integers(2027, 2032), st.integers(0, 4), st.integers(1, 9), st.floats(0, 1))
def test_what_keeps_a_value_is_never_more_than_was_paid_for_it_and_falls_with_age(start, lead, life, salvage):
    option = replace(WING, lead_years=lead, life_years=life, salvage=salvage)
    left = [spending(option, start, range(2027, last + 1)).salvage for last in range(start + lead, 2060)]

    assert np.all(np.array(left) <= salvage * option.cost + 1e-9)
    assert np.all(np.diff(left) <= 1e-9)
