"""Year-to-year variation common to the whole area, learned from the record and drawn ahead."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seatcast.core.rates import ratio

PRIOR_YEARS = 4.0  # a record of twelve years outweighs the prior three to one
USUAL_PERSISTENCE = 0.8  # families follow work, and work comes and goes for years, not for one
MOST_PERSISTENT = 0.95


def without_chance(record: npt.NDArray[np.float64], noise: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    r"""Return deviations (year, ...) shrunk by the part of them that chance alone makes up.

    .. math:: x \sqrt{\max(0,\; 1 - \overline{\nu} / \overline{x^2})}

    with :math:`\nu` the variance that counts as small as these have by chance (Poisson: 1 over the count). The draws
    add the chance of single children again, which would otherwise be counted twice in a small area. NaN = unknown.

    Examples
    --------
    >>> without_chance(np.array([[0.3], [-0.3]]), np.full((2, 1), 0.09)).ravel().tolist()
    [0.0, -0.0]
    """
    known = np.isfinite(record)
    years = np.maximum(known.sum(0), 1)
    square = np.where(known, record, 0.0) ** 2
    chance = np.where(known, noise, 0.0).sum(0) / years
    return np.asarray(record * np.sqrt(np.clip(1 - chance / np.maximum(square.sum(0) / years, 1e-12), 0.0, 1.0)))


def shock_paths(
    record: npt.NDArray[np.float64],
    years: int,
    draws: int,
    rng: np.random.Generator,
    *,
    prior_spread: float,
    persistence: float | None = None,
) -> npt.NDArray[np.float64]:
    """Draw future factors on a rate from its past deviations.

    The logarithm of the factor is autoregressive: x[t] = phi x[t-1] + e[t], e ~ N(0, s^2). It starts from the last
    deviation on record. phi is the lag-one correlation on record, corrected for the bias of short records (+ (1 + 3
    phi) / n), shrunk to 0.8 and kept within 0 and 0.95; s^2
    is the record's, joined with a prior of four years' weight, since a short record may have seen no shock. In
    each draw s^2 is scaled inverse chi-square around that, so that the spread itself is uncertain.

    Parameters
    ----------
    record : (year, series)
        Logarithms of observed over expected; NaN where unknown.
    years, draws : int
        How far, and how many futures.
    rng : Generator
        Two normal and one chi-square number a draw are taken in a fixed order.
    prior_spread : float
        Standard deviation of a year's shock when the record is silent.
    persistence : float, optional
        phi, where the theory gives it: 1 for a level that does not come back.

    Returns
    -------
    (year, series, draw)
        Factors; of a record that ends on its level the expectation is 1 in each year, whatever the spread (half the
        variance is taken off the logarithm): an uncertain rate is not a higher one.

    Examples
    --------
    >>> calm = shock_paths(np.zeros((10, 1)), 3, 1000, np.random.default_rng(1), prior_spread=0.1)
    >>> calm.shape, bool(abs(calm.mean() - 1) < 0.02)
    ((3, 1, 1000), True)
    """
    series = record.shape[1]
    known = np.isfinite(record)
    x = np.where(known, record, 0.0)
    pairs = (known[1:] & known[:-1]).sum(0)
    covariance = (x[1:] * x[:-1] * (known[1:] & known[:-1])).sum(0)
    square = (x[:-1] ** 2 * (known[1:] & known[:-1])).sum(0)
    prior = PRIOR_YEARS * prior_spread**2
    if persistence is None:
        # Of n pairs the lag-one correlation is too low by (1 + 3 phi) / n on average (Kendall 1954).
        missed = ratio(square + 3 * covariance, pairs, otherwise=0.0)
        phi = np.clip((covariance + missed + USUAL_PERSISTENCE * prior) / (square + prior), 0.0, MOST_PERSISTENT)
    else:
        phi = np.full(series, persistence)
    residual = ((x[1:] - phi * x[:-1]) ** 2 * (known[1:] & known[:-1])).sum(0)
    freedom = PRIOR_YEARS + pairs
    spread2 = (prior + residual)[:, None] / rng.chisquare(freedom[:, None], (series, draws))
    spread2 = np.minimum(spread2, 9 * ((prior + residual) / freedom)[:, None])  # tails a rate of people cannot have
    last = np.array([x[known[:, s], s][-1] if known[:, s].any() else 0.0 for s in range(series)])
    state = np.repeat(last[:, None], draws, 1)
    variance = np.zeros((series, draws))
    out = np.empty((years, series, draws))
    for t in range(years):
        state = phi[:, None] * state + np.sqrt(spread2) * rng.standard_normal((series, draws))
        variance = phi[:, None] ** 2 * variance + spread2
        out[t] = np.exp(state - variance / 2)
    return out
