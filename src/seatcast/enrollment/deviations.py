"""Regression of errors on traits in the way enrollment needs it: centered within groups, weighted, robust."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seatcast.enrollment.panel import sums

if TYPE_CHECKING:
    from seatcast.enrollment.panel import Floats, Ints

NEAR_ZERO = 0.02
"""Residual below which least absolute deviations weigh as least squares do: 2 percent of pupils."""
_ROUNDS = 12  # of reweighting
_SETTLED = 1e-3  # change of a coefficient below which reweighting ends
_BLOCK = 512  # rows that are multiplied at once: too few for a library to share them out over threads


def centered(values: Floats, weight: Floats, groups: list[tuple[Ints, float]]) -> Floats:
    """Return values (cell, trait) less their weighted mean in each grouping, one after the other.

    Parameters
    ----------
    values : (cell, trait)
    weight : (cell,)
        0 leaves a cell out of the means.
    groups : list of (codes (cell,), pull)
        With a pull above 0 the mean of a group of that weight is taken off by half only.

    Examples
    --------
    >>> centered(np.array([[1.0], [3.0], [8.0]]), np.ones(3), [(np.array([0, 0, 1]), 0.0)])[:, 0]
    array([-1.,  1.,  0.])
    """
    columns = []
    for column in values.T:
        left = column
        for codes, pull in groups:
            mean = sums(weight * left, codes) / np.maximum(sums(weight, codes) + pull, 1e-9)
            left = left - mean[codes]
        columns.append(left)
    return np.stack(columns, axis=-1)


def weighted_median(values: Floats, weight: Floats) -> float:
    """Return the value at which half of the weight is reached.

    Examples
    --------
    >>> weighted_median(np.array([5.0, 1.0, 2.0]), np.array([1.0, 1.0, 3.0]))
    2.0
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])


def least_absolute(traits: Floats, error: Floats, weight: Floats, *, ridge: float) -> Floats | None:
    r"""Return the coefficients that minimize :math:`\sum w |e - x^\top \beta|`, by reweighted least squares.

    None where the traits do not vary. Sums keep their order on any number of threads.

    Parameters
    ----------
    traits : (row, trait)
    error, weight : (row,)
    ridge : float
        Rows of mean weight by which coefficients are drawn to 0.

    Examples
    --------
    >>> x = np.array([[1.0], [2.0], [3.0], [4.0]])
    >>> least_absolute(x, np.array([2.0, 4.0, 6.0, 99.0]), np.ones(4), ridge=0.0).round(1)
    array([2.])
    """
    beta = np.zeros(traits.shape[1])
    penalty = ridge * weight.mean() * np.eye(len(beta))
    for _round in range(_ROUNDS):
        scaled = traits * (weight / np.maximum(np.abs(error - np.einsum("ni,i->n", traits, beta)), NEAR_ZERO))[:, None]
        cross = _products(scaled, traits) + penalty
        if np.diagonal(cross).min() <= 1e-9 * weight.sum():
            return None
        before, beta = beta, np.linalg.solve(cross, np.einsum("ni,n->i", scaled, error))
        if np.abs(beta - before).max() < _SETTLED:
            break
    return beta


def _products(one: Floats, other: Floats) -> Floats:
    """Return (trait, trait): the sums over rows of the products of two tables (row, trait), block by block."""
    whole = len(one) // _BLOCK * _BLOCK
    blocks, others = (table[:whole].reshape(-1, _BLOCK, table.shape[1]) for table in (one, other))
    return np.asarray((blocks.transpose(0, 2, 1) @ others).sum(0) + one[whole:].T @ other[whole:])
