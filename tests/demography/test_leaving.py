"""A scenario that takes more than a whole cohort is refused; what is drawn beyond it is bounded, and told."""

import re
from functools import cache

import numpy as np
import pytest
import xarray as xr

import seatcast as sc
from seatcast.core.scenario import Scenario
from seatcast.demography.births import birth_assumptions, births_on_record
from seatcast.demography.cohort_component import project_children
from seatcast.demography.cohorts import DepletedCohortError
from seatcast.demography.leaving import bounded, room_to_leave
from seatcast.demography.migration import project_migration
from seatcast.language import speaking

from .toy_bureau import Truth, toy_inputs

SCENARIO = Scenario(draws=60, horizon=3)
BOUNDED = "larger than the cohort can give"


@cache
def example():
    return sc.load_example()


@pytest.mark.parametrize("departures", [8, 200])
def test_a_scenario_that_empties_cohorts_is_refused_with_its_place_its_rate_and_a_multiple_that_would_do(departures):
    with pytest.raises(DepletedCohortError) as refused:
        project_migration(example(), SCENARIO.replace(departures=departures))

    said = str(refused.value)
    assert said.startswith("year 2027, catchment C01, age ")
    for part in ("status ", " departures per child", f"Lower departures ({departures})", "at most 1.00"):
        assert part in said
    most = float(said.split("departures up to ")[1].split(maxsplit=1)[0])
    project_migration(example(), SCENARIO.replace(departures=most))
    with pytest.raises(DepletedCohortError):
        project_migration(example(), SCENARIO.replace(departures=most + 0.02))


def test_returns_that_empty_a_cohort_are_refused():
    with pytest.raises(DepletedCohortError, match=r"age 15, status migrant.* or return_flow \(6\)"):
        project_migration(example(), SCENARIO.replace(return_flow=6.0))


def test_draws_of_more_than_a_cohort_are_bounded_and_told_in_both_languages():
    migration = project_migration(example(), SCENARIO)

    assert 0.99 < float(migration.departures.max()) < 1
    told = next(str(said) for said in migration.assumptions if BOUNDED in str(said))
    assert re.match(r"In 0\.0[1-9] percent of cohorts, years and draws", told)
    assert re.search(r"in catchment [A-Z][a-z].*, age 15, status migrant \(\d+% of years and draws\)", told)
    assert told in migration.summary().sentence
    with speaking("zh"):
        assert "15岁、" in migration.summary().sentence
    for timing in ("end", "even"):
        project_children(example(), migration, keep=("stage",), timing=timing)


def more_leave_than_are_there():
    """Return inputs in whose record more children of age 8 leave than are there."""
    inputs = toy_inputs(Truth(births=200))
    moves = inputs.migration.copy()
    moves.loc[moves["age"] == 8, "departures"] *= 40
    return inputs.replace(migration=moves)


def test_a_scenario_may_not_add_to_what_the_record_empties_already():
    inputs = more_leave_than_are_there()

    usual = project_migration(inputs, SCENARIO)

    assert BOUNDED in usual.summary().sentence
    assert 0.99 < float(usual.departures.sel(age=8).median()) < 1
    for change in ({"departures": 1.0, "return_flow": 1.0}, {"departures": 0.9}):
        project_migration(inputs, SCENARIO.replace(**change))
    with pytest.raises(DepletedCohortError, match=r"age 8, .*or the record's rate .*departures up to 1\.00 empty"):
        project_migration(inputs, SCENARIO.replace(departures=5.0))


def test_a_share_too_small_to_print_says_so_and_the_catchment_is_told_by_its_name():
    area = example().area
    labels = {"catchment": ["C01"], "age": [7], "status": [area.statuses[0].status]}
    rates = np.zeros((1, 1, 1, 1, 20_000), np.float32)
    rates[..., 0] = 2.0

    kept, told = bounded(rates, np.ones((1, 1)), labels, area)

    assert kept.max() == 1
    assert str(told[0]).startswith("In less than 0.01 percent of cohorts")
    assert "(less than 1% of years and draws)" in str(told[0])
    with speaking("zh"):
        name = area.catchment_names()["C01"]
        assert "有不到0.01%的迁出率" in str(told[0])
        assert f"片区{name}、7岁" in str(told[0])


def test_nothing_is_told_where_nothing_is_bounded():
    migration = project_migration(toy_inputs(), SCENARIO)

    assert BOUNDED not in migration.summary().sentence


def test_departures_leave_room_for_changes_of_status():
    inputs = toy_inputs(Truth(departures=0.6, arrivals=1.6, births=200))
    change = inputs.children[inputs.children["status"] == "migrant"].drop(columns=["status", "catchment"])
    change = change.groupby(["year", "age"], as_index=False)["children"].sum()
    change = change.assign(children=0.3 * change["children"], from_status="migrant", to_status="local")
    inputs = inputs.replace(transitions=change)

    migration = project_migration(inputs, SCENARIO)

    assert float(migration.departures.sel(status="migrant").max()) < 0.8
    project_children(inputs, migration)


def test_where_all_change_status_none_can_leave(monkeypatch):
    every = xr.DataArray(np.ones((2, 1, 1)), dims=("age", "status", "to_status"))
    monkeypatch.setattr("seatcast.demography.leaving.transition_rates", lambda *_: every)

    assert (room_to_leave(toy_inputs(), [0, 1]) == 0).all()


def test_more_arrivals_at_age_0_than_children_are_told_and_none_is_taken_to_be_born():
    inputs = toy_inputs().replace(births=None)
    moves = inputs.migration.copy()
    at = (moves["age"] == 0) & (moves["year"] == 2020) & (moves["catchment"] == "east") & (moves["status"] == "local")
    moves.loc[at, "arrivals"] = 10_000.0
    many = inputs.replace(migration=moves)

    record = births_on_record(many).set_index(["year", "catchment", "status"])["births"]

    assert record[2020, "east", "local"] == 0
    assert (record > 0).sum() == len(record) - 1
    assert f"in 1 of {len(record)} counts more came than are there" in str(birth_assumptions(many)[0])
    assert birth_assumptions(inputs) == ()
    assert (births_on_record(inputs)["births"] > 0).all()
