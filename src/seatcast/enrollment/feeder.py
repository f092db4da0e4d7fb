"""Feeder flows: which lower schools a school's entrants come from, learned from how their rolls have moved together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatcast.core.rates import ratio
from seatcast.enrollment.entry import CohortShare
from seatcast.enrollment.panel import Floats, Ints, RollPanel

_YEARS, _HALF_LIFE = 9, 4.0  # of the entrants looked back on
_RIDGE = 0.005
"""Variance of relative entrants over that of :math:`a` where each feeder sends all its pupils to one of two schools;
with :math:`n` schools to choose from that variance is :math:`n - 1`."""
_LEVEL_DECAY = 0.5  # of a year's weight in the level, each year
_FEWEST_FEEDERS, _FEWEST_ENTRIES, _FEWEST_YEARS = 2, 2, 3
_LEAST, _MOST = 0.4, 2.5  # times the level: bounds of the answer


@dataclass(frozen=True, eq=False)
class FeederFlows:
    r"""Entrants of a school from each school of the district that ends a grade below.

    .. math:: \hat Y_{m,t} = c_m f_m \sum_e (1 + a_{m,e})\, x_{e,t-1}, \qquad
        f_m = \sum_u Y_{m,u} \Big/ \sum_{u,e} x_{e,u-1}

    with :math:`x_e` the highest grade of feeder :math:`e`. The :math:`a \ge -1` minimize squared relative errors over
    nine years (half-life four) plus :math:`\lambda \sum a^2`, :math:`\lambda = .005 / (n - 1)` with :math:`n` schools
    entered, so that feeders that tell nothing stay at the part of all;
    :math:`c_m` puts the fit on the level of the last years.

    Attributes
    ----------
    targets : tuple of (cells fed (m,), feeder cells (e,), entrants per pupil (m, e))
        One a district and grade.
    otherwise : CohortShare
        For entries with too few feeders or years.
    level : (cell,), pupils
    """

    targets: tuple[tuple[Ints, Ints, Floats], ...]
    otherwise: CohortShare
    level: Floats

    @classmethod
    def fit(cls, panel: RollPanel) -> FeederFlows:
        """Learn the flows from the last nine transitions."""
        share = CohortShare.fit(panel)
        span = min(_YEARS, len(panel.years) - 1)
        counts = np.nan_to_num(panel.pupils)
        weight = 0.5 ** (np.arange(span)[::-1] / _HALF_LIFE)
        recent = _LEVEL_DECAY ** np.arange(span)[::-1]
        entries = np.flatnonzero(np.isfinite(share.factor))
        targets = []
        for group in np.unique(panel.group[entries]):
            fed = entries[panel.group[entries] == group]
            feeders = np.flatnonzero(share.feeds == group)
            came, live = counts[-span:, fed], panel.live[-span:, fed]
            pool = counts[-span - 1 : -1, feeders]
            if len(feeders) < _FEWEST_FEEDERS or len(fed) < _FEWEST_ENTRIES:
                continue
            known = weight[:, None] * (live & (pool.sum(1) > 0)[:, None])
            enough = (known > 0).sum(0) >= _FEWEST_YEARS
            fed, came, known = fed[enough], came[:, enough], known[:, enough]
            if not len(fed):
                continue
            part = (known * came).sum(0) / (known * pool.sum(1)[:, None]).sum(0)  # f
            mean = (known * came).sum(0) / known.sum(0)
            apart = _apart(pool, came / mean, part / mean, known, ridge=_RIDGE / max(len(fed) - 1, 1))
            flow = part[:, None] * (1 + apart)
            fitted = pool @ flow.T
            seen = recent[:, None] * (known > 0)
            flow *= ratio((seen * came).sum(0), (seen * fitted).sum(0), otherwise=1.0)[:, None]
            targets.append((fed, feeders, flow))
        return cls(tuple(targets), share, share.level)

    def entrants(self, before: Floats) -> Floats:
        """Return (cell,): entrants, given the pupils (cell,) a year earlier."""
        out = self.otherwise.entrants(before)
        for fed, feeders, flow in self.targets:
            usual = self.level[fed]
            out[fed] = np.clip((flow * before[feeders]).sum(1), _LEAST * usual, _MOST * usual + 5.0)
        return out


def _apart(pool: Floats, came: Floats, part: Floats, known: Floats, *, ridge: float) -> Floats:
    """Return a (fed, feeder): ridge of relative entrants (year, fed) on the feeders' pupils, in its dual form."""
    scaled = pool[None] * part[:, None, None]  # (fed, year, feeder)
    left = came.T - scaled.sum(-1)
    root = np.sqrt(known.T)
    rows = scaled * root[:, :, None]
    inner = np.einsum("mue,mve->muv", rows, rows) + ridge * np.eye(len(pool))
    dual = np.linalg.solve(inner, (root * left)[:, :, None])[:, :, 0]
    return np.asarray(np.maximum(np.einsum("mu,mue->me", dual, rows), -1.0))
