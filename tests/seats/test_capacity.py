"""Seats by school and year, from a bureau's table."""

import numpy as np
import pandas as pd

from seatcast.seats.capacity import seat_capacity
from seatcast.testing import toy_area

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
