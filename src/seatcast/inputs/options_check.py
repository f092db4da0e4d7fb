"""Questions to the table of options: what each kind must name, and whether it fits the schools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from seatcast.inputs.bureau import Bureau
from seatcast.inputs.keys import BUREAU_FILE
from seatcast.inputs.plan_tables import OPTION_NEEDS
from seatcast.inputs.schema import Problem, did_you_mean
from seatcast.language import _

if TYPE_CHECKING:
    from seatcast.inputs.convert import Typed

_BRINGS_ITS_STAGE = ("new_school", "nine_year")


def check_options(tables: dict[str, Typed], bureau: Bureau, problems: list[Problem]) -> None:
    """Find options that name too little, the wrong kind of school, or other options that do not exist."""
    options, schools = tables.get("options"), tables.get("schools")
    if options is None or options.frame.empty or "option" not in options.frame:
        return
    if not bureau.money_unit:
        found = _("the unit of money is missing")
        problems.append(Problem(BUREAU_FILE, "money.unit", (), found, _("options state their cost in it")))
    known = set(options.frame["option"].dropna())
    by_school = None
    if schools is not None and {"school", "sector", "stages"} <= set(schools.frame):
        by_school = schools.frame.drop_duplicates("school").set_index("school")
    for row, option in options.frame.iterrows():
        at = [int(str(row))]
        _links(options, at, option, known, problems)
        kind = str(option.get("kind"))
        for name in OPTION_NEEDS.get(kind, ()):
            if name not in options.faults and (name not in option or pd.isna(option[name])):
                found = _("it is empty for an option of the kind {kind}").format(kind=kind)
                problems.append(options.problem(name, at, found, _("such an option needs it")))
        school = option.get("school")
        if by_school is not None and kind in OPTION_NEEDS and school in by_school.index:
            _school(options, at, option, by_school.loc[school], problems)


def _links(options: Typed, at: list[int], option: pd.Series, known: set[str], problems: list[Problem]) -> None:
    for name in ("excludes", "requires"):
        for other in option.get(name, ()):
            if other == option["option"]:
                problems.append(options.problem(name, at, _("the option names itself")))
            elif other not in known:
                found = _("'{value}' is not an option").format(value=other)
                problems.append(options.problem(name, at, found, remedy=did_you_mean(other, sorted(known))))


def _school(options: Typed, at: list[int], option: pd.Series, school: pd.Series, problems: list[Problem]) -> None:
    kind, name = str(option["kind"]), option["school"]
    private = school["sector"] == "private"
    if private != (kind == "purchase"):
        found = _("school {school} is private") if private else _("school {school} is public")
        rule = _("seats are bought at a private school; every other option concerns a public one")
        problems.append(options.problem("school", at, found.format(school=name), rule))
    stage = option.get("from_stage") if kind == "convert" else option.get("stage")
    # An option that needs another first may build on the stage which that one brings.
    if (
        kind not in _BRINGS_ITS_STAGE
        and not option.get("requires")
        and isinstance(stage, str)
        and stage not in school["stages"]
    ):
        found = _("school {school} does not teach the stage {stage}").format(school=name, stage=stage)
        problems.append(options.problem("from_stage" if kind == "convert" else "stage", at, found))
