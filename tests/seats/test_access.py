"""Access agrees with what is published, counts each child and each seat once, and goes from home to school."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from seatcast.seats.access import AccessError, Gaussian, Steps, access

E2SFCA = Steps(((10, 1.0), (30, 0.68), (60, 0.22)))


def worlds(zones=4, schools=3, draws=2):
    return st.tuples(
        arrays(float, (zones, draws), elements=st.integers(1, 300).map(float)),
        arrays(float, schools, elements=st.integers(0, 500).map(float)),
        arrays(float, (zones, schools), elements=st.floats(1, 90)),
    )


def arranged(children, seats, minutes):
    zones, schools = [f"z{i}" for i in range(len(children))], [f"s{i}" for i in range(len(seats))]
    ways = pd.DataFrame(
        {
            "catchment": np.repeat(zones, len(schools)),
            "school": np.tile(schools, len(zones)),
            "minutes": minutes.ravel(),
        }
    )
    return (
        xr.DataArray(children, {"catchment": zones}, ("catchment", "draw")),
        xr.DataArray(seats, {"school": schools}, "school"),
        ways,
    )


def three_tracts(shared, scenario):
    folder = shared / "planning-instances" / "access-3tract"
    tracts = pd.read_csv(folder / "tracts.csv")
    costs = pd.read_csv(folder / "costs.csv").loc[lambda rows: rows["cost_scenario"] == scenario]
    expected = pd.read_csv(folder / "expected_access_1.1.10.csv").loc[lambda rows: rows["cost_scenario"] == scenario]
    ways = costs.rename(columns={"origin": "catchment", "dest": "school", "cost": "minutes"})
    return (
        xr.DataArray(tracts["pop"].to_numpy(float), {"catchment": tracts["geoid"]}, "catchment"),
        xr.DataArray(tracts["doc"].to_numpy(float), {"school": tracts["geoid"]}, "school"),
        ways,
        expected.set_index("tract"),
    )


@pytest.mark.parametrize("scenario", range(4))
@pytest.mark.parametrize(
    ("decay", "column"), [(Steps(((61, 1.0),)), "2sfca_binary_max61"), (E2SFCA, "e2sfca_step_10_30_60")]
)
def test_the_published_three_tracts_come_out(shared, scenario, decay, column):
    people, doctors, ways, expected = three_tracts(shared, scenario)

    found = access(people, doctors, ways, decay=decay, method="floating")

    assert found.index.values == pytest.approx(expected[column].to_numpy(), rel=1e-12)


@pytest.mark.parametrize("scenario", [1, 2])
def test_a_way_leads_from_home_to_school(shared, scenario):
    people, doctors, ways, expected = three_tracts(shared, scenario)
    back = ways.rename(columns={"catchment": "school", "school": "catchment"})

    turned = access(people, doctors, back, decay=E2SFCA, method="floating").index.values

    assert np.abs(turned - expected["e2sfca_step_10_30_60"].to_numpy()).max() > 0.01


@pytest.mark.filterwarnings("ignore")  # of the oracle's own
def test_the_package_access_agrees_on_random_cities():
    from access import fca

    rng = np.random.default_rng(5)
    children, seats, ways = arranged(
        rng.integers(1, 300, (6, 1)).astype(float), rng.integers(0, 400, 4), rng.uniform(1, 80, (6, 4))
    )
    theirs = fca.two_stage_fca(
        pd.DataFrame({"demand": children.values[:, 0]}, children["catchment"].to_index()),
        pd.DataFrame({"supply": seats.values.astype(float)}, seats["school"].to_index()),
        ways.rename(columns={"catchment": "origin", "school": "dest", "minutes": "cost"}),
        max_cost=60,
        demand_index=True,
        supply_index=True,
    )

    ours = access(children, seats, ways, decay=Steps(((60, 1.0),)), method="floating").index.isel(draw=0).to_series()

    assert ours.to_numpy() == pytest.approx(theirs.reindex(ours.index).fillna(0.0).to_numpy())


@settings(max_examples=40)
@given(world=worlds())
def test_balanced_counts_every_child_and_every_seat_once(world):
    children, seats, ways = arranged(*world)

    found = access(children, seats, ways, decay=Gaussian(30, limit=90))

    assert found.children.sum("school").values == pytest.approx(children.sum("catchment").values)
    assert found.seats.sum("catchment").values == pytest.approx(float(seats.sum()))
    assert float(found.index.sum()) == pytest.approx(float((seats / found.children).sum()))


@settings(max_examples=40)
@given(world=worlds(), method=st.sampled_from(["floating", "balanced"]))
def test_the_seats_of_schools_in_reach_fall_to_somebody(world, method):
    children, seats, ways = arranged(*world)
    decay = Steps(((45, 1.0),))
    reached = seats.where(seats["school"].isin(ways.loc[ways["minutes"] <= 45, "school"].unique()), 0.0)

    found = access(children, seats, ways, decay=decay, method=method)

    assert found.seats.sum("catchment").values == pytest.approx(float(reached.sum()))


@settings(max_examples=40)
@given(world=worlds(schools=1), method=st.sampled_from(["floating", "balanced"]))
def test_with_one_school_access_is_seats_over_children(world, method):
    children, seats, ways = arranged(*world)

    found = access(children, seats, ways, decay=Steps(((90, 1.0),)), method=method)

    share = float(seats.sum()) / children.sum("catchment")
    assert (found.per_child - share).values == pytest.approx(0.0, abs=1e-9)


@settings(max_examples=40)
@given(world=worlds(), method=st.sampled_from(["floating", "balanced"]))
def test_cutting_a_catchment_in_two_changes_no_child_s_seats(world, method):
    children, seats, ways = arranged(*world)
    half = xr.concat([children, children.isel(catchment=[0]).assign_coords(catchment=["new"])], "catchment")
    half = half.where(~half["catchment"].isin(["z0", "new"]), half / 2)
    more = pd.concat([ways, ways[ways["catchment"] == "z0"].assign(catchment="new")], ignore_index=True)

    one = access(children, seats, ways, decay=E2SFCA, method=method).per_child
    other = access(half, seats, more, decay=E2SFCA, method=method).per_child

    for zone, old in (*((z, z) for z in children["catchment"].values), ("new", "z0")):
        assert other.sel(catchment=zone).values == pytest.approx(one.sel(catchment=old).values)


def test_draws_and_years_are_carried_along():
    children = xr.DataArray(
        np.full((2, 2, 3), 50.0), {"year": [2026, 2027], "catchment": ["a", "b"]}, ("year", "catchment", "draw")
    )
    seats = xr.DataArray([[80.0], [120.0]], {"year": [2026, 2027], "school": ["elm"]}, ("year", "school"))
    ways = pd.DataFrame({"catchment": ["a", "b"], "school": "elm", "metres": [500.0, 900.0]})

    found = access(children, seats, ways, decay=Steps(((1000, 1.0),)))

    assert found.per_child.dims == ("year", "catchment", "draw")
    assert found.per_child.mean("draw").values == pytest.approx(np.array([[0.8, 0.8], [1.2, 1.2]]))
    assert set(found.to_frame()) == {"year", "catchment", "mean", "q10", "q50", "q90"}
    assert "A child has 0.80 seats within reach" in found.summary().sentence
    assert found.plot() is not None


def test_ways_that_do_not_fit_are_all_told():
    children = xr.DataArray([1.0], {"catchment": ["a"]})
    seats = xr.DataArray([1.0], {"school": ["elm"]})
    ways = pd.DataFrame({"catchment": ["a", "a", "b"], "school": ["elm", "elm", "oak"], "metres": [1.0, -2.0, 3.0]})

    with pytest.raises(AccessError) as refused:
        access(children, seats, ways, decay=Steps(((1000, 1.0),)))

    for said in ("catchments without children: b", "schools without seats: oak", "given twice", "unknown or below 0"):
        assert said in str(refused.value)
