"""Questions that cross rows and tables, one function each."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import prod

import pandas as pd

from seatcast.inputs.admission_check import check_admission
from seatcast.inputs.bureau import Bureau
from seatcast.inputs.convert import Typed, has
from seatcast.inputs.events_check import check_events
from seatcast.inputs.keys import BUREAU_FILE
from seatcast.inputs.options_check import check_options
from seatcast.inputs.people_check import check_people
from seatcast.inputs.reach_check import check_reach
from seatcast.inputs.schema import Problem
from seatcast.language import _, join, n_

Tables = dict[str, Typed]

_YEARLY = ("enrollment", "children", "births", "migration", "transitions", "budget")
_COMPLETE = ("enrollment", "children", "births", "migration")


def check_together(tables: Tables, bureau: Bureau, unreadable: set[str], problems: list[Problem]) -> None:
    """Ask every question that needs more than one row or table; faulty columns are left alone."""
    if not {"enrollment", "children"} & (set(tables) | unreadable):
        found = _("neither enrollment nor children are given")
        problems.append(Problem(BUREAU_FILE, "tables", (), found, _("a forecast needs one of them")))
    for name in _YEARLY:
        _gaps(tables.get(name), problems)
    names = _names(tables, bureau)
    for name in _COMPLETE:
        _absent_rows(tables.get(name), names, problems)
    check_people(tables, problems)
    _amount_of_seats(tables.get("seats"), problems)
    _stages_of_schools(tables, bureau, problems)
    _taught(tables, bureau, problems)
    check_reach(tables, bureau, problems)
    check_admission(tables, bureau, problems)
    _open(tables, problems)
    check_options(tables, bureau, problems)
    check_events(tables, problems)


def _gaps(typed: Typed | None, problems: list[Problem]) -> None:
    if typed is None or not has(typed, "year") or typed.frame.empty:
        return
    years = set(typed.frame["year"].astype(int))
    absent = [year for year in range(min(years), max(years)) if year not in years]
    if absent:
        found = n_(
            "the year {years} is missing between {first} and {last}",
            "the years {years} are missing between {first} and {last}",
            len(absent),
        ).format(years=join([str(year) for year in absent]), first=min(years), last=max(years))
        rule = _("years follow one another")
        remedy = _("add them, or name them as `unknown_years` in bureau.toml")
        problems.append(typed.problem("year", [], found, rule, remedy))


def _names(tables: Tables, bureau: Bureau) -> dict[str, list[str]]:
    """Return the places and statuses of which a complete table speaks."""
    names = {"status": [status.status for status in bureau.statuses]}
    catchments = tables.get("catchments")
    if catchments is not None:
        for name in ("catchment", "district"):
            if name in catchments.frame:
                names[name] = list(catchments.frame[name].dropna().unique())
    return names


def _absent_rows(typed: Typed | None, names: dict[str, list[str]], problems: list[Problem]) -> None:
    """Each place, age and status of a table has a row in every year; of the rolls, each status of a grade taught."""
    if typed is None or typed.faults or typed.frame.empty:
        return
    key = [name for name in typed.table.key if name in typed.frame and name != "vintage"]
    if "vintage" in typed.frame:  # a revision may concern some places alone
        typed = replace(typed, frame=typed.frame.drop_duplicates(key))
    # Rolls are complete by status alone; births of places and of their districts stand side by side.
    both = ["catchment", "district"] if {"catchment", "district"} <= set(key) else []
    fixed = ["year", "school", "grade"] if typed.table.name == "enrollment" else both
    free = [name for name in key if name not in fixed]
    if not free or not set(fixed) <= set(key) or typed.frame[key].duplicated().any():
        return
    levels = [names.get(name) or list(pd.unique(typed.frame[name])) for name in free]
    groups = typed.frame[fixed].drop_duplicates() if fixed else pd.DataFrame(index=[0])
    if len(groups) * prod(map(len, levels)) == len(typed.frame):
        return
    wanted = groups.merge(pd.DataFrame(list(product(*levels)), columns=free), how="cross")[key]
    absent = wanted.merge(typed.frame[key], how="left", indicator=True).query("_merge == 'left_only'")
    if absent.empty:
        return
    first = absent[key].iloc[0]
    what = join([f"{typed.shown.get(name, name)} {first[name]}" for name in key])
    others = len(absent) - 1
    if others:
        found = n_(
            "there is no row for {what}, nor for {n} other",
            "there is no row for {what}, nor for {n} others",
            others,
        ).format(what=what, n=others)
    else:
        found = _("there is no row for {what}").format(what=what)
    columns = ", ".join(typed.shown.get(name, name) for name in key)
    rule = _("unknown is not zero")
    remedy = _("add the row: 0 where there are none, an empty cell where the number is unknown")
    problems.append(Problem(typed.file, columns, (), found, rule, remedy))


def _amount_of_seats(seats: Typed | None, problems: list[Problem]) -> None:
    if seats is None or {"seats", "classes", "class_size"} & seats.faults:
        return
    frame = seats.frame.reindex(columns=["seats", "classes", "class_size"]).astype(float)
    unknown = frame["seats"].isna() & (frame["classes"] * frame["class_size"]).isna()
    if unknown.any():
        rule = _("seats are given, or classes and class_size")
        problems.append(seats.problem("seats", seats.frame.index[unknown], _("the seats are unknown"), rule))


def _stages_of_schools(tables: Tables, bureau: Bureau, problems: list[Problem]) -> None:
    schools = tables.get("schools")
    if schools is None or not has(schools, "stages", "school"):
        return
    known = {stage.stage for stage in bureau.stages}
    for row, stages in schools.frame["stages"].items():
        unknown = [stage for stage in stages if stage not in known]
        if unknown or not stages:
            found = (
                _("'{value}' is not a stage of schooling in bureau.toml").format(value=unknown[0])
                if unknown
                else _("no stage is named")
            )
            remedy = _("known are {names}").format(names=join(sorted(known)))
            problems.append(schools.problem("stages", [int(str(row))], found, remedy=remedy))
            schools.faults.add("stages")


def _taught_pairs(tables: Tables) -> set[tuple[str, str]] | None:
    schools = tables.get("schools")
    if schools is None or not has(schools, "school", "stages"):
        return None
    return {
        (s, stage)
        for s, stages in zip(schools.frame["school"], schools.frame["stages"], strict=True)
        for stage in stages
    }


def _taught(tables: Tables, bureau: Bureau, problems: list[Problem]) -> None:
    """Find stages in rolls, seats and `serves` that the school does not teach."""
    pairs = _taught_pairs(tables)
    if pairs is None:
        return
    schools = {school for school, _stage in pairs}
    for name, column in (("enrollment", "grade"), ("seats", "stage"), ("serves", "stage")):
        typed = tables.get(name)
        if typed is None or not has(typed, "school", column):
            continue
        stages = typed.frame[column].map(bureau.stage_of) if column == "grade" else typed.frame[column]
        frame = pd.DataFrame({"school": typed.frame["school"], "stage": stages})
        for school, stage in frame.dropna().drop_duplicates().itertuples(index=False):
            if school in schools and (school, stage) not in pairs:
                rows = frame.index[(frame["school"] == school) & (frame["stage"] == stage)]
                found = _("school {school} does not teach the stage {stage}").format(school=school, stage=stage)
                remedy = _("add the stage to its `stages`, or delete the rows")
                problems.append(typed.problem(column, rows, found, remedy=remedy))


def _open(tables: Tables, problems: list[Problem]) -> None:
    """No pupils before a school opens or from the year in which it closes."""
    schools, rolls = tables.get("schools"), tables.get("enrollment")
    if schools is None or rolls is None or not has(rolls, "year", "school", "pupils") or not has(schools, "school"):
        return
    by_school = schools.frame.drop_duplicates("school").set_index("school")
    for name in ("opened", "closes"):
        if not has(schools, name):
            continue
        limit = rolls.frame["school"].map(by_school[name])
        shut = rolls.frame["year"] < limit if name == "opened" else rolls.frame["year"] >= limit
        bad = shut & (rolls.frame["pupils"] > 0)
        if bad.any():
            school, year = rolls.frame["school"][bad].iloc[0], int(limit[bad].iloc[0])
            sentence = (
                _("school {school} opens in {year}") if name == "opened" else _("school {school} closes in {year}")
            )
            found = sentence.format(school=school, year=year)
            problems.append(rolls.problem("year", rolls.frame.index[bad], found, _("a closed school has no pupils")))
