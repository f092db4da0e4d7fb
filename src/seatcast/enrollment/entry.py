"""Entry: pupils in grades that no lower grade of the same school feeds, from level, births and the feeder cohort."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from seatcast.enrollment.panel import Floats, Ints, RollPanel, recent_mean, sums

_WEIGHTS = np.array([1.0, 2.0, 3.0])
"""The last three years, oldest first: the 3-2-1 mean of school planners."""


@dataclass(frozen=True, eq=False)
class Births:
    """Births by district and the school year in which the cohort reaches the entry grade.

    Attributes
    ----------
    first : int
        Entry year of the first column.
    births : (district, entry year)
        NaN = not known. Districts in the order of the panel's codes.
    lead : int
        Entry years known beyond the origin.
    """

    first: int
    births: Floats
    lead: int

    @classmethod
    def from_frame(cls, births: pd.DataFrame, panel: RollPanel) -> Births:
        """Return the births of the panel's districts (columns entry_year, district, births)."""
        districts = pd.Index(np.unique(panel.district.astype(str)))
        frame = births.assign(district=births["district"].astype(str))
        frame = frame[frame["district"].isin(districts) & frame["births"].notna()]
        first, last = int(frame["entry_year"].min()), int(frame["entry_year"].max())
        table = np.full((len(districts), last - first + 1), np.nan)
        at = districts.get_indexer(pd.Index(frame["district"]))
        table[at, frame["entry_year"].to_numpy(int) - first] = frame["births"].to_numpy(float)
        return cls(first, table, last - panel.origin)

    def smoothed(self, year: int, origin: int) -> Floats:
        """Return (district,): mean births of the cohorts entering the year before, in and after `year`.

        NaN where none is known; nothing that was not known at `origin` is used.
        """
        wanted = np.arange(year - 1, year + 2)
        columns = wanted[(wanted <= origin + self.lead)] - self.first
        columns = columns[(columns >= 0) & (columns < self.births.shape[1])]
        known = np.isfinite(self.births[:, columns])
        count = known.sum(1)
        total = np.where(known, self.births[:, columns], 0.0).sum(1)
        return np.asarray(np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0))


def level(panel: RollPanel) -> Floats:
    """Return (cell,): the 3-2-1 mean of the cell's last three live counts; where none is live, of those known."""
    live = recent_mean(panel.pupils, panel.live)
    known = recent_mean(np.nan_to_num(panel.pupils), np.isfinite(panel.pupils))
    return np.where(np.isfinite(live), live, np.nan_to_num(known))


def births_factor(panel: RollPanel, births: Births | None, lead: int) -> Floats:
    r"""Return (cell,): by how much the entry grade's level moves, `lead` years on; 1 in every other grade.

    .. math:: f_h = \sqrt{\frac{K_t}{L} \cdot \frac{b_{t+h}}{b_{\le t}}}, \qquad .7 \le f_h \le 1.4

    with :math:`K_t` the district's entrants at the origin, :math:`L` their 3-2-1 mean, :math:`b_{t+h}` the smoothed
    births of the cohort that will enter and :math:`b_{\le t}` the 3-2-1 mean of those of the last three cohorts. Half
    of the growth of births is taken: capture moves against births, and the full ratio does worse than no change.
    """
    entering = (panel.grade == panel.entry_grade) & panel.live[-1]
    codes = panel.district_code
    districts = int(codes.max()) + 1
    recent = np.nan_to_num(panel.pupils[-3:]) * entering
    totals = np.stack([sums(year, codes, districts) for year in recent])
    mean = recent_mean(totals, totals > 0)
    drift = np.divide(totals[-1], mean, out=np.ones(districts), where=mean > 0)
    if births is not None:
        origin = panel.origin
        ahead = births.smoothed(origin + lead, origin)
        back = np.stack([births.smoothed(origin - age, origin) for age in (2, 1, 0)])
        reference = recent_mean(back, np.isfinite(back))
        growth = np.divide(ahead, reference, out=np.ones(districts), where=reference > 0)
        drift = drift * np.where(np.isfinite(growth), growth, 1.0)
    return np.where(entering, np.clip(np.sqrt(drift), 0.7, 1.4)[codes], 1.0)


@dataclass(frozen=True, eq=False)
class CohortShare:
    """Entrants of a school as its share of those who come up from the district's schools that end a grade below.

    Attributes
    ----------
    feeds : (cell,)
        District-and-grade group that the cell's pupils move on to; -1 where their own school goes on.
    factor : (cell,), entrants per pupil of the feeder cohort
        The group's capture (3-2-1 ratio of sums) times the school's 3-2-1 share of its entrants; NaN where the cell is
        no entry above the entry grade, or no feeder is known.
    level : (cell,), pupils
        Bounds the answer to between half and twice this level.
    """

    feeds: Ints
    factor: Floats
    level: Floats
    group: Ints

    @classmethod
    def fit(cls, panel: RollPanel) -> CohortShare:
        """Learn capture and shares from the last three transitions."""
        live = panel.live[-1]
        groups = int(panel.group.max()) + 2
        leaves = live & ~((panel.above >= 0) & live[panel.above])
        highest = panel.grade == panel.grade.max()
        feeds = np.where(leaves & ~highest & (panel.grade >= panel.entry_grade), panel.group + 1, -1)
        entry = live & ~panel.continuing & (panel.grade > panel.entry_grade)

        span = min(3, len(panel.years) - 1)
        weight = _WEIGHTS[-span:, None]
        counts = np.nan_to_num(panel.pupils)
        own = (weight * counts[-span:] * entry).sum(0)
        entrants = sums(own, panel.group, groups)
        pool = sums((weight * counts[-span - 1 : -1]).sum(0)[feeds >= 0], feeds[feeds >= 0], groups)
        capture = np.divide(entrants, pool, out=np.full(groups, np.nan), where=pool > 0)
        share = np.divide(own, entrants[panel.group], out=np.zeros(len(own)), where=entrants[panel.group] > 0)
        return cls(feeds, np.where(entry, capture[panel.group] * share, np.nan), level(panel), panel.group)

    def entrants(self, before: Floats) -> Floats:
        """Return (cell,): entrants, given the pupils (cell,) a year earlier; the level where no feeder is known."""
        feeding = self.feeds >= 0
        pool = sums(before[feeding], self.feeds[feeding], int(self.group.max()) + 2)[self.group]
        expected = np.clip(self.factor * pool, 0.5 * self.level, 2.0 * self.level)
        return np.where(np.isfinite(expected), expected, self.level)
