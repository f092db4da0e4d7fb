"""What two or more counts of children tell of their moves: the net of each cohort, and how many come and go."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from seatcast.core.labels import AGE, CATCHMENT, STATUS, YEAR, dense
from seatcast.demography.mortality import survival
from seatcast.demography.residual import residual_migration
from seatcast.inputs.read import Inputs

Floats = npt.NDArray[np.float64]

LEAST_YEARS = 4  # of net moves, before their scatter says how many come and go
STANDARD_LEVEL = float(np.mean(0.02 * np.exp(-0.1 * np.arange(18)) + 0.003))
LEAST_TURNOVER = 0.002  # departures a year per child: a quiet place, not a sealed one


def child_schedule(ages: npt.ArrayLike) -> Floats:
    """Return how much more children of each age move, by the child part of the standard schedule; 1 on average.

    .02 exp(-.1 x) + .003, the child part and the constant of the schedule that Rogers and Castro (1981) call
    fundamental, over its mean at 0 to 17.

    Examples
    --------
    >>> child_schedule([0, 6, 17]).round(2).tolist()
    [1.8, 1.1, 0.52]
    """
    return (0.02 * np.exp(-0.1 * np.asarray(ages, float)) + 0.003) / STANDARD_LEVEL


def net_of_stocks(inputs: Inputs) -> xr.DataArray:
    """Return the net moves of each cohort that successive counts leave unexplained by deaths.

    Counts some years apart give the net of those years together, spread over them evenly along the cohort.

    Parameters
    ----------
    inputs : Inputs
        With children; births by catchment and status where known, else those at age 0 are taken not to have moved.

    Returns
    -------
    DataArray (year, catchment, age, status), children
        At the age reached by the end of the year; NaN where a count is unknown. Mean of forward and reverse survival.
    """
    assert inputs.children is not None
    years = sorted(int(y) for y in inputs.children[YEAR].unique())
    ages = sorted(int(a) for a in inputs.children[AGE].unique())
    statuses = [status.status for status in inputs.area.statuses]
    span = list(range(years[0], years[-1] + 1))
    coords: dict[str, Any] = {YEAR: span, CATCHMENT: list(inputs.area.catchments.index), AGE: ages, STATUS: statuses}
    stock = dense(inputs.children, "children", coords, absent=np.nan).values
    net = np.full((len(span) - 1, *stock.shape[1:]), np.nan)
    counted = [t for t in range(len(span)) if np.isfinite(stock[t]).any()]
    for t0, t1 in pairwise(counted):
        gap = t1 - t0
        if gap >= len(ages):
            continue
        alive = np.array([survival(*range(a - gap + 1, a + 1)) for a in ages[gap:]])
        moved = residual_migration(stock[t0][:, :-gap], stock[t1][:, gap:], alive[:, None]).average / gap
        for k in range(gap):  # k years after the first count the cohort is gap - 1 - k years younger than at the last
            later = slice(1 + k, len(ages) - (gap - 1 - k))
            net[t0 + k, :, later] = moved
    if ages[0] == 0:
        net[:, :, 0] = _net_of_newborns(inputs, coords, stock)[1:]
    return xr.DataArray(net, {**coords, YEAR: span[1:]}, tuple(coords))


def _net_of_newborns(inputs: Inputs, coords: dict[str, Any], stock: Floats) -> Floats:
    born = inputs.births
    if born is None or not {CATCHMENT, STATUS} <= set(born):
        return np.where(np.isfinite(stock[:, :, 0]), 0.0, np.nan)
    births = dense(born, "births", {d: coords[d] for d in (YEAR, CATCHMENT, STATUS)}, absent=np.nan).values
    return residual_migration(births, stock[:, :, 0], survival(0)).average


def turnover(net: xr.DataArray, inputs: Inputs) -> tuple[dict[str, float], bool]:
    r"""Return, by status, how many children leave a year per child, from the scatter of their net moves.

    Arrivals and departures are Poisson; their difference has the variance of their sum (Skellam 1946). The variance
    left when the means by place and age, and by place and year, are taken out is therefore what comes and goes, in a
    place about its mean; half of it leaves.

    Parameters
    ----------
    net : DataArray (year, catchment, age, status), children
    inputs : Inputs
        With children.

    Returns
    -------
    dict of str to float, bool
        Departures a year per child on average over ages; whether the record is long enough to tell: four years. Else,
        or with counts some years apart, the level of the standard schedule: a gross migraproduction rate of 1 over a
        life.
    """
    statuses = [str(status) for status in net[STATUS].values]
    assert inputs.children is not None
    if net.sizes[YEAR] < LEAST_YEARS or inputs.children[YEAR].nunique() <= net.sizes[YEAR]:  # or counts years apart
        return dict.fromkeys(statuses, STANDARD_LEVEL), False
    moved = net.where(net[AGE] > 0)
    for dims in ((YEAR,), (AGE,)):
        moved = moved - moved.mean(dims)
    cells = {d: net.sizes[d] for d in (YEAR, AGE)}
    lost = (1 - 1 / cells[YEAR]) * (1 - 1 / cells[AGE])  # of the variance, to the means taken out
    cohort = dense(inputs.children, "children", {str(d): net[d].values.tolist() for d in net.dims}, absent=np.nan)
    due = 2 * cohort * xr.DataArray(child_schedule(net[AGE].values), {AGE: net[AGE]})
    known = np.isfinite(moved) & np.isfinite(due)
    scatter = (moved**2).where(known).sum([YEAR, CATCHMENT, AGE]) / lost
    level = (scatter / due.where(known).sum([YEAR, CATCHMENT, AGE])).clip(min=LEAST_TURNOVER)
    return {s: float(level.sel({STATUS: s})) for s in statuses}, True
