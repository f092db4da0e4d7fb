"""The bundled bureau is what its script makes, and behaves like the districts it is modeled on."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
import shapely

FOLDER = Path(__file__).parents[2] / "data" / "qingting"
TABLES = (
    "catchments",
    "schools",
    "seats",
    "enrollment",
    "children",
    "births",
    "migration",
    "serves",
    "tiers",
    "options",
    "budget",
)
CELL = ["catchment", "age", "status"]
# Live births of China, 10,000 (National Bureau of Statistics, as first published), September to August.
NATIONAL = {2014: 1671.3, 2017: 1744.0, 2020: 1289.7, 2023: 920.0, 2025: 846.0}


@pytest.fixture(scope="module")
def tables():
    return {name: pd.read_csv(FOLDER / f"{name}.csv") for name in TABLES}


@pytest.fixture(scope="module")
def tiles():
    features = json.loads((FOLDER / "catchments.geojson").read_text(encoding="utf-8"))["features"]
    return {f["properties"]["catchment"]: shapely.geometry.shape(f["geometry"]) for f in features}


@pytest.fixture(scope="module")
def rolls(tables):
    placed = (
        tables["enrollment"]
        .merge(tables["schools"], on="school")
        .merge(tables["catchments"][["catchment", "district"]], on="catchment")
    )
    return placed.assign(stage=placed["grade"].map(lambda g: "primary" if g < 7 else "junior"))


def public_seats(tables, year):
    seats = (
        tables["seats"]
        .merge(tables["schools"], on="school")
        .merge(tables["catchments"][["catchment", "district"]], on="catchment")
    )
    seats = seats[(seats["sector"] == "public") & (seats["year"] == year)]
    return seats.assign(places=seats["classes"] * seats["class_size"])


def test_the_script_makes_the_committed_files_byte_for_byte(tmp_path):
    command = [sys.executable, "-B", str(FOLDER / "make.py"), str(tmp_path)]
    subprocess.run(command, check=True)

    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted([*(f"{name}.csv" for name in TABLES), "catchments.geojson"])
    assert [name for name in made if (tmp_path / name).read_bytes() != (FOLDER / name).read_bytes()] == []


def test_the_folder_is_small_enough_for_the_wheel():
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) < 3_000_000


def test_the_bureau_names_every_table_and_says_that_it_is_invented():
    bureau = tomllib.loads((FOLDER / "bureau.toml").read_text(encoding="utf-8"))

    assert bureau["bureau"]["invented"] is True
    assert {name: entry["file"] for name, entry in bureau["tables"].items()} == {n: f"{n}.csv" for n in TABLES}


def test_every_number_is_a_whole_count(tables):
    for name, column in {
        "children": "children",
        "births": "births",
        "enrollment": "pupils",
        "seats": "classes",
        "migration": "arrivals",
    }.items():
        assert tables[name][column].dtype == "int64", name
        assert (tables[name][column] >= 0).all(), name


def test_keys_are_unique_and_rows_complete(tables):
    assert not tables["children"].duplicated(["year", *CELL]).any()
    assert len(tables["children"]) == 13 * 36 * 18 * 2
    assert len(tables["migration"]) == 12 * 36 * 18 * 2
    assert not tables["enrollment"].duplicated(["year", "school", "grade", "status"]).any()
    assert not tables["seats"].duplicated(["year", "school", "stage"]).any()
    assert len(tables["schools"]) == 60


def test_the_catchments_tile_the_map(tiles, tables):
    whole = shapely.union_all(list(tiles.values()))

    assert all(tile.is_valid for tile in tiles.values())
    assert whole.area == pytest.approx(sum(tile.area for tile in tiles.values()), rel=1e-9)
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 0
    for row in tables["catchments"].itertuples():
        assert tiles[row.catchment].contains(shapely.Point(row.lon, row.lat))


def test_neighbors_share_the_vertices_of_their_border(tiles):
    sides = Counter()
    for tile in tiles.values():
        ring = list(tile.exterior.coords)
        sides.update(frozenset(side) for side in pairwise(ring))
    outline = shapely.union_all(list(tiles.values())).exterior

    assert set(sides.values()) == {1, 2}
    alone = sum(shapely.LineString(list(side)).length for side, times in sides.items() if times == 1)
    assert alone == pytest.approx(outline.length, rel=1e-9)


def test_every_school_stands_in_its_catchment(tiles, tables):
    for row in tables["schools"].itertuples():
        assert tiles[row.catchment].contains(shapely.Point(row.lon, row.lat)), row.school


def test_from_age_six_the_recorded_stock_follows_the_moves(tables):
    stock = tables["children"].set_index(["year", *CELL])["children"].unstack("year")
    flows = tables["migration"].set_index(["year", *CELL])
    net = (flows["arrivals"] - flows["departures"]).unstack("year")
    for year in range(2015, 2027):
        before = stock[year - 1].rename(lambda age: age + 1, level="age")
        expected = (before + net[year]).loc[pd.IndexSlice[:, 6:17, :]]
        pd.testing.assert_series_equal(stock[year].loc[expected.index], expected, check_names=False, check_dtype=False)


def test_young_children_are_found_late_and_migrants_later(tables):
    stock = tables["children"].set_index(["year", *CELL])["children"]
    flows = tables["migration"].set_index(["year", *CELL])
    stayed = stock - (flows["arrivals"] - flows["departures"])
    found = stayed.groupby(["year", "age", "status"]).sum().loc[2015:]
    before = stock.groupby(["year", "age", "status"]).sum()
    cohort = dict.fromkeys(("local", "migrant"), 1.0)
    for status in cohort:
        for age in range(1, 6):
            gains = [found[y, age, status] / before[y - 1, age - 1, status] for y in range(2015, 2027)]
            cohort[status] *= sum(gains) / len(gains)

    assert 1.05 < cohort["local"] < 1.12
    assert 1.25 < cohort["migrant"] < 1.45


def test_births_fall_as_the_national_series(tables):
    births = tables["births"].groupby("year")["births"].sum()
    here = {year: births[year] / births[2014] for year in NATIONAL}

    assert births.idxmax() in (2016, 2017)
    for year, national in NATIONAL.items():
        assert here[year] == pytest.approx(national / NATIONAL[2014], abs=0.12)


def test_migrant_share_rises_from_the_old_town_to_the_edge(tables):
    last = tables["children"].query("year == 2026").merge(tables["catchments"], on="catchment")
    total = last.groupby("district")["children"].sum()
    share = last[last["status"] == "migrant"].groupby("district")["children"].sum() / total

    assert share["Guyuan Old Town"] == share.min() == pytest.approx(0.15, abs=0.02)
    assert share["Luqi Edge Villages"] == share.max() == pytest.approx(0.55, abs=0.02)
    assert 90_000 < total.sum() < 110_000


def test_migrants_leave_at_the_junior_entry(tables):
    stock = tables["children"].groupby(["age", "status"])["children"].sum()
    rate = tables["migration"].groupby(["age", "status"])["departures"].sum() / stock

    assert rate[12, "migrant"] > 3 * max(rate[11, "migrant"], rate[13, "migrant"], rate[12, "local"])


def test_the_new_town_fills_and_the_old_quarter_empties(tables):
    people = tables["children"].merge(tables["catchments"], on="catchment")
    total = people.groupby(["district", "year"])["children"].sum()

    assert total["Xinghe New Town", 2026] > 2 * total["Xinghe New Town", 2016]
    assert total["Guyuan Old Town", 2026] < 0.65 * total["Guyuan Old Town", 2014]


def test_public_schools_hold_the_published_share_of_migrant_pupils(rolls):
    migrants = rolls[rolls["status"] == "migrant"].groupby(["year", "sector"])["pupils"].sum().unstack()

    assert (migrants["public"] / migrants.sum(axis=1)).between(0.785, 0.86).all()


def test_primary_has_passed_its_peak_and_junior_still_rises(rolls):
    pupils = rolls.groupby(["stage", "year"])["pupils"].sum()

    assert pupils["primary"].idxmax() in (2023, 2024, 2025)
    assert pupils["junior"].loc[2020:].is_monotonic_increasing


def test_seats_are_tight_outside_and_idle_in_the_old_town(rolls, tables):
    pupils = rolls.query("year == 2026 and sector == 'public'").groupby(["stage", "district"])["pupils"].sum()
    used = pupils / public_seats(tables, 2026).groupby(["stage", "district"])["places"].sum()

    for stage in ("primary", "junior"):
        assert used[stage, "Guyuan Old Town"] < 0.75
        assert (used[stage][["Xinghe New Town", "Luqi Edge Villages"]] > 0.95).all()


def test_no_class_is_larger_than_sixty(rolls, tables):
    classes = tables["seats"].set_index(["year", "school", "stage"])["intake_classes"]
    pupils = rolls.groupby(["year", "school", "stage", "grade"])["pupils"].sum().reset_index("grade")["pupils"]

    assert (pupils / classes.reindex(pupils.index)).max() <= 60


def test_pupils_are_never_more_than_the_children_there(rolls, tables):
    school_age = tables["children"].query("6 <= age <= 14")
    children = school_age.assign(grade=school_age["age"] - 5).groupby(["year", "grade", "status"])["children"].sum()
    ratio = rolls.groupby(["year", "grade", "status"])["pupils"].sum() / children

    assert ratio.between(0.93, 1.0).all()


def test_every_catchment_is_served_in_both_stages_from_the_zoned_school_on(tables):
    serves = tables["serves"].merge(tables["schools"], on="school", suffixes=("", "_of"))
    listed = serves.groupby(["catchment", "stage"])["rank"]

    assert (serves["sector"] == "public").all()
    assert len(listed) == 72
    assert listed.size().between(3, 6).all()
    assert (listed.max() == listed.size()).all()
    first = serves.query("rank == 1 and stage == 'primary'")
    assert (first["catchment"] == first["catchment_of"]).all()


def test_tiers_of_each_status_add_up(tables):
    assert tables["tiers"].groupby("status")["share"].sum().round(9).to_dict() == {"local": 1.0, "migrant": 1.0}


def test_options_cover_every_kind_and_name_what_exists(tables):
    options, schools = tables["options"], tables["schools"].set_index("school")
    assert len(options) == 25
    assert set(options["kind"]) == {
        "new_school",
        "extension",
        "squeeze",
        "prefab",
        "lease",
        "purchase",
        "convert",
        "nine_year",
        "boundary",
        "bus",
        "close",
    }
    assert (options["kind"] == "close").sum() >= 2
    for row in options.itertuples():
        known = pd.isna(row.school) or row.school in schools.index
        assert known, row.option
        if row.kind == "purchase":
            assert schools.loc[row.school, "sector"] == "private"
        for other in [*str(row.excludes).split(";"), *str(row.requires).split(";")]:
            assert other == "nan" or other in set(options["option"])


def test_excluded_options_exclude_each_other(tables):
    pairs = {
        (row.option, other)
        for row in tables["options"].dropna(subset=["excludes"]).itertuples()
        for other in row.excludes.split(";")
    }

    assert pairs == {(b, a) for a, b in pairs}
