"""What a school's own past says beyond ratios and levels, learned from the panel's past forecasts, cautiously."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from seatcast.enrollment.deviations import centered, least_absolute, weighted_median
from seatcast.enrollment.error_scale import newcomers
from seatcast.enrollment.hindcast import LEADS, Hindcast
from seatcast.enrollment.panel import sums
from seatcast.enrollment.traits import TRAITS, traits_of

if TYPE_CHECKING:
    from seatcast.enrollment.panel import Bools, Floats, Ints, RollPanel

_CLIP = 1.0  # of a logarithm: an error or trait beyond a factor of 2.7 counts as one of 2.7
_FARTHEST = 0.5  # of a logarithm: no cell is moved further
_RIDGE = 10.0  # rows of mean weight by which coefficients are drawn to 0
_DISTRICT_PUPILS = 1500.0  # at which a district's own mean error is taken off by half
_STAGES, _STAGE_RIDGE = 3, 100.0  # grades to 5, to 8 and beyond, drawn to the coefficients of all grades
_BORROWS, _BORROWED = {3: (2,), 4: (2, 3), 5: (3, 4)}, 0.5
"""Leads whose errors count half at a longer one, which has fewer of its own; never one year's: it misleads there."""
_EVIDENCE = 100.0
"""School-origins, times the lead, at which the correction is trusted by half."""
_FEWEST_ERRORS = 200  # below which no coefficients are fitted


@dataclass(frozen=True, eq=False)
class Correction:
    r"""Linear corrections of the logarithm of a forecast.

    .. math:: \log \hat Y \leftarrow \log \hat Y + \rho_h\, \beta_{h,a}^\top (x - \bar x)

    with traits :math:`x` of the cell and its school (`traits_of`), centered by grade and by district and grade, so that
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
        rows = [_Misses.of(hindcast, lead) for lead in range(1, LEADS + 1)]
        coefficients = np.zeros((LEADS, _STAGES, 2, TRAITS))
        for lead in range(1, LEADS + 1):
            used = [(rows[lead - 1], 1.0), *[(rows[other - 1], _BORROWED) for other in _BORROWS.get(lead, ())]]
            used = [(misses, share) for misses, share in used if len(misses.error)]
            if not used:
                continue
            evidence = sum(share * misses.evidence for misses, share in used)
            error, traits, coming, stages = (
                np.concatenate([getattr(misses, name) for misses, _share in used])
                for name in ("error", "traits", "coming", "stages")
            )
            weight = np.concatenate([share * misses.pupils for misses, share in used])
            trust = evidence / (evidence + _EVIDENCE * lead)
            for group in (0, 1):
                here = coming == group
                if here.sum() >= _FEWEST_ERRORS:
                    fit = least_absolute(traits[here], error[here], weight[here], ridge=_RIDGE)
                    if fit is None:
                        continue
                    coefficients[lead - 1, :, group] = trust * fit
                    for stage in range(_STAGES):
                        at = here & (stages == stage)
                        if at.sum() >= _FEWEST_ERRORS:
                            left = error[at] - (traits[at] * fit).sum(-1)
                            more = least_absolute(traits[at], left, weight[at], ridge=_STAGE_RIDGE)
                            coefficients[lead - 1, stage, group] += 0.0 if more is None else trust * more
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
                traits = centered(traits_of(panel, row, lead), row * live, _groups(panel))
                beta = self.coefficients[lead - 1][_stage(panel), newcomers(panel, lead).astype(int)]
                change = np.clip((traits * beta).sum(-1), -_FARTHEST, _FARTHEST)
            moved = np.where(live, row * np.exp(change), 0.0)
            kept = sums(row * live, panel.district_code) / np.maximum(sums(moved, panel.district_code), 1e-9)
            out[lead - 1] = np.where(live, moved * kept[panel.district_code], row)
        return out

    def applied(self, hindcast: Hindcast) -> Hindcast:
        """Return the hindcast with each past forecast corrected."""
        if not len(hindcast.origins):
            return hindcast
        rows = [self.apply(then, forecast) for then, forecast in zip(hindcast.known, hindcast.forecast, strict=True)]
        return replace(hindcast, forecast=np.stack(rows))


@dataclass(frozen=True, eq=False)
class _Misses:
    """What past forecasts of one lead missed: a row a cell and origin; errors and traits centered."""

    error: Floats
    traits: Floats
    pupils: Floats
    coming: Bools
    stages: Ints
    evidence: float  # schools times origins

    @classmethod
    def of(cls, hindcast: Hindcast, lead: int) -> _Misses:
        panel, evidence = hindcast.panel, 0
        logs = np.clip(hindcast.log_error(lead), -_CLIP, _CLIP)
        rows: list[tuple[Any, ...]] = []
        for at, matched in enumerate(hindcast.matched[:, lead - 1]):
            if not matched.any():
                continue
            known, forecast = hindcast.known[at], hindcast.forecast[at, lead - 1]
            evidence += len(np.unique(panel.school_code[matched]))
            error = _centered_error(logs[at], forecast, matched, panel.grade, panel.group)
            traits = centered(traits_of(known, forecast, lead), forecast * matched, _groups(panel))
            columns = error, traits, forecast, newcomers(known, lead), _stage(known)
            rows.append(tuple(column[matched] for column in columns))
        if not rows:
            return cls(np.zeros(0), np.zeros((0, TRAITS)), np.zeros(0), np.zeros(0, bool), np.zeros(0, np.int64), 0.0)
        error, trait, pupils, coming, stages = (np.concatenate(column) for column in zip(*rows, strict=True))
        return cls(error, trait, pupils, coming, stages, float(evidence))


def _stage(panel: RollPanel) -> Ints:
    """Return (cell,): 0 up to grade 5, 1 up to grade 8, 2 beyond."""
    return (panel.grade > 5).astype(np.int64) + (panel.grade > 8)


def _groups(panel: RollPanel) -> list[tuple[Ints, float]]:
    """Return the groupings that traits are centered by."""
    return [(panel.grade - panel.grade.min(), 0.0), (panel.group, _DISTRICT_PUPILS)]


def _centered_error(error: Floats, weight: Floats, where: Bools, grade: Ints, group: Ints) -> Floats:
    """Return errors (cell,) less the weighted median of their grade, then the mean of district and grade (shrunk)."""
    error = np.where(where, error, 0.0)
    for g in np.unique(grade[where]):
        here = where & (grade == g)
        error[here] -= weighted_median(error[here], weight[here])
    return centered(error[:, None], weight * where, [(group, _DISTRICT_PUPILS)])[:, 0]
