"""Net migration of Maryland's counties, fitted to 2015 and held against 2016-2023; skipped where the data are not."""

import numpy as np
import pandas as pd
import pytest

from seatcast.demography.hierarchy import autoregressive_hierarchy

LAST, END = 2015, 2023


@pytest.fixture(scope="module")
def rates(shared):
    """Return net migration per resident of the year before; unknown: 2009, and the full years 2010 and 2020."""
    table = pd.read_csv(shared / "maryland-msde" / "county_components_of_change.csv").query("geoid != 24000")
    people = table.pivot_table(index="year", columns="county", values="population")
    whole = table[table["partial_year"] == 0]
    net = whole.pivot_table(index="year", columns="county", values="net_mig").reindex(range(2001, END + 1))
    before = people.reindex(range(2000, END)).interpolate().set_axis(net.index)  # 2009 lies between its neighbors
    return net / before


@pytest.fixture(scope="module")
def held(rates):
    """Return, by year and county, whether the 80 percent interval holds what came; NaN where it is not known."""
    rng = np.random.default_rng(2026)
    ahead = autoregressive_hierarchy(rates.loc[:LAST], draws=1000, rng=rng).paths(END - LAST, rng)
    low, high = np.quantile(ahead.transpose("year", "place", "draw").values, (0.1, 0.9), axis=-1)
    came = rates.loc[LAST + 1 :]
    return ((low <= came) & (came <= high)).astype(float).where(came.notna())


def test_twenty_four_counties_of_seven_years_are_compared(rates, held):
    assert rates.shape == (END - 2000, 24)
    assert rates.index[rates.isna().all(axis=1)].tolist() == [2009, 2010, 2020]
    assert int(held.notna().sum().sum()) == 168


def test_the_80_percent_interval_holds_about_80_percent_of_county_years(held):
    """Measured: 83 percent. The counties of one year share a shock, so 168 county-years tell no more than some 40."""
    assert 0.72 <= np.nanmean(held) <= 0.92


def test_every_year_is_held_for_more_than_half_of_the_counties(held):
    assert held.mean(axis=1).dropna().min() > 0.5
