import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatcast.enrollment.entry import (
    Births,
    BirthsGrowth,
    CohortShare,
    births_factor,
    births_growth,
    births_pull,
    level,
    level_factor,
    same_capture,
)
from seatcast.enrollment.history import checked_history
from seatcast.enrollment.panel import RollPanel

from .made_rolls import steady


def panel_of(history):
    return RollPanel.from_frame(checked_history(history))


def births_of(panel, number):
    """Births of every district by entry year, from ten years back to four ahead; `number` of a year."""
    years = range(panel.origin - 10, panel.origin + 5)
    rows = [(year, district, number(year)) for year in years for district in np.unique(panel.district)]
    return Births.from_frame(pd.DataFrame(rows, columns=["entry_year", "district", "births"]), panel)


def factor_of(panel, births, lead):
    return births_factor(panel, births_growth(panel, births, lead))[-1]


def test_level_is_the_3_2_1_mean_of_the_last_known_live_years():
    history = steady(schools=1, years=4, grades=range(1, 2))
    history["pupils"] = [60.0, 30.0, np.nan, 90.0]

    assert level(panel_of(history)) == pytest.approx([(3 * 90 + 2 * 30 + 60) / 6])


def test_births_move_the_entry_grade_alone_and_by_the_root_of_their_growth():
    panel = panel_of(steady(schools=2))
    births = births_of(panel, lambda year: 100.0 if year <= panel.origin + 1 else 121.0)
    factor = factor_of(panel, births, 4)

    assert factor[panel.grade == 1] == pytest.approx(1.1)
    assert (factor[panel.grade > 1] == 1).all()


def test_steady_births_change_nothing():
    panel = panel_of(steady())

    assert factor_of(panel, births_of(panel, lambda _year: 80.0), 3) == pytest.approx(1.0)


def test_births_that_fell_do_not_come_back_where_the_next_are_not_counted_yet():
    panel = panel_of(steady(schools=2))
    births = births_of(panel, lambda year: 100.0 if year <= panel.origin + 1 else 81.0)
    entry = panel.grade == 1

    assert factor_of(panel, births, 5)[entry] == pytest.approx(0.9)
    assert factor_of(panel, births, 20)[entry] == pytest.approx(0.9)


@pytest.mark.parametrize(("power", "least", "most"), [(1.0, 0.85, 1.05), (0.0, -0.05, 0.15)])
def test_how_far_entrants_follow_births_is_learned_from_the_record(power, least, most):
    wave = {year: 100.0 * np.exp(0.3 * np.sin(year)) for year in range(2010, 2032)}
    history = steady(schools=4, years=13, grades=range(1, 4))
    entering = history["grade"] == 1
    smooth = {year: np.mean([wave[year + k] for k in (-1, 0, 1)]) for year in range(2012, 2028)}
    noise = np.exp(0.02 * np.random.default_rng(1).standard_normal(len(history)))
    moved = history["pupils"] * history["year"].map(lambda year: (smooth[year] / 100) ** power) * noise
    panel = panel_of(history.assign(pupils=moved.where(entering, history["pupils"])))

    assert least < births_pull(panel, births_of(panel, wave.__getitem__)) < most


def test_births_that_hardly_moved_keep_the_usual_share():
    panel = panel_of(steady(schools=4, years=13))

    assert births_pull(panel, births_of(panel, lambda _year: 80.0)) == pytest.approx(0.5)
    assert births_pull(panel, None) == pytest.approx(0.5)


def test_births_later_than_known_at_the_origin_are_not_used():
    panel = panel_of(steady())
    known = births_of(panel, lambda year: 100.0 if year <= 2026 + 4 else 300.0)
    early = panel.until(2022)
    changed = births_of(panel, lambda year: 100.0 if year <= 2022 + 4 else 300.0)

    assert known.lead == 4
    assert factor_of(early, changed, 4) == pytest.approx(factor_of(early, known, 4))


def test_a_school_without_feeders_of_its_own_takes_its_share_of_the_cohort():
    primary = steady(schools=2, grades=range(1, 7)).assign(district="D")
    junior = [
        (year, "D", school, grade, pupils)
        for year in range(2021, 2027)
        for school, pupils in (("J1", 60.0), ("J2", 30.0))
        for grade in (7, 8, 9)
    ]
    panel = panel_of(pd.concat([primary, pd.DataFrame(junior, columns=primary.columns)]))
    share = CohortShare.fit(panel)
    entrants = share.entrants(np.where(panel.grade == 6, 1.21, 1.0) * panel.pupils[-1])

    assert entrants[(panel.school == "J1") & (panel.grade == 7)] == pytest.approx(66.0)  # the cohort is followed half
    assert entrants[(panel.school == "J2") & (panel.grade == 7)] == pytest.approx(33.0)


@given(before=st.floats(1, 1e5), growth=st.floats(0.05, 20))
def test_growth_of_births_splits_into_a_small_part_and_the_rest(before, growth):
    split = BirthsGrowth.of(np.array([before * growth]), np.array([before]))

    assert split.small * split.beyond == pytest.approx(max(before * growth, 1.0) / before)
    assert abs(np.log(split.beyond)) <= abs(np.log(max(before * growth, 1.0) / before)) + 1e-12


@pytest.mark.parametrize(("births", "ahead", "least", "most"), [
    (4000, 3300, 1.0, 1.0),  # a fifth: capture may offset it
    (4000, 2000, 0.5, 0.57),  # half: it cannot
    (20, 11, 1.0, 1.0),  # as many fewer of twenty: chance
])  # fmt: skip
def test_only_births_that_change_beyond_chance_and_capture_move_the_level(births, ahead, least, most):
    split = BirthsGrowth.of(np.array([ahead]), np.array([births]))

    assert least <= split.beyond[0] <= most


def test_births_never_known_move_nothing():
    split = BirthsGrowth.of(np.array([np.nan, 100.0, 50.0]), np.array([100.0, np.nan, 0.0]))

    np.testing.assert_array_equal(split.small, 1)
    np.testing.assert_array_equal(split.beyond, 1)


def test_where_births_collapse_no_change_falls_grade_by_grade_as_the_cohorts_come():
    panel = panel_of(steady(schools=2, grades=range(1, 7)))
    births = births_of(panel, lambda year: 4000.0 if year <= panel.origin else 1600.0)
    factor = same_capture(panel, births, 8)
    by_grade = factor[:, :6]

    assert (by_grade[0, 2:] == 1).all()  # next year all but the youngest are in school already
    assert by_grade[3, 5] == 1  # four years on the oldest still are of the many
    assert (by_grade[3, :2] < 0.6).all()
    assert (by_grade[7] < 0.6).all()
    assert (level_factor(panel, births_growth(panel, births, 8), np.ones((8, 2)))[-1, :6] < [0.5, 2, 2, 2, 2, 2]).all()
