"""Questions to who may attend where: schools nobody reaches, catchments without one, links that lead nowhere."""

from __future__ import annotations

import pandas as pd

from seatcast.core.study_area import StudyArea
from seatcast.inputs.bureau import Bureau
from seatcast.inputs.convert import Typed, has
from seatcast.inputs.schema import Problem, did_you_mean
from seatcast.language import _, join


def check_reach(tables: dict[str, Typed], bureau: Bureau, problems: list[Problem]) -> None:
    """Ask what can be asked of the tables alone; see `check_unreached` for reach that was worked out."""
    _reach(tables, problems)
    _ranks(tables.get("serves"), problems)
    _feeds(tables, bureau, problems)


def check_unreached(area: StudyArea, schools: Typed, seats: pd.DataFrame, problems: list[Problem]) -> None:
    """Find public schools with seats, and with a place, that no catchment reaches where reach was worked out."""
    last = seats[seats["year"] == seats.groupby("school")["year"].transform("max")]
    taught = set(zip(last["school"], last["stage"], strict=True))
    reached = set(zip(area.reach["school"], area.reach["stage"], strict=True))
    rows = dict(zip(schools.frame["school"], schools.frame.index, strict=True))
    public = area.public
    placed = public["catchment"].notna() | (public["lon"].notna() & public["lat"].notna())
    for school, stages in public["stages"][placed].items():
        for stage in stages:
            if (school, stage) in taught and (school, stage) not in reached:
                found = _unreached(str(school), stage)
                rule = _(
                    "without the table `serves` a school is open to its own catchment and those within travel_limit"
                )
                remedy = _("give it a catchment, check lon and lat, raise travel_limit, or add the table `serves`")
                problems.append(schools.problem("school", [int(rows[school])], found, rule, remedy))


def _unreached(school: str, stage: str) -> str:
    return _("no catchment reaches school {school} for the stage {stage}").format(school=school, stage=stage)


def _reach(tables: dict[str, Typed], problems: list[Problem]) -> None:
    serves, schools, catchments, seats = (tables.get(n) for n in ("serves", "schools", "catchments", "seats"))
    if serves is None or schools is None or not has(serves, "catchment", "school", "stage"):
        return
    if not has(schools, "school", "sector", "stages"):
        return
    rows = serves.frame
    sector = schools.frame.set_index("school")["sector"]
    private = rows["school"].map(sector[~sector.index.duplicated()]) == "private"
    if private.any():
        rule = _("`serves` lists public schools; the others are chosen freely")
        found = _("school {school} is private").format(school=rows["school"][private].iloc[0])
        problems.append(serves.problem("school", rows.index[private], found, rule))
    covered = set(rows["stage"])
    reached = set(zip(rows["school"][~private], rows["stage"][~private], strict=True))
    home = schools.frame["catchment"].notna() if "catchment" in schools.frame else schools.frame["school"].isna()
    placed = schools.frame[home & (schools.frame["sector"] == "public")]
    for row, school, stages in zip(placed.index, placed["school"], placed["stages"], strict=True):
        for stage in stages:
            if stage in covered and (school, stage) not in reached:
                found = _unreached(school, stage)
                remedy = _("add it to `serves`, or leave its catchment empty if it is open to the whole area")
                problems.append(schools.problem("school", [int(row)], found, remedy=remedy))
    if catchments is not None and has(catchments, "catchment"):
        for stage in sorted(covered):
            served = set(rows["catchment"][rows["stage"] == stage])
            lacking = [c for c in catchments.frame["catchment"] if c not in served]
            if lacking:
                found = _("no school of the stage {stage} serves catchment {catchment}").format(
                    stage=stage, catchment=join([str(c) for c in lacking[:5]])
                )
                rule, remedy = _("each catchment reaches a school"), _("add a row, or let a school of it feed one")
                problems.append(serves.problem("catchment", [], found, rule, remedy))
    if seats is not None and has(seats, "school", "stage"):
        seated = set(zip(seats.frame["school"], seats.frame["stage"], strict=True))
        for school, stage in sorted(reached - seated):
            found = _("school {school} has no seats for the stage {stage}").format(school=school, stage=stage)
            rule = _("a school that catchments reach has a row of seats")
            remedy = _("add the row, 0 where there are none yet, or take the school out of `serves`")
            problems.append(seats.problem("school", [], found, rule, remedy))


def _ranks(serves: Typed | None, problems: list[Problem]) -> None:
    if serves is None or not has(serves, "rank"):
        return
    blank = serves.frame["rank"].isna()
    if blank.any() and not blank.all():
        found, rule = _("the cell is empty"), _("ranks are given in every row, or in none and follow from the ways")
        problems.append(serves.problem("rank", serves.frame.index[blank], found, rule))


def _feeds(tables: dict[str, Typed], bureau: Bureau, problems: list[Problem]) -> None:
    """Find feeder links to schools that are not there, private, or of no later stage."""
    schools = tables.get("schools")
    if schools is None or not has(schools, "feeds", "school", "stages", "sector"):
        return
    order = [stage.stage for stage in bureau.stages]
    by_school = schools.frame.drop_duplicates("school").set_index("school")
    for row, school, goals, stages in zip(
        schools.frame.index, schools.frame["school"], schools.frame["feeds"], schools.frame["stages"], strict=True
    ):
        for goal in goals:
            if goal not in by_school.index:
                found = _("'{value}' is not in the table of schools").format(value=goal)
                problems.append(
                    schools.problem("feeds", [int(row)], found, remedy=did_you_mean(goal, list(by_school.index)))
                )
                continue
            last = max((order.index(stage) for stage in stages if stage in order), default=0)
            later = [stage for stage in by_school["stages"][goal] if stage in order and order.index(stage) > last]
            if not later or by_school["sector"][goal] == "private":
                found = _("school {school} feeds {goal}, which teaches no later stage or is private").format(
                    school=school, goal=goal
                )
                rule = _("leavers go to a public school of a later stage: {stages}").format(
                    stages=join(order[last + 1 :])
                )
                problems.append(schools.problem("feeds", [int(row)], found, rule))
