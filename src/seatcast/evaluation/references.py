"""Reference methods that any forecast has to beat: no change, and the progression ratios of school planners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seatcast.core.rates import ratio
from seatcast.enrollment.combination import last_count
from seatcast.enrollment.entry import level
from seatcast.enrollment.panel import RECENT_WEIGHTS
from seatcast.enrollment.progression import HIGHEST, LOWEST

if TYPE_CHECKING:
    from seatcast.enrollment.panel import Floats, RollPanel

_WEIGHTS = np.array(RECENT_WEIGHTS[::-1])  # oldest first


def no_change(panel: RollPanel, horizon: int) -> Floats:
    """Return (horizon, cell): every cell keeps its last count."""
    now = last_count(panel)
    return np.tile(now, (horizon, 1))


def recent_ratios(panel: RollPanel, horizon: int) -> Floats:
    """Return (horizon, cell): the cell's own progression ratio, three transitions weighted 3-2-1; entry grades level.

    The cohort method of most education bureaus: no pooling, births or feeders.
    """
    below = panel.below
    both = (panel.live[1:] & panel.live[:-1, below] & (below >= 0))[-3:]
    weight = _WEIGHTS[-len(both) :, None] * both
    upper = (weight * np.nan_to_num(panel.pupils[1:][-3:])).sum(0)
    lower = (weight * np.nan_to_num(panel.pupils[:-1, below][-3:])).sum(0)
    progress = np.clip(ratio(upper, lower, otherwise=1.0), LOWEST, HIGHEST)
    usual, now = level(panel), last_count(panel)
    years, before = [], now
    for _year in range(horizon):
        before = np.where(panel.continuing, progress * before[below], np.where(panel.live[-1], usual, now))
        years.append(before)
    return np.stack(years)
