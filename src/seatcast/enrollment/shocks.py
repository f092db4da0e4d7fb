"""What errs together: shocks of all schools and of a district, as random walks over the years of a forecast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seatcast.enrollment.hindcast import LEADS, Hindcast
from seatcast.enrollment.panel import sums

if TYPE_CHECKING:
    from seatcast.core.streams import Streams
    from seatcast.enrollment.panel import Floats, Ints

_PRIOR_WHOLE, _PRIOR_DISTRICT = 0.010, 0.012
"""Spread of a first year's shock where the history has seen none: 1 percent for the whole, 1.2 for a district."""
_PRIOR_ORIGINS = 3.0  # that do not overlap
_TAILS = 8.0  # degrees of freedom of the yearly steps: heavier tails than normal ones


@dataclass(frozen=True, eq=False)
class CommonShocks:
    """How far whole and districts err, and what they erred in the past.

    Attributes
    ----------
    whole, district : (lead,)
        Standard deviation of the logarithmic error at leads 1 to `LEADS`; never falling with the lead.
    past : (origin, lead, cell)
        The common part of past errors, to be taken off before schools are compared; 0 where nothing was matched.
    """

    whole: Floats
    district: Floats
    past: Floats

    @classmethod
    def learn(cls, hindcast: Hindcast) -> CommonShocks:
        r"""Split past errors into whole, district and rest.

        The whole's error is :math:`S = \log(\sum Y / \sum \hat Y)` over matched cells; a district's is the same over
        its own cells, less :math:`S`, shrunk by :math:`v / (v + \nu_d)` with :math:`\nu_d` what the errors of its
        schools alone would make of it. Variances are means of squares over past origins, mixed with those of a random
        walk worth three origins: in a short history no shock has been seen. Origins a year apart see the same shocks
        :math:`h` years ahead, so each counts for :math:`1/h`.
        """
        codes, schools = hindcast.panel.district_code, hindcast.panel.school_code
        districts = int(codes.max()) + 1
        past = np.zeros(hindcast.forecast.shape)
        whole, district = np.zeros(LEADS), np.zeros(LEADS)
        for lead in range(1, LEADS + 1):
            squares, spreads = [], []
            for at, (matched, forecast) in enumerate(
                zip(hindcast.matched[:, lead - 1], hindcast.forecast[:, lead - 1], strict=True)
            ):
                if not matched.any():
                    continue
                expected, came = forecast * matched, hindcast.actual(lead)[at] * matched
                common = np.log(came.sum() / expected.sum())
                own, spread = _districts(expected, came / np.exp(common), codes, schools, districts)
                past[at, lead - 1] = common + own[codes]
                squares.append(common**2)
                spreads.append(spread)
            whole[lead - 1] = _mixed(squares, _PRIOR_WHOLE, lead)
            district[lead - 1] = _mixed(spreads, _PRIOR_DISTRICT, lead)
        return cls(np.maximum.accumulate(whole), np.maximum.accumulate(district), past)

    def paths(self, streams: Streams, *, districts: int, horizon: int, draws: int) -> list[Floats]:
        """Return, a year, the common logarithmic error (district, draw): two random walks with heavy-tailed steps.

        A longer horizon continues the paths of a shorter one.
        """
        walk, years = np.zeros((districts, draws)), []
        reached = 0.0, 0.0
        for lead in range(1, horizon + 1):
            spread = _extended(self.whole, lead), _extended(self.district, lead)
            steps = [np.sqrt(max(now**2 - was**2, 0.0)) for now, was in zip(spread, reached, strict=True)]
            rng = streams[f"rolls: shock of year {lead}"]
            shock = rng.standard_t(_TAILS, (districts + 1, draws)) / np.sqrt(_TAILS / (_TAILS - 2))
            walk = walk + steps[0] * shock[0] + steps[1] * shock[1:]
            years.append(walk)
            reached = spread
        return years


def _districts(expected: Floats, came: Floats, codes: Ints, schools: Ints, districts: int) -> tuple[Floats, float]:
    """Return each district's logarithmic error, shrunk by its evidence, and the variance of districts."""
    forecast, count = sums(expected, codes, districts), sums(came, codes, districts)
    here = forecast > 0
    error = np.where(here, np.log(np.where(here, count, 1.0) / np.where(here, forecast, 1.0)), 0.0)
    by_school, came_school = sums(expected, schools), sums(came, schools)
    square = by_school**2
    noise_school = ((came_school - by_school) ** 2).sum() / square.sum()
    of_school = np.zeros(len(by_school), np.int64)
    of_school[schools] = codes
    noise = noise_school * sums(square, of_school, districts) / np.where(here, forecast, 1.0) ** 2
    weight = forecast / forecast.sum()
    spread = max(float((weight * (error**2 - noise)).sum()), 0.0) if here.sum() > 1 else 0.0
    return error * np.divide(spread, spread + noise, out=np.zeros(districts), where=here & (spread + noise > 0)), spread


def _mixed(squares: list[float], first: float, lead: int) -> float:
    """Return the spread that past squares and a random walk with the spread `first` in its first year make together."""
    evidence = len(squares) / lead
    return float(np.sqrt((sum(squares) / lead + _PRIOR_ORIGINS * lead * first**2) / (evidence + _PRIOR_ORIGINS)))


def _extended(spread: Floats, lead: int) -> float:
    """Return the spread at any lead; past the last one measured it grows as a random walk's does."""
    return float(spread[min(lead, LEADS) - 1]) * float(np.sqrt(max(lead / LEADS, 1.0)))
