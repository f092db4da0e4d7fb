import numpy as np
import pandas as pd
import pytest

from seatcast.enrollment.entry import Births, CohortShare, births_factor, births_pull, level
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


def test_level_is_the_3_2_1_mean_of_the_last_known_live_years():
    history = steady(schools=1, years=4, grades=range(1, 2))
    history["pupils"] = [60.0, 30.0, np.nan, 90.0]

    assert level(panel_of(history)) == pytest.approx([(3 * 90 + 2 * 30 + 60) / 6])


def test_births_move_the_entry_grade_alone_and_by_the_root_of_their_growth():
    panel = panel_of(steady(schools=2))
    births = births_of(panel, lambda year: 100.0 if year <= panel.origin + 1 else 121.0)
    factor = births_factor(panel, births, 4)

    assert factor[panel.grade == 1] == pytest.approx(1.1)
    assert (factor[panel.grade > 1] == 1).all()


def test_steady_births_change_nothing():
    panel = panel_of(steady())

    assert births_factor(panel, births_of(panel, lambda _year: 80.0), 3) == pytest.approx(1.0)


def test_births_that_fell_do_not_come_back_where_the_next_are_not_counted_yet():
    panel = panel_of(steady(schools=2))
    births = births_of(panel, lambda year: 100.0 if year <= panel.origin + 1 else 64.0)
    entry = panel.grade == 1

    assert births_factor(panel, births, 5)[entry] == pytest.approx(0.8)
    assert births_factor(panel, births, 20)[entry] == pytest.approx(0.8)


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
    assert births_factor(early, changed, 4) == pytest.approx(births_factor(early, known, 4))


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
    entrants = share.entrants(np.where(panel.grade == 6, 1.2, 1.0) * panel.pupils[-1])

    assert entrants[(panel.school == "J1") & (panel.grade == 7)] == pytest.approx(72.0)
    assert entrants[(panel.school == "J2") & (panel.grade == 7)] == pytest.approx(36.0)
