"""Whatever a map is drawn in becomes WGS84, and comes back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatcast.catchments.coordinates import CoordinateError, Plane, coordinate_system, from_wgs84, to_wgs84
from seatcast.catchments.travel import straight_metres

MICROMETRE = 1e-6 / 111_000  # a millionth of a metre, in degrees

# The test vectors of googollee/eviltransform (github): Shanghai, Shenzhen, Beijing; lat, lon in WGS84, then in GCJ-02.
PUBLISHED = [
    (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
    (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
    (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
]
CHINA = (st.floats(75, 134), st.floats(18, 53))


@pytest.mark.parametrize(("lat", "lon", "gcj_lat", "gcj_lon"), PUBLISHED)
def test_gcj02_agrees_with_the_published_vectors_to_a_centimetre(lat, lon, gcj_lat, gcj_lon):
    x, y = from_wgs84(lon, lat, "GCJ-02")

    assert float(straight_metres(x, y, gcj_lon, gcj_lat)) < 0.01


def test_the_example_of_wandergis_coordtransform_comes_out():
    # README of wandergis/coordtransform (github): wgs84togcj02 and gcj02tobd09 of 116.404, 39.915.
    to_baidu = from_wgs84(*to_wgs84(116.404, 39.915, "GCJ-02"), "BD-09")

    assert from_wgs84(116.404, 39.915, "GCJ-02") == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-11)
    assert to_baidu == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-11)


@pytest.mark.parametrize("crs", ["GCJ-02", "BD-09", "CGCS2000", "EPSG:4549", "EPSG:4547"])
@settings(max_examples=40)
@given(lon=CHINA[0], lat=CHINA[1])
def test_there_and_back_is_the_same_point_to_a_millionth_of_a_metre(crs, lon, lat):
    if crs.startswith("EPSG"):  # a zone of Gauss and Krueger serves the degrees around its meridian
        lon = {"EPSG:4549": 120.0, "EPSG:4547": 114.0}[crs] + (lon - 104.5) / 20

    back = to_wgs84(*from_wgs84(lon, lat, crs), crs)

    assert np.abs(np.array(back) - (lon, lat)).max() < MICROMETRE


@settings(max_examples=40)
@given(lon=CHINA[0], lat=CHINA[1])
def test_gcj02_moves_a_point_of_china_by_some_hundred_metres(lon, lat):
    moved = float(straight_metres(lon, lat, *from_wgs84(lon, lat, "GCJ-02")))

    assert 10 < moved < 1500


@pytest.mark.parametrize("crs", ["GCJ-02", "BD-09"])
@pytest.mark.parametrize("point", [(-76.6, 39.3), (2.35, 48.85), (150.0, -33.9)])
def test_outside_china_nothing_moves(crs, point):
    assert to_wgs84(*point, crs) == point
    assert from_wgs84(*point, crs) == point


def test_gauss_krueger_agrees_with_its_definition_on_the_central_meridian():
    # GB/T 18314: the central meridian has easting 500,000 m; the northing is the arc of the meridian on the ellipsoid.
    x, y = from_wgs84(120.0, 30.0, "EPSG:4549")

    assert float(x) == pytest.approx(500_000, abs=1e-3)
    assert float(y) == pytest.approx(float(straight_metres(120, 0, 120, 30)), abs=0.01)


def test_an_unknown_point_stays_unknown_beside_known_ones():
    for crs in ("GCJ-02", "BD-09", "EPSG:4549"):
        lon, lat = to_wgs84(*from_wgs84([np.nan, 120.0], [30.0, 30.0], crs), crs)
        assert np.isnan(lon[0])
        assert (lon[1], lat[1]) == pytest.approx((120.0, 30.0))


@pytest.mark.parametrize("name", ["gcj02", "GCJ-02", "gcj_02", "Gcj02"])
def test_a_system_goes_by_any_of_its_spellings(name):
    assert coordinate_system(name) == "GCJ-02"


def test_an_unknown_system_is_refused_with_those_that_are_known():
    with pytest.raises(CoordinateError, match=r"'Mars' is not known; write WGS84, CGCS2000, GCJ-02, BD-09 or an EPSG"):
        to_wgs84(1, 2, "Mars")


@settings(max_examples=40)
@given(lon=st.floats(-0.3, 0.3), lat=st.floats(-0.3, 0.3))
def test_a_plane_gives_back_the_point_and_keeps_lengths_near_its_centre(lon, lat):
    plane = Plane(116.4, 39.9)
    x, y = plane.lay(116.4 + lon, 39.9 + lat)

    assert plane.lift(x, y) == (pytest.approx(116.4 + lon, abs=1e-7), pytest.approx(39.9 + lat, abs=1e-7))
    assert np.hypot(x, y) == pytest.approx(
        float(straight_metres(116.4, 39.9, 116.4 + lon, 39.9 + lat)), rel=1e-5, abs=1e-3
    )
