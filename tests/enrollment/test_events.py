"""Schools that open, close, merge, change their grades or move a boundary: pupils move, totals stay."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatcast.core.scenario import Scenario
from seatcast.datasets import load_example
from seatcast.enrollment.bureau_rolls import project_rolls
from seatcast.enrollment.rolls import forecast_enrollment
from seatcast.enrollment.told import HistoryError

from .made_rolls import grown, steady

GIVEN = {"horizon": 4, "draws": 60, "seed": 3}


def events(*rows):
    return pd.DataFrame(list(rows))


def rolls(history, *rows, **changes):
    return forecast_enrollment(history, **(GIVEN | changes), events=events(*rows) if rows else None).draws


def school(draws, name, grade=None):
    here = draws["school"].to_numpy() == name
    if grade is not None:
        here &= draws["grade"].to_numpy() == grade
    return draws.isel(cell=here).sum("cell").to_numpy()


SCHOOLS = [f"S{s:02}" for s in range(6)]
ANY = st.fixed_dictionaries({
    "year": st.integers(2027, 2030),
    "event": st.sampled_from(["close", "merge", "move_boundary", "change_grades", "open"]),
    "school": st.sampled_from(SCHOOLS[:3]),
    "others": st.lists(st.sampled_from(SCHOOLS[3:]), min_size=1, max_size=2, unique=True).map(";".join),
    "from_grade": st.integers(0, 2),
    "to_grade": st.integers(3, 6),
    "share": st.sampled_from([0.0, 0.3, 1.0]),
})  # fmt: skip


@given(st.lists(ANY, min_size=1, max_size=4))
@settings(max_examples=15)
def test_whatever_happens_every_draw_keeps_its_total(happenings):
    history = grown(5, schools=6, years=4)
    for number, row in enumerate(happenings):
        if row["event"] == "open":
            row["school"] = f"new {number}"
    before, after = rolls(history, draws=8), rolls(history, *happenings, draws=8)

    np.testing.assert_allclose(after.sum("cell"), before.sum("cell"), rtol=1e-5)
    assert (after >= 0).all()
    first = min(row["year"] for row in happenings)
    np.testing.assert_allclose(
        after.sel(year=slice(None, first - 1)).sum("cell"), before.sel(year=slice(None, first - 1)).sum("cell")
    )


def test_pupils_of_a_school_that_merges_are_found_in_the_other_in_every_draw():
    history = grown(1, schools=6, years=8)
    before = rolls(history)
    after = rolls(history, {"year": 2028, "event": "merge", "school": "S00", "others": ["S02"]})

    np.testing.assert_array_equal(school(after, "S00")[:1], school(before, "S00")[:1])
    assert (school(after, "S00")[1:] == 0).all()
    np.testing.assert_allclose(
        school(after, "S02")[1:], school(before, "S00")[1:] + school(before, "S02")[1:], rtol=1e-6
    )
    np.testing.assert_array_equal(school(after, "S04"), school(before, "S04"))


def test_a_merger_brings_grades_that_the_other_school_did_not_have():
    history = grown(1, schools=4, years=8)
    history = history[~((history["school"] == "S02") & (history["grade"] > 3))]
    after = rolls(history, {"year": 2027, "event": "merge", "school": "S00", "others": ["S02"]})

    assert (school(after, "S02", 5) > 0).all()


def test_pupils_of_a_school_that_closes_go_to_the_others_of_the_district_by_their_size():
    history = steady(schools=5)  # D0: S0, S2, S4 with 40, 60, 80 a grade
    before = rolls(history)
    after = rolls(history, {"year": 2027, "event": "close", "school": "S0"})

    np.testing.assert_allclose(school(after, "S2") / school(before, "S2"), 1 + 40 / 140, rtol=0.25)
    np.testing.assert_array_equal(school(after, "S1"), school(before, "S1"))


def test_a_boundary_moves_the_cohorts_that_enter_from_then_on():
    history = grown(1, schools=4, years=8)
    move = {"year": 2028, "event": "move_boundary", "school": "S00", "others": ["S02"], "share": 0.4}
    before, after = rolls(history), rolls(history, move)

    for grade in range(6):
        moved = 1 - school(after, "S00", grade) / school(before, "S00", grade)
        entered = 2027 + np.arange(4) - grade
        np.testing.assert_allclose(moved, np.where(entered >= 2028, 0.4, 0.0)[:, None] * np.ones(60), atol=1e-5)


def test_a_boundary_moves_the_grades_named_at_once():
    history = grown(1, schools=4, years=8)
    move = {"year": 2028, "event": "move_boundary", "school": "S00", "others": "S02", "share": 0.4}
    before, after = rolls(history), rolls(history, move | {"from_grade": 0, "to_grade": 5})

    np.testing.assert_allclose(school(after, "S00")[1:] / school(before, "S00")[1:], 0.6, rtol=1e-5)


def test_a_new_school_fills_grade_by_grade_and_no_further_than_its_seats():
    history = steady(schools=3, grades=range(1, 7))
    opening = {"year": 2027, "event": "open", "school": "New", "district": "D0", "from_grade": 1, "to_grade": 6}
    filled = rolls(history, opening | {"share": 0.5})

    grades = np.array([[np.median(school(filled, "New", grade)[t]) for grade in range(1, 5)] for t in range(4)])
    assert (np.triu(grades, 1) == 0).all()
    np.testing.assert_allclose(grades[:, 0], 50, rtol=0.1)  # half of 40 + 60
    np.testing.assert_allclose(np.diag(grades), 50, rtol=0.15)
    tight = rolls(history, opening | {"share": 0.5, "seats": 70})
    assert school(tight, "New").max() <= 70 + 1e-3
    assert school(filled, "New").max() > 100


def test_a_new_school_without_a_planned_share_is_uncertain():
    history = steady(schools=3)
    opening = {"year": 2027, "event": "open", "school": "New", "district": "D0", "from_grade": 1, "to_grade": 6}
    known, unknown = (rolls(history, opening | extra, draws=300) for extra in ({"share": 1 / 3}, {}))

    spread = [np.quantile(school(d, "New")[0], [0.1, 0.5, 0.9]) for d in (known, unknown)]
    assert spread[1][2] - spread[1][0] > 1.5 * (spread[0][2] - spread[0][0])
    assert spread[1][1] == pytest.approx(spread[0][1], rel=0.1)


def test_a_school_that_keeps_a_further_grade_takes_it_from_those_who_had_it():
    low = grown(2, schools=4, years=8)
    low = low[(low["grade"] < 4) | low["school"].isin(["S00", "S01"])]
    change = {"year": 2028, "event": "change_grades", "school": "S02", "from_grade": 0, "to_grade": 5}
    before, after = rolls(low), rolls(low, change)

    own = school(before, "S02", 3)[:1] / (school(before, "S02", 3) + school(before, "S00", 3))[:1]
    np.testing.assert_allclose(school(after, "S02", 4)[1:2], own * school(before, "S00", 4)[1:2], rtol=1e-4)
    assert (school(after, "S02", 5)[1] == 0).all()
    assert (school(after, "S02", 5)[2] > 0).all()


def test_a_school_merged_in_the_past_does_not_bend_the_ratios_of_the_other():
    whole = steady(schools=1, years=8, grades=range(1, 7))
    split = pd.concat([
        whole.assign(school="A", pupils=25.0),
        whole[whole["year"] < 2024].assign(school="B", pupils=15.0),
    ])  # fmt: skip
    split.loc[(split["school"] == "A") & (split["year"] >= 2024), "pupils"] = 40.0
    told = rolls(split, {"year": 2024, "event": "merge", "school": "B", "others": "A"})

    np.testing.assert_array_equal(told, rolls(whole.assign(school="A")))


def test_every_fault_of_the_table_is_told():
    with pytest.raises(HistoryError) as refused:
        rolls(
            steady(),
            {"year": 2027, "event": "merge", "school": "S0", "others": ""},
            {"year": 2027, "event": "burns", "school": "S0"},
            {"year": 2028, "event": "open", "school": "S1", "district": "D0", "from_grade": 1, "to_grade": 4},
            {"year": 2028, "event": "open", "school": "N1", "district": "D0", "from_grade": 4, "to_grade": 1},
            {"year": None, "event": "close", "school": "S9"},
            {"year": 2028, "event": "move_boundary", "school": "S0", "others": "S2", "share": 1.2},
        )
    said = str(refused.value)
    for part in (
        "7 problems in the events",
        "events · row 1: others is empty; an event of the kind merge needs it. Fill it in.",
        "'burns' is no event; choose from open, close, merge, change_grades and move_boundary",
        "S1 has pupils already",
        "from_grade 4 lies above to_grade 1",
        "S9: not in the rolls",
        "events · year · row 5: nan; an event has a year, such as 2027",
        "events · share · row 6: 1.2; a share lies between 0 and 1. Give 0.3 for 30 percent.",
    ):
        assert part in said
    with pytest.raises(HistoryError, match="events · school: missing"):
        forecast_enrollment(steady(), **GIVEN, events=pd.DataFrame({"year": [2027], "event": ["close"]}))


CLOSE = {"year": 2028, "event": "close", "school": "S0"}
ALL = [{"year": 2028, "event": "close", "school": f"S{s}"} for s in (0, 2)]  # of district D0
OPEN = {"year": 2028, "event": "open", "school": "N1", "district": "D0", "from_grade": 1, "to_grade": 6}
BAD_EVENTS = {
    "word": ([CLOSE | {"year": "soon"}], "events · year · row 1: soon; an event has a year, such as 2027"),
    "far": (
        [CLOSE | {"year": 2205}],
        "events · year · row 1: 2205; an event has a year, such as 2027, no more than 30",
    ),
    "half": (
        [{"year": 2028, "event": "move_boundary", "school": "S0", "others": "S2", "share": "half"}],
        "1 problem in the events\n\n  events · share · row 1: half; a share lies between 0 and 1.",
    ),
    "grade": ([OPEN | {"from_grade": "K"}], "events · from_grade · row 1: K; a grade is a whole number from -1"),
    "seats": ([OPEN | {"seats": -5}], "events · seats · row 1: -5; seats are a number of 0 or more"),
    "itself": (
        [{"year": 2028, "event": "merge", "school": "S0", "others": "S0"}],
        "S0 is named among its own `others`; these are other schools. Name those.",
    ),
    "each other": (
        [CLOSE | {"others": "S2"}, {"year": 2029, "event": "close", "school": "S2", "others": "S0"}],
        "events · row 2: its pupils are to go to S0, closed by 2029 or not yet open. Name schools",
    ),
    "all": (ALL, "events · row 1: in 2028 no school of D0 is left to take the pupils of S0."),
    "not yet": (
        [CLOSE | {"others": "N1"}, OPEN | {"year": 2029}],
        "its pupils are to go to N1, closed by 2028 or not yet open.",
    ),
    "still there": ([CLOSE | {"year": 2024}], "S0 still has pupils in 2026, though it closes in 2024."),
    "there before": (
        [OPEN | {"year": 2024, "school": "S1"}],
        "S1 has pupils already in 2023, and cannot open in 2024. Correct the year, or use change_grades.",
    ),
    "no table": ({"year": [2028]}, "events: of the kind dict; a table is a pandas DataFrame."),
}


@pytest.mark.parametrize("name", BAD_EVENTS)
def test_events_that_cannot_happen_are_refused(name):
    rows, said = BAD_EVENTS[name]
    table = pd.DataFrame(rows) if isinstance(rows, list) else rows

    with pytest.raises(HistoryError, match="in the events") as refused:
        forecast_enrollment(steady(), **GIVEN, events=table)
    assert said in str(refused.value)


def test_numbers_of_events_may_be_text_and_the_last_schools_may_close_into_a_new_one():
    history = steady()
    np.testing.assert_array_equal(rolls(history, CLOSE | {"year": "2028"}), rolls(history, CLOSE))
    rolls(history, *ALL, OPEN)
    gone = history[(history["school"] != "S2") | (history["year"] < 2024)]
    rolls(gone, {"year": 2024, "event": "close", "school": "S2"})
    rolls(gone, {"year": 2024, "event": "close", "school": "S2"}, OPEN | {"school": "S2", "district": "D1"})


def test_a_bureau_s_events_reach_its_rolls():
    inputs, scenario = load_example(), Scenario(draws=5, horizon=3)
    merge = events({"year": 2028, "event": "merge", "school": "S01", "others": ("S02",)})
    with_it = project_rolls(inputs.replace(events=merge), scenario).draws
    without = project_rolls(inputs.replace(events=merge), scenario.replace(committed=False)).draws

    assert (school(with_it, "S01")[1:] == 0).all()
    assert (school(without, "S01") > 0).all()
