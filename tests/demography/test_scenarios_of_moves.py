"""Levers on the children who move, and what others project: each acts, and the accounts still balance."""

import json
from dataclasses import asdict, replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from seatcast.core.scenario import Scenario
from seatcast.demography.cohort_component import project_children
from seatcast.demography.figures import FigureError
from seatcast.demography.migration import project_migration
from seatcast.inputs.read import MissingTableError
from seatcast.inputs.scenario_file import read_scenario
from seatcast.testing import assert_balanced

from .toy_bureau import AGES, ZONES, Truth, toy_inputs

SCENARIO = Scenario(draws=40, seed=3, horizon=4)
YEARS = range(2027, 2031)


INPUTS = toy_inputs()


@cache
def rates():
    """Return the rates of the toy, which none of the levers but the return flow changes."""
    return project_migration(INPUTS, SCENARIO)


def children_of(inputs, scenario=SCENARIO):
    return project_children(inputs, replace(rates(), scenario=scenario))


@pytest.fixture
def inputs():
    return INPUTS


def with_returns(inputs):
    """Migrant children of age 8, past the last of two grades, leave three times as often."""
    moves = inputs.migration.copy()
    here = (moves["age"] == 8) & (moves["status"] == "migrant")
    moves.loc[here, "departures"] *= 4
    return inputs.replace(migration=moves)


def test_return_flow_moves_the_departures_at_the_end_of_a_stage_and_no_other(inputs):
    inputs = with_returns(inputs)
    usual = project_migration(inputs, SCENARIO).departures
    none = project_migration(inputs, SCENARIO.replace(return_flow=0.0)).departures
    more = project_migration(inputs, SCENARIO.replace(return_flow=2.0)).departures

    at_end = {"age": 8, "status": "migrant"}
    assert (none.sel(at_end) < usual.sel(at_end)).all()
    assert (more.sel(at_end) > usual.sel(at_end)).all()
    np.testing.assert_array_equal(none.drop_sel(age=8), usual.drop_sel(age=8))
    np.testing.assert_array_equal(none.sel(status="local"), usual.sel(status="local"))


def left_behind(most=50.0):
    return pd.DataFrame([(2026, age, most) for age in AGES], columns=["year", "age", "children"])


def test_children_left_behind_who_join_leave_the_other_side_of_the_account(inputs):
    inputs = with_returns(inputs).replace(left_behind=left_behind())
    moves = project_migration(inputs, SCENARIO)
    usual, eased = (
        project_children(inputs, replace(moves, scenario=SCENARIO.replace(induced=share))) for share in (0.0, 0.3)
    )

    assert_balanced(eased)
    other = eased.beyond.left_behind
    gained = (eased.arrivals - usual.arrivals).sum(["catchment", "status"])
    np.testing.assert_array_equal(gained, other.joined.transpose(*gained.dims))
    aged = other.children.isel(year=slice(None, -1)).values[:, :-1]
    end = other.new.values + other.returned.values - other.joined.values
    end[:, 1:] += aged
    np.testing.assert_array_equal(end, other.children.isel(year=slice(1, None)))
    assert float(usual.beyond.left_behind.joined.sum()) == 0.0
    assert float(other.returned.sel(age=8).sum()) > 0.0
    assert float(other.returned.drop_sel(age=8).sum()) == 0.0


def test_all_children_join_at_once_when_the_share_is_one(inputs):
    other = children_of(inputs.replace(left_behind=left_behind()), SCENARIO.replace(induced=1.0)).beyond.left_behind

    np.testing.assert_array_equal(other.joined.isel(year=0), np.full((len(AGES), 40), 50.0))


def test_children_left_behind_join_by_elasticity_times_the_rise_in_the_share_admitted(inputs):
    inputs = inputs.replace(left_behind=left_behind())
    flat, eased, late = (
        children_of(inputs, SCENARIO.replace(**change)).beyond.left_behind
        for change in (
            {"induced": 0.2},
            {"elasticity": 2.0, "admitted_rise": 0.1},
            {"elasticity": 2.0, "admitted_rise": {2028: 0.1, 2030: 0.5}},
        )
    )

    np.testing.assert_array_equal(flat.joined, eased.joined)
    assert float(late.joined.sel(year=2027).sum()) == 0
    for year, share in ((2028, 0.2), (2029, 0.2)):
        there = (late.children.sel(year=year) + late.joined.sel(year=year) - late.returned.sel(year=year)).sum()
        assert float(late.joined.sel(year=year).sum() / there) == pytest.approx(share, rel=0.05)
    assert float((late.children - late.returned).sel(year=2030).sum()) == 0  # all have joined: nobody is left to
    assert float(late.children.sel(year=2029).sum()) < float(late.children.sel(year=2027).sum())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"elasticity": 2.0}, "give both"),
        ({"admitted_rise": 0.2}, "give both"),
        ({"elasticity": 2.0, "admitted_rise": {2027: 1.2}}, "within 0 and 1"),
        ({"elasticity": 2.0, "admitted_rise": {2027: 0.6}}, r"let 1\.20 of the children left behind join"),
        ({"elasticity": 2.0, "admitted_rise": {"soon": 0.6}}, "numbers by year"),
        ({"elasticity": 2.0, "admitted_rise": {2027.5: 0.1}}, r"names the year 2027\.5; a year is a whole number"),
        ({"elasticity": 2.0, "admitted_rise": ((2027, 0.1), (2027, 0.2))}, "year 2027 more than once; give each year"),
        ({"elasticity": -1.0, "admitted_rise": 0.2}, "elasticity is -1"),
    ],
)
def test_an_elasticity_that_cannot_be_is_refused(change, said):
    with pytest.raises(ValueError, match=said):
        Scenario(**change)


