"""Who may attend where, from the table or from where things lie."""

from __future__ import annotations

import pytest

from seatcast.catchments.coordinates import from_wgs84
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


def test_points_and_shapes_of_another_system_lie_where_they_lie(small):
    plain = read_inputs(small.write())
    for feature in small.shapes["features"]:
        ring = feature["geometry"]["coordinates"][0]
        ring[:] = [[float(value) for value in from_wgs84(x, y, "GCJ-02")] for x, y in ring]
    for row in (2, 3, 4):
        point = float(small.get("schools", row, "lon")), float(small.get("schools", row, "lat"))
        for axis, value in zip(("lon", "lat"), from_wgs84(*point, "BD-09"), strict=True):
            small.set("schools", row, axis, repr(float(value)))
    small.toml += '[tables.geometry]\nfile = "catchments.geojson"\ncrs = "GCJ-02"\n[tables.schools]\ncrs = "BD-09"\n'

    moved = read_inputs(small.write())

    assert moved.area.schools[["lon", "lat"]].to_numpy() == pytest.approx(plain.area.schools[["lon", "lat"]].to_numpy())
    assert moved.area.catchments["lon"].to_numpy() == pytest.approx(plain.area.catchments["lon"].to_numpy(), abs=1e-6)
    assert moved.check_map().faults == plain.check_map().faults == ()


def test_a_geojson_may_name_its_system_itself(small):
    plain = read_inputs(small.write()).map.square_metres
    for feature in small.shapes["features"]:
        ring = feature["geometry"]["coordinates"][0]
        ring[:] = [[float(value) for value in from_wgs84(x, y, "EPSG:4549")] for x, y in ring]
    small.shapes["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}

    assert read_inputs(small.write()).map.square_metres.to_numpy() == pytest.approx(plain.to_numpy())


def test_schools_outside_their_catchment_are_told_not_refused(small):
    small.set("schools", 2, "lon", "120.012")

    (fault,) = read_inputs(small.write()).check_map().faults

    assert "school S1 of catchment '007' lies in '012'" in str(fault)


def test_the_command_line_tells_what_to_look_at_on_the_map(small):
    from typer.testing import CliRunner

    from seatcast.cli import app

    small.set("schools", 2, "lon", "120.012")

    told = CliRunner().invoke(app, ["check", str(small.write())], env={"COLUMNS": "400"})

    assert told.exit_code == 0
    assert "To look at on the map: school S1 of catchment '007' lies in '012'" in told.output


def test_leavers_bring_their_catchments_to_the_junior_school(small):
    small.tables["serves"] = [row for row in small.tables["serves"] if row[2] != "junior"]
    small.add_column("schools", "feeds", "")
    small.set("schools", 2, "feeds", "S2")

    reach = read_inputs(small.write()).area.reach

    assert reach.loc[reach["stage"] == "junior", ["catchment", "school"]].to_numpy().tolist() == [["007", "S2"]]
