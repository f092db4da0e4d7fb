"""Entry: pupils in grades that no lower grade of the same school feeds, from level, births and the feeder cohort."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from seatcast.core.rates import ratio
from seatcast.enrollment.panel import RECENT_WEIGHTS, Bools, Floats, Ints, RollPanel, recent_mean, sums

_WEIGHTS = np.array(RECENT_WEIGHTS[::-1])  # oldest first
USUAL_PULL = 0.5
"""Share of the growth of births that entrants follow where a record is silent: capture moves against births."""
_PULL_SPREAD, _SPAN = 0.35, 3
_LEAST_FACTOR, _MOST_FACTOR = 0.4, 2.0


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

        NaN where none is known; nothing that was not known at `origin` is used. Past the last cohort known, its births
        are held: births that have fallen do not come back because nobody has counted the next.
        """
        last = min(origin + self.lead, self.first + self.births.shape[1] - 1)
        middle = min(year, last)
        wanted = np.arange(middle - 1, min(middle + 1, last) + 1) - self.first
        columns = wanted[wanted >= 0]
        known = np.isfinite(self.births[:, columns])
        count = known.sum(1)
        total = np.where(known, self.births[:, columns], 0.0).sum(1)
        return ratio(total, count, otherwise=np.nan)


def level(panel: RollPanel) -> Floats:
    """Return (cell,): the 3-2-1 mean of the cell's last three live counts; where none is live, of those known."""
    live = recent_mean(panel.pupils, panel.live)
    known = recent_mean(np.nan_to_num(panel.pupils), np.isfinite(panel.pupils))
    return np.where(np.isfinite(live), live, np.nan_to_num(known))


def births_factor(panel: RollPanel, births: Births | None, lead: int, pull: float = USUAL_PULL) -> Floats:
    r"""Return (cell,): by how much the entry grade's level moves, `lead` years on; 1 in every other grade.

    .. math:: f_h = \sqrt{K_t / L} \; (b_{t+h} / b_{\le t})^\gamma, \qquad .4 \le f_h \le 2

    with :math:`K_t` the district's entrants at the origin, :math:`L` their 3-2-1 mean, :math:`b_{t+h}` the smoothed
    births of the cohort that will enter and :math:`b_{\le t}` the 3-2-1 mean of those of the last three cohorts;
    :math:`\gamma` is `pull`, see `births_pull`.
    """
    entering = (panel.grade == panel.entry_grade) & panel.live[-1]
    totals = _entrants(panel, entering)
    mean = recent_mean(totals[-3:], totals[-3:] > 0)
    drift = np.sqrt(ratio(totals[-1], mean, otherwise=1.0))
    if births is not None:
        origin = panel.origin
        ahead = births.smoothed(origin + lead, origin)
        back = np.stack([births.smoothed(origin - age, origin) for age in (2, 1, 0)])
        reference = recent_mean(back, np.isfinite(back))
        growth = ratio(ahead, reference, otherwise=1.0)
        drift = drift * np.where(np.isfinite(growth), growth, 1.0) ** pull
    return np.where(entering, np.clip(drift, _LEAST_FACTOR, _MOST_FACTOR)[panel.district_code], 1.0)


def births_pull(panel: RollPanel, births: Births | None) -> float:
    r"""Return the share of the growth of births that entrants have followed, :math:`\gamma`, between 0 and 1.2.

    The slope through the origin of :math:`\log K_t / K_{t-3}` on :math:`\log b_t / b_{t-3}` over districts and years
    of the panel, weighted by entrants, averaged with the usual 0.5 by precision. Its variance is that between years
    (windows of three years overlap), so where births hardly moved, or the record is short, the usual share stays.
    """
    if births is None:
        return USUAL_PULL
    totals = _entrants(panel, panel.grade == panel.entry_grade)
    born = np.stack([births.smoothed(int(year), panel.origin) for year in panel.years])
    both = (totals[_SPAN:] > 0) & (totals[:-_SPAN] > 0) & (born[_SPAN:] > 0) & (born[:-_SPAN] > 0)
    if both.any(1).sum() < 3 * _SPAN:  # fewer than three windows apart tell no variance between years
        return USUAL_PULL
    weight = np.where(both, totals[:-_SPAN], 0.0)
    grown, entered = (
        np.clip(np.log(np.where(both, x[_SPAN:], 1.0) / np.where(both, x[:-_SPAN], 1.0)), -1.0, 1.0)
        for x in (born, totals)
    )
    size = float((weight * grown**2).sum())
    if size <= 0:
        return USUAL_PULL
    slope = float((weight * grown * entered).sum()) / size
    years = ((weight * grown * (entered - slope * grown)).sum(1) ** 2).sum()
    number = both.any(1).sum() / _SPAN
    variance = _SPAN * years / size**2 * number / max(number - 1, 0.5)
    trust = _PULL_SPREAD**2 / (_PULL_SPREAD**2 + variance)
    return float(np.clip(trust * slope + (1 - trust) * USUAL_PULL, 0.0, 1.2))


def _entrants(panel: RollPanel, entering: Bools) -> Floats:
    """Return (year, district), pupils in the cells `entering`."""
    districts = int(panel.district_code.max()) + 1
    return np.stack([sums(year * entering, panel.district_code, districts) for year in np.nan_to_num(panel.pupils)])


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
        capture = ratio(entrants, pool, otherwise=np.nan)
        share = ratio(own, entrants[panel.group], otherwise=0.0)
        return cls(feeds, np.where(entry, capture[panel.group] * share, np.nan), level(panel), panel.group)

    def entrants(self, before: Floats) -> Floats:
        """Return (cell,): entrants, given the pupils (cell,) a year earlier; the level where no feeder is known."""
        feeding = self.feeds >= 0
        pool = sums(before[feeding], self.feeds[feeding], int(self.group.max()) + 2)[self.group]
        expected = np.clip(self.factor * pool, 0.5 * self.level, 2.0 * self.level)
        return np.where(np.isfinite(expected), expected, self.level)
