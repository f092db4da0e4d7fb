"""What a bureau knows besides its rolls: the children of the catchments, and those registered so far."""

import numpy as np
import pandas as pd
import pytest

from seatcast.core.scenario import Scenario
from seatcast.datasets import load_example
from seatcast.demography.cohort_component import project_children
from seatcast.demography.migration import project_migration
from seatcast.enrollment.bureau_rolls import project_rolls
from seatcast.enrollment.children_entry import follow_children
from seatcast.enrollment.cohort_factors import along_cohorts
from seatcast.enrollment.registrations import RegistrationPace, nowcast
from seatcast.enrollment.rolls import forecast_enrollment
from seatcast.enrollment.told import HistoryError

from .made_rolls import grown, steady

SCENARIO = Scenario(draws=80, horizon=8)


def entry(rolls, year, grade=1):
    return rolls.draws.isel(cell=rolls.draws["grade"].values == grade).sel(year=year).sum("cell").values


@pytest.fixture(scope="module")
def city():
    inputs = load_example()
    return inputs, project_rolls(inputs, SCENARIO), project_children(inputs, project_migration(inputs, SCENARIO))


def test_a_factor_goes_up_with_its_cohort_and_into_the_next_school():
    low = grown(3, schools=4, years=8)
    low = low[(low["school"] < "S02") == (low["grade"] < 3)]  # S00 and S01 feed S02 and S03
    rolls = forecast_enrollment(low, horizon=5, draws=10, seed=1).draws
    factors = np.full(rolls.shape, np.nan)
    entering = (rolls["school"].values == "S00") & (rolls["grade"].values == 0)
    factors[0, entering] = 0.5
    ratio = along_cohorts(rolls, factors) / rolls

    def at(school, grade, year):
        here = (ratio["school"].values == school) & (ratio["grade"].values == grade)
        return ratio.isel(cell=here).sel(year=year).values

    for grade in range(3):
        np.testing.assert_allclose(at("S00", grade, 2027 + grade), 0.5, rtol=1e-5)
    np.testing.assert_allclose(at("S02", 3, 2030), 0.5, rtol=1e-5)  # S00 is the only feeder of its district
    np.testing.assert_allclose(at("S03", 3, 2030), 1.0, rtol=1e-5)
    np.testing.assert_allclose(at("S00", 0, 2028), 1.0, rtol=1e-5)


def test_rolls_follow_the_children_part_of_the_way(city):
    inputs, rolls, children = city
    blended = follow_children(rolls, inputs, children)
    fewer = follow_children(rolls, inputs, children_times(children, 0.5))

    before, after, least = (np.median(entry(part, 2034)) for part in (rolls, blended, fewer))
    assert least < after < before  # the children of the example fall faster than its rolls
    moved = np.log(after / least) / np.log(2)
    assert 0.2 < moved < 0.95
    np.testing.assert_array_equal(entry(rolls, 2027, grade=2), entry(blended, 2027, grade=2))
    later = np.median(entry(blended, 2034, grade=3)) / np.median(entry(rolls, 2034, grade=3))
    earlier = np.median(entry(blended, 2032, grade=1)) / np.median(entry(rolls, 2032, grade=1))
    assert later == pytest.approx(earlier, abs=0.04)


def children_times(children, factor):
    from dataclasses import replace

    return replace(children, children=children.children * np.where(children.children["year"] > 2026, factor, 1.0)[
        :, None, None, None, None])  # fmt: skip


def test_what_two_forecasts_agree_on_is_surer(city):
    inputs, rolls, children = city
    blended = follow_children(rolls, inputs, children)
    year = 2028
    cells = rolls.draws["grade"].values == 1
    spread = [np.log(part.draws.sel(year=year).values[cells]).std(1).mean() for part in (rolls, blended)]
    assert 0.5 * spread[0] < spread[1] < 1.02 * spread[0]


def registrations(history, registered, *, past=0.8, years=range(2020, 2027), schools=None):
    known = history[(history["grade"] == 0) & history["year"].isin(years)]
    rows = known.assign(registered=(known["pupils"] * past).round())[["year", "school", "grade", "registered"]]
    new = pd.DataFrame({"year": 2027, "school": schools or sorted(set(history["school"])), "grade": 0})
    return pd.concat([rows, new.assign(registered=registered)], ignore_index=True)


