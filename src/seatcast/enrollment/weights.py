"""How much each part of the forecast weighs: what is usual, moved by how the parts have done in this panel's past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seatcast.core.rates import ratio
from seatcast.enrollment.combination import last_count
from seatcast.enrollment.hindcast import LEADS
from seatcast.enrollment.panel import sums

if TYPE_CHECKING:
    from seatcast.enrollment.hindcast import PastParts
    from seatcast.enrollment.panel import Floats, RollPanel

_LATER = (3, 4, 5)
USUAL_CELLS = np.array([(0.15, 0.0, 0.25, 0.60), (0.20, 0.0, 0.20, 0.60), *[(0.30, 0.0, 0.10, 0.60) for _ in _LATER]])
"""(lead, part): weights of no change, level, births, feeders."""
_COHORTS = np.array([(0.0, 0.70, 0.15, 0.15), *[(0.0, 0.45, 0.30, 0.25) for _ in (2, *_LATER)]])
"""(lead, part): of a district's total, were it not for no change."""
_STILL, _STILL_SMALL = np.array([(0.30, 0.12), *[(0.12, 0.58) for _ in (2, *_LATER)]]).T
"""By lead, the share of no change in a large district's total, and what a small one's has beyond it: cohorts promise
more growth, and more decline, than comes, the more so where the luck of a few schools is all there is."""
_SMALL = 8000.0  # pupils of a district between the two
_STILL_MOST = 0.8
_USUAL_ERRORS_CELLS = np.array(
    [
        (0.1064, 0.0690, 0.0690, 0.0683),
        (0.1168, 0.0978, 0.0979, 0.0965),
        (0.1292, 0.1173, 0.1172, 0.1155),
        (0.1389, 0.1321, 0.1320, 0.1293),
        (0.1490, 0.1448, 0.1444, 0.1406),
    ]
)
_USUAL_ERRORS_TOTALS = np.array([(0.0119, 0.0102, 0.0101, 0.0103)])
"""Mean absolute error of each part, by lead, as a share of pupils: Maryland's public schools, falls of 2002 to 2021."""
_SHARPNESS = 2.5
"""Power of relative errors; with 2, weights are inverse to squared errors (Bates and Granger 1969)."""
_PRIOR_ORIGINS, _LEAD_ORIGINS = 1.0, 3.0
"""Origins' worth of the usual errors at one year, and of what the lead before has shown at the others."""
_SPREAD = np.array((0.2, 0.6))  # of the shares of no change and of births in totals, from place to place
_LEAST_MOVED = 1e-6  # of squares: births that say what the level says leave their weight as it is
_LEAST_ERROR = 0.003  # of pupils, added to every part's error: a record of no errors proves no part the better


@dataclass(frozen=True, eq=False)
class Weights:
    r"""Weights of the parts, by lead.

    .. math:: w_m \propto w^0_m \left( \frac{E_m / \bar E}{E^0_m / \bar E^0} \right)^{-\kappa}

    with :math:`E_m` the absolute error of a part over past origins, :math:`\bar E` its mean over parts with the usual
    weights :math:`w^0`, and :math:`E^0` the same where the usual weights were found. A panel whose parts err as they do
    there keeps the usual weights; where the counts of large, stable schools make ratios sure, no change loses weight.
    The logarithm of the ratio is averaged over origins with 0 at one year (worth one origin) and with that of the lead
    before (worth three) beyond: long leads have few origins, and these overlap.

    In district totals the usual share of no change falls with the district's pupils :math:`P`,
    :math:`z^0_d = s + s' / (1 + (P / 8000)^2)`: what cohorts promise one school, its neighbours win and lose, and what
    they promise all schools together mostly comes. The parts err together there, all too high or all too low, and
    sizes of errors do not tell which mix is right. One year ahead they are weighed as above; beyond, past totals
    :math:`A` are explained by the usual cohorts :math:`C`, no change :math:`N`, and what births :math:`B` say beyond
    the level :math:`L`:

    .. math:: T = C + (z^0_d + z) (N - C) + b (B - L), \qquad
        \min_{z, b} \sum_o \sum_d \frac{(A - T)^2}{A} + \lambda_N z^2 + \lambda_B b^2

    with each origin :math:`o` weighing the same. :math:`\lambda` draws a share to the usual one by its uncertainty
    against how far shares differ between places (0.2 for no change, 0.6 for births), as in empirical Bayes; the
    variance of a slope is that of what origins say of it, since the districts of one origin err together.
    :math:`0 \le z^0_d + z \le .8`, and births weigh between nothing (those within the feeders' part are taken off) and
    all of the level.

    Attributes
    ----------
    cells : (lead, part)
    totals : (lead, part, district)
        Shares of 1 over the parts.
    """

    cells: Floats
    totals: Floats

    @classmethod
    def learn(cls, past: PastParts) -> Weights:
        """Weigh the parts by their past errors in cells, put on the right district totals, and in those totals."""
        codes, usual = past.panel.district_code, cls.usual(past.panel)
        cells = np.zeros((LEADS, parts := len(USUAL_CELLS[0])))
        pupils, origins = np.zeros(LEADS), np.zeros(LEADS)
        totals: list[list[tuple[Floats, Floats]]] = [[] for _lead in range(LEADS)]  # that came, and forecast by part
        for lead in range(LEADS):
            for at, (matched, came) in enumerate(zip(past.matched[:, lead], past.actual(lead + 1), strict=True)):
                if not matched.any():
                    continue
                count = came * matched
                total = sums(count, codes)
                pupils[lead] += total.sum()
                origins[lead] += 1
                by_part = np.zeros((parts, len(total)))
                for part in range(parts):
                    forecast = past.parts[at].pupils[part, lead] * matched
                    own = by_part[part] = sums(forecast, codes)
                    cells[lead, part] += np.abs(count - forecast * ratio(total, own, otherwise=1.0)[codes]).sum()
                totals[lead].append((total, by_part))
        known = np.maximum(pupils, 1.0)[:, None]
        favoured = usual.cells * _favour(usual.cells, cells / known, _USUAL_ERRORS_CELLS, origins)
        large, missed = _mixed(_COHORTS[0], _STILL[:1]).T, np.zeros((1, parts))
        for total, by_part in totals[0]:
            missed += np.abs(total - by_part).sum(1)
        first = usual.totals[0] * _favour(large, missed / known[:1], _USUAL_ERRORS_TOTALS, origins[:1]).T
        later = [_mix_of_totals(totals[lead], _COHORTS[lead], usual.totals[lead, 0]) for lead in range(1, LEADS)]
        return cls(favoured / favoured.sum(1, keepdims=True), np.stack([first / first.sum(0), *later]))

    @classmethod
    def usual(cls, panel: RollPanel) -> Weights:
        """Return the weights where no past says otherwise, by the pupils that districts have now."""
        pupils = sums(last_count(panel), panel.district_code)
        still = _STILL[:, None] + _STILL_SMALL[:, None] / (1 + (pupils / _SMALL) ** 2)
        return cls(USUAL_CELLS, np.stack([_mixed(*of_lead) for of_lead in zip(_COHORTS, still, strict=True)]))


