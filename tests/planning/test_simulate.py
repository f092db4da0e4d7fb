import numpy as np
import pandas as pd
import pytest

from planning.toy_city import row, shortfall_of, table
from seatcast.core.study_area import Status
from seatcast.language import speaking
from seatcast.planning.option import PlanError
from seatcast.planning.simulate import simulate_plan
from seatcast.seats.allocation import allocate

CHILDREN = {("east", "primary"): 100, ("west", "primary"): 60, ("east", "junior"): 50, ("west", "junior"): 40}


@pytest.fixture(scope="module")
def short():
    """Twenty children of the east without a seat, forty idle seats at Oak, thirty at Ash, every year."""
    return shortfall_of(CHILDREN)


def unplaced(simulation, catchment="east", stage="primary"):
    return simulation.after.expected().sel(catchment=catchment, stage=stage).values[1:].round(3).tolist()


def test_without_a_start_nothing_changes(short):
    options = table(row("x", "extension", school="elm", seats=30, cost=9))

    simulation = simulate_plan(short, options, {})

    assert (simulation.after.seats == short.seats).all()
    assert simulation.to_frame()["cost"].sum() == 0
    assert "No option is started" in simulation.summary().sentence


def test_money_and_teachers_by_hand(short):
    options = table(
        row("x", "extension", school="elm", seats=15, cost=100, running_cost=5, lead_years=1, teachers=2),
        row("y", "squeeze", school="elm", seats=5, cost=10, running_cost=1, life_years=1, teachers=1),
    )

    simulation = simulate_plan(short, options, {"x": 2027, "y": 2028})

    costs = simulation.costs
    assert costs["cost"].to_list() == [100, 5 + 10 + 1, 5, 5]
    assert costs["teachers"].to_list() == [0, 3, 2, 2]
    assert costs["discounted"].to_numpy() == pytest.approx([100 / 1.1, 16 / 1.1**2, 5 / 1.1**3, 5 / 1.1**4])
    assert unplaced(simulation) == pytest.approx([20, 0, 5, 5], abs=1e-3)
    assert simulation.cost_per_child_year == pytest.approx(126 / 50, rel=1e-4)


def test_a_new_school_leads_its_own_catchment_and_is_offered_to_those_near(short):
    new = row("n", "new_school", catchment="east", seats=50, lon=0.0, lat=0.001, lead_years=2)

    simulation = simulate_plan(short, table(new), {"n": 2027})

    reach = simulation.after.area.reach.query("stage == 'primary'").sort_values(["catchment", "rank"])
    assert reach.groupby("catchment")["school"].agg(list).to_dict() == {"east": ["n", "elm"], "west": ["oak", "n"]}
    assert simulation.after.area.schools["catchment"]["n"] == "east"
    assert unplaced(simulation) == pytest.approx([20, 20, 0, 0], abs=1e-3)


def test_a_school_out_of_the_travel_limit_serves_its_own_catchment_alone(short):
    new = row("n", "new_school", catchment="east", seats=50, lon=-0.01, lat=0.0)

    reach = simulate_plan(short, table(new), {"n": 2027}).after.area.reach

    assert reach.loc[reach["school"] == "n", "catchment"].to_list() == ["east"]


def test_a_private_school_takes_part_with_the_bought_seats_only(short):
    bought = row("p", "purchase", school="fir", seats=8, running_cost=2, life_years=2)

    simulation = simulate_plan(short, table(bought), {"p": 2028})

    seats = simulation.after.allocation.capacity.seats.sel(school="fir", stage="primary")
    assert seats.values.tolist() == [0, 0, 8, 8, 0]
    assert "fir" in simulation.after.area.reach.query("catchment == 'east'")["school"].to_list()


def test_a_boundary_change_opens_a_school_in_its_years_alone(short):
    change = row("b", "boundary", catchment="east", school="oak", lead_years=1)

    assert unplaced(simulate_plan(short, table(change), {"b": 2027})) == pytest.approx([20, 0, 0, 0], abs=1e-3)


def test_pupils_of_a_closed_school_look_elsewhere(short):
    shut = row("c", "close", school="oak", running_cost=-7, lead_years=1)
    options = table(shut, row("b", "boundary", catchment="west", school="elm"))

    simulation = simulate_plan(short, options, {"b": 2027, "c": 2027})

    assert simulation.after.expected().sel(stage="primary").sum("catchment").values[1:] == pytest.approx(
        [20, 80, 80, 80]
    )
    assert simulation.costs["cost"].to_list() == [0, -7, -7, -7]


