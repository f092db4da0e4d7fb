"""What each kind of option does to the seats and the children of the toy city."""

import numpy as np
import pytest

from planning.toy_city import row, shortfall_of, table
from seatcast.planning.option import PlanError
from seatcast.planning.simulate import simulate_plan

CHILDREN = {("east", "primary"): 100, ("west", "primary"): 60, ("east", "junior"): 50, ("west", "junior"): 40}


@pytest.fixture(scope="module")
def short():
    """Twenty children of the east without a seat, forty idle seats at Oak, thirty at Ash, every year."""
    return shortfall_of(CHILDREN)


def unplaced(simulation, catchment="east", stage="primary"):
    return simulation.after.expected().sel(catchment=catchment, stage=stage).values[1:].round(3).tolist()


def seats(simulation, school, stage="primary"):
    return simulation.after.allocation.capacity.seats.sel(school=school, stage=stage).values.tolist()


def ranks(simulation, catchment, stage="primary"):
    reach = simulation.after.area.reach
    of = reach[(reach["stage"] == stage) & (reach["catchment"] == catchment)]
    return of.groupby("rank")["school"].agg(sorted).to_dict()


def test_seats_are_lost_during_the_works_and_more_afterwards(short):
    rebuilt = row("r", "rebuild", school="elm", seats=20, lost_seats=30, lead_years=2)

    simulation = simulate_plan(short, table(rebuilt), {"r": 2027})

    assert seats(simulation, "elm") == [80, 50, 50, 100, 100]
    assert unplaced(simulation) == pytest.approx([50, 50, 0, 0], abs=1e-3)


def test_a_new_school_fills_from_its_entry_grade(short):
    new = row("n", "new_school", catchment="east", seats=40, lon=0.0, lat=0.001, ramp_years=2, lead_years=1)

    simulation = simulate_plan(short, table(new), {"n": 2027})

    assert seats(simulation, "n") == [0, 0, 20, 40, 40]
    intake = simulation.after.allocation.capacity.intake.sel(school="n", stage="primary").values
    assert intake[2:].tolist() == [20, 20, 20]
    assert np.isinf(intake[:2]).all()


def test_a_private_school_that_becomes_public_counts_as_one(short):
    taken = row("t", "takeover", school="fir", seats=30, ramp_years=2)
    bought = row("p", "purchase", school="fir", seats=30)

    public, purchased = (
        simulate_plan(short, table(option), {option["option"]: 2027}).after.placement().query("stage == 'primary'")
        for option in (taken, bought)
    )

    assert public["public"].to_list() == public["public_or_purchased"].to_list()
    assert (purchased["public"] < purchased["public_or_purchased"]).sum() > 0


def test_a_bed_is_for_the_children_to_whom_it_is_offered_alone(short):
    beds = row("d", "boarding", school="oak", catchments="east", seats=15)
    home = row("d", "boarding", school="oak", catchments="west", seats=15)

    away, near = (simulate_plan(short, table(option), {"d": 2027}) for option in (beds, home))

    assert unplaced(away) == pytest.approx([5] * 4, abs=1e-3)
    assert unplaced(near) == pytest.approx([20] * 4, abs=1e-3)
    assert ranks(away, "west") == {1: ["oak"]}


def test_catchments_that_share_schools_draw_from_all_of_them(short):
    simulation = simulate_plan(
        short, table(row("s", "pool", catchments="east;west", lead_years=1, life_years=2)), {"s": 2027}
    )

    assert ranks(simulation, "east") == ranks(simulation, "west") == {1: ["elm", "oak"]}
    assert unplaced(simulation)[0] == pytest.approx(20, abs=1e-3)
    assert unplaced(simulation)[1:3] == pytest.approx([0, 0], abs=1e-3)


def test_the_pupils_of_a_merged_school_go_to_the_one_named():
    short = shortfall_of({("east", "primary"): 30, ("west", "primary"): 40, ("east", "junior"): 9})
    merged = row("m", "merge", school="elm", to_school="oak", running_cost=-5, lead_years=1)

    simulation = simulate_plan(short, table(merged), {"m": 2027})

    assert ranks(simulation, "east") == {1: ["elm", "oak"]}
    assert unplaced(simulation) == pytest.approx([0] * 4, abs=1e-3)
    taken = simulation.after.allocation.seated.sel(stage="primary").sum("tier").mean("draw")
    assert taken.sel(school="oak").values[1:].tolist() == pytest.approx([40, 70, 70, 70], abs=1e-3)


