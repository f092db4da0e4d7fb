"""Who may attend where: by table, by ways given or estimated, by feeders."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seatcast.catchments.reach import feeder_links, reach_by_feeders, reach_from_points, reach_from_serves, zones
from seatcast.catchments.travel import DETOUR, straight_metres, ways
from seatcast.core.study_area import Stage

STAGES = (
    Stage("primary", "primary", (1, 2), 6, 45, travel_limit=1500),
    Stage("junior", "junior", (3,), 8, 50, travel_limit=1500),
)
CATCHMENTS = pd.DataFrame({"lon": [120.0, 120.01, 120.05], "lat": 30.0}, pd.Index(["a", "b", "c"], name="catchment"))
SCHOOLS = pd.DataFrame(
    {
        "lon": [120.0, 120.01, 120.05, 120.0],
        "lat": 30.0,
        "sector": "public",
        "stages": [("primary",), ("primary",), ("primary",), ("junior",)],
        "catchment": ["a", "b", "c", "a"],
    },
    pd.Index(["elm", "oak", "ash", "first"], name="school"),
)


def served(reach, stage="primary"):
    return [tuple(row) for row in reach.loc[reach["stage"] == stage, ["catchment", "school", "rank"]].to_numpy()]


def test_the_way_is_the_geodesic_times_the_detour_where_none_is_given():
    pairs = pd.DataFrame({"catchment": ["a", "a"], "school": ["oak", "ash"], "metres": [np.nan, 7000.0]})

    way = ways(pairs, CATCHMENTS, SCHOOLS)

    assert way["metres"].to_list() == [pytest.approx(DETOUR * float(straight_metres(120, 30, 120.01, 30))), 7000.0]
    assert way["minutes"].isna().all()


def test_without_a_table_the_own_school_comes_first_then_those_in_the_service_radius():
    assert served(reach_from_points(STAGES, CATCHMENTS, SCHOOLS)) == [
        ("a", "elm", 1),
        ("a", "oak", 2),
        ("b", "oak", 1),
        ("b", "elm", 2),
        ("c", "ash", 1),
    ]


def test_a_table_of_ways_without_ranks_is_ranked_by_minutes_from_home_to_school():
    stages = tuple(Stage(s.stage, s.name, s.grades, s.entry_age, s.class_size, travel_minutes=20) for s in STAGES)
    there = pd.DataFrame(
        [("a", "elm", 10), ("a", "oak", 5), ("a", "ash", 25), ("b", "elm", 30), ("b", "oak", 8)],
        columns=["catchment", "school", "minutes"],
    ).assign(stage="primary")

    reach = reach_from_serves(there, CATCHMENTS, SCHOOLS.assign(catchment=["a", "b", "c", "a"]), stages)

    # The way from b to elm takes 30 minutes although the way back takes 10 and the metres are few.
    assert served(reach) == [("a", "elm", 1), ("a", "oak", 2), ("b", "oak", 1)]


def test_leavers_take_their_catchments_along_to_the_next_stage():
    serves = pd.DataFrame(
        [("a", "elm", 1), ("b", "oak", 1), ("b", "elm", 2), ("c", "ash", 1)], columns=["catchment", "school", "rank"]
    ).assign(stage="primary")
    feeds = SCHOOLS.assign(feeds=[("first",), ("first",), (), ()])

    reach = reach_from_serves(serves, CATCHMENTS, feeds, STAGES)

    assert served(reach, "junior") == [("a", "first", 1), ("b", "first", 1)]
    assert feeder_links(reach, "primary", "junior").to_dict("list") == {
        "school": ["elm", "oak"],
        "to": ["first", "first"],
        "catchments": [1, 1],
        "share": [1.0, 1.0],
    }


def test_a_stage_that_the_table_speaks_of_is_not_changed_by_feeders():
    serves = pd.DataFrame(
        [("a", "elm", "primary", 1), ("c", "first", "junior", 1)], columns=["catchment", "school", "stage", "rank"]
    )
    feeds = pd.DataFrame({"school": ["elm"], "to": ["first"], "stage": ["junior"], "place": [1]})

    assert reach_by_feeders(serves, feeds, STAGES).empty


def test_a_zone_is_single_ranked_or_drawn_by_lot():
    reach = pd.DataFrame(
        [("a", "elm", 1), ("b", "elm", 1), ("b", "oak", 2), ("c", "elm", 1), ("c", "oak", 1)],
        columns=["catchment", "school", "rank"],
    ).assign(stage="primary")

    assert zones(reach).set_index("catchment")["kind"].to_dict() == {"a": "single", "b": "ranked", "c": "lot"}
