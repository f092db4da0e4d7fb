"""What is known of a cell and its school besides the forecast: the traits that past errors are explained by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seatcast.core.rates import ratio
from seatcast.enrollment.panel import sums

if TYPE_CHECKING:
    from seatcast.enrollment.panel import Floats, Ints, RollPanel

TRAITS = 22
LARGEST = 1.0  # of a logarithm: a trait, or an error, beyond a factor of 2.7 counts as one of 2.7


@dataclass(frozen=True, eq=False)
class Traits:
    """Traits of the cells of a panel as known when forecasts are made: logarithmic differences, 0 where unknown.

    Of the cell against its count now: the forecast, and the cohort that will be in it; its median of six years, its
    maximum of ten, its counts one, two and three years ago; the two grades below and above, the school's mean and
    lowest grade. Progression against the district's, over four years and over one, of the cell and of the school. Of
    the school: its growth over one, two, three and five years, and the growth forecast.

    Attributes
    ----------
    panel : RollPanel
    now : (cell,), pupils
        Live counts at the origin; 0 for other cells.
    fixed : (trait, cell)
        The traits that are the same whatever is forecast.
    """

    panel: RollPanel
    now: Floats
    fixed: Floats

    @classmethod
    def of(cls, panel: RollPanel) -> Traits:
        """Return what a panel tells of its cells."""
        live, schools = panel.live, panel.school_code
        counts: Floats = np.where(live, panel.pupils, 0.0)
        now = counts[-1]
        total, grades = sums(now, schools), sums(live[-1], schools)
        came, due = _progression(panel, counts, 4)
        lately, due_lately = _progression(panel, counts, 1)
        lags = [counts[-1 - back] * live[-1] if len(counts) > back else np.zeros_like(now) for back in range(6)]
        against_now = [
            _median(counts[-6:]),
            counts[-10:].max(0),
            *lags[1:4],
            *[_grade_at(panel, now, step) for step in (-2, -1, 1, 2)],
            ratio(total, grades, otherwise=0.0)[schools],
            _lowest(now, schools)[schools],
        ]
        grown = [(came, due), (lately, due_lately), *[(now * (lags[back] > 0), lags[back]) for back in (1, 2, 3, 5)]]
        fixed = [
            *[_log_ratio(other, now) for other in against_now],
            _log_ratio(came, due),
            _log_ratio(lately, due_lately),
            *[_of_school(upper, lower, schools) for upper, lower in grown],
        ]
        return cls(panel, now, np.stack(fixed))

    def beside(self, forecast: Floats, lead: int) -> Floats:
        """Return all traits (trait, cell), between -1 and 1, beside a forecast (cell,) made for `lead` years ahead."""
        told = [
            _log_ratio(self.now, forecast),
            _log_ratio(_grade_at(self.panel, self.now, -lead), self.now),
            _of_school(forecast * self.panel.live[-1], self.now, self.panel.school_code),
        ]
        return np.asarray(np.clip(np.stack([*told, *self.fixed]), -LARGEST, LARGEST))


def _of_school(upper: Floats, lower: Floats, schools: Ints) -> Floats:
    """Return (cell,): the logarithm of the school's upper sum over its lower."""
    return _log_ratio(sums(upper, schools), sums(lower, schools))[schools]


def _grade_at(panel: RollPanel, now: Floats, step: int) -> Floats:
    """Return (cell,): the count of the same school's grade `step` above (below where negative); 0 where none."""
    link = panel.above if step > 0 else panel.below
    for _grade in range(abs(step)):
        now = np.where(link >= 0, now[link], 0.0)
    return now


def _lowest(now: Floats, schools: Ints) -> Floats:
    """Return (school,): the count of its lowest live grade."""
    out = np.zeros(int(schools.max()) + 1)
    live = np.flatnonzero(now)[::-1]
    out[schools[live]] = now[live]
    return out


def _progression(panel: RollPanel, counts: Floats, years: int) -> tuple[Floats, Floats]:
    """Return (cell,) pupils who came up over the last transitions, and those due at their district's ratio."""
    below = panel.below
    came, due = np.zeros(len(below)), np.zeros(len(below))
    for year in range(max(len(counts) - years, 1), len(counts)):
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
