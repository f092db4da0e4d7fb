"""A table adjusted to totals of record, and by how much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.core.rates import ratio
from seatcast.core.result import Summary
from seatcast.demography.figures import FigureError, outside, refuse
from seatcast.language import _, join

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

TOLERANCE, ACCEPTED = 1e-12, 1e-9  # of the largest total: what is aimed at, and what digits may leave
PASSES, MOST_ROUNDS = 50, 100
_SHOWN = 3


@dataclass(frozen=True, eq=False)
class Raking:
    """A table that meets its totals of record, with the table that it was.

    Attributes
    ----------
    before, table : DataArray
        The same labels. A cell of 0 stays 0; all others keep the odds ratios that the totals do not decide.
    factors : DataFrame
        A row a total: total (which), label, before, after, factor.
    """

    before: xr.DataArray
    table: xr.DataArray
    factors: pd.DataFrame

    @property
    def moved(self) -> float:
        """Share of the adjusted table that stands in another cell than the old shares had it, 0 to 1."""
        new, old = self.table.values, self.before.values
        return float(np.abs(new / new.sum() - old / old.sum()).sum() / 2) if new.sum() > 0 and old.sum() > 0 else 0.0

    def summary(self) -> Summary:
        """Return how much the table was adjusted: the whole, what was moved, and the totals furthest off."""
        first = self.factors[self.factors["total"] == self.factors["total"].iloc[0]]
        old, new = first["before"].sum(), first["after"].sum()
        sentence = _(
            "Adjusted to totals of record: from {old:,.0f} to {new:,.0f} in all ({change:+.1%}); {moved:.1%} of the "
            "table changed cells."
        ).format(old=old, new=new, change=new / old - 1 if old else 0.0, moved=self.moved)
        furthest = np.abs(np.log(self.factors["factor"].where(self.factors["factor"] > 0)))
        return Summary(sentence, self.factors.loc[furthest.nlargest(10).index])


def rake(table: xr.DataArray, *totals: xr.DataArray) -> Raking:
    r"""Adjust a table to totals of record by iterative proportional fitting (raking).

    .. math:: m_{ij} = s_{ij}\,\alpha_i\,\beta_j, \qquad m_{i+} = r_i,\; m_{+j} = c_j

    Of all tables that meet the totals it is the one nearest to the given (least Kullback-Leibler divergence; Deming and
    Stephan 1940, Csiszar 1975). It says nothing of which is wrong, table or totals: see how large the factors are.

    Parameters
    ----------
    table : DataArray of any dimensions, people
        0 or more. A cell of 0 stays 0 (structural zero).
    totals : DataArray, people
        Each over dimensions of the table, or over coordinates that ride on one (district on catchment); labels are
        matched by name. Where they share dimensions they must agree. NaN leaves a total free.

    Returns
    -------
    Raking
        Totals met within 1e-12 of the largest.

    Raises
    ------
    FigureError
        Negative or unknown cells; labels that table and totals do not share; totals that contradict each other or
        that the zeros of the table rule out, each with its place.

    Examples
    --------
    >>> flows = xr.DataArray([[5.0, 2.0], [1.0, 7.0]], {"origin": ["A", "B"], "to": ["A", "B"]})
    >>> out, into = xr.DataArray([18.0, 20.0], {"origin": ["A", "B"]}), xr.DataArray([16.0, 22.0], {"to": ["A", "B"]})
    >>> rake(flows, out, into).table.round(3).values.tolist()
    [[13.25, 4.75], [2.75, 17.25]]
    """
    refuse(
        outside(_("table"), table, low=0, remedy=_("A cell that nobody can be in is 0, not blank.")),
        *(
            outside(_("totals by {labels}").format(labels=_by(total)), total, low=0, unknown=True, remedy=remedy)
            for total in totals
            for remedy in (_("A total is 0 or more; leave blank what is not known."),)
        ),
        *(_labels(table, total) for total in totals),
    )
    cells = [_cells(table, total) for total in totals]
    values = table.values.astype(float).ravel()
    goals = [total.values.astype(float).ravel() for total in totals]
    sums = [np.bincount(cell, values, len(goal)).astype(float) for cell, goal in zip(cells, goals, strict=True)]
    refuse(
        *(_emptied(total, goal, held) for total, goal, held in zip(totals, goals, sums, strict=True)),
        *(_contradiction(one, two) for one, two in combinations(totals, 2)),
    )
    fitted, misses = _fitted(values, cells, goals)
    if misses:
        raise FigureError([_unmet(t, g, m) for t, g, m in zip(totals, goals, misses, strict=True) if np.any(m)])
    frames = [
        pd.DataFrame(
            {"total": _by(total), "label": _names(total), "before": old, "after": np.where(np.isnan(g), old, g)}
        )
        for total, old, g in zip(totals, sums, goals, strict=True)
    ]
    factors = (
        pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["total", "label", "before", "after"])
    )
    factors["factor"] = ratio(factors["after"], factors["before"], otherwise=1.0)
    return Raking(table, table.copy(data=fitted.reshape(table.shape)), factors)


def _fitted(values: Floats, cells: list[Labels], goals: list[Floats]) -> tuple[Floats, list[Floats]]:
    """Return the cells that meet the goals, and what is missed if they cannot.

    Proportional fitting crawls where two totals nearly decide the same cells; Newton steps on the multipliers, between
    rounds of it, then finish the work.
    """
    fitted, before = values.copy(), np.inf
    largest = max((np.nanmax(goal, initial=0.0) for goal in goals), default=0.0)
    for _round in range(MOST_ROUNDS):
        for _pass in range(PASSES):
            for cell, goal in zip(cells, goals, strict=True):
                factor = ratio(goal, np.bincount(cell, fitted, len(goal)), otherwise=0.0)
                fitted *= np.where(np.isnan(goal), 1.0, factor)[cell]
            misses = _misses(fitted, cells, goals)
            miss = max((np.abs(m).max(initial=0.0) for m in misses), default=0.0)
            if miss <= TOLERANCE * largest:
                return fitted, []
        if miss > before / 2:
            break
        before = miss
        fitted = _newton(fitted, cells, goals, misses)
    return fitted, [] if miss <= ACCEPTED * largest else misses


def _misses(fitted: Floats, cells: list[Labels], goals: list[Floats]) -> list[Floats]:
    """Return by how much each total is above its goal; 0 where it is free."""
    return [np.nan_to_num(np.bincount(cell, fitted, len(goal)) - goal) for cell, goal in zip(cells, goals, strict=True)]


def _newton(fitted: Floats, cells: list[Labels], goals: list[Floats], misses: list[Floats]) -> Floats:
    """Return the cells after one Newton step on the logarithms of all multipliers, if it comes nearer.

    The step of the cells is the shortest, in units of their roots, that would close the gaps: totals that say the same
    twice, or contradict each other, do no harm.
    """
    from scipy.sparse.linalg import LinearOperator, lsmr

    root = np.sqrt(fitted)
    held = np.concatenate(
        [
            np.where(np.isnan(goal), 0.0, np.bincount(cell, fitted, len(goal)))
            for cell, goal in zip(cells, goals, strict=True)
        ]
    )
    weight = np.divide(1.0, np.sqrt(held), out=np.zeros_like(held), where=held > 0)
    ends = np.cumsum([len(goal) for goal in goals])[:-1]

    def gather(y: Floats) -> Floats:
        sums = [np.bincount(cell, root * y, len(goal)) for cell, goal in zip(cells, goals, strict=True)]
        return np.asarray(weight * np.concatenate(sums))

    def spread(v: Floats) -> Floats:
        parts = zip(np.split(weight * v, ends), cells, strict=True)
        return np.asarray(root * sum(part[cell] for part, cell in parts))

    gaps = LinearOperator((len(held), len(fitted)), matvec=gather, rmatvec=spread, dtype=float)
    found = lsmr(gaps, -weight * np.concatenate(misses), atol=1e-12, btol=1e-12, maxiter=500)[0]
    step = np.divide(found, root, out=np.zeros_like(root), where=root > 0)
    nearer = fitted * np.exp(step / max(1.0, np.abs(step).max(initial=0.0)))
    off = [max(np.abs(m).max(initial=0.0) for m in x) for x in (_misses(nearer, cells, goals), misses)]
    return nearer if off[0] < off[1] else fitted


def _by(total: xr.DataArray) -> str:
    return join([str(dim) for dim in total.dims]) or _("all")


def _names(total: xr.DataArray) -> list[str]:
    index = [total.get_index(dim) for dim in total.dims]
    return [", ".join(str(index[k][i]) for k, i in enumerate(at)) for at in np.ndindex(total.shape)]


def _labels(table: xr.DataArray, total: xr.DataArray) -> Iterator[str]:
    """Yield what table and total do not share."""
    for dim in total.dims:
        if dim not in table.coords and dim not in table.dims:
            yield _("totals by {labels}: the table has no {dim}; it has {known}. Rename it.").format(
                labels=_by(total),
                dim=dim,
                known=join([str(name) for name in {**dict.fromkeys(table.dims), **table.coords}]),
            )
            continue
        ours, theirs = {*table[dim].values.tolist()}, {*total[dim].values.tolist()}
        for lone, said in (
            (ours - theirs, _("the table's {names} have no total. Add it, blank if it is not known.")),
            (theirs - ours, _("{names} are not in the table. Add them to it, or leave the total out.")),
        ):
            if lone:
                names = join([str(name) for name in sorted(lone, key=str)[:_SHOWN]])
                yield _("totals by {labels}: {found}").format(labels=_by(total), found=said.format(names=names))


def _cells(table: xr.DataArray, total: xr.DataArray) -> Labels:
    """Return to which total each cell of the table belongs."""
    cell = xr.zeros_like(table, dtype=np.int64)
    for dim in total.dims:
        position = total.get_index(dim).get_indexer(table[dim].to_index())
        cell = cell * total.sizes[dim] + xr.DataArray(position, dims=table[dim].dims)
    return np.asarray(cell.transpose(*table.dims).values.ravel())


def _emptied(total: xr.DataArray, goal: Floats, held: Floats) -> Iterator[str]:
    for at in np.flatnonzero((goal > 0) & (held == 0))[:_SHOWN]:
        yield _(
            "total of {label}: {goal:,.0f}, but every cell of the table there is 0. Give the table shares to spread it "
            "by."
        ).format(label=_names(total)[at], goal=goal[at])


def _contradiction(one: xr.DataArray, two: xr.DataArray) -> Iterator[str]:
    """Yield where two totals, added up over what they do not share, are not the same."""
    if np.isnan(one.values).any() or np.isnan(two.values).any():
        return  # what is free can make up for the rest
    shared = [dim for dim in one.dims if dim in two.dims]
    first, second = (total.sum([dim for dim in total.dims if dim not in shared]) for total in (one, two))
    first, second = xr.align(first, second, join="inner")
    off = abs(first - second) > 1e-9 * np.maximum(abs(first), abs(second))
    wrong = np.argwhere(off.transpose(*shared).values)
    for at in wrong[:_SHOWN]:
        where = dict(zip(shared, at.tolist(), strict=True))
        label = ", ".join(str(first.get_index(dim)[i]) for dim, i in where.items()) or _("all")
        yield _(
            "total of {label}: {first:,.10g} by {one}, {second:,.10g} by {two}; totals of the same people agree. "
            "Correct one, or adjust it to the other first."
        ).format(label=label, first=float(first[where]), one=_by(one), second=float(second[where]), two=_by(two))


def _unmet(total: xr.DataArray, goal: Floats, miss: Floats) -> str:
    worst = int(np.abs(miss).argmax())
    return _(
        "total of {label}: {goal:,.0f}, of which {miss:,.4g} cannot be met together with the other totals where the "
        "table is 0. Give the table a share in a cell that may be filled, or correct the total."
    ).format(label=_names(total)[worst], goal=goal[worst], miss=abs(miss[worst]))
