"""What is wrong with options, start years or a budget: a sentence each, all found before anything is worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from seatcast.core.labels import CATCHMENT, SCHOOL, STAGE, YEAR
from seatcast.core.study_area import StudyArea
from seatcast.language import _
from seatcast.planning.option import Option
from seatcast.planning.options import NewSchool, Purchase
from seatcast.seats.capacity import Capacity


def problems_of_options(options: Sequence[Option], area: StudyArea, capacity: Capacity) -> list[str]:
    """Return what in the options does not fit the study area or its seats."""
    wrong: list[str] = []
    for option in options:
        wrong += _unknown_places(option, area)
        gain, loss = option.gains(), option.gives_up()
        if isinstance(option, NewSchool) and option.option in area.schools.index:
            said = _("option {option}: a school has this id; give the new school another.")
            wrong.append(said.format(option=option.option))
        if gain is not None and gain.school in area.schools.index:
            bought = isinstance(option, Purchase)
            if bought != (area.schools["sector"][gain.school] == "private"):
                said = (
                    _("option {option}: {school} is public; seats are bought in private schools.")
                    if bought
                    else _('option {option}: {school} is private; its seats can only be bought (kind "purchase").')
                )
                wrong.append(said.format(option=option.option, school=gain.school))
        if loss is not None and np.isfinite(loss.seats) and loss.school in capacity.seats[SCHOOL]:
            there = float(capacity.seats.sel({SCHOOL: loss.school}).reindex({STAGE: [loss.stage]}).max())
            if loss.seats > there:
                said = _(
                    "option {option}: {seats:.0f} seats leave the stage {stage} of {school}, which has {there:.0f}."
                )
                wrong.append(
                    said.format(
                        option=option.option, seats=loss.seats, stage=loss.stage, school=loss.school, there=there
                    )
                )
    return wrong


def _unknown_places(option: Option, area: StudyArea) -> Iterator[str]:
    places = [place for place in (option.gains(), option.gives_up(), option.opens()) if place is not None]
    named = {(STAGE, place.stage) for place in places} | {(STAGE, option.stage)}
    catchment = getattr(option, CATCHMENT, None)
    if catchment is not None:
        named.add((CATCHMENT, catchment))
    if not isinstance(option, NewSchool):
        named |= {(SCHOOL, place.school) for place in places}
    ids = {
        STAGE: [stage.stage for stage in area.stages],
        CATCHMENT: list(area.catchments.index),
        SCHOOL: list(area.schools.index),
    }
    for column, found in sorted(named):
        if found not in ids[column]:
            some = ", ".join(map(str, ids[column][:8])) + (", ..." if len(ids[column]) > 8 else "")
            yield _("option {option}: {column} {found} is not in the study area; there are {known}.").format(
                option=option.option, column=column, found=found, known=some
            )


def problems_of_starts(options: Sequence[Option], starts: Mapping[str, int], first: int, last: int) -> list[str]:
    """Return, a sentence each, what is wrong with the start years."""
    known = {option.option: option for option in options}
    wrong = [
        _("{option} is not an option; there are {known}.").format(option=option, known=", ".join(known))
        for option in starts
        if option not in known
    ]
    wrong += [
        _("option {option} starts in {year}; choose a year from {first} to {last}.").format(
            option=option, year=year, first=first, last=last
        )
        for option, year in starts.items()
        if not first <= year <= last
    ]
    for option in (known[o] for o in starts if o in known):
        wrong += [
            _("option {option} excludes {other}; start one of them only.").format(option=option.option, other=other)
            for other in option.excludes
            if other in starts
            and other in known
            and not (option.option in known[other].excludes and other < option.option)
        ]
        wrong += [
            _("option {option} requires {other}; start {other} in {year} or before, too.").format(
                option=option.option, other=other, year=starts[option.option]
            )
            for other in option.requires
            if starts.get(other, np.inf) > starts[option.option]
        ]
    return wrong


def problems_of_budget(budget: pd.DataFrame | None, years: Sequence[int]) -> list[str]:
    """Return, a sentence each, what is wrong with a budget table."""
    if budget is None:
        return []
    given = sorted(int(year) for year in budget[YEAR])
    wrong = [
        _("budget: the year {year} occurs twice; keep one row a year.").format(year=twice)
        for twice in sorted({year for year in given if given.count(year) > 1})
    ]
    needed = [year for year in years if not given or year <= max(given)]
    absent = [str(year) for year in needed if year not in given]
    if absent or not needed:
        wrong.append(
            _("budget: no row for {years}; give one for each year from {first} on, 0 where there is no money.").format(
                years=", ".join(absent or [str(years[0])]), first=years[0]
            )
        )
    for column in ("budget", "teachers"):
        if column in budget:
            wrong += [
                _("budget: {column} of {year} is {value}; it must be 0 or more.").format(
                    column=column, year=row[YEAR], value=row[column]
                )
                for row in budget.to_dict("records")
                if not (row[column] >= 0 or (column == "teachers" and pd.isna(row[column])))
            ]
    return wrong
