"""New schools that fill grade by grade: which they are, and where they will end."""

import pandas as pd
import pytest

from seatcast.enrollment.openings import filling_schools
from seatcast.enrollment.panel import RollPanel


def panel(*schools):
    """Return a panel of schools (name, district, first year, lowest grade, highest then, grades gained a year)."""
    rows = [
        (year, district, name, grade, 30.0)
        for name, district, first, low, high, gained in schools
        for year in range(first, 2027)
        for grade in range(low, high + 1 + gained * (year - first))
    ]
    return RollPanel.from_frame(pd.DataFrame(rows, columns=["year", "district", "school", "grade", "pupils"]))


def usual(*schools):
    found = filling_schools(panel(*schools))
    return dict(zip(found["school"], found["usual"], strict=True))


NEW = ("New", "East", 2024, 1, 1, 1)


def test_a_school_that_gains_a_grade_a_year_ends_where_most_older_ones_do():
    assert usual(NEW, ("A", "East", 2022, 1, 6, 0), ("B", "West", 2022, 1, 6, 0), ("C", "West", 2022, 1, 9, 0)) == {
        "New": 6
    }


def test_of_two_usual_ends_it_is_the_higher():
    assert usual(NEW, ("A", "East", 2022, 1, 6, 0), ("B", "West", 2022, 1, 9, 0)) == {"New": 9}


@pytest.mark.parametrize(
    "others",
    [
        [],
        [("A", "East", 2022, 7, 9, 0)],  # none begins with its lowest grade
        [("A", "East", 2022, 1, 3, 0)],  # it has as many grades as the others
    ],
)
def test_without_an_older_school_to_go_by_none_fills(others):
    assert usual(NEW, *others) == {}


def test_schools_of_several_districts_keep_their_own_names():
    found = filling_schools(
        panel(("Z", "East", 2025, 1, 1, 1), ("A", "West", 2025, 1, 1, 1), ("B", "Mid", 2022, 1, 6, 0))
    )

    assert sorted(zip(found["district"], found["school"], strict=True)) == [("East", "Z"), ("West", "A")]
