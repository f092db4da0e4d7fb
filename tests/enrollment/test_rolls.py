import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatcast.enrollment.rolls import HistoryError, forecast_enrollment
from seatcast.language import speaking

from .made_rolls import COLUMNS, grown, histories, steady


def median(forecast):
    return np.median(forecast.draws.to_numpy(), axis=-1)


@settings(max_examples=25)
@given(histories(), st.integers(1, 8), st.integers(0, 2**31))
def test_draws_are_finite_and_never_negative(history, horizon, seed):
    draws = forecast_enrollment(history, horizon=horizon, draws=20, seed=seed).draws

    assert draws.dims == ("year", "cell", "draw")
    assert draws.dtype == np.float32
    assert np.isfinite(draws).all()
    assert (draws >= 0).all()
    assert list(draws["year"].to_numpy()) == list(range(2027, 2027 + horizon))


@settings(max_examples=15)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant(history, random):
    order = list(range(len(history)))
    random.shuffle(order)
    one = forecast_enrollment(history, horizon=3, draws=10, seed=4)
    other = forecast_enrollment(history.iloc[order], horizon=3, draws=10, seed=4)

    assert one.draws.to_numpy().tobytes() == other.draws.to_numpy().tobytes()
    assert one.draws.indexes["cell"].equals(other.draws.indexes["cell"])


@settings(max_examples=10)
@given(histories())
def test_a_longer_horizon_continues_a_shorter_one(history):
    short = forecast_enrollment(history, horizon=2, draws=10, seed=4).draws
    long = forecast_enrollment(history, horizon=7, draws=10, seed=4).draws

    np.testing.assert_array_equal(long.isel(year=slice(2)), short)


@settings(max_examples=10)
@given(st.integers(0, 2**16), st.permutations(range(6)))
def test_new_names_only_rename_the_point(seed, names):
    history = grown(seed, schools=6, years=7)
    renamed = history.assign(school=history["school"].map({f"S{s:02}": f"N{names[s]}" for s in range(6)}))
    one = forecast_enrollment(history, horizon=3, draws=400, seed=4).to_frame("cell", (0.5,))
    other = forecast_enrollment(renamed, horizon=3, draws=400, seed=4).to_frame("cell", (0.5,))
    one["school"] = one["school"].map({f"S{s:02}": f"N{names[s]}" for s in range(6)})
    both = one.merge(other, on=["year", "district", "school", "grade"])

    # Other schools draw other donors, so medians of district totals, and with them cells, differ by noise only.
    assert len(both) == len(one)
    np.testing.assert_allclose(both["q50_x"], both["q50_y"], rtol=0.03)


@settings(max_examples=10)
@given(st.integers(1, 9), st.integers(2, 9), st.integers(1, 8))
def test_a_steady_state_forecasts_itself(schools, years, horizon):
    history = steady(schools=schools, years=years)
    forecast = forecast_enrollment(history, horizon=horizon, draws=300, seed=2)
    school = forecast.draws["school"].to_series().map(lambda school: 40 + 10 * int(school[1:])).to_numpy()
    district = history[history["year"] == 2026].groupby("district")["pupils"].sum().to_numpy()

    np.testing.assert_allclose(median(forecast), np.tile(school, (horizon, 1)), rtol=0.06)
    totals = np.median(forecast.total("district").to_numpy(), axis=-1)
    np.testing.assert_allclose(totals, np.tile(district, (horizon, 1)), rtol=1e-3)


def test_twice_the_pupils_give_twice_the_forecast():
    history = grown(5, schools=8, years=9)
    one = median(forecast_enrollment(history, horizon=3, draws=400, seed=2))
    two = median(forecast_enrollment(history.assign(pupils=2 * history["pupils"]), horizon=3, draws=400, seed=2))

    np.testing.assert_allclose(two, 2 * one, rtol=0.04)


def test_intervals_widen_with_the_years_and_sums_are_narrower_than_their_parts():
    forecast = forecast_enrollment(grown(5, schools=10, years=8), horizon=6, draws=400, seed=2)
    school = forecast.to_frame("school")
    width = ((school["q90"] - school["q10"]) / school["q50"]).groupby(school["year"]).mean()
    whole = forecast.draws.sum("cell").quantile([0.1, 0.5, 0.9], "draw").to_numpy()

    assert width.is_monotonic_increasing
    assert ((whole[2] - whole[0]) / whole[1] < width.to_numpy()).all()


