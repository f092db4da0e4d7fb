"""Laws of admission, on random small cities."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from seatcast.core.labels import CATCHMENT, DRAW, GRADE, SCHOOL, STAGE, TIER, YEAR
from seatcast.seats.allocation import allocate
from seatcast.seats.unreached import NoSchoolInReachError
from seatcast.testing import assert_seats_kept, counts, toy_area, toy_capacity, toy_demand

YEARS, ZONES, GRADES, TIERS, DRAWS, SCHOOLS = 4, 2, 2, 3, 5, 2
demands = counts(YEARS, ZONES, GRADES, TIERS, DRAWS)
seats = counts(YEARS, SCHOOLS, most=900)
close = {"rtol": 1e-4, "atol": 0.05}


@settings(deadline=None, max_examples=60)
@given(demand=demands, seats=seats)
def test_nobody_is_lost_and_no_seat_is_overfilled_or_left_empty_while_a_child_waits(demand, seats):
    area = toy_area()

    assert_seats_kept(allocate(toy_demand(demand, area), toy_capacity(seats, area)))


@settings(deadline=None, max_examples=40)
@given(demand=demands, seats=seats, data=st.data())
def test_an_earlier_tier_is_not_worse_off_by_a_later_one(demand, seats, data):
    area = toy_area()
    fewer = demand.copy()
    fewer[:, :, :, 2] = data.draw(st.sampled_from([0.0, 0.5])) * demand[:, :, :, 2]

    alone = allocate(toy_demand(fewer[:1], area), toy_capacity(seats[:1], area)).unplaced[:, :, :, :2]
    together = allocate(toy_demand(demand[:1], area), toy_capacity(seats[:1], area)).unplaced[:, :, :, :2]

    np.testing.assert_allclose(alone, together, **close)


@settings(deadline=None, max_examples=40)
@given(demand=demands, seats=seats, order=st.permutations(range(ZONES)), turn=st.permutations(range(SCHOOLS)))
def test_the_order_of_labels_changes_nothing(demand, seats, order, turn):
    area = toy_area()
    shuffled = area.replace(
        catchments=area.catchments.iloc[list(order)],
        schools=area.schools.iloc[list(turn)],
        reach=area.reach.sample(frac=1, random_state=1),
    )

    plain = allocate(toy_demand(demand, area), toy_capacity(seats, area))
    mixed = allocate(toy_demand(demand[:, list(order)], shuffled), toy_capacity(seats[:, list(turn)], shuffled))

    np.testing.assert_allclose(mixed.unplaced.sel({CATCHMENT: area.catchments.index}), plain.unplaced, **close)
    np.testing.assert_allclose(mixed.seated.sel({SCHOOL: area.schools.index}), plain.seated, **close)


@settings(deadline=None, max_examples=40)
@given(demand=demands, seats=seats, extra=st_numpy.arrays(np.float32, (1, SCHOOLS), elements=st.just(30.0)))
def test_more_seats_leave_no_more_children_without_one_in_the_first_year(demand, seats, extra):
    area = toy_area()

    before = allocate(toy_demand(demand[:1], area), toy_capacity(seats[:1], area)).unplaced.sum(
        [CATCHMENT, GRADE, TIER]
    )
    after = allocate(toy_demand(demand[:1], area), toy_capacity(seats[:1] + extra, area))

    assert (after.unplaced.sum([CATCHMENT, GRADE, TIER]) <= before + 0.05).all()


def test_the_last_tier_takes_the_remainder():
    """Capacity 1,000, local 900, migrants 150 leaves 50 out; 3 percent more locals leaves 77 out."""
    area = toy_area(catchments=["town"], schools=["elm"])
    demand = np.zeros((1, 1, 2, 3, 2))
    demand[0, 0, 0, 0] = [900, 927]
    demand[0, 0, 0, 1] = 150

    unplaced = allocate(toy_demand(demand, area), toy_capacity([[1000]], area)).shortfall().by_status()

    assert unplaced.sel({"status": "migrant"}).values.ravel().tolist() == [50, 77]
    assert unplaced.sel({"status": "local"}).values.ravel().tolist() == [0, 0]


def test_the_expected_number_left_out_lies_above_the_number_at_the_mean():
    """The shortage of the last tier is a convex remainder."""
    area = toy_area(catchments=["town"], schools=["elm"])
    local = np.random.default_rng(1).normal(850, 60, 500).astype(np.float32)
    demand = np.zeros((1, 1, 2, 3, 500), np.float32)
    demand[0, 0, 0, 0], demand[0, 0, 0, 2] = local, 150
    draws = allocate(toy_demand(demand, area), toy_capacity([[1000]], area)).shortfall().expected().item()
    mean = allocate(toy_demand(demand.mean(-1, keepdims=True), area), toy_capacity([[1000]], area)).shortfall()

    assert mean.expected().item() < 5
    assert draws > 20


def test_pupils_in_place_keep_their_seat_when_new_children_of_an_earlier_tier_come():
    area = toy_area(catchments=["town"], schools=["elm"])
    demand = np.zeros((2, 1, 2, 3, 1))
    demand[0, 0, 0, 2] = 80
    demand[1, 0, 1, 2] = 80
    demand[1, 0, 1, 0] = 50

    unplaced = allocate(toy_demand(demand, area), toy_capacity([[100], [100]], area)).unplaced.isel({YEAR: 1, DRAW: 0})

    assert unplaced.sum([CATCHMENT, GRADE]).values.tolist() == [30, 0, 0]


def test_pupils_in_place_beyond_the_seats_are_counted_as_oversize():
    area = toy_area(catchments=["town"], schools=["elm"])
    demand = np.zeros((2, 1, 2, 3, 1))
    demand[0, 0, 0, 0] = 90
    demand[1, 0, 1, 0] = 90

    allocation = allocate(toy_demand(demand, area), toy_capacity([[90], [45]], area))

    assert allocation.oversize.isel({YEAR: 1}).item() == 45
    assert allocation.seated.isel({YEAR: 1}).sum().item() == 90


def test_a_school_that_shuts_sends_its_pupils_to_ask_elsewhere():
    area = toy_area(catchments=["town"], schools=["elm", "oak"])
    demand = np.zeros((2, 1, 2, 3, 1))
    demand[0, 0, 0, 0] = 90
    demand[1, 0, 1, 0] = 90

    allocation = allocate(toy_demand(demand, area), toy_capacity([[90, 60], [0, 60]], area))

    assert allocation.seated.isel({YEAR: 1}).sum([STAGE, TIER, DRAW]).values.tolist() == [0, 60]
    assert allocation.shortfall().seats.isel({YEAR: 1}).item() == 30


def test_equal_admission_shares_the_shortage():
    area = toy_area(catchments=["town"], schools=["elm"])
    demand = np.zeros((1, 1, 2, 3, 1))
    demand[0, 0, 0] = [[100], [50], [50]]
    equal = toy_demand(demand, area)
    equal = equal.replace(pupils=equal.pupils.assign_coords(order=(TIER, [1, 1, 1])))

    unplaced = allocate(equal, toy_capacity([[150]], area)).unplaced

    assert unplaced.sum([YEAR, CATCHMENT, GRADE, DRAW]).values.tolist() == [25, 12.5, 12.5]


def test_the_intake_plan_limits_the_entry_grade():
    area = toy_area(catchments=["town"], schools=["elm"])
    demand = np.zeros((1, 1, 2, 3, 1))
    demand[0, 0, :, 0] = 60
    capacity = toy_capacity([[200]], area)
    capacity = capacity.replace(intake=capacity.seats * 0 + 45)

    unplaced = allocate(toy_demand(demand, area), capacity).unplaced

    assert unplaced.sum([YEAR, CATCHMENT, TIER, DRAW]).values.tolist() == [15, 0]


def test_a_catchment_without_a_school_is_named_with_the_remedy():
    area = toy_area()
    area = area.replace(reach=area.reach[area.reach["catchment"] == "west"])

    with pytest.raises(NoSchoolInReachError, match=r"catchment east has children in the stage primary.*table serves"):
        allocate(toy_demand(np.ones((1, 2, 2, 3, 1)), area), toy_capacity([[1, 1]], area))


def test_the_lowest_grade_with_children_takes_in_by_the_plan_though_the_area_has_a_grade_below():
    """Nobody moves up into it from the highest grade, whose place comes before it in an array."""
    area = toy_area()
    demand = np.zeros((2, ZONES, GRADES, TIERS, 1), np.float32)
    demand[0, 0, 1, 0] = demand[1, 0, 1, 0] = 60.0
    only_upper = toy_demand(demand, area).replace(pupils=toy_demand(demand, area).pupils.isel({GRADE: [1]}))
    capacity = toy_capacity(np.full((2, SCHOOLS), 200.0, np.float32), area)
    plan = capacity.intake.copy(data=np.full(capacity.intake.shape, 10.0, np.float32))

    found = allocate(only_upper, capacity.replace(intake=plan))

    np.testing.assert_allclose(found.unplaced.sum([CATCHMENT, GRADE, TIER]), 40.0, **close)
