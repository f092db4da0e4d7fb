import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatcast.enrollment.combination import PARTS, Parts
from seatcast.enrollment.hindcast import PastParts
from seatcast.enrollment.panel import RollPanel, sums
from seatcast.enrollment.weights import USUAL_CELLS, Weights, _mix_of_totals

from .made_rolls import grown, histories

COHORTS, STILL = np.array((0.0, 0.45, 0.30, 0.25)), np.full(8, 0.12)


def learned(history):
    return Weights.learn(PastParts.run(RollPanel.from_frame(history)))


@settings(max_examples=15)
@given(histories())
def test_weights_are_shares_of_one(history):
    weights = learned(history)

    births = np.array([part in ("births", "feeders") for part in PARTS])
    assert (weights.cells >= 0).all()
    assert (weights.totals[:, ~births] >= 0).all()
    assert (weights.totals[:, births].sum(1) >= -1e-12).all()
    for shares in (weights.cells, weights.totals):
        np.testing.assert_allclose(shares.sum(1), 1)


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
    weights = Weights.usual(panel)
    out = parts.average(panel, cells=weights.cells, totals=weights.totals)

    for lead in range(horizon):
        of_cell = weights.totals[min(lead, len(weights.totals) - 1)][:, panel.district_code]
        wanted = sums((of_cell * parts.pupils[:, lead]).sum(0) * parts.live, panel.district_code)
        np.testing.assert_allclose(sums(out[lead] * parts.live, panel.district_code), wanted)


def test_usual_weights_are_shares_too():
    usual = Weights.usual(RollPanel.from_frame(grown(1, schools=5, years=3)))

    for shares in (usual.cells, usual.totals):
        np.testing.assert_allclose(shares.sum(1), 1)


@given(st.lists(st.floats(10, 1e6), min_size=2, max_size=2, unique=True))
def test_the_smaller_a_district_the_more_of_no_change_is_in_its_total(pupils):
    panel = RollPanel.from_frame(
        pd.DataFrame(
            [(year, name, name, 1, count) for year in (2025, 2026) for name, count in zip("AB", pupils, strict=True)],
            columns=["year", "district", "school", "grade", "pupils"],
        )
    )
    still = Weights.usual(panel).totals[:, PARTS.index("no change")]

    smaller, larger = np.argsort(pupils)
    assert (still[:, smaller] >= still[:, larger]).all()
    assert ((still > 0.1) & (still < 0.71)).all()


@given(share=st.floats(0, 1), more=st.floats(-0.2, 0.2), origins=st.integers(1, 12), seed=st.integers(0, 99))
def test_totals_show_how_much_of_no_change_and_of_births_to_mix_in(share, more, origins, seed):
    """Totals that came at a known mix: between the usual shares and those that all origins agree on."""
    random = np.random.default_rng(seed)
    past = []
    for _origin in range(origins):  # one direction at a time, in districts of their own, so that each is told apart
        still = np.append(random.uniform(800, 1200, 4), np.full(4, 1000.0))
        births = np.append(np.full(4, 1000.0), random.uniform(800, 1200, 4))
        level = np.full(8, 1000.0)
        cohorts = (COHORTS[:, None] * np.stack([still, level, births, level])).sum(0)
        still = np.where(still == 1000.0, cohorts, still)
        came = share * still + (1 - share) * cohorts + more * (births - level)
        past.append((came, np.stack([still, level, births, level])))
    found = _mix_of_totals(past, COHORTS, STILL)[:, 0]

    # every origin says the same, so the slope's variance is that of its size: its square over the number of origins
    for at, true, usual_share, spread in ((0, share, 0.12, 0.2), (1, more, 0.0, 0.6)):
        drawn = usual_share + (true - usual_share) / (1 + (true - usual_share) ** 2 / origins / spread**2)
        got = found[0] if at == 0 else found[2] - (1 - found[0]) * COHORTS[2]
        if share <= 0.5:
            assert got == pytest.approx(max(drawn, 0.0) if at == 0 else drawn, abs=0.03)


def test_no_past_keeps_the_usual_mix():
    mix = _mix_of_totals([], COHORTS, STILL)

    np.testing.assert_allclose(mix[0], STILL)
    np.testing.assert_allclose(mix[1:], (1 - STILL) * COHORTS[1:, None])


def test_births_that_say_what_the_level_says_keep_their_weight():
    still, grown_ = np.array([900.0, 1100.0]), np.array([1000.0, 1000.0])
    found = _mix_of_totals([(grown_, np.stack([still, grown_, grown_, grown_]))], COHORTS, STILL[:2])

    np.testing.assert_allclose(found[1:] / (1 - found[0]), np.repeat(COHORTS[1:, None], 2, 1))
