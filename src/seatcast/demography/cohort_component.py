"""Children by catchment, age and status: last year's children a year older, births, deaths and gross moves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.core.labels import AGE, CATCHMENT, DRAW, STAGE, STATUS, YEAR, dense, labelled
from seatcast.core.result import Result, Summary, quantile_frame
from seatcast.core.scenario import Scenario
from seatcast.core.study_area import StudyArea
from seatcast.demography.assumptions import Assumption
from seatcast.demography.beyond import Beyond, beyond_rates, may_be_beyond
from seatcast.demography.births import birth_assumptions, project_births
from seatcast.demography.child_views import child_frame
from seatcast.demography.cohorts import Cohorts, Keep, Timing, chance_of_cells
from seatcast.demography.migration import MigrationProjection
from seatcast.demography.mortality import death_rate
from seatcast.demography.recording import recorded_share, recording_assumptions
from seatcast.demography.transitions import transition_rates
from seatcast.inputs.read import Inputs, MissingTableError
from seatcast.language import _, sentences

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Counts = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False, repr=False)
class ChildPopulation(Result):
    """Children on the cut-off date of each year, in every draw; the flows that made them are drawn when asked for.

    Attributes
    ----------
    area : StudyArea
    scenario : Scenario
    children : DataArray (year, catchment, age, status, draw), children
        From the year of record on; whole numbers. Where `keep` asked for sums: district in place of catchment, stage
        in place of age, or without them.
    births : DataArray (year, catchment, status, draw), births
    cohorts : Cohorts
        What moves the children.
    keep : tuple
        What the children are told apart by, besides year, status and draw.
    beyond : Beyond or None
        What of these the rates did not make: newcomers, and the change that meets a projection of others.
    assumptions : tuple of Assumption
        What births rest on beyond the trend of their record, and the share of young children that is on record.
    """

    topic: ClassVar[str] = "children"
    area: StudyArea
    scenario: Scenario
    children: xr.DataArray
    births: xr.DataArray
    cohorts: Cohorts
    keep: Keep = (CATCHMENT, AGE)
    beyond: Beyond | None = None
    assumptions: tuple[Assumption, ...] = ()

    def __post_init__(self) -> None:
        for field, unit in (("children", "children"), ("births", "births")):
            array = getattr(self, field)
            object.__setattr__(self, field, labelled(array, *map(str, array.dims), unit=unit))

    @cached_property
    def _flows(self) -> dict[str, xr.DataArray]:
        flows = self.cohorts.project(self.keep, flows=True)
        more = {} if self.beyond is None else self.beyond.sheet()
        return {**flows, **{name: flows[name] + self.cohorts.summed(part, self.keep) for name, part in more.items()}}

    @property
    def arrivals(self) -> xr.DataArray:
        """Children who came, by the age and in the status that they have at the end of the year."""
        return self._flows["arrivals"]

    @property
    def departures(self) -> xr.DataArray:
        """Children who left."""
        return self._flows["departures"]

    @property
    def deaths(self) -> xr.DataArray:
        """Children who died."""
        return self._flows["deaths"]

    @property
    def status_in(self) -> xr.DataArray:
        """Children who obtained the status."""
        return self._flows["status_in"]

    @property
    def status_out(self) -> xr.DataArray:
        """Children who gave up the status for another one."""
        return self._flows["status_out"]

    def joined_by(self, beyond: Beyond | None, keep: Keep) -> ChildPopulation:
        """Return the children with those beyond what the rates make, told apart by `keep`."""
        counts = self.children if beyond is None else self.children + beyond.children
        children, births = (self.cohorts.summed(part, keep) for part in (counts, self.births))
        return replace(self, children=children, births=births, keep=keep, beyond=beyond)

    def accounts(self) -> xr.Dataset:
        """Return the balance sheet of every cohort.

        start + births + arrivals + status_in - departures - status_out - deaths = end

        Returns
        -------
        Dataset (year, catchment, age, status, draw), children
            Exact in every cell and draw, in whole children; or by what `keep` names. `start` is the cohort a year
            before and a year younger; births stand at age 0, or with the ages that hold it.
        """
        flows = self._flows
        end = flows["children"].isel({YEAR: slice(1, None)})
        dims = end.dims
        births = self.births
        for dim in (AGE, STAGE):
            if dim in dims:
                labels = end[dim].values
                births = births.expand_dims({dim: labels[:1]}).reindex({dim: labels}, fill_value=0.0)
        names = ("start", "arrivals", "departures", "deaths", "status_in", "status_out")
        parts = {**{name: flows[name] for name in names}, "births": births, "end": end}
        return xr.Dataset(parts).transpose(*dims)

    def to_frame(self, *levels: str) -> pd.DataFrame:
        """Return by year and the levels named (catchment and status, unless named): expected children and quantiles.

        Levels are district, catchment, stage, age and status, as far as `keep` tells the children apart by them; see
        `child_views.by_level`.
        """
        return child_frame(self, levels)

    def by_age(self) -> pd.DataFrame:
        """Return by year, age and status for the whole area: expected children and quantiles."""
        return child_frame(self, (AGE, STATUS))

    def summary(self) -> Summary:
        """Return how the number of children changes from the year of record to the last year."""
        totals = quantile_frame(
            self.children.sum([d for d in self.children.dims if d not in (YEAR, DRAW)]).transpose(YEAR, DRAW)
        )
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
        return Summary(sentences([sentence, *map(str, self.assumptions)]), totals, self.definition_note())

    def plot(self, ax: Axes | None = None, *, status: str | None = None) -> Axes:
        """Draw the fan of the children of one status, or of all."""
        from seatcast import charts

        counts = self.children if status is None else self.children.sel({STATUS: [status]})
        return charts.fan(counts.sum([d for d in counts.dims if d not in (YEAR, DRAW)]), ax=ax, title=_("Children"))


def project_children(
    inputs: Inputs, migration: MigrationProjection, *, keep: Keep = (CATCHMENT, AGE), timing: Timing = "end"
) -> ChildPopulation:
    """Return the children of the years to come, cohort by cohort.

    The share recorded is uncertain, in one way for the births and all catchments and ages of a status.

    Each year: the cohort grows a year older; deaths, departures and changes of status (see `transition_rates`) are
    drawn from it as one multinomial, arrivals are Poisson around the rate times the area's cohort; births are Poisson
    around `project_births`. The children of the year of record are the counts on record, divided by the share
    recorded at their age (`recorded_share`).

    Parameters
    ----------
    inputs : Inputs
        With children; births by catchment, or else the children at age 0 stand for them.
    migration : MigrationProjection
        Its scenario is that of the result.
    keep : tuple
        What the children are told apart by, besides year, status and draw: "catchment" or "district", "age" or
        "stage", or neither. What is not told apart is added up as it is drawn, and takes no memory; demand needs both.
    timing : {"end", "even"}
        When in the year children move (see `Cohorts`).

    Returns
    -------
    ChildPopulation
        Never negative, since nobody leaves who is not there; balanced in every cell and draw. The same whatever the
        order of catchments and the number of threads.

    Raises
    ------
    MissingTableError
        Without children of the year of record, from age 0 on.
    DepletedCohortError
        If a scenario takes more children out of a cohort than are in it.
    ValueError
        If counts are negative or rates lie outside 0 and 1.

    References
    ----------
    Preston, Heuveline and Guillot (2001), Demography, chapter 6, in single years with gross flows.

    Examples
    --------
    >>> import seatcast as sc
    >>> inputs = sc.load_example()
    >>> migration = sc.project_migration(inputs, sc.Scenario(draws=10, horizon=2))
    >>> sc.project_children(inputs, migration, keep=("stage",)).children.dims
    ('year', 'stage', 'status', 'draw')
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
    chances = chance_of_cells(scenario.seed, [zones, ages, statuses], scenario.draws)
    now = _completed(record, shares[1:], chances)
    expected_births = project_births(inputs, scenario).transpose(YEAR, CATCHMENT, STATUS, DRAW).values / shares[0]
    years = list(map(int, migration.arrivals[YEAR].values))
    birth_dims = (YEAR, CATCHMENT, STATUS, DRAW)
    births = xr.DataArray(expected_births, {YEAR: years, CATCHMENT: zones, STATUS: statuses}, birth_dims)
    death = xr.DataArray(
        np.tile([death_rate(age) for age in ages], (len(statuses), 1)).T, {AGE: ages, STATUS: statuses}, (AGE, STATUS)
    )
    start = xr.DataArray(now, coords, (*coords, DRAW))
    cohorts = Cohorts(
        area, scenario.seed, start, births, death, transition_rates(inputs, ages), migration.arrivals,
        migration.departures, timing,
    )  # fmt: skip
    more = may_be_beyond(inputs, scenario)
    apart = (CATCHMENT, AGE) if more else keep
    made = cohorts.project(apart)
    children = ChildPopulation(
        area, scenario, made["children"], made["births"], cohorts, apart,
        assumptions=(*birth_assumptions(inputs), *recording_assumptions(recorded, inputs)),
    )  # fmt: skip
    return children.joined_by(beyond_rates(inputs, migration, children), keep) if more else children


def _recorded_draws(shares: xr.DataArray, scenario: Scenario) -> npt.NDArray[np.float64]:
    """Return the share recorded, (age, status, draw): births first; 1 where nothing is known."""
    share = shares.sel({"measure": "share"}).fillna(1.0).values[..., None]
    spread = shares.sel({"measure": "spread"}).fillna(0.0).values[..., None]
    wander = scenario.streams["recording"].standard_normal((share.shape[1], scenario.draws))
    most = np.maximum(share, 1.0)  # chance alone does not count children twice
    return np.asarray(np.minimum(share * np.exp(spread * wander), most))


def _completed(
    record: npt.NDArray[np.float64], share: npt.NDArray[np.float64], chances: npt.NDArray[np.float64]
) -> Counts:
    """Return the children of the year of record in every draw, with those whom the record misses.

    Fractions of children are rounded up or down by chance, so that small catchments keep their expected number.
    """
    expected = record[..., None] / share
    lower = np.floor(expected)
    return np.asarray(lower + (chances < expected - lower), np.float32)
