"""Children by catchment, age and status: last year's children a year older, births, deaths and gross moves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.core.labels import AGE, CATCHMENT, DRAW, STATUS, YEAR, dense, labelled
from seatcast.core.result import Result, Summary, quantile_frame
from seatcast.core.scenario import Scenario
from seatcast.core.study_area import StudyArea
from seatcast.demography.assumptions import Assumption
from seatcast.demography.beyond import FLOWS, Beyond, beyond_rates
from seatcast.demography.births import birth_assumptions, project_births
from seatcast.demography.child_views import child_frame
from seatcast.demography.migration import MigrationProjection
from seatcast.demography.mortality import death_rate
from seatcast.demography.recording import recorded_share
from seatcast.inputs.read import Inputs, MissingTableError
from seatcast.language import _, sentences

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Counts = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False, repr=False)
class ChildPopulation(Result):
    """Children on the cut-off date of each year, and the flows that made them, in every draw.

    Attributes
    ----------
    area : StudyArea
    scenario : Scenario
    children : DataArray (year, catchment, age, status, draw), children
        From the year of record on; whole numbers.
    arrivals, departures, deaths : DataArray (year, catchment, age, status, draw), children
        From the first year of the forecast on, at the age reached by the end of the year.
    births : DataArray (year, catchment, status, draw), births
    beyond : Beyond or None
        What of these the rates did not make: newcomers, and the change that meets a projection of others.
    assumptions : tuple of Assumption
        What births rest on beyond the trend of their record.
    """

    topic: ClassVar[str] = "children"
    area: StudyArea
    scenario: Scenario
    children: xr.DataArray
    arrivals: xr.DataArray
    departures: xr.DataArray
    deaths: xr.DataArray
    births: xr.DataArray
    beyond: Beyond | None = None
    assumptions: tuple[Assumption, ...] = ()

    def __post_init__(self) -> None:
        for field in ("children", "arrivals", "departures", "deaths"):
            counts = labelled(getattr(self, field), YEAR, CATCHMENT, AGE, STATUS, DRAW, unit="children")
            object.__setattr__(self, field, counts)
        births = labelled(self.births, YEAR, CATCHMENT, STATUS, DRAW, unit="births")
        object.__setattr__(self, "births", births)

    def joined_by(self, beyond: Beyond | None) -> ChildPopulation:
        """Return the children with those beyond what the rates make; themselves, if there are none."""
        if beyond is None:
            return self
        flows = {name: getattr(self, name) + beyond.flows[name] for name in FLOWS}
        return replace(self, children=self.children + beyond.children, beyond=beyond, **flows)

    def accounts(self) -> xr.Dataset:
        """Return the balance sheet of every cohort: start + births + arrivals - departures - deaths = end.

        Returns
        -------
        Dataset (year, catchment, age, status, draw), children
            Exact in every cell and draw. `start` is the cohort a year before and a year younger.
        """
        ages = self.children[AGE].values
        before = self.children.isel({YEAR: slice(None, -1)})
        start = before.assign_coords({AGE: ages + 1}).reindex({AGE: ages}, fill_value=0.0)
        start = start.assign_coords({YEAR: self.arrivals[YEAR]})
        births = self.births.expand_dims({AGE: [0]}).reindex({AGE: ages}, fill_value=0.0)
        end = self.children.isel({YEAR: slice(1, None)})
        parts = {
            "start": start, "births": births, "arrivals": self.arrivals, "departures": self.departures,
            "deaths": self.deaths, "end": end,
        }  # fmt: skip
        return xr.Dataset(parts).transpose(YEAR, CATCHMENT, AGE, STATUS, DRAW)

    def to_frame(self, *levels: str) -> pd.DataFrame:
        """Return by year and the levels named (catchment and status, unless named): expected children and quantiles.

        Levels are district, catchment, stage, age and status; see `child_views.by_level`.
        """
        return child_frame(self, levels or (CATCHMENT, STATUS))

    def by_age(self) -> pd.DataFrame:
        """Return by year, age and status for the whole area: expected children and quantiles."""
        return quantile_frame(self.children.sum(CATCHMENT).transpose(YEAR, AGE, STATUS, DRAW))

    def summary(self) -> Summary:
        """Return how the number of children changes from the year of record to the last year."""
        totals = quantile_frame(self.children.sum([CATCHMENT, AGE, STATUS]).transpose(YEAR, DRAW))
        first, last = totals.iloc[0], totals.iloc[-1]
        falls = last["mean"] < first["mean"]
        sentence = (
            _(
                "Children fall from {first:,.0f} in {start} to {last:,.0f} in {end} "
                "(80% interval {low:,.0f} to {high:,.0f}), by {change:.0f}%."
            )
            if falls
            else _(
                "Children rise from {first:,.0f} in {start} to {last:,.0f} in {end} "
                "(80% interval {low:,.0f} to {high:,.0f}), by {change:.0f}%."
            )
        ).format(
            first=first["mean"],
            start=int(first[YEAR]),
            last=last["mean"],
            end=int(last[YEAR]),
            low=last["q10"],
            high=last["q90"],
            change=100 * abs(last["mean"] / first["mean"] - 1),
        )
        return Summary(sentences([sentence, *map(str, self.assumptions)]), totals, self.area.said_of_statuses())

    def plot(self, ax: Axes | None = None, *, status: str | None = None) -> Axes:
        """Draw the fan of the children of one status, or of all."""
        from seatcast import charts

        counts = self.children if status is None else self.children.sel({STATUS: [status]})
        return charts.fan(counts.sum([CATCHMENT, AGE, STATUS]), ax=ax, title=_("Children"))


def project_children(inputs: Inputs, migration: MigrationProjection) -> ChildPopulation:
    """Return the children of the years to come, cohort by cohort.

    The share recorded is uncertain, in one way for the births and all catchments and ages of a status.

    Each year: the cohort grows a year older; deaths and departures are drawn binomially from it, arrivals are
    Poisson around the rate times the area's cohort; births are Poisson around `project_births`. The children of
    the year of record are the counts on record, divided by the share recorded at their age (`recorded_share`).

    Parameters
    ----------
    inputs : Inputs
        With children; births by catchment, or else the children at age 0 stand for them.
    migration : MigrationProjection
        Its scenario is that of the result.

    Returns
    -------
    ChildPopulation
        Never negative, since nobody leaves who is not there; balanced in every cell and draw.

    References
    ----------
    Preston, Heuveline and Guillot (2001), Demography, chapter 6, in single years with gross flows.
    """
    if inputs.children is None:
        raise MissingTableError(_("project_children needs the table children."))
    if inputs.base_year not in inputs.children[YEAR].values:
        raise MissingTableError(
            _(
                "The table children ends in {last}, but the year of record is {base}; add the children of {base}."
            ).format(last=int(inputs.children[YEAR].max()), base=inputs.base_year)
        )
    if migration.arrivals[AGE].values[0] != 0:
        youngest = int(migration.arrivals[AGE].values[0])
        raise MissingTableError(
            _("The youngest children on record are {age}; add the ages from 0 to the table children.").format(
                age=youngest
            )
        )
    scenario, area = migration.scenario, inputs.area
    ages = [int(age) for age in migration.arrivals[AGE].values]
    statuses = list(migration.arrivals[STATUS].values)
    zones = list(migration.arrivals[CATCHMENT].values)
    recorded = recorded_share(inputs)
    coords = {CATCHMENT: zones, AGE: ages, STATUS: statuses}
    record = dense(inputs.children, "children", {YEAR: [inputs.base_year], **coords}).values[0]
    shares = _recorded_draws(recorded.reindex({AGE: [-1, *ages]}).sel({STATUS: statuses}), scenario)
    now = _completed(record, shares[1:], scenario)
    expected_births = project_births(inputs, scenario).transpose(YEAR, CATCHMENT, STATUS, DRAW).values / shares[0]
    years = [inputs.base_year, *map(int, migration.arrivals[YEAR].values)]
    streams = scenario.streams
    born = [streams[f"births {y}"].poisson(b) for y, b in zip(years[1:], expected_births, strict=True)]
    death = np.array([death_rate(age) for age in ages])[None, :, None, None]
    stock = [now]
    flows: dict[str, list[Counts]] = {"arrivals": [], "departures": [], "deaths": []}
    for t in range(migration.arrivals.sizes[YEAR]):
        cohort = np.empty_like(stock[-1])
        cohort[:, 1:] = stock[-1][:, :-1]
        cohort[:, 0] = born[t]
        count = cohort.astype(np.int64)
        leave, enter = migration.departures.values[t].astype(np.float64), migration.arrivals.values[t]
        dead, gone, come = np.empty((3, *count.shape), np.int64)
        for a, age in enumerate(ages):  # a stream a year and age: what changes younger cohorts leaves the older alone
            rng = streams[f"cohort {years[t + 1]}, age {age}"]
            dead[:, a] = rng.binomial(count[:, a], death[:, a])
            gone[:, a] = rng.binomial(count[:, a] - dead[:, a], leave[:, a])
            come[:, a] = rng.poisson(enter[:, a] * cohort[:, a].sum(0))
        stock.append((count - dead - gone + come).astype(np.float32))
        for flow, moved in (("arrivals", come), ("departures", gone), ("deaths", dead)):
            flows[flow].append(moved.astype(np.float32))
    dims = (YEAR, CATCHMENT, AGE, STATUS, DRAW)
    moves = {name: xr.DataArray(np.stack(parts), {YEAR: years[1:], **coords}, dims) for name, parts in flows.items()}
    come, gone, dead = (moves[name] for name in ("arrivals", "departures", "deaths"))
    at_birth = {YEAR: years[1:], CATCHMENT: zones, STATUS: statuses}
    births = xr.DataArray(np.stack(born).astype(np.float32), at_birth, (YEAR, CATCHMENT, STATUS, DRAW))
    children = xr.DataArray(np.stack(stock), {YEAR: years, **coords}, dims)
    counted = ChildPopulation(area, scenario, children, come, gone, dead, births, assumptions=birth_assumptions(inputs))
    return counted.joined_by(beyond_rates(inputs, migration, counted))


def _recorded_draws(shares: xr.DataArray, scenario: Scenario) -> npt.NDArray[np.float64]:
    """Return the share recorded, (age, status, draw): births first; 1 where nothing is known."""
    share = shares.sel({"measure": "share"}).fillna(1.0).values[..., None]
    spread = shares.sel({"measure": "spread"}).fillna(0.0).values[..., None]
    wander = scenario.streams["recording"].standard_normal((share.shape[1], scenario.draws))
    most = np.maximum(share, 1.0)  # chance alone does not count children twice
    return np.asarray(np.minimum(share * np.exp(spread * wander), most))


def _completed(record: npt.NDArray[np.float64], share: npt.NDArray[np.float64], scenario: Scenario) -> Counts:
    """Return the children of the year of record in every draw, with those whom the record misses.

    Fractions of children are rounded up or down by chance, so that small catchments keep their expected number.
    """
    expected = record[..., None] / share
    lower = np.floor(expected)
    chance = scenario.streams["recording, whole children"].random(expected.shape)
    return np.asarray(lower + (chance < expected - lower), np.float32)
