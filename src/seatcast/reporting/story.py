"""What the sections of a report are written from: the inputs, and the nouns by the part they speak in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd
import xarray as xr

from seatcast.core.labels import CATCHMENT, DRAW, SCHOOL, STAGE, STATUS, TIER, YEAR
from seatcast.core.result import quantile_frame
from seatcast.language import _, join
from seatcast.reporting.cells import school_year
from seatcast.reporting.disclosure import people
from seatcast.seats.allocation import ONE_CHILD
from seatcast.seats.shortfall import Shortfall

if TYPE_CHECKING:
    from seatcast.core.result import Result
    from seatcast.core.scenario import Scenario
    from seatcast.core.study_area import StudyArea
    from seatcast.inputs.read import Inputs

LOW, HIGH = 0.1, 0.9  # the 80 percent interval that the whole report speaks in


@dataclass(frozen=True, eq=False)
class Story:
    """The inputs and the results of a report; sections ask it, and never look further.

    Attributes
    ----------
    inputs : Inputs
    results : dict of str to Result
        By topic.
    """

    inputs: Inputs
    results: dict[str, Result]

    @property
    def area(self) -> StudyArea:
        """The study area."""
        return self.inputs.area

    def get(self, topic: str) -> Any:
        """Return the noun that speaks of `topic`, or None."""
        return self.results.get(topic)

    @property
    def scenario(self) -> Scenario | None:
        """The scenario of the first noun that has one."""
        found = (getattr(result, "scenario", None) for result in self.results.values())
        return next((scenario for scenario in found if scenario is not None), None)

    @property
    def scenario_label(self) -> str:
        """The scenario's name; empty without one."""
        if self.scenario is None:
            return ""
        return _("baseline") if self.scenario.name == "baseline" else self.scenario.name

    @cached_property
    def shortfall(self) -> Shortfall | None:
        """The shortfall, its own or that of the alerts or of the plan's starting point."""
        alerts, plan = self.get("alerts"), self.get("plan") or self.get("simulation")
        found: Shortfall | None = self.get("shortfall")
        if found is None and alerts is not None:
            found = alerts.shortfall
        return found if found is not None or plan is None else plan.before

    @cached_property
    def follows_rolls(self) -> bool:
        """Whether the demand is the pupils of the schools: seats are short then, and no child is said to lack one."""
        demand = self.get("demand")
        if demand is None and self.shortfall is not None:
            demand = self.shortfall.allocation.demand
        return demand is not None and demand.basis == "rolls"

    def by_basis(self, children: str, rolls: str) -> str:
        """Return the sentence for a demand that follows the children, or that for one that follows the rolls."""
        return rolls if self.follows_rolls else children

    def people(self, number: float) -> str:
        """Return a number of children or pupils for a sentence: small ones are hidden, as in the tables."""
        return people(float(number), self.area.smallest)

    @cached_property
    def by_status(self) -> bool:
        """Whether the bureau tells statuses, such as local and migrant, apart."""
        return len(self.area.statuses) > 1

    @property
    def statuses(self) -> dict[str, str]:
        """The statuses' names in the language in force."""
        return {status.status: status.label for status in self.area.statuses}

    @property
    def stages(self) -> dict[str, str]:
        """The stages' names in the language in force."""
        return {stage.stage: stage.label for stage in self.area.stages}

    @cached_property
    def taught(self) -> tuple[str, ...]:
        """The stages that the demand speaks of: a stage without a child or a seat is not written about."""
        if self.shortfall is None:
            return tuple(self.stages)
        demand = self.shortfall.allocation.demand.by_stage().sum([YEAR, CATCHMENT, TIER, DRAW]).to_series()
        seats = self.shortfall.allocation.capacity.seats.sum([YEAR, SCHOOL]).to_series()
        there = set(demand.index[demand + seats.reindex(demand.index, fill_value=0.0) > 0])
        return tuple(stage for stage in self.stages if stage in there)

    @cached_property
    def enrollment(self) -> pd.DataFrame | None:
        """Enrollment with the stage of each grade and the sector of each school."""
        table = self.inputs.enrollment
        if table is None:
            return None
        sector = table["school"].map(self.area.schools["sector"])
        return table.assign(stage=table["grade"].map(self.area.stage_of), sector=sector)

    @cached_property
    def seats(self) -> pd.DataFrame | None:
        """Public seats by year and stage, committed projects included; years of the forecast only."""
        if self.shortfall is None:
            return None
        seats = self.shortfall.allocation.capacity.seats.sum(SCHOOL).transpose(YEAR, STAGE)
        return pd.DataFrame(seats.to_numpy(), seats[YEAR].to_numpy(), list(seats[STAGE].to_numpy()))

    @cached_property
    def years(self) -> list[int]:
        """The years of the forecast, without the year of record."""
        demand = self.get("demand")
        if self.shortfall is not None:
            return [int(year) for year in self.shortfall.seats[YEAR].values[1:]]
        if demand is not None:
            return [int(year) for year in demand.pupils[YEAR].values[1:]]
        return [self.inputs.base_year + ahead for ahead in range(1, self.inputs.horizon + 1)]

    def worst(self) -> tuple[int, str] | None:
        """Return the year and stage in which most children are expected to lack a seat; None if none is."""
        if self.shortfall is None:
            return None
        expected = self.shortfall.seats.sum(CATCHMENT).mean(DRAW).sel({YEAR: self.years}).to_series()
        if expected.max() < ONE_CHILD:
            return None
        year, stage = expected.index[int(expected.argmax())]
        return int(year), str(stage)

    def subtitle(self) -> str:
        """Return from when to when the report speaks, and under which scenario."""
        span = _("School years {first} to {last}; counts of {base}").format(
            first=school_year(self.years[0]), last=school_year(self.years[-1]), base=school_year(self.inputs.base_year)
        )
        if self.scenario is None:
            return span
        return _("{span}; scenario: {scenario}").format(span=span, scenario=self.scenario_label)

    def warnings(self) -> tuple[str, ...]:
        """Return what every face says on top."""
        if not self.area.invented:
            return ()
        said = _(
            "The data of this report are invented. It shows what seatcast does and says nothing about a real place."
        )
        return (said,)


