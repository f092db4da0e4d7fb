"""Entry: pupils in grades that no lower grade of the same school feeds, from level, births and the feeder cohort."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from seatcast.core.rates import beyond, ratio
from seatcast.enrollment import upheaval
from seatcast.enrollment.panel import RECENT_WEIGHTS, Bools, Floats, Ints, RollPanel, recent_mean, sums

_WEIGHTS = np.array(RECENT_WEIGHTS[::-1])  # oldest first
USUAL_PULL = 0.5
"""Share of the growth of births that entrants follow where a record is silent: capture moves against births."""
_PULL_SPREAD, _SPAN = 0.35, 3
_LEAST_FACTOR, _MOST_FACTOR = 0.4, 2.0
_SMALL_CHANGE = 0.25
"""Growth of births that capture is known to offset: children who are sent to school elsewhere, or come from there."""


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

    def smoothed(self, years: Ints, origin: int) -> Floats:
        """Return (year, district): mean births of the cohorts entering the year before, in and after each of `years`.

        NaN where none is known; nothing that was not known at `origin` is used. Past the last cohort known, its births
        are held: births that have fallen do not come back because nobody has counted the next.
        """
        last = min(origin + self.lead, self.first + self.births.shape[1] - 1)
        wanted = np.minimum(years, last)[:, None] + np.array([-1, 0, 1])
        there = (wanted <= last) & (wanted >= self.first)
        born = self.births.T[np.where(there, wanted - self.first, 0)]  # (year, cohort, district)
        known = np.isfinite(born) & there[..., None]
        return ratio(np.where(known, born, 0.0).sum(1), known.sum(1), otherwise=np.nan)


def level(panel: RollPanel) -> Floats:
    """Return (cell,): the 3-2-1 mean of the cell's last three live counts; where none is live, of those known."""
    entry = (panel.grade == panel.entry_grade) | ((panel.grade > panel.entry_grade) & (panel.below < 0))
    pupils = panel.pupils.copy()
    pupils[-3:] *= np.exp(upheaval.displaced(panel, entry))
    live = recent_mean(pupils, panel.live)
    known = recent_mean(np.nan_to_num(pupils), np.isfinite(pupils))
    return np.where(np.isfinite(live), live, np.nan_to_num(known))


@dataclass(frozen=True, eq=False)
class BirthsGrowth:
    r"""By how much the births of cohorts to come differ from those of cohorts that are in.

    .. math:: x = \log(b_{t+h} / b) = w + v, \qquad s = \log 1.25 + 2 \sqrt{1 / n_{t+h} + 1 / n}

    with :math:`v` what lies beyond the bound :math:`s` (`beyond`): no more children enter than are born; and :math:`w`
    the small part, which capture may offset or chance may have made. :math:`n` are the births that the means :math:`b`
    are of.

    Attributes
    ----------
    small, beyond : (..., district)
        Factors; 1 where births are not known.
    """

    small: Floats
    beyond: Floats

    @classmethod
    def of(cls, ahead: Floats, before: Floats) -> BirthsGrowth:
        """Return the growth from births (..., district) `before` to those `ahead`, each a mean of three cohorts."""
        known = (ahead >= 0) & (before > 0)
        now, then = np.where(known, np.maximum(ahead, 1.0), 1.0), np.where(known, before, 1.0)
        bound = np.log(1 + _SMALL_CHANGE) + 2 * np.sqrt((1 / now + 1 / then) / 3)
        growth = np.log(now / then)
        large = beyond(growth, bound)
        return cls(np.exp(growth - large), np.exp(large))


def births_growth(panel: RollPanel, births: Births | None, horizon: int) -> BirthsGrowth:
    """Return the growth of births (lead, district) from the 3-2-1 mean of the last three cohorts: those of `level`."""
    if births is None:
        nothing = np.ones((horizon, int(panel.district_code.max()) + 1))
        return BirthsGrowth(nothing, nothing)
    back = births.smoothed(panel.origin + np.arange(-2, 1), panel.origin)
    ahead = births.smoothed(panel.origin + np.arange(1, horizon + 1), panel.origin)
    return BirthsGrowth.of(ahead, recent_mean(back, np.isfinite(back)))


