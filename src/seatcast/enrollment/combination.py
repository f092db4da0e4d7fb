"""The point forecast: no change, cohorts with level entry and cohorts with shared entry, averaged in logarithms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seatcast.enrollment.entry import Births, CohortShare, births_factor, births_pull, level
from seatcast.enrollment.openings import filling
from seatcast.enrollment.panel import Floats, RollPanel, recent_mean, sums
from seatcast.enrollment.progression import progression_ratios

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

USUAL_INERTIA = (0.15, 0.20, 0.30)
"""Weight of no change by lead, the third for all beyond."""
_SHARED = 0.45
"""Share of cohorts with shared entry in the rest; the others have level entry and births."""
_TOTALS = {1: (0.30, 0.55, 0.15), 2: (0.0, 0.70, 0.30)}
"""By lead, 2 and beyond alike: the district's total from no change, level entry, shared entry."""
_SMALL_CHANGE = 0.1
"""Change of entry that a district's total takes for chance: births moved less than this tell nothing about totals in
Maryland, while births that fall by half empty the schools; only what lies beyond counts."""


def point_forecast(
    panel: RollPanel, *, horizon: int, births: Births | None = None, inertia: Sequence[float] = USUAL_INERTIA
) -> Floats:
    r"""Return the pupils expected in every cell.

    .. math:: \log \hat Y_{t+h} = \sum_m w_{m,h} \log \hat Y^{(m)}_{t+h}

    over three forecasts (averaging a level with cohorts beats both: Clemen 1989), after which the cells of a district
    are scaled so that they sum to a mean of the three totals.

    Parameters
    ----------
    panel : RollPanel
        Ends at the origin.
    horizon : int
        Years.
    births : Births, optional
        Without them the entry grade follows its level.
    inertia : sequence of float
        Weight of no change by lead, the last for all beyond.

    Returns
    -------
    (horizon, cell), pupils
        Cells that are not live at the origin keep their count; those that a new school has yet to open fill as its
        cohorts come up.
    """
    ratio, usual, now = progression_ratios(panel), level(panel), last_count(panel)
    share = CohortShare.fit(panel)
    pull = births_pull(panel, births)
    factors = np.stack([births_factor(panel, births, lead, pull) for lead in range(1, horizon + 1)])
    beyond = np.maximum(factors / (1 + _SMALL_CHANGE), 1.0) * np.minimum(factors * (1 + _SMALL_CHANGE), 1.0)
    to_open = filling(panel)
    chained = panel.continuing | to_open

    def cohorts(entrants: Callable[[int, Floats], Floats]) -> list[Floats]:
        """Continuing cells follow the grade below, year by year; the others are given by `entrants`."""
        years, before = [], now
        for lead in range(horizon):
            before = np.where(chained, ratio * before[panel.below], entrants(lead, before))
            years.append(before)
        return years

    flat = [now] * horizon
    levels = cohorts(lambda lead, _before: usual * beyond[lead])
    grown = cohorts(lambda lead, _before: usual * factors[lead])
    shared = cohorts(lambda lead, before: share.entrants(before) * factors[lead])

    point = np.empty((horizon, len(now)))
    live, codes = panel.live[-1], panel.district_code
    for lead in range(horizon):
        still = inertia[min(lead, len(inertia) - 1)]
        cell_weights = (still, (1 - still) * (1 - _SHARED), (1 - still) * _SHARED)
        logs = [w * np.log(np.maximum(f[lead], 1.0)) for w, f in zip(cell_weights, (flat, grown, shared), strict=True)]
        mean = np.where(live, np.exp(np.sum(logs, axis=0)), 0.0)
        total_weights = _TOTALS[min(lead + 1, 2)]
        total = np.sum([w * f[lead] for w, f in zip(total_weights, (flat, levels, shared), strict=True)], axis=0)
        scale = sums(total * live, codes) / np.maximum(sums(mean, codes), 1e-9)
        point[lead] = np.where(live, mean * scale[codes], np.where(to_open, grown[lead], now))
    return point


def last_count(panel: RollPanel) -> Floats:
    """Return (cell,): the count at the origin; where it is unknown, the level of the cell's own past.

    A cell that was never known is taken as half of the smallest count that is published: what is withheld year after
    year is withheld because it is small.
    """
    now = panel.pupils[-1]
    known = np.isfinite(panel.pupils) & (panel.pupils > 0)
    smallest = float(panel.pupils[known].min()) / 2 if known.any() else 0.0
    past = recent_mean(np.nan_to_num(panel.pupils), known)
    return np.where(np.isfinite(now), now, np.where(np.isfinite(past), past, smallest))
