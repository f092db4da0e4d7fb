"""Counts carried from one map of catchments to another, by the ground or the people that two catchments share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.catchments.checks import SLIVER
from seatcast.catchments.faults import MapError, MapFault
from seatcast.catchments.map import CatchmentMap
from seatcast.catchments.overlay import SmallAreas, pieces
from seatcast.core.labels import CATCHMENT, DRAW
from seatcast.core.result import Result, Summary
from seatcast.language import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Outside = Literal["refuse", "apart"]


@dataclass(frozen=True, eq=False, repr=False)
class Carried(Result):
    """Counts of one map's catchments on the catchments of another.

    Attributes
    ----------
    counts : DataArray (..., catchment)
        By catchment of the target map. A count is unknown where a part of it comes from an unknown one.
    outside : DataArray (..., catchment)
        By catchment of the source map: what lies where the target map has no catchment. Added to `counts` it gives
        the counts that were carried, to the last digit that computing leaves.
    shares : DataFrame
        source, target ("" outside), share of the source's count; the shares of a source add up to 1.
    by_area : tuple of str
        Source catchments in which the weights found nobody, so that they were divided by area.
    target : CatchmentMap
    """

    topic: ClassVar[str] = "catchments"
    counts: xr.DataArray
    outside: xr.DataArray
    shares: pd.DataFrame
    by_area: tuple[str, ...]
    target: CatchmentMap

    @property
    def total(self) -> xr.DataArray:
        """All that was carried, outside or not, over all catchments."""
        return self.counts.sum(CATCHMENT) + self.outside.sum(CATCHMENT)

    def to_frame(self) -> pd.DataFrame:
        """Return the counts, one row a combination of labels, as their mean over the draws if there are any."""
        means = self.counts.mean(DRAW) if DRAW in self.counts.dims else self.counts
        return means.rename("count").to_dataframe().reset_index()[[*map(str, means.dims), "count"]]

    def summary(self) -> Summary:
        """Return how much was carried, how many catchments were divided, and what lies outside."""
        parts = self.shares[self.shares["target"] != ""].groupby("source").size()
        left = float(self.outside.sum()) / float(self.total.sum() or 1.0)
        sentence = _(
            "Counts of {n} catchments are carried to {m}; {divided} were divided, {left:.1%} of the sum lies outside."
        ).format(
            n=self.shares["source"].nunique(), m=self.counts.sizes[CATCHMENT], divided=int((parts > 1).sum()), left=left
        )
        return Summary(sentence, self.shares[self.shares["share"] < 1].reset_index(drop=True))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the counts, summed over every other label and averaged over draws, on the target map."""
        from seatcast import charts

        means = self.counts.mean(DRAW) if DRAW in self.counts.dims else self.counts
        values = means.sum([dim for dim in means.dims if dim != CATCHMENT], skipna=False).to_series()
        return charts.area_map(self.target.geojson, values, ax=ax, title=self.target.name)