def test_registrations_move_the_draws_to_what_they_foretell():
    history = grown(4, schools=8, years=10)
    rolls = forecast_enrollment(history, horizon=4, draws=400, seed=1)
    now = rolls.draws.sel(year=2027)
    at = now["grade"].values == 0
    expected = now.median("draw").values[at] * 1.4
    table = registrations(history, expected * 0.8, schools=now["school"].values[at].tolist())
    after = nowcast(rolls, table, history)

    moved = after.draws.sel(year=2027).median("draw").values[at] / expected * 1.4
    assert (moved > 1.1).all()
    assert (moved < 1.42).all()
    spread = [np.log(part.sel(year=2027).values[at]).std(1) for part in (rolls.draws, after.draws)]
    assert (spread[1] < spread[0]).all()
    later = (after.draws / rolls.draws).sel(year=2029).median("draw").values
    np.testing.assert_allclose(later[now["grade"].values == 2], moved, rtol=0.1)
    np.testing.assert_allclose(later[now["grade"].values == 4], 1.0, rtol=1e-5)


def test_schools_without_registrations_hear_of_the_others():
    history = grown(4, schools=8, years=10)
    rolls = forecast_enrollment(history, horizon=1, draws=400, seed=1)
    known = ["S00", "S02", "S04"]  # of D0; S06 has none
    level = rolls.draws.sel(year=2027).median("draw")
    cells = (level["grade"].values == 0) & np.isin(level["school"].values, known)
    table = registrations(history, level.values[cells] * 0.8 * 1.5, schools=level["school"].values[cells].tolist())
    ratio = (nowcast(rolls, table, history).draws / rolls.draws).sel(year=2027).median("draw")

    def of(school):
        return float(ratio.values[(ratio["school"].values == school) & (ratio["grade"].values == 0)][0])

    assert 1.0 < of("S06") < of("S00")
    assert of("S01") == 1.0


def test_the_pace_is_that_of_past_years():
    history = steady(schools=4, years=8, grades=range(6))
    pace = RegistrationPace.learn(registrations(history, 0.0, past=0.5), history)

    assert np.exp(pace.gain) == pytest.approx(2.0)
    assert pace.spread < 0.08
    assert RegistrationPace.learn(registrations(history, 0.0, years=[]), history).gain == 0.0


BAD_REGISTRATIONS = {
    "no grade": (lambda t: t.drop(columns="grade"), "registrations · grade: missing; the columns found are"),
    "no table": (lambda t: t.to_dict("list"), "registrations: of the kind dict"),
    "misspelled": (lambda t: t.assign(shar=0.8), "registrations · shar: not a column of this table"),
    "past alone": (lambda t: t[t["year"] < 2027], "registrations · year: no row of 2027;"),
    "too late": (
        lambda t: t.assign(year=t["year"].where(t["year"] < 2027, 2029)),
        "registrations · year · row 29: 2029; registrations are of 2027, the first year forecast, and of years before",
    ),
    "below 0": (
        lambda t: t.assign(registered=-60),
        "registrations · registered · row 1: -60; pupils registered are 0 or more",
    ),
    "text": (lambda t: t.assign(registered="many"), "registrations · registered · row 1: many; pupils registered are"),
    "kindergarten": (lambda t: t.assign(grade="K"), "registrations · grade · row 1: K; a grade is a whole number;"),
    "share": (lambda t: t.assign(share=80), "registrations · share · row 1: 80; a share lies between 0 and 1."),
    "twice": (
        lambda t: pd.concat([t, t.iloc[[-1]]]),
        "registrations · school, year, grade · row 33: S03 · 2027 · 0; a school, year and grade occur once.",
    ),
    "elsewhere": (
        lambda t: t.assign(school=t["school"].where(t["year"] < 2027, t["school"] + "x")),
        "registrations · school, year, grade · row 29: S00x · 2027 · 0; nothing is forecast of it.",
    ),
    "no pace": (
        lambda t: t[t["year"] == 2027],
        "registrations: 4 rows of 2027 have no `share`, and no past year tells how many of the pupils had registered",
    ),
}


@pytest.mark.parametrize("name", BAD_REGISTRATIONS)
def test_registrations_that_tell_nothing_are_refused(name):
    history = grown(4, schools=4, years=8)
    rolls = forecast_enrollment(history, horizon=2, draws=20, seed=1)
    spoil, said = BAD_REGISTRATIONS[name]
    with pytest.raises(HistoryError, match="in the registrations") as refused:
        nowcast(rolls, spoil(registrations(history, 30.0)), history)
    assert said in str(refused.value)


def test_registrations_may_be_blank_text_or_have_a_share_in_place_of_past_years():
    history = grown(4, schools=4, years=8)
    rolls = forecast_enrollment(history, horizon=2, draws=20, seed=1)
    table = registrations(history, 30.0)
    now = table[table["year"] == 2027]

    np.testing.assert_array_equal(nowcast(rolls, now.assign(registered=np.nan), history).draws, rolls.draws)
    told = nowcast(rolls, table, history).draws
    np.testing.assert_array_equal(nowcast(rolls, table.astype({"year": str, "grade": str}), history).draws, told)
    assert (nowcast(rolls, now.assign(share=0.8), history).draws != rolls.draws).any()
