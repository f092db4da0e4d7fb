"""Children who seek a public seat, by catchment, grade and tier of the order of admission."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.core.admission import claim_shares, claims_of
from seatcast.core.labels import AGE, CATCHMENT, DRAW, GRADE, SCHOOL, STAGE, STATUS, TIER, YEAR, labelled
from seatcast.core.result import Result, Summary, quantile_frame
from seatcast.core.scenario import Scenario
from seatcast.core.study_area import StudyArea
from seatcast.demography.cohort_component import ChildPopulation
from seatcast.enrollment.bureau_rolls import roll_groups, with_record
from seatcast.enrollment.participation import enrolled_share
from seatcast.enrollment.rolls import EnrollmentForecast
from seatcast.inputs.read import Inputs, MissingTableError
from seatcast.language import _, clauses

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class EnrollmentDemand(Result):
    """Children seeking a public seat.

    Attributes
    ----------
    area : StudyArea
    scenario : Scenario
    pupils : DataArray (year, catchment, grade, tier, draw), children
        From the year of record on. The coordinates `order` and `status` ride on `tier`.
    basis : {"children", "rolls"}
        Whether it follows the children who live in a catchment, or the pupils of the schools that serve it; the
        latter have a place already, so what is short then is seats, not children's chances.
    """

    topic: ClassVar[str] = "demand"
    area: StudyArea
    scenario: Scenario
    pupils: xr.DataArray
    basis: Literal["children", "rolls"] = "children"

    def __post_init__(self) -> None:
        pupils = labelled(self.pupils, YEAR, CATCHMENT, GRADE, TIER, DRAW, unit="children")
        object.__setattr__(self, "pupils", pupils)

    @property
    def base_year(self) -> int:
        """The year of record, the first of `pupils`."""
        return int(self.pupils[YEAR].values[0])

    @property
    def title(self) -> str:
        """What it counts, in the language in force."""
        by_basis = {"children": _("Children seeking a public seat"), "rolls": _("Pupils of the schools in place")}
        return by_basis[self.basis]

    def replace(self, **changes: Any) -> EnrollmentDemand:
        """Return the demand with some parts changed."""
        return replace(self, **changes)

    def by_stage(self) -> xr.DataArray:
        """Return the children by stage instead of grade: (year, catchment, stage, tier, draw)."""
        return sum_grades_to_stages(self.pupils, self.area)

    def to_frame(self) -> pd.DataFrame:
        """Return by year, catchment, stage and status: expected children and quantiles."""
        by_status = self.by_stage().groupby(STATUS).sum(TIER)
        return quantile_frame(by_status.transpose(YEAR, CATCHMENT, STAGE, STATUS, DRAW))

    def totals(self) -> pd.DataFrame:
        """Return by year and stage for the whole area: expected children and quantiles."""
        return quantile_frame(self.by_stage().sum([CATCHMENT, TIER]).transpose(YEAR, STAGE, DRAW))

    def summary(self) -> Summary:
        """Return the peak of each stage."""
        totals = self.totals()
        peaks = totals.loc[totals.groupby(STAGE, sort=False)["mean"].idxmax()]
        said = [
            _("{stage}: most in {year}, {number:,.0f} children (80% interval {low:,.0f} to {high:,.0f})").format(
                stage=self.area.stage(row[STAGE]).label,
                year=row[YEAR],
                number=row["mean"],
                low=row["q10"],
                high=row["q90"],
            )
            for row in peaks.to_dict("records")
        ]
        return Summary(self.title + _(". ") + clauses(said) + _("."), totals, self.definition_note())

    def plot(self, ax: Axes | None = None, *, stage: str | None = None) -> Axes:
        """Draw the fan of a stage's demand (the first stage, unless named)."""
        from seatcast import charts

        chosen = self.area.stage(stage or self.area.stages[0].stage)
        draws = self.by_stage().sel({STAGE: chosen.stage}).sum([CATCHMENT, TIER])
        return charts.fan(draws, ax=ax, title=_("{what}, {stage}").format(what=self.title, stage=chosen.label))


def sum_grades_to_stages(by_grade: xr.DataArray, area: StudyArea) -> xr.DataArray:
    """Return counts by grade summed to the stages that have any, which take the place of the grades."""
    here = {stage.stage: [g for g in by_grade[GRADE].values if g in stage.grades] for stage in area.stages}
    parts = {stage: by_grade.sel({GRADE: grades}).sum(GRADE) for stage, grades in here.items() if grades}
    summed = xr.concat(list(parts.values()), pd.Index(list(parts), name=STAGE))
    return summed.transpose(*(STAGE if dim == GRADE else dim for dim in by_grade.dims)).assign_attrs(unit="children")


def project_demand(inputs: Inputs, source: ChildPopulation | EnrollmentForecast) -> EnrollmentDemand:
    """Return the children who seek a public seat.

    From children: those of the grade's age, times the share of them that is enrolled (by grade and status, from
    the record), times the share that seeks a public seat, divided into the tiers of the order of admission.
    From rolls, where children by catchment are not known: the pupils of the schools, counted in the catchment that
    their school serves first, by status as `forecast_groups` divides them; schools that serve no catchment are left
    out.

    Parameters
    ----------
    inputs : Inputs
    source : ChildPopulation or EnrollmentForecast

    Returns
    -------
    EnrollmentDemand
        With the year of record first.

    Examples
    --------
    From the schools' rolls alone::

        inputs, scenario = seatcast.load_example(), seatcast.Scenario(draws=100)
        seatcast.project_demand(inputs, seatcast.project_rolls(inputs, scenario)).to_frame()

    Raises
    ------
    MissingTableError
        If children of some ages of a stage are not known.
    ValueError
        If no school of the rolls serves a catchment.
    """
    if isinstance(source, ChildPopulation):
        return _demand_of_children(inputs, source)
    return _demand_of_rolls(inputs, source)


