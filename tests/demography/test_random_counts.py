"""Laws of the numbers by chance: exact where they are small, normal where they are large, unrelated everywhere."""

import numba as nb
import numpy as np
import pytest
from scipy.stats import binom, chi2, kstest, poisson

from seatcast.demography.cohort_rows import DEVIATE, FIXED, deviates
from seatcast.demography.random_counts import FREE, LANES, OF_MEANS, WIDE, chances, draw_counts, hashed_draws


@nb.njit
def counts(rows, trials, prob, draws, key, out):
    draw_counts(rows, trials, prob, draws, key, out)


@nb.njit
def normals(rows, draws, key):
    deviates(rows, draws, key)


@pytest.mark.parametrize(
    ("mean", "share"),
    [
        (0.02, 0.01),
        (0.3, 0.0),
        (0.4, 0.2),
        (1.5, 0.1),
        (3.0, 0.0),
        (3.9, 0.3),
        (4.5, 0.5),
        (4.5, 0.0),
        (6.0, 0.04),
        (25.0, 0.1),
        (0.06, 0.97),
        (3.0, 0.75),
        (30.0, 0.6),
    ],
)
def test_counts_follow_the_binomial_and_the_poisson_law(mean, share):
    cells, draws = 1500, hashed_draws(LANES)
    number = round(mean / share) if share else 0
    mean = number * share if share else mean
    rows = np.empty((FREE + 3, LANES), np.float32)
    trials, prob, out = FREE, FREE + 1, FREE + 2
    rows[trials], rows[prob] = number, share or mean
    seen = np.zeros(400, int)
    rng = np.random.default_rng(8)
    for key in rng.integers(0, 2**64, cells, dtype=np.uint64):
        counts(rows, trials if share else OF_MEANS, prob, draws, key, out)
        seen += np.bincount(rows[out].astype(int), minlength=400)
    law = binom(number, share) if share else poisson(mean)
    most = number if share else 399
    expected = np.zeros(400)
    expected[: most + 1] = law.pmf(np.arange(most + 1)) * cells * LANES
    if mean * (1 - share) < 4:
        often = expected > 8
        rare = max(expected[~often].sum(), 1.0)
        statistic = ((seen - expected)[often] ** 2 / expected[often]).sum() + (seen[~often].sum() - rare) ** 2 / rare
        assert chi2(often.sum() + 1).sf(statistic) > 1e-4
    assert abs(seen - expected).sum() / 2 / seen.sum() < 0.005
    assert seen @ np.arange(400) / seen.sum() == pytest.approx(mean, abs=5 * law.std() / seen.sum() ** 0.5)


def test_counts_depend_on_no_other_draw_of_their_row():
    rows, draws = np.empty((FREE + 4, LANES), np.float32), hashed_draws(LANES)
    trials, prob, mixed, alone = FREE, FREE + 1, FREE + 2, FREE + 3
    rng, key = np.random.default_rng(3), np.uint64(11)
    for of_means in (True, False):
        several = rng.choice([0.01, 0.4, 2.0, 3.9, 4.1, 50.0] if of_means else [0.001, 0.02, 0.4, 0.9, 1.0], LANES)
        rows[trials], rows[prob] = rng.choice([0, 1, 7, 40, 300], LANES), several
        counts(rows, OF_MEANS if of_means else trials, prob, draws, key, mixed)
        apart, held = rows[mixed].copy(), rows[trials].copy()
        for value in np.unique(several):
            rows[prob] = value
            counts(rows, OF_MEANS if of_means else trials, prob, draws, key, alone)
            np.testing.assert_array_equal(rows[alone][several == value], apart[several == value])
        for number in np.unique(held):
            rows[trials], rows[prob] = number, several
            counts(rows, OF_MEANS if of_means else trials, prob, draws, key, alone)
            np.testing.assert_array_equal(rows[alone][held == number], apart[held == number])


def test_numbers_of_neighboring_cells_draws_and_streams_are_unrelated():
    keys = np.arange(400, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    numbers = chances(keys, 500)

    assert np.bincount((numbers * 64).astype(int).ravel(), minlength=64) == pytest.approx(3125, abs=5 * 3125**0.5)
    for other in (np.roll(numbers, 1, 0), np.roll(numbers, 1, 1), np.roll(numbers, (1, 1), (0, 1))):
        assert abs(np.corrcoef(numbers.ravel(), other.ravel())[0, 1]) < 5 / numbers.size**0.5


def test_deviates_are_normal_and_unrelated_between_cells_and_draws():
    cells, draws = 400, 2 * LANES
    rows, turn = np.empty((FIXED, LANES), np.float32), hashed_draws(draws)
    keys = np.random.default_rng(4).integers(0, 2**64, cells, dtype=np.uint64)
    numbers = np.empty((cells, draws))
    for cell, key in enumerate(keys):
        for k in range(0, draws, LANES):
            normals(rows, turn[k : k + LANES], key)
            numbers[cell, k : k + LANES] = rows[DEVIATE]

    assert kstest(numbers.ravel(), "norm").statistic < 0.003
    assert numbers.var() == pytest.approx(1, abs=0.015)
    assert (numbers**4).mean() == pytest.approx(3, abs=0.1)
    for values in (numbers, numbers.T, numbers**2):
        pairs = np.corrcoef(values)[np.triu_indices(len(values), 1)] * values.shape[1] ** 0.5
        assert pairs.std() == pytest.approx(1, abs=0.02)
    assert numbers.sum(0).var() == pytest.approx(cells, rel=0.25)  # no common part, however small


def test_loops_are_compiled_in_vectors_as_wide_as_the_processor_has():
    rows, draws = np.zeros((FIXED, LANES), np.float32), hashed_draws(LANES)
    normals(rows, draws, np.uint64(1))

    assert any(WIDE in told for told in normals.inspect_llvm().values())