def level_factor(panel: RollPanel, growth: BirthsGrowth, trend: Floats) -> Floats:
    """Return (lead, cell): by how much the entry grade's level moves.

    With births that change beyond chance and capture, and by the `trend` (lead, district) of those who come beyond
    births.
    """
    factor = np.clip(growth.beyond * trend, _LEAST_FACTOR, _MOST_FACTOR)
    return np.where(_entering(panel), factor[:, panel.district_code], 1.0)


def births_factor(panel: RollPanel, growth: BirthsGrowth, pull: float = USUAL_PULL) -> Floats:
    r"""Return (lead, cell): by how much the entry grade's level moves where it follows births; 1 in every other grade.

    .. math:: f_h = \sqrt{K_t / L} \; w_h^\gamma\, v_h, \qquad .4 \le f_h \le 2

    with :math:`K_t` the district's entrants at the origin, :math:`L` their 3-2-1 mean, :math:`w, v` the growth of
    births (`BirthsGrowth`) and :math:`\gamma` the `pull`, see `births_pull`.
    """
    entering = _entering(panel)
    totals = entrants_by_district(panel, entering)
    mean = recent_mean(totals[-3:], totals[-3:] > 0)
    drift = np.sqrt(ratio(totals[-1], mean, otherwise=1.0)) * growth.small**pull * growth.beyond
    return np.where(entering, np.clip(drift, _LEAST_FACTOR, _MOST_FACTOR)[:, panel.district_code], 1.0)


def same_capture(panel: RollPanel, births: Births | None, horizon: int) -> Floats:
    r"""Return (lead, cell): by how much no change moves: each grade captures the births that it does now.

    A grade :math:`k` above the entry grade holds the cohort of entry year :math:`t - k` now and that of
    :math:`t + h - k` in :math:`h` years; its count moves by what lies beyond chance and capture in the growth from one
    to the other.
    """
    if births is None:
        return np.ones((horizon, len(panel.grade)))
    steps, step = np.unique(panel.grade - panel.entry_grade, return_inverse=True)
    sits = panel.origin - steps
    now = births.smoothed(sits, panel.origin)
    ahead = [births.smoothed(sits + lead, panel.origin) for lead in range(1, horizon + 1)]
    beyond_chance = BirthsGrowth.of(np.stack(ahead), now).beyond  # (lead, step, district)
    return np.clip(beyond_chance, _LEAST_FACTOR, _MOST_FACTOR)[:, step, panel.district_code]


def births_pull(panel: RollPanel, births: Births | None) -> float:
    r"""Return the share of the growth of births that entrants have followed, :math:`\gamma`, between 0 and 1.2.

    The slope through the origin of :math:`\log K_t / K_{t-3}` on :math:`\log b_t / b_{t-3}` over districts and years
    of the panel, weighted by entrants, averaged with the usual 0.5 by precision. Its variance is that between years
    (windows of three years overlap), so where births hardly moved, or the record is short, the usual share stays.
    """
    if births is None:
        return USUAL_PULL
    totals = entrants_by_district(panel, panel.grade == panel.entry_grade)
    born = births.smoothed(panel.years, panel.origin)
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


def _entering(panel: RollPanel) -> Bools:
    return np.asarray((panel.grade == panel.entry_grade) & panel.live[-1])


def entrants_by_district(panel: RollPanel, entering: Bools) -> Floats:
    """Return (year, district), pupils in the cells `entering`."""
    districts = int(panel.district_code.max()) + 1
    return np.stack([sums(year * entering, panel.district_code, districts) for year in np.nan_to_num(panel.pupils)])


@dataclass(frozen=True, eq=False)
class CohortShare:
    r"""Entrants of a school as its share of those who come up from the district's schools that end a grade below.

    Where nothing tells which schools those are, the cohort is followed half: the entrants :math:`E` are
    :math:`\sqrt{L\,s\,c\,x}` with :math:`L` their level, :math:`s` the school's share, :math:`c` the capture and
    :math:`x` the cohort. With private schools and moves between districts it comes back to its level over the years.

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
        return np.where(np.isfinite(expected), np.sqrt(expected * self.level), self.level)
