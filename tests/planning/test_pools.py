"""Schools of one rank stay a pool, drawn by lot, whatever a plan adds around them."""

import numpy as np
import pandas as pd
import pytest

from planning.toy_city import row, shortfall_of, table
from seatcast.planning.options import read_options
from seatcast.planning.programme.futures import programme_of
from seatcast.planning.simulate import simulate_plan
from seatcast.seats.allocation import allocate


@pytest.fixture(scope="module")
def pooled():
    """Children of the east draw Elm or Oak by lot, and ask Yew, further away, last; those of the west ask Elm."""
    short = shortfall_of({("east", "primary"): 120, ("west", "primary"): 20, ("east", "junior"): 50}, spread=0.5)
    demand = short.allocation.demand
    reach = [
        ("east", "elm", 1, 100.0),
        ("east", "oak", 1, 900.0),
        ("east", "yew", 3, 1500.0),
        ("west", "elm", 1, 900.0),
    ]
    primary = pd.DataFrame(reach, columns=["catchment", "school", "rank", "metres"]).assign(stage="primary")
    junior = demand.area.reach.query("stage == 'junior'")
    yew = demand.area.schools.loc[["oak"]].rename({"oak": "yew"}).assign(name="Yew", lon=0.013)
    area = demand.area.replace(
        reach=pd.concat([primary, junior])[junior.columns], schools=pd.concat([demand.area.schools, yew])
    )
    capacity = short.allocation.capacity
    seats, intake = (of.reindex(school=["elm", "oak", "ash", "yew"]) for of in (capacity.seats, capacity.intake))
    seats.loc[{"school": "yew"}] = [20, 0]
    return allocate(demand.replace(area=area), capacity.replace(seats=seats, intake=intake.fillna(np.inf))).shortfall()


def ranks(shortfall, catchment="east"):
    reach = shortfall.area.reach
    of = reach[(reach["stage"] == "primary") & (reach["catchment"] == catchment)]
    return of.groupby("rank")["school"].agg(sorted).to_dict()


@pytest.mark.parametrize("start", [{}, {"x": 2030}])
def test_a_plan_without_effect_leaves_a_pool_as_it_is(pooled, start):
    options = table(row("x", "extension", school="elm", seats=0))

    after = simulate_plan(pooled, options, start).after

    assert ranks(after) == {1: ["elm", "oak"], 3: ["yew"]}
    for field in ("unplaced", "seated", "free"):
        assert getattr(after.allocation, field).identical(getattr(pooled.allocation, field))
    pd.testing.assert_frame_equal(after.allocation.places(), pooled.allocation.places())


def test_a_new_school_stands_before_or_after_a_pool_and_never_in_it(pooled):
    near = row("n", "new_school", catchment="west", seats=50, lon=0.004, lat=0.0)
    own = row("o", "new_school", catchment="east", seats=50, lon=0.0, lat=0.001)
    bus = row("b", "bus", catchment="west", school="yew", seats=15)

    after = simulate_plan(pooled, table(near, own, bus), {"n": 2027, "o": 2027, "b": 2027}).after

    assert ranks(after) == {1: ["o"], 2: ["elm", "oak"], 4: ["n"], 5: ["yew"]}
    assert ranks(after, "west") == {1: ["n"], 2: ["elm"], 3: ["o"], 4: ["yew"]}


def test_children_of_a_pool_sit_at_each_of_its_schools(pooled):
    closing = read_options(table(row("c", "close", school="oak")))

    programme = programme_of(pooled, closing, risk=0.5)

    oak = programme.pools.index(("oak", "primary"))
    assert {programme.pools[k][0] for k in np.flatnonzero(programme.refuge[oak].all(axis=1))} == {"elm", "oak", "yew"}