def test_seats_pass_from_stage_to_stage():
    short = shortfall_of({**CHILDREN, ("west", "junior"): 100})
    options = table(row("v", "convert", "junior", school="ash", from_stage="primary", seats=20))
    with pytest.raises(PlanError, match="18 seats leave the stage primary of ash, which has 0"):
        simulate_plan(short, options, {"v": 2027})

    nine = table(row("v", "nine_year", "junior", school="oak", from_stage="primary", seats=30))
    simulation = simulate_plan(short, nine, {"v": 2027})

    assert simulation.after.seats.sel(stage="junior").sum("catchment").values[1:].max() == 0
    assert simulation.idle().query("stage == 'primary'")["after"].to_list() == pytest.approx([13] * 4)

    stated = table(row("v", "nine_year", "junior", school="oak", from_stage="primary", seats=30, from_seats=30))
    assert simulate_plan(short, stated, {"v": 2027}).idle().query("stage == 'primary'")["after"].max() == 10


def test_entry_seats_of_an_intake_plan_grow_by_the_seats_per_grade():
    short = shortfall_of(CHILDREN, intake=40)

    simulation = simulate_plan(short, table(row("x", "extension", school="elm", seats=20)), {"x": 2027})

    intake = simulation.after.allocation.capacity.intake.sel(school="elm", stage="primary")
    assert intake.values.tolist() == [40, 50, 50, 50, 50]


def test_all_problems_of_a_plan_are_told_at_once(short):
    options = table(
        row("a", "extension", school="elm", seats=9, excludes="b"),
        row("b", "extension", school="fir", seats=9),
        row("c", "purchase", school="elm", seats=9, requires="d"),
        row("d", "close", school="yew"),
        row("e", "bus", catchment="north", school="oak", seats=9),
    )

    with pytest.raises(PlanError) as told:
        simulate_plan(short, options, {"a": 2026, "b": 2027, "c": 2027, "d": 2028, "e": 2027, "z": 2027})

    message = str(told.value)
    for part in (
        "z is not an option; there are a, b, c, d, e.",
        "option a starts in 2026; choose a year from 2027 to 2030.",
        "option a excludes b; start one of them only.",
        "option c requires d; start d in 2027 or before, too.",
        'option b: fir is private; its seats are bought (kind "purchase"), or the school is made public',
        "option c: elm is public; seats are bought in private schools, which alone can be made public.",
        "option d: school yew is not in the study area; there are elm, oak, ash, fir.",
        "option e: catchment north is not in the study area; there are east, west.",
    ):
        assert part in message


def test_what_remains_is_told_by_status_and_adds_up(short):
    simulation = simulate_plan(short, table(row("x", "extension", school="elm", seats=5)), {"x": 2027})

    wide = simulation.remaining().pivot_table(index=["year", "stage"], columns="status", values="after", sort=False)
    assert np.allclose(wide["all"], wide["local"] + wide["migrant"])
    assert wide.loc[(2028, "primary"), "migrant"] > wide.loc[(2028, "primary"), "local"]
    assert isinstance(simulation.starts, pd.Series)


def test_where_no_statuses_are_told_apart_children_are_counted_once(short):
    demand = short.allocation.demand
    area = demand.area.replace(
        statuses=(Status("all", "all children"),),
        tiers=pd.DataFrame({"tier": ["1 all"], "order": [1], "status": ["all"], "share": 1.0, "name": ["all"]}),
    )
    pupils = demand.pupils.isel(tier=[0]).assign_coords(tier=["1 all"], status=("tier", ["all"]))
    alike = allocate(demand.replace(area=area, pupils=pupils * 2), short.allocation.capacity).shortfall()

    simulation = simulate_plan(alike, table(row("x", "extension", school="elm", seats=5)), {})

    assert not simulation.remaining().duplicated(["year", "stage"]).any()
    expected = alike.seats.sel(year=simulation.years).sum("catchment").mean("draw").sum()
    assert simulation.to_frame()["unplaced_before"].sum() == pytest.approx(float(expected))


def test_the_sentences_in_both_languages(short):
    options = table(row("x", "extension", school="elm", seats=15, cost=100), row("y", "squeeze", school="elm", seats=5))
    one, two = simulate_plan(short, options, {"x": 2027}), simulate_plan(short, options, {"x": 2027, "y": 2027})

    assert one.summary().sentence.startswith("1 option is started for 100 pounds in 2027-2030 (91 pounds discounted).")
    assert "without a public seat go from 80 to 20" in one.summary().sentence
    assert two.summary().sentence.startswith("2 options are started")
    with speaking("zh"):
        assert "镑" in one.summary().sentence
        assert not any(word in one.summary().sentence for word in ("option", "seat", "started"))


def test_a_bus_takes_no_more_children_than_it_has_places(short):
    bus = row("b", "bus", catchment="east", school="oak", seats=15, life_years=2)

    assert unplaced(simulate_plan(short, table(bus), {"b": 2027}))[:2] == pytest.approx([5, 5], abs=1e-3)
