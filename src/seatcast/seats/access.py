"""Access: how many seats there are for a child, in each catchment, when children and schools meet over distances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.core.labels import CATCHMENT, DRAW, SCHOOL
from seatcast.core.result import Result, Summary, quantile_frame
from seatcast.language import _, clauses, sentences

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Method = Literal["floating", "balanced"]
Weights = npt.NDArray[np.float64]


class AccessError(ValueError):
    """The ways do not fit the children or the seats; the message lists every problem."""


@dataclass(frozen=True)
class Steps:
    """A way weighs by the step it falls on: one step gives 2SFCA, several give E2SFCA.

    Attributes
    ----------
    steps : tuple of (float, float)
        Upper limit of the way (metres or minutes, whichever the ways are in), included, and its weight, rising in
        limits. Beyond the last limit the weight is 0.

    Examples
    --------
    >>> Steps(((10, 1.0), (30, 0.68), (60, 0.22))).weigh(np.array([10.0, 11.0, 61.0]))
    array([1.  , 0.68, 0.  ])
    """

    steps: tuple[tuple[float, float], ...]

    def weigh(self, way: Weights) -> Weights:
        """Return the weight of each way."""
        limits = np.array([limit for limit, _weight in self.steps])
        weights = np.array([*(weight for _limit, weight in self.steps), 0.0])
        return np.asarray(weights[np.searchsorted(limits, way, side="left")])


@dataclass(frozen=True)
class Gaussian:
    """A way weighs exp(-way**2 / (2 * width**2)), and nothing beyond the limit.

    Attributes
    ----------
    width, limit : float
        In metres or minutes, whichever the ways are in.
    """

    width: float
    limit: float

    def weigh(self, way: Weights) -> Weights:
        """Return the weight of each way."""
        return np.where(way <= self.limit, np.exp(-((way / self.width) ** 2) / 2), 0.0)


@dataclass(frozen=True, eq=False, repr=False)
class Access(Result):
    """Seats within reach, for a child of each catchment.

    Attributes
    ----------
    index : DataArray (..., catchment), seats per child
        As published: the sum over schools of their seats per child who may come, weighted by the way.
    per_child : DataArray (..., catchment), seats per child
        The seats that fall to a catchment over its children: each seat falls to one child, so the mean over all
        children within reach is seats over children. The same as `index` where the method is "floating"; missing
        where there are no children.
    children : DataArray (..., school), children
        Who comes to each school. With "floating" a child counts at every school that it reaches, by weight; with
        "balanced" it counts once.
    seats : DataArray (..., catchment), seats
        Seats that fall to each catchment; those of schools that somebody reaches add up to all of theirs.
    method : {"floating", "balanced"}
    """

    topic: ClassVar[str] = "access"
    index: xr.DataArray
    per_child: xr.DataArray
    children: xr.DataArray
    seats: xr.DataArray
    method: Method

    def to_frame(self) -> pd.DataFrame:
        """Return seats per child by catchment and whatever else labels them: the mean, with quantiles over draws."""
        if DRAW in self.per_child.dims:
            return quantile_frame(self.per_child)
        return self.per_child.rename("mean").to_dataframe().reset_index()[[*map(str, self.per_child.dims), "mean"]]

    def summary(self) -> Summary:
        """Return the catchments with the fewest and the most seats per child."""
        frame = self.to_frame().dropna(subset=["mean"]).sort_values("mean", kind="stable")
        low, high = frame.iloc[0], frame.iloc[-1]
        sentence = _("A child has {low:.2f} seats within reach in {worst} and {high:.2f} in {best}.").format(
            low=low["mean"], worst=low[CATCHMENT], high=high["mean"], best=high[CATCHMENT]
        )
        return Summary(sentence, frame.head(5))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Write seats for 100 children by catchment, the fewest first; with a year or another label, a column each."""
        from seatcast import charts

        means = self.per_child.mean(DRAW) if DRAW in self.per_child.dims else self.per_child
        table = 100 * means.rename("mean").to_series()
        others = [name for name in table.index.names if name != CATCHMENT]
        frame = table.unstack(others) if others else table.to_frame(_("seats"))
        frame = pd.DataFrame(frame).sort_values(frame.columns[0], kind="stable")
        return charts.heat_table(frame, ax=ax, title=_("Seats within reach for 100 children"), colors="idle")


