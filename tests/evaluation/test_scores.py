import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from seatcast.evaluation.scores import bias, coverage, crps, interval, wape

counts = st.floats(0, 500, width=32)


@given(arrays(float, (4,), elements=counts), arrays(float, (4, 9), elements=counts))
def test_crps_is_that_of_scoringrules(actual, draws):
    import scoringrules

    oracle = scoringrules.crps_ensemble(actual, draws, estimator="nrg", backend="numpy")

    np.testing.assert_allclose(crps(actual, draws), oracle, atol=1e-6)


@given(arrays(float, (5,), elements=counts), arrays(float, (5,), elements=counts))
def test_crps_of_one_draw_is_the_absolute_error(actual, forecast):
    np.testing.assert_allclose(crps(actual, forecast[:, None]), abs(actual - forecast))


@given(arrays(float, (5,), elements=st.floats(1, 500)), arrays(float, (5,), elements=counts), st.floats(0.1, 10))
def test_errors_are_relative_and_bias_never_exceeds_wape(actual, forecast, times):
    assert abs(bias(actual, forecast)) <= wape(actual, forecast) + 1e-9
    assert wape(times * actual, times * forecast) == pytest.approx(wape(actual, forecast))


def test_a_perfect_forecast():
    assert (wape([3, 4], [3, 4]), bias([3, 4], [3, 4]), coverage([3, 4], [3, 4], [3, 4])) == (0, 0, 100)


def test_nothing_to_compare_is_not_a_number_rather_than_zero():
    assert np.isnan(wape([0, 0], [1, 2]))
    assert np.isnan(coverage([], [], []))


def test_the_interval_of_normal_draws_holds_its_share():
    draws = np.random.default_rng(1).standard_normal((2000, 400))
    actual = np.random.default_rng(2).standard_normal(2000)

    assert coverage(actual, *interval(draws, 0.8)) == pytest.approx(80, abs=2)
