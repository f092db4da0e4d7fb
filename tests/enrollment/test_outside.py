"""A forecast made elsewhere, as draws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import seatcast as sc
from seatcast.enrollment.outside import OutsideForecastError, outside_forecast

SCHOOLS = [f"S{k}" for k in range(12)]
PAST = pd.DataFrame(
    {
        "school": SCHOOLS,
        "grade": 1,
        "projected": 100.0,
        "counted": [90, 94, 96, 97, 98, 98, 98, 99, 99, 100, 101, 106.0],
    }
)


@pytest.fixture
def inputs():
    given = sc.load_example()
    rolls = pd.DataFrame({"year": 2026, "school": SCHOOLS, "grade": 1, "status": "local", "pupils": 100.0})
    return given.replace(enrollment=rolls)


def said(**changes):
    table = pd.DataFrame({"year": [2027, 2031] * 12, "school": np.repeat(SCHOOLS, 2), "grade": 1, "pupils": 110.0})
    return table.assign(**changes)


def test_the_mean_is_the_number_given_and_the_spread_grows_with_the_years(inputs):
    found = outside_forecast(inputs, said(), PAST, sc.Scenario(draws=4000, seed=1))

    spread = np.log(found.draws / 110).std(["cell", "draw"]).values
    assert found.draws.mean(["cell", "draw"]).values == pytest.approx([110, 110], rel=0.002)
    assert spread[1] / spread[0] == pytest.approx(np.sqrt(5), rel=0.05)


def test_the_error_of_the_total_is_common_to_all_schools(inputs):
    found = outside_forecast(inputs, said(), PAST, sc.Scenario(draws=4000, seed=1))

    total = np.log(found.draws.isel(year=0).sum("cell") / 1320)
    common = abs(np.log(PAST["counted"].sum() / 1200))
    own = np.log(PAST["counted"] / 100).std(ddof=0) / np.sqrt(12)
    assert float(total.std()) == pytest.approx(np.hypot(common, own), rel=0.05)


def test_the_same_seed_gives_the_same_numbers_in_any_order_of_rows(inputs):
    one, other = (
        outside_forecast(inputs, table, PAST, sc.Scenario(draws=5, seed=3)).draws
        for table in (said(), said().sample(frac=1, random_state=1))
    )
    assert one.identical(other)


def test_everything_wrong_is_told_at_once(inputs):
    table = said(pupils=[np.nan, *[110.0] * 23], year=[2026, *[2031] * 23], school=["elm", *np.repeat(SCHOOLS, 2)[1:]])

    with pytest.raises(OutsideForecastError) as refused:
        outside_forecast(inputs, table, PAST.head(4))

    for part in (
        "schools that are not on the rolls: elm", "1 numbers of the projection are unknown", "2026, which is on record",
        "4 past errors are known; ten are needed", "twice",
    ):  # fmt: skip
        assert part in str(refused.value)


def test_a_missing_column_is_told(inputs):
    with pytest.raises(OutsideForecastError, match="past lacks the columns counted"):
        outside_forecast(inputs, said(), PAST.drop(columns="counted"))
