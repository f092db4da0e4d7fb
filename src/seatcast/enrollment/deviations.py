"""Regression of errors on traits in the way enrollment needs it: centered within groups, weighted, robust."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seatcast.enrollment.panel import sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seatcast.enrollment.panel import Floats, Ints

NEAR_ZERO = 0.02
"""Residual below which least absolute deviations weigh as least squares do: 2 percent of pupils."""
_ROUNDS = 12  # of reweighting
_SETTLED = 1e-3  # change of a coefficient below which reweighting ends
_BLOCK, _STACK = 256, 16
"""Rows multiplied at once, too few for a library to share out over threads; and blocks of them that a cache holds."""


def centered(values: Floats, weight: Floats, groups: list[tuple[Ints, float]]) -> Floats:
    """Return values (trait, cell) less their weighted mean in each grouping, one after the other.

    Parameters
    ----------
    values : (trait, cell)
    weight : (cell,)
        0 leaves a cell out of the means.
    groups : list of (codes (cell,), pull)
        With a pull above 0 the mean of a group of that weight is taken off by half only.

    Examples
    --------
    >>> centered(np.array([[1.0, 3.0, 8.0]]), np.ones(3), [(np.array([0, 0, 1]), 0.0)])
    array([[-1.,  1.,  0.]])
    """
    left = values
    for codes, pull in groups:
        whole = np.maximum(sums(weight, codes) + pull, 1e-9)
        left = np.stack([row - (sums(weight * row, codes) / whole)[codes] for row in left])
    return left


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


def least_absolute(traits: Floats | NDArray[np.float32], error: Floats, weight: Floats, *, ridge: float) -> Floats:
    r"""Return the coefficients that minimize :math:`\sum w |e - x^\top \beta|`, by reweighted least squares.

    Products are of single precision (coefficients differ by less than a millionth), sums of double; these keep their
    order on any number of threads.

    Parameters
    ----------
    traits : (trait, row)
    error, weight : (row,)
    ridge : float
        Rows of mean weight by which coefficients are drawn to 0; above 0.

    Examples
    --------
    >>> x = np.array([[1.0, 2.0, 3.0, 4.0]])
    >>> least_absolute(x, np.array([2.0, 4.0, 6.0, 99.0]), np.ones(4), ridge=1e-6).round(1)
    array([2.])
    """
    beta = np.zeros(len(traits))
    penalty = ridge * weight.mean() * np.eye(len(beta))
    table, missed, weighed = _blocks(traits), _blocks(error), _blocks(weight)
    for _round in range(_ROUNDS):
        cross, right, single = penalty.copy(), np.zeros(len(beta)), beta.astype(np.float32)
        for start in range(0, len(table), _STACK):
            x, e, w = (blocks[start : start + _STACK] for blocks in (table, missed, weighed))
            scaled = x * (w / np.maximum(np.abs(e - single @ x), NEAR_ZERO))[:, None]
            cross += (scaled @ x.transpose(0, 2, 1)).sum(0, dtype=np.float64)
            right += (scaled @ e[:, :, None]).sum(0, dtype=np.float64)[:, 0]
        before, beta = beta, np.linalg.solve(cross, right)
        if np.abs(beta - before).max() < _SETTLED:
            break
    return beta


def _blocks(values: Floats | NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (block, ..., row of block) of values (..., row); the last block is filled up with rows of 0."""
    rows = values.shape[-1]
    blocks = np.zeros((-(-rows // _BLOCK), *values.shape[:-1], _BLOCK), np.float32)
    for at, start in enumerate(range(0, rows, _BLOCK)):
        here = values[..., start : start + _BLOCK]
        blocks[at, ..., : here.shape[-1]] = here
    return blocks
