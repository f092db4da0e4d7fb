"""The real city reads as its publishers wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatcast.inputs.read import Inputs, read_inputs

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"

pytestmark = pytest.mark.skipif(
    not (SHARED / "maryland-msde").is_dir(), reason="the public data of Baltimore are not beside the repository"
)


@pytest.fixture(scope="module")
def city() -> Inputs:
    return read_inputs(ROOT / "data" / "baltimore", data=SHARED)


def test_the_city_has_23_years_of_rolls_and_92_catchments(city):
    years = city.enrollment["year"]
    assert (years.min(), years.max(), years.nunique()) == (2002, 2024, 23)
    assert city.base_year == 2024
    assert len(city.area.catchments) == len(city.geometry["features"]) == 92
    assert city.missing() == ("children", "migration", "tiers", "options", "budget")


def test_the_rolls_add_up_to_the_published_totals(city):
    # "ALL" rows of enrollment_school_grade.csv.gz, year 2024 (school year 2023-24); suppressed cells are left out
    total = city.enrollment.query("year == 2023")["pupils"].sum()
    assert total == pytest.approx(75_811, rel=0.005)


def test_suppressed_cells_stay_unknown(city):
    assert city.enrollment["pupils"].isna().sum() == 816
    assert (city.enrollment["pupils"] > 0).any()


def test_each_zone_reaches_its_own_school_which_has_seats(city):
    reach = city.area.reach
    assert len(reach) == 92
    assert set(reach["stage"]) == {"elementary"}
    assert reach["rank"].eq(1).all()
    seated = city.seats.query("stage == 'elementary' and seats > 0")["school"]
    assert set(reach["school"]) <= set(seated)


def test_a_building_counts_once(city):
    # State-rated capacity of the 129 buildings kept, each once: buildings_capacity_SY2122.csv, column src.
    assert city.seats["seats"].sum() == pytest.approx(78_553)
    assert city.seats["year"].eq(2021).all()


def test_births_of_years_without_an_estimate_are_unknown(city):
    births = city.births.set_index("year")["births"]
    assert sorted(set(births[births.isna()].index)) == [2009, 2010, 2020]
    assert births[2008] == 9_962
    assert births.index.max() == 2023


def test_nothing_is_said_of_migrants(city):
    assert [status.status for status in city.area.statuses] == ["all"]
    assert city.area.definition is None
    assert city.area.seeking == {"all": 1.0}
