"""Parts and sums that agree: the closed form against an independent program, totals kept, nothing below zero."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatcast.enrollment.reconciliation import reconcile, whole_numbers
from seatcast.enrollment.rolls import HistoryError, forecast_enrollment

from .made_rolls import grown, steady

MEMBERS = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [0, 0, 1, 1, 1]], float)  # all, and two districts
seeds = st.integers(0, 2**16)


@given(seeds, st.booleans())
def test_it_is_mint_in_full(seed, by_structure):
    """The formula of Wickramasuriya, Athanasopoulos and Hyndman 2019, with all matrices written out."""
    rng = np.random.default_rng(seed)
    base = rng.uniform(50, 100, 5)
    upper = MEMBERS @ base + rng.normal(0, 5, 3)
    cell, total = (np.ones(5), MEMBERS.sum(1)) if by_structure else (rng.uniform(0.5, 2, 5), rng.uniform(0.5, 9, 3))
    s = np.vstack([MEMBERS, np.eye(5)])
    inverse = np.diag(1 / np.concatenate([total, cell]))
    full = np.linalg.solve(s.T @ inverse @ s, s.T @ inverse @ np.concatenate([upper, base]))

    ours = reconcile(base[:, None], upper[:, None], MEMBERS, cell_variance=cell, total_variance=total)
    np.testing.assert_allclose(ours[:, 0], full, rtol=1e-9)


def test_it_is_what_hierarchicalforecast_says():
    methods = pytest.importorskip("hierarchicalforecast.methods")
    rng = np.random.default_rng(3)
    base = rng.uniform(50, 100, (5, 4))
    upper = MEMBERS @ base + rng.normal(0, 5, (3, 4))
    s = np.vstack([MEMBERS, np.eye(5)])
    theirs = methods.MinTrace(method="wls_struct").fit_predict(S=s, y_hat=np.vstack([upper, base]))["mean"]

    ours = reconcile(base, upper, MEMBERS, cell_variance=np.ones(5), total_variance=MEMBERS.sum(1))
    np.testing.assert_allclose(np.vstack([MEMBERS @ ours, ours]), theirs, rtol=1e-7)

    was = rng.normal(100, 10, (8, 30))
    fitted = was + rng.normal(0, rng.uniform(1, 4, (8, 1)), (8, 30))
    theirs = methods.MinTrace(method="wls_var").fit_predict(
        S=s, y_hat=np.vstack([upper, base]), y_insample=was, y_hat_insample=fitted
    )["mean"]
    variance = ((was - fitted) ** 2).mean(1)
    ours = reconcile(base, upper, MEMBERS, cell_variance=variance[3:], total_variance=variance[:3])
    np.testing.assert_allclose(np.vstack([MEMBERS @ ours, ours]), theirs, rtol=1e-4)


@given(seeds)
def test_totals_of_record_are_kept_and_nothing_falls_below_zero(seed):
    rng = np.random.default_rng(seed)
    base = rng.gamma(0.5, 40, (5, 6))
    upper = MEMBERS[1:] @ base * rng.uniform(0.05, 1.5, (2, 6))
    ours = reconcile(base, upper, MEMBERS[1:], cell_variance=rng.uniform(1, 50, 5), total_variance=np.zeros(2))

    assert (ours >= 0).all()
    np.testing.assert_allclose(MEMBERS[1:] @ ours, upper, rtol=1e-6, atol=1e-6)


@given(seeds)
def test_what_agrees_already_is_left_alone(seed):
    rng = np.random.default_rng(seed)
    base = rng.gamma(2, 20, (5, 3))
    ours = reconcile(base, MEMBERS @ base, MEMBERS, cell_variance=np.ones(5), total_variance=np.zeros(3))
    np.testing.assert_allclose(ours, base, atol=1e-8)


def test_a_forecast_agrees_with_totals_of_districts_and_grades_in_every_draw():
    forecast = forecast_enrollment(grown(1, schools=6, years=8), horizon=3, draws=60, seed=1)
    said = forecast.to_frame("district", (0.5,)).query("year == 2028")
    totals = said[["year", "district"]].assign(pupils=said["q50"] * 1.05)
    ours = forecast.reconciled(totals)

    for district, pupils in zip(totals["district"], totals["pupils"], strict=True):
        here = ours.draws["district"] == district
        np.testing.assert_allclose(ours.draws.sel(year=2028)[here].sum("cell"), pupils, rtol=1e-5)
    np.testing.assert_array_equal(ours.draws.sel(year=[2027, 2029]), forecast.draws.sel(year=[2027, 2029]))
    loose = forecast.reconciled(totals.assign(spread=1e6))
    np.testing.assert_allclose(loose.draws, forecast.draws, rtol=1e-2)


def test_a_total_as_unsure_as_the_forecast_meets_it_halfway_and_leaves_what_both_know():
    """Two independent sources of one total: by weight of their precisions, and no surer than both together."""
    forecast = forecast_enrollment(steady(schools=5, years=8, grades=range(6)), horizon=3, draws=4000, seed=1)
    own = forecast.draws.sel(year=2028).sum("cell")
    sd = float(own.std())
    for times, moved, left in ((1.0, 0.5, 0.5**0.5), (0.2, 1 / 1.04, 0.2 / 1.04**0.5), (5.0, 1 / 26, (25 / 26) ** 0.5)):
        table = pd.DataFrame({"year": [2028], "pupils": [float(own.mean()) + 100], "spread": [times * sd]})
        told = forecast.reconciled(table)
        total = told.draws.sel(year=2028).sum("cell")
        assert float(total.mean() - own.mean()) == pytest.approx(100 * moved, abs=0.06 * sd)
        assert float(total.std()) == pytest.approx(left * sd, rel=0.06)
        assert float(told.draws.min()) >= 0
        np.testing.assert_array_equal(told.draws, forecast.reconciled(table).draws)


def test_totals_with_a_spread_go_with_those_that_bind_in_any_order_of_rows():
    forecast = forecast_enrollment(grown(1, schools=6, years=8), horizon=2, draws=400, seed=1)
    own = forecast.draws.sel(year=2027)
    whole, here = float(own.sum("cell").mean()), own["district"] == "D0"
    table = pd.DataFrame(
        {
            "year": 2027,
            "district": ["D0", None, "D1"],
            "pupils": [float(own[here].sum("cell").mean()) * 1.1, whole, float(own[~here].sum("cell").mean())],
            "spread": [0.0, 0.5, 1e4],
        }
    )
    told = forecast.reconciled(table).draws.sel(year=2027)

    np.testing.assert_allclose(told[here].sum("cell"), table["pupils"][0], rtol=1e-6)
    assert float(told.sum("cell").mean()) == pytest.approx(whole, abs=3)
    assert 0.4 < float(told.sum("cell").std()) < 0.6
    other = forecast.reconciled(table.iloc[::-1]).draws.sel(year=2027)
    np.testing.assert_allclose(other, told, rtol=1e-4)


BAD_TOTALS = {
    "no column": ({"year": [2027]}, "totals · pupils: missing; the columns found are year."),
    "misspelled": (
        {"year": [2027], "scool": ["S00"], "pupils": [40.0]},
        "totals · scool: not a column of this table (did you mean 'school'?). Rename it or leave it out.",
    ),
    "negative": ({"year": [2027], "pupils": [-1.0]}, "totals · pupils · row 1: -1; a count and its spread are numbers"),
    "unknown": ({"year": [2027], "pupils": [None]}, "totals · pupils · row 1: None; a count and its spread"),
    "text": ({"year": [2027], "pupils": ["many"]}, "totals · pupils · row 1: many; a count and its spread"),
    "spread": ({"year": [2027], "pupils": [9.0], "spread": ["5 %"]}, "totals · spread · row 1: 5 %; a count and its"),
    "far": ({"year": [2040], "pupils": [1.0]}, "totals · year · row 1: 2040; the years forecast are 2027 and 2028."),
    "year": ({"year": ["soon"], "pupils": [1.0]}, "totals · year · row 1: soon; the years forecast are 2027 and 2028."),
    "grade": (
        {"year": [2027], "pupils": [1.0], "grade": ["K"]},
        "totals · grade · row 1: K; a grade is a whole number",
    ),
    "place": (
        {"year": [2027], "pupils": [1.0], "district": ["Nowhere"]},
        "totals · row 1: district Nowhere; nothing is forecast of it. Correct the name.",
    ),
    "both": ({"year": [2027, 2027], "pupils": [900.0, 1000.0]}, "those of 2027 contradict each other."),
}


@pytest.mark.parametrize("name", BAD_TOTALS)
def test_totals_that_cannot_hold_are_refused(name):
    forecast = forecast_enrollment(grown(1, schools=4, years=6), horizon=2, draws=5, seed=1)
    table, said = BAD_TOTALS[name]

    with pytest.raises(HistoryError) as refused:
        forecast.reconciled(pd.DataFrame(table))
    assert said in str(refused.value)


def test_all_problems_of_totals_come_at_once_and_numbers_may_be_text():
    forecast = forecast_enrollment(grown(1, schools=4, years=6), horizon=2, draws=5, seed=1)
    table = pd.DataFrame({"year": ["2027", 2040], "scool": "S00", "grade": ["1", "K"], "pupils": ["90", -1]})

    with pytest.raises(HistoryError, match="4 problems in the totals"):
        forecast.reconciled(table)
    good = forecast.reconciled(table.iloc[:1].drop(columns="scool")).draws.sel(year=2027)
    np.testing.assert_allclose(good[good["grade"] == 1].sum("cell"), 90, rtol=1e-5)
    with pytest.raises(HistoryError, match="totals: of the kind dict"):
        forecast.reconciled({"year": [2027], "pupils": [90]})


@given(seeds)
def test_whole_numbers_keep_every_sum_within_one_and_the_mean(seed):
    rng = np.random.default_rng(seed)
    values = rng.gamma(1, 8, (2, 30, 400)).astype(np.float32)
    values[:, 3] = 0
    values[:, 4] = 7
    same = np.repeat(values[:, :, :1], 400, axis=2)
    start = rng.random((2, 400))
    whole = whole_numbers(values, start)

    assert (whole == np.round(whole)).all()
    assert (np.abs(whole - values) < 1 + 1e-4).all()
    assert (whole[:, 3] == 0).all()
    assert (whole[:, 4] == 7).all()
    for first in range(0, 30, 6):
        block = slice(first, first + 6)
        assert (np.abs(whole[:, block].sum(1) - values[:, block].sum(1)) < 1 + 1e-3).all()
    np.testing.assert_allclose(whole_numbers(same, start).mean(2), same[:, :, 0], atol=0.13)


def test_a_forecast_in_whole_pupils():
    forecast = forecast_enrollment(grown(1, schools=4, years=6), horizon=2, draws=50, seed=1)
    whole = forecast.whole()

    assert (whole.draws.values == np.round(whole.draws.values)).all()
    np.testing.assert_allclose(whole.total("school"), forecast.total("school"), atol=1.01)
    np.testing.assert_array_equal(whole.whole().draws, whole.draws)
