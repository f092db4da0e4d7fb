"""The trend of a district's entrants beyond that of births: families who keep coming, or going."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seatcast.core.rates import beyond
from seatcast.enrollment.entry import entrants_by_district
from seatcast.enrollment.panel import RECENT_WEIGHTS, recent_mean

if TYPE_CHECKING:
    from seatcast.enrollment.entry import Births
    from seatcast.enrollment.panel import Floats, RollPanel

_SPAN = 3  # years over which growth is taken, where the record has them
_RECENT = len(RECENT_WEIGHTS)
_DAMPED = 0.6  # of a year's small growth, each year on
_LASTING = 0.9  # of growth that is beyond question
_LAG = 2 / 3  # of a year, by which a 3-2-1 mean is behind; small growth is not made good for it
_QUESTION = 0.03  # of growth a year: below it, trends of districts soon turn
_SPREAD = 0.015  # of yearly growth of districts, by which noise is told from growth
_MOST = 0.1  # of growth a year that is carried on


def entry_trend(panel: RollPanel, births: Births | None, horizon: int) -> Floats:
    r"""Return (lead, district): the factor by which the level of the entry grade goes on growing, year by year ahead.

    .. math:: \log f_h = w \, \frac{\tau^2}{\tau^2 + \nu} \sum_{k=1}^h .6^k
        + v \left( \tfrac{2}{3} + \sum_{k=1}^h .9^k \right)

    with :math:`w + v` the yearly growth of the 3-2-1 mean of entrants over three years less that of the births they
    come from, where these are known; :math:`v` what of it lies beyond 3 percent and chance (`beyond`), which is
    carried on nearly in full, :math:`w` the rest, damped (Gardner and McKenzie 1985) and shrunk by the noise
    :math:`\nu` of its counts against the spread :math:`\tau = .015` of districts. 1 with fewer than four years.
    """
    totals = entrants_by_district(panel, panel.grade == panel.entry_grade)
    span = min(_SPAN, len(totals) - _RECENT)
    if span < 1:
        return np.ones((horizon, totals.shape[1]))
    entrants = _yearly_growth(totals[-_RECENT:], totals[-_RECENT - span : -span], span)
    born = np.zeros_like(entrants)
    if births is not None:
        cohorts = births.smoothed(panel.origin - np.arange(span + _RECENT)[::-1], panel.origin)
        born = _yearly_growth(cohorts[-_RECENT:], cohorts[:_RECENT], span)
    growth = entrants - born
    noise = 2 / np.maximum(totals[-_RECENT:].max(0), 1.0) / span**2
    lasting = beyond(growth, _QUESTION + np.sqrt(noise))
    small = np.clip(growth - lasting, -_MOST, _MOST) * _SPREAD**2 / (_SPREAD**2 + noise)
    ahead = np.arange(1, horizon + 1)[:, None]
    damped, carried = np.cumsum(_DAMPED**ahead, axis=0), np.cumsum(_LASTING**ahead, axis=0)
    return np.asarray(np.exp(small * damped + np.clip(lasting, -_MOST, _MOST) * (_LAG + carried)))


def _yearly_growth(now: Floats, then: Floats, span: int) -> Floats:
    """Return (district,): logarithmic growth a year between the 3-2-1 means of two windows (year, district)."""
    means = [recent_mean(window, window > 0) for window in (now, then)]
    known = np.isfinite(means).all(0)
    one, other = (np.where(known, mean, 1.0) for mean in means)
    return np.asarray(np.log(one / other) / span)
