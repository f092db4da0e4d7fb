"""What a school's own past says beyond ratios and levels, learned from the panel's past forecasts, cautiously."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from seatcast.core.threads import side_by_side
from seatcast.enrollment.error_scale import newcomers
from seatcast.enrollment.hindcast import LEADS, Hindcast
from seatcast.enrollment.panel import sums
from seatcast.enrollment.past_errors import STAGES, PastErrors, centered_traits, stage_of
from seatcast.enrollment.traits import TRAITS

if TYPE_CHECKING:
    from seatcast.enrollment.panel import Floats
    from seatcast.enrollment.traits import Traits

_FARTHEST = 0.5  # of a logarithm: no cell is moved further
_BORROWS, _BORROWED = {3: (2,), 4: (2, 3), 5: (3, 4)}, 0.5
"""Leads whose errors count half at a longer one, which has fewer of its own; never one year's: it misleads there."""
_EVIDENCE = 100.0
"""School-origins, times the lead, at which the correction is trusted by half."""


@dataclass(frozen=True, eq=False)
class Correction:
    r"""Linear corrections of the logarithm of a forecast.

    .. math:: \log \hat Y \leftarrow \log \hat Y + \rho_h\, \beta_{h,a}^\top (x - \bar x)

    with traits :math:`x` of the cell and its school (`Traits`), centered by grade and by district and grade, so that
    the correction moves pupils between schools and never the total; :math:`\beta` minimizes the absolute errors of past
    origins weighted by forecast pupils (least absolute deviations by reweighted least squares), apart for cohorts
    already in the school and those yet to come, each stage of school drawn to all grades;
    :math:`\rho_h = n / (n + 100 h)` for :math:`n` schools times origins, so that a small panel is hardly corrected.

    Attributes
    ----------
    coefficients : (lead, stage, 2, trait)
        By stage of school, for cohorts in the school and cohorts yet to come; shrunk; zero where too little is known.
    """

    coefficients: Floats

    @classmethod
    def learn(cls, hindcast: Hindcast) -> Correction:
        """Fit the correction to what past forecasts missed; long leads borrow half of the leads before."""
        past = {lead: PastErrors.of(hindcast, lead) for lead in range(1, LEADS + 1)}
        coefficients = np.zeros((LEADS, STAGES, 2, TRAITS))

        def fit(lead: int, coming: int) -> None:
            lent = [past[one].times(_BORROWED) for one in _BORROWS.get(lead, ())]
            used = PastErrors.together([rows.where(rows.coming == coming) for rows in (past[lead], *lent)])
            trust = used.evidence / (used.evidence + _EVIDENCE * lead)
            coefficients[lead - 1, :, coming] = trust * used.coefficients()

        tasks = [(lead, coming) for lead in range(LEADS, 0, -1) for coming in (0, 1)]  # the longest work first
        side_by_side(fit, *zip(*tasks, strict=True))
        return cls(coefficients)

    def apply(self, traits: Traits, forecast: Floats) -> Floats:
        """Return the forecast (lead, cell) of the panel of `traits` corrected; each district keeps its total.

        Beyond the last lead that was learned its correction is held: coefficients of one lead mislead at another.
        """
        panel = traits.panel
        live = panel.live[-1]
        out, change = forecast.copy(), np.zeros(len(live))
        for lead, row in enumerate(forecast, start=1):
            if lead <= LEADS:
                x = centered_traits(traits.beside(row, lead), row * live, panel)
                beta = self.coefficients[lead - 1][stage_of(panel), newcomers(panel, lead).astype(int)].T
                change = np.clip((x * beta).sum(0), -_FARTHEST, _FARTHEST)
            moved = np.where(live, row * np.exp(change), 0.0)
            kept = sums(row * live, panel.district_code) / np.maximum(sums(moved, panel.district_code), 1e-9)
            out[lead - 1] = np.where(live, moved * kept[panel.district_code], row)
        return out

    def applied(self, hindcast: Hindcast) -> Hindcast:
        """Return the hindcast with each past forecast corrected."""
        if not len(hindcast.origins):
            return hindcast
        rows = [self.apply(then, forecast) for then, forecast in zip(hindcast.traits, hindcast.forecast, strict=True)]
        return replace(hindcast, forecast=np.stack(rows))
