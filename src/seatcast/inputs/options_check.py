"""Questions to the table of options: what each kind must name, and whether it fits the schools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from seatcast.inputs.bureau import Bureau
from seatcast.inputs.keys import BUREAU_FILE
from seatcast.inputs.plan_tables import OF_PRIVATE_SCHOOLS, OPTION_NEEDS
from seatcast.inputs.schema import Problem, did_you_mean
from seatcast.language import _

if TYPE_CHECKING:
    from seatcast.inputs.convert import Typed

_BRINGS_ITS_STAGE = ("new_school", "nine_year", "takeover", "boarding")
_ROUND_OFF = 1e-6


def check_options(tables: dict[str, Typed], bureau: Bureau, problems: list[Problem]) -> None:
    """Find options that name too little, the wrong kind of school, or other options that do not exist."""
    options, schools = tables.get("options"), tables.get("schools")
    if options is None or options.frame.empty or "option" not in options.frame:
        return
    if not bureau.money_unit:
        found = _("the unit of money is missing")
        problems.append(Problem(BUREAU_FILE, "money.unit", (), found, _("options state their cost in it")))
    known = set(options.frame["option"].dropna())
    catchments = _ids(tables.get("catchments"), "catchment")
    by_school = None
    if schools is not None and {"school", "sector", "stages"} <= set(schools.frame):
        by_school = schools.frame.drop_duplicates("school").set_index("school")
    for row, option in options.frame.iterrows():
        at = [int(str(row))]
        _links(options, at, option, known, problems)
        _spread(options, at, option, problems)
        _several(options, at, option, catchments, problems)
        kind = str(option.get("kind"))
        for name in OPTION_NEEDS.get(kind, ()):
            if name not in options.faults and _is_empty(option.get(name)):
                found = _("it is empty for an option of the kind {kind}").format(kind=kind)
                problems.append(options.problem(name, at, found, _("such an option needs it")))
        if by_school is None or kind not in OPTION_NEEDS:
            continue
        for name in ("school", "to_school"):
            if option.get(name) in by_school.index:
                _school(options, at, option, name, by_school.loc[option[name]], problems)


def _ids(table: Typed | None, column: str) -> list[str] | None:
    return None if table is None or column not in table.frame else list(table.frame[column].dropna().unique())


def _is_empty(value: object) -> bool:
    return not value if isinstance(value, tuple) else bool(pd.isna(value))  # type: ignore[call-overload]


def _links(options: Typed, at: list[int], option: pd.Series, known: set[str], problems: list[Problem]) -> None:
    for name in ("excludes", "requires"):
        for other in option.get(name, ()):
            if other == option["option"]:
                problems.append(options.problem(name, at, _("the option names itself")))
            elif other not in known:
                found = _("'{value}' is not an option").format(value=other)
                problems.append(options.problem(name, at, found, remedy=did_you_mean(other, sorted(known))))
    for both in sorted(set(option.get("excludes", ())) & set(option.get("requires", ()))):
        found = _("it excludes {other} and requires it").format(other=both)
        problems.append(options.problem("requires", at, found, remedy=_("keep one of the two")))


def _spread(options: Typed, at: list[int], option: pd.Series, problems: list[Problem]) -> None:
    given = option.get("spread", ())
    if not given:
        return
    rule = _("shares of the cost are 0 or more and add up to 1, such as 0.3;0.7")
    try:
        shares = [float(part) for part in given]
    except ValueError:
        problems.append(options.problem("spread", at, f"'{';'.join(given)}'", rule))
        return
    if min(shares) < 0 or abs(sum(shares) - 1) > _ROUND_OFF:
        found = _("the shares add up to {sum:g}").format(sum=sum(shares)) if min(shares) >= 0 else ";".join(given)
        problems.append(options.problem("spread", at, found, rule))


def _several(
    options: Typed, at: list[int], option: pd.Series, catchments: list[str] | None, problems: list[Problem]
) -> None:
    named = option.get("catchments", ())
    for catchment in named:
        if catchments is not None and catchment not in catchments:
            found = _("'{value}' is not a catchment of the study area").format(value=catchment)
            problems.append(options.problem("catchments", at, found, remedy=did_you_mean(catchment, catchments)))
    if option.get("kind") == "pool" and len(set(named)) == 1:
        found = _("{catchment} alone shares no school").format(catchment=named[0])
        problems.append(options.problem("catchments", at, found, _("two or more are named, joined by ;")))


def _school(
    options: Typed, at: list[int], option: pd.Series, column: str, school: pd.Series, problems: list[Problem]
) -> None:
    kind, name = str(option["kind"]), option[column]
    private = school["sector"] == "private"
    if private != (kind in OF_PRIVATE_SCHOOLS) and school["sector"] != "purchased":
        found = _("school {school} is private") if private else _("school {school} is public")
        rule = _("seats are bought at private schools, which can be made public; other options concern public schools")
        problems.append(options.problem(column, at, found.format(school=name), rule))
    if column == "to_school" and name == option.get("school"):
        found = _("a school cannot be merged into itself")
        problems.append(options.problem(column, at, found))
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
