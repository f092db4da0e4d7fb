"""Seven maps of Baltimore's elementary zones: read, checked, and counts carried between every two of them."""

from __future__ import annotations

import json
from itertools import product

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from seatcast.catchments.carry import carry
from seatcast.catchments.checks import check_map
from seatcast.catchments.faults import MapError
from seatcast.catchments.map import read_map
from seatcast.catchments.overlay import SmallAreas

# The column of the zone in each file, its number of zones by SOURCE.md.
VINTAGES = {
    "SY1415": ("ES_NO", 108),
    "SY1617": ("ES_NO", 105),
    "SY1819": ("Prog_No", 100),
    "SY2021": ("zone_number", 96),
    "SY2122": ("zone_number", 92),
    "SY2223": ("zone_number", 92),
    "SY2324": ("zone_number", 90),
}
DRAWS = 4


@pytest.fixture(scope="module")
def city(shared):
    return shared / "baltimore-city"


@pytest.fixture(scope="module")
def maps(city):
    return {
        year: read_map(city / f"es_zones_{year}.geojson", catchment=column, name=year)
        for year, (column, _n) in VINTAGES.items()
    }


@pytest.fixture(scope="module")
def tracts(city):
    """The 2020 census: people of each tract, of the parts that council districts cut it into."""
    crosswalk = pd.read_csv(city / "baltimore_census_xwalk.csv", dtype={"GEOID": str})
    parts = crosswalk[crosswalk["geography"] == "council district 2010"]
    return SmallAreas(read_map(city / "tracts_2020.geojson", catchment="geoid"), parts.groupby("GEOID")["POP20"].sum())


def pupils(some_map, seed=7):
    rng = np.random.default_rng(seed)
    values = rng.gamma(2.0, 150.0, (len(some_map.catchments), DRAWS)).astype(np.float32)
    return xr.DataArray(values, {"catchment": some_map.catchments.to_list()}, ("catchment", "draw"))


def assert_kept(counts, carried):
    total = counts.astype(float).sum("catchment")
    assert float((abs(carried.total - total) / total).max()) < 1e-9
    assert float(carried.counts.min()) >= 0


@pytest.mark.parametrize("year", VINTAGES)
def test_every_map_is_read_and_covers_the_city(maps, year):
    assert len(maps[year].catchments) == VINTAGES[year][1]
    assert maps[year].square_metres.sum() / 1e6 == pytest.approx(238.1, abs=0.06)  # SOURCE.md


@pytest.mark.parametrize("year", VINTAGES)
def test_the_area_of_each_zone_is_that_of_the_unsimplified_polygon(maps, city, year):
    features = json.loads((city / f"es_zones_{year}.geojson").read_text("utf-8"))["features"]
    stated = {str(int(f["properties"][VINTAGES[year][0]])): f["properties"]["area_km2"] for f in features}

    assert (maps[year].square_metres / 1e6).to_numpy() == pytest.approx(
        pd.Series(stated).reindex(maps[year].catchments).to_numpy(), rel=0.001, abs=0.0002
    )


@pytest.mark.parametrize("year", VINTAGES)
def test_slivers_of_simplifying_are_no_faults_and_one_gap_is_named(maps, year):
    faults = check_map(maps[year]).faults

    assert [fault.kind for fault in faults] == ([] if year == "SY1415" else ["gap"])
    assert all(1200 < fault.square_metres < 1300 for fault in faults)


def test_90_of_92_school_points_lie_in_their_own_zone(maps, city):
    points = pd.read_csv(city / "school_points_SY2122.csv").drop_duplicates("program_number")
    zones = json.loads((city / "es_zones_SY2122.geojson").read_text("utf-8"))["features"]
    home = {f["properties"]["program_number"]: str(f["properties"]["zone_number"]) for f in zones}
    schools = points.assign(catchment=points["program_number"].map(home)).dropna(subset=["catchment"])
    assert len(schools) == 92

    found = check_map(maps["SY2122"], schools=schools.set_index("program_number")).faults
    elsewhere = [fault for fault in found if fault.kind == "school elsewhere"]

    assert [fault.catchments for fault in elsewhere] == [("44",), ("142",)]
    assert all("m from its own" in fault.found for fault in elsewhere)


@pytest.mark.parametrize(("one", "other"), list(product(VINTAGES, VINTAGES)))
def test_every_carried_count_keeps_its_total(maps, one, other):
    counts = pupils(maps[one])

    carried = carry(counts, maps[one], maps[other], outside="apart")

    assert_kept(counts, carried)
    if one == other:
        assert np.array_equal(carried.counts, counts)


@pytest.mark.slow
@pytest.mark.parametrize(("one", "other"), list(product(VINTAGES, VINTAGES)))
def test_every_count_carried_by_population_keeps_its_total(maps, tracts, one, other):
    counts = pupils(maps[one])

    assert_kept(counts, carry(counts, maps[one], maps[other], weights=tracts, outside="apart"))


def test_counts_carried_by_population_keep_their_total_and_go_where_people_live(maps, tracts):
    counts = pupils(maps["SY1415"])

    by_people = carry(counts, maps["SY1415"], maps["SY2324"], weights=tracts, outside="apart")
    by_ground = carry(counts, maps["SY1415"], maps["SY2324"], outside="apart")

    assert_kept(counts, by_people)
    assert by_people.by_area == ()
    assert 0.001 < float(abs(by_people.counts - by_ground.counts).sum() / counts.sum()) < 0.1


def test_people_carried_from_tracts_to_zones_are_all_there(maps, tracts):
    people = tracts.people.rename_axis("catchment").to_xarray()

    carried = carry(people, tracts.map, maps["SY2122"], outside="apart")

    assert float(carried.total) == pytest.approx(585_708)  # Baltimore City, 2020 census
    assert float(carried.outside.sum()) / 585_708 < 0.002


def test_the_ground_that_the_map_of_2022_lacks_is_named(maps):
    with pytest.raises(MapError, match=r"1\.3% of '241' on the map SY2122 lie where this map has no catchment"):
        carry(pupils(maps["SY2122"]), maps["SY2122"], maps["SY2223"])
