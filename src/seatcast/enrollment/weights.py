"""How much each part of the forecast weighs: what is usual, moved by how the parts have done in this panel's past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seatcast.core.rates import ratio
from seatcast.enrollment.hindcast import LEADS
from seatcast.enrollment.panel import sums

if TYPE_CHECKING:
    from seatcast.enrollment.hindcast import PastParts
    from seatcast.enrollment.panel import Floats

_LATER = (3, 4, 5)
USUAL_CELLS = np.array([(0.15, 0.0, 0.25, 0.60), (0.20, 0.0, 0.20, 0.60), *[(0.30, 0.0, 0.10, 0.60) for _ in _LATER]])
USUAL_TOTALS = np.array([(0.30, 0.50, 0.10, 0.10), *[(0.02, 0.70, 0.03, 0.25) for _ in (2, *_LATER)]])
"""(lead, part): weights of no change, level, births, feeders."""
_USUAL_ERRORS_CELLS = np.array(
    [
        (0.1064, 0.0690, 0.0690, 0.0683),
        (0.1168, 0.0978, 0.0979, 0.0965),
        (0.1292, 0.1173, 0.1172, 0.1155),
        (0.1389, 0.1321, 0.1320, 0.1293),
        (0.1490, 0.1448, 0.1444, 0.1406),
    ]
)
_USUAL_ERRORS_TOTALS = np.array(
    [
        (0.0119, 0.0102, 0.0101, 0.0103),
        (0.0185, 0.0155, 0.0160, 0.0176),
        (0.0241, 0.0199, 0.0207, 0.0253),
        (0.0277, 0.0222, 0.0235, 0.0331),
        (0.0296, 0.0243, 0.0260, 0.0404),
    ]
)
"""Mean absolute error of each part, as a share of pupils, on Maryland's public schools (falls of 2002 to 2021)."""
_SHARPNESS = 2.5
"""Power of relative errors; with 2, weights are inverse to squared errors (Bates and Granger 1969)."""
_PRIOR_ORIGINS, _LEAD_ORIGINS = 1.0, 3.0
"""Origins' worth of the usual errors at one year, and of what the lead before has shown at the others."""
_LEAST_ERROR = 0.003  # of pupils, added to every part's error: a record of no errors proves no part the better


@dataclass(frozen=True, eq=False)
class Weights:
    r"""Weights of the parts, by lead.

    .. math:: w_m \propto w^0_m \left( \frac{E_m / \bar E}{E^0_m / \bar E^0} \right)^{-\kappa}

    with :math:`E_m` the absolute error of a part over past origins, :math:`\bar E` its mean over parts with the usual
    weights :math:`w^0`, and :math:`E^0` the same where the usual weights were found. A panel whose parts err as they do
    there keeps the usual weights; where the counts of large, stable schools make ratios sure, no change loses weight.
    The logarithm of the ratio is averaged over origins with 0 at one year (worth one origin) and with that of the lead
    before (worth three) beyond: long leads have few origins, and these overlap. Weights of totals are learned at one
    year only: a handful of overlapping totals says more of the shocks they met than of the parts.

    Attributes
    ----------
    cells, totals : (lead, part)
        Each row adds up to 1.
    """

    cells: Floats
    totals: Floats

    @classmethod
    def learn(cls, past: PastParts) -> Weights:
        """Weigh the parts by their past errors in cells, put on the right district totals, and in those totals."""
        codes = past.panel.district_code
        cells, totals = np.zeros((2, LEADS, parts := len(USUAL_CELLS[0])))
        pupils, origins = np.zeros(LEADS), np.zeros(LEADS)
        for lead in range(LEADS):
            for at, (matched, came) in enumerate(zip(past.matched[:, lead], past.actual(lead + 1), strict=True)):
                if not matched.any():
                    continue
                count = came * matched
                total = sums(count, codes)
                pupils[lead] += total.sum()
                origins[lead] += 1
                for part in range(parts):
                    forecast = past.parts[at].pupils[part, lead] * matched
                    own = sums(forecast, codes)
                    totals[lead, part] += np.abs(total - own).sum()
                    cells[lead, part] += np.abs(count - forecast * ratio(total, own, otherwise=1.0)[codes]).sum()
        known = np.maximum(pupils, 1.0)[:, None]
        return cls(
            _moved(USUAL_CELLS, cells / known, _USUAL_ERRORS_CELLS, origins),
            _moved(USUAL_TOTALS, totals / known, _USUAL_ERRORS_TOTALS, origins * (np.arange(LEADS) == 0)),
        )


def _moved(usual: Floats, error: Floats, usual_error: Floats, origins: Floats) -> Floats:
    """Return the weights (lead, part) moved by the relative errors of each lead's origins; the usual ones without."""
    out, worse = [], np.zeros(usual.shape[1])
    for lead, number in enumerate(origins):
        if number:
            found = _relative(error[lead] + _LEAST_ERROR, usual[lead])
            expected = _relative(usual_error[lead] + _LEAST_ERROR, usual[lead])
            before = _LEAD_ORIGINS if lead else _PRIOR_ORIGINS
            worse = (number * (found - expected) + before * worse) / (number + before)
        weight = usual[lead] * np.exp(-_SHARPNESS * worse)
        out.append(weight / weight.sum())
    return np.stack(out)


def _relative(error: Floats, weight: Floats) -> Floats:
    return np.asarray(np.log(error / (weight * error).sum()))
