"""Reconciliation: forecasts of parts and of their sums made to agree, with the least change that their errors allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seatcast.core.labels import YEAR
from seatcast.enrollment.told import HistoryError
from seatcast.enrollment.total_table import PLACES, checked_totals, members_of
from seatcast.language import _

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from seatcast.core.streams import Streams

    Floats = NDArray[np.float64]

_ROUNDS = 50  # of taking cells that would fall below 0 out; each round takes at least one
_EXACT = 1e-9


def reconcile(
    cells: Floats, totals: Floats, members: Floats, *, cell_variance: Floats, total_variance: Floats
) -> Floats:
    r"""Return forecasts of cells that agree with forecasts of their sums: minimum trace with diagonal weights.

    .. math:: \tilde b = \hat b + W_b A' (W_a + A W_b A')^{-1} (\hat a - A \hat b)

    the closed form of MinT (Wickramasuriya, Athanasopoulos and Hyndman 2019) where the errors of cells and totals are
    uncorrelated: by the identity of Woodbury only a matrix of the size of the totals is solved. A total of variance 0
    is kept exactly. Cells that would fall below 0 stay at 0 and the others take up the difference.

    Parameters
    ----------
    cells : (cell, draw)
        Not negative.
    totals : (total, draw)
        Forecasts of sums of cells.
    members : (total, cell)
        1 where a cell belongs to a total, else 0.
    cell_variance : (cell,)
        Of the cells' errors, above 0; ones give weights by structure.
    total_variance : (total,)
        Of the totals' errors; 0 for totals of record. By structure: the number of cells in each.

    Returns
    -------
    (cell, draw)

    Examples
    --------
    >>> members = np.array([[1.0, 1.0]])
    >>> reconcile(np.array([[10.0], [30.0]]), np.array([[46.0]]), members,
    ...     cell_variance=np.ones(2), total_variance=np.zeros(1))[:, 0]
    array([13., 33.])
    """
    free = np.ones(cells.shape, bool)
    out = _solved(cells, totals, members, cell_variance, total_variance)
    for _round in range(_ROUNDS):
        below = out < -_EXACT
        draws = np.flatnonzero(below.any(0))
        if not len(draws):
            break
        free[:, draws] &= ~below[:, draws]
        for draw in draws:  # few: each has its own cells at 0
            keep = free[:, draw]
            start = np.where(keep, cells[:, draw], 0.0)[:, None]
            weight = np.where(keep, cell_variance, 0.0)
            out[:, draw] = _solved(start, totals[:, [draw]], members, weight, total_variance)[:, 0]
    return np.maximum(out, 0.0)


def _solved(cells: Floats, totals: Floats, members: Floats, cell_variance: Floats, total_variance: Floats) -> Floats:
    weighted = members * cell_variance
    middle = weighted @ members.T + np.diag(total_variance)
    # totals may repeat one another, such as districts and their sum: any solution of least size serves
    step = np.linalg.lstsq(middle, totals - members @ cells, rcond=None)[0]
    return np.asarray(cells + weighted.T @ step)


def reconciled_draws(draws: xr.DataArray, totals: pd.DataFrame, streams: Streams) -> xr.DataArray:
    r"""Return draws of rolls (year, cell, draw) made coherent with totals from outside, draw by draw.

    Totals that come with a spread are weighed against the forecast first,

    .. math:: \tilde a = a + C\,(C + R)^{-1} (t + \epsilon - a), \qquad a = A x

    with :math:`C` the covariance of the forecast's own totals over the draws, :math:`R` the squares of the spreads and
    :math:`\epsilon` a draw of the source's error (the ensemble Kalman filter with perturbed observations; Burgers, van
    Leeuwen and Evensen 1998), so that what is left is as sure as both together, and no surer. The cells are then
    reconciled to the totals: each gives way by its variance over the draws, so that what is known well is moved least.
    Draws stay joint; years without a total stay as they are.

    Parameters
    ----------
    draws : DataArray (year, cell, draw), pupils
    totals : DataFrame
        year, pupils, and any of district, school, grade that the total is of (empty: all of them); spread (standard
        error, pupils; 0 where left out), with which a total weighs against the rolls instead of binding them.
    streams : Streams
        Of the forecast's seed. The source errs alike in all years of a place: one lot a place.

    Raises
    ------
    HistoryError
        With every problem of `totals` (`checked_totals`), or if those that bind cannot all hold.
    """
    rows = checked_totals(totals, draws)
    values = draws.values.astype(float)
    for year, of_year in rows.groupby(YEAR):
        t = int(np.flatnonzero(draws[YEAR].values == year)[0])
        members = np.stack([members_of(draws, place) for place in of_year[[*PLACES]].to_dict("records")]).astype(float)
        count, spread = of_year["pupils"].to_numpy(float), of_year["spread"].to_numpy(float)
        told = count[:, None] + spread[:, None] * _errors(of_year, streams, values.shape[2])
        least = 1e-6 * np.maximum(values[t].mean(1), 1.0)  # so that draws without any spread can be bound, too
        wanted = _weighed(values[t], told, members, spread, least)
        values[t] = reconcile(
            values[t], wanted, members, cell_variance=np.maximum(values[t].var(1), least),
            # totals that bind come first where cells that cannot fall below 0 keep both from holding
            total_variance=np.where(spread > 0, 1e-6 * (members @ least), 0.0),
        )  # fmt: skip
        off = np.abs(members @ values[t] - told)[spread == 0]
        if off.size and off.max() > 1e-6 * max(count.max(), 1.0):
            problem = _("totals: those of {year} contradict each other. Give some a spread.").format(year=year)
            raise HistoryError([problem], table=_("the totals"))
    return draws.copy(data=values.astype(np.float32))


def _errors(totals: pd.DataFrame, streams: Streams, draws: int) -> Floats:
    """Return (total, draw): standard errors, the same of a place in every year, whatever the order of rows."""
    lots, taken = [], set()
    for place in totals[[*PLACES]].itertuples(index=False):
        name = "rolls: total of " + " · ".join("" if pd.isna(label) else str(label) for label in place)
        while name in taken:  # two sources on one place err each on its own
            name += " again"
        taken.add(name)
        lots.append(streams[name].standard_normal(draws))
    return np.stack(lots)


def _weighed(cells: Floats, told: Floats, members: Floats, spread: Floats, least: Floats) -> Floats:
    """Return (total, draw): the forecast's own totals moved to those told, as far as the spreads of both say."""
    own = members @ cells
    around = own - own.mean(1, keepdims=True)
    own_variance = around @ around.T / cells.shape[1] + (members * least) @ members.T
    step = np.linalg.lstsq(own_variance + np.diag(spread**2), told - own, rcond=None)[0]
    return np.asarray(np.where(spread[:, None] > 0, own + own_variance @ step, told))


def whole_numbers(values: NDArray[np.floating], start: Floats) -> NDArray[np.float32]:
    """Return counts (year, cell, draw) as whole numbers, each the one below or above, with sums kept.

    Systematic rounding: with a random start u in each year and draw, a count is the number of whole steps that the
    running sum, begun at u, passes in it. Every run of neighboring cells, so every school and district, keeps its
    total to the next whole number, and the expected value of every cell is the cell itself.

    Parameters
    ----------
    values : (year, cell, draw)
        Cells in the order of district, school and grade.
    start : (year, draw)
        Uniform between 0 and 1.

    Examples
    --------
    >>> whole_numbers(np.array([[[1.5], [1.5], [2.0]]], np.float32), np.array([[0.25]]))[0, :, 0]
    array([1., 2., 2.], dtype=float32)
    """
    running = start[:, None] + np.cumsum(values, axis=1, dtype=np.float64)
    # float32 counts that are whole must not fall one short by the error of their sum
    steps = np.floor(running + 1e-6)
    return np.diff(steps, axis=1, prepend=np.floor(start)[:, None]).astype(np.float32)