def carry(
    counts: xr.DataArray,
    source: CatchmentMap,
    target: CatchmentMap,
    *,
    weights: pd.DataFrame | SmallAreas | None = None,
    outside: Outside = "refuse",
    sliver: float = SLIVER,
) -> Carried:
    """Carry counts from the catchments of one map to those of another; the total stays, in every draw.

    Parameters
    ----------
    counts : DataArray (..., catchment), children, pupils or seats
        By catchment of `source`, and any other dimensions, draws among them; not shares or rates.
    source, target : CatchmentMap
    weights : DataFrame or SmallAreas, optional
        Where people are: points (lon, lat, people), or small areas with their people, spread evenly within each.
        Without them a count is spread evenly over its catchment.
    outside : {"refuse", "apart"}
        What becomes of a count where the target map has no catchment: an error that names each place, or `outside`.
    sliver : float
        A piece that is smaller than this share of both catchments is digitizing, no ground; so is a rest outside that
        is smaller than this share of its catchment. They are left out and the other pieces share their count.

    Returns
    -------
    Carried
        counts[t] = sum over s of counts[s] * w[s, t] / w[s], where w[s, t] are the people, or the square metres, of the
        ground that s and t share, and w[s] their sum over all t and the outside.

    Raises
    ------
    MapError
        If a catchment of the counts is not on the source map or the map has one more, or if a count lies outside
        and `outside` is "refuse".

    References
    ----------
    Areal weighting: Goodchild and Lam 1980, Geo-Processing 1, 297-312; by control zones: Goodchild, Anselin and
    Deichmann 1993, Environment and Planning A 25, 383-397.

    Examples
    --------
    >>> from seatcast.testing import tiled_map
    >>> rows, whole = tiled_map(1, 2), tiled_map(1, 1, wide=2)
    >>> children = xr.DataArray([30.0, 12.0], {"catchment": ["0-0", "0-1"]})
    >>> carry(children, rows, whole).counts.values
    array([42.])
    """
    _same_names(counts, source)
    table, by_area = pieces(source, target, weights, sliver=sliver)
    if outside == "refuse":
        _refuse_outside(table, source, target)
    names = [str(name) for name in source.catchments]
    goals = [str(name) for name in target.catchments]
    matrix = np.zeros((len(names), len(goals) + 1))
    at = pd.Index([*goals, ""]).get_indexer(pd.Index(table["target"]))
    matrix[pd.Index(names).get_indexer(pd.Index(table["source"])), at] = table["share"]
    ordered = counts.assign_coords({CATCHMENT: counts[CATCHMENT].astype(str)}).sel({CATCHMENT: names})
    ordered = ordered.transpose(..., CATCHMENT)
    values = ordered.values.astype(float)
    moved = _spread(values, matrix[:, :-1])
    left = values * matrix[:, -1]
    rest = {dim: coord for dim, coord in ordered.coords.items() if CATCHMENT not in coord.dims}
    dims, attrs = ordered.dims, counts.attrs
    return Carried(
        xr.DataArray(moved, {**rest, CATCHMENT: goals}, dims, attrs=attrs).transpose(*counts.dims),
        xr.DataArray(left, {**rest, CATCHMENT: names}, dims, attrs=attrs).transpose(*counts.dims),
        table,
        by_area,
        target,
    )


def _spread(values: npt.NDArray[np.float64], matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the values times the shares; whatever has a share of an unknown value is unknown."""
    unknown = np.isnan(values)
    moved = np.where(unknown, 0.0, values) @ matrix
    touched = unknown.astype(float) @ (matrix > 0).astype(float)
    return np.asarray(np.where(touched > 0, np.nan, moved))


def _same_names(counts: xr.DataArray, source: CatchmentMap) -> None:
    counted = {str(name) for name in counts[CATCHMENT].values}
    mapped = {str(name) for name in source.catchments}
    rule = _("counts and map have the same catchments")
    faults = [
        MapFault("unmapped", (name,), _("catchment '{value}' has a count, but no shape").format(value=name), rule)
        for name in sorted(counted - mapped)
    ]
    faults += [
        MapFault("unlisted", (name,), _("catchment '{value}' has a shape, but no count").format(value=name), rule,
                 _("write 0 where there are none"))
        for name in sorted(mapped - counted)
    ]  # fmt: skip
    if faults:
        raise MapError(source.name, faults)


def _refuse_outside(table: pd.DataFrame, source: CatchmentMap, target: CatchmentMap) -> None:
    lost = table[table["target"] == ""]
    rule = _("a count is never lost")
    remedy = _('extend the map, or keep such counts apart with outside="apart"')
    faults = []
    for name, share in zip(lost["source"], lost["share"], strict=True):
        found = _("{share:.1%} of '{value}' on the map {source} lie where this map has no catchment").format(
            value=name, share=share, source=source.name
        )
        faults.append(MapFault("gap", (name,), found, rule, remedy, grave=True, share=share))
    if faults:
        raise MapError(target.name, faults)
