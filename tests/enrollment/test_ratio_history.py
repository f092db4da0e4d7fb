"""The ratios of one grade of one school, and what they are shrunk to."""

import re

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
    assert found.own == pytest.approx(own)
    low, high = sorted([own, found.district])
    assert low <= found.shrunk <= high


def test_a_grade_that_nothing_feeds_has_no_ratio(history):
    with pytest.raises(KeyError, match="no grade 0 that follows"):
        progression_history(history, school="S03", grade=0)


def test_sentence_and_chart(history):
    found = progression_history(history, school="S03", grade=2)

    said = found.summary().sentence
    assert said.startswith(f"Grade 2 of S03: {found.own:.3f} pupils for each")
    assert f"{found.district:.3f} in its district, later years weighing more" in said
    ax = found.plot()
    assert next(text.get_text() for text in ax.texts) == f"{found.shrunk:.3f}"
    assert {found.own, found.district} <= {line.get_ydata()[0] for line in ax.lines}
    with speaking("zh"):
        assert found.summary().sentence.startswith("S03，2年级")


def test_the_ratio_used_is_said_to_lie_where_it_does(history):
    """A school that lost pupils long ago and gains them now: plain means of the years would say otherwise."""
    turned = history.copy()
    mine = (turned["school"] == "S03") & (turned["grade"] == 2)
    turned.loc[mine & (turned["year"] < 2024), "pupils"] *= 0.6
    found = progression_history(turned, school="S03", grade=2)

    own, district, used = (float(text) for text in re.findall(r"\d\.\d{3}", found.summary().sentence))
    assert min(own, district) <= used <= max(own, district)


def test_a_grade_without_a_ratio_of_its_own(history):
    unknown = history.copy()
    unknown.loc[(unknown["school"] == "S03") & (unknown["grade"] == 1), "pupils"] = np.nan
    found = progression_history(unknown, school="S03", grade=2)

    assert np.isnan(found.own)
    assert found.summary().sentence.startswith("Grade 2 of S03 has no ratio of its own")
    assert "school, later years weighing more" not in {line.get_label() for line in found.plot().lines}


def test_a_fan_of_a_school_and_of_some_grades(history):
    forecast = forecast_enrollment(history, horizon=2, draws=20, seed=1)
    recorded = forecast.plot(school="S03", grades=range(3)).lines[-1].get_ydata()

    mine = history[(history["school"] == "S03") & (history["grade"] < 3)]
    np.testing.assert_array_equal(recorded, mine.groupby("year")["pupils"].sum())
    with pytest.raises(KeyError, match="Nothing is forecast of school S99"):
        forecast.plot(school="S99")