def test_a_merger_beyond_the_travel_limit_is_refused(short):
    area = short.area
    far = area.replace(stages=tuple(type(s)(**{**vars(s), "travel_limit": 1000.0}) for s in area.stages))
    demand = short.allocation.demand.replace(area=far)
    from seatcast.seats.allocation import allocate

    near = allocate(demand, short.allocation.capacity).shortfall()

    with pytest.raises(PlanError, match=r"from east it is 1,\d\d\d m to oak; the travel limit of the stage primary"):
        simulate_plan(near, table(row("m", "merge", school="elm", to_school="oak")), {"m": 2027})


def test_a_mothballed_school_opens_again_at_a_cost(short):
    shut = row("b", "mothball", school="oak", running_cost=-7, end_cost=3, life_years=2)

    simulation = simulate_plan(short, table(shut), {"b": 2027})

    assert seats(simulation, "oak") == [100, 0, 0, 100, 100]
    assert simulation.costs["cost"].to_list() == [-7, -7, 3, 0]
    assert unplaced(simulation, "west") == pytest.approx([60, 60, 0, 0], abs=1e-3)


def test_teachers_hired_are_at_the_service_of_other_options_or_fill_rooms(short):
    options = table(
        row("h", "hire", teachers=6, running_cost=60),
        row("k", "hire", teachers=2, running_cost=20, school="elm", seats=12),
        row("x", "extension", school="elm", seats=8, teachers=4),
    )

    simulation = simulate_plan(short, options, {"h": 2027, "k": 2027, "x": 2028})

    assert simulation.costs["teachers"].to_list() == [-6, -2, -2, -2]
    assert unplaced(simulation) == pytest.approx([8, 0, 0, 0], abs=1e-3)


def test_an_option_can_be_ended_with_notice(short):
    lease = row("l", "lease", school="elm", seats=20, running_cost=9, end_cost=2, notice_years=1)

    simulation = simulate_plan(short, table(lease), {"l": 2027}, ends={"l": 2029})

    assert unplaced(simulation) == pytest.approx([0, 0, 20, 20], abs=1e-3)
    assert simulation.costs["cost"].to_list() == [9, 9, 2, 0]
    for ends, said in (
        ({"l": 2027}, "option l: ended in 2027; choose a year from 2028 to 2047."),
        ({"x": 2028}, "x is ended in 2028, but not started."),
    ):
        with pytest.raises(PlanError, match=said):
            simulate_plan(short, table(lease), {"l": 2027}, ends=ends)
    with pytest.raises(PlanError, match="option l: it cannot be ended early"):
        simulate_plan(short, table({**lease, "notice_years": None}), {"l": 2027}, ends={"l": 2029})


def test_what_an_option_cannot_be_is_told_all_at_once(short):
    options = table(
        row("a", "extension", school="elm", seats=9, spread="0.5;0.6", excludes="a"),
        row("b", "extension", school="elm", seats=9, late_chance=1.5, life_years=0),
        row("c", "pool", catchments="east"),
        row("d", "merge", school="elm", to_school="elm"),
        row("e", "rebuild", school="elm", seats=9, lost_seats=90),
        row("f", "extension", school="elm", seats=9, excludes="b", requires="b"),
        row("oak", "boarding", school="elm", seats=9, catchments="west;north"),
    )

    with pytest.raises(PlanError) as told:
        simulate_plan(short, options, dict.fromkeys(options["option"], 2027))

    message = str(told.value)
    for part in (
        "option a: the shares of spread add up to 1.1; they are 0 or more and add up to 1.",
        "option a: excludes names the option itself; leave it out.",
        "option b: late_chance is 1.5; it is a share between 0 and 1.",
        "option b: life_years is 0; it must be at least 1.",
        "option c: one catchment alone shares no school; name two or more, joined by ;.",
        "option d: elm cannot be merged into itself; name another to_school.",
        "option e: 90 seats leave the stage primary of elm, which has 80.",
        "option f: it excludes b and requires it; keep one of the two.",
        "option oak: catchment north is not in the study area; there are east, west.",
    ):
        assert part in message