def access(
    children: xr.DataArray,
    seats: xr.DataArray,
    ways: pd.DataFrame,
    *,
    decay: Steps | Gaussian,
    method: Method = "balanced",
) -> Access:
    """Return how many seats a child has within reach, by floating catchments.

    Parameters
    ----------
    children : DataArray (..., catchment), children
        Any other dimensions, draws among them, are carried along.
    seats : DataArray (..., school), seats
    ways : DataFrame
        Columns catchment, school and metres or minutes: the way from the catchment to the school, which need not be
        the way back. A pair that is missing is out of reach. `StudyArea.reach` is such a table.
    decay : Steps or Gaussian
        How a way weighs: W[z, i] for catchment z and school i. It is in minutes where `ways` has minutes, else metres.
    method : {"floating", "balanced"}
        "floating": R[i] = seats[i] / sum over z of W[z, i] children[z], and A[z] = sum over i of W[z, i] R[i]: 2SFCA
        (Luo and Wang 2003, Environment and Planning B 30, 865-884) where W is 0 or 1, E2SFCA (Luo and Qi 2009, Health
        and Place 15, 1100-1107) where it has steps, and with a Gaussian its smooth form. A child within reach of three
        schools is counted at all three.
        "balanced": W is first divided by its sum over schools for the children, and over catchments for the level
        of service (BFCA: Paez, Higgins and Vivona 2019, PLOS ONE 14 (6), e0218773), so that each child counts once.

    Returns
    -------
    Access
        `index` is A as published. With "balanced" its sum over catchments is that of the schools' ratios, and it falls
        when a catchment is cut in two; `per_child` does not, and is what maps and tables show.

    Raises
    ------
    AccessError
        If a catchment or school of `ways` is not known, a pair is given twice, or a way is unknown or below 0; all
        problems at once. A catchment without ways has no seats within reach, and a school without them no children.

    Examples
    --------
    >>> children = xr.DataArray([100.0, 100.0], {"catchment": ["east", "west"]})
    >>> seats = xr.DataArray([150.0], {"school": ["elm"]})
    >>> ways = pd.DataFrame({"catchment": ["east", "west"], "school": "elm", "minutes": [5.0, 15.0]})
    >>> access(children, seats, ways, decay=Steps(((20, 1.0),))).per_child.values
    array([0.75, 0.75])
    """
    weight = _weights(children, seats, ways, decay)
    count, places = children.astype(float), seats.astype(float)
    of_child = weight / weight.sum(SCHOOL).where(weight.sum(SCHOOL) > 0, 1.0) if method == "balanced" else weight
    of_school = weight / weight.sum(CATCHMENT).where(weight.sum(CATCHMENT) > 0, 1.0) if method == "balanced" else weight
    coming = xr.dot(of_child, count, dim=CATCHMENT)
    ratio = places / coming.where(coming > 0)
    ratio = ratio.fillna(0.0)
    index = xr.dot(of_school, ratio, dim=SCHOOL)
    fallen = xr.dot(of_child, ratio, dim=SCHOOL)
    per_child = fallen.where(count > 0)
    order = [str(dim) for dim in index.dims if dim not in (CATCHMENT, DRAW)]
    return Access(
        _ordered(index, order, CATCHMENT, "seats per child"),
        _ordered(per_child, order, CATCHMENT, "seats per child"),
        _ordered(coming, order, SCHOOL, "children"),
        _ordered(fallen * count, order, CATCHMENT, "seats"),
        method,
    )


def _ordered(array: xr.DataArray, first: list[str], place: str, unit: str) -> xr.DataArray:
    dims = [*(dim for dim in first if dim in array.dims), place, *([DRAW] if DRAW in array.dims else [])]
    return array.transpose(*dims).assign_attrs(unit=unit)


def _weights(children: xr.DataArray, seats: xr.DataArray, ways: pd.DataFrame, decay: Steps | Gaussian) -> xr.DataArray:
    """Return the weight of every way, (catchment, school); 0 where there is none."""
    column = "minutes" if "minutes" in ways and ways["minutes"].notna().any() else "metres"
    zones, schools = pd.Index(children[CATCHMENT].values), pd.Index(seats[SCHOOL].values)
    at = zones.get_indexer(pd.Index(ways[CATCHMENT])), schools.get_indexer(pd.Index(ways[SCHOOL]))
    _refuse(ways, column, at)
    weight = np.zeros((len(zones), len(schools)))
    weight[at] = decay.weigh(ways[column].to_numpy(float))
    return xr.DataArray(weight, {CATCHMENT: zones, SCHOOL: schools}, (CATCHMENT, SCHOOL))


def _refuse(ways: pd.DataFrame, column: str, at: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]) -> None:
    wrong = [
        sentence.format(names=", ".join(dict.fromkeys(map(str, ways[label][place < 0]))))
        for label, place, sentence in (
            (CATCHMENT, at[0], _("the ways name catchments without children: {names}")),
            (SCHOOL, at[1], _("the ways name schools without seats: {names}")),
        )
        if (place < 0).any()
    ]
    twice = ways.duplicated([CATCHMENT, SCHOOL])
    if twice.any():
        first = ways[twice].iloc[0]
        wrong.append(
            _("the way from {catchment} to {school} is given twice").format(
                catchment=first[CATCHMENT], school=first[SCHOOL]
            )
        )
    bad = ~(ways[column] >= 0) if column in ways else pd.Series(data=True, index=ways.index)
    if bad.any():
        first = ways[bad].iloc[0]
        wrong.append(
            _("the way from {catchment} to {school} is unknown or below 0").format(
                catchment=first[CATCHMENT], school=first[SCHOOL]
            )
        )
    if wrong:
        remedy = _(
            "Every way has a catchment, a school and metres or minutes, once; leave out pairs that are out of reach."
        )
        raise AccessError(sentences([clauses(wrong) + _("."), remedy]))
