"""A plan beside doing nothing: seats against demand, seats on the map, staff by the norms; reckoned by hand."""

import numpy as np
import pytest

from planning.toy_city import row, shortfall_of, table
from seatcast import charts
from seatcast.core.standards import Standards
from seatcast.language import speaking
from seatcast.planning.simulate import simulate_plan
from seatcast.planning.views import most_changed

CHILDREN = {("east", "primary"): 100, ("west", "primary"): 60, ("east", "junior"): 50, ("west", "junior"): 40}
OPTIONS = table(
    row("x", "extension", school="elm", seats=15, lead_years=1),
    row("n", "new_school", catchment="east", seats=50, lon=0.0, lat=0.001),
    row("c", "close", school="oak"),
    row("p", "purchase", "primary", school="fir", seats=10, life_years=1),
)
NORMS = Standards({"primary": 10.0}, counsellors_per_school=1)


@pytest.fixture(scope="module")
def short():
    return shortfall_of(CHILDREN)


def outline(west):
    ring = [[west, 0.0], [west + 0.01, 0.0], [west + 0.01, 0.01], [west, 0.01], [west, 0.0]]
    return {"type": "Polygon", "coordinates": [ring]}


GEOMETRY = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"catchment": place}, "geometry": outline(west)}
        for place, west in (("east", 0.0), ("west", -0.01))
    ],
}


def test_seats_stand_against_demand_year_by_year(short):
    frame = simulate_plan(short, OPTIONS, {"x": 2028}).seats().set_index(["stage", "year"])

    assert frame.loc["primary", "demand"].to_list() == pytest.approx([160.0] * 4)
    assert frame.loc["primary", "seats_before"].to_list() == [180.0] * 4
    assert frame.loc["primary", "seats_after"].to_list() == [180.0, 180.0, 195.0, 195.0]
    assert frame.loc["junior", "seats_after"].to_list() == [120.0] * 4


def test_seats_that_may_be_late_are_expected_ones():
    late = table(row("x", "extension", school="elm", seats=10, late_chance=0.5))

    frame = simulate_plan(shortfall_of(CHILDREN, draws=20), late, {"x": 2028}).seats().set_index(["stage", "year"])

    assert frame.loc["primary", "seats_after"].to_list() == pytest.approx([180.0, 185.0, 190.0, 190.0])


def test_seats_are_added_where_the_school_lies(short):
    simulation = simulate_plan(short, OPTIONS, {"x": 2027, "n": 2027, "c": 2029, "p": 2028})

    added = simulation.added().set_index(["school", "year"])

    assert added.loc["elm", "seats"].to_dict() == {2028: 15, 2029: 15, 2030: 15}
    assert added.loc["n", "catchment"].unique().tolist() == ["east"]
    assert added.loc["oak", "seats"].to_dict() == {2029: -100, 2030: -100}
    assert added.loc["fir", "seats"].to_dict() == {2028: 10}
    assert set(added["stage"]) == {"primary"}


def test_the_pictures_show_both_states_of_every_stage_that_is_taught(short):
    simulation = simulate_plan(short, OPTIONS, {"x": 2027, "n": 2027, "c": 2029})

    both, one = simulation.plot_seats(), simulation.plot_seats(stage="junior")
    (map_,) = simulation.plot_map(GEOMETRY, year=2030)

    assert [ax.get_title(loc="left") for ax in both] == ["primary", "junior"]
    assert [ax.get_title(loc="left") for ax in one] == ["junior"]
    for ax in both:
        assert {"seats with the plan", "seats without the plan"} <= {line.get_label() for line in ax.lines}
    steps = {line.get_label(): list(line.get_ydata()) for line in both[0].lines}
    assert steps["seats with the plan"] == [230, 245, 145, 145]
    assert steps["seats without the plan"] == [180, 180, 180, 180]
    assert {text.get_text() for text in map_.texts} >= {"+65", "-100"}
    with speaking("zh"):
        assert simulation.plot_seats()[0].get_title(loc="left") == "小学"
        charts.png(simulation.plot_map(GEOMETRY)[0].get_figure())


def test_the_map_shows_the_year_that_changes_most_also_where_seats_are_taken_away(short):
    assert most_changed(simulate_plan(short, OPTIONS, {"c": 2029})) == 2029
    assert most_changed(simulate_plan(short, OPTIONS, {})) == 2027


def test_seats_of_a_stage_that_is_not_taught_are_refused(short):
    with pytest.raises(ValueError, match="senior is not a stage that is taught; there are primary and junior"):
        simulate_plan(short, OPTIONS, {}).plot_seats(stage="senior")


def test_a_plan_that_adds_nothing_has_a_map_all_the_same(short):
    (map_,) = simulate_plan(short, OPTIONS, {}).plot_map(GEOMETRY)

    assert map_.get_title(loc="left") == "all stages"


def test_staff_follow_the_pupils_and_the_schools(short):
    """Primary pupils seated: 80 and 60 before, 15 more with the wing, and all with the new school."""
    staff = simulate_plan(short, OPTIONS, {"x": 2027, "n": 2030}).staff(NORMS).set_index(["role", "year"])

    posts, counsellors = staff.loc["posts"], staff.loc["counsellors"]
    assert set(posts["stage"]) == {"primary"}
    assert posts["before"].to_list() == pytest.approx([14.0] * 4, abs=1e-3)
    assert posts["after"].to_list() == pytest.approx([14.0, 15.5, 15.5, 16.0], abs=1e-3)
    assert counsellors["before"].to_list() == [3.0] * 4
    assert counsellors["after"].to_list() == [3.0, 3.0, 3.0, 4.0]


def test_without_norms_no_staff_are_reckoned(short):
    simulation = simulate_plan(short, OPTIONS, {})

    with pytest.raises(ValueError, match="names no norm for staff; give standards"):
        simulation.staff()
    no_counsellors = simulation.staff(Standards({"primary": 10.0}))
    assert set(no_counsellors["role"]) == {"posts"}
    assert np.isfinite(no_counsellors[["before", "after"]]).all(axis=None)
