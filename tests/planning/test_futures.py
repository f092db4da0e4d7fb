"""Futures weighed one by one: the programme's own figures are those of the rule, where rule and flow must agree."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.toy_city import row, shortfall_of, table
from seatcast.planning.attitude import Expected
from seatcast.planning.optimize import optimize_plan
from seatcast.planning.option import PlanError
from seatcast.planning.options import read_options
from seatcast.planning.programme.futures import programme_of, shown
from seatcast.planning.programme.representatives import representatives
from seatcast.planning.simulate import simulate_plan
from seatcast.planning.spending import discount_factors
from seatcast.seats.yardstick import split_shortfall

CHILDREN = {("east", "primary"): 100, ("west", "primary"): 90, ("east", "junior"): 70, ("west", "junior"): 45}
ROWS = table(
    row("x", "extension", school="elm", seats=30, cost=100, running_cost=5, lead_years=1),
    row("y", "squeeze", school="oak", seats=12, cost=20, running_cost=4, life_years=2),
    row("z", "extension", "junior", school="ash", seats=25, cost=60),
    row("w", "prefab", school="elm", seats=9, cost=9, running_cost=1, life_years=2),
)
LAND, CLEARING = {"salvage": 0.5, "late_chance": 0.4}, {"end_cost": 2.0}  # of z and w
OPTIONS = tuple(replace(option, **{"z": LAND, "w": CLEARING}.get(option.option, {})) for option in read_options(ROWS))


@pytest.fixture(scope="module")
def wide():
    return shortfall_of(CHILDREN, spread=0.4)


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.sampled_from("xyzw"), st.integers(2027, 2030)))
def test_the_programmes_figures_are_those_of_the_simulation(wide, starts):
    """Each catchment has one school and options add seats where they stand: the rule seats whom the flow does."""
    programme = programme_of(wide, OPTIONS, risk=Expected(), price=7.0)
    made = {(programme.options[j].option, programme.years[t]) for j, t in programme.starts}
    starts = dict(made & set(starts.items()))

    cover = programme.weigh(starts)
    simulation = simulate_plan(wide, OPTIONS, starts)

    left = simulation.after.seats.sel(year=simulation.years).sum(["catchment", "stage"]).values  # (year, draw)
    assert pytest.approx(left, rel=1e-6, abs=1e-3) == cover.left[:, -1].T  # the rule reckons in single precision
    factors = discount_factors(wide.area, simulation.years)
    cost = simulation.costs["discounted"].sum() - factors[-1] * simulation.salvage
    assert cover.solution.objective - 7.0 * (cover.left[:, -1] @ factors).mean() == pytest.approx(cost, abs=1e-6)


def test_without_a_plan_nothing_is_left_out_that_the_rule_does_not_leave(wide):
    programme = programme_of(wide, OPTIONS, risk=Expected())

    left = programme.weigh({}).left[:, -1]

    assert pytest.approx(wide.seats.isel(year=slice(1, None)).sum(["catchment", "stage"]).values, abs=1e-3) == left.T
    assert split_shortfall(wide.allocation).parts.sel(part="procedural").max() == pytest.approx(0, abs=1e-3)


def test_a_dearer_tier_comes_first_and_levels_add_up(wide):
    price = {"1 local": 9.0, "2 migrant": 4.0}

    programme = programme_of(wide, OPTIONS, risk=Expected(), price=price)
    cover = programme.weigh({})

    assert programme.price.tolist() == [9.0, 4.0]
    by_tier = wide.unplaced.isel(year=slice(1, None)).sum(["catchment", "stage"])  # (year, tier, draw)
    assert pytest.approx(by_tier.sel(tier="1 local").values, abs=1e-3) == cover.left[:, 0].T
    worth = sum(price[tier] * by_tier.sel(tier=tier) for tier in price).mean("draw").values @ programme.discount
    assert cover.solution.objective == pytest.approx(float(worth), rel=1e-5)


def test_the_worst_futures_make_a_plan_larger(wide):
    calm = optimize_plan(wide, OPTIONS, risk=Expected(), price=0.9)
    wary = optimize_plan(wide, OPTIONS, risk=Expected(tail_weight=1.0, tail=0.2), price=0.9)

    assert wary.simulation.costs["cost"].sum() > calm.simulation.costs["cost"].sum()
    worst = [np.sort(plan.cover.left[:, -1].sum(axis=1))[-2:].mean() for plan in (calm, wary)]
    assert worst[1] < worst[0]


def test_from_a_hundred_draws_on_a_plan_is_told_on_those_it_never_saw():
    many = shortfall_of(CHILDREN, spread=0.4, draws=101)

    plan = optimize_plan(many, OPTIONS, risk=Expected(), price=2.0)

    assert [len(part) for part in shown(101)] == [51, 50]
    assert plan.simulation.before.seats.sizes["draw"] == 50
    assert len(plan.programme.weight) == 51
    assert "Over the futures shown to the program" in plan.explanation()
    assert optimize_plan(many, OPTIONS).simulation.before.seats.sizes["draw"] == 50


def test_a_few_futures_stand_for_many():
    many = shortfall_of(CHILDREN, spread=0.4, draws=101)

    programme = programme_of(many, OPTIONS, risk=Expected(scenarios=7))
    every = programme_of(many, OPTIONS, risk=Expected())

    assert programme.weight.shape == (7,)
    assert programme.weight.sum() == pytest.approx(1)
    mean = [np.einsum("w,wqnt->t", of.weight, of.need) for of in (programme, every)]
    assert mean[0] == pytest.approx(mean[1], rel=0.05)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_no_exchange_of_one_for_another_comes_nearer(seed, number):
    points = np.random.default_rng(seed).integers(0, 20, (9, 2)).astype(float)

    chosen, weight = representatives(points, number)

    def far(some):
        return np.abs(points[:, None] - points[some]).sum(axis=2).min(axis=1).sum()

    assert weight.sum() == pytest.approx(1)
    for k in range(len(chosen)):
        for other in set(range(9)) - set(chosen.tolist()):
            swapped = chosen.copy()
            swapped[k] = other
            assert far(swapped) >= far(chosen) - 1e-9


def test_what_cannot_be_is_told(wide):
    with pytest.raises(PlanError) as told:
        optimize_plan(wide, OPTIONS, risk=Expected(0, 2.0, 0.0), price={"1 local": 3.0})
    with pytest.raises(PlanError, match="price: -1 for 1 local; it must be above 0"):
        optimize_plan(wide, OPTIONS, price=-1)

    message = str(told.value)
    assert "scenarios is 0; at least one future is needed." in message
    assert "tail_weight is 2.0; choose a share from 0 to 1." in message
    assert "tail is 0.0; choose a share above 0, up to 1." in message
    assert "price: give one for each tier; there are 1 local and 2 migrant." in message
