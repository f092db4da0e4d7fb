"""The point forecast: no change and cohorts with three kinds of entry, averaged, and put on district totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seatcast.core.rates import ratio
from seatcast.enrollment.entry import births_factor, births_growth, births_pull, level_factor, same_capture
from seatcast.enrollment.entry_trend import entry_trend
from seatcast.enrollment.feeder import FeederFlows
from seatcast.enrollment.openings import filling
from seatcast.enrollment.panel import Floats, RollPanel, recent_mean, sums
from seatcast.enrollment.progression import progression_ratios

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatcast.enrollment.entry import Births
    from seatcast.enrollment.panel import Bools

PARTS = ("no change", "level", "births", "feeders")
_MOST_GROWTH = 1.5
"""Times the largest grade a school ever had: what a year that remade a school grew by is no rate to compound."""


@dataclass(frozen=True, eq=False)
class Parts:
    """The forecasts that are averaged.

    Attributes
    ----------
    pupils : (part, lead, cell)
        In the order of `PARTS`: every cell keeps its count, but where cohorts far smaller or larger take the seats;
        cohorts go up by progression ratios, and entry cells keep their level, but for such births; the same, and the
        entry grade follows births; the same, and entries above it follow their feeders.
    live : (cell,)
        Offered at the origin; the others keep their count, but for those `to_open`.
    to_open : (cell,)
        Empty yet, to be filled by a new school.
    """

    pupils: Floats
    live: Bools
    to_open: Bools

    @classmethod
    def of(cls, panel: RollPanel, *, horizon: int, births: Births | None = None) -> Parts:
        """Return the parts as they are known at the panel's last year."""
        ratio_, now = progression_ratios(panel), last_count(panel)
        feeders, pull = FeederFlows.fit(panel), births_pull(panel, births)
        usual = feeders.level
        growth = births_growth(panel, births, horizon)
        steady = level_factor(panel, growth, entry_trend(panel, births, horizon))
        factors = births_factor(panel, growth, pull)
        to_open = filling(panel)
        chained, most = panel.continuing | to_open, _MOST_GROWTH * largest_grade(panel)

        def cohorts(entrants: Callable[[int, Floats], Floats]) -> Floats:
            """Continuing cells follow the grade below, year by year; the others are given by `entrants`."""
            years, before = [], now
            for lead in range(horizon):
                before = np.where(chained, np.minimum(ratio_ * before[panel.below], most), entrants(lead, before))
                years.append(before)
            return np.stack(years)

        parts = (
            now * same_capture(panel, births, horizon),
            cohorts(lambda lead, _before: usual * steady[lead]),
            cohorts(lambda lead, _before: usual * factors[lead]),
            cohorts(lambda lead, before: feeders.entrants(before) * factors[lead]),
        )
        return cls(np.stack(parts), panel.live[-1], to_open)

    def average(self, panel: RollPanel, *, cells: Floats, totals: Floats) -> Floats:
        r"""Return (lead, cell), pupils.

        .. math:: \log \hat Y = \sum_m w_m \log \hat Y^{(m)}, \qquad
            \sum_{c \in d} \hat Y_c = \sum_m v_{m,d} \sum_{c \in d} \hat Y_c^{(m)}

        A level averaged with cohorts beats both (Clemen 1989), and what is best for the pupils of a district is not
        what is best for its schools, so totals have weights of their own.

        Parameters
        ----------
        panel : RollPanel
        cells : (lead, part)
        totals : (lead, part, district)
            Weights that add up to 1 over parts; the last lead's serve all beyond.
        """
        codes = panel.district_code
        out = np.empty(self.pupils.shape[1:])
        for lead in range(len(out)):
            at = min(lead, len(cells) - 1)
            pupils = self.pupils[:, lead]
            mean = np.exp((cells[at][:, None] * np.log(np.maximum(pupils, 1.0))).sum(0)) * self.live
            total = (totals[at][:, codes] * pupils).sum(0) * self.live
            scale = ratio(sums(total, codes), sums(mean, codes), otherwise=1.0)
            out[lead] = np.where(self.live, mean * scale[codes], np.where(self.to_open, pupils[2], pupils[0]))
        return out


def largest_grade(panel: RollPanel) -> Floats:
    """Return (cell,): the most pupils any grade of the cell's school ever had; without bound where none is known."""
    most = np.zeros(int(panel.school_code.max()) + 1)
    np.maximum.at(most, panel.school_code, np.nan_to_num(panel.pupils).max(0))
    return np.where(most > 0, most, np.inf)[panel.school_code]


def last_count(panel: RollPanel) -> Floats:
    """Return (cell,): the count at the origin; where it is unknown, the level of the cell's own past.

    A cell that was never known is taken as half of the smallest count that is published: what is withheld year after
    year is withheld because it is small.
    """
    now = panel.pupils[-1]
    known = np.isfinite(panel.pupils) & (panel.pupils > 0)
    smallest = float(panel.pupils[known].min()) / 2 if known.any() else 0.0
    past = recent_mean(np.nan_to_num(panel.pupils), known)
    return np.where(np.isfinite(now), now, np.where(np.isfinite(past), past, smallest))
