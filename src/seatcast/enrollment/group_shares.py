"""Shares of groups among the pupils of a grade: carried up with their cohorts, level where they enter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seatcast.core.rates import ratio
from seatcast.enrollment.panel import sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seatcast.core.streams import Streams
    from seatcast.enrollment.panel import Floats, RollPanel

_PULL = 10.0  # pupils at which a grade's own share weighs as much as its district's
_DISTRICT_PULL = 100.0  # and a district's as much as the whole's
_DRIFT_PUPILS = 2000.0  # a year, at which a district's own drift weighs as much as the whole's
_SPAN = 5  # transitions that a drift is learned from
_LEADS, _ORIGINS = 5, 6  # of the past forecasts that the errors are learned from
_PRIOR_COMMON, _PRIOR_CELL, _PRIOR_NUMBER = 0.05, 4.0, 3.0
"""Of a logit: what a whole district's shares drift off in a first year; a grade's variance, times its pupils (that of
counting at an even share); and the number of past forecasts they count for."""
_TOGETHER = 0.5  # of a grade's variance: what the grades of a school share
_WEIGHTS = (3.0, 2.0, 1.0)


@dataclass(frozen=True, eq=False)
class GroupShares:
    r"""Log-ratios of groups against the largest one, and how they go on.

    .. math::
        \eta_{t+h,g} = \eta_{t+h-1,g-1} + \delta_d \quad\text{(cohorts)}, \qquad
        \eta_{t+h} = \bar\eta_t \quad\text{(entry)}

    with :math:`\eta` the logarithm of a group's pupils over those of the largest group, each grade's shares shrunk to
    its district's; :math:`\bar\eta` the 3-2-1 mean of the last three years; :math:`\delta` the yearly drift of cohorts,
    a district's shrunk to the whole's. A trend of entry was tried and made forecasts worse.

    Attributes
    ----------
    panel : RollPanel
        Of all groups together.
    counts : (year, cell, group), pupils
        Unknown where NaN.
    reference : int
        The largest group.
    """

    panel: RollPanel
    counts: Floats
    reference: int

    def log_ratios(self) -> Floats:
        """Return (year, cell, group): log-ratios to the reference group, shrunk to district and grade."""
        known = np.isfinite(self.counts).all(-1) & (np.nan_to_num(self.counts).sum(-1) > 0)
        n = np.where(known[..., None], np.nan_to_num(self.counts), 0.0)
        years, _cells, groups = n.shape
        whole = n.sum((0, 1)) + 1.0
        whole = whole / whole.sum()
        size = int(self.panel.group.max()) + 1
        district = np.stack(
            [[sums(n[t, :, k], self.panel.group, size) for k in range(groups)] for t in range(years)]
        ).transpose(0, 2, 1)
        shares = (district + _DISTRICT_PULL * whole) / (district.sum(-1, keepdims=True) + _DISTRICT_PULL)
        own = (n + _PULL * shares[:, self.panel.group]) / (n.sum(-1, keepdims=True) + _PULL)
        return np.asarray(np.log(own) - np.log(own[..., [self.reference]]))

    def until(self, position: int) -> GroupShares:
        """Return what was known in the year at `position`."""
        panel = self.panel.until(int(self.panel.years[position]))
        return GroupShares(panel, self.counts[: position + 1], self.reference)

    def ahead(self, horizon: int) -> Floats:
        """Return (horizon, cell, group): the log-ratios expected."""
        eta, panel = self.log_ratios(), self.panel
        up = self._drift(eta)
        recent = eta[-3:][::-1]
        weight = np.array(_WEIGHTS[: len(recent)])
        level = (weight[:, None, None] * recent).sum(0) / weight.sum()
        years, before = [], eta[-1]
        chained = panel.continuing[:, None]
        for _year in range(horizon):
            before = np.where(chained, before[panel.below] + up, level)
            years.append(before)
        return np.stack(years)

    def _drift(self, eta: Floats) -> Floats:
        """Return (cell, group): yearly change of log-ratios of cohorts going up, by district, shrunk."""
        panel = self.panel
        span = min(_SPAN, len(eta) - 1)
        live = panel.live[-span - 1 :]
        recent = eta[-span - 1 :]
        size = np.nan_to_num(panel.pupils)[-span - 1 :]
        both = live[1:] & live[:-1, panel.below] & (panel.below >= 0) & (panel.grade > panel.entry_grade)
        change = recent[1:] - recent[:-1, panel.below]
        weight = np.where(both, size[1:], 0.0)
        districts = int(panel.district_code.max()) + 1
        total = (weight[..., None] * change).sum(0)
        whole = total.sum(0) / max(float(weight.sum()), 1.0)
        by = np.stack([sums(total[:, k], panel.district_code, districts) for k in range(total.shape[1])], axis=-1)
        pupils = sums(weight.sum(0), panel.district_code, districts)[:, None]
        pull = _DRIFT_PUPILS * span
        return np.asarray(((by + pull * whole) / (pupils + pull))[panel.district_code])

    def draw(self, horizon: int, draws: int, streams: Streams) -> NDArray[np.float32]:
        """Return (horizon, cell, group, draw): shares of the groups, which add up to 1 in every cell and draw."""
        spread = ShareErrors.learn(self)
        panel, expected = self.panel, self.ahead(horizon)
        groups = expected.shape[-1]
        districts, schools = int(panel.district_code.max()) + 1, int(panel.school_code.max()) + 1
        free = [k for k in range(groups) if k != self.reference]
        walk = np.zeros((districts, len(free), draws))
        of_school = streams["groups: schools"].standard_normal((schools, len(free), draws))
        of_cell = streams["groups: cells"].standard_normal((len(panel.grade), len(free), draws))
        own = np.sqrt(_TOGETHER) * of_school[panel.school_code] + np.sqrt(1 - _TOGETHER) * of_cell
        pupils = np.maximum(np.nan_to_num(panel.pupils[-1]), 1.0)
        reached, out = 0.0, np.empty((horizon, len(panel.grade), groups, draws), np.float32)
        for lead in range(1, horizon + 1):
            common, cell = spread.at(lead, pupils)
            rng = streams[f"groups: year {lead}"]
            step = np.sqrt(max(common**2 - reached**2, 0.0))
            walk = walk + step * rng.standard_normal((districts, len(free), draws))
            reached = common
            eta = np.zeros((len(panel.grade), groups, draws))
            eta[:, free] = expected[lead - 1][:, free, None] + walk[panel.district_code] + cell[:, None, None] * own
            shares = np.exp(eta - eta.max(1, keepdims=True))
            out[lead - 1] = shares / shares.sum(1, keepdims=True)
        return out


@dataclass(frozen=True, eq=False)
class ShareErrors:
    """How far log-ratios err, by lead: common to a district, and of a grade, by its pupils.

    Attributes
    ----------
    common : (lead,)
        Standard deviation of the error that all grades of a district share.
    fixed, per_pupil : (lead,)
        The variance of a grade's own error is `fixed + per_pupil / pupils`.
    """

    common: Floats
    fixed: Floats
    per_pupil: Floats

    @classmethod
    def learn(cls, shares: GroupShares) -> ShareErrors:
        """Measure the errors of forecasts from past origins, joined with a prior that a short record needs."""
        panel, eta = shares.panel, shares.log_ratios()
        last = len(panel.years) - 1
        free = [k for k in range(eta.shape[-1]) if k != shares.reference]
        common, fixed, per_pupil = np.zeros(_LEADS), np.zeros(_LEADS), np.zeros(_LEADS)
        past = {at: shares.until(at).ahead(_LEADS) for at in range(max(2, last - _ORIGINS), last)}
        for lead in range(1, _LEADS + 1):
            squares, rest, size = [], [], []
            for at, ahead in past.items():
                if at + lead > last:
                    continue
                both = panel.live[at] & panel.live[at + lead]
                error = (eta[at + lead] - ahead[lead - 1])[:, free]
                pupils = np.nan_to_num(panel.pupils[at + lead])
                for k in range(len(free)):
                    mean = _district_mean(error[:, k], np.where(both, pupils, 0.0), panel)
                    squares.append(float(np.average(mean[both] ** 2, weights=pupils[both])) if both.any() else 0.0)
                    rest.append((error[:, k] - mean)[both] ** 2)
                    size.append(pupils[both])
            prior = _PRIOR_COMMON**2 * lead
            common[lead - 1] = np.sqrt((sum(squares) + _PRIOR_NUMBER * prior) / (len(squares) + _PRIOR_NUMBER))
            fixed[lead - 1], per_pupil[lead - 1] = _variance(rest, size)
        return cls(np.maximum.accumulate(common), np.maximum.accumulate(fixed), per_pupil)

    def at(self, lead: int, pupils: Floats) -> tuple[float, Floats]:
        """Return the common and the cells' own standard deviation; past the last lead they grow as a random walk's."""
        k = min(lead, _LEADS) - 1
        grown = np.sqrt(max(lead / _LEADS, 1.0))
        return float(self.common[k] * grown), grown * np.sqrt(self.fixed[k] + self.per_pupil[k] / pupils)


def _district_mean(error: Floats, weight: Floats, panel: RollPanel) -> Floats:
    codes = panel.district_code
    return ratio(sums(weight * error, codes), sums(weight, codes), otherwise=0.0)[codes]


def _variance(rest: list[Floats], size: list[Floats]) -> tuple[float, float]:
    """Return a and b of the variance a + b / pupils, by weighted least squares on squares, drawn to the prior."""
    square = np.concatenate([*rest, [_PRIOR_CELL / 50.0] * 20])
    inverse = 1.0 / np.maximum(np.concatenate([*size, [50.0] * 20]), 1.0)
    cap = np.quantile(square, 0.99)
    weight = 1.0 / inverse
    square = np.minimum(square, cap)
    x, y, w = inverse, square, weight
    mean_x, mean_y = np.average(x, weights=w), np.average(y, weights=w)
    spread = float(np.average((x - mean_x) ** 2, weights=w))
    slope = float(np.average((x - mean_x) * (y - mean_y), weights=w)) / spread if spread > 0 else 0.0
    slope = float(np.clip(slope, 0.0, mean_y / mean_x))
    return float(mean_y - slope * mean_x), slope
