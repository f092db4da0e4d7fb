"""Projections of others, read as they are given, and the children brought into line with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.core.labels import AGE, CATCHMENT, DISTRICT, YEAR
from seatcast.core.result import Result, Summary
from seatcast.core.study_area import StudyArea
from seatcast.demography.figures import FigureError
from seatcast.inputs.read import Inputs
from seatcast.language import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seatcast.core.scenario import Scenario

Floats = npt.NDArray[np.float64]

TRAJECTORY = "trajectory"
VARIANTS = {"low": 0.3, "middle": 0.4, "medium": 0.4, "high": 0.3}
"""Weights of three variants that stand for the 10th, 50th and 90th percentile: Swanson's rule (Keefer and Bodily 1983,
Management Science 29)."""


@dataclass(frozen=True, eq=False, repr=False)
class Adjustment(Result):
    """How far the children were moved to agree with a projection of others.

    Attributes
    ----------
    area : StudyArea
    totals : DataFrame
        year, district ("" for the whole area), ages, ours, theirs: expected children before and after.
    trajectories : int
        Of the projection; 1 where it states one number.
    """

    topic: ClassVar[str] = "adjustment"
    area: StudyArea
    totals: pd.DataFrame
    trajectories: int

    def to_frame(self) -> pd.DataFrame:
        """Return by year, district and ages: ours, theirs, and the adjustment in percent of ours."""
        percent = 100 * (self.totals["theirs"] / self.totals["ours"] - 1)
        return self.totals.assign(percent=percent)

    def summary(self) -> Summary:
        """Return the largest adjustment and the usual one."""
        frame = self.to_frame()
        most = frame.iloc[int(frame["percent"].abs().to_numpy().argmax())]
        sentence = _(
            "The children were brought into line with the projection given: by {usual:.1f} percent on average, at most "
            "{most:+.1f} percent ({place}, {year}, ages {ages}); catchments keep their shares, and what was added or "
            "taken is booked as arrivals or departures."
        ).format(
            usual=float(frame["percent"].abs().mean()),
            most=most["percent"],
            place=most[DISTRICT] or self.area.label,
            year=int(most[YEAR]),
            ages=most["ages"],
        )
        return Summary(sentence, frame)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw both totals by year."""
        from seatcast import charts

        frame = self.totals.groupby(YEAR)[["ours", "theirs"]].sum()
        frame.columns = pd.Index([_("by this record"), _("projection given")])
        return charts.lines(frame, ax=ax, title=_("Children, before and after"), unit=_("children"))


@dataclass(frozen=True, eq=False)
class Change:
    """Children added, or taken away, and the moves that they are booked as."""

    children: xr.DataArray
    flows: dict[str, xr.DataArray]
    adjustment: Adjustment


