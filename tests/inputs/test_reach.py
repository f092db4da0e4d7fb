"""Who may attend where, from the table or from where things lie."""

from __future__ import annotations

import pytest

from seatcast.catchments.travel import DETOUR, straight_metres
from seatcast.inputs.read import read_inputs


def test_without_the_table_the_own_school_comes_first_then_those_within_the_travel_limit(small):
    del small.tables["serves"]
    small.toml = small.toml.replace("travel_limit = 3000", "travel_limit = 100")

    reach = read_inputs(small.write()).area.reach

    assert reach[["catchment", "stage", "school", "rank"]].to_numpy().tolist() == [
        ["007", "primary", "S1", 1],
        ["007", "primary", "S2", 2],
        ["012", "junior", "S2", 1],
        ["012", "primary", "S2", 1],
        ["012", "primary", "S1", 2],
    ]


def test_ways_are_the_straight_line_times_the_detour_where_the_table_has_none(small):
    small.set("serves", 3, "metres", "")

    reach = read_inputs(small.write()).area.reach.set_index(["catchment", "stage", "school"])["metres"]

    straight = float(straight_metres(120.005, 30.005, 120.015, 30.005))
    assert reach["007", "primary", "S2"] == pytest.approx(DETOUR * straight)
    assert reach["007", "primary", "S1"] == 300


def test_private_schools_are_never_in_reach(small):
    del small.tables["serves"]

    assert "P1" not in set(read_inputs(small.write()).area.reach["school"])
