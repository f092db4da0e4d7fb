"""Migration of children: rates of arrival and departure by age and status, and how they vary from year to year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.core.labels import AGE, CATCHMENT, DRAW, STATUS, YEAR, dense, labelled
from seatcast.core.rates import ratio
from seatcast.core.result import Result, Summary, quantile_frame
from seatcast.core.scenario import Scenario
from seatcast.core.study_area import StudyArea
from seatcast.demography.assumptions import RATES_PER, Assumption
from seatcast.demography.births import births_on_record
from seatcast.demography.leaving import bounded, refuse_emptied, room_to_leave
from seatcast.demography.move_rates import flow_rates
from seatcast.demography.moves import moves_on_record
from seatcast.demography.recording import recorded_share
from seatcast.inputs.read import Inputs, MissingTableError
from seatcast.language import _, clauses, sentences

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = npt.NDArray[np.float64]

SHARE_YEARS = 3  # the last years, over which a catchment's share of the children is taken


@dataclass(frozen=True, eq=False, repr=False)
class MigrationProjection(Result):
    """Rates of arrival and departure in every draw.

    Attributes
    ----------
    area : StudyArea
    scenario : Scenario
    arrivals : DataArray (year, catchment, age, status, draw), arrivals per child of the area's cohort
        Times the area's children of that cohort and status at the year's start: arrivals into the catchment.
    departures : DataArray (year, catchment, age, status, draw), departures per child of the catchment's cohort
        Within 0 and 1. Ages are those reached by the end of the year; at age 0 the cohort is the year's births.
    assumptions : tuple of Assumption
        How the record's moves were come by, and what the rates are counted per; each tells its sentence with `str`.
    """

    topic: ClassVar[str] = "migration"
    area: StudyArea
    scenario: Scenario
    arrivals: xr.DataArray
    departures: xr.DataArray
    assumptions: tuple[Assumption, ...] = ()

    def __post_init__(self) -> None:
        for field, base in (("arrivals", "per child of the area"), ("departures", "per child of the catchment")):
            rates = labelled(getattr(self, field), YEAR, CATCHMENT, AGE, STATUS, DRAW, unit=base)
            object.__setattr__(self, field, rates)

    def per_thousand(self) -> xr.DataArray:
        """Return arrivals and departures a year per 1,000 children of the area: (flow, year, status, draw).

        Ages weigh alike; catchments are added up for arrivals and averaged for departures.
        """
        flows = [self.arrivals.sum(CATCHMENT).mean(AGE), self.departures.mean([CATCHMENT, AGE])]
        both = xr.concat(flows, pd.Index(["arrivals", "departures"], name="flow")) * 1000
        return both.transpose("flow", YEAR, STATUS, DRAW).assign_attrs(unit="per 1,000 children")

    def to_frame(self) -> pd.DataFrame:
        """Return by flow, year and status: moves per 1,000 children, expected and quantiles."""
        return quantile_frame(self.per_thousand())

    def summary(self) -> Summary:
        """Return the flows of the first year."""
        frame = self.to_frame()
        first = frame[frame[YEAR] == frame[YEAR].min()]
        names = {status.status: status.label for status in self.area.statuses}
        labels = {"arrivals": _("arrivals"), "departures": _("departures")}
        said = [
            _("{status}, {flow}: {number:.0f} per 1,000 children").format(
                status=names[row[STATUS]], flow=labels[row["flow"]], number=row["mean"]
            )
            for row in first.to_dict("records")
        ]
        sentence = _("Migration expected in {year}. ").format(year=int(first[YEAR].iloc[0])) + clauses(said) + _(".")
        return Summary(sentences([sentence, *map(str, self.assumptions)]), first, self.definition_note())

    def plot(self, ax: Axes | None = None, *, flow: str = "arrivals", status: str | None = None) -> Axes:
        """Draw the fan of one flow ("arrivals" or "departures") of one status (the last, unless named)."""
        from seatcast import charts

        chosen = next(s for s in self.area.statuses[::-1] if status in (None, s.status))
        labels = {"arrivals": _("arrivals"), "departures": _("departures")}
        draws = self.per_thousand().sel({"flow": flow, STATUS: chosen.status}, drop=True)
        title = _("{status}, {flow}").format(status=chosen.label, flow=labels[flow])
        return charts.fan(draws, ax=ax, title=title, unit=_("per 1,000 children"))


def project_migration(inputs: Inputs, scenario: Scenario) -> MigrationProjection:
    """Return rates of arrival and departure for the years to come.

    A flow has an age pattern by status, pooled over the record's years (half-life four years), and a level for each
    catchment and status that wanders: autoregressive in time, with yearly shocks that all share, shocks that a status
    shares, and the catchment's own, so that grades and catchments move together. Levels are drawn towards the
    district's, and those towards the area's, the more the fewer moves a catchment has on record. Levels, persistence
    and spreads are drawn from their joint posterior (`flow_rates`); a future year's rates go on from there.

    Parameters
    ----------
    inputs : Inputs
        With children, and with their moves in any form that `moves_on_record` reads, if only the children of several
        years.
    scenario : Scenario
        `arrivals` and `departures` multiply the rates; `return_flow` the extra departures at the end of a stage.

    Returns
    -------
    MigrationProjection
        The years after the record, to the horizon. Arrivals are per child of the whole area's cohort of that age and
        status: newcomers follow the area's size, wherever they settle. Departures are per child of the catchment's.

    Raises
    ------
    MissingTableError
        Without children; without migration, where children of a single year are known.
    DepletedCohortError
        If the scenario's multiples make more children leave a cohort than are in it, in half of the draws or more.
        Rates that the record or chance alone makes larger than that are bounded, and told among the assumptions.

    References
    ----------
    Azose and Raftery (2015), Bayesian probabilistic projection of international migration, Demography 52.
    """
    record = moves_on_record(inputs) if inputs.children is not None else None
    if inputs.children is None or record is None:
        raise MissingTableError(
            _(
                "project_migration needs the tables migration and children, or children of two years or more; forecast "
                "from rolls does without them."
            )
        )
    area, moves = inputs.area, record.moves[record.moves[YEAR] <= inputs.base_year]
    ages = sorted(int(age) for age in inputs.children[AGE].unique())
    years = list(range(int(moves[YEAR].min()), int(moves[YEAR].max()) + 1))
    statuses = [status.status for status in area.statuses]
    coords: dict[str, Any] = {YEAR: years, CATCHMENT: area.catchments.index, AGE: ages, STATUS: statuses}
    at_risk = _cohorts(inputs, coords)
    labels = {YEAR: years, STATUS: statuses, "district": list(area.catchments["district"])}
    horizon = scenario.horizon or inputs.horizon
    future = {**coords, YEAR: list(range(inputs.base_year + 1, inputs.base_year + 1 + horizon))}
    share = np.nansum(at_risk[-SHARE_YEARS:], axis=(0, 2))
    share = ratio(share, share.sum(0, keepdims=True), otherwise=0.0)  # (catchment, status)
    rates: dict[str, xr.DataArray] = {}
    said: tuple[Assumption, ...] = (*record.assumptions, Assumption(RATES_PER))
    for flow, multiple in (("arrivals", scenario.arrivals), ("departures", scenario.departures)):
        counted = dense(moves, flow, coords).values
        counted[~np.isin(years, moves[YEAR].unique())] = np.nan
        of_area = at_risk.sum(1, keepdims=True) * share[None, :, None]
        found = flow_rates(
            counted,
            at_risk if flow == "departures" else of_area,
            labels,
            last=inputs.base_year,
            draws=scenario.draws,
            rng=scenario.streams[f"migration {flow}"],
        )
        factor = found.paths(horizon, scenario.draws, share.shape, scenario.streams[f"migration {flow}, ahead"])
        if flow == "arrivals":
            rate = _times(found.pattern, factor * share[None, :, :, None], multiple)
        else:
            pattern = with_return_flow(found.pattern, area, ages, scenario.return_flow)
            room, usual = room_to_leave(inputs, ages), np.median(factor, axis=-1, keepdims=True)
            refuse_emptied(_times(found.pattern, usual), _times(pattern, usual, multiple), room, future, scenario)
            rate, told = bounded(_times(pattern, factor, multiple), room, future, area)
            said += told
        rates[flow] = xr.DataArray(rate, future, (*future, DRAW))
    return MigrationProjection(area, scenario, rates["arrivals"], rates["departures"], said)


def _times(pattern: Floats, factor: Floats, multiple: float = 1.0) -> npt.NDArray[np.float32]:
    """Return rates, (year, catchment, age, status, draw), of (age, status) and (year, catchment, status, draw)."""
    return (pattern[None, None, ..., None] * (factor * multiple)[:, :, None]).astype(np.float32)


def with_return_flow(pattern: Floats, area: StudyArea, ages: list[int], multiple: float) -> Floats:
    """Return departures by age with those at the end of a stage multiplied, as far as they exceed their neighbors'.

    At the age of entry to the next stage, and to the one after the last, children go back to where they are registered,
    to enter school there. What lies above the mean of the ages before and after is taken for that.

    Parameters
    ----------
    pattern : (age, status), departures per child
    area : StudyArea
        The first status is registered here and returns nowhere; of a single status all may.
    ages : list of int
    multiple : float
        1 leaves the pattern as it is, 0 smooths it.
    """
    out = pattern.copy()
    for age in return_ages(area):
        at = ages.index(age) if age in ages else 0
        if 0 < at < len(ages) - 1:
            usual = (pattern[at - 1] + pattern[at + 1]) / 2
            extra = np.maximum(pattern[at] - usual, 0.0)
            extra[: len(area.statuses) > 1] = 0.0
            out[at] = pattern[at] + (multiple - 1) * extra
    return out


def return_ages(area: StudyArea) -> list[int]:
    """Return the ages at which a child who finished a stage enters the next, here or where it is registered."""
    last = area.stages[-1]
    return [*(stage.entry_age for stage in area.stages[1:]), last.age(last.grades[-1]) + 1]


def _cohorts(inputs: Inputs, coords: dict[str, Any]) -> Floats:
    """Return the children who may move, (year, catchment, age, status): a year younger, a year ago.

    Young children are counted with those whom the record misses (see `recorded_share`).
    """
    assert inputs.children is not None
    years, ages = coords[YEAR], coords[AGE]
    before = {**coords, YEAR: [year - 1 for year in years], AGE: [age - 1 for age in ages]}
    at_risk = dense(inputs.children, "children", before, absent=0.0).values
    known = np.isin(before[YEAR], inputs.children[YEAR].unique())
    at_risk[~known] = np.nan
    if ages[0] == 0:
        at_risk[:, :, 0] = dense(births_on_record(inputs), "births", {d: coords[d] for d in coords if d != AGE}).values
    share = recorded_share(inputs).sel({"measure": "share"}).reindex({AGE: before[AGE]}, fill_value=1.0)
    return np.asarray(at_risk / share.values)
