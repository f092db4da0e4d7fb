"""Regression by least absolute deviations: the same as plain arithmetic, for any number of rows in any order."""

import numpy as np
import pytest

from seatcast.enrollment.deviations import NEAR_ZERO, centered, least_absolute


def made(rows, seed=1):
    random = np.random.default_rng(seed)
    traits = random.normal(size=(5, rows))
    error = 0.1 * traits[0] - 0.2 * traits[3] + 0.05 * random.standard_t(3, rows)
    return traits, error, random.uniform(5, 200, rows)


def plainly(traits, error, weight, ridge, rounds=12):
    """Return the coefficients by reweighted least squares, in double precision, all rows at once."""
    beta = np.zeros(len(traits))
    for _round in range(rounds):
        scaled = traits * weight / np.maximum(np.abs(error - beta @ traits), NEAR_ZERO)
        before = beta
        beta = np.linalg.solve(scaled @ traits.T + ridge * weight.mean() * np.eye(len(beta)), scaled @ error)
        if np.abs(beta - before).max() < 1e-3:
            break
    return beta


@pytest.mark.parametrize("rows", [1, 7, 255, 256, 257, 4095, 4096, 4097, 9000])
def test_blocks_of_any_number_add_up_to_the_whole(rows):
    traits, error, weight = made(rows)

    np.testing.assert_allclose(
        least_absolute(traits, error, weight, ridge=10.0), plainly(traits, error, weight, 10.0), atol=1e-5
    )


def test_the_order_of_rows_is_irrelevant():
    traits, error, weight = made(700)
    turned = np.random.default_rng(2).permutation(700)

    np.testing.assert_allclose(
        least_absolute(traits[:, turned], error[turned], weight[turned], ridge=10.0),
        least_absolute(traits, error, weight, ridge=10.0),
        atol=1e-5,
    )


def test_one_error_beyond_all_measure_moves_nothing():
    traits, error, weight = made(2000)
    wild = error.copy()
    wild[0] = 1e6

    np.testing.assert_allclose(
        least_absolute(traits, wild, weight, ridge=10.0), least_absolute(traits, error, weight, ridge=10.0), atol=0.01
    )


def test_what_is_centered_has_no_mean_left_in_its_groups():
    traits, _error, weight = made(60)
    group = np.arange(60) % 4

    left = centered(traits, weight, [(group, 0.0)])

    for code in range(4):
        np.testing.assert_allclose((weight * left)[:, group == code].sum(1), 0, atol=1e-9)
