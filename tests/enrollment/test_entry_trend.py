"""Entrants who grew beyond births go on growing for a while; those whom births explain do not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatcast.enrollment.entry import Births
from seatcast.enrollment.entry_trend import entry_trend
from seatcast.enrollment.panel import RollPanel


def rolls_of(entrants):
    rows = [(2020 + at, "D", "S", 0, count) for at, count in enumerate(entrants)]
    return RollPanel.from_frame(pd.DataFrame(rows, columns=["year", "district", "school", "grade", "pupils"]))


def test_growth_of_one_percent_is_damped_and_shrunk_by_noise():
    panel = rolls_of(1e6 * 1.01 ** np.arange(8))

    growth = np.log(1.01) * 0.015**2 / (0.015**2 + 2 / 9 / panel.pupils[-1, 0])
    assert entry_trend(panel, None, 1) == pytest.approx(np.exp(0.6 * growth))
    assert entry_trend(panel, None, 5)[-1] == pytest.approx(np.exp(growth * (0.6 ** np.arange(1, 6)).sum()))


def test_growth_beyond_question_is_carried_on():
    """Six percent a year for eight years: five years on at least half of the growth is expected."""
    factor = entry_trend(rolls_of(1e5 * 1.06 ** np.arange(8)), None, 5)[-1, 0]

    assert 1.06**2.5 < factor < 1.06**5.7


def test_growth_that_births_explain_is_no_trend():
    entrants = 1e5 * 1.06 ** np.arange(8)
    panel = rolls_of(entrants)
    # Means of three cohorts lose a year at the end, so births are given one year beyond the record.
    births = pd.DataFrame({"entry_year": 2020 + np.arange(9), "district": "D", "births": 1.1e5 * 1.06 ** np.arange(9)})

    assert entry_trend(panel, Births.from_frame(births, panel), 5) == pytest.approx(1.0, abs=1e-9)


@given(st.lists(st.floats(5, 1e5), min_size=2, max_size=9), st.integers(1, 12))
def test_no_trend_carries_further_than_its_bounds(entrants, lead):
    factor = entry_trend(rolls_of(entrants), None, lead)[-1]

    most = 0.1 * (0.6 ** np.arange(1, lead + 1)).sum() + 0.1 * (2 / 3 + (0.9 ** np.arange(1, lead + 1)).sum())
    assert np.isfinite(factor).all()
    assert (np.abs(np.log(factor)) <= most + 1e-9).all()
    assert len(entrants) > 3 or (factor == 1).all()
