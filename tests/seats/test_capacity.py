"""Seats by school and year, from a bureau's table."""

from dataclasses import replace

import numpy as np
import pandas as pd

from seatcast.core.labels import SCHOOL, TIER
from seatcast.core.study_area import Stage
from seatcast.seats.allocation import allocate
from seatcast.seats.capacity import seat_capacity
from seatcast.testing import toy_area, toy_demand

YEARS = range(2026, 2030)


def table(*rows):
    return pd.DataFrame(rows, columns=["year", "school", "stage", "seats", "intake_classes"])


def test_a_committed_project_counts_from_its_year_on_and_not_at_all_if_it_is_not_built():
    seats = table((2026, "elm", "primary", 90.0, None), (2028, "elm", "primary", 180.0, None))

    built = seat_capacity(seats, toy_area(), YEARS).seats.sel(school="elm", stage="primary")
    unbuilt = seat_capacity(seats, toy_area(), YEARS, committed=False).seats.sel(school="elm", stage="primary")

    assert built.values.tolist() == [90, 90, 180, 180]
    assert unbuilt.values.tolist() == [90, 90, 90, 90]


def test_a_school_has_no_seats_before_its_first_row_nor_from_the_year_in_which_it_closes():
    area = toy_area()
    area = area.replace(schools=area.schools.assign(closes=[np.nan, 2028]))
    seats = table((2027, "elm", "primary", 90.0, None), (2026, "oak", "primary", 45.0, None))

    found = seat_capacity(seats, area, YEARS).seats.sel(stage="primary")

    assert found.sel(school="elm").values.tolist() == [0, 90, 90, 90]
    assert found.sel(school="oak").values.tolist() == [45, 45, 0, 0]


def test_the_intake_is_classes_times_the_normal_size_and_unlimited_where_no_plan_is_known():
    seats = table((2026, "elm", "primary", 270.0, 2), (2026, "oak", "primary", 270.0, None))

    intake = seat_capacity(seats, toy_area(), YEARS).intake.sel(stage="primary", year=2026)

    assert intake.sel(school="elm") == 2 * 45
    assert np.isinf(intake.sel(school="oak"))


def test_a_row_replaces_the_row_before_it_whole_so_that_no_old_intake_plan_limits_new_seats():
    seats = table((2026, "elm", "primary", 270.0, 2), (2028, "elm", "primary", 540.0, None))

    intake = seat_capacity(seats, toy_area(), YEARS).intake.sel(school="elm", stage="primary")

    assert intake.values.tolist() == [90, 90, np.inf, np.inf]


def row(**cells):
    return pd.DataFrame([{"year": 2026, "school": "elm", "stage": "primary", **cells}])


def seats_of(rows, area=None, years=YEARS):
    return seat_capacity(rows, area or toy_area(), years).seats.sel(school="elm", stage="primary").values.tolist()


def test_rooms_and_teachers_limit_the_classes():
    area = toy_area()
    stage = replace(area.stages[0], pupils_per_teacher=19.0)

    assert seats_of(row(classes=12, rooms=10)) == [450] * 4
    # 20 teachers teach 380 pupils: 8 whole classes of 45.
    assert seats_of(row(classes=12, teachers=20), area.replace(stages=(stage,))) == [360] * 4


def test_temporary_rooms_end_and_the_row_before_holds_again():
    rows = pd.concat([row(seats=90), row(year=2027, seats=180, until=2028)])

    assert seats_of(rows) == [90, 180, 180, 90]


def test_a_new_school_opens_grade_by_grade_and_takes_a_grades_part_each_year():
    found = seat_capacity(row(year=2027, seats=180, by_grade=True), toy_area(), YEARS).sel({SCHOOL: ["elm"]})

    assert found.seats.values.ravel().tolist() == [0, 90, 180, 180]
    assert found.intake.values.ravel().tolist()[1:] == [90, 90, 90]


def test_bought_seats_are_on_offer_and_those_of_private_schools_are_not():
    area = toy_area(schools=("elm", "oak"))
    area = area.replace(schools=area.schools.assign(sector=["purchased", "private"]))
    rows = pd.concat([row(seats=90), row(school="oak", seats=90)])
    pupils = np.zeros((1, 2, 2, 3, 1), np.float32)
    pupils[0, 0, 0, 1] = 100
    allocation = allocate(toy_demand(pupils, area.replace(reach=area.reach.query("school == 'elm'"))), rows)
    placed = allocation.shortfall().placement().set_index("status")

    assert allocation.seated[SCHOOL].values.tolist() == ["elm"]
    assert placed.loc["migrant", ["public", "public_or_purchased"]].tolist() == [0, np.float32(0.9)]


def test_stages_of_one_building_share_its_rooms_and_neither_leaves_rooms_that_the_other_needs():
    area = toy_area(schools=("elm",))
    stages = Stage("primary", "primary", (1,), 6, 45), Stage("junior", "junior", (2,), 7, 50)
    reach = pd.concat([area.reach.assign(stage=stage.stage) for stage in stages])
    area = area.replace(stages=stages, reach=reach, schools=area.schools.assign(stages=[("primary", "junior")]))
    shared = {"building": "main", "rooms": 6}
    rows = pd.concat([row(classes=6, class_size=45, **shared), row(stage="junior", classes=6, class_size=50, **shared)])
    pupils = np.zeros((1, 2, 2, 3, 2), np.float32)
    pupils[0, 0, :, 0] = [[180, 270], [100, 300]]  # 4 and 2 classes fit; 6 and 6 do not
    seated = allocate(toy_demand(pupils, area), rows).seated.sum([SCHOOL, TIER]).values[0]

    assert seated[:, 0].tolist() == [180, 100]
    assert seated[:, 1].tolist() == [135, 150]
