"""Draws from distributions that are cut off, for many parameters at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MOST_SHRINKS = 200  # halvings of an interval; after some fifty nothing is left of it


def truncated_normal(
    mean: npt.ArrayLike, sd: npt.ArrayLike, low: float, high: float, rng: np.random.Generator
) -> Floats:
    """Draw normal numbers between `low` and `high` by the inverse of the distribution function.

    Computed in logarithms from the nearer tail, so that bounds many standard deviations away keep their digits.

    Examples
    --------
    >>> far = truncated_normal([50.0, -50.0], 1.0, 0.0, 1.0, np.random.default_rng(1))
    >>> bool(((far >= 0) & (far <= 1)).all()), bool(far[0] > 0.5 > far[1])
    (True, True)
    """
    from scipy.special import log_ndtr, ndtri_exp

    m, s = np.broadcast_arrays(np.asarray(mean, float), np.asarray(sd, float))
    a, b = (low - m) / s, (high - m) / s
    flip = a + b > 0  # the mass lies in the upper tail: mirror it
    a, b = np.where(flip, -b, a), np.where(flip, -a, b)
    below, above = log_ndtr(a), log_ndtr(b)
    u = rng.random(m.shape)
    # log of Phi(a) + u (Phi(b) - Phi(a))
    z = ndtri_exp(above + np.log(u + (1 - u) * np.exp(below - above)))
    return np.asarray(np.clip(m + s * np.where(flip, -z, z), low, high))


def truncated_gamma(shape: npt.ArrayLike, rate: npt.ArrayLike, high: npt.ArrayLike, rng: np.random.Generator) -> Floats:
    """Draw gamma numbers below `high` by the inverse of the distribution function.

    Where the bound lies so far below the mean that no mass can be computed, the density is exponential up to it.

    Examples
    --------
    >>> bool((truncated_gamma([2.0, 900.0], [1.0, 1.0], 0.5, np.random.default_rng(1)) <= 0.5).all())
    True
    """
    from scipy.special import gammainc, gammaincinv

    k, r, top = np.broadcast_arrays(*(np.asarray(x, float) for x in (shape, rate, high)))
    mass = gammainc(k, r * top)
    u = rng.random(k.shape)
    slope = np.maximum((k - 1) / top - r, 1e-300)
    near = top + np.log(u) / slope
    return np.asarray(np.where(mass > 1e-290, np.minimum(gammaincinv(k, u * mass) / r, top), np.maximum(near, 0.0)))


def slice_sample(
    log_density: Callable[[float, int], float], at: Floats, low: Floats, high: Floats, rng: np.random.Generator
) -> Floats:
    """Draw the next state of each chain on a bounded interval by slice sampling (Neal 2003).

    The whole interval is the first bracket, which shrinks towards the present state until a draw has density enough:
    it leaves the distribution as it is, whatever its form. Chains are few, so plain numbers are quicker than arrays.

    Parameters
    ----------
    log_density : (value, number of the chain) -> float
        Up to a constant; finite, or minus infinity. Never asked for a value outside the bounds.
    at, low, high : (chain)
        The present state, and the bounds that it lies within.

    Examples
    --------
    >>> rng, x, seen = np.random.default_rng(1), np.full(100, 0.5), []
    >>> for _step in range(50):
    ...     x = slice_sample(lambda v, _chain: np.log(v), x, np.zeros(100), np.ones(100), rng)
    ...     seen.append(x.mean())
    >>> bool(abs(np.mean(seen) - 2 / 3) < 0.02)
    True
    """
    new, left, right = at.tolist(), low.tolist(), high.tolist()
    below = rng.exponential(size=at.shape).tolist()
    level = [log_density(value, chain) - below[chain] for chain, value in enumerate(new)]
    open_ = list(range(len(new)))
    for _shrink in range(MOST_SHRINKS):
        lots, still = rng.random(at.shape).tolist(), []
        for chain in open_:
            trial = left[chain] + lots[chain] * (right[chain] - left[chain])
            if log_density(trial, chain) >= level[chain]:
                new[chain] = trial
            else:
                bracket = left if trial < new[chain] else right
                bracket[chain] = trial
                still.append(chain)
        open_ = still
        if not open_:
            break
    return np.array(new)
