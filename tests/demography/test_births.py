"""Births of the years to come: from women where they are given, and as uncertain as their figures are revised."""

import numpy as np
import pandas as pd
import pytest

from seatcast.core.scenario import Scenario
from seatcast.demography.births import birth_assumptions, births_on_record, project_births, revisions
from seatcast.demography.figures import FigureError

from .toy_bureau import ZONES, toy_inputs

SCENARIO = Scenario(draws=400, horizon=6)
INPUTS = toy_inputs()


def women(years, growth=0.0, fertility=100.0):
    rows = [
        (year, zone, 20 + 5 * g, 24 + 5 * g, 1500 * (1 + growth) ** (year - 2026), fertility)
        for year in years for zone in ZONES for g in range(2)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["year", "catchment", "age", "age_to", "women", "fertility"])


def test_births_follow_the_women_at_the_level_of_the_record():
    """300 births a year, catchment and status; women grow by 5 percent a year whatever their fertility is put at."""
    for fertility in (50.0, 100.0):
        inputs = INPUTS.replace(women=women(range(2024, 2033), growth=0.05, fertility=fertility))
        ahead = project_births(inputs, SCENARIO).mean("draw").sum(["catchment", "status"])
        assert float(ahead.sel(year=2032) / ahead.sel(year=2027)) == pytest.approx(1.05**5, rel=0.03)
        assert float(ahead.sel(year=2027)) == pytest.approx(1200 * 1.05**2 / 1.05, rel=0.08)
    assert "at the level of the births on record" in str(birth_assumptions(inputs)[0])


def test_women_end_and_their_last_year_goes_on():
    ahead = project_births(INPUTS.replace(women=women(range(2024, 2030))), SCENARIO).mean("draw")

    assert float(ahead.sel(year=2032).sum() / ahead.sel(year=2029).sum()) == pytest.approx(1.0, rel=0.03)


def test_women_who_end_before_the_forecast_are_refused():
    with pytest.raises(FigureError, match="ends in 2025, before the forecast begins"):
        project_births(INPUTS.replace(women=women([2024, 2025])), SCENARIO)


def test_women_by_district_are_shared_out_by_its_children():
    by_district = women(range(2024, 2033)).drop(columns="catchment").drop_duplicates(["year", "age"])
    district = INPUTS.area.catchments["district"].iloc[0]
    ahead = project_births(INPUTS.replace(women=by_district.assign(district=district)), SCENARIO)

    assert float(ahead.mean("draw").sum(["catchment", "status"]).isel(year=0)) == pytest.approx(1200, rel=0.08)


def revised(factor):
    first = INPUTS.births.assign(vintage=INPUTS.births["year"] + 1)
    later = INPUTS.births[INPUTS.births["year"] < 2020].assign(vintage=2021)
    return pd.concat([first, later.assign(births=later["births"] * factor)], ignore_index=True)


def test_the_latest_vintage_counts_and_the_others_are_kept_apart():
    record = births_on_record(INPUTS.replace(births=revised(1.1)))

    assert len(record) == len(INPUTS.births)
    old = record["year"] < 2020
    both = record.merge(INPUTS.births, on=["year", "catchment", "status"], suffixes=("", "_first"))
    np.testing.assert_allclose(both["births"][old], 1.1 * both["births_first"][old])
    np.testing.assert_allclose(both["births"][~old], both["births_first"][~old])


def test_revisions_widen_the_births_to_come_and_are_told():
    inputs = INPUTS.replace(births=revised(1.1))
    spread = [
        float(project_births(i, SCENARIO).sum(["catchment", "status"]).isel(year=0).std()) for i in (INPUTS, inputs)
    ]

    assert revisions(inputs.births).to_numpy() == pytest.approx(np.log(1.1))
    assert spread[1] > spread[0]
    assert "revised after their first publication, by +10.0 percent" in str(birth_assumptions(inputs)[0])
