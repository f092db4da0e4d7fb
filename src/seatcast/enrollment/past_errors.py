"""Errors of past forecasts, and what they are explained by: the rows that the correction is learned from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from seatcast.enrollment.deviations import centered, least_absolute, weighted_median
from seatcast.enrollment.error_scale import newcomers
from seatcast.enrollment.traits import LARGEST, TRAITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seatcast.enrollment.hindcast import Hindcast
    from seatcast.enrollment.panel import Bools, Floats, Ints, RollPanel

_LAST_GRADES = (5, 8)  # of the stages of school, but for the highest
STAGES = len(_LAST_GRADES) + 1
_DISTRICT_PUPILS = 1500.0  # at which a district's own mean is taken off by half
_RIDGE, _STAGE_RIDGE = 10.0, 100.0
"""Rows of mean weight by which coefficients are drawn to 0, and those of a stage to those of all grades."""
_FEWEST = 200  # rows below which no coefficients are fitted


@dataclass(frozen=True, eq=False)
class PastErrors:
    """Errors of past forecasts, a row a cell and origin.

    Attributes
    ----------
    error : (row,)
        Logarithm of the count over its forecast, centered by grade and by district and grade.
    traits : (trait, row)
        Centered alike; single precision, since this is the largest table.
    weight : (row,)
        Pupils forecast.
    coming : (row,)
        The cohort is yet to come to the school.
    stage : (row,)
        See `stage_of`.
    evidence : float
        Schools times origins.
    """

    error: Floats
    traits: NDArray[np.float32]
    weight: Floats
    coming: Bools
    stage: Ints
    evidence: float

    @classmethod
    def of(cls, hindcast: Hindcast, lead: int) -> PastErrors:
        """Return the errors of forecasts made for `lead` years ahead."""
        panel = hindcast.panel
        logs = np.clip(hindcast.log_error(lead), -LARGEST, LARGEST)
        rows = [cls.none()]
        for at, matched in enumerate(hindcast.matched[:, lead - 1]):
            if matched.any():
                then, forecast = hindcast.known[at], hindcast.forecast[at, lead - 1]
                traits = centered_traits(hindcast.traits[at].beside(forecast, lead), forecast * matched, panel)
                rows.append(
                    cls(
                        error=_centered_error(logs[at], forecast, matched, panel)[matched],
                        traits=traits.astype(np.float32)[:, matched],
                        weight=forecast[matched],
                        coming=newcomers(then, lead)[matched],
                        stage=stage_of(then)[matched],
                        evidence=float(len(np.unique(panel.school_code[matched]))),
                    )
                )
        return cls.together(rows)

    @classmethod
    def none(cls) -> PastErrors:
        """Return no rows."""
        nothing = np.zeros(0)
        return cls(nothing, np.zeros((TRAITS, 0), np.float32), nothing, nothing.astype(bool), nothing.astype(int), 0.0)

    @classmethod
    def together(cls, several: list[PastErrors]) -> PastErrors:
        """Return the rows of all."""
        return cls(
            error=np.concatenate([one.error for one in several]),
            traits=np.concatenate([one.traits for one in several], axis=1),
            weight=np.concatenate([one.weight for one in several]),
            coming=np.concatenate([one.coming for one in several]),
            stage=np.concatenate([one.stage for one in several]),
            evidence=sum(one.evidence for one in several),
        )

    def where(self, rows: Bools) -> PastErrors:
        """Return some of the rows; the evidence is that of all."""
        return replace(
            self, error=self.error[rows], traits=self.traits[:, rows], weight=self.weight[rows],
            coming=self.coming[rows], stage=self.stage[rows],
        )  # fmt: skip

    def times(self, share: float) -> PastErrors:
        """Return the rows, counting for a share of what they are."""
        return replace(self, weight=share * self.weight, evidence=share * self.evidence)

    def coefficients(self) -> Floats:
        """Return coefficients (stage, trait) that explain the errors; a stage's are drawn to those of all grades."""
        every = _coefficients(self, _RIDGE)
        rows = [self.where(self.stage == stage) for stage in range(STAGES)]
        left = [replace(here, error=here.error - np.einsum("t,tr->r", every, here.traits)) for here in rows]
        return np.stack([every + _coefficients(here, _STAGE_RIDGE) for here in left])


def stage_of(panel: RollPanel) -> Ints:
    """Return (cell,): 0 up to grade 5, 1 up to grade 8, 2 beyond."""
    return np.digitize(panel.grade, _LAST_GRADES, right=True)


def centered_traits(traits: Floats, weight: Floats, panel: RollPanel) -> Floats:
    """Return traits (trait, cell) less their mean in each grade, then in each district and grade (shrunk)."""
    return centered(traits, weight, [(panel.grade - panel.grade.min(), 0.0), (panel.group, _DISTRICT_PUPILS)])


def _centered_error(error: Floats, weight: Floats, where: Bools, panel: RollPanel) -> Floats:
    """Return errors (cell,) less the weighted median of their grade, then the mean of district and grade (shrunk)."""
    error = np.where(where, error, 0.0)
    for grade in np.unique(panel.grade[where]):
        here = where & (panel.grade == grade)
        error[here] -= weighted_median(error[here], weight[here])
    return np.asarray(centered(error[None], weight * where, [(panel.group, _DISTRICT_PUPILS)])[0])


def _coefficients(past: PastErrors, ridge: float) -> Floats:
    if len(past.error) < _FEWEST:
        return np.zeros(TRAITS)
    return least_absolute(past.traits, past.error, past.weight, ridge=ridge)