def adjustment_to(inputs: Inputs, area: StudyArea, scenario: Scenario, population: xr.DataArray) -> Change | None:
    """Return what brings the children into line with the projection of others that the bureau gives.

    In every draw, year, district and age group the children of all catchments, ages and statuses are multiplied by one
    factor, so that they add up to the total given; whole children, rounded by chance. Shares of catchments stay those
    of the draw, with their own uncertainty. Trajectories are taken draw by draw, one trajectory for all years and
    districts; of the variants low, middle and high the draws take 30, 40 and 30 percent. Years after the projection's
    last keep its last factor.

    Parameters
    ----------
    inputs : Inputs
        Perhaps with projection.
    area : StudyArea
    scenario : Scenario
    population : DataArray (year, catchment, age, status, draw), children
        From the year of record on, which stays as it is.

    Returns
    -------
    Change or None
        Balanced: the change of a cohort's end, less that of its start, is an arrival or a departure. None without the
        table.

    Raises
    ------
    FigureError
        A total above 0 where no child lives whom it could be of; a trajectory without a number.
    """
    table = inputs.projection
    if table is None:
        return None
    table = table[table[YEAR] > inputs.base_year]
    if table.empty:
        return None
    ages = population[AGE].values
    district = area.catchments[DISTRICT].reindex(population[CATCHMENT].values)
    if DISTRICT not in table:
        table, district = table.assign(**{DISTRICT: ""}), pd.Series("", district.index)
    first = table[AGE] if AGE in table else pd.Series(ages[0], table.index)
    last = table["age_to"].fillna(first) if "age_to" in table else (first if AGE in table else first * 0 + ages[-1])
    table = table.assign(first=first.astype(int), last=last.astype(int))
    labels = list(table[TRAJECTORY].unique()) if TRAJECTORY in table else [""]
    pick = _picked(labels, scenario)
    end = population.values.astype(float).copy()
    factor = np.ones((len(ages), population.sizes[CATCHMENT], scenario.draws))
    problems, rows, years = [], [], [int(year) for year in population[YEAR].values]
    for t, year in enumerate(years[1:], start=1):
        now = table[table[YEAR] == year]
        for (place, low, high), part in now.groupby([DISTRICT, "first", "last"], sort=False):
            where = (district == place).to_numpy()
            within = (ages >= low) & (ages <= high)
            theirs = part.set_index(TRAJECTORY)["children"] if TRAJECTORY in part else part["children"].set_axis([""])
            goal = theirs.reindex(labels).to_numpy(float)[pick]
            ours = end[t][np.ix_(where, within)].sum((0, 1, 2))
            if ((ours == 0) & (goal > 0)).any() or np.isnan(goal).any():
                problems.append(_unmet(year, str(place), int(str(low)), int(str(high)), goal))
                continue
            step = np.divide(goal, ours, out=np.ones_like(goal), where=ours > 0)
            factor[np.ix_(within, where)] = step
            rows.append((year, place, f"{low}-{high}", ours.mean(), goal.mean()))
        end[t] *= factor.transpose(1, 0, 2)[:, :, None]
    if problems:
        raise FigureError(problems)
    rng = scenario.streams["projection, whole children"]
    lower = np.floor(end)
    end = lower + (rng.random(end.shape) < end - lower)
    end[0] = population.values[0]
    totals = pd.DataFrame(rows, columns=[YEAR, DISTRICT, "ages", "ours", "theirs"])
    moved = (end - population.values).astype(np.float32)
    return Change(population.copy(data=moved), _booked(population, moved), Adjustment(area, totals, len(labels)))


def _picked(labels: list[str], scenario: Scenario) -> npt.NDArray[np.int64]:
    """Return the trajectory that each draw takes."""
    rng = scenario.streams["projection"]
    if set(labels) <= set(VARIANTS) and len(labels) > 1:
        weight = np.array([VARIANTS[label] for label in labels])
        edges = np.cumsum(weight / weight.sum())
        even = (rng.permutation(scenario.draws) + 0.5) / scenario.draws
        return np.asarray(np.searchsorted(edges, even).clip(max=len(labels) - 1))
    return np.asarray(rng.permutation(scenario.draws) % len(labels))


def _unmet(year: int, place: str, low: int, high: int, goal: Floats) -> str:
    where = _("projection, {year}, {place}, ages {low}-{high}").format(
        year=year, place=place or _("whole area"), low=low, high=high
    )
    if np.isnan(goal).any():
        return _("{where}: a trajectory has no number; give every trajectory for every year and district.").format(
            where=where
        )
    return _("{where}: {goal:,.0f} children where none live; check the district and the ages.").format(
        where=where, goal=float(goal.max())
    )


def _booked(population: xr.DataArray, moved: npt.NDArray[np.float32]) -> dict[str, xr.DataArray]:
    """Return arrivals and departures that make up the change of each cohort's end, less that of its start."""
    start = np.zeros_like(moved[1:])
    start[:, :, 1:] = moved[:-1, :, :-1]
    net = population.isel({YEAR: slice(1, None)}).copy(data=moved[1:] - start)
    return {"arrivals": net.clip(min=0.0), "departures": (-net).clip(min=0.0)}
