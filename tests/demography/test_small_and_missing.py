"""Tables that are short, sparse or missing: what the children's forecast does with them."""

import numpy as np
import pandas as pd
import pytest

from seatcast.core.scenario import Scenario
from seatcast.demography.births import births_on_record, project_births
from seatcast.demography.cohort_component import project_children
from seatcast.demography.migration import project_migration
from seatcast.demography.shocks import shock_paths
from seatcast.inputs.read import MissingTableError

from .toy_bureau import Truth, toy_inputs

SCENARIO = Scenario(draws=60, horizon=6)


def children_of(inputs, scenario=SCENARIO):
    return project_children(inputs, project_migration(inputs, scenario)).children


def newborn(inputs):
    return float(children_of(inputs).sel(age=0, year=slice(2027, None)).sum(["catchment", "status"]).mean())


@pytest.mark.parametrize("recorded", [1.0, 0.8])
def test_without_births_the_children_at_age_0_stand_for_them_with_those_whom_the_record_misses(recorded):
    inputs = toy_inputs(Truth(recorded=recorded))

    assert newborn(inputs.replace(births=None)) == pytest.approx(newborn(inputs), rel=0.02)


def test_births_by_district_or_of_all_statuses_together_leave_the_children_at_age_0():
    inputs = toy_inputs()
    together = inputs.births.groupby(["year", "catchment"], as_index=False)["births"].sum()
    by_district = inputs.births.groupby(["year", "status"], as_index=False)["births"].sum().assign(district="all")

    alone = children_of(inputs.replace(births=None))
    for births in (together, by_district):
        np.testing.assert_array_equal(children_of(inputs.replace(births=births)), alone)


def test_a_status_without_births_takes_its_children_at_age_0_not_none():
    inputs = toy_inputs()
    local = inputs.births[inputs.births["status"] == "local"]

    record = births_on_record(inputs.replace(births=local)).groupby("status")["births"].sum()

    assert record["migrant"] == pytest.approx(inputs.births.groupby("status")["births"].sum()["migrant"])


def test_births_on_record_after_the_base_year_are_taken_as_they_are():
    inputs = toy_inputs()
    known = inputs.births[inputs.births["year"] == 2026].assign(year=2027, births=111.0)

    ahead = project_births(inputs.replace(births=pd.concat([inputs.births, known])), SCENARIO)

    assert ahead["year"].values.tolist() == list(range(2027, 2033))
    assert (ahead.sel(year=2027) == 111).all()
    assert ahead.sel(year=2032).std("draw").min() > 0


def test_the_trend_and_the_wandering_of_a_handful_of_births_are_mostly_chance():
    """Three births a year and catchment, the same every year: a regression on the counts alone misses by 0.64."""
    missed, spread = [], []
    for seed in range(12):
        ahead = project_births(toy_inputs(Truth(births=3), seed=seed), SCENARIO).sum("catchment").isel(year=-1)
        missed.extend(np.abs(np.log(ahead.mean("draw").values / 6.0)))
        spread.extend(ahead.std("draw").values / 6.0)

    assert np.mean(missed) < 0.4
    assert np.mean(spread) < 1.0


def test_births_alone_leave_the_older_cohorts_as_they_were():
    inputs = toy_inputs()
    more = children_of(inputs, SCENARIO.replace(births=1.2))

    np.testing.assert_array_equal(more.sel(age=slice(6, None)), children_of(inputs).sel(age=slice(6, None)))
    assert float(more.sel(age=0).sum()) > float(children_of(inputs).sel(age=0).sum())


def test_a_longer_horizon_continues_a_shorter_one():
    inputs = toy_inputs()

    np.testing.assert_array_equal(
        children_of(inputs).sel(year=slice(2026, 2028)), children_of(inputs, SCENARIO.replace(horizon=2))
    )


def test_a_single_draw_has_shocks_and_many_have_mean_one():
    record = np.random.default_rng(1).normal(0, 0.2, (12, 1))
    record[-1] = 0.0
    one = shock_paths(record, 6, 1, np.random.default_rng(2), prior_spread=0.2)
    many = shock_paths(record, 6, 20_000, np.random.default_rng(2), prior_spread=0.2)

    assert len(np.unique(one)) == 6
    assert many.mean(2).ravel() == pytest.approx(np.ones(6), abs=0.02)


def test_children_that_end_before_the_year_of_record_are_refused_not_taken_for_none():
    inputs = toy_inputs()
    short = inputs.replace(children=inputs.children[inputs.children["year"] < 2026])

    with pytest.raises(MissingTableError, match="ends in 2025, but the year of record is 2026"):
        children_of(short)