def interval(draws: xr.DataArray) -> pd.DataFrame:
    """Return expected number, low and high (80 percent interval) over the draws, by the other labels.

    Parameters
    ----------
    draws : DataArray (..., draw)
        Summed before: quantiles are never added up.
    """
    frame = quantile_frame(draws.reset_coords(drop=True), (LOW, HIGH))
    return frame.rename(columns={"mean": "expected", "q10": "low", "q90": "high"})


def in_order(frame: pd.DataFrame, story: Story) -> pd.DataFrame:
    """Return rows by stage, in the order of schooling, and year, with the stage's name as `stage_name`."""
    order = {stage: at for at, stage in enumerate(story.stages)}
    kept = frame[frame[STAGE].isin(story.taught)]
    kept = kept.assign(stage_name=kept[STAGE].map(story.stages), stage_order=kept[STAGE].map(order))
    return kept.sort_values(["stage_order", YEAR], kind="stable").reset_index(drop=True)


def statuses_of(array: xr.DataArray) -> xr.DataArray:
    """Return an array by tier summed to statuses."""
    return array.groupby(STATUS).sum(TIER)


def table_names(tables: tuple[str, ...]) -> str:
    """Return the names of input tables as a list inside a sentence."""
    names = {
        "enrollment": _("pupils by school and grade"),
        "children": _("children by catchment and age"),
        "births": _("births by year"),
        "migration": _("arrivals and departures of children"),
        "left_behind": _("children left behind"),
        "housing": _("dwellings completed"),
        "child_yield": _("children to a dwelling"),
        "projection": _("projection of children by others"),
        "women": _("women and their fertility"),
        "transitions": _("children who change status"),
        "serves": _("which schools serve which catchment"),
        "tiers": _("the order of admission"),
        "options": _("options for more seats"),
        "budget": _("the budget"),
        "seats": _("seats of the schools"),
        "catchments": _("catchments"),
        "geometry": _("outlines of the catchments"),
        "schools": _("list of schools"),
    }
    return join([names.get(table, table) for table in tables])
