"""The best any rule could do: against networkx, scipy and brute force; the parts of the shortfall; bottlenecks."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from seatcast.core.labels import CATCHMENT, DRAW, STAGE, TIER, YEAR
from seatcast.seats.allocation import allocate
from seatcast.seats.flow import graph, most
from seatcast.testing import assert_seats_kept, counts, toy_area, toy_capacity, toy_demand

from .random_city import DRAWS, SCHOOLS, ZONES, area_of, networkx_flow, rules, with_rule

YEARS = 2
demands = counts(YEARS, len(ZONES), 2, 3, DRAWS, most=60)
seats = counts(YEARS, len(SCHOOLS), most=300)
plans = st.sampled_from([np.inf, 40.0])


def city(demand, seats, data, conduct, plan=np.inf):
    area = with_rule(area_of(data), conduct)
    capacity = toy_capacity(seats, area)
    return allocate(toy_demand(demand, area), capacity.replace(intake=capacity.seats * 0 + np.float32(plan)))


@settings(deadline=None, max_examples=15)
@given(demand=demands, seats=seats, conduct=rules(), plan=plans, data=st.data())
def test_the_three_parts_add_up_in_every_draw_and_none_is_negative(demand, seats, conduct, plan, data):
    shortfall = city(demand, seats, data, conduct, plan).shortfall()

    assert float(shortfall.split.parts.min()) >= 0
    np.testing.assert_allclose(shortfall.split.parts.sum("part"), shortfall.seats.sum(CATCHMENT), rtol=1e-6, atol=1e-6)


@settings(deadline=None, max_examples=15)
@given(demand=demands, seats=seats, conduct=rules(), plan=plans, data=st.data())
def test_the_yardstick_is_the_maximum_flow_that_networkx_finds_tier_by_tier(demand, seats, conduct, plan, data):
    allocation = city(demand, seats, data, conduct, plan)
    least = allocation.shortfall().split.least

    for t, d, upto in product(range(YEARS), range(DRAWS), range(1, 4)):
        asked = float(allocation.asking.values[t, :, :, :upto, d].sum())
        left = float(least.isel({YEAR: t, DRAW: d, STAGE: 0, TIER: slice(0, upto)}).sum())
        assert asked - left == pytest.approx(networkx_flow(allocation, t, d, list(range(upto))), abs=0.01)


@settings(deadline=None, max_examples=15)
@given(demand=demands, seats=seats, conduct=rules(), data=st.data())
def test_no_rule_seats_more_than_the_yardstick(demand, seats, conduct, data):
    allocation = city(demand, seats, data, conduct)
    for t, d in product(range(YEARS), range(DRAWS)):
        placed = float((allocation.asking - allocation.unplaced).values[t, ..., d].sum())
        assert placed <= networkx_flow(allocation, t, d, [0, 1, 2]) + 0.05


@settings(deadline=None, max_examples=15)
@given(demand=demands, seats=seats, conduct=rules(), data=st.data())
def test_under_the_yardstick_another_seat_leaves_nobody_worse_off_and_an_earlier_tier_never_loses(
    demand, seats, conduct, data
):
    allocation = city(demand[:1], seats[:1], data, conduct)
    more = toy_capacity(seats[:1] + np.float32([[1, 0, 0]]), allocation.area)
    least = allocation.shortfall().split.least
    after = allocate(allocation.demand, more).shortfall().split.least

    assert (after.cumsum(TIER) <= least.cumsum(TIER) + 1e-3).all()
    assert float(after.sum(TIER).max()) <= float(least.sum(TIER).max()) + 1e-3


@settings(deadline=None, max_examples=15)
@given(demand=demands, seats=seats, conduct=rules(), data=st.data())
def test_what_the_residual_graph_says_of_another_seat_and_another_child_a_new_flow_confirms(
    demand, seats, conduct, data
):
    allocation = city(demand[:1], seats[:1], data, conduct)
    split = allocation.shortfall().split
    short = split.least.sum(TIER).isel({YEAR: 0, STAGE: 0})
    for i, school in enumerate(SCHOOLS):
        if school not in split.full["school"].values:
            continue
        more = toy_capacity(seats[:1] + np.float32(0.5) * np.eye(len(SCHOOLS), dtype=np.float32)[[i]], allocation.area)
        after = allocate(allocation.demand, more).shortfall().split.least.sum(TIER).isel({YEAR: 0, STAGE: 0})
        gains = split.full.sel({"school": school}).isel({YEAR: 0, STAGE: 0})
        np.testing.assert_allclose(short - after, 0.5 * gains, atol=1e-2)
    for zone in ZONES:
        pupils = allocation.demand.pupils.copy(deep=True)
        pupils.loc[{CATCHMENT: zone, "grade": 1, TIER: "1 local"}] += 0.5
        after = allocate(allocation.demand.replace(pupils=pupils), allocation.capacity).shortfall().split.least
        costs = split.stuck.sel({CATCHMENT: zone}).isel({YEAR: 0, STAGE: 0})
        np.testing.assert_allclose(after.sum(TIER).isel({YEAR: 0, STAGE: 0}) - short, 0.5 * costs, atol=1e-2)


def random_flow(rng, zones=30, schools=12, orders=3):
    links = np.array([(z, i) for z in range(zones) for i in rng.choice(schools, 3, replace=False)])
    children = rng.integers(0, 20, (orders, zones, 2, 2)).astype(float)
    room = rng.integers(0, 90, (schools, 2)).astype(float)
    entry = np.minimum(room, rng.integers(0, 60, (schools, 2)))
    arcs = graph(links[:, 0], links[:, 1], np.full(len(links), np.inf), np.ones(zones, bool), schools)
    return links, children, entry, room, most(*arcs, children, entry, room)


def test_scipy_finds_the_same_maximum_flows_order_by_order():
    rng = np.random.default_rng(5)
    for _ in range(20):
        links, children, entry, room, (served, left, *_rest) = random_flow(rng)
        zones, schools = children.shape[1], room.shape[0]
        for d, upto in product(range(2), range(1, 4)):
            size = 2 + 2 * zones + 2 * schools
            arcs = np.zeros((size, size), np.int32)
            arcs[0, 2 : 2 + 2 * zones] = children[:upto, :, :, d].sum(axis=0).ravel()
            for z, i in links:
                arcs[2 + 2 * z, 2 + 2 * zones + i] = arcs[3 + 2 * z, 2 + 2 * zones + schools + i] = 10_000
            for i in range(schools):
                arcs[2 + 2 * zones + i, 2 + 2 * zones + schools + i] = entry[i, d]
                arcs[2 + 2 * zones + schools + i, 1] = room[i, d]
            assert served[:upto, d].sum() == pytest.approx(maximum_flow(csr_array(arcs), 0, 1).flow_value)
        np.testing.assert_allclose(left.sum(axis=0), (children.sum((0, 1, 2)) - served.sum(0)), atol=1e-3)


def test_the_best_of_all_ways_of_seating_a_few_children_is_the_flow():
    rng = np.random.default_rng(6)
    for _ in range(40):
        links = [(z, i) for z in range(4) for i in range(3) if rng.random() < 0.6]
        if not links:
            continue
        room = rng.integers(0, 3, 3)
        reach = [[None, *(i for z, i in links if z == zone)] for zone in range(4)]
        best = max(
            sum(choice is not None for choice in choices)
            for choices in product(*reach)
            if all(choices.count(i) <= room[i] for i in range(3))
        )
        arcs = graph(*np.array(links).T, np.full(len(links), np.inf), np.zeros(4, bool), 3)
        children = np.zeros((1, 4, 2, 1))
        children[0, :, 0] = 1
        served, *_rest = most(*arcs, children, room[:, None] * 1.0, room[:, None] * 1.0)
        assert served.sum() == best


def bottleneck_town():
    """Return east and west sharing elm (50 seats), while oak's 100 seats serve only the south."""
    area = toy_area(("east", "west", "south"), ("elm", "oak"))
    reach = area.reach[
        [(z == "south") == (s == "oak") for z, s in zip(area.reach[CATCHMENT], area.reach["school"], strict=True)]
    ]
    demand = np.zeros((2, 3, 2, 3, 2), np.float32)
    demand[:, :, 0, 0] = 40
    return allocate(
        toy_demand(demand, area.replace(reach=reach)), toy_capacity([[50, 100], [50, 100]], area)
    ).shortfall()


def test_the_bottleneck_names_the_catchments_that_share_a_school_that_is_too_full_and_the_seats_they_lack():
    found = bottleneck_town().split.bottlenecks().iloc[0]

    assert (found["catchments"], found["schools"]) == (("east", "west"), ("elm",))
    assert found["lacking"] == pytest.approx(30)
    assert found["probability"] == 1


def test_too_few_seats_in_reach_are_spatial_while_others_stand_free():
    parts = bottleneck_town().split.parts.isel({YEAR: 0, STAGE: 0, DRAW: 0})

    assert parts.values.tolist() == [0, 30, 0]


def test_another_seat_helps_in_the_full_school_alone():
    gain = bottleneck_town().split.another_seat().set_index(["year", "school"])["seated"]

    assert gain[2026, "elm"] == 1
    assert gain[2026, "oak"] == 0


@settings(deadline=None, max_examples=15)
@given(demand=demands, seats=seats, conduct=rules(), data=st.data())
def test_no_seat_is_overfilled_and_none_idle_while_a_child_who_may_have_it_waits(demand, seats, conduct, data):
    assert_seats_kept(city(demand, seats, data, conduct))
