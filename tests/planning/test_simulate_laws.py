"""Laws of simulated plans on the toy city."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.toy_city import row, shortfall_of, table
from seatcast.planning.simulate import simulate_plan

CHILDREN = {("east", "primary"): 100, ("west", "primary"): 60, ("east", "junior"): 50, ("west", "junior"): 140}


@pytest.fixture(scope="module")
def short():
    return shortfall_of(CHILDREN, spread=0.3, draws=10)


def extension(name, seats, **cells):
    return row(name, "extension", school="elm", seats=seats, **cells)


years = st.integers(2027, 2030)


@settings(max_examples=8, deadline=None)
@given(seats=st.integers(0, 60), more=st.integers(0, 60))
def test_more_seats_never_leave_more_children_without_by_the_best_rule(short, seats, more):
    few, many = (simulate_plan(short, table(extension("x", n)), {"x": 2027}) for n in (seats, seats + more))

    least_few, least_many = (s.after.split.least.sel(year=2027).sum("tier").values for s in (few, many))
    assert (least_many <= least_few + 1e-3).all()


@settings(max_examples=8, deadline=None)
@given(start=years, lead=st.integers(0, 2), one=st.integers(1, 40), other=st.integers(1, 40))
def test_two_options_do_what_one_with_the_seats_of_both_does(short, start, lead, one, other):
    given = {"lead_years": lead, "running_cost": 3.0}
    both = simulate_plan(
        short, table(extension("a", one, cost=one, **given), extension("b", other, cost=other, **given)),
        {"a": start, "b": start},
    )  # fmt: skip
    merged = simulate_plan(
        short, table(extension("c", one + other, cost=one + other, lead_years=lead, running_cost=6.0)), {"c": start}
    )

    np.testing.assert_allclose(both.after.seats, merged.after.seats, atol=1e-3)
    np.testing.assert_allclose(both.costs.to_numpy(), merged.costs.to_numpy(), atol=1e-9)


@settings(max_examples=8, deadline=None)
@given(
    start=years, lead=st.integers(0, 3), life=st.integers(1, 4), chance=st.sampled_from([0.0, 0.4]),
    cost=st.integers(0, 90), end=st.integers(0, 9),
)  # fmt: skip
def test_costs_add_up(short, start, lead, life, chance, cost, end):
    options = table(
        extension("x", 9, cost=cost, lead_years=lead, life_years=life, late_chance=chance, end_cost=end, teachers=2),
        row("y", "bus", catchment="east", school="oak", seats=9, running_cost=4),
    )
    alone = [simulate_plan(short, options, {name: start}) for name in ("x", "y")]
    both = simulate_plan(short, options, {"x": start, "y": start})

    np.testing.assert_allclose(both.costs, sum(s.costs for s in alone), atol=1e-9)
    np.testing.assert_allclose(both.net_cost, sum(s.net_cost for s in alone), atol=1e-6)
    assert both.costs["start_cost"].sum() <= cost + 1e-9
    np.testing.assert_allclose(both.costs["cost"], both.costs["start_cost"] + both.costs["running_cost"])


def test_what_keeps_a_value_is_told_and_comes_off_the_net_cost(short):
    kept = extension("x", 9, cost=100, salvage=0.8, life_years=8)

    simulation = simulate_plan(short, table(kept), {"x": 2027})

    assert simulation.salvage == pytest.approx(100 * 0.8 * (8 - 4) / 8)
    np.testing.assert_allclose(simulation.net_cost, 100 / 1.1 - 40 / 1.1**4)
    assert "Of the money, 40 pounds is still worth something at the end of 2030." in simulation.summary().sentence


@settings(max_examples=8, deadline=None)
@given(start=years, seats=st.integers(0, 60))
def test_who_is_placed_and_who_is_not_are_all_who_ask(short, start, seats):
    after = simulate_plan(short, table(extension("x", seats)), {"x": start})

    frame = after.by_tier()
    asked = short.allocation.demand.by_stage().sum("catchment").mean("draw").sel(year=after.years).to_series()
    both = frame.set_index(["year", "stage", "tier"])
    for name in ("before", "after"):
        total = both[f"placed_{name}"] + both[f"unplaced_{name}"]
        np.testing.assert_allclose(total, asked.reindex(total.index), rtol=1e-4)


def test_what_was_assumed_can_be_written_and_used_again(short):
    import json

    import pandas as pd

    options = table(extension("x", 20, cost=9, spread="0.5;0.5", lead_years=2), extension("y", 5, requires="x"))
    simulation = simulate_plan(short, options, {"x": 2027, "y": 2028})

    assumed = json.loads(json.dumps(simulation.assumed()))

    again = simulate_plan(short, pd.DataFrame(assumed["options"]), assumed["starts"])
    assert (again.after.seats == simulation.after.seats).all()
    assert again.options == simulation.options
    assert assumed["scenario"]["seed"] == short.scenario.seed
