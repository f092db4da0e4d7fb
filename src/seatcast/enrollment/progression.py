"""Progression: pupils in a grade per pupil one grade below a year earlier, shrunk from school to district to whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seatcast.core.rates import ratio
from seatcast.enrollment import upheaval
from seatcast.enrollment.panel import sums

if TYPE_CHECKING:
    from seatcast.enrollment.panel import Floats, Ints, RollPanel

WINDOW = 6  # transitions
DECAY = 0.75  # of a transition's weight, each year
LOWEST, HIGHEST = 0.3, 3.0
DISTRICT_PUPILS = 400.0 / 3.0
"""Pupils a year (at full weight) at which a district's own ratio weighs as much as the whole's."""
_POOLED_SCHOOLS = 100.0  # at which a grade's own variances weigh as much as all grades'
_LEAST_SPREAD = 1e-5  # variance of schools around their district: they are never taken as all alike


def progression_ratios(panel: RollPanel) -> Floats:
    r"""Return the ratio by which each cell's grade follows from the grade below, in the same school.

    With :math:`x_u = Y_{u,g} / Y_{u-1,g-1}`, weights :math:`w_u = .75^{t-u}` over the last six transitions, and
    :math:`n_s = \sum w Y_{u,g}`, :math:`d_s = \sum w Y_{u-1,g-1}` over those where both are live,

    .. math::
        R_d = \frac{\sum_{s \in d} n_s + k R}{\sum_{s \in d} d_s + k}, \qquad
        r_s = \frac{n_s + k_g R_d}{d_s + k_g}, \qquad k_g = \phi_g / \tau^2_g

    counted after what stood out in one year of a district, or of its grade, is taken off (`upheaval.outlying`), and
    where :math:`R` is the ratio of all districts, :math:`\phi_g` the variance of a ratio of one pupil (from the years
    of one school) and :math:`\tau^2_g` the variance of schools around their district (empirical Bayes, method of
    moments; Morris 1983). Grades with few schools borrow both variances from the other grades.

    Parameters
    ----------
    panel : RollPanel
        At least two years.

    Returns
    -------
    (cell,), pupils per pupil one grade below a year earlier
        Between 0.3 and 3. Cells without a grade below get their district's ratio (1 where there is none at all);
        nothing follows from it.
    """
    return shrunk_ratios(panel)[2]


def shrunk_ratios(panel: RollPanel) -> tuple[Floats, Floats, Floats]:
    """Return the ratios of `progression_ratios` (cell,) as they enter it: own (NaN: none), its district's, and used."""
    below = panel.below
    both = panel.live[1:] & panel.live[:-1, below] & (below >= 0)
    both = both[-WINDOW:]
    age = np.arange(len(both))[::-1]
    weight = (DECAY**age)[:, None] * both
    upper = np.where(both, panel.pupils[1:][-WINDOW:], 0.0)
    lower = np.where(both, panel.pupils[:-1, below][-WINDOW:], 0.0)
    typical = ratio(sums(upper.sum(0), panel.group), sums(lower.sum(0), panel.group), otherwise=1.0)[panel.group]
    for codes in (panel.district_code, panel.group):
        upper = upper * np.exp(-upheaval.outlying(upper, typical * lower, codes))
    num, den = (weight * upper).sum(0), (weight * lower).sum(0)

    grade = panel.grade - panel.grade.min()
    whole = ratio(sums(num, grade), sums(den, grade), otherwise=1.0)[grade]
    pull = DISTRICT_PUPILS * (DECAY**age).sum()
    group = panel.group
    district = (sums(num, group)[group] + pull * whole) / (sums(den, group)[group] + pull)

    own = ratio(num, den, otherwise=1.0)
    pull_school = _pull(own, district, upper, lower, grade=grade, den=den)
    used = np.clip((num + pull_school * district) / (den + pull_school), LOWEST, HIGHEST)
    return np.where(den > 0, own, np.nan), district, used


def _pull(own: Floats, district: Floats, upper: Floats, lower: Floats, *, grade: Ints, den: Floats) -> Floats:
    """Return (cell,): pupils at which a school's own ratio weighs as much as its district's."""
    seen = lower > 0
    years = seen.sum(0)
    yearly = ratio(upper, lower, otherwise=1.0)
    mean = ratio(upper.sum(0), lower.sum(0), otherwise=1.0)
    within = (lower * (yearly - mean) ** 2).sum(0) / np.maximum(years - 1, 1)
    repeated, single = years >= 2, den > 0
    if not repeated.any():
        return np.full(len(own), 4.0 * DISTRICT_PUPILS)

    phi_all = float(np.median(within[repeated])) / 0.6  # the median of a chi-square over few years lies below its mean
    tau_all = _spread(own, district, den, single, phi_all)
    phi, tau = np.full(grade.max() + 1, phi_all), np.full(grade.max() + 1, tau_all)
    for g in np.unique(grade[repeated]):
        here = repeated & (grade == g)
        share = here.sum() / (here.sum() + _POOLED_SCHOOLS)
        phi[g] = share * float(np.median(within[here])) / 0.6 + (1 - share) * phi_all
        tau[g] = share * _spread(own, district, den, single & (grade == g), phi[g]) + (1 - share) * tau_all
    return (np.maximum(phi, 1e-6) / tau)[grade]


def _spread(own: Floats, district: Floats, den: Floats, where: np.ndarray, phi: float) -> float:
    """Return the variance of schools around their district beyond what the size of schools explains."""
    square = (own - district)[where] ** 2
    square = np.minimum(square, np.quantile(square, 0.95))
    return max(float(np.mean(square - phi / den[where])), _LEAST_SPREAD)
