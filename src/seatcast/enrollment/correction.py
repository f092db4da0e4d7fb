"""What a school's own past says beyond ratios and levels, learned from the panel's past forecasts, cautiously."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from seatcast.core.rates import ratio
from seatcast.enrollment.deviations import centered, least_absolute, weighted_median
from seatcast.enrollment.error_scale import newcomers
from seatcast.enrollment.hindcast import LEADS, Hindcast
from seatcast.enrollment.panel import sums

if TYPE_CHECKING:
    from seatcast.enrollment.panel import Bools, Floats, Ints, RollPanel

_CLIP = 1.0  # of a logarithm: an error or trait beyond a factor of 2.7 counts as one of 2.7
_FARTHEST = 0.5  # of a logarithm: no cell is moved further
_RIDGE = 30.0  # rows of mean weight by which coefficients are drawn to 0
_DISTRICT_PUPILS = 1500.0  # at which a district's own mean error is taken off by half
_EVIDENCE = 300.0
"""School-origins, times the lead, at which the correction is trusted by half."""
_FEWEST_ERRORS = 200  # below which no coefficients are fitted


@dataclass(frozen=True, eq=False)
class Correction:
    r"""Linear corrections of the logarithm of a forecast.

    .. math:: \log \hat Y \leftarrow \log \hat Y + \rho_h\, \beta_{h,a}^\top (x - \bar x)

    with traits :math:`x` of the cell and its school (`_traits`), centered by grade and by district and grade, so that
    the correction moves pupils between schools and never the total; :math:`\beta` minimizes the absolute errors of past
    origins weighted by forecast pupils (least absolute deviations by reweighted least squares), apart for cohorts
    already in the school and those yet to come; :math:`\rho_h = n / (n + 300 h)` for :math:`n` schools times origins,
    so that a small panel is hardly corrected.

    Attributes
    ----------
    coefficients : (lead, 2, trait)
        Cohorts in the school, cohorts yet to come; shrunk; zero where too little is known.
    """

    coefficients: Floats

    @classmethod
    def learn(cls, hindcast: Hindcast) -> Correction:
        """Fit the correction to what past forecasts missed."""
        panel = hindcast.panel
        coefficients = np.zeros((LEADS, 2, _TRAITS))
        known = [panel.until(int(panel.years[origin])) for origin in hindcast.origins]
        groups = _groups(panel)
        for lead in range(1, LEADS + 1):
            errors, traits, weights, coming = [], [], [], []
            evidence = 0
            for at, matched in enumerate(hindcast.matched[:, lead - 1]):
                if not matched.any():
                    continue
                forecast = hindcast.forecast[at, lead - 1]
                evidence += len(np.unique(panel.school_code[matched]))
                error = np.clip(hindcast.log_error(lead)[at], -_CLIP, _CLIP)
                errors.append(_centered_error(error, forecast, matched, panel.grade, panel.group)[matched])
                traits.append(centered(_traits(known[at], forecast), forecast * matched, groups)[matched])
                weights.append(forecast[matched])
                coming.append(newcomers(known[at], lead)[matched])
            if not errors:
                continue
            error, trait, weight, new = (np.concatenate(parts) for parts in (errors, traits, weights, coming))
            trust = evidence / (evidence + _EVIDENCE * lead)
            for group in (0, 1):
                here = new == group
                if here.sum() >= _FEWEST_ERRORS:
                    fit = least_absolute(trait[here], error[here], weight[here], ridge=_RIDGE)
                    coefficients[lead - 1, group] = 0.0 if fit is None else trust * fit
        return cls(coefficients)

    def apply(self, panel: RollPanel, forecast: Floats) -> Floats:
        """Return the forecast (lead, cell) corrected; each district keeps its total.

        Beyond the last lead that was learned its correction is held: coefficients of one lead mislead at another.
        """
        live = panel.live[-1]
        out = forecast.copy()
        change = np.zeros(len(live))
        for lead, row in enumerate(forecast, start=1):
            if lead <= LEADS:
                traits = centered(_traits(panel, row), row * live, _groups(panel))
                beta = self.coefficients[lead - 1][newcomers(panel, lead).astype(int)]
                change = np.clip((traits * beta).sum(-1), -_FARTHEST, _FARTHEST)
            moved = np.where(live, row * np.exp(change), 0.0)
            kept = sums(row * live, panel.district_code) / np.maximum(sums(moved, panel.district_code), 1e-9)
            out[lead - 1] = np.where(live, moved * kept[panel.district_code], row)
        return out

    def applied(self, hindcast: Hindcast) -> Hindcast:
        """Return the hindcast with each past forecast corrected."""
        if not len(hindcast.origins):
            return hindcast
        panel = hindcast.panel
        rows = [
            self.apply(panel.until(int(panel.years[origin])), forecast)
            for origin, forecast in zip(hindcast.origins, hindcast.forecast, strict=True)
        ]
        return replace(hindcast, forecast=np.stack(rows))


_TRAITS = 8


def _groups(panel: RollPanel) -> list[tuple[Ints, float]]:
    """Return the groupings that traits are centered by."""
    return [(panel.grade - panel.grade.min(), 0.0), (panel.group, _DISTRICT_PUPILS)]


def _traits(panel: RollPanel, forecast: Floats) -> Floats:
    """Return (cell, trait): logarithmic differences, 0 where unknown, between -1 and 1.

    Of the cell: count now against the forecast; median of six years, and the school's mean grade, against now; the
    grade below against now; its progression against its district's, over four years. Of the school: the same
    progression; its growth in a year; its forecast total against now.
    """
    live, schools = panel.live, panel.school_code
    counts: Floats = np.where(live, panel.pupils, 0.0)
    now = counts[-1]
    total, grades = sums(now, schools), sums(live[-1], schools)
    usual = ratio(total, grades, otherwise=0.0)[schools]
    lower = np.where(panel.below >= 0, now[panel.below], 0.0)
    came, due = _progression(panel, counts)
    before = counts[-2] * live[-1] if len(counts) > 1 else now
    return np.clip(
        np.stack(
            [
                _log_ratio(now, forecast),
                _log_ratio(_median(counts[-6:]), now),
                _log_ratio(usual, now),
                _log_ratio(lower, now),
                _log_ratio(came, due),
                _log_ratio(sums(came, schools), sums(due, schools))[schools],
                _log_ratio(sums(now * (before > 0), schools), sums(before, schools))[schools],
                _log_ratio(sums(forecast * live[-1], schools), total)[schools],
            ],
            axis=-1,
        ),
        -_CLIP,
        _CLIP,
    )


def _progression(panel: RollPanel, counts: Floats) -> tuple[Floats, Floats]:
    """Return (cell,) pupils who came up over the last four transitions, and those due at their district's ratio."""
    below = panel.below
    came, due = np.zeros(len(below)), np.zeros(len(below))
    for year in range(max(len(counts) - 4, 1), len(counts)):
        upper, lower = counts[year], counts[year - 1, below]
        both = (below >= 0) & (upper > 0) & (lower > 0) & (panel.grade > panel.entry_grade)
        num, den = sums(upper * both, panel.group), sums(lower * both, panel.group)
        of_group = ratio(num, den, otherwise=1.0)[panel.group]
        came += upper * both
        due += lower * both * of_group
    return came, due


def _median(counts: Floats) -> Floats:
    """Return (cell,): median of the live counts (year, cell); 0 where none is."""
    ordered = np.sort(np.where(counts > 0, counts, np.inf), axis=0)
    number = (counts > 0).sum(0)
    cells = np.arange(counts.shape[1])
    low, high = np.maximum(number - 1, 0) // 2, np.minimum(number // 2, np.maximum(number - 1, 0))
    middle = (ordered[low, cells] + ordered[high, cells]) / 2
    return np.where(number > 0, middle, 0.0)


def _log_ratio(one: Floats, other: Floats) -> Floats:
    """Return log(one / other); 0 unless both are positive."""
    both = (one > 0) & (other > 0)
    return np.log(np.where(both, one, 1.0) / np.where(both, other, 1.0))


def _centered_error(error: Floats, weight: Floats, where: Bools, grade: Ints, group: Ints) -> Floats:
    """Return errors (cell,) less the weighted median of their grade, then the mean of district and grade (shrunk)."""
    error = np.where(where, error, 0.0)
    for g in np.unique(grade[where]):
        here = where & (grade == g)
        error[here] -= weighted_median(error[here], weight[here])
    return centered(error[:, None], weight * where, [(group, _DISTRICT_PUPILS)])[:, 0]
