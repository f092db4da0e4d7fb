"""The methods that a forecast has to beat, by hand."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.holtwinters import ExponentialSmoothing

from seatcast.enrollment.panel import RollPanel
from seatcast.evaluation.damped_trend import damped_trend
from seatcast.evaluation.references import REFERENCES, no_change, own_ratios, references

LAST = {1: 100.0, 2: 90.0, 3: 81.0}


@pytest.fixture
def panel():
    """Return the rolls of one school that loses a tenth of each cohort a year."""
    rows = [(year, "East", "Elm", grade, pupils) for year in range(2023, 2027) for grade, pupils in LAST.items()]
    return RollPanel.from_frame(pd.DataFrame(rows, columns=["year", "district", "school", "grade", "pupils"]))


def test_no_change_keeps_every_count(panel):
    np.testing.assert_allclose(no_change(panel, 2), [list(LAST.values())] * 2)


def test_cohorts_move_up_by_their_own_ratio_and_entry_stays_level(panel):
    panel.pupils[-1] = [200.0, 90.0, 81.0]  # a large class has just entered

    ahead = references(panel, 2)["ratio_321"]

    level = (3 * 200 + 2 * 100 + 100) / 6
    np.testing.assert_allclose(ahead[:, 0], [level, level])
    np.testing.assert_allclose(ahead[:, 1], [200 * 0.9, level * 0.9])
    np.testing.assert_allclose(ahead[:, 2], [90 * 0.9, 200 * 0.9 * 0.9])


@pytest.mark.parametrize("method", REFERENCES)
def test_every_method_leaves_a_steady_school_as_it_is(panel, method):
    ahead = references(panel, 3)[method]

    np.testing.assert_allclose(ahead, [list(LAST.values())] * 3, rtol=1e-9)


def test_ratios_by_hand(panel):
    panel.pupils[-1] = [100.0, 99.0, 81.0]  # the last transitions: .99 and .9, before them .9 and .9

    np.testing.assert_allclose(own_ratios(panel, (1.0,))[1:], [0.99, 0.9])
    np.testing.assert_allclose(own_ratios(panel, (1.0, 1.0, 1.0))[1], (99 + 90 + 90) / 300)
    np.testing.assert_allclose(own_ratios(panel, (3.0, 2.0, 1.0))[1], (3 * 0.99 + 2 * 0.9 + 0.9) / 6)
    # smoothed from .9, .9 by 0.4 of the last: .9 + .4 * .09
    np.testing.assert_allclose(references(panel, 1)["ratio_smoothed"][0, 1], 100 * 0.936)


def test_a_trend_is_continued_and_damped():
    rising = 0.9 * 1.01 ** np.arange(12)

    ahead = damped_trend(rising, 30)

    steps = np.diff(np.log(np.append(rising[-1], ahead)))
    assert (steps > 0).all()
    assert steps[0] < np.log(1.01) * 1.05
    np.testing.assert_allclose(steps[1:] / steps[:-1], 0.85, rtol=1e-6)


def test_a_trend_is_that_of_statsmodels_at_the_rates_that_fit_best(monkeypatch):
    rates = np.array([0.0, 0.25, 0.5, 1.0])
    monkeypatch.setattr("seatcast.evaluation.damped_trend._RATES", rates)
    series = np.exp(np.cumsum(np.random.default_rng(3).normal(0.01, 0.03, 14)))
    known = {"initialization_method": "known", "initial_level": np.log(series[0]), "initial_trend": 0.0}

    ahead = damped_trend(series, 4)

    fits = [
        ExponentialSmoothing(np.log(series), trend="add", damped_trend=True, **known).fit(
            smoothing_level=a, smoothing_trend=b, damping_trend=0.85, optimized=False
        )
        for a in rates
        for b in rates[rates <= a]
    ]
    np.testing.assert_allclose(ahead, np.exp(min(fits, key=lambda fit: fit.sse).forecast(4)), rtol=1e-9)


def test_a_short_series_keeps_its_last_value():
    np.testing.assert_array_equal(damped_trend(np.array([1.0, 0.9, 1.1, 0.8]), 2), [0.8, 0.8])
