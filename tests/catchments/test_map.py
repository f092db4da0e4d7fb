"""Maps are read from any file, and what is wrong with them is named."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.affinity import translate

from seatcast.catchments.checks import check_map
from seatcast.catchments.coordinates import from_wgs84
from seatcast.catchments.faults import MapError
from seatcast.catchments.map import CatchmentMap, read_map
from seatcast.testing import tiled_map


def written(folder, shapes, crs=None, column="zone"):
    features = [
        {
            "type": "Feature",
            "properties": {column: name},
            "geometry": json.loads(shapely.to_geojson(shape)) if shape else None,
        }
        for name, shape in shapes
    ]
    document = {"type": "FeatureCollection", "features": features}
    if crs:
        document["crs"] = {"type": "name", "properties": {"name": crs}}
    file = folder / "zones.geojson"
    file.write_text(json.dumps(document), "utf-8")
    return file


def moved(shape, crs):
    return shapely.transform(shape, lambda points: np.column_stack(from_wgs84(points[:, 0], points[:, 1], crs)))


def kinds(check):
    return [fault.kind for fault in check.faults]


def test_the_area_is_that_of_the_ellipsoid():
    from pyproj import Geod

    cells = tiled_map(2, 2)
    true = [abs(Geod(ellps="WGS84").geometry_area_perimeter(shapely.segmentize(s, 1e-4))[0]) for s in cells.shapes]

    assert cells.square_metres.to_numpy() == pytest.approx(true, rel=1e-6)


@pytest.mark.parametrize("crs", ["GCJ-02", "BD-09", "CGCS2000", "EPSG:4549"])
def test_a_map_of_another_system_is_the_same_map(tmp_path, crs):
    cells = tiled_map(1, 2)
    file = written(tmp_path, [(name, moved(shape, crs)) for name, shape in cells.shapes.items()])

    read = read_map(file, catchment="zone", crs=crs)

    for name, shape in cells.shapes.items():
        assert shapely.hausdorff_distance(read.shapes[name], shape) < 1e-9


def test_the_file_may_name_its_system_itself(tmp_path):
    shape = tiled_map(1, 1).shapes["0-0"]
    file = written(tmp_path, [("a", moved(shape, "EPSG:4549"))], crs="urn:ogc:def:crs:EPSG::4549")

    assert shapely.hausdorff_distance(read_map(file, catchment="zone").shapes["a"], shape) < 1e-9


def test_a_shapefile_and_a_geopackage_are_read_too(tmp_path):
    cells = tiled_map(2, 1)
    table = cells.to_geopandas().reset_index()
    for name in ("zones.gpkg", "zones.shp"):
        table.to_crs("EPSG:4549").to_file(tmp_path / name)
        read = read_map(tmp_path / name, catchment="catchment"[:10])
        assert read.catchments.to_list() == ["0-0", "1-0"]
        assert read.square_metres.to_numpy() == pytest.approx(cells.square_metres.to_numpy(), rel=1e-9)


def test_everything_that_keeps_a_map_from_being_used_is_told_at_once(tmp_path):
    bow = shapely.Polygon([(120, 30), (120.02, 30.01), (120.02, 30), (120, 30.01)])
    square = shapely.box(120.1, 30, 120.2, 30.1)
    line = shapely.LineString([(120, 30), (121, 31)])
    far = shapely.box(500_000, 3_300_000, 501_000, 3_301_000)
    file = written(tmp_path, [("bow", bow), ("a", square), ("a", square), ("line", line), ("far", far), (None, square)])

    with pytest.raises(MapError) as refused:
        read_map(file, catchment="zone")

    said = str(refused.value)
    assert said.startswith("5 faults of the map zones")
    assert "the outline of 'bow' crosses itself; at 120.01000, 30.00500" in said
    assert "'a' occurs more than once; each catchment has one shape" in said
    assert "the shape of 'line' is LineString; a catchment is a Polygon or a MultiPolygon" in said
    assert "'far' begins at 501000, 3.3e+06" in said
    assert "name the coordinate system with `crs`" in said
    assert "a shape has no catchment" in said


def test_a_wrong_column_is_told_with_those_there_are(tmp_path):
    file = written(tmp_path, [("a", shapely.box(0, 0, 1, 1))])

    with pytest.raises(MapError, match="there is no column 'catchment'; the columns are zone"):
        read_map(file, catchment="catchment")


def test_a_sound_map_has_no_fault():
    assert check_map(tiled_map(3, 3)).faults == ()
    assert check_map(tiled_map(3, 3)).summary().sentence == "No fault was found on the map."


def test_an_overlap_is_grave_and_has_place_and_size():
    cells = tiled_map(1, 2)
    shapes = cells.shapes.copy()
    shapes["0-1"] = shapely.box(120.009, 30, 120.02, 30.01)  # a tenth of the other
    (fault,) = check_map(CatchmentMap(shapes)).faults

    assert (fault.kind, fault.catchments, fault.grave) == ("overlap", ("0-0", "0-1"), True)
    assert fault.share == pytest.approx(0.1, rel=1e-3)
    assert fault.square_metres == pytest.approx(0.1 * cells.square_metres["0-0"], rel=1e-3)
    assert 120.009 < fault.lon < 120.01
    assert "a child lives in one catchment; give the ground to one of the two" in str(fault)


def test_a_sliver_of_digitizing_is_no_fault():
    shapes = tiled_map(1, 2).shapes.copy()
    shapes["0-1"] = shapely.box(120.01 - 1e-5, 30, 120.02, 30.01)  # a metre, a thousandth

    assert check_map(CatchmentMap(shapes)).faults == ()
    assert kinds(check_map(CatchmentMap(shapes), sliver=0.0005)) == ["overlap"]


def test_a_gap_names_its_neighbors():
    cells = tiled_map(3, 3)
    hole = cells.shapes.drop("1-1")
    (fault,) = check_map(CatchmentMap(hole)).faults

    assert (fault.kind, fault.grave) == ("gap", False)
    assert fault.square_metres == pytest.approx(cells.square_metres["1-1"], rel=1e-6)
    assert set(fault.catchments) == set(hole.index)


def test_several_parts_are_told():
    shapes = tiled_map(1, 2).shapes.copy()
    shapes["0-1"] = shapely.union(shapes["0-1"], translate(shapes["0-1"], 0.05, 0))

    assert kinds(check_map(CatchmentMap(shapes))) == ["parts"]


def test_schools_elsewhere_and_off_the_map_are_told_with_the_distance():
    schools = pd.DataFrame(
        {"lon": [120.005, 120.015, 120.5, np.nan], "lat": 30.005, "catchment": ["0-0", "0-0", None, "0-0"]},
        ["home", "away", "off", "unknown"],
    )
    away, off = check_map(tiled_map(1, 2), schools=schools).faults

    assert "school away of catchment '0-0' lies in '0-1', 482 m from its own" in str(away)
    assert off.kind == "school off map"
    assert "check its lon and lat, and their coordinate system (`crs`)" in str(off)
