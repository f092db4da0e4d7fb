"""How large an error to expect: by the size of the cell, by the school, and by whether its pupils are there yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seatcast.enrollment.hindcast import LEADS, Hindcast
from seatcast.enrollment.panel import sums

if TYPE_CHECKING:
    from seatcast.enrollment.panel import Bools, Floats, RollPanel

_PRIOR = np.array(
    [
        [-3.18, -0.34, 0.63, 0.34],
        [-2.83, -0.32, 0.35, 0.34],
        [-2.64, -0.30, 0.23, 0.32],
        [-2.50, -0.29, 0.19, 0.34],
        [-2.38, -0.27, 0.12, 0.33],
    ]
)
"""By lead: the fit on Maryland's public schools, falls of 2002 to 2021 (Maryland State Department of Education)."""
_PRIOR_ERRORS = 100.0
_CARRIED = 0.5  # of how a lead differs from its prior, to the prior of the next: long leads have few errors, or none
_LEAST = 1e-3  # a smaller error counts as this one: its logarithm would outweigh all others


@dataclass(frozen=True, eq=False)
class ErrorScale:
    r"""Size of the logarithmic error of a cell, after common shocks.

    .. math:: \log \sigma = \beta_0 + \beta_1 \log(\hat Y / 100) + \beta_2 [\text{not yet in the school}] + \beta_3 v

    by least squares of :math:`\log |e|` over past errors, per lead; :math:`v` is the school's volatility. A prior worth
    a hundred errors keeps short histories sensible; half of how the lead before differs from its own prior goes on.
    """

    coefficients: Floats

    @classmethod
    def learn(cls, hindcast: Hindcast, past: Floats) -> ErrorScale:
        """Fit the scale to the errors of a hindcast, less their common part `past` (origin, lead, cell)."""
        rows: list[Floats] = []
        for lead in range(1, LEADS + 1):
            prior = _PRIOR[lead - 1] + (_CARRIED * (rows[-1] - _PRIOR[lead - 2]) if rows else 0.0)
            error = hindcast.log_error(lead) - past[:, lead - 1]
            seen = np.isfinite(error)
            traits = np.stack([_traits(hindcast, at, lead) for at in range(len(error))])[seen] if seen.any() else None
            rows.append(_regression(traits, error[seen], prior))
        return cls(np.stack(rows))

    def past(self, hindcast: Hindcast, lead: int) -> Floats:
        """Return (origin, cell): the scale that past errors had."""
        traits = np.stack([_traits(hindcast, at, lead) for at in range(len(hindcast.origins))])
        return np.asarray(np.exp((traits * self.coefficients[lead - 1]).sum(-1)))

    def at(self, panel: RollPanel, point: Floats, lead: int) -> Floats:
        """Return (cell,): the scale of the forecast `point` (cell,); beyond the last lead it grows as a random walk."""
        traits = traits_of(panel, point, lead)
        size = np.exp((traits * self.coefficients[min(lead, LEADS) - 1]).sum(-1))
        return np.asarray(size * np.sqrt(max(lead / LEADS, 1.0)))


def traits_of(panel: RollPanel, forecast: Floats, lead: int) -> Floats:
    """Return (cell, trait): constant, size, not yet in the school, volatility of the school."""
    ones = np.ones(len(forecast))
    size = np.log(np.maximum(forecast, 1.0) / 100.0)
    return np.stack([ones, size, newcomers(panel, lead).astype(float), volatility(panel)], axis=-1)


def newcomers(panel: RollPanel, lead: int) -> Bools:
    """Return (cell,): the pupils of `lead` years on are not in the school yet."""
    here, position = panel.continuing.copy(), panel.below.copy()
    for _year in range(lead - 1):
        here &= panel.continuing[position]
        position = panel.below[position]
    return ~here


def volatility(panel: RollPanel) -> Floats:
    """Return (cell,): logarithm of the school's mean yearly change of roll, relative to the mean school's."""
    counts = np.nan_to_num(panel.pupils[-6:])
    totals = np.stack([sums(row, panel.school_code) for row in counts])
    both = (totals[1:] > 0) & (totals[:-1] > 0)
    change = np.log(np.where(both, totals[1:], 1.0) / np.where(both, totals[:-1], 1.0))
    change = np.abs(change - np.median(change[both])) if both.any() else change
    years = both.sum(0)
    usual = float(change[both].mean()) if both.any() else 0.05
    mean = ((np.minimum(change, 0.5) * both).sum(0) + 2 * usual) / (years + 2)
    return np.asarray(np.log(np.maximum(mean, 1e-4) / max(usual, 1e-4)))[panel.school_code]


def _traits(hindcast: Hindcast, at: int, lead: int) -> Floats:
    return traits_of(hindcast.known[at], hindcast.forecast[at, lead - 1], lead)


def _regression(traits: Floats | None, error: Floats, prior: Floats) -> Floats:
    """Return ridge coefficients of log|error|, drawn to the prior; sums keep their order on any number of threads."""
    if traits is None:
        return prior
    size = np.log(np.maximum(np.abs(error), _LEAST)) - (traits * prior).sum(-1)
    cross = np.stack([(traits * column[:, None]).sum(0) for column in traits.T])
    return np.asarray(
        prior + np.linalg.solve(cross + _PRIOR_ERRORS * np.eye(len(prior)), (traits * size[:, None]).sum(0))
    )