def test_a_calm_history_still_expects_a_common_shock():
    forecast = forecast_enrollment(steady(schools=40, years=9), horizon=5, draws=500, seed=2)
    low, high = np.quantile(forecast.draws.sum("cell").isel(year=4), [0.1, 0.9])

    assert (high - low) / (low + high) > 0.02


def test_levels_add_up_draw_by_draw():
    forecast = forecast_enrollment(grown(5, schools=5, years=6), horizon=2, draws=7, seed=2)

    for level in ("cell", "school", "district"):
        total = forecast.total(level).to_numpy().sum(1)
        np.testing.assert_allclose(total, forecast.draws.sum("cell"), rtol=1e-5)
    with pytest.raises(ValueError, match="choose cell, school or district"):
        forecast.total("province")


def test_a_new_school_fills_grade_by_grade():
    new = [(2024 + y, "D0", "New", g, 60.0) for y in range(3) for g in range(1, 2 + y)]
    history = pd.concat([steady(schools=4), pd.DataFrame(new, columns=COLUMNS)])
    draws = forecast_enrollment(history, horizon=4, draws=200, seed=2).draws
    own = draws.isel(cell=(draws["school"] == "New").to_numpy()).median("draw").to_numpy()

    assert own.shape == (4, 6)
    np.testing.assert_allclose(own[0], [60, 60, 60, 60, 0, 0], rtol=0.1)
    np.testing.assert_allclose(own[3], 60, rtol=0.15)


def test_an_unknown_count_is_not_zero():
    history = steady(schools=3)
    history.loc[(history["year"] == 2026) & (history["school"] == "S1") & (history["grade"] == 1), "pupils"] = np.nan
    frame = forecast_enrollment(history, horizon=1, draws=300, seed=2).to_frame("cell", (0.5,))
    chosen = frame[(frame["school"] == "S1") & (frame["grade"] == 1)]

    assert chosen["q50"].item() == pytest.approx(50, rel=0.05)


def test_births_raise_the_entry_grade_of_their_district():
    history = grown(3, schools=4, years=9)
    births = pd.DataFrame(
        [(year, "D0", 100.0 if year < 2027 else 140.0) for year in range(2015, 2031)],
        columns=["entry_year", "district", "births"],
    )
    with_births = forecast_enrollment(history, horizon=4, draws=200, seed=2, births=births).to_frame("cell", (0.5,))
    without = forecast_enrollment(history, horizon=4, draws=200, seed=2).to_frame("cell", (0.5,))
    ratio = (with_births["q50"] / without["q50"]).groupby(
        [with_births["year"], with_births["district"], with_births["grade"]]
    )

    assert ratio.mean()[2029, "D0", 0] > 1.05
    assert ratio.mean()[2029, "D1", 0] == pytest.approx(1, abs=0.02)


def test_the_sentence_in_both_languages():
    forecast = forecast_enrollment(steady(schools=2, years=5), horizon=2, draws=50, seed=1)

    assert forecast.summary().sentence.startswith("540 pupils in 2026 become 541 in 2028")
    assert "with 80 percent probability between" in forecast.summary().sentence
    with speaking("zh"):
        assert forecast.summary().sentence.startswith("2026年在校生540人，到2028年为541人")


