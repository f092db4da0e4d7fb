"""The projects of a plan as a table: what each costs, year by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from seatcast.core.labels import STAGE
from seatcast.language import _
from seatcast.planning.options import kind_name
from seatcast.planning.spending import spending
from seatcast.reporting.content import Column, Table

if TYPE_CHECKING:
    from seatcast.planning.plan import Plan


def projects_by_year(plan: Plan) -> Table:
    """Return the projects with what each costs, year by year, as a table that fits a page."""
    area, years = plan.simulation.area, plan.programme.years
    frame = project_frame(plan)
    columns = [Column("number", _("no."), "count"), Column("name", _("project")), Column("place", _("place"))]
    if frame["responsible"].astype(bool).any():
        columns.append(Column("responsible", _("responsible unit")))
    columns += [Column(f"y{year}", str(year), "count") for year in years]
    columns.append(Column("total", _("together"), "count"))
    note = _("Works and service, in the years in which they fall due; negative where money is saved.")
    caption = _("Projects of the plan and their cost by year")
    unit = _("Unit: {money}").format(money=area.money or _("the bureau's unit"))
    return Table("projects", caption, tuple(columns), frame, unit=unit, notes=(note,))


def project_frame(plan: Plan) -> pd.DataFrame:
    """Return a row a project, with what it is, where, and its money in all (`total`) and by year (`y2027`)."""
    area, years = plan.simulation.area, plan.programme.years
    stages = {stage.stage: stage.label for stage in area.stages}
    catchments, schools = area.catchment_names(), area.school_names()
    frame = plan.schedule()
    options = {option.option: option for option in plan.options}
    rows = []
    for number, row in enumerate(frame.to_dict("records"), start=1):
        option = options[row["option"]]
        school, catchment = getattr(option, "school", None), getattr(option, "catchment", None)
        place = schools.get(school) if school is not None else catchments.get(catchment)
        cost = spending(option, int(row["start"]), years).cost
        by_year: dict[str, object] = {f"y{year}": float(of) for year, of in zip(years, cost, strict=True)}
        told: dict[str, object] = {str(column): value for column, value in row.items()}
        named = {"number": number, "kind_name": kind_name(row["kind"]), "stage_name": stages[row[STAGE]]}
        where = {"place": place or "", "responsible": option.unit}
        rows.append({**told, **named, **where, "total": float(cost.sum()), **by_year})
    return pd.DataFrame(rows)
