"""Inertia: how much of "no change" belongs into a forecast, learned from the panel's own past where it can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seatcast.enrollment.combination import USUAL_INERTIA, last_count
from seatcast.enrollment.deviations import NEAR_ZERO, centered, least_absolute
from seatcast.enrollment.hindcast import LEADS, Hindcast
from seatcast.enrollment.panel import sums

if TYPE_CHECKING:
    from seatcast.enrollment.panel import Floats, Ints

_PRIOR_SPREAD, _YEARLY_SPREAD = 0.10, 0.08  # of the weight: between panels, and between the years of one
_FEWEST_SCHOOLS = 8  # below which the usual weight stays
_MOST = 0.6


def learned_inertia(hindcast: Hindcast) -> Floats:
    r"""Return the weight of "no change" at leads 1 to `LEADS`.

    With :math:`d = \log Y_t - \log \hat Y^c` the distance of no change from the cohorts' forecast, and
    :math:`e = \log Y_{t+h} - \log \hat Y^c` what the cohorts missed, both centered by origin and district, the weight
    is the slope of :math:`e` on :math:`d` (least absolute deviations, weighted by pupils): 0 where cohorts alone are
    right, 1 where only the last count is. It is averaged with the usual weight by precision; its variance is that
    between schools and between origins, so that a small or short panel keeps the usual one.

    Parameters
    ----------
    hindcast : Hindcast
        Made with the usual weights.

    Returns
    -------
    (lead,)
        Between 0 and 0.6.
    """
    weights: list[float] = []
    shift = 1.0
    for lead in range(1, LEADS + 1):
        usual = USUAL_INERTIA[min(lead, len(USUAL_INERTIA)) - 1]
        past = [at for at, matched in enumerate(hindcast.matched[:, lead - 1]) if matched.any()]
        if past:
            shift = _updated(usual, [_distances(hindcast, at, lead, usual) for at in past]) / usual
        # A lead without past targets yet moves as the lead before it did.
        weights.append(min(max(usual * shift, 0.0), _MOST))
    return np.array(weights)


def _distances(hindcast: Hindcast, at: int, lead: int, usual: float) -> tuple[Floats, Floats, Floats, Ints]:
    """Return distance of no change, what the cohorts missed, pupils and school of one origin's matched cells."""
    panel, matched, forecast = hindcast.panel, hindcast.matched[at, lead - 1], hindcast.forecast[at, lead - 1]
    now = last_count(panel.until(int(panel.years[hindcast.origins[at]])))
    stay = np.log(np.maximum(now, 1.0)) - np.log(np.maximum(forecast, 1.0))
    # The forecast holds `usual` of no change already: the cohorts' part lies that much further away.
    away = stay / (1 - usual)
    missed = np.where(matched, hindcast.log_error(lead)[at], 0.0) + away - stay
    both = np.clip(np.stack([away, missed], axis=-1), -1.0, 1.0)
    both = centered(both, forecast * matched, [(panel.district_code, 0.0)])[matched]
    return both[:, :1], both[:, 1], forecast[matched], panel.school_code[matched]


def _updated(usual: float, parts: list[tuple[Floats, Floats, Floats, Ints]]) -> float:
    """Return the mean of the usual weight and the slope found, each by its precision."""
    distance, missed, pupils, school = (np.concatenate(column) for column in zip(*parts, strict=True))
    schools = len(np.unique(school))
    slope = least_absolute(distance, missed, pupils, ridge=0.0)
    if schools < _FEWEST_SCHOOLS or slope is None:
        return usual
    left = missed - distance[:, 0] * slope[0]
    pull = pupils * distance[:, 0] / np.maximum(np.abs(left), NEAR_ZERO)
    between = (sums(pull * left, school) ** 2).sum() / (pull * distance[:, 0]).sum() ** 2 * schools / (schools - 2)
    variance = between + _YEARLY_SPREAD**2 / len(parts)
    trust = _PRIOR_SPREAD**2 / (_PRIOR_SPREAD**2 + variance)
    return float(trust * slope[0] + (1 - trust) * usual)
