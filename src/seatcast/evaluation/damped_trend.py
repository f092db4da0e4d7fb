"""Damped trends of ratios and of births to entry, by exponential smoothing: the method of London's projections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seatcast.core.rates import ratio
from seatcast.enrollment.entry import level
from seatcast.enrollment.panel import sums
from seatcast.enrollment.progression import HIGHEST, LOWEST

if TYPE_CHECKING:
    from seatcast.enrollment.entry import Births
    from seatcast.enrollment.panel import Floats, RollPanel

DAMPING = 0.85
"""Of the trend a year: Greater London Authority, sub-regional pupil projections, ETS(M,Md,N) with phi 0.85."""
_RATES = np.linspace(0.0, 1.0, 41)  # at which level and trend may be smoothed
_FEWEST = 5  # yearly ratios from which a trend is fitted; with fewer the last one is kept


def damped_ratios(panel: RollPanel, horizon: int) -> Floats:
    """Return (horizon, cell): the progression ratio of the cell's district and grade, its damped trend continued."""
    counts, below = np.nan_to_num(panel.pupils), panel.below
    both = panel.live[1:] & panel.live[:-1, below] & (below >= 0)
    groups = int(panel.group.max()) + 1
    upper = np.stack([sums(row, panel.group, groups) for row in counts[1:] * both])
    lower = np.stack([sums(row, panel.group, groups) for row in counts[:-1, below] * both])
    out = np.ones((horizon, groups))
    for group in np.unique(panel.group):
        seen = lower[:, group] > 0
        if seen.any():
            out[:, group] = damped_trend(upper[seen, group] / lower[seen, group], horizon)
    return np.asarray(np.clip(out, LOWEST, HIGHEST)[:, panel.group])


def damped_entrants(panel: RollPanel, horizon: int, births: Births | None) -> Floats:
    """Return (horizon, cell): the level of every cell; in the entry grade moved as its district's entrants are.

    A district's entrants are births times the births-to-entry ratio, the ratio's damped trend continued and births held
    past the last cohort known. Where births are not known, the trend is that of the entrants themselves.
    """
    usual = level(panel)
    entering = (panel.grade == panel.entry_grade) & panel.live[-1]
    districts = int(panel.district_code.max()) + 1
    counts = np.nan_to_num(panel.pupils) * (panel.grade == panel.entry_grade)
    entrants = np.stack([sums(row, panel.district_code, districts) for row in counts])
    base = sums(usual * entering, panel.district_code, districts)
    factor = np.ones((horizon, districts))
    for district in range(districts):
        born = _cohorts(panel, births, district, horizon)
        seen = (entrants[:, district] > 0) & (born[: len(entrants)] > 0)
        if base[district] > 0 and seen.any() and (born[len(entrants) :] > 0).all():
            capture = damped_trend(entrants[seen, district] / born[: len(entrants)][seen], horizon)
            factor[:, district] = ratio(capture * born[len(entrants) :], base[district], otherwise=1.0)
    return np.where(entering, usual * factor[:, panel.district_code], usual)


def _cohorts(panel: RollPanel, births: Births | None, district: int, horizon: int) -> Floats:
    """Return births of a district's cohorts in the panel's years and `horizon` beyond; ones where births are unknown.

    Nothing past what was known at the origin: the last known cohort is held.
    """
    years = np.arange(panel.years[0], panel.origin + horizon + 1)
    ones = np.ones(len(years))
    if births is None:
        return ones
    known = births.births[district]
    at = np.minimum(years, panel.origin + births.lead) - births.first
    inside = (at >= 0) & (at < len(known))
    found = np.where(inside, known[np.clip(at, 0, len(known) - 1)], np.nan)
    for year in range(1, len(found)):
        if np.isnan(found[year]):
            found[year] = found[year - 1]
    return np.asarray(np.nan_to_num(found)) if np.isfinite(found[-1]) else ones


def damped_trend(series: Floats, horizon: int) -> Floats:
    r"""Return the forecast of a short positive series: exponential smoothing with a multiplicative, damped trend.

    .. math:: \hat x_{T+h} = l_T b_T^{\phi + \dots + \phi^h}, \qquad \phi = 0.85

    (Hyndman, Koehler, Ord and Snyder 2008), as a damped linear trend of the logarithm. Level and trend are smoothed at
    the rates, to a fortieth, whose forecasts a year ahead had the least squared errors, the trend's no higher than the
    level's; it starts at the first value without a trend. Where fewer than five values are known the last one is kept.

    Examples
    --------
    >>> damped_trend(np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0]), 2)
    array([1., 1.])
    """
    if len(series) < _FEWEST or not (series > 0).all():
        return np.full(horizon, series[-1])
    of_level, of_trend = (rates.ravel() for rates in np.meshgrid(_RATES, _RATES))
    of_level, of_trend = of_level[of_trend <= of_level], of_trend[of_trend <= of_level]
    logs = np.log(series)
    level, trend, squares = np.full(len(of_level), logs[0]), np.zeros(len(of_level)), np.zeros(len(of_level))
    for value in logs[1:]:
        trend = DAMPING * trend
        error = value - (level + trend)
        level, trend = level + trend + of_level * error, trend + of_trend * error
        squares += error**2
    best = squares.argmin()
    return np.asarray(np.exp(level[best] + trend[best] * np.cumsum(DAMPING ** np.arange(1, horizon + 1))))
