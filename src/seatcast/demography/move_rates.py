"""Rates of one flow: an age pattern, and levels that wander year by year, catchment drawn to district to area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatcast.core.rates import ratio
from seatcast.demography.hierarchy import HierarchyPriors, RateHierarchy, autoregressive_hierarchy

Floats = npt.NDArray[np.float64]

HALF_LIFE = 4.0  # years: in the age pattern older flows weigh less, since families follow the work of today
COMMON_SPREAD = 0.18
"""Of a year's flow, logarithms: common to the area and, once more, to a status; together 0.25. Calm records understate
it: England's authorities together were off by 2.7 percent of primary pupils three years ahead when migration turned
(DfE school places scorecard 2018/19)."""
PRIORS = HierarchyPriors(level=(-3.0, 3.0), spread=1.5, shock=0.1, common=COMMON_SPREAD, floor=0.005)
"""Of logarithms of a catchment's flow over what its children would have by the area's rates."""
WARMUP, THIN = 100, 2  # sweeps: past forecasts of Qingting score the same from chains twenty times as long


@dataclass(frozen=True, eq=False)
class FlowRates:
    """What the record says of a flow.

    Attributes
    ----------
    pattern : (age, status), moves per child
        Of the whole area.
    levels : RateHierarchy or None
        Logarithms of a catchment's moves over those its children would have by the pattern, a place a catchment and
        status; None of a flow without a move.
    """

    pattern: Floats
    levels: RateHierarchy | None

    def paths(self, years: int, draws: int, shape: tuple[int, int], rng: np.random.Generator) -> Floats:
        """Draw factors on the pattern, (year, catchment, status, draw)."""
        if self.levels is None:
            return np.ones((years, *shape, draws))
        return np.asarray(np.exp(self.levels.paths(years, rng).values).reshape(years, *shape, draws))


def flow_rates(
    moves: Floats, at_risk: Floats, labels: dict[str, Any], *, last: int, draws: int, rng: np.random.Generator
) -> FlowRates:
    r"""Return the age pattern and the levels of one flow.

    With :math:`m` moves and :math:`n` children who may move, by year, catchment, age and status,

    .. math::

        \rho_{as} = \frac{\sum_{yc} w_y m}{\sum_{yc} w_y n}, \qquad
        x_{ycs} = \log \frac{\sum_a m}{\sum_a \rho_{as} n}

    and :math:`x` is autoregressive in time, with shocks shared by the area and by the status, and with levels drawn
    towards their district's, districts' towards the area's (`autoregressive_hierarchy`). Counts are taken as Poisson:
    what chance makes of few moves is not read as a shock.

    Parameters
    ----------
    moves, at_risk : (year, catchment, age, status), children
        NaN = unknown.
    labels : dict
        year, status and district: of the catchments their districts.
    last : int
        The year of record: paths begin the year after.
    draws : int
    rng : Generator
    """
    known = np.isfinite(moves) & np.isfinite(at_risk)
    m, n = np.where(known, moves, 0.0), np.where(known, at_risk, 0.0)
    years = np.array(labels["year"])
    weight = 0.5 ** ((years[-1] - years) / HALF_LIFE)
    pattern = ratio(np.einsum("y,yzas->as", weight, m), np.einsum("y,yzas->as", weight, n), otherwise=0.0)
    seen, due = m.sum(2), (n * pattern).sum(2)
    told = (due > 0) & known.any(2)
    if not told.any():
        return FlowRates(pattern, None)
    with np.errstate(divide="ignore"):
        noise = 1 / (due + 0.5)
        level = np.log((seen + 0.5) * noise) + noise / 2  # the logarithm of a Poisson count is low by half its variance
    places = [f"{z} {s}" for z in range(due.shape[1]) for s in labels["status"]]
    frame, variance = (
        pd.DataFrame(np.where(told, x, np.nan).reshape(len(years), -1), years, places).reindex(
            range(min(years[0], last - 1), last + 1)
        )
        for x in (level, noise)
    )
    districts = [f"{d} {s}" for d in labels["district"] for s in labels["status"]]
    fit = autoregressive_hierarchy(
        frame,
        draws=draws,
        rng=rng,
        noise=variance,
        districts=districts,
        shared=[["area"] * len(places), list(labels["status"]) * due.shape[1]],
        priors=PRIORS,
        warmup=WARMUP,
        thin=THIN,
    )
    return FlowRates(pattern, fit)