def _mixed(cohorts: Floats, still: Floats) -> Floats:
    """Return weights (part, district) of cohorts (part,) with a share of no change (district,)."""
    return np.stack([still, *(1 - still) * cohorts[1:, None]])


def _mix_of_totals(past: list[tuple[Floats, Floats]], cohorts: Floats, still: Floats) -> Floats:
    """Return weights (part, district) from past totals that came (district,) and were forecast (part, district).

    Parameters
    ----------
    cohorts : (part,)
        Usual weights beside no change.
    still : (district,)
        Usual share of no change.
    """
    square, slopes = np.zeros((2, 2)), [np.zeros(2)]
    for came, by_part in past:
        usual = (cohorts[:, None] * by_part).sum(0)
        weight = ratio(np.ones_like(came), came, otherwise=0.0) / came.sum()
        apart = np.stack([by_part[0] - usual, by_part[2] - by_part[1]])
        square += (weight * apart[:, None] * apart).sum(-1)
        slopes.append((weight * apart * (came - usual - still * apart[0])).sum(-1))
    own = np.diagonal(square)
    told = own > _LEAST_MOVED * own[0]  # what was never apart has no slope
    prior = ratio((np.stack(slopes) ** 2).sum(0), own, otherwise=1.0) / _SPREAD**2
    more = np.zeros(2)
    if told.any():
        kept = np.where(np.outer(told, told), square + np.diag(prior), np.eye(2))
        more = np.where(told, np.linalg.solve(kept, np.where(told, sum(slopes), 0.0)), 0.0)
    share = np.clip(still + more[0], 0.0, _STILL_MOST)
    births_more = np.clip(more[1], -(1 - share) * cohorts[2:].sum(), (1 - share) * cohorts[1])
    return np.asarray(_mixed(cohorts, share) + births_more * np.array([0.0, -1.0, 1.0, 0.0])[:, None])


def _favour(usual: Floats, error: Floats, usual_error: Floats, origins: Floats) -> Floats:
    """Return by what the weights (lead, part) move with the relative errors of each lead's origins; 1 without."""
    out, worse = [], np.zeros(usual.shape[1])
    for lead, number in enumerate(origins):
        if number:
            found = _relative(error[lead] + _LEAST_ERROR, usual[lead])
            expected = _relative(usual_error[lead] + _LEAST_ERROR, usual[lead])
            before = _LEAD_ORIGINS if lead else _PRIOR_ORIGINS
            worse = (number * (found - expected) + before * worse) / (number + before)
        out.append(np.exp(-_SHARPNESS * worse))
    return np.stack(out)


def _relative(error: Floats, weight: Floats) -> Floats:
    return np.asarray(np.log(error / (weight * error).sum()))
