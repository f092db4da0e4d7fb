import numpy as np
import pytest
from hypothesis import given

from seatcast.enrollment.history import checked_history
from seatcast.enrollment.panel import RollPanel
from seatcast.enrollment.progression import HIGHEST, LOWEST, progression_ratios, shrunk_ratios

from .made_rolls import grown, histories, steady


def panel_of(history):
    return RollPanel.from_frame(checked_history(history))


def ratio_of(panel, school, grade):
    (cell,) = np.flatnonzero((panel.school == school) & (panel.grade == grade))
    return progression_ratios(panel)[cell]


@given(histories())
def test_ratios_are_finite_and_bounded(history):
    ratios = progression_ratios(panel_of(history))

    assert np.isfinite(ratios).all()
    assert ((ratios >= LOWEST) & (ratios <= HIGHEST)).all()


@given(histories())
def test_the_ratio_used_lies_between_the_schools_own_and_its_districts(history):
    panel = panel_of(history)
    own, district, used = shrunk_ratios(panel)
    low, high = np.fmin(own, district), np.fmax(own, district)

    np.testing.assert_array_equal(used, progression_ratios(panel))
    assert (used >= np.clip(low, LOWEST, HIGHEST) - 1e-12).all()
    assert (used <= np.clip(high, LOWEST, HIGHEST) + 1e-12).all()


def test_a_school_that_never_varies_keeps_its_own_ratio():
    history = steady(schools=4)
    fifth = (history["school"] == "S1") & (history["grade"] == 5)
    history.loc[fifth, "pupils"] = 60.0

    assert ratio_of(panel_of(history), "S1", 5) == pytest.approx(60 / 50, abs=0.01)


def test_a_small_school_is_drawn_to_its_district_more_than_a_large_one():
    rng = np.random.default_rng(3)
    history = grown(3, schools=40, years=8, noise=0.05)
    pattern = 1.1 ** (history["grade"] + 1) * np.exp(0.05 * rng.standard_normal(len(history)))
    small, large = history["school"] == "S00", history["school"] == "S02"
    history.loc[small, "pupils"] = 8 * pattern[large].to_numpy()
    history.loc[large, "pupils"] = 400 * pattern[large].to_numpy()
    panel = panel_of(history)

    # Both have the same ratios of their own, far above those of the others.
    assert 1.0 < ratio_of(panel, "S00", 3) < ratio_of(panel, "S02", 3) - 0.02


def test_unknown_and_tiny_counts_do_not_enter_a_ratio():
    history = steady(schools=4)
    unknown = history.copy()
    unknown.loc[(unknown["school"] == "S2") & (unknown["year"] == 2024), "pupils"] = np.nan
    tiny = history.copy()
    tiny.loc[(tiny["school"] == "S2") & (tiny["year"] == 2024), "pupils"] = 4.0

    for changed in (unknown, tiny):
        assert ratio_of(panel_of(changed), "S2", 4) == pytest.approx(1.0)
