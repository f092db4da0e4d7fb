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
from seatcast.demography.births import births_on_record
from seatcast.demography.recording import recorded_share
from seatcast.demography.shocks import shock_paths, without_chance
from seatcast.inputs.read import Inputs, MissingTableError
from seatcast.language import _, clauses

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = npt.NDArray[np.float64]

HALF_LIFE = 4.0  # years: older flows weigh less, since families follow the work of today
CATCHMENT_PRIOR = 60.0  # moves: a catchment with fewer is drawn towards the area's rate
PRIOR_SPREAD = 0.25
"""Of a year's flow, common to the area. Calm records understate it: England's authorities together were off by 2.7
percent of primary pupils three years ahead when migration turned (DfE school places scorecard 2018/19)."""
LOCAL_SPREAD = 0.10
"""Of a year's flow, one catchment's own."""


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
    """

    topic: ClassVar[str] = "migration"
    area: StudyArea
    scenario: Scenario
    arrivals: xr.DataArray
    departures: xr.DataArray

    def __post_init__(self) -> None:
        for field in ("arrivals", "departures"):
            rates = labelled(getattr(self, field), YEAR, CATCHMENT, AGE, STATUS, DRAW, unit="per child")
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
        return Summary(sentence, first)

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

    The rates of the record are pooled over years (half-life four years) by age and status. A catchment's own level
    of departures is joined with the area's (a gamma prior of 60 moves); of the arrivals it keeps its own share. Each
    future year multiplies them by a factor common to the area, one a flow and status, autoregressive (see
    `shock_paths`), so that grades and catchments move together; and by one of the catchment's own, as far as its
    record deviates by more than chance.

    Parameters
    ----------
    inputs : Inputs
        With migration and children; a flow's rate is per child of the cohort at the start of its year.
    scenario : Scenario
        `arrivals` and `departures` multiply the rates.

    Returns
    -------
    MigrationProjection
        The years after the record, to the horizon.

    Raises
    ------
    MissingTableError
        Without migration or children.
    """
    if inputs.migration is None or inputs.children is None:
        raise MissingTableError(
            _("project_migration needs the tables migration and children; forecast from rolls does without them.")
        )
    area = inputs.area
    ages = sorted(int(age) for age in inputs.children[AGE].unique())
    years = sorted(int(year) for year in inputs.migration[YEAR].unique())
    statuses = [status.status for status in area.statuses]
    coords: dict[str, Any] = {YEAR: years, CATCHMENT: area.catchments.index, AGE: ages, STATUS: statuses}
    at_risk = _cohorts(inputs, coords)
    weight = 0.5 ** ((years[-1] - np.array(years)) / HALF_LIFE)
    horizon = scenario.horizon or inputs.horizon
    future = {**coords, YEAR: list(range(inputs.base_year + 1, inputs.base_year + 1 + horizon))}
    rates = {}
    for flow, multiple in (("arrivals", scenario.arrivals), ("departures", scenario.departures)):
        moves = np.nan_to_num(dense(inputs.migration, flow, coords).values)
        known = np.isfinite(at_risk) if flow == "departures" else np.isfinite(at_risk).all(1, keepdims=True)
        base = at_risk if flow == "departures" else np.repeat(at_risk.sum(1, keepdims=True), len(area.catchments), 1)
        base = np.where(known, base, 0.0)
        moves = np.where(known, moves, 0.0)
        in_area = base if flow == "departures" else base[:, :1]
        schedule = ratio(
            np.einsum("y,yzas->as", weight, moves), np.einsum("y,yzas->as", weight, in_area), otherwise=0.0
        )
        level = schedule if flow == "departures" else schedule / len(area.catchments)
        expected = base * level
        seen, due = (np.einsum("y,yzas->zs", weight, x) for x in (moves, expected))
        own = (
            (seen + CATCHMENT_PRIOR) / (due + CATCHMENT_PRIOR)
            if flow == "departures"
            else ratio(seen, due, otherwise=0.0)
        )
        deviation = ratio(moves.sum((1, 2)), (expected * own[None, :, None, :]).sum((1, 2)), otherwise=np.nan)
        record = without_chance(
            np.log(np.where(deviation > 0, deviation, np.nan)), 1 / np.maximum(moves.sum((1, 2)), 1.0)
        )
        rng = scenario.streams[f"migration {flow}"]
        factor = shock_paths(record, horizon, scenario.draws, rng, prior_spread=PRIOR_SPREAD) * multiple
        local = _local_factors(
            moves,
            expected * own[None, :, None, :] * np.exp(np.nan_to_num(record))[:, None, None],
            factor,
            scenario.streams[f"migration {flow}, catchments"],
        )
        rate = (own[:, None, :] * level[None])[None, ..., None] * (factor[:, None] * local)[:, :, None]
        rates[flow] = xr.DataArray(rate.astype(np.float32), future, (*future, DRAW))
    return MigrationProjection(area, scenario, rates["arrivals"], rates["departures"].clip(max=1.0))


def _local_factors(moves: Floats, expected: Floats, factor: Floats, rng: np.random.Generator) -> Floats:
    """Return factors of single catchments, (year, catchment, status, draw): what common shocks leave unexplained.

    The record's deviations are shrunk by the part that Poisson noise alone makes up (`without_chance`).
    """
    seen, due = moves.sum(2), expected.sum(2)
    deviation = np.log((seen + 0.5) / (due + 0.5))
    deviation[due == 0] = np.nan
    record = without_chance(deviation, 1 / (due + 0.5)).reshape(len(deviation), -1)
    years, _, draws = factor.shape
    paths = shock_paths(record, years, draws, rng, prior_spread=LOCAL_SPREAD)
    return np.asarray(paths.reshape(years, *deviation.shape[1:], draws))


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