BAD = {
    "one year": (steady(years=1), "year: counts of 2026 only; a forecast needs those of two years or more."),
    "one known year": (
        steady().assign(pupils=lambda h: h["pupils"].where(h["year"] == 2026)),
        "1 problem in the history of rolls\n\n  year: counts of 2026 only;",
    ),
    "years as text": (
        steady().assign(year="2021-2022"),
        "4 problems in the history of rolls\n\n  year · row 1: 2021-2022; a year is a whole number",
    ),
    "kindergarten": (
        steady().assign(grade="K"),
        "to 14: kindergarten is 0, and pupils without a grade have a code of their own, such as 14. Correct the code.",
    ),
    "a blank": (
        steady().assign(school=lambda h: h["school"].where(h["year"] < 2026, h["school"] + " ")),
        "school: 'S0' and 'S0 ' differ in blanks alone; one place has one name. Remove the blanks.",
    ),
    "no table": (steady().to_dict("list"), "the table: of the kind dict; a table is a pandas DataFrame."),
    "no rows": (steady().iloc[:0], "the table: no rows;"),
    "a gap": (steady().query("year != 2024"), "year: no rolls of 2024; years follow one another without a gap."),
    "twice": (
        pd.concat([steady(), steady().iloc[:1]]),
        "school, year, grade · row 109: S0 · 2021 · 1; a school, year and grade occur once.",
    ),
    "twice, once as text": (
        pd.concat([steady(), steady().iloc[:1].astype({"year": str})]),
        "school, year, grade · row 109: S0 · 2021 · 1; a school, year and grade occur once.",
    ),
    "moved": (
        steady().assign(district=lambda h: h["district"].where(h["year"] > 2023, "Elsewhere")),
        "school S0: in D0 and Elsewhere; a school lies in one district.",
    ),
    "negative": (steady().assign(pupils=-2.0), "pupils · row 1: -2; a count of pupils is 0 or more"),
    "infinite": (steady().assign(pupils=np.inf), "pupils · row 1: inf; a count of pupils is 0 or more"),
    "all unknown": (steady().assign(pupils=np.nan), "pupils: no count is known;"),
    "last unknown": (
        steady().assign(pupils=lambda h: h["pupils"].where(h["year"] < 2026)),
        "year: no count of 2026 is known; a forecast starts from the last year.",
    ),
    "nobody left": (
        steady().assign(pupils=lambda h: h["pupils"].where(h["year"] < 2026, 0.0)),
        "year: no pupils in 2026; a forecast starts from those of the last year.",
    ),
    "half a grade": (steady().assign(grade=1.5), "grade · row 1: 1.5; a grade is a whole number from -1"),
    "no school": (steady().assign(school=None), "school · row 1: None; every row names its place."),
    "no column": (
        steady().drop(columns="grade"),
        "grade: missing; the columns found are year, district, school and pupils.",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_history_is_refused_in_words(name):
    history, words = BAD[name]

    with pytest.raises(HistoryError) as refused:
        forecast_enrollment(history, horizon=2, draws=5, seed=1)
    assert words in str(refused.value)


def test_numbers_may_be_texts():
    as_text = steady().assign(year=lambda h: h["year"].astype(str) + ".0", grade=lambda h: h["grade"].astype(str))

    said, numbers = (forecast_enrollment(table, horizon=2, draws=5, seed=1).draws for table in (as_text, steady()))

    np.testing.assert_array_equal(said, numbers)


BIRTHS = ["entry_year", "district", "births"]
BAD_BIRTHS = {
    "no rows": ([], "births: no rows; leave births out"),
    "of another place": (
        [(2028, "Elsewhere", 90.0)],
        "births · district: Elsewhere; none is a district of the rolls (D0 and D1).",
    ),
    "of other years": ([(1998, "D0", 90.0)], "births · entry_year: 1998 to 1998, but the rolls are of 2021 to 2026;"),
    "without a year": ([(None, "D0", 90.0)], "births · entry_year · row 1: None; a year is a whole number"),
    "given twice": ([(2028, "D0", 90.0)] * 2, "births · district, entry_year · row 2: D0 · 2028; a district and entry"),
    "no column": ([(2028, "D0", 90.0)], "births · births: missing; the columns found are entry_year, district and"),
    "not counted": (
        [(year, "D0", 400.0 * (year < 2028)) for year in range(2021, 2030)],
        "births · row 8: 0; beside counts above 100 this is a count not yet made. Leave it blank.",
    ),
    "a slip": (
        [(year, "D0", 4000.0 if year == 2028 else 400.0) for year in range(2021, 2030)],
        "births of D0: 400 for 2027, 4,000 for 2028; births of a year are no more than 3 times those of the next.",
    ),
    "nobody": ([(year, "D0", 0.0) for year in range(2021, 2030)], "births: every count is 0; leave births out"),
    "negative": (
        [(2028, "D0", -9.0)],
        "1 problem in the history of rolls\n\n  births · row 1: -9; a count of births is",
    ),
    "never known": ([(2028, "D0", None)], "births: no count is known; leave births out"),
}


@pytest.mark.parametrize("name", BAD_BIRTHS)
def test_bad_births_are_refused_in_words(name):
    rows, words = BAD_BIRTHS[name]
    births = pd.DataFrame(rows, columns=BIRTHS)
    births = births.rename(columns={"births": "born"}) if name == "no column" else births

    with pytest.raises(HistoryError) as refused:
        forecast_enrollment(steady(), horizon=2, draws=5, seed=1, births=births)
    assert words in str(refused.value)


def test_births_are_a_table():
    with pytest.raises(HistoryError, match="births: of the kind dict; a table is a pandas DataFrame"):
        forecast_enrollment(steady(), horizon=2, draws=5, seed=1, births={"entry_year": [2027]})


def test_births_may_be_blank_where_not_yet_counted_and_leap_where_few():
    blank = pd.DataFrame([(y, "D0", 400.0 if y < 2028 else None) for y in range(2021, 2030)], columns=BIRTHS)
    few = pd.DataFrame([(y, "D0", 90.0 if y % 2 else 0.0) for y in range(2021, 2030)], columns=BIRTHS)
    for births in (blank, few):
        assert forecast_enrollment(steady(), horizon=2, draws=5, seed=1, births=births).draws.sizes["year"] == 2


def test_a_roll_that_leaps_forty_times_is_not_compounded():
    """A slip of the pen, or a school remade: its ratio must not go on for five years."""
    leap = steady(schools=4, years=8, grades=range(1, 7))
    leap["pupils"] = leap["pupils"].where((leap["year"] < 2026) | (leap["school"] != "S0"), 40 * leap["pupils"])
    forecast = forecast_enrollment(leap, horizon=5, draws=50, seed=1).total("school").median("draw")

    assert float(forecast.max()) < 2 * leap.loc[leap["year"] == 2026].groupby("school")["pupils"].sum().max()


def test_every_problem_comes_at_once_and_in_chinese_too():
    history = steady(years=1).assign(pupils=-2.0)
    births = pd.DataFrame({"entry_year": [2027, 2027], "district": "Far", "births": [10.0, -1.0]})

    with pytest.raises(HistoryError) as refused:
        forecast_enrollment(history, horizon=2, draws=5, seed=1, births=births)
    said = str(refused.value)
    assert len(refused.value.problems) == 8
    assert "pupils: the same in 15 more rows." in said
    assert "births · row 2: -1; a count of births is 0 or more" in said
    assert "births · district: Far; none is a district of the rolls (D0 and D1). Use the same names." in said
    with speaking("zh"), pytest.raises(HistoryError, match="历年在校生表有8处问题"):
        forecast_enrollment(history, horizon=2, draws=5, seed=1, births=births)


@pytest.mark.parametrize(("horizon", "draws"), [(0, 5), (3, 0)])
def test_nothing_to_forecast_is_refused(horizon, draws):
    with pytest.raises(ValueError, match="it must be at least 1"):
        forecast_enrollment(steady(), horizon=horizon, draws=draws, seed=1)


HASH = """
import hashlib, sys
import pandas as pd
from seatcast.enrollment.rolls import forecast_enrollment
draws = forecast_enrollment(pd.read_csv(sys.argv[1]), horizon=5, draws=50, seed=3).draws
print(hashlib.sha256(draws.to_numpy().tobytes()).hexdigest())
"""


def test_the_same_bytes_on_one_thread_and_two(tmp_path):
    table = tmp_path / "history.csv"
    grown(1, schools=60, years=9).to_csv(table, index=False)
    threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    seen = {
        subprocess.run(
            [sys.executable, "-c", HASH, str(table)],
            env={**os.environ, **dict.fromkeys(threads, count), "PYTHONPATH": os.pathsep.join(sys.path)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for count in ("1", "2")
    }
    assert len(seen) == 1