def _demand_of_children(inputs: Inputs, children: ChildPopulation) -> EnrollmentDemand:
    area, scenario = inputs.area, children.scenario
    shares = enrolled_share(inputs, scenario)
    seeking = {s.status: min(area.seeking[s.status] * scenario.participation, 1.0) for s in area.statuses}
    ages = {grade: stage.age(grade) for stage in area.stages for grade in stage.grades}
    known = [grade for grade, age in ages.items() if age in children.children[AGE].values]
    for stage in area.stages:
        if 0 < len(set(stage.grades) & set(known)) < len(stage.grades):
            said = _("The stage {stage} needs children of the ages {first} to {last}; add the ages that are missing.")
            first, last = stage.age(stage.grades[0]), stage.age(stage.grades[-1])
            raise MissingTableError(said.format(stage=stage.label, first=first, last=last))
    source = children.children
    tiers, claims = _claims(area, scenario, source[YEAR].values.tolist(), known)
    shape = (source.sizes[YEAR], source.sizes[CATCHMENT], len(known), len(tiers), source.sizes[DRAW])
    pupils = np.empty(shape, np.float32)
    for k, grade in enumerate(known):
        for q, tier in enumerate(tiers.to_dict("records")):
            of_age = source.sel({AGE: ages[grade], STATUS: tier[STATUS]}).values
            enrolled = shares.sel({GRADE: grade, STATUS: tier[STATUS]}).values
            claimed = (np.float32(seeking[tier[STATUS]]) * claims[:, k, q])[:, None, None]
            pupils[:, :, k, q] = of_age * enrolled * claimed
    coords = {YEAR: source[YEAR], CATCHMENT: source[CATCHMENT], GRADE: known, **tier_coords(tiers)}
    return EnrollmentDemand(area, scenario, xr.DataArray(pupils, coords, (YEAR, CATCHMENT, GRADE, TIER, DRAW)))


def _demand_of_rolls(inputs: Inputs, rolls: EnrollmentForecast) -> EnrollmentDemand:
    area, scenario = inputs.area, rolls.scenario
    by_status = with_record(inputs, roll_groups(inputs, rolls))
    draws = rolls.draws
    zoned = area.reach[area.reach["rank"] == 1].drop_duplicates([SCHOOL, STAGE])
    serves = zoned.set_index([SCHOOL, STAGE])[CATCHMENT]
    stages = pd.Series(draws[GRADE].values).map(area.stage_of)
    home = serves.reindex(pd.MultiIndex.from_arrays([draws[SCHOOL].values, stages])).to_numpy()
    placed = pd.notna(home)
    if not placed.any():
        raise ValueError(_("No school of the rolls serves a catchment; give the table serves, or schools.catchment."))
    zones = area.catchments.index
    grades = [grade for grade in area.grades if grade in draws[GRADE].values[placed]]
    tiers, claims = _claims(area, scenario, by_status[YEAR].values.tolist(), grades)
    pupils = np.zeros((by_status.sizes[YEAR], len(zones), len(grades), len(tiers), draws.sizes[DRAW]), np.float32)
    at_zone = zones.get_indexer(pd.Index(home[placed]))
    at_grade = pd.Index(grades).get_indexer(pd.Index(draws[GRADE].values[placed]))
    for q, tier in enumerate(tiers.to_dict("records")):
        counts = by_status.sel({STATUS: tier[STATUS]}).values[:, placed]
        counts = counts * (np.float32(scenario.participation) * claims[:, at_grade, q])[:, :, None]
        np.add.at(pupils[:, :, :, q], (slice(None), at_zone, at_grade), counts)  # type: ignore[arg-type]
    coords = {YEAR: by_status[YEAR], CATCHMENT: zones, GRADE: grades, **tier_coords(tiers)}
    array = xr.DataArray(pupils, coords, (YEAR, CATCHMENT, GRADE, TIER, DRAW))
    return EnrollmentDemand(area, scenario, array, basis="rolls")


def _claims(
    area: StudyArea, scenario: Scenario, years: list[int], grades: list[int]
) -> tuple[pd.DataFrame, npt.NDArray[np.float32]]:
    """Return the claims of the order of admission, and their shares in their status, (year, grade, tier)."""
    rules = area.rules_in_force(equal=scenario.admission == "equal")
    return claims_of(rules), claim_shares(rules, years, area.years_since_entry(grades)).values


def tier_coords(tiers: pd.DataFrame) -> dict[str, Any]:
    """Return the coordinates of the dimension `tier`: labels, order and status of the claims."""
    return {
        TIER: tiers["tier"].to_list(),
        "order": (TIER, tiers["order"].to_numpy(np.int64)),
        STATUS: (TIER, tiers[STATUS].to_list()),
    }
