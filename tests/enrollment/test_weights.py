import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatcast.enrollment.combination import PARTS, Parts
from seatcast.enrollment.hindcast import PastParts
from seatcast.enrollment.panel import RollPanel, sums
from seatcast.enrollment.weights import USUAL_CELLS, USUAL_TOTALS, Weights, _share_of_no_change

from .made_rolls import grown, histories


def learned(history):
    return Weights.learn(PastParts.run(RollPanel.from_frame(history)))


@settings(max_examples=15)
@given(histories())
def test_weights_are_shares_of_one(history):
    weights = learned(history)

    for rows in (weights.cells, weights.totals):
        assert (rows >= 0).all()
        np.testing.assert_allclose(rows.sum(1), 1)


def test_two_years_keep_the_usual_weights():
    weights = learned(grown(1, schools=5, years=2).query("year >= 2025"))

    assert weights.cells.shape == USUAL_CELLS.shape
    assert np.isfinite(weights.cells).all()


def test_sure_ratios_leave_little_of_no_change():
    """Cohorts of very different size that go up without noise: the last count tells nothing of the next."""
    history = grown(2, schools=6, years=9, noise=0.0)
    cohort = history["year"] - history["grade"]
    size = cohort.map(dict(zip(range(2000, 2030), np.random.default_rng(1).uniform(0.5, 1.5, 30), strict=True)))
    sure = learned(history.assign(pupils=20 * history["pupils"] * size))
    noisy = learned(grown(2, schools=6, years=9, noise=0.3))
    still = PARTS.index("no change")

    assert sure.cells[0, still] < 0.3 * USUAL_CELLS[0, still]
    assert sure.cells[0, still] < noisy.cells[0, still]


@settings(max_examples=10)
@given(st.integers(0, 2**16), st.integers(1, 6))
def test_cells_add_up_to_the_districts_average(seed, horizon):
    panel = RollPanel.from_frame(grown(seed, schools=6, years=7))
    parts = Parts.of(panel, horizon=horizon)
    out = parts.average(panel, cells=USUAL_CELLS, totals=USUAL_TOTALS)

    for lead in range(horizon):
        weights = USUAL_TOTALS[min(lead, len(USUAL_TOTALS) - 1)]
        wanted = sums((weights[:, None] * parts.pupils[:, lead]).sum(0) * parts.live, panel.district_code)
        np.testing.assert_allclose(sums(out[lead] * parts.live, panel.district_code), wanted)


@pytest.mark.parametrize("usual", [USUAL_CELLS, USUAL_TOTALS])
def test_usual_weights_are_shares_too(usual):
    np.testing.assert_allclose(usual.sum(1), 1)


@given(share=st.floats(0, 1), origins=st.integers(1, 12), seed=st.integers(0, 99))
def test_totals_show_how_much_of_no_change_to_mix_in(share, origins, seed):
    """Totals that came at a known mix: its share is found, drawn to 0.15 by three origins, and never above a half."""
    random = np.random.default_rng(seed)
    past = []
    for _origin in range(origins):
        still, grown_ = random.uniform(800, 1200, (2, 4))
        past.append((share * still + (1 - share) * grown_, np.stack([still, grown_, grown_, grown_])))

    expected = min((origins * share + 3 * 0.15) / (origins + 3), 0.5)
    assert _share_of_no_change(past) == pytest.approx(expected)


def test_no_past_keeps_the_usual_share():
    assert _share_of_no_change([]) == 0.15