def test_a_rise_by_year_is_read_from_a_file_and_kept(tmp_path):
    (tmp_path / "eased.toml").write_text("elasticity = 0.5\nadmitted_rise = {2029 = 0.2, 2027 = 0.1}\n")

    eased = read_scenario(tmp_path / "eased.toml")

    assert eased.admitted_rise == ((2027, 0.1), (2029, 0.2))
    assert Scenario(**json.loads(json.dumps(asdict(eased)))) == eased


def dwellings(planned):
    rows = [(year, zone, "flat", 20.0) for year in range(2020, 2027) for zone in ZONES]
    rows += [(year, "east", "flat", planned) for year in YEARS]
    return {
        "housing": pd.DataFrame(rows, columns=["year", "catchment", "dwelling", "dwellings"]),
        "child_yield": pd.DataFrame(
            [("flat", since, age, 0.05) for since in range(3) for age in AGES],
            columns=["dwelling", "since", "age", "children"],
        ),
    }


def test_only_dwellings_above_the_record_bring_children_and_only_where_they_stand(inputs):
    usual = children_of(inputs)
    as_ever = children_of(inputs.replace(**dwellings(20.0)))
    many = children_of(inputs.replace(**dwellings(220.0)))
    twice = children_of(inputs.replace(**dwellings(220.0)), SCENARIO.replace(new_dwellings=2.0))

    np.testing.assert_array_equal(as_ever.children, usual.children)
    assert_balanced(many)
    more = (many.arrivals - usual.arrivals).sum(["age", "status"]).mean("draw")
    assert float(more.sel(catchment="east", year=2027)) == pytest.approx(200 * 0.05 * len(AGES), rel=0.1)
    assert float(more.sel(catchment="east", year=2028)) == pytest.approx(200 * 0.05 * len(AGES), rel=0.1)
    assert float(more.sel(catchment="west").sum()) == 0.0
    assert float(twice.arrivals.sum()) > float(many.arrivals.sum())


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ({"induced": 0.1}, "left_behind"),
        ({"elasticity": 1, "admitted_rise": 0.1}, "left_behind"),
        ({"new_dwellings": 1.5}, "housing"),
    ],
)
def test_a_lever_without_its_table_is_refused(inputs, change, table):
    with pytest.raises(MissingTableError, match=table):
        children_of(inputs, SCENARIO.replace(**change))


def test_more_than_all_children_left_behind_cannot_join():
    with pytest.raises(ValueError, match="at most 1"):
        Scenario(induced=1.2)


def test_totals_of_others_are_met_in_every_draw_and_booked(inputs):
    rows = [(year, 5000.0 + 100 * k) for k, year in enumerate(YEARS)]
    raked = children_of(inputs.replace(projection=pd.DataFrame(rows, columns=["year", "children"])))

    assert_balanced(raked)
    totals = raked.children.sel(year=list(YEARS)).sum(["catchment", "age", "status"])
    assert np.abs(totals.values - np.array([n for _y, n in rows])[:, None]).max() < 60  # whole children, by chance
    assert totals.mean("draw").values == pytest.approx([n for _y, n in rows], rel=0.003)
    assert "brought into line" in raked.beyond.adjustment.summary().sentence


def test_trajectories_stay_together_over_the_years(inputs):
    rows = [(year, str(k), 4000.0 + 500 * k, age, age + 4) for year in YEARS for k in range(5) for age in (0, 5)]
    table = pd.DataFrame(rows, columns=["year", "trajectory", "children", "age", "age_to"])
    raked = children_of(inputs.replace(projection=table)).children.sel(year=list(YEARS))

    young = raked.sel(age=slice(0, 4)).sum(["catchment", "age", "status"]).values
    taken = np.rint((young - 4000) / 500)
    assert (taken == taken[0]).all()
    assert sorted(set(taken[0])) == [0, 1, 2, 3, 4]


def test_low_middle_and_high_take_their_weights(inputs):
    table = pd.DataFrame(
        [(year, name, n) for year in YEARS for name, n in (("low", 4000.0), ("middle", 5000.0), ("high", 6000.0))],
        columns=["year", "trajectory", "children"],
    )
    raked = children_of(inputs.replace(projection=table)).children.sel(year=2028).sum(["catchment", "age", "status"])

    assert np.unique(np.rint(raked / 1000), return_counts=True)[1].tolist() == [12, 16, 12]


def test_a_total_where_no_child_lives_is_refused():
    nobody = toy_inputs(Truth(births=0, arrivals=0.0))
    table = pd.DataFrame({"year": [2027], "children": [100.0]})

    with pytest.raises(FigureError, match="2027, whole area, ages 0-9: 100 children where none live"):
        project_children(nobody.replace(projection=table), project_migration(nobody, SCENARIO))
