"""Errors of the forecasts that would have been made from past origins, which is all that is known of future errors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from seatcast.enrollment.combination import Parts
from seatcast.enrollment.traits import Traits

if TYPE_CHECKING:
    from seatcast.enrollment.entry import Births
    from seatcast.enrollment.panel import Bools, Floats, Ints, RollPanel

LEADS = 5  # years ahead at which past errors are measured
_ORIGINS = 12


@dataclass(frozen=True, eq=False)
class PastParts:
    """What would have been known at each past origin.

    Attributes
    ----------
    panel : RollPanel
        All that is known today.
    origins : (origin,)
        Positions of the past origins among the panel's years, oldest first.
    known : tuple of RollPanel
        The panel as of each origin.
    parts : tuple of Parts
        Forecast from each origin with nothing later; leads 1 to `LEADS`.
    matched : (origin, lead, cell)
        The cell was live at the origin and its school offered the same grades at the target, so that forecast and
        count compare. Targets in the future or unknown, and schools that opened, closed or changed their grades, do
        not.
    """

    panel: RollPanel
    origins: Ints
    known: tuple[RollPanel, ...]
    parts: tuple[Parts, ...]
    matched: Bools

    @classmethod
    def run(cls, panel: RollPanel, births: Births | None = None) -> PastParts:
        """Forecast from each of the last twelve origins that has three years of history (two where there are none)."""
        last = len(panel.years) - 1
        origins = np.arange(max(min(2, last - 1), 1, last - _ORIGINS), last)
        known = tuple(panel.until(int(panel.years[origin])) for origin in origins)
        parts = tuple(Parts.of(then, horizon=LEADS, births=births) for then in known)
        matched = np.zeros((len(origins), LEADS, len(panel.grade)), bool)
        for at, origin in enumerate(origins.tolist()):
            for lead in range(1, min(LEADS, last - origin) + 1):
                same = panel.comparable(origin, origin + lead)
                matched[at, lead - 1] = same & (parts[at].pupils[:, lead - 1] > 0).all(0)
        return cls(panel, origins, known, parts, matched)

    def averaged(self, cells: Floats, totals: Floats) -> Hindcast:
        """Return the past forecasts with these weights, see `Parts.average`."""
        rows = [
            part.average(then, cells=cells, totals=totals) for part, then in zip(self.parts, self.known, strict=True)
        ]
        shape = len(self.origins), LEADS, len(self.panel.grade)
        return Hindcast(self.panel, self.origins, self.known, np.stack(rows) if rows else np.zeros(shape), self.matched)

    def actual(self, lead: int) -> Floats:
        """Return (origin, cell), pupils that came `lead` years after each origin; 0 where unknown or not yet here."""
        return _actual(self.panel, self.origins, lead)


@dataclass(frozen=True, eq=False)
class Hindcast:
    """Forecasts from past origins beside what came.

    Attributes
    ----------
    panel, origins, known, matched
        As of `PastParts`.
    forecast : (origin, lead, cell), pupils
        Made with nothing later than the origin, but for the weights.
    """

    panel: RollPanel
    origins: Ints
    known: tuple[RollPanel, ...]
    forecast: Floats
    matched: Bools

    @cached_property
    def traits(self) -> tuple[Traits, ...]:
        """What each origin's panel tells of its cells."""
        return tuple(Traits.of(then) for then in self.known)

    def actual(self, lead: int) -> Floats:
        """Return (origin, cell), pupils that came `lead` years after each origin; 0 where unknown or not yet here."""
        return _actual(self.panel, self.origins, lead)

    def log_error(self, lead: int) -> Floats:
        """Return (origin, cell): logarithm of the count over its forecast; NaN where they do not compare."""
        matched = self.matched[:, lead - 1]
        ratio = np.where(matched, self.actual(lead), 1.0) / np.where(matched, self.forecast[:, lead - 1], 1.0)
        return np.where(matched, np.log(ratio), np.nan)


def _actual(panel: RollPanel, origins: Ints, lead: int) -> Floats:
    targets = origins + lead
    here = targets < len(panel.years)
    rows = np.nan_to_num(panel.pupils[np.where(here, targets, 0)])
    return np.where(here[:, None], rows, 0.0)
