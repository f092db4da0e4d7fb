"""What a forecast of rolls says that it could not do, or was not told."""

import numpy as np
import pandas as pd
import pytest

from seatcast.enrollment.rolls import forecast_enrollment
from seatcast.language import speaking

from .made_rolls import grown, steady


def notes(history, *, horizon=2, draws=5, **given):
    return forecast_enrollment(history, horizon=horizon, draws=draws, seed=1, **given).notes


def births(last=2030, districts=("D0", "D1")):
    rows = [(year, name, 90.0) for year in range(2018, last + 1) for name in districts]
    return pd.DataFrame(rows, columns=["entry_year", "district", "births"])


@pytest.fixture(scope="module")
def history():
    return grown(5, schools=9, years=9)


def test_nothing_is_noted_where_all_is_known(history):
    found = forecast_enrollment(history, horizon=2, draws=5, seed=1, births=births())

    assert found.notes == ()
    assert found.summary().note == ""


def test_what_is_not_known_is_noted_by_the_summary_in_the_language_in_force(history):
    table = history.copy()
    table.loc[(table["school"] == "S03") & (table["year"] == 2026) & (table["grade"] < 3), "pupils"] = np.nan
    table.loc[table["year"] == 2021, "pupils"] = np.nan
    found = forecast_enrollment(table, horizon=2, draws=5, seed=1)

    first = "3 counts of 2026 are not published and not in the pupils of that year. The forecast takes the level"
    assert found.notes[0].startswith(first)
    assert found.notes[1].startswith("No count of 2021 is known")
    assert found.summary().note == " ".join(found.notes)
    assert found.replace(draws=found.draws * 2).notes == found.notes
    with speaking("zh"):
        assert "2026年有3个人数未公布" in str(found.summary())


def test_births_that_are_missing_or_end_early(history):
    (missing,) = notes(history, births=births(districts=["D0"]))
    assert missing == "No births are known of D1: their entry grades keep their level."

    (held,) = notes(history, births=births(last=2027))
    assert held == "Births are known of those who enter up to 2027; of later years the last are held."
    assert notes(history, births=births(last=2028)) == ()

    uneven = pd.concat([births(last=2026, districts=["D0"]), births(districts=["D1"])])
    (early,) = notes(history, births=uneven)
    assert early.endswith("keep their level afterwards, in D0 (2026).")


def test_schools_and_districts_with_nobody_are_named(history):
    gone = history[~((history["school"].isin(["S00", "S02"])) & (history["year"] > 2023))]
    absent = next(note for note in notes(gone) if "not forecast" in note)
    assert absent == "Schools without pupils in 2026 are not forecast: S00 and S02."

    left = history[(history["district"] == "D0") | (history["year"] < 2024)]
    absent = next(note for note in notes(left) if "not forecast" in note)
    assert absent == "Districts without pupils in 2026 are not forecast: D1."

    many = history[(history["school"].isin(["S00", "S01"])) | (history["year"] < 2024)]
    absent = next(note for note in notes(many) if "not forecast" in note)
    assert absent.count("S0") == 3
    assert absent.endswith("and 4 others.")


def test_events_that_the_rolls_show_are_noted_until_they_are_told():
    history = steady(schools=5, years=8)
    moved = (history["school"] == "S2") & (history["year"] > 2023)
    history.loc[moved, "school"] = "S0"
    history = history.groupby(["year", "district", "school", "grade"], as_index=False)["pupils"].sum()
    history = history[~((history["school"] == "S4") & (history["year"] < 2025))]

    said = next(note for note in notes(history) if "no table of events" in note)
    assert "merged: S2 into S0 (2024); opened: S4 (2025)." in said
    assert said.endswith("counted as one from the start, so that it bends no ratio.")

    told = pd.DataFrame({"year": [2024], "event": "merge", "school": "S2", "others": "S0"})
    after = notes(history, events=told)
    assert not any("S2" in note or "merged" in note for note in after)
    assert any("opened: S4 (2025)" in note for note in after)


@pytest.mark.parametrize(
    ("years", "said"),
    [
        (2, "The record is too short to tell errors of past forecasts"),
        (4, "The record tells errors of past forecasts 1 year ahead;"),
        (6, "The record tells errors of past forecasts up to 3 years ahead;"),
    ],
)
def test_a_short_record_says_where_the_width_of_the_intervals_is_from(years, said):
    (found,) = notes(steady(years=years), horizon=5)
    assert found.startswith(said)


def test_a_single_draw_tells_no_interval(history):
    found = forecast_enrollment(history, horizon=2, draws=1, seed=1)

    assert found.notes == ("A single draw is one possible future and tells no interval.",)
    assert "percent probability" not in found.summary().sentence
