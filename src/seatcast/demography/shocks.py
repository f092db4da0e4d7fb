"""Year-to-year variation common to the whole area, learnt from the record and drawn ahead."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

PRIOR_YEARS = 4.0  # a record of twelve years outweighs the prior three to one
USUAL_PERSISTENCE = 0.8  # families follow work, and work comes and goes for years, not for one
MOST_PERSISTENT = 0.95


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
    deviation on record. phi is the lag-one correlation on record, shrunk to 0.8 and kept within 0 and 0.95; s^2
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
        Factors, with mean 1 in each year: an uncertain rate is not a higher one.

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
    variance = (x[:-1] ** 2 * (known[1:] & known[:-1])).sum(0)
    prior = PRIOR_YEARS * prior_spread**2
    if persistence is None:
        phi = np.clip((covariance + USUAL_PERSISTENCE * prior) / (variance + prior), 0.0, MOST_PERSISTENT)
    else:
        phi = np.full(series, persistence)
    residual = ((x[1:] - phi * x[:-1]) ** 2 * (known[1:] & known[:-1])).sum(0)
    freedom = PRIOR_YEARS + pairs
    spread2 = (prior + residual)[:, None] / rng.chisquare(freedom[:, None], (series, draws))
    spread2 = np.minimum(spread2, 9 * ((prior + residual) / freedom)[:, None])  # tails a rate of people cannot have
    last = np.array([x[known[:, s], s][-1] if known[:, s].any() else 0.0 for s in range(series)])
    state = np.repeat(last[:, None], draws, 1)
    out = np.empty((years, series, draws))
    for t in range(years):
        state = phi[:, None] * state + np.sqrt(spread2) * rng.standard_normal((series, draws))
        out[t] = np.exp(state)
    expected = np.exp(phi[None, :] ** np.arange(1, years + 1)[:, None] * last)
    return np.asarray(out / out.mean(2, keepdims=True) * expected[:, :, None])
