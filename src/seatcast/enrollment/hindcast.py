"""Errors of the forecasts that would have been made from past origins, which is all that is known of future errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seatcast.enrollment.combination import USUAL_INERTIA, point_forecast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatcast.enrollment.entry import Births
    from seatcast.enrollment.panel import Bools, Floats, Ints, RollPanel

LEADS = 5  # years ahead at which past errors are measured
_ORIGINS = 12


@dataclass(frozen=True, eq=False)
class Hindcast:
    """Forecasts from past origins beside what came.

    Attributes
    ----------
    panel : RollPanel
        All that is known today.
    origins : (origin,)
        Positions of the past origins among the panel's years, oldest first.
    forecast : (origin, lead, cell), pupils
        Made with nothing later than the origin; leads 1 to `LEADS`.
    matched : (origin, lead, cell)
        The cell was live at the origin and its school offered the same grades at the target, so that forecast and
        count compare. Targets in the future, and schools that opened, closed or changed their grades, do not.
    """

    panel: RollPanel
    origins: Ints
    forecast: Floats
    matched: Bools

    @classmethod
    def run(cls, panel: RollPanel, births: Births | None = None, inertia: Sequence[float] = USUAL_INERTIA) -> Hindcast:
        """Forecast from each of the last twelve origins that has three years of history (two where there are none)."""
        last = len(panel.years) - 1
        origins = np.arange(max(min(2, last - 1), 1, last - _ORIGINS), last)
        cells = len(panel.grade)
        forecast = np.zeros((len(origins), LEADS, cells))
        matched = np.zeros(forecast.shape, bool)
        for at, origin in enumerate(origins.tolist()):
            known = panel.until(int(panel.years[origin]))
            forecast[at] = point_forecast(known, horizon=LEADS, births=births, inertia=inertia)
            for lead in range(1, min(LEADS, last - origin) + 1):
                same = panel.unchanged(origin, origin + lead)[panel.school_code]
                matched[at, lead - 1] = same & panel.live[origin] & (forecast[at, lead - 1] > 0)
        return cls(panel, origins, forecast, matched)

    def actual(self, lead: int) -> Floats:
        """Return (origin, cell), pupils that came `lead` years after each origin; 0 where unknown or not yet here."""
        targets = self.origins + lead
        here = targets < len(self.panel.years)
        rows = np.nan_to_num(self.panel.pupils[np.where(here, targets, 0)])
        return np.where(here[:, None], rows, 0.0)

    def log_error(self, lead: int) -> Floats:
        """Return (origin, cell): logarithm of the count over its forecast; NaN where they do not compare."""
        matched = self.matched[:, lead - 1]
        ratio = np.where(matched, self.actual(lead), 1.0) / np.where(matched, self.forecast[:, lead - 1], 1.0)
        return np.where(matched, np.log(ratio), np.nan)
