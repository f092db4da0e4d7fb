"""The ratios of one grade of one school, and what they are shrunk to."""

import numpy as np
import pytest

from seatcast.enrollment.ratio_history import progression_history
from seatcast.enrollment.rolls import forecast_enrollment
from seatcast.language import speaking

from .made_rolls import grown


@pytest.fixture(scope="module")
def history():
    return grown(5, schools=9, years=9)


def test_ratios_are_those_of_the_counts_and_shrunk_between_school_and_district(history):
    found = progression_history(history, school="S03", grade=2)
    table = found.to_frame().set_index("year")
    pupils = history.query("school == 'S03'").set_index(["year", "grade"])["pupils"]

    assert len(table) == 8
    assert table.loc[2025, "own"] == pupils[2025, 2] / pupils[2024, 1]
    own = np.average(table["own"][-6:], weights=table["below"][-6:] * 0.75 ** np.arange(5, -1, -1))
    low, high = sorted([own, table["district"][-6:].mean()])
    assert low - 0.02 <= found.shrunk <= high + 0.02


def test_a_grade_that_nothing_feeds_has_no_ratio(history):
    with pytest.raises(KeyError, match="no grade 0 that follows"):
        progression_history(history, school="S03", grade=0)


def test_sentence_and_chart(history):
    found = progression_history(history, school="S03", grade=2)

    assert found.summary().sentence.startswith("Grade 2 of S03: ")
    assert next(text.get_text() for text in found.plot().texts) == f"{found.shrunk:.3f}"
    with speaking("zh"):
        assert found.summary().sentence.startswith("S03，2年级")


def test_a_fan_of_a_school_and_of_some_grades(history):
    forecast = forecast_enrollment(history, horizon=2, draws=20, seed=1)
    recorded = forecast.plot(school="S03", grades=range(3)).lines[-1].get_ydata()

    mine = history[(history["school"] == "S03") & (history["grade"] < 3)]
    np.testing.assert_array_equal(recorded, mine.groupby("year")["pupils"].sum())
    with pytest.raises(KeyError, match="Nothing is forecast of school S99"):
        forecast.plot(school="S99")
