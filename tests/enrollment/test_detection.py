"""What the rolls tell of schools that opened, closed, merged or changed their grades."""

import numpy as np
import pandas as pd
import pytest

from seatcast.enrollment.detection import detect_events
from seatcast.enrollment.rolls import forecast_enrollment
from seatcast.language import speaking

from .made_rolls import COLUMNS, steady


@pytest.fixture
def history():
    """Six steady schools; S0 goes into S2 in 2024, S1 closes, S4 loses a grade, and a new one fills from 2023."""
    base = steady(schools=6, years=8)
    base = base[~((base["school"] == "S0") & (base["year"] >= 2024))].copy()
    base.loc[(base["school"] == "S2") & (base["year"] >= 2024), "pupils"] += 40.0
    base = base[~((base["school"] == "S1") & (base["year"] >= 2025))]
    base = base[~((base["school"] == "S4") & (base["year"] >= 2026) & (base["grade"] == 6))]
    new = [(y, "D1", "New", g, 30.0) for y in range(2023, 2027) for g in range(1, y - 2021)]
    return pd.concat([base, pd.DataFrame(new, columns=COLUMNS)], ignore_index=True)


def test_each_event_is_found_once(history):
    table = detect_events(history).to_frame()

    assert list(zip(table["year"], table["event"], table["school"], table["others"], strict=True)) == [
        (2023, "open", "New", ()),
        (2024, "merge", "S0", ("S2",)),
        (2025, "close", "S1", ()),
        (2026, "change_grades", "S4", ()),
    ]
    assert table["pupils"].tolist() == [30.0, 240.0, 300.0, 400.0]
    assert table.loc[3, ["from_grade", "to_grade"]].tolist() == [1, 5]


def test_counts_that_are_withheld_are_no_event():
    history = steady(schools=3, years=6)
    hidden = (history["school"] == "S1") & ((history["year"] >= 2025) | (history["year"] == 2021))
    history.loc[hidden, "pupils"] = np.nan

    assert detect_events(history).to_frame().empty
    assert "No school opened, closed" in detect_events(history).summary().sentence


def test_what_one_school_gained_is_claimed_once():
    history = steady(schools=7, years=6)
    gone = history["school"].isin(["S0", "S2"]) & (history["year"] == 2026)
    history = history[~gone].copy()
    history.loc[(history["school"] == "S6") & (history["year"] == 2026), "pupils"] += 40.0  # S0's pupils, not S2's
    table = detect_events(history).to_frame().set_index("school")

    assert table["event"].to_dict() == {"S0": "merge", "S2": "close"}


def test_what_is_found_can_be_handed_to_the_forecast(history):
    found = detect_events(history).to_frame()

    told = forecast_enrollment(history, horizon=2, draws=50, seed=1, events=found)
    assert set(told.draws["school"].values) == {"New", "S2", "S3", "S4", "S5"}


def test_sentence_and_chart_in_both_languages(history):
    found = detect_events(history)

    assert found.summary().sentence == (
        "From 2023 to 2026, as the rolls tell: 1 school opened, 1 closed, 1 merged into others and 1 changed its "
        "grades. The largest merger: S0 into S2, 2024, 240 pupils."
    )
    assert len(found.plot().patches) == 16
    with speaking("zh"):
        assert found.summary().sentence.startswith("据在校生数据")
