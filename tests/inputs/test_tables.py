"""Every declaration can be read, shown and checked."""

from __future__ import annotations

import pytest

from seatcast.inputs.schema import InputError, Problem, merged
from seatcast.inputs.tables import TABLES
from seatcast.language import speaking


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_column_states_its_meaning_and_its_rule(language):
    with speaking(language):
        for table in TABLES.values():
            assert set(table.key) <= set(table.names)
            for column in table.columns:
                assert column.rule
                assert column.meaning[0].isupper() or column.meaning[0].isdigit()
                assert not column.meaning.endswith(".")


@pytest.mark.parametrize(("n", "head"), [(1, "1 problem in the inputs"), (2, "2 problems in the inputs")])
def test_the_number_of_problems_agrees_with_its_noun(n, head):
    problems = [Problem("a.csv", "year", (row,), "x") for row in range(2, 2 + n)]

    assert str(InputError(problems)).splitlines()[0] == head


def test_equal_problems_are_told_once_with_their_rows_together():
    problems = [Problem("a.csv", "year", (row,), "x") for row in (7, 3)] + [Problem("a.csv", "age", (2,), "x")]

    assert merged(problems) == [Problem("a.csv", "year", (7, 3), "x"), Problem("a.csv", "age", (2,), "x")]


def test_problems_stand_under_their_file_in_the_form_of_the_house():
    problems = [
        Problem("base.csv", "catchment", (3,), "'Harbour' is unknown", "", "did you mean 'Harbor'?"),
        Problem("rolls.csv", "", (4, 5), "3 cells", "the header has 2"),
        Problem("base.csv", "children", tuple(range(2, 9)), "-2", "a number of children is 0 or more"),
    ]

    assert str(InputError(problems)) == (
        "3 problems in the inputs\n"
        "\n"
        "base.csv\n"
        "  catchment · row 3: 'Harbour' is unknown; did you mean 'Harbor'?\n"
        "  children · 7 rows, first 2, 3, 4, 5 and 6: -2; a number of children is 0 or more.\n"
        "\n"
        "rolls.csv\n"
        "  rows 4 and 5: 3 cells; the header has 2."
    )
